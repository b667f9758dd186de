#pragma once

#include <optional>
#include <string>

#include "tricklec/cli/context.h"
#include "tricklec/db/connection.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// What the commands that use a database share.
namespace tricklec::cli {

/// Adds `--db URL` to a command.
CLI::Option* AddDatabaseOption(CLI::App& command, std::string& target);

/// Opens a connection, or reports why it cannot.
std::optional<db::Connection> Connect(const std::string& target, Context& context);

/// Reports what the server refused. `statement` is the text that was sent, where that is a part of
/// an input: the server's position is then shown in it.
void ReportDatabaseError(const db::Error& error, Context& context, source::Range statement = {});

/// Prints notices and warnings of the server to `err`.
void PrintNotices(db::Connection& connection, Context& context);

/// The rows of a statement, or nothing after the error was reported.
std::optional<db::Rows> QueryOrReport(db::Connection& connection, std::string_view statement,
                                      const std::vector<std::string>& parameters, Context& context);

/// Version of the runtime in the database, "" if there is none; nothing after an error was
/// reported.
std::optional<std::string> InstalledRuntime(db::Connection& connection, Context& context);

/// Whether the database has the runtime that this program works with. Reports if not.
bool RequireRuntime(db::Connection& connection, Context& context);

}  // namespace tricklec::cli
