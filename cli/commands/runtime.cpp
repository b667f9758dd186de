#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/output.h"
#include "tricklec/runtime/runtime.h"

namespace tricklec::cli {
namespace {

struct RuntimeArguments {
  std::string database;
  std::string output;
  std::string from;
  bool has_database = false;
};

int Print(std::string_view script, const std::string& output, Context& context) {
  if (output == "-") {
    context.out << script;
    return kFine;
  }
  return WriteFiles({{output, std::string(script)}}, context) ? kFine : kFailed;
}

int InstallInto(const std::string& database, Context& context) {
  std::optional<db::Connection> connection = Connect(database, context);
  if (!connection) return kFailed;
  std::optional<std::string> installed = InstalledRuntime(*connection, context);
  if (!installed) return kFailed;
  if (*installed == runtime::CurrentVersion()) {
    context.out << "runtime " << *installed << " is already installed\n";
    return kFine;
  }
  if (!installed->empty()) {
    RequireRuntime(*connection, context);
    return kFailed;
  }
  db::Result<db::Transaction> transaction = db::Transaction::Begin(*connection);
  if (!transaction.ok()) {
    ReportDatabaseError(transaction.error(), context);
    return kFailed;
  }
  db::Result<db::Rows> done = connection->Run(runtime::InstallScript(runtime::CurrentVersion()));
  if (done.ok()) done = transaction.value().Commit();
  if (!done.ok()) {
    ReportDatabaseError(done.error(), context);
    return kFailed;
  }
  PrintNotices(*connection, context);
  context.out << "installed runtime " << runtime::CurrentVersion() << '\n';
  return kFine;
}

int ShowVersion(const RuntimeArguments& arguments, Context& context) {
  context.out << "this program: runtime " << runtime::CurrentVersion() << '\n';
  if (!arguments.has_database) return kFine;
  std::optional<db::Connection> connection = Connect(arguments.database, context);
  if (!connection) return kFailed;
  std::optional<std::string> installed = InstalledRuntime(*connection, context);
  if (!installed) return kFailed;
  context.out << "the database: " << (installed->empty() ? "no runtime" : "runtime " + *installed)
              << '\n';
  return kFine;
}

/// Whether there is a way from `version` to the current one; reports if not.
bool CanUpgradeFrom(const std::string& version, Context& context) {
  std::vector<std::string_view> known = runtime::Versions();
  if (std::find(known.begin(), known.end(), version) != known.end()) return true;
  context.diagnostics.Report(source::Code::NoRuntimeUpgrade, {}, version,
                             runtime::CurrentVersion());
  return false;
}

int Upgrade(const RuntimeArguments& arguments, Context& context) {
  std::string from = arguments.from;
  if (arguments.has_database) {
    std::optional<db::Connection> connection = Connect(arguments.database, context);
    if (!connection) return kFailed;
    std::optional<std::string> installed = InstalledRuntime(*connection, context);
    if (!installed) return kFailed;
    if (installed->empty()) {
      RequireRuntime(*connection, context);
      return kFailed;
    }
    from = *installed;
  }
  if (!CanUpgradeFrom(from, context)) return kFailed;
  // There is one version so far: the only way is from it to itself.
  context.err << "runtime " << from << " is up to date\n";
  return arguments.has_database ? kFine : Print("", arguments.output, context);
}

void AddOutputOption(CLI::App& command, std::string& output) {
  command
      .add_option("-o,--output", output, "print the SQL to a file, or to standard output for `-`")
      ->option_text("FILE");
}

}  // namespace

void RegisterRuntime(CLI::App& program, Context& context) {
  CLI::App* command =
      program.add_subcommand("runtime", "The SQL objects that stream tables need in a database");
  command->require_subcommand(1);
  auto arguments = std::make_shared<RuntimeArguments>();

  CLI::App* install = command->add_subcommand("install", "Install the runtime, or print its SQL");
  AddDatabaseOption(*install, arguments->database);
  AddOutputOption(*install, arguments->output);
  install->require_option(1);
  install->fallthrough();
  install->callback([&context, arguments, install] {
    arguments->has_database = install->count("--db") > 0;
    context.action = [&context, arguments] {
      return arguments->has_database ? InstallInto(arguments->database, context)
                                     : Print(runtime::InstallScript(runtime::CurrentVersion()),
                                             arguments->output, context);
    };
  });

  CLI::App* version = command->add_subcommand("version", "Show the version of the runtime");
  AddDatabaseOption(*version, arguments->database);
  version->fallthrough();
  version->callback([&context, arguments, version] {
    arguments->has_database = version->count("--db") > 0;
    context.action = [&context, arguments] { return ShowVersion(*arguments, context); };
  });

  CLI::App* upgrade =
      command->add_subcommand("upgrade", "Bring the runtime up to date, or print the SQL for that");
  CLI::Option* database = AddDatabaseOption(*upgrade, arguments->database);
  CLI::Option* from =
      upgrade->add_option("--from", arguments->from, "the version to upgrade, with -o")
          ->option_text("VERSION");
  AddOutputOption(*upgrade, arguments->output);
  CLI::Option* output = upgrade->get_option("--output");
  database->excludes(from)->excludes(output);
  from->needs(output);
  output->needs(from);
  upgrade->require_option(1, 2);
  upgrade->fallthrough();
  upgrade->callback([&context, arguments, upgrade] {
    arguments->has_database = upgrade->count("--db") > 0;
    context.action = [&context, arguments] { return Upgrade(*arguments, context); };
  });
}

}  // namespace tricklec::cli
