#include "tricklec/proof/suite.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/concurrent.h"
#include "tricklec/proof/first_rows.h"
#include "tricklec/proof/generator.h"
#include "tricklec/proof/script.h"
#include "tricklec/proof/shrink.h"

namespace tricklec::proof {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Generated functions that run when rows change or at a refresh, not those for its administration.
std::vector<std::string> GeneratedFunctions(const Setup& setup) {
  std::vector<std::string> names;
  db::Result<db::Connection> connection = setup.databases().Connect(setup.with_stream_tables());
  if (!connection.ok()) return names;
  db::Result<db::Rows> rows = connection.value().Run(
      "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
      "WHERE n.nspname = 'pgtrickle_impl' AND p.proname !~ '/(refresh|verify|detach|cleanup)$' "
      "ORDER BY proname COLLATE \"C\"");
  if (!rows.ok()) return names;
  for (const auto& row : rows.value().rows) names.push_back(row[0].value_or(""));
  return names;
}

/// Runs the histories of one mode.
class ModeRun {
 public:
  ModeRun(const SuiteOptions& options, const Definitions& definitions, const Setup& setup,
          const SetupOptions& setup_options, ModeReport& report)
      : options_(options),
        definitions_(definitions),
        setup_(setup),
        setup_options_(setup_options),
        report_(report) {}

  /// \param share of all time, where time is the limit
  bool Run(double done_before, double share);

 private:
  std::optional<Failure> RunHistory(size_t number, History& history);
  void Report(size_t number, const History& history, const Failure& failure);

  const SuiteOptions& options_;
  const Definitions& definitions_;
  const Setup& setup_;
  const SetupOptions& setup_options_;
  ModeReport& report_;
};

std::optional<Failure> ModeRun::RunHistory(size_t number, History& history) {
  Rng rng(options_.seed, number);
  Runner runner(setup_, report_.counters, true);
  history.rows_first = options_.rows_first && setup_.rows_can_be_first() && rng.Chance(25);
  GeneratorOptions generation;
  generation.refreshes = std::any_of(setup_.definitions().stream_tables.begin(),
                                     setup_.definitions().stream_tables.end(),
                                     [](const StreamTable& table) { return !table.immediate(); });
  generation.copies = options_.copies || options_.database.empty();
  generation.nested_settings = options_.nested_settings;
  std::optional<Failure> failure = runner.Start(history.rows_first);
  if (failure) return failure;
  const Facts& facts = setup_.facts();
  Generator generator(facts, generation, runner.rows(), Rng(options_.seed ^ 0xabcdef, number));
  failure = RunFirstRows(runner, generator, history);
  constexpr int kFewest = 6;
  int transactions = rng.Between(std::min(kFewest, options_.transactions), options_.transactions);
  for (int i = 0; i < transactions && !failure && !facts.tables.empty(); ++i) {
    history.transactions.push_back(generator.Next());
    failure = runner.Run(history.transactions.back());
  }
  return failure ? failure : runner.Finish();
}

void ModeRun::Report(size_t number, const History& history, const Failure& failure) {
  auto begin = Clock::now();
  auto stop = [&] { return options_.stop() || Clock::now() - begin > options_.shrink_time; };
  options_.progress({report_.mode, report_.cases, 1, 0, true});
  // What is reported is what the compiler emits, without marks for coverage.
  SetupOptions unmarked = setup_options_;
  unmarked.coverage = false;
  SetupError unused;
  std::unique_ptr<Setup> again;
  if (setup_options_.coverage) {
    again = Setup::Make(setup_.databases(), definitions_, unmarked, unused);
  }
  const Setup& original = again ? *again : setup_;
  Shrinker shrinker(original, unmarked, stop);
  Shrunk shrunk = shrinker.Shrink(history, failure);
  const Setup& setup = shrunk.setup ? *shrunk.setup : original;
  FoundFailure found;
  found.number = number;
  found.failure = shrunk.failure;
  found.statements_before = CountStatements(history);
  found.statements = CountStatements(shrunk.history);
  found.stream_tables = setup.definitions().stream_tables.size();
  std::string what = shrunk.failure.name.empty()
                         ? std::string(NameOf(shrunk.failure.kind))
                         : shrunk.failure.name + ": " + std::string(NameOf(shrunk.failure.kind));
  std::vector<std::string> heading = {
      what, fmt::format("Found by tricklec test, seed {}, history {}, stream tables {}.",
                        options_.seed, number, NameOf(report_.mode))};
  if (!shrunk.failure.message.empty()) heading.push_back(shrunk.failure.message);
  if (!shrunk.failure.context.empty()) heading.push_back("CONTEXT: " + shrunk.failure.context);
  found.script = ScriptOf(setup, shrunk.history, shrunk.failure, heading);
  report_.failure = std::move(found);
}

bool ModeRun::Run(double done_before, double share) {
  auto begin = Clock::now();
  report_.functions = GeneratedFunctions(setup_);
  report_.branches = setup_.branches();
  for (size_t number = 1;; ++number) {
    double part = 0;
    if (options_.time) {
      part = SecondsSince(begin) / (std::chrono::duration<double>(*options_.time).count() * share);
    } else {
      part = static_cast<double>(number - 1) / static_cast<double>(options_.cases);
    }
    if (part >= 1 || options_.stop()) break;
    size_t statements = 0;
    for (const auto& [kind, count] : report_.counters.statements) statements += count;
    options_.progress({report_.mode, report_.cases, done_before + part * share, statements, false});
    History history;
    std::optional<Failure> failure;
    if (options_.sessions > 1) {
      failure = RunConcurrently(setup_, options_.sessions, Rng(options_.seed, number),
                                report_.counters, history);
    } else {
      failure = RunHistory(number, history);
    }
    ++report_.cases;
    if (!failure) continue;
    if (options_.sessions > 1 && failure->kind != FailureKind::Server) {
      FoundFailure found;
      found.number = number;
      found.failure = *failure;
      found.statements = found.statements_before = CountStatements(history);
      found.stream_tables = setup_.definitions().stream_tables.size();
      found.script = ScriptOf(
          setup_, history, *failure,
          {fmt::format("{}: {}", failure->name, NameOf(failure->kind)),
           fmt::format(
               "Found by tricklec test with {} sessions, seed {}, history {}: the transactions "
               "ran at the same time, so that one session may not show it.",
               options_.sessions, options_.seed, number)});
      report_.failure = std::move(found);
    } else {
      Report(number, history, *failure);
    }
    break;
  }
  for (const Table& table : setup_.facts().tables) {
    if (!report_.failure && table.source && !table.is_partition &&
        report_.counters.rows[table.sql] == 0) {
      report_.empty_tables.push_back(table.sql);
    }
  }
  report_.seconds = SecondsSince(begin);
  return !report_.failure;
}

}  // namespace

