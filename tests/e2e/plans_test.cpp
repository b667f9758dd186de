// Plans: a statement of one row after a statement of many must not inherit the plan of the many,
// and the other way round. Counted in rows read, not in time.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class Plans : public StreamFixture {
 protected:
  /// Rows that a statement reads sequentially from tables, the source's own scan included.
  long RowsScanned(const std::string& statement) {
    session_.Run("BEGIN");
    session_.Run(statement);
    long scanned =
        std::stol(session_.Text("SELECT sum(seq_tup_read)::bigint FROM pg_stat_xact_user_tables"));
    session_.Run("COMMIT");
    return scanned;
  }

  void MakeEvents() {
    Schema(
        "CREATE TABLE event (id int PRIMARY KEY, k int NOT NULL, s text, v int, f float8);"
        "CREATE INDEX ON event (k); CREATE INDEX ON event (s)");
    Stream("added", "SELECT k, count(*) AS n, sum(v) AS total FROM event GROUP BY k");
    Stream("extremes", "SELECT k, min(v) AS low, max(v) AS high FROM event GROUP BY k");
    Stream("recomputed", "SELECT k, sum(f) AS total FROM event GROUP BY k");
    Stream("unbounded", "SELECT s, count(*) AS n, sum(v) AS total FROM event GROUP BY s");
    Stream("copied", "SELECT id, v, s FROM event", CompareBy::kImage);
    Stream("unkeyed", "SELECT v, s FROM event", CompareBy::kImage);
    Stream("distinct_v", "SELECT DISTINCT v, k FROM event");
  }

  static std::string Row(int id) {
    return "INSERT INTO event VALUES (" + std::to_string(id) + ", 7, 's7', 1, 0.5)";
  }
};

TEST_F(Plans, OneRowAfterManyReadsFewRows) {
  MakeEvents();
  session_.Run(
      "INSERT INTO event SELECT g, g % 20000, 's' || g % 20000, g, g * 0.5 "
      "FROM generate_series(1, 40000) AS g; ANALYZE");
  // In the same session, whose plans were made for 40 000 rows.
  const std::string id = " WHERE id = 5";
  for (int i = 0; i < 8; ++i) {
    EXPECT_LT(RowsScanned(Row(100000 + i)), 2000);
    EXPECT_LT(RowsScanned("UPDATE event SET v = v + 1, f = f + 1" + id), 2000);
    EXPECT_LT(RowsScanned("UPDATE event SET k = k + 1, s = s || 'x'" + id), 2000);
    EXPECT_LT(RowsScanned("DELETE FROM event WHERE id = " + std::to_string(100000 + i)), 2000);
  }
  EXPECT_TRUE(AllHold());
}

TEST_F(Plans, OneRowAfterManyReadsFewRowsWithoutAnalyze) {
  MakeEvents();
  session_.Run(
      "INSERT INTO event SELECT g, g % 20000, 's' || g % 20000, g, g * 0.5 "
      "FROM generate_series(1, 20000) AS g");
  session_.Run("UPDATE event SET v = v + 1");
  EXPECT_LT(RowsScanned(Row(100000)), 2000);
  EXPECT_LT(RowsScanned("UPDATE event SET v = v + 1, f = f + 1, k = k + 1 WHERE id = 9"), 2000);
  EXPECT_LT(RowsScanned("DELETE FROM event WHERE id = 11"), 2000);
  EXPECT_TRUE(AllHold());
}

TEST_F(Plans, ManyRowsAfterManySmallStatements) {
  MakeEvents();
  for (int i = 1; i <= 12; ++i) {
    session_.Run(Row(i));
    session_.Run("UPDATE event SET v = v + 1, k = k + 1 WHERE id = " + std::to_string(i));
    session_.Run("DELETE FROM event WHERE id = " + std::to_string(i));
  }
  // A nested loop over these would take minutes: the time limit of a statement is two.
  EXPECT_TRUE(
      HoldAfter("INSERT INTO event SELECT g, g % 20000, 's' || g % 20000, g, g * 0.5 "
                "FROM generate_series(1, 40000) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE event SET v = v + 1, s = s || 'y', k = k + 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM event WHERE id % 4 <> 0"));
}

TEST_F(Plans, NothingIsReadForAChangeThatDoesNotConcernTheQuery) {
  Schema("CREATE TABLE event (id int PRIMARY KEY, k int, v int, note text)");
  Stream("by_k", "SELECT k, min(v) AS low FROM event WHERE v > 0 GROUP BY k");
  session_.Run(
      "INSERT INTO event SELECT g, g % 10, g, 'n' FROM generate_series(1, 5000) AS g; ANALYZE");
  // No index serves the recomputation, and none is needed for these.
  EXPECT_LT(RowsScanned("INSERT INTO event VALUES (9001, 1, -5, 'n')"), 100);
  EXPECT_LT(RowsScanned("INSERT INTO event VALUES (9002, 1, 999999, 'n')"), 100);
  EXPECT_LT(RowsScanned("UPDATE event SET note = 'm' WHERE id = 77"), 100);
  EXPECT_TRUE(AllHold());
}

}  // namespace
}  // namespace tricklec::testsupport
