#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/render/table.h"

namespace tricklec::cli {
namespace {

int ShowStatus(const std::string& database, Context& context) {
  std::optional<db::Connection> connection = Connect(database, context);
  if (!connection || !RequireRuntime(*connection, context)) return kFailed;
  std::optional<db::Rows> tables =
      QueryOrReport(*connection, "SELECT * FROM pgtrickle.pgt_status()", {}, context);
  std::optional<db::Rows> findings = QueryOrReport(
      *connection,
      "SELECT check_name, severity, detail FROM pgtrickle.health_check() WHERE severity <> 'OK'",
      {}, context);
  if (!tables || !findings) return kFailed;
  if (tables->rows.empty()) {
    context.out << "there are no stream tables\n";
  } else {
    PrintTable(*tables, context.out);
  }
  context.out << '\n';
  if (findings->rows.empty()) {
    context.out << "every health check is OK\n";
  } else {
    PrintTable(*findings, context.out);
  }
  return kFine;
}

}  // namespace

void RegisterStatus(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("status", "Show the stream tables of a database");
  auto database = std::make_shared<std::string>();
  AddDatabaseOption(*command, *database)->required();
  command->callback([&context, database] {
    context.action = [&context, database] { return ShowStatus(*database, context); };
  });
}

}  // namespace tricklec::cli
