// Random writers and refreshers at every isolation level, with clean-up running and stream tables made and
// dropped all the time. Every group that is refreshed in one snapshot must equal its queries there, which
// also finds what an earlier refresh in READ COMMITTED lost or counted twice.
// TRICKLEC_CONCURRENT_SECONDS=<n> runs longer.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "handmade_refresh.h"
#include "tricklec/proof/rng.h"

namespace tricklec::testsupport {
namespace {

using proof::Rng;

constexpr int kFewest = 3;  ///< compared groups of a test, or it says nothing

std::chrono::milliseconds Duration() {
  const char* seconds = std::getenv("TRICKLEC_CONCURRENT_SECONDS");
  return std::chrono::milliseconds(seconds == nullptr ? 4000 : std::stoi(seconds) * 1000);
}

class ConcurrentRefresh : public testing::Test {
 protected:
  ConcurrentRefresh() {
    database_.Connect().Run(
        "ALTER DATABASE " + database_.name() +
        " SET deadlock_timeout = '100ms';"
        "ALTER DATABASE " +
        database_.name() +
        " SET statement_timeout = '60s';"
        // A recomputation would repair what a differential refresh did wrong.
        "UPDATE pgtrickle.pgt_settings SET value = '1' WHERE key = 'full_threshold'");
    Session app = database_.App();
    app.Run(
        "CREATE TABLE app.customers (id int PRIMARY KEY, name text);"
        "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int);"
        "CREATE INDEX ON app.orders (customer);"
        "INSERT INTO app.customers SELECT g, 'c' || g FROM generate_series(1, 8) g;"
        "INSERT INTO app.orders SELECT g, 1 + g % 8, g * 10 FROM generate_series(1, 30) g;");
    for (const HandMadeRefresh& made : {Named(), Big()}) app.Run(ScriptOf(made));
  }

  static std::string Number(Rng& rng, size_t limit) { return std::to_string(rng.Below(limit)); }

  static std::string Level(Rng& rng) {
    return std::vector<std::string>{"READ COMMITTED", "REPEATABLE READ",
                                    "SERIALIZABLE"}[rng.Below(3)];
  }

  std::string Statement(Rng& rng) const {
    std::string order = Number(rng, 40);
    std::string customer = Number(rng, 10);
    switch (rng.Below(truncates_ ? 13 : 12)) {
      case 0:
      case 1:
        return "INSERT INTO app.orders VALUES (" + order + ", " + customer + ", " +
               Number(rng, 100) +
               ") ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, customer = "
               "excluded.customer";
      case 2: return "DELETE FROM app.orders WHERE id = " + order;
      case 3:
        return "UPDATE app.orders SET amount = " + Number(rng, 100) +
               " WHERE customer = " + customer;
      case 4:
        return "UPDATE app.orders SET customer = " + customer + " WHERE id % 7 = " + Number(rng, 7);
      case 5: return "DELETE FROM app.customers WHERE id = " + customer;
      case 6:
      case 7:
        return "INSERT INTO app.customers VALUES (" + customer + ", 'n" + Number(rng, 99) +
               "') ON CONFLICT (id) DO UPDATE SET name = excluded.name";
      case 8:
        return "WITH c AS (UPDATE app.customers SET name = name || '+' WHERE id = " + customer +
               ") UPDATE app.orders SET amount = amount + 1 WHERE customer = " + customer;
      case 9: return "UPDATE app.customers SET name = left(name, 2)";
      case 10:
        return "DO $$ BEGIN BEGIN DELETE FROM app.orders WHERE customer = " + customer +
               "; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; "
               "UPDATE app.orders SET amount = amount - 1 WHERE id = " +
               order + "; END $$";
      case 11:
        return "INSERT INTO app.sales VALUES (" + order + ", 'r" + Number(rng, 4) + "', " +
               Number(rng, 9) +
               ") ON CONFLICT (id) DO UPDATE SET region = excluded.region, amount = "
               "excluded.amount";
      default:
        return "TRUNCATE app.orders; INSERT INTO app.orders SELECT g, g, g FROM generate_series(1, "
               "9) g";
    }
  }

  void Complain(const std::string& text) {
    std::lock_guard guard(mutex_);
    if (complaint_.empty()) complaint_ = text;
    stop_ = true;
  }

  /// Whether the error is one that concurrency may cause.
  bool Allowed(const SqlError& error, const std::string& history) {
    const std::string& state = error.sqlstate();
    bool allowed = state == "40001" || state == "40P01" || state == "23505";
    if (!allowed) Complain(std::string(error.what()) + "\n" + history);
    return allowed;
  }

  /// Transactions of changes, some with a refresh in the middle.
  void Write(uint64_t seed) {
    Rng rng(seed);
    Session session = database_.App();
    while (!stop_) {
      std::string history;
      std::optional<SqlError> error;
      auto run = [&](const std::string& sql) {
        history += sql + ";\n";
        if (!error) error = session.TryRun(sql);
      };
      run("BEGIN ISOLATION LEVEL " + Level(rng));
      for (size_t i = 1 + rng.Below(4); i > 0; --i) {
        bool undone = rng.Chance(15);
        if (undone) run("SAVEPOINT s");
        run(Statement(rng));
        if (rng.Chance(15)) {
          run("SELECT pgtrickle.refresh_stream_table('app." +
              std::string(rng.Chance(50) ? "named" : "big") + "')");
        }
        if (undone) run("ROLLBACK TO s");
      }
      run(rng.Chance(85) ? "COMMIT" : "ROLLBACK");
      if (error) {
        Allowed(*error, history);
        session.TryRun("ROLLBACK");
      }
    }
  }

