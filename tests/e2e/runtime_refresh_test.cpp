// Differential and full refreshes of stream tables whose functions are written by hand.
#include <gtest/gtest.h>

#include "handmade_refresh.h"

namespace tricklec::testsupport {
namespace {

class RefreshTest : public testing::Test {
 protected:
  RefreshTest() : app_(database_.App()) {
    app_.Run(
        "CREATE TABLE app.customers (id int PRIMARY KEY, name text, city text);"
        "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int, note text);"
        "INSERT INTO app.customers SELECT g, 'c' || g, 'x' FROM generate_series(1, 5) g;"
        "INSERT INTO app.orders SELECT g, 1 + g % 5, g * 10, '' FROM generate_series(1, 10) g;");
  }

  void Refresh(const std::string& name) { Refresh(app_, name); }
  static void Refresh(Session& session, const std::string& name) {
    session.Run("SELECT pgtrickle.refresh_stream_table('app." + name + "')");
  }

  /// What the latest refresh did: action, inserted, updated, deleted, fallback, reason.
  std::string Latest(const std::string& name) {
    return Printed(app_.Rows(
        "SELECT h.action, h.rows_inserted, h.rows_updated, h.rows_deleted, h.was_full_fallback, "
        "h.reason FROM pgtrickle.pgt_refresh_history h JOIN pgtrickle.pgt_stream_tables s USING "
        "(pgt_id) WHERE s.pgt_name = " +
        QuoteLiteral(name) + " ORDER BY h.refresh_id DESC LIMIT 1"));
  }

  AppDatabase database_;
  Session app_;
};

// ---- what a refresh does ------------------------------------------------------------------------

TEST_F(RefreshTest, AppliesTheChangesOfOneSource) {
  app_.Run(ScriptOf(Totals()));
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(Latest("totals"), "FULL|3|0|0|f|created\n");
  app_.Run(
      "INSERT INTO app.sales VALUES (5, 'c', 9), (6, 'b', NULL);"
      "UPDATE app.sales SET amount = amount + 1 WHERE id <= 2;"
      "DELETE FROM app.sales WHERE region IS NULL;");
  EXPECT_FALSE(HoldsQueryOf(app_, Totals()));
  Refresh("totals");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(Latest("totals"), "DIFFERENTIAL|1|2|1|f|NULL\n");
}

TEST_F(RefreshTest, WithoutChangesThereIsNothingToDo) {
  app_.Run(ScriptOf(Totals()));
  app_.Run(
      "ALTER TABLE app.sales ADD COLUMN note text; UPDATE app.sales SET note = 'x', amount = "
      "amount");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "NO_DATA|0|0|0|f|NULL\n");
}

TEST_F(RefreshTest, AppliesTheChangesOfBothSidesOfAJoin) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "UPDATE app.customers SET name = 'renamed' WHERE id = 2;"
      "UPDATE app.orders SET customer = 3 WHERE customer = 2;"
      "DELETE FROM app.customers WHERE id = 4;"
      "INSERT INTO app.customers VALUES (6, 'six', NULL);"
      "INSERT INTO app.orders VALUES (20, 6, 1, NULL);");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_EQ(Latest("named"), "DIFFERENTIAL|1|2|2|f|NULL\n");
}

TEST_F(RefreshTest, ChangesThatCancelAreNotWritten) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "INSERT INTO app.orders VALUES (20, 1, 1, NULL); UPDATE app.orders SET amount = 2 WHERE id = "
      "20;"
      "DELETE FROM app.orders WHERE id = 20;");
  Refresh("named");
  EXPECT_EQ(Latest("named"), "DIFFERENTIAL|0|0|0|f|NULL\n");
}

TEST_F(RefreshTest, TruncateMeansFull) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("TRUNCATE app.sales; INSERT INTO app.sales VALUES (1, 'z', 1)");
  Refresh("totals");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(Latest("totals"), "FULL|1|0|3|t|app.sales was truncated\n");
  app_.Run("INSERT INTO app.sales VALUES (2, 'z', 1)");
  Refresh("totals");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(Latest("totals"), "DIFFERENTIAL|0|1|0|f|NULL\n");
}

