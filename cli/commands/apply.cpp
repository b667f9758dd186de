#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>

#include "tricklec/cli/commands/apply_checks.h"
#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/compilation.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/render/table.h"
#include "tricklec/codegen/compile.h"
#include "tricklec/ivm/auxiliaries.h"
#include "tricklec/runtime/runtime.h"

namespace tricklec::cli {
namespace {

struct ApplyArguments {
  CompilationArguments compilation;
  std::string database;
  std::string lock_timeout = "10s";
  bool plan = false;
  bool with_ddl = false;
};

/// What happens with one statement of the input.
enum class Step {
  Create,     ///< a stream table that is not there yet
  Unchanged,  ///< the same definition is deployed
  Keep,       ///< IF NOT EXISTS: another definition is deployed and stays
  Refuse,     ///< another definition is deployed, or another relation has the name
  Run,        ///< another statement about stream tables
  RunDdl,     ///< an ordinary statement, with --with-ddl
};

struct PlannedStep {
  Step step;
  std::string what;
};

/// "tricklec" as a number: two applies in one database exclude each other by a
/// lock of this key.
const char* const kLockKey = "8390884931469600099";

std::string SqlName(const ir::ObjectName& name) {
  std::string text;
  for (const std::string& part : {name.schema, name.name}) {
    text += text.empty() ? "\"" : ".\"";
    for (char c : part) text.append(c == '"' ? 2 : 1, c);
    text += '"';
  }
  return text;
}

/// Whether a part has no statement: white space and comments between
/// statements.
bool IsBlank(const codegen::OutputPart& part) {
  return part.stream_table < 0 && (!part.statement.valid() || part.statement.size() == 0);
}

/// One run of apply: the compiled input against one database.
class Application {
 public:
  Application(const ApplyArguments& arguments, const codegen::CompileResult& compiled,
              db::Connection& connection, Context& context)
      : arguments_(arguments), compiled_(compiled), connection_(connection), context_(context) {}

  /// Prints what would be done.
  int Plan();
  /// Does it, in one transaction.
  int Execute();

 private:
  std::optional<PlannedStep> Decide(const codegen::OutputPart& part);
  std::optional<PlannedStep> DecideStreamTable(const codegen::CompiledStreamTable& table,
                                               source::Range statement);
  /// The installed runtime's version, "" for none; nothing (reported) if it
  /// cannot be worked with.
  std::optional<std::string> UsableRuntime();
  bool LockAndPrepare();
  bool RunPart(const codegen::OutputPart& part);

