// Ordinary statements that would make a stream table differ from its query.

#include <array>
#include <optional>

#include "tricklec/codegen/pipeline.h"

namespace tricklec::codegen {

namespace {

using pgparse::Node;

const catalog::Relation* StreamTable(const std::string& schema, const std::string& name,
                                     const catalog::Catalog& catalog) {
  const catalog::Relation* relation = catalog.FindRelation(schema, name, catalog.search_path());
  if (relation == nullptr || relation->kind != catalog::RelationKind::StreamTable) return nullptr;
  return relation;
}

struct Refusal {
  const Node& statement;
  const catalog::Catalog& catalog;
  source::Diagnostics& diagnostics;
  bool refused = false;

  void Check(const std::string& schema, const std::string& name, std::string_view what,
             const char* help, source::Range range) {
    const catalog::Relation* relation = StreamTable(schema, name, catalog);
    if (relation == nullptr) return;
    refused = true;
    diagnostics
        .Report(source::Code::StreamTableChanged, range, what,
                relation->schema + "." + relation->name)
        .AddHelp(help);
  }

  void CheckRangeVar(const Node& relation, std::string_view what, const char* help) {
    if (!relation) return;
    Check(relation.Str("schemaname"), relation.Str("relname"), what, help, relation.token());
  }
};

constexpr const char* kChangeSources = "change the tables that its query reads";
constexpr const char* kDropInstead = "write DROP STREAM TABLE";
constexpr const char* kAlterInstead = "change its query: its columns follow from it";

// Subcommands of ALTER TABLE that change columns.
constexpr std::array<std::string_view, 9> kColumnCommands = {
    "AT_AddColumn",   "AT_DropColumn",  "AT_AlterColumnType", "AT_ColumnDefault", "AT_SetNotNull",
    "AT_DropNotNull", "AT_AddIdentity", "AT_SetIdentity",     "AT_DropExpression"};

}  // namespace

bool ReportChangesOfStreamTables(const Node& statement, const catalog::Catalog& catalog,
                                 source::Diagnostics& diagnostics) {
  Refusal refusal{statement, catalog, diagnostics};
  if (statement.Is("InsertStmt")) {
    refusal.CheckRangeVar(statement["relation"], "INSERT into", kChangeSources);
  } else if (statement.Is("UpdateStmt")) {
    refusal.CheckRangeVar(statement["relation"], "UPDATE of", kChangeSources);
  } else if (statement.Is("DeleteStmt")) {
    refusal.CheckRangeVar(statement["relation"], "DELETE from", kChangeSources);
  } else if (statement.Is("MergeStmt")) {
    refusal.CheckRangeVar(statement["relation"], "MERGE into", kChangeSources);
  } else if (statement.Is("CopyStmt") && statement.Bool("is_from")) {
    refusal.CheckRangeVar(statement["relation"], "COPY into", kChangeSources);
  } else if (statement.Is("TruncateStmt")) {
    for (const Node& relation : statement.List("relations")) {
      refusal.CheckRangeVar(relation, "TRUNCATE of", kChangeSources);
    }
  } else if (statement.Is("DropStmt") && statement.Enum("remove_type") == "OBJECT_TABLE") {
    for (const Node& object : statement.List("objects")) {
      std::vector<std::string> names = object.Names("items");
      if (names.empty()) continue;
      refusal.Check(names.size() > 1 ? names[names.size() - 2] : "", names.back(), "DROP TABLE of",
                    kDropInstead, statement.range());
    }
  } else if (statement.Is("RenameStmt")) {
    std::string_view kind = statement.Enum("rename_type");
    if (kind == "OBJECT_TABLE" || kind == "OBJECT_COLUMN") {
      refusal.CheckRangeVar(statement["relation"], "RENAME of", kAlterInstead);
    }
  } else if (statement.Is("AlterTableStmt")) {
    for (const Node& command : statement.List("cmds")) {
      std::string_view kind = command.Enum("subtype");
      for (std::string_view column_command : kColumnCommands) {
        if (kind != column_command) continue;
        refusal.CheckRangeVar(statement["relation"], "ALTER of columns of", kAlterInstead);
      }
    }
  }
  return refusal.refused;
}

}  // namespace tricklec::codegen