TEST_F(RefreshTest, AfterATruncateUnderAnOlderSnapshotItBeginsAnew) {
  app_.Run(ScriptOf(Named()));
  app_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM app.customers");
  Session other = database_.App();
  other.Run("UPDATE app.orders SET amount = 77, customer = 2 WHERE id IN (4, 6)");
  // The rows that the other transaction wrote are gone with all others; its changes are not visible here.
  app_.Run(
      "TRUNCATE app.orders; INSERT INTO app.orders SELECT g, 1, g, '' FROM generate_series(1, 9) "
      "g");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  app_.Run("COMMIT");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  app_.Run("UPDATE app.orders SET amount = 5 WHERE id = 1");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_EQ(
      Latest("named"),
      "REINITIALIZE|0|1|0|f|app.orders was truncated in a transaction whose snapshot was older\n");
}

// PostgreSQL: a row that was deleted since is no conflict for an insert under an older snapshot, which then shows
// two rows with one primary key.
TEST_F(RefreshTest, KeysThatTheSnapshotShowsTwiceAreAConflict) {
  app_.Run(ScriptOf(Named()));
  Session other = database_.App();
  for (const char* level : {"REPEATABLE READ", "SERIALIZABLE"}) {
    app_.Run("BEGIN ISOLATION LEVEL " + std::string(level) +
             "; SELECT count(*) FROM app.customers");
    other.Run("DELETE FROM app.customers WHERE id = 3");
    app_.Run("SAVEPOINT s; INSERT INTO app.customers VALUES (3, 'again', 'y')");
    EXPECT_EQ(app_.Text("SELECT count(*) FROM app.customers WHERE id = 3"), "2");
    EXPECT_TRUE(FailsWith(app_, "40001", "SELECT pgtrickle.refresh_stream_table('app.named')",
                          "could not serialize access to app.customers due to concurrent delete"));
    // Without that row it is a transaction like any other.
    app_.Run("ROLLBACK TO s; INSERT INTO app.customers VALUES (20, 'new', 'y')");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
    app_.Run("COMMIT");
    app_.Run("DELETE FROM app.customers WHERE id = 20");
    other.Run("INSERT INTO app.customers VALUES (3, 'back', 'y')");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  }
  // A new snapshot sees the deletion.
  app_.Run("BEGIN; SELECT count(*) FROM app.customers");
  other.Run("DELETE FROM app.customers WHERE id = 3");
  app_.Run("INSERT INTO app.customers VALUES (3, 'again', 'y')");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  app_.Run("COMMIT");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
}

TEST_F(RefreshTest, ManyChangesMeanFull) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("INSERT INTO app.sales SELECT g, 'm', 1 FROM generate_series(100, 1101) g");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "FULL|1|0|0|t|more than 0.1 of the rows of app.sales changed\n");
  app_.Run("ANALYZE app.sales; UPDATE app.sales SET amount = 2 WHERE id < 150");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "DIFFERENTIAL|0|4|0|f|NULL\n");
  // A threshold of the stream table's own holds whatever the number of rows.
  app_.Run(
      "UPDATE pgtrickle.pgt_stream_tables SET full_threshold = 0.01;"
      "UPDATE app.sales SET amount = 2 WHERE id < 120");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "NO_DATA|0|0|0|f|NULL\n");
  app_.Run("UPDATE app.sales SET amount = 3 WHERE id < 120");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "FULL|0|4|0|t|more than 0.01 of the rows of app.sales changed\n");
  app_.Run(
      "UPDATE pgtrickle.pgt_stream_tables SET full_threshold = 1; UPDATE app.sales SET amount = 4");
  Refresh("totals");
  EXPECT_EQ(Latest("totals"), "DIFFERENTIAL|0|4|0|f|NULL\n");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
}

