#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/render/table.h"

namespace tricklec::cli {
namespace {

struct VerifyArguments {
  std::string database;
  std::vector<std::string> names;
  size_t limit = 100;
};

/// Compares one stream table. Differences are shown and reported.
/// \return false if it could not be compared
bool Verify(db::Connection& connection, const std::string& name, size_t limit, Context& context) {
  std::optional<db::Rows> rows =
      QueryOrReport(connection,
                    "SELECT side, copies, \"row\" FROM pgtrickle.verify_stream_table($1) "
                    "ORDER BY side DESC, \"row\"::text COLLATE \"C\"",
                    {name}, context);
  PrintNotices(connection, context);
  if (!rows) return false;
  if (rows->rows.empty()) {
    context.out << name << ": equals its query\n";
    return true;
  }
  size_t count = rows->rows.size();
  context.out << name << ": " << count << (count == 1 ? " row differs" : " rows differ")
              << " from its query\n";
  if (count > limit) rows->rows.resize(limit);
  PrintTable(*rows, context.out);
  if (count > limit) context.out << " … and " << count - limit << " more\n";
  context.diagnostics.Report(source::Code::StreamTableDiffers, {}, name)
      .AddHelp(
          "`SELECT pgtrickle.health_check()` may say why; `SELECT "
          "pgtrickle.refresh_stream_table('" +
          name + "')` recomputes it");
  return true;
}

int VerifyAll(VerifyArguments arguments, Context& context) {
  std::optional<db::Connection> connection = Connect(arguments.database, context);
  if (!connection || !RequireRuntime(*connection, context)) return kFailed;
  if (arguments.names.empty()) {
    std::optional<db::Rows> names =
        QueryOrReport(*connection, "SELECT name FROM pgtrickle.pgt_status()", {}, context);
    if (!names) return kFailed;
    for (const auto& row : names->rows) arguments.names.push_back(row[0].value_or(""));
    if (arguments.names.empty()) context.out << "there are no stream tables\n";
  }
  bool complete = true;
  for (const std::string& name : arguments.names) {
    complete = Verify(*connection, name, arguments.limit, context) && complete;
  }
  return complete ? kFine : kFailed;
}

}  // namespace

void RegisterVerify(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("verify", "Compare stream tables with their queries");
  auto arguments = std::make_shared<VerifyArguments>();
  command
      ->add_option("NAME", arguments->names, "stream tables; all of the database if none is named")
      ->option_text(" ");
  AddDatabaseOption(*command, arguments->database)->required();
  command->add_option("--limit", arguments->limit, "differing rows shown for each stream table")
      ->option_text("N [100]");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return VerifyAll(*arguments, context); };
  });
}

}  // namespace tricklec::cli
