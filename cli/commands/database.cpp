#include "tricklec/cli/commands/database.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "tricklec/runtime/runtime.h"

namespace tricklec::cli {
namespace {

/// The byte that the server means by a line and a column (in code points) of the text it was sent.
std::optional<uint32_t> OffsetOf(std::string_view text, size_t line, size_t column) {
  size_t at = 0;
  for (size_t i = 1; i < line; ++i) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
    ++at;
  }
  for (size_t i = 1; i < column && at < text.size(); ++i) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  }
  if (at > text.size()) return std::nullopt;
  return static_cast<uint32_t>(at);
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

source::Range PlaceOf(const db::Error& error, source::Range statement) {
  if (!statement.valid() || error.line == 0 || error.column == 0) return statement;
  std::string_view text = statement.text();
  std::optional<uint32_t> offset = OffsetOf(text, error.line, error.column);
  if (!offset || *offset >= text.size()) return statement;
  uint32_t end = *offset;
  while (end < text.size() && IsWordByte(text[end])) ++end;
  return statement.Sub(*offset, std::max(end, *offset + 1));
}

/// Whether the statement was not answered at all: no server, connection_exception (class 08), or a
/// server that is shut down (57P01 to 57P03).
bool IsConnectionLoss(const db::Error& error) {
  const std::string& code = error.sqlstate;
  return code.empty() || code.starts_with("08") || code == "57P01" || code == "57P02" ||
         code == "57P03";
}

}  // namespace

CLI::Option* AddDatabaseOption(CLI::App& command, std::string& target) {
  return command
      .add_option(
          "--db", target,
          "the database: a URL or key=value string; what it leaves out comes from PG* variables, "
          "the service file and the password file")
      ->option_text("URL");
}

std::optional<db::Connection> Connect(const std::string& target, Context& context) {
  db::Result<db::Connection> connection = db::Connection::Open(target);
  if (!connection.ok()) {
    context.diagnostics.Report(source::Code::CannotConnect, {}, connection.error().message);
    return std::nullopt;
  }
  return std::move(connection.value());
}

void ReportDatabaseError(const db::Error& error, Context& context, source::Range statement) {
  source::Diagnostics::Builder report =
      IsConnectionLoss(error)
          ? context.diagnostics.Report(source::Code::DatabaseFailed, statement, error.message)
          : context.diagnostics.Report(source::Code::DatabaseRefused, PlaceOf(error, statement),
                                       error.message, error.sqlstate);
  if (!error.detail.empty()) report.AddNote(error.detail);
  if (!error.context.empty()) report.AddNote("context: " + error.context);
  if (!error.hint.empty()) report.AddHelp(error.hint);
}

void PrintNotices(db::Connection& connection, Context& context) {
  for (const db::Notice& notice : connection.TakeNotices()) {
    if (context.common.quiet) continue;
    context.err << notice.severity << ": " << notice.message << '\n';
    if (!notice.detail.empty()) context.err << "  " << notice.detail << '\n';
    if (!notice.hint.empty()) context.err << "  " << notice.hint << '\n';
  }
}

std::optional<db::Rows> QueryOrReport(db::Connection& connection, std::string_view statement,
                                      const std::vector<std::string>& parameters,
                                      Context& context) {
  db::Result<db::Rows> rows = connection.Query(statement, parameters);
  if (!rows.ok()) {
    ReportDatabaseError(rows.error(), context);
    return std::nullopt;
  }
  return std::move(rows.value());
}

std::optional<std::string> InstalledRuntime(db::Connection& connection, Context& context) {
  // Looked up in the catalog: to_regclass is an error for roles without rights on the schema.
  std::optional<db::Rows> found = QueryOrReport(
      connection,
      "SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = 'pgtrickle' AND c.relname = 'pgt_runtime'",
      {}, context);
  if (!found) return std::nullopt;
  if (found->rows.empty()) return std::string();
  std::optional<db::Rows> version =
      QueryOrReport(connection, "SELECT version FROM pgtrickle.pgt_runtime", {}, context);
  if (!version) return std::nullopt;
  if (version->rows.empty()) return std::string();
  return version->rows[0][0].value_or("");
}

bool RequireRuntime(db::Connection& connection, Context& context) {
  std::optional<std::string> version = InstalledRuntime(connection, context);
  if (!version) return false;
  if (version->empty()) {
    context.diagnostics.Report(source::Code::RuntimeMissing, {})
        .AddHelp("`tricklec runtime install --db URL` installs it");
    return false;
  }
  if (*version != runtime::CurrentVersion()) {
    context.diagnostics.Report(source::Code::RuntimeVersionDiffers, {}, *version,
                               runtime::CurrentVersion());
    return false;
  }
  return true;
}

}  // namespace tricklec::cli