TEST_F(RefreshTest, AFailureIsRepairedByAFullRefresh) {
  app_.Run(ScriptOf(Named()));
  // An error that only rows have which never were in the table together.
  app_.Run(
      "CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app.named/differential\"(pgt_id bigint) RETURNS "
      "pgtrickle.refresh_counts LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN DELETE FROM "
      "app.named; "
      "RAISE division_by_zero; END$$;"
      "UPDATE app.orders SET amount = 1 WHERE id = 1");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_EQ(Latest("named"), "FULL|0|1|0|t|the differential refresh failed: division_by_zero\n");
}

TEST_F(RefreshTest, ConflictsAreLeftToTheCaller) {
  app_.Run(ScriptOf(Named()));
  for (const std::string state : {"40001", "40P01", "55P03"}) {
    app_.Run(
        "CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app.named/differential\"(pgt_id bigint) "
        "RETURNS "
        "pgtrickle.refresh_counts LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN RAISE SQLSTATE '" +
        state + "'; END$$; UPDATE app.orders SET amount = amount + 1 WHERE id = 1");
    EXPECT_TRUE(FailsWith(app_, state, "SELECT pgtrickle.refresh_stream_table('app.named')"));
  }
}

TEST_F(RefreshTest, ARefreshThatForgetsItsFrontierIsAnError) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app.named/differential\"(pgt_id bigint) RETURNS "
      "pgtrickle.refresh_counts LANGUAGE sql SECURITY DEFINER AS 'SELECT 0, 0, 0, 0';"
      "UPDATE app.orders SET amount = 1 WHERE id = 1");
  EXPECT_TRUE(FailsWith(app_, "22000", "SELECT pgtrickle.refresh_stream_table('app.named')",
                        "did not advance its frontier"));
}

TEST_F(RefreshTest, FullModeWritesOnlyTheDifference) {
  HandMadeRefresh named = Named();
  named.mode = "FULL";
  app_.Run(ScriptOf(named));
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.pgt_change_tracking"), "0");
  app_.Run("UPDATE app.orders SET amount = 1 WHERE id = 1; DELETE FROM app.orders WHERE id = 2");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, named));
  EXPECT_EQ(Latest("named"), "FULL|0|1|1|f|NULL\n");
}

TEST_F(RefreshTest, FillsWhatWasCreatedWithNoData) {
  HandMadeRefresh named = Named();
  named.with_data = false;
  app_.Run(ScriptOf(named));
  app_.Run("UPDATE app.orders SET amount = 5 WHERE id = 1");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM app.named"), "0");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, named));
  EXPECT_EQ(Latest("named"), "REINITIALIZE|10|0|0|f|first refresh\n");
  app_.Run("UPDATE app.orders SET amount = 2 WHERE id = 1");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, named));
}

TEST_F(RefreshTest, AFrontierOfAnotherClusterMeansNothing) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "UPDATE app.orders SET amount = 1 WHERE id = 1;"
      "UPDATE pgtrickle.pgt_frontiers SET system_identifier = 1, snap = '9999999:9999999:'");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_EQ(Latest("named"), "REINITIALIZE|0|1|0|f|its frontier belongs to another cluster\n");
}

// ---- transactions -------------------------------------------------------------------------------