  /// Single refreshes in any level, and groups that are compared.
  void Refresh(uint64_t seed) {
    Rng rng(seed);
    Session session = database_.App();
    while (!stop_) {
      if (rng.Chance(60)) {
        std::optional<SqlError> error =
            session.TryRun("BEGIN ISOLATION LEVEL " + Level(rng) +
                           "; SELECT pgtrickle.refresh_stream_table('app." +
                           std::string(rng.Chance(60) ? "named" : "big") + "'); COMMIT");
        if (error) {
          Allowed(*error, "refresh");
          session.TryRun("ROLLBACK");
        }
        continue;
      }
      std::optional<SqlError> error = session.TryRun(
          "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT "
          "pgtrickle.refresh_group('{app.big,app.named}')");
      if (!error) {
        for (const HandMadeRefresh& made : {Named(), Big()}) {
          testing::AssertionResult holds = HoldsQueryOf(session, made);
          if (!holds) Complain(made.name + ": " + holds.message());
        }
        ++compared_;
        error = session.TryRun(rng.Chance(80) ? "COMMIT" : "ROLLBACK");
      }
      if (error) {
        Allowed(*error, "group");
        session.TryRun("ROLLBACK");
      }
    }
  }

  void CleanUp() {
    Session session = database_.App();
    while (!stop_) {
      std::optional<SqlError> error = session.TryRun("SELECT pgtrickle.cleanup_buffers()");
      if (error) Allowed(*error, "clean-up");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// A stream table over app.sales and its capture come and go; so does another reader of app.orders.
  void Create() {
    Session session = database_.App();
    while (!stop_) {
      std::optional<SqlError> error = session.TryRun(ScriptOf(Totals()));
      if (!error) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        error = session.TryRun(
            "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT "
            "pgtrickle.refresh_group('{app.totals}')");
        if (!error) {
          testing::AssertionResult holds = HoldsQueryOf(session, Totals());
          if (!holds) Complain(std::string("totals: ") + holds.message());
          ++created_;
        } else {
          Allowed(*error, "refresh after creation");
        }
        session.TryRun("COMMIT");
        while (session.TryRun("SELECT pgtrickle.drop_stream_table('app.totals')") && !stop_) {
        }
      } else {
        Allowed(*error, "create");
      }
    }
  }

  void Attack(uint64_t seed, bool keep_capture) {
    // With another reader the capture of app.sales stays: then no lock keeps writers away from a first fill.
    if (keep_capture) database_.App().Run(ScriptOf(TotalsAs("kept")));
    std::vector<std::thread> threads;
    for (uint64_t i = 0; i < 3; ++i) threads.emplace_back([=, this] { Write(seed + i); });
    for (uint64_t i = 0; i < 2; ++i) threads.emplace_back([=, this] { Refresh(seed + 10 + i); });
    threads.emplace_back([this] { CleanUp(); });
    threads.emplace_back([this] { Create(); });
    // On a busy machine most groups are refused; it takes the time that it takes to compare a few.
    auto start = std::chrono::steady_clock::now();
    auto is_enough = [&] {
      auto spent = std::chrono::steady_clock::now() - start;
      return spent > Duration() &&
             ((compared_ >= kFewest && created_ > 0) || spent > 10 * Duration());
    };
    while (!stop_ && !is_enough()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stop_ = true;
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(complaint_, "");

    Session app = database_.App();
    app.Run("SELECT pgtrickle.refresh_stream_table('app.named')");
    app.Run("SELECT pgtrickle.refresh_stream_table('app.big')");
    EXPECT_TRUE(HoldsQueryOf(app, Named()));
    EXPECT_TRUE(HoldsQueryOf(app, Big()));
    app.Run("SELECT pgtrickle.cleanup_buffers()");
    EXPECT_EQ(app.Text("SELECT (SELECT count(*) FROM pgtrickle_changes.\"app.orders/changes\") + "
                       "(SELECT count(*) FROM pgtrickle_changes.\"app.customers/changes\") + "
                       "(SELECT count(*) FROM pgtrickle_changes.\"app.named/changes\") + "
                       "(SELECT count(*) FROM pgtrickle_changes.truncations)"),
              "0");
    EXPECT_EQ(
        app.Text("SELECT coalesce(string_agg(DISTINCT s.pgt_name || ': ' || h.reason, E'\\n'), '') "
                 "FROM pgtrickle.pgt_refresh_history h JOIN pgtrickle.pgt_stream_tables s "
                 "USING (pgt_id) WHERE h.reason LIKE '%failed%'"),
        "");
    EXPECT_GE(compared_, kFewest);
    EXPECT_GE(created_, 1);
  }

  AppDatabase database_;
  bool truncates_ = false;
  std::atomic<bool> stop_{false};
  std::atomic<int> compared_{0};
  std::atomic<int> created_{0};
  std::mutex mutex_;
  std::string complaint_;
};

TEST_F(ConcurrentRefresh, LosesNothingAndCountsNothingTwice) { Attack(1, false); }

TEST_F(ConcurrentRefresh, FillsWithoutLocks) { Attack(3, true); }

TEST_F(ConcurrentRefresh, SurvivesTruncate) {
  truncates_ = true;
  Attack(2, false);
}

}  // namespace
}  // namespace tricklec::testsupport
