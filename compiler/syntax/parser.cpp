#include "tricklec/syntax/parser.h"

#include <algorithm>
#include <string>

#include "tricklec/grammar/stream_grammar.h"
#include "tricklec/syntax/ast_builder.h"
#include "tricklec/syntax/compatible_calls.h"
#include "tricklec/syntax/scanner.h"
#include "tricklec/syntax/splitter.h"

namespace tricklec::syntax {

namespace {

using source::Code;

// "a", "a or b", "a, b or c"
std::string JoinWithOr(const std::vector<std::string>& parts) {
  std::string result;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += i + 1 == parts.size() ? " or " : ", ";
    result += parts[i];
  }
  return result;
}

/// A long token (a string of many lines) is shown by its beginning.
std::string Shorten(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string result(text.substr(0, text.find('\n')));
  if (source::CountCodePoints(result) > kMost) {
    size_t end = kMost;
    while (end < result.size() && (static_cast<unsigned char>(result[end]) & 0xC0) == 0x80) ++end;
    result.resize(end);
  }
  if (result.size() < text.size()) result += "…";
  return result;
}

void AddHints(const grammar::SyntaxError& error, std::string_view found, source::Range range,
              source::Diagnostics::Builder& builder) {
  auto expects = [&error](std::string_view what) {
    return std::find(error.expected.begin(), error.expected.end(), what) != error.expected.end();
  };
  std::string upper(found);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (auto close = source::ClosestMatch(upper, error.keywords); close && upper.size() > 1) {
    if (*close != upper) builder.AddFix("did you mean `" + *close + "`?", range, *close);
    return;
  }
  if (expects("a query")) {
    builder.AddNote("a query begins with SELECT, WITH, VALUES, TABLE or `(`");
  } else if (expects("a clause")) {
    builder.AddHelp(
        "the clauses are AUTO, IMMEDIATE, DIFFERENTIAL, FULL, APPEND ONLY, SCHEDULE, GATED BY, NOT "
        "GATED, DIAMOND, CAPTURE, REQUIRE, WITH (…) and TABLESPACE");
  }
}

void ReportSyntaxError(const grammar::SyntaxError& error, source::Range statement,
                       source::Diagnostics& diagnostics) {
  source::Range range = statement.Sub(error.begin, error.end);
  std::string found = error.at_end ? "the end of the statement" : "`" + Shorten(range.text()) + "`";
  std::vector<std::string> expected = error.expected;
  // A name may always be continued by a dot; that is worth saying only if nothing else fits.
  if (expected.size() > 1) {
    expected.erase(std::remove(expected.begin(), expected.end(), "`.`"), expected.end());
  }
  auto builder = diagnostics.Report(Code::SyntaxError, range, JoinWithOr(expected), found);
  AddHints(error, error.at_end ? std::string_view() : range.text(), range, builder);
}

StatementBody ParseStream(source::Range range, source::Diagnostics& diagnostics) {
  grammar::ParseResult parsed = grammar::Parse(range.text());
  if (parsed.tree) return BuildAst(*parsed.tree, range, diagnostics);
  ReportSyntaxError(*parsed.error, range, diagnostics);
  return Unreadable{};
}

PsqlMeta ReadPsqlCommand(source::Range range, FileRole role, source::Diagnostics& diagnostics) {
  std::string_view text = range.text().substr(1);
  size_t end = text.find_first_of(" \t'\"");
  PsqlMeta meta{std::string(text.substr(0, end))};
  if (role == FileRole::Stream) {
    diagnostics.Report(Code::PsqlCommand, range, meta.command)
        .AddNote("the output is plain SQL for any client, and psql commands work in psql only")
        .AddHelp("remove the line, or run it in psql before or after the compiled file");
  }
  return meta;
}

bool CheckText(const source::Buffer& buffer, source::Diagnostics& diagnostics) {
  if (size_t bad = source::FindInvalidUtf8(buffer.text()); bad != std::string_view::npos) {
    auto at = static_cast<uint32_t>(bad);
    diagnostics.Report(Code::InvalidUtf8, buffer.At(at, at + 1), buffer.name())
        .AddHelp("convert the file to UTF-8, for example with `iconv -t UTF-8`");
    return false;
  }
  if (size_t nul = buffer.text().find('\0'); nul != std::string_view::npos) {
    auto at = static_cast<uint32_t>(nul);
    diagnostics.Report(Code::NulByte, buffer.At(at, at + 1), buffer.name())
        .AddNote("PostgreSQL does not accept NUL bytes in SQL text");
    return false;
  }
  return true;
}

}  // namespace

File ParseFile(const source::Buffer& buffer, source::Diagnostics& diagnostics, FileRole role) {
  File file;
  file.buffer = &buffer;
  file.trailing = buffer.At(0, 0);
  if (!CheckText(buffer, diagnostics)) return file;
  size_t errors_before = diagnostics.error_count();
  Split split = SplitStatements(buffer, diagnostics);
  // An unterminated literal has swallowed what follows it: reading on would only confuse.
  bool unterminated = diagnostics.error_count() > errors_before;
  file.trailing = split.trailing;
  for (const Piece& piece : split.pieces) {
    Statement statement{piece.leading, piece.range, piece.terminator, PassThrough{}};
    switch (piece.kind) {
      case Piece::Kind::Stream:
        if (unterminated && &piece == &split.pieces.back()) {
          statement.body = Unreadable{};
        } else {
          statement.body = ParseStream(piece.range, diagnostics);
        }
        break;
      case Piece::Kind::Other:
        if (auto call = ReadCompatibleCall(piece.range, file.derived, diagnostics)) {
          statement.body = std::move(*call);
        }
        break;
      case Piece::Kind::PsqlMeta:
        statement.body = ReadPsqlCommand(piece.range, role, diagnostics);
        break;
      case Piece::Kind::CopyData: statement.body = CopyData{}; break;
    }
    file.statements.push_back(std::move(statement));
  }
  if (role == FileRole::Stream && file.statements.empty() && !unterminated) {
    diagnostics.Report(Code::EmptyInput, {}, buffer.name());
  }
  return file;
}

}  // namespace tricklec::syntax