TEST_F(RefreshTest, ConsumesWhatItsOwnTransactionWroteOnce) {
  app_.Run(ScriptOf(Named()));
  for (const std::string level : {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"}) {
    SCOPED_TRACE(level);
    app_.Run("BEGIN ISOLATION LEVEL " + level);
    app_.Run("UPDATE app.orders SET amount = amount + 100 WHERE id <= 3");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
    Refresh("named");
    app_.Run(
        "SAVEPOINT s; UPDATE app.orders SET amount = amount + 100 WHERE id <= 4; DELETE FROM "
        "app.customers WHERE id = 1");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
    app_.Run("ROLLBACK TO s");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
    app_.Run("UPDATE app.orders SET amount = amount + 100 WHERE id = 5");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
    app_.Run("UPDATE app.orders SET amount = amount + 7 WHERE id = 6; COMMIT");
    Refresh("named");
    EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  }
}

TEST_F(RefreshTest, ConsumesATransactionThatWasOpenAcrossIt) {
  app_.Run(ScriptOf(Named()));
  Session writer = database_.App();
  writer.Run("BEGIN; UPDATE app.orders SET amount = 1 WHERE id = 1");
  app_.Run("UPDATE app.orders SET amount = 2 WHERE id = 2");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  writer.Run("UPDATE app.orders SET amount = 3 WHERE id = 3; COMMIT");
  Refresh("named");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
}

TEST_F(RefreshTest, OlderSnapshotsFailInsteadOfApplyingChangesTwice) {
  app_.Run(ScriptOf(Named()));
  app_.Run("UPDATE app.orders SET amount = 2 WHERE id = 2");
  Session old = database_.App();
  old.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM app.orders");
  Refresh("named");
  EXPECT_TRUE(FailsWith(old, "40001", "SELECT pgtrickle.refresh_stream_table('app.named')"));
  old.Run("ROLLBACK");
  old.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM app.sales");
  app_.Run("TRUNCATE app.orders");
  EXPECT_TRUE(FailsWith(old, "40001", "SELECT pgtrickle.refresh_stream_table('app.named')",
                        "app.orders was truncated or rewritten"));
}

TEST_F(RefreshTest, AGroupIsRefreshedInOneSnapshot) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  app_.Run(ScriptOf(Totals()));
  EXPECT_TRUE(FailsWith(app_, "25001", "SELECT pgtrickle.refresh_group('{app.named}')"));
  app_.Run(
      "UPDATE app.orders SET amount = 51 WHERE id <= 2; INSERT INTO app.sales VALUES (7, 'q', 1)");
  app_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM app.orders");
  Session writer = database_.App();
  writer.Run("UPDATE app.orders SET amount = 999; DELETE FROM app.sales");
  app_.Run("SELECT pgtrickle.refresh_group('{app.big, app.totals, app.named, app.big}')");
  for (const HandMadeRefresh& made : {Named(), Big(), Totals()}) {
    EXPECT_TRUE(HoldsQueryOf(app_, made)) << made.name;
  }
  EXPECT_EQ(app_.Text("SELECT count(*) FROM app.named WHERE amount = 51"), "2");
  app_.Run("COMMIT");
  app_.Run(
      "BEGIN ISOLATION LEVEL REPEATABLE READ;"
      "SELECT pgtrickle.refresh_group('{app.big, app.totals, app.named}'); COMMIT");
  for (const HandMadeRefresh& made : {Named(), Big(), Totals()}) {
    EXPECT_TRUE(HoldsQueryOf(app_, made)) << made.name;
  }
}

// ---- chains -------------------------------------------------------------------------------------

TEST_F(RefreshTest, ReadsTheChangesOfAnotherStreamTable) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  app_.Run(
      "UPDATE app.customers SET name = 'renamed'; UPDATE app.orders SET amount = 500 WHERE id = 1");
  Refresh("big");
  EXPECT_EQ(Latest("big"), "NO_DATA|0|0|0|f|NULL\n") << "a refresh does not refresh what it reads";
  app_.Run("BEGIN");
  Refresh("named");
  Refresh("big");
  EXPECT_TRUE(HoldsQueryOf(app_, Big()));
  app_.Run("COMMIT");
  EXPECT_EQ(Latest("big"), "DIFFERENTIAL|1|5|0|f|NULL\n");
  // Full upstream, differential downstream.
  app_.Run("TRUNCATE app.orders; INSERT INTO app.orders VALUES (1, 1, 60, ''), (2, 1, 10, '')");
  Refresh("named");
  EXPECT_EQ(Latest("named"), "FULL|0|2|8|t|app.orders was truncated\n");
  Refresh("big");
  EXPECT_TRUE(HoldsQueryOf(app_, Big()));
  EXPECT_EQ(Latest("big"), "DIFFERENTIAL|0|0|5|f|NULL\n");
  EXPECT_EQ(
      app_.Text("SELECT a.data_timestamp = b.data_timestamp FROM pgtrickle.pgt_stream_tables a, "
                "pgtrickle.pgt_stream_tables b WHERE a.pgt_name = 'named' AND b.pgt_name = 'big'"),
      "t");
}

}  // namespace
}  // namespace tricklec::testsupport
