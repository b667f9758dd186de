#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <ostream>

#include "tricklec/cli/choice.h"
#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/compilation.h"
#include "tricklec/cli/output.h"
#include "tricklec/cli/render/test_report.h"
#include "tricklec/proof/suite.h"

namespace tricklec::cli {
namespace {

struct TestArguments {
  CompilationArguments compilation;
  proof::SuiteOptions suite;
  std::string time;
  std::string output = "tricklec-failure.sql";
  TestFormat report = TestFormat::Human;
};

/// Set by the first signal; the second one ends the program at once.
volatile std::sig_atomic_t interrupted = 0;

extern "C" void Interrupt(int signal) {
  if (interrupted != 0) std::_Exit(128 + signal);
  interrupted = 1;
}

/// "90s", "5m", "1h30m"; a number alone means seconds. Nothing if it is none of these.
std::optional<std::chrono::seconds> ParseDuration(const std::string& text) {
  std::chrono::seconds all{0};
  size_t at = 0;
  constexpr size_t kMostDigits = 6;
  while (at < text.size()) {
    size_t end = text.find_first_not_of("0123456789", at);
    if (end == std::string::npos) end = text.size();
    if (end == at || end - at > kMostDigits) return std::nullopt;
    std::chrono::seconds count{std::stoi(text.substr(at, end - at))};
    int factor = 0;
    if (end == text.size() || text[end] == 's') factor = 1;
    if (end < text.size() && text[end] == 'm') factor = 60;
    if (end < text.size() && text[end] == 'h') factor = 3600;
    if (factor == 0) return std::nullopt;
    all += count * factor;
    at = end + 1;
  }
  if (all.count() == 0) return std::nullopt;
  return all;
}

int Test(TestArguments& arguments, Context& context) {
  proof::SuiteOptions& options = arguments.suite;
  options.compile.target_version =
      arguments.compilation.target_version.value_or(options.compile.target_version);
  options.compile.verify_each = arguments.compilation.verify_each;
  if (arguments.report == TestFormat::Json) context.common.format = Format::Json;
  std::vector<codegen::Input> inputs = ReadCompilationInputs(arguments.compilation, context);
  for (const codegen::Input& input : inputs) {
    if (input.role != codegen::InputRole::Snapshot) continue;
    context.diagnostics.Report(source::Code::UsageError, {},
                               "a catalog snapshot cannot be made into tables to test with");
  }
  if (context.has_errors()) return kFine;

  bool shows_progress = &context.err == &std::cerr && isatty(STDERR_FILENO) == 1 &&
                        !context.common.quiet && arguments.report == TestFormat::Human;
  if (shows_progress) {
    options.progress = [&context](const proof::Progress& progress) {
      ShowProgress(progress, context.err);
    };
  }
  options.stop = [] { return interrupted != 0; };
  interrupted = 0;
  auto old_int = std::signal(SIGINT, Interrupt);
  auto old_term = std::signal(SIGTERM, Interrupt);
  std::vector<source::BufferPtr> kept;
  std::optional<proof::SuiteError> error;
  proof::SuiteReport report = proof::RunSuite(inputs, options, context.diagnostics, kept, error);
  std::signal(SIGINT, old_int);
  std::signal(SIGTERM, old_term);
  if (shows_progress) EndProgress(context.err);
  for (source::BufferPtr& buffer : kept) context.Keep(std::move(buffer));
  if (context.has_errors()) return kFine;
  if (error) {
    if (error->setup) {
      ReportDatabaseError(error->setup->error, context, error->setup->statement);
    } else {
      context.diagnostics.Report(source::Code::CannotConnect, {}, error->message)
          .AddHelp(
              "`--server-bin DIR` names the directory of `postgres` and `initdb`, `--db URL` a "
              "server that runs");
    }
    return kFailed;
  }

  for (const proof::ModeReport& mode : report.modes) {
    if (!mode.failure) continue;
    const proof::FoundFailure& found = *mode.failure;
    if (found.failure.kind == proof::FailureKind::Server) {
      context.diagnostics.Report(source::Code::DatabaseFailed, {}, found.failure.message);
      continue;
    }
    // One file for each mode that fails.
    std::string path = arguments.output;
    if (options.all_modes) path = PathForMode(path, mode.mode);
    if (!WriteFiles({{path, found.script}}, context, arguments.compilation.files)) continue;
    context.err << "tricklec: `psql -X -f " << path << "` in an empty database shows the failure\n";
  }
  RenderTestReport(report, options, arguments.report, context.out);
  if (report.failed()) return kNo;
  return report.interrupted ? kFailed : kFine;
}

}  // namespace

void RegisterTest(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand(
      "test", "Compare stream tables with their queries under random changes of random rows");
  auto arguments = std::make_shared<TestArguments>();
  proof::SuiteOptions& suite = arguments->suite;
  AddCompilationOptions(*command, arguments->compilation);
  CLI::Option* cases = command->add_option("--cases", suite.cases, "random histories in each mode")
                           ->option_text("N [20]")
                           ->check(CLI::Range(size_t{1}, size_t{1'000'000'000}));
  command
      ->add_option_function<std::string>(
          "--time",
          [&suite](const std::string& text) {
            suite.time = ParseDuration(text);
            if (!suite.time) {
              throw CLI::ValidationError("--time",
                                         "`" + text + "` is no duration such as 30s or 1h");
            }
          },
          "as many as fit into this time, such as 30s, 5m or 1h")
      ->option_text("DURATION")
      ->excludes(cases);
  command->add_option("--seed", suite.seed, "what the histories follow from")->option_text("N [1]");
  command->add_flag("--all-modes", suite.all_modes,
                    "every stream table in IMMEDIATE, DIFFERENTIAL and FULL mode, not as declared");
  command
      ->add_option("--concurrent", suite.sessions,
                   "sessions that write at the same time; what they do follows from the seed, in "
                   "which order does not")
      ->option_text("N")
      ->check(CLI::Range(2, 50));
  command->add_flag("--coverage", suite.coverage,
                    "tell which branches of the generated functions ran");
  CLI::Option* database = command
                              ->add_option("--db", suite.database,
                                           "a server to make scratch databases on, as the URL of a "
                                           "database; it is left as it is")
                              ->option_text("URL");
  command
      ->add_option("--server", suite.server.version,
                   "version of the throwaway server; the newest that is installed if not given")
      ->option_text("N")
      ->check(CLI::Range(15, 18))
      ->excludes(database);
  command->add_option("--server-bin", suite.server.programs, "directory of the server's programs")
      ->option_text("DIR")
      ->excludes(database);
  command->add_option("-o,--output", arguments->output, "file for the script of a failure")
      ->option_text("FILE [tricklec-failure.sql]");
  AddChoice(
      *command, "--format", arguments->report, "how results are printed",
      {{"human", TestFormat::Human}, {"junit", TestFormat::Junit}, {"json", TestFormat::Json}})
      ->option_text("FORMAT");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return Test(*arguments, context); };
  });
}

}  // namespace tricklec::cli