  const ApplyArguments& arguments_;
  const codegen::CompileResult& compiled_;
  db::Connection& connection_;
  Context& context_;
  bool has_runtime_ = false;
  bool states_may_change_ = false;  ///< planning: an earlier statement may drop a stream table
};

std::optional<PlannedStep> Application::DecideStreamTable(const codegen::CompiledStreamTable& table,
                                                          source::Range statement) {
  const ir::Definition& definition = table.program.definition;
  const std::string name = definition.name.schema + "." + definition.name.name;
  std::optional<db::Rows> relation =
      QueryOrReport(connection_,
                    "SELECT FROM pg_catalog.pg_class c JOIN "
                    "pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname = $1 AND c.relname = $2",
                    {definition.name.schema, definition.name.name}, context_);
  if (!relation) return std::nullopt;
  std::optional<db::Rows> deployed;
  if (has_runtime_) {
    deployed = QueryOrReport(connection_,
                             "SELECT definition_hash FROM pgtrickle.pgt_stream_tables "
                             "WHERE pgt_schema = $1 AND pgt_name = $2",
                             {definition.name.schema, definition.name.name}, context_);
    if (!deployed) return std::nullopt;
  }
  if (deployed && !deployed->rows.empty()) {
    if (deployed->rows[0][0] == table.definition_hash) {
      return PlannedStep{Step::Unchanged, "stream table " + name};
    }
    if (definition.if_not_exists) return PlannedStep{Step::Keep, "stream table " + name};
    if (arguments_.plan && states_may_change_) {
      return PlannedStep{Step::Create, "stream table " + name};
    }
    context_.diagnostics.Report(source::Code::DefinitionChanged, statement, name)
        .AddNote("deployed definition " + deployed->rows[0][0].value_or("") + ", this one " +
                 table.definition_hash)
        .AddHelp("to replace it, put `DROP STREAM TABLE " + SqlName(definition.name) +
                 ";` before the statement");
    return PlannedStep{Step::Refuse, "stream table " + name + ": another definition is deployed"};
  }
  if (!relation->rows.empty() && !(arguments_.plan && states_may_change_)) {
    context_.diagnostics.Report(source::Code::NameIsTaken, statement, name);
    return PlannedStep{Step::Refuse, name + " exists and is not a stream table"};
  }
  size_t sources = ivm::TablesRead(table.program).size();
  return PlannedStep{Step::Create, "stream table " + name + " (" + std::to_string(sources) +
                                       (sources == 1 ? " source)" : " sources)")};
}

std::optional<PlannedStep> Application::Decide(const codegen::OutputPart& part) {
  if (part.stream_table >= 0) {
    return DecideStreamTable(compiled_.stream_tables[static_cast<size_t>(part.stream_table)],
                             part.statement);
  }
  if (part.pass_through) return PlannedStep{Step::RunDdl, FirstWords(part.statement)};
  states_may_change_ = true;
  return PlannedStep{Step::Run, FirstWords(part.statement)};
}

std::optional<std::string> Application::UsableRuntime() {
  std::optional<std::string> installed = InstalledRuntime(connection_, context_);
  if (!installed) return std::nullopt;
  if (!installed->empty() && !RequireRuntime(connection_, context_)) return std::nullopt;
  has_runtime_ = !installed->empty();
  return installed;
}

int Application::Plan() {
  std::optional<std::string> installed = UsableRuntime();
  if (!installed) return kFailed;
  db::Rows plan;
  plan.columns = {"action", "what"};
  if (installed->empty()) {
    plan.rows.push_back({"install", "runtime " + std::string(runtime::CurrentVersion())});
  }
  for (const codegen::Output& output : compiled_.outputs) {
    for (const codegen::OutputPart& part : output.parts) {
      if (IsBlank(part)) continue;
      std::optional<PlannedStep> planned = Decide(part);
      if (!planned) return kFailed;
      const char* action = nullptr;
      switch (planned->step) {
        case Step::Create: action = "create"; break;
        case Step::Unchanged: action = "unchanged"; break;
        case Step::Keep: action = "keep"; break;
        case Step::Refuse: action = "refused"; break;
        case Step::Run:
        case Step::RunDdl: action = "run"; break;
      }
      plan.rows.push_back({action, planned->what});
    }
  }
  PrintTable(plan, context_.out);
  return kFine;
}

bool Application::LockAndPrepare() {
  if (!QueryOrReport(connection_, "SELECT pg_catalog.set_config('lock_timeout', $1, true)",
                     {arguments_.lock_timeout}, context_)) {
    return false;
  }
  if (!QueryOrReport(connection_, "SELECT pg_catalog.pg_advisory_xact_lock($1::bigint)", {kLockKey},
                     context_)) {
    return false;
  }
  std::optional<std::string> installed = UsableRuntime();
  if (!installed) return false;
  if (installed->empty()) {
    db::Result<db::Rows> done = connection_.Run(runtime::InstallScript(runtime::CurrentVersion()));
    if (!done.ok()) {
      ReportDatabaseError(done.error(), context_);
      return false;
    }
    has_runtime_ = true;
    context_.out << "installed runtime " << runtime::CurrentVersion() << '\n';
  }
  return true;
}

bool Application::RunPart(const codegen::OutputPart& part) {
  std::optional<PlannedStep> planned = Decide(part);
  if (!planned) return false;
  const char* done = nullptr;
  switch (planned->step) {
    case Step::Unchanged: context_.out << "unchanged: " << planned->what << '\n'; return true;
    case Step::Keep:
      context_.out << "kept: " << planned->what << ", which has another definition\n";
      return true;
    case Step::Refuse: return false;
    case Step::Create: done = "created: "; break;
    case Step::Run:
    case Step::RunDdl: done = "ran: "; break;
  }
  db::Result<db::Rows> result = connection_.Run(part.sql);
  PrintNotices(connection_, context_);
  if (!result.ok()) {
    db::Error error = result.error();
    if (!part.pass_through) {
      // The position is one in generated text, which the input does not show.
      error.line = 0;
      error.column = 0;
    }
    ReportDatabaseError(error, context_, part.statement);
    return false;
  }
  context_.out << done << planned->what << '\n';
  return true;
}

int Application::Execute() {
  db::Result<db::Transaction> transaction = db::Transaction::Begin(connection_);
  if (!transaction.ok()) {
    ReportDatabaseError(transaction.error(), context_);
    return kFailed;
  }
  if (!LockAndPrepare()) return kFailed;
  for (const codegen::Output& output : compiled_.outputs) {
    // An input means the same whatever stands in the one before it.
    if (!QueryOrReport(connection_, "RESET search_path", {}, context_)) return kFailed;
    for (const codegen::OutputPart& part : output.parts) {
      if (!IsBlank(part) && !RunPart(part)) return kFine;  // reported
    }
  }
  db::Result<db::Rows> committed = transaction.value().Commit();
  PrintNotices(connection_, context_);
  if (!committed.ok()) {
    ReportDatabaseError(committed.error(), context_);
    return kFailed;
  }
  return kFine;
}

int Apply(const ApplyArguments& arguments, Context& context) {
  codegen::CompileResult compiled = CompileInputs(arguments.compilation, {}, context);
  if (context.has_errors()) return kFine;
  for (const codegen::Output& output : compiled.outputs) {
    for (const codegen::OutputPart& part : output.parts) {
      if (part.pass_through && !IsBlank(part)) {
        CheckApplicable(part.statement, arguments.with_ddl, context.diagnostics);
      }
    }
  }
  if (context.has_errors()) return kFine;

  std::optional<db::Connection> connection = Connect(arguments.database, context);
  if (!connection) return kFailed;
  Application application(arguments, compiled, *connection, context);
  return arguments.plan ? application.Plan() : application.Execute();
}

}  // namespace

void RegisterApply(CLI::App& program, Context& context) {
  CLI::App* command =
      program.add_subcommand("apply", "Deploy stream tables to a database, in one transaction");
  auto arguments = std::make_shared<ApplyArguments>();
  AddCompilationOptions(*command, arguments->compilation);
  AddDatabaseOption(*command, arguments->database)->required();
  command->add_flag("--plan", arguments->plan, "print what would be done, change nothing");
  command->add_flag("--with-ddl", arguments->with_ddl, "run ordinary statements of the files, too");
  command
      ->add_option("--lock-timeout", arguments->lock_timeout,
                   "give up when a lock is not free for so long; 0 waits for ever")
      ->option_text("DURATION [10s]");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return Apply(*arguments, context); };
  });
}

}  // namespace tricklec::cli