bool SuiteReport::failed() const {
  return std::any_of(modes.begin(), modes.end(),
                     [](const ModeReport& mode) { return mode.failure.has_value(); });
}

SuiteReport RunSuite(const std::vector<codegen::Input>& inputs, const SuiteOptions& options,
                     source::Diagnostics& diagnostics, std::vector<source::BufferPtr>& kept,
                     std::optional<SuiteError>& error) {
  SuiteReport report;
  std::vector<Mode> modes = {Mode::Declared};
  if (options.all_modes) modes = {Mode::Immediate, Mode::Differential, Mode::Full};
  std::vector<Definitions> definitions;
  for (Mode mode : modes) {
    definitions.push_back(Define(inputs, mode, options.compile, diagnostics, kept));
    if (diagnostics.has_errors()) return report;
  }
  std::unique_ptr<throwaway::Server> server;
  std::string target = options.database;
  if (target.empty()) {
    throwaway::ServerOptions server_options = options.server;
    server_options.settings.emplace_back("track_functions=pl");
    std::string message;
    server = throwaway::Server::Start(server_options, message);
    if (!server) {
      error = {message, std::nullopt};
      return report;
    }
    report.server_version = server->version();
    target = server->Url("postgres");
  }
  db::Result<std::unique_ptr<Databases>> databases = Databases::Open(target);
  if (!databases.ok()) {
    error = {databases.error().message, std::nullopt};
    return report;
  }
  SetupOptions setup_options;
  setup_options.own_server = options.database.empty();
  setup_options.edit = options.edit;
  setup_options.coverage = options.coverage;
  for (size_t i = 0; i < modes.size(); ++i) {
    ModeReport& mode = report.modes.emplace_back();
    mode.mode = modes[i];
    mode.rejections = definitions[i].rejections;
    for (const StreamTable& table : definitions[i].stream_tables) {
      mode.stream_tables.push_back(table.sql_name);
    }
    if (definitions[i].stream_tables.empty()) continue;
    SetupError refused;
    std::unique_ptr<Setup> setup =
        Setup::Make(*databases.value(), definitions[i], setup_options, refused);
    if (!setup) {
      error = {"", refused};
      return report;
    }
    double share = 1.0 / static_cast<double>(modes.size());
    ModeRun(options, definitions[i], *setup, setup_options, mode)
        .Run(static_cast<double>(i) * share, share);
    if (options.stop()) {
      report.interrupted = true;
      break;
    }
  }
  return report;
}

}  // namespace tricklec::proof
