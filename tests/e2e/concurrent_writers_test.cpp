// Random concurrent writers at every isolation level, with a reader that compares all the time.
// What a session sees, in its own transaction or from outside, is always a stream table that holds
// its query; a writer may be refused with 40001 or 40P01. TRICKLEC_CONCURRENT_SECONDS=<n> runs
// longer.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "stream_fixture.h"
#include "tricklec/proof/rng.h"

namespace tricklec::testsupport {
namespace {

using proof::Rng;

constexpr int kWriters = 4;
constexpr int kFewest = 40;  ///< transactions of a test, or it says nothing

std::chrono::milliseconds Duration() {
  const char* seconds = std::getenv("TRICKLEC_CONCURRENT_SECONDS");
  return std::chrono::milliseconds(seconds == nullptr ? 1500 : std::stoi(seconds) * 1000);
}

enum class Shape { kTransactions, kSingleStatements };

class ConcurrentWriters : public StreamFixture {
 protected:
  ConcurrentWriters() {
    session_.Run("ALTER DATABASE " + database_.name() + " SET deadlock_timeout = '100ms'");
    Schema(
        "CREATE TABLE src (id int PRIMARY KEY, k int, v int, f float8, s text);"
        "CREATE INDEX ON src (k); CREATE TABLE bag (k int, v int)");
    session_.Run(
        "INSERT INTO src SELECT g, g % 5, g, g * 0.25, 's' || g % 4 FROM generate_series(1, 40) AS "
        "g;"
        "INSERT INTO bag SELECT g % 4, g % 2 FROM generate_series(1, 20) AS g");
  }

  static std::string Number(Rng& rng, size_t limit) { return std::to_string(rng.Below(limit)); }
  static std::string Key(Rng& rng) { return rng.Chance(8) ? "NULL::int" : Number(rng, 5); }
  static std::string Text(Rng& rng) {
    return rng.Chance(8) ? "NULL::text" : "'s" + Number(rng, 4) + "'";
  }
  static std::string Float(Rng& rng) { return "0.25 * " + Number(rng, 40); }

  /// A statement on rows of one writer only (`writer` >= 0, ids equal to it modulo the number of
  /// writers), or on any rows.
  static std::string Statement(Rng& rng, int writer) {
    size_t step = kWriters;
    auto id = [&] {
      return writer < 0 ? Number(rng, 60)
                        : std::to_string(rng.Below(15) * step + static_cast<size_t>(writer));
    };
    auto row = [&] {
      return "(" + id() + ", " + Key(rng) + ", " + Number(rng, 50) + ", " + Float(rng) + ", " +
             Text(rng) + ")";
    };
    std::string mine =
        writer < 0 ? "" : " AND id % " + std::to_string(step) + " = " + std::to_string(writer);
    switch (rng.Below(14)) {
      case 0:
      case 1: return "INSERT INTO src VALUES " + row() + ", " + row() + " ON CONFLICT DO NOTHING";
      case 2:
        return "INSERT INTO src VALUES " + row() +
               " ON CONFLICT (id) DO UPDATE SET k = excluded.k, "
               "v = src.v + 1, s = excluded.s";
      case 3: return "DELETE FROM src WHERE k = " + Number(rng, 5) + mine;
      case 4: return "DELETE FROM src WHERE id = " + id();
      case 5:
        return "UPDATE src SET k = " + Key(rng) + ", s = " + Text(rng) +
               " WHERE k = " + Number(rng, 5) + mine;
      case 6:
        return "UPDATE src SET v = v + 1, f = f + 0.25 WHERE s = 's" + Number(rng, 4) + "'" + mine;
      case 7: return "UPDATE src SET k = 4 - k WHERE id IN (" + id() + ", " + id() + ")";
      case 8:
        return "WITH d AS (DELETE FROM src WHERE id = " + id() + ") INSERT INTO src VALUES " +
               row() + " ON CONFLICT DO NOTHING";
      case 9:
        return "MERGE INTO src USING (VALUES " + row() +
               ") AS x(id, k, v, f, s) ON src.id = x.id "
               "WHEN MATCHED AND src.v % 2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET k = x.k, v "
               "= x.v "
               "WHEN NOT MATCHED THEN INSERT VALUES (x.id, x.k, x.v, x.f, x.s)";
      case 10:
        return "DO $$ BEGIN BEGIN UPDATE src SET v = 0 WHERE id = " + id() +
               "; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; UPDATE "
               "src SET k = " +
               Key(rng) + " WHERE id = " + id() + "; END $$";
      case 11:
        return "INSERT INTO bag VALUES (" + Number(rng, 4) + ", " + Number(rng, 2) + "), (" +
               Number(rng, 4) + ", " + Number(rng, 2) + ")";
      case 12:
        return "DELETE FROM bag WHERE ctid = ANY (ARRAY(SELECT ctid FROM bag WHERE k = " +
               Number(rng, 4) + " LIMIT 2))";
      default:
        return "UPDATE bag SET v = " + Number(rng, 2) +
               " WHERE ctid = ANY (ARRAY(SELECT ctid FROM bag WHERE k = " + Number(rng, 4) +
               " LIMIT 1))";
    }
  }

