// TRUNCATE of one source of an IMMEDIATE stream table that has rows of others, while others write.
#include <chrono>
#include <future>
#include <thread>

#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class TruncatedBranch : public StreamFixture {
 protected:
  TruncatedBranch() {
    Schema(
        "CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int PRIMARY KEY, v int)");
    session_.Run(
        "INSERT INTO a SELECT g, g FROM generate_series(1, 4) AS g;"
        "INSERT INTO b SELECT g, g FROM generate_series(1, 4) AS g");
    Stream("either", "SELECT id, v, 'a' AS src FROM a UNION ALL SELECT id, v, 'b' FROM b",
           CompareBy::kImage);
    Stream("grouped",
           "SELECT x.v, count(*) AS n FROM (SELECT v FROM a UNION ALL SELECT v FROM b) x GROUP BY "
           "x.v");
    Stream(
        "total",
        "SELECT count(*) AS n, sum(x.v) AS s FROM (SELECT v FROM a UNION ALL SELECT v FROM b) x");
  }

  void WaitUntilBlocked(const std::string& pid) {
    std::string blocked =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = " + pid;
    Session watch = database_.Connect();
    while (watch.Text(blocked) == "0") std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
};

TEST_F(TruncatedBranch, WaitsForWritersOfTheOther) {
  Session writer = database_.Connect();
  writer.Run("BEGIN; INSERT INTO b VALUES (5, 5)");
  std::string pid = session_.Text("SELECT pg_backend_pid()");
  auto truncate = std::async(std::launch::async, [this] { return session_.TryRun("TRUNCATE a"); });
  WaitUntilBlocked(pid);
  writer.Run("DELETE FROM b WHERE id = 1; COMMIT");
  EXPECT_FALSE(truncate.get().has_value());
  EXPECT_TRUE(AllHold());
}

TEST_F(TruncatedBranch, WritersOfTheOtherWait) {
  Session writer = database_.Connect();
  std::string pid = writer.Text("SELECT pg_backend_pid()");
  session_.Run("BEGIN; TRUNCATE a");
  auto write = std::async(std::launch::async, [&] {
    return writer.TryRun(
        "UPDATE b SET v = v + 1; DELETE FROM b WHERE id = 1; INSERT INTO b VALUES (9, 9)");
  });
  WaitUntilBlocked(pid);
  session_.Run("INSERT INTO a VALUES (1, 2); COMMIT");
  EXPECT_FALSE(write.get().has_value());
  EXPECT_TRUE(AllHold());
}

TEST_F(TruncatedBranch, AnOlderSnapshotIsRefused) {
  session_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM a");
  database_.Connect().Run("INSERT INTO a VALUES (5, 5)");
  std::optional<SqlError> error = session_.TryRun("TRUNCATE a");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->sqlstate(), "25001");
  session_.Run("ROLLBACK");
  EXPECT_TRUE(AllHold());
}

TEST_F(TruncatedBranch, NothingIsLeftWhereEveryBranchReadsIt) {
  Stream("twice", "SELECT v FROM a UNION ALL SELECT v + 1 FROM a WHERE v > 1");
  session_.Run(
      "SELECT pgtrickle.drop_stream_table(n) FROM unnest('{either,grouped,total}'::text[]) AS n");
  streams_.erase(streams_.begin(), streams_.begin() + 3);
  session_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM b");
  database_.Connect().Run("INSERT INTO a VALUES (5, 5)");
  session_.Run("TRUNCATE a; COMMIT");
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(session_.Text("SELECT count(*) FROM twice"), "0");
}

}  // namespace
}  // namespace tricklec::testsupport
