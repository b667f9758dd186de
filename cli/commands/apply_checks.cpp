#include "tricklec/cli/commands/apply_checks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "tricklec/pgparse/parse.h"

namespace tricklec::cli {
namespace {

using pgparse::Node;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/// CREATE INDEX CONCURRENTLY and the other commands that commit in between.
bool IsConcurrent(const Node& statement) {
  if (statement.Has("concurrent") && statement.Bool("concurrent")) return true;
  if (statement.Is("ReindexStmt")) {
    for (const Node& parameter : statement.List("params")) {
      if (parameter.Str("defname") == "concurrently") return true;
    }
  }
  if (statement.Is("AlterTableStmt")) {
    for (const Node& command : statement.List("cmds")) {
      Node definition = command["def"];
      if (definition.Is("PartitionCmd") && definition.Bool("concurrent")) return true;
    }
  }
  return false;
}

/// Commands that PreventInTransactionBlock refuses always, not only in some of their forms.
bool NeverInTransaction(const Node& statement) {
  constexpr std::array<std::string_view, 5> kKinds = {"CreatedbStmt", "DropdbStmt",
                                                      "AlterSystemStmt", "CreateTableSpaceStmt",
                                                      "DropTableSpaceStmt"};
  if (statement.Is("VacuumStmt")) return statement.Bool("is_vacuumcmd");  // ANALYZE may
  return std::find(kKinds.begin(), kKinds.end(), statement.kind()) != kKinds.end();
}

}  // namespace

std::string FirstWords(source::Range statement) {
  constexpr size_t kLongest = 60;
  std::string words;
  for (char c : statement.text()) {
    if (!IsSpace(c)) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.size() <= kLongest) return words;
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
  return words.substr(0, end) + "…";
}

void CheckApplicable(source::Range statement, bool with_ddl, source::Diagnostics& diagnostics) {
  const std::string words = "`" + FirstWords(statement) + "`";
  pgparse::ParseResult parsed = pgparse::Parse(statement);
  // What the parser of PostgreSQL 15 does not know is left to the server's judgement.
  for (const pgparse::ParsedStatement& one : parsed.statements) {
    const Node& node = one.node;
    if (node.Is("VariableSetStmt")) return;
    if (node.Is("TransactionStmt")) {
      diagnostics.Report(source::Code::TransactionControl, statement, words)
          .AddNote("apply is one transaction: all of its inputs or nothing")
          .AddHelp("remove the statement");
      return;
    }
    if (NeverInTransaction(node) || IsConcurrent(node)) {
      diagnostics.Report(source::Code::NotInTransaction, statement, words)
          .AddNote("apply is one transaction: all of its inputs or nothing")
          .AddHelp("run it with psql or your migration tool");
      return;
    }
  }
  if (!with_ddl) {
    diagnostics.Report(source::Code::NeedsWithDdl, statement, words)
        .AddHelp(
            "pass --with-ddl to run it, or --schema with the file if it only describes what "
            "exists");
  }
}

}  // namespace tricklec::cli