  void Complain(const std::string& text) {
    std::lock_guard guard(mutex_);
    if (complaint_.empty()) complaint_ = text;
    stop_ = true;
  }

  void Write(int writer, Shape shape, uint64_t seed) {
    Rng rng(seed + static_cast<uint64_t>(writer) * 1000);
    Session session = database_.Connect();
    while (!stop_) {
      std::string history;
      std::optional<SqlError> error;
      auto run = [&](const std::string& sql) {
        history += sql + ";\n";
        error = session.TryRun(sql);
        return !error;
      };
      if (shape == Shape::kSingleStatements) {
        run(Statement(rng, writer));
      } else {
        run("BEGIN ISOLATION LEVEL " + std::vector<std::string>{"READ COMMITTED", "REPEATABLE READ",
                                                                "SERIALIZABLE"}[rng.Below(3)]);
        for (size_t i = 1 + rng.Below(3); i > 0 && !error; --i) {
          bool undone = rng.Chance(15);
          if (undone) run("SAVEPOINT s");
          if (run(Statement(rng, -1)) && rng.Chance(40)) {
            // Under SERIALIZABLE even looking may be refused.
            try {
              testing::AssertionResult holds = AllHold(session);
              if (!holds) {
                Complain("inside a transaction: " + std::string(holds.message()) + "\n" + history);
              }
            } catch (const SqlError& refusal) {
              error = refusal;
            }
          }
          if (undone && !error) run("ROLLBACK TO s");
        }
        if (!error) run(rng.Chance(80) ? "COMMIT" : "ROLLBACK");
      }
      ++statements_;
      if (error) {
        bool deadlock = error->sqlstate() == "40P01";
        bool allowed = error->sqlstate() == "40001" || error->sqlstate() == "23505" ||
                       (deadlock && shape == Shape::kTransactions);
        ++(deadlock ? deadlocks_ : refused_);
        if (!allowed) Complain(std::string("refused: ") + error->what() + "\n" + history);
        (void)session.TryRun("ROLLBACK");
      }
    }
  }

