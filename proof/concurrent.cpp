#include "tricklec/proof/concurrent.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tricklec/proof/first_rows.h"
#include "tricklec/proof/generator.h"
#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

constexpr int kTransactions = 8;

/// What several sessions share.
struct Shared {
  const Setup& setup;
  std::string database;
  std::atomic<bool> writing = true;
  std::mutex mutex;
  Counters counters;
  std::optional<Failure> failure;

  void Fail(Failure found) {
    std::lock_guard lock(mutex);
    if (!failure) failure = std::move(found);
  }
};

/// Conflicts between sessions, and what rows and snapshots forbid, are part of the game. Bugs are
/// errors of other classes: assertions of the runtime, internal errors, a lost server.
bool MayHappen(const db::Error& error) {
  if (error.sqlstate.size() != 5) return false;
  std::string family = error.sqlstate.substr(0, 2);
  return family != "XX" && family != "P0" && family != "08" && family != "57";
}

Failure Refused(const db::Error& error) {
  return {FailureKind::RefusedHere,
          std::nullopt,
          "",
          fmt::format("{} (SQLSTATE {})", error.message, error.sqlstate),
          error.context,
          {},
          {}};
}

void Write(Shared& shared, Rng rng, std::vector<Transaction>& done) {
  db::Result<db::Connection> connection = shared.setup.databases().Connect(shared.database);
  if (!connection.ok()) return shared.Fail(Refused(connection.error()));
  GeneratorOptions options;
  // A refresh inside a transaction locks its stream table until the end: only some do that.
  options.refreshes = rng.Chance(30);
  options.truncates = rng.Chance(50);
  Generator generator(shared.setup.facts(), options, connection.value(), rng);
  Counters counters;
  // Whether the session can go on with this transaction.
  auto run = [&](const std::string& sql) {
    db::Result<db::Rows> result = connection.value().Run(sql);
    if (result.ok()) return true;
    ++counters.refused[result.error().sqlstate];
    if (!MayHappen(result.error())) shared.Fail(Refused(result.error()));
    return false;
  };
  for (int i = 0; i < kTransactions && !shared.failure; ++i) {
    Transaction transaction = WithoutLostSavepoints(generator.Next());
    ++counters.transactions;
    bool alone = transaction.begin.empty();
    bool fine = alone || run(transaction.begin);
    for (const Step& step : transaction.steps) {
      if (!fine && !alone && step.kind != Step::Kind::RollbackTo) continue;
      if (step.kind == Step::Kind::Statement) {
        ++counters.statements[step.statement_kind];
        fine = run(Render(step.sql));
      } else if (step.kind == Step::Kind::Refresh) {
        for (const StreamTable& table : shared.setup.definitions().stream_tables) {
          if (table.immediate()) continue;
          ++counters.statements[StatementKind::Refresh];
          fine = run(
              fmt::format("SELECT pgtrickle.refresh_stream_table({})", SqlText(table.sql_name)));
          if (!fine && !alone) break;
        }
      } else if (!alone) {
        fine = run(SavepointSql(step));
      }
    }
    if (!alone) run(fine && transaction.commits ? "COMMIT" : "ROLLBACK");
    done.push_back(std::move(transaction));
  }
  std::lock_guard lock(shared.mutex);
  shared.counters.Add(counters);
}

/// Compares in one snapshot after the other while others write: what is maintained inside statements
/// as it is there, the rest after a refresh in the same transaction.
void Watch(Shared& shared) {
  db::Result<db::Connection> connection = shared.setup.databases().Connect(shared.database);
  if (!connection.ok()) return shared.Fail(Refused(connection.error()));
  const std::vector<StreamTable>& tables = shared.setup.definitions().stream_tables;
  // A table that is truncated after the snapshot reads as empty in it, and what is stored over it does not.
  std::string lock_all = "LOCK TABLE ";
  for (const Table& table : shared.setup.facts().tables) lock_all += table.sql + ", ";
  for (const StreamTable& table : tables) {
    lock_all += table.sql_name + (&table == &tables.back() ? " IN ACCESS SHARE MODE" : ", ");
  }
  size_t comparisons = 0;
  for (bool refreshes = false; shared.writing && !shared.failure; refreshes = !refreshes) {
    (void)connection.value().Run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    bool fine = connection.value().Run(lock_all).ok();
    for (size_t i = 0; i < tables.size() && fine; ++i) {
      if (!tables[i].immediate()) {
        if (!refreshes) continue;
        db::Result<db::Rows> refreshed = connection.value().Run(
            fmt::format("SELECT pgtrickle.refresh_stream_table({})", SqlText(tables[i].sql_name)));
        if (!refreshed.ok()) {
          if (!MayHappen(refreshed.error())) shared.Fail(Refused(refreshed.error()));
          fine = false;
          continue;
        }
      }
      db::Result<std::vector<Difference>> found =
          shared.setup.comparisons()[i].Run(connection.value());
      ++comparisons;
      // The query itself may fail over what the others wrote.
      fine = found.ok();
      if (fine && !found.value().empty()) {
        shared.Fail(
            {FailureKind::Differs,
             i,
             tables[i].sql_name,
             fmt::format("{} rows, in one snapshot while others write", found.value().size()),
             "",
             found.value(),
             {}});
      }
    }
    (void)connection.value().Run(fine ? "COMMIT" : "ROLLBACK");
  }
  std::lock_guard lock(shared.mutex);
  shared.counters.comparisons += comparisons;
}

}  // namespace

std::optional<Failure> RunConcurrently(const Setup& setup, int sessions, Rng rng,
                                       Counters& counters, History& history) {
  Runner runner(setup, counters, false);
  std::optional<Failure> failure = runner.Start(false);
  if (failure) return failure;
  Generator generator(setup.facts(), {}, runner.rows(), rng);
  failure = RunFirstRows(runner, generator, history);
  if (failure) return failure;

  Shared shared{setup, runner.database(), true, {}, {}, {}};
  std::vector<std::vector<Transaction>> done(static_cast<size_t>(sessions));
  std::vector<std::thread> writers;
  uint64_t seed = rng.Below(1U << 30U);
  for (int i = 0; i < sessions; ++i) {
    writers.emplace_back([&, i] {
      Write(shared, Rng(seed, static_cast<uint64_t>(i)), done[static_cast<size_t>(i)]);
    });
  }
  std::thread watcher([&] { Watch(shared); });
  for (std::thread& writer : writers) writer.join();
  shared.writing = false;
  watcher.join();
  counters.Add(shared.counters);
  for (std::vector<Transaction>& of_session : done) {
    for (Transaction& transaction : of_session) {
      history.transactions.push_back(std::move(transaction));
    }
  }
  if (shared.failure) return shared.failure;
  return runner.Finish();
}

}  // namespace tricklec::proof