  void RunWriters(Shape shape) {
    ASSERT_TRUE(AllHold());
    std::vector<std::thread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([this, writer, shape] {
        try {
          Write(writer, shape, 17);
        } catch (const std::exception& exception) {
          Complain(exception.what());
        }
      });
    }
    auto end = std::chrono::steady_clock::now() + Duration();
    auto latest = end + std::chrono::seconds(40);  // where the machine is slow
    for (auto now = std::chrono::steady_clock::now();
         !stop_ && (now < end || (statements_ < kFewest && now < latest));
         now = std::chrono::steady_clock::now()) {
      testing::AssertionResult holds = AllHold();
      if (!holds) Complain("seen from outside: " + std::string(holds.message()));
    }
    stop_ = true;
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(complaint_, "");
    EXPECT_TRUE(AllHold());
    EXPECT_GE(statements_, kFewest);
    EXPECT_LT(refused_ + deadlocks_, statements_);
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int> statements_ = 0;
  std::atomic<int> refused_ = 0;
  std::atomic<int> deadlocks_ = 0;
  std::mutex mutex_;
  std::string complaint_;
};

TEST_F(ConcurrentWriters, AddedGroups) {
  Stream("added", "SELECT k, count(*) AS n, sum(v) AS total, count(v) AS c FROM src GROUP BY k");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, Extremes) {
  Stream("extremes", "SELECT k, min(v) AS low, max(v) AS high FROM src GROUP BY k");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, RecomputedGroups) {
  Stream("recomputed", "SELECT k, sum(f) AS total, count(*) AS n FROM src GROUP BY k");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, AnchoredGroups) {
  Stream("anchored", "SELECT s, count(*) AS n, sum(v) AS total FROM src GROUP BY s");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, AnchoredRecomputedGroups) {
  Stream("anchored", "SELECT s, sum(f) AS total, max(v) AS high FROM src GROUP BY s");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, SingleRow) {
  Stream("whole", "SELECT count(*) AS n, sum(v) AS total, max(v) AS high, sum(f) AS f FROM src");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, KeyedRowsAndBags) {
  Stream("keyed", "SELECT id, k, v FROM src WHERE v > 10", CompareBy::kImage);
  Stream("unkeyed", "SELECT k, s FROM src", CompareBy::kImage);
  Stream("copies", "SELECT k, v FROM bag", CompareBy::kImage);
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, DistinctRows) {
  Stream("keys", "SELECT DISTINCT k FROM src");
  Stream("bag_keys", "SELECT DISTINCT k, v FROM bag");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, InnerResults) {
  Stream("few", "SELECT k, count(*) AS n, max(v) AS high FROM src GROUP BY k HAVING count(*) < 9");
  Stream("sizes",
         "SELECT g.n, count(*) AS groups FROM (SELECT k, count(*) AS n FROM src GROUP BY k) AS g "
         "GROUP BY g.n");
  Stream("texts", "SELECT s, sum(v) AS total FROM src GROUP BY s HAVING sum(v) > 150");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, InnerResultsBesideOthers) {
  Stream(
      "joined",
      "SELECT src.id, g.n FROM src JOIN (SELECT k, count(*) AS n FROM bag GROUP BY k) AS g ON g.k "
      "= src.k",
      CompareBy::kImage);
  Stream(
      "above",
      "SELECT src.id, src.v FROM src JOIN (SELECT k, max(v) AS m FROM src GROUP BY k) AS g ON g.k "
      "= src.k AND src.v = g.m",
      CompareBy::kImage);
  RunWriters(Shape::kTransactions);
}

// All rows that can meet have one value of k: anchor rows.
TEST_F(ConcurrentWriters, JoinedByOneColumn) {
  Stream("pairs", "SELECT src.id, src.k, bag.v FROM src JOIN bag ON bag.k = src.k",
         CompareBy::kImage);
  Stream("counted",
         "SELECT src.k, count(*) AS n, sum(bag.v) AS total FROM src JOIN bag ON bag.k = src.k "
         "GROUP BY src.k");
  RunWriters(Shape::kTransactions);
}

// Rows meet over several columns: one row of the stream table that all writers change.
TEST_F(ConcurrentWriters, JoinedBySeveralColumns) {
  Stream("chained",
         "SELECT a.s, count(*) AS n FROM src a JOIN bag ON bag.k = a.k JOIN src b ON b.id = bag.v "
         "GROUP BY a.s");
  RunWriters(Shape::kTransactions);
}

TEST_F(ConcurrentWriters, SingleStatementsOverJoinsNeverDeadlock) {
  Stream("pairs", "SELECT src.id, src.k, bag.v FROM src JOIN bag ON bag.k = src.k",
         CompareBy::kImage);
  Stream("counted",
         "SELECT src.k, count(*) AS n FROM src JOIN bag ON bag.k = src.k GROUP BY src.k");
  RunWriters(Shape::kSingleStatements);
  EXPECT_EQ(deadlocks_, 0);
}

TEST_F(ConcurrentWriters, SingleStatementsNeverDeadlock) {
  Stream("added", "SELECT k, count(*) AS n, sum(v) AS total FROM src GROUP BY k");
  Stream("recomputed", "SELECT k, sum(f) AS total, min(v) AS low FROM src GROUP BY k");
  Stream("anchored", "SELECT s, count(*) AS n, max(v) AS high FROM src GROUP BY s");
  Stream("keyed", "SELECT id, k, v FROM src", CompareBy::kImage);
  Stream("unkeyed", "SELECT k, s FROM src", CompareBy::kImage);
  Stream("few", "SELECT k, count(*) AS n FROM src GROUP BY k HAVING count(*) < 9");
  Stream("sizes",
         "SELECT g.n, count(*) AS groups FROM (SELECT s, count(*) AS n FROM src GROUP BY s) AS g "
         "GROUP BY g.n");
  RunWriters(Shape::kSingleStatements);
  EXPECT_EQ(deadlocks_, 0);
}

TEST_F(ConcurrentWriters, CreationWaitsForWritersAndMissesNone) {
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([this, writer] {
      try {
        Write(writer, Shape::kTransactions, 99);
      } catch (const std::exception& exception) {
        Complain(exception.what());
      }
    });
  }
  const std::string query =
      "SELECT k, count(*) AS n, sum(v) AS total, max(v) AS high FROM src GROUP BY k";
  std::string script = Compile("CREATE STREAM TABLE made IMMEDIATE AS " + query + ";", schema_);
  auto end = std::chrono::steady_clock::now() + Duration();
  int creations = 0;
  while (!stop_ && (std::chrono::steady_clock::now() < end || creations == 0)) {
    std::optional<SqlError> error = session_.TryRun(script);
    if (error) {
      if (error->sqlstate() != "40P01") Complain(std::string("creation failed: ") + error->what());
      continue;
    }
    ++creations;
    for (int i = 0; i < 5; ++i) {
      testing::AssertionResult holds = HoldsQuery(session_, "made", query);
      if (!holds) Complain(std::string("after creation: ") + holds.message());
    }
    for (;;) {  // the drop waits for writers too, and may lose against them
      error = session_.TryRun("SELECT pgtrickle.drop_stream_table('made')");
      if (!error) break;
      if (error->sqlstate() != "40P01") {
        Complain(std::string("drop failed: ") + error->what());
        break;
      }
    }
  }
  stop_ = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(complaint_, "");
  EXPECT_GT(creations, 0);
}

}  // namespace
}  // namespace tricklec::testsupport
