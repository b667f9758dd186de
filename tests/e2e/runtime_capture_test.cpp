// Capture of changes: buffers, triggers, who may have them, and what DDL does to them.
#include <gtest/gtest.h>

#include "handmade_refresh.h"

namespace tricklec::testsupport {
namespace {

class CaptureTest : public testing::Test {
 protected:
  CaptureTest() : app_(database_.App()) {}

  void Capture(const std::string& source, const std::string& columns) {
    app_.Run("SELECT pgtrickle.ensure_capture(" + QuoteLiteral(source) + ", " +
             QuoteLiteral("{" + columns + "}") + ")");
  }

  /// What the buffer holds: weight and captured columns in the order of the changes; then empties it.
  std::string Buffered(const std::string& source, const std::string& columns) {
    std::string buffer = "pgtrickle_changes." + QuoteIdentifier(source + "/changes");
    std::string rows = Printed(app_.Rows("SELECT __pgt_weight, " + columns + " FROM " + buffer +
                                         " ORDER BY __pgt_change"));
    app_.Run("DELETE FROM " + buffer);
    return rows;
  }

  std::string Reason(const std::string& name) {
    return app_.Text(
        "SELECT h.action || ': ' || coalesce(h.reason, '') FROM pgtrickle.pgt_refresh_history h "
        "JOIN pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE s.pgt_name = " +
        QuoteLiteral(name) + " ORDER BY h.refresh_id DESC LIMIT 1");
  }

  AppDatabase database_;
  Session app_;
};

// ---- what is captured ---------------------------------------------------------------------------

TEST_F(CaptureTest, WritesSignedRowsOfTheUsedColumns) {
  Capture("app.sales", "amount,region");
  app_.Run("INSERT INTO app.sales VALUES (5, 'c', 5), (6, NULL, NULL)");
  EXPECT_EQ(Buffered("app.sales", "region, amount"), "1|c|5\n1|NULL|NULL\n");
  app_.Run("UPDATE app.sales SET amount = 3 WHERE id IN (1, 6)");
  EXPECT_EQ(Buffered("app.sales", "region, amount"), "-1|a|1.0\n1|a|3\n-1|NULL|NULL\n1|NULL|3\n");
  app_.Run("DELETE FROM app.sales WHERE id > 4");
  EXPECT_EQ(Buffered("app.sales", "region, amount"), "-1|c|5\n-1|NULL|3\n");
  EXPECT_EQ(
      app_.Text(
          "SELECT count(DISTINCT __pgt_xid) = 0 FROM pgtrickle_changes.\"app.sales/changes\""),
      "t");
}

TEST_F(CaptureTest, LeavesOutUpdatesThatChangeNothingToTheBit) {
  Capture("app.sales", "amount");
  app_.Run("UPDATE app.sales SET region = 'z'; UPDATE app.sales SET amount = amount");
  EXPECT_EQ(Buffered("app.sales", "amount"), "");
  app_.Run("UPDATE app.sales SET amount = 1.00 WHERE id = 1");
  EXPECT_EQ(Buffered("app.sales", "amount"), "-1|1.0\n1|1.00\n");
}

TEST_F(CaptureTest, LosesNoDuplicates) {
  app_.Run(
      "CREATE TABLE app.bag (a int, j json); INSERT INTO app.bag VALUES (1, '1'), (1, '1'), (1, "
      "'1'), (2, '2')");
  Capture("app.bag", "a,j");
  app_.Run("UPDATE app.bag SET a = 3 - a WHERE ctid IN ('(0,1)', '(0,4)')");
  EXPECT_EQ(Buffered("app.bag", "a, j"), "-1|1|1\n1|2|1\n-1|2|2\n1|1|2\n");
  app_.Run(
      "DELETE FROM app.bag WHERE ctid = (SELECT min(ctid) FROM app.bag WHERE a = 1 AND j::text = "
      "'1')");
  EXPECT_EQ(Buffered("app.bag", "a, j"), "-1|1|1\n");
}

TEST_F(CaptureTest, CountsRowsWhereNoColumnIsUsed) {
  Capture("app.sales", "");
  app_.Run(
      "INSERT INTO app.sales VALUES (9); UPDATE app.sales SET amount = 1; DELETE FROM app.sales "
      "WHERE id = 9");
  EXPECT_EQ(Buffered("app.sales", "__pgt_weight"), "1|1\n-1|-1\n");
}

TEST_F(CaptureTest, TakesAnyName) {
  app_.Run(
      "CREATE TABLE app.\"Odd \"\"Name\"\" . ü\" (\"r\" int, \"w\" text COLLATE \"C\", \"c1\" int, "
      "\"o\"\"n\" varchar(3), k int);"
      "INSERT INTO app.\"Odd \"\"Name\"\" . ü\" VALUES (1, 'w', 1, 'x', 1)");
  app_.Run(
      "SELECT pgtrickle.ensure_capture('app.\"Odd \"\"Name\"\" . ü\"', ARRAY['r', 'w', 'c1', "
      "'o\"n', 'k'])");
  app_.Run("UPDATE app.\"Odd \"\"Name\"\" . ü\" SET k = 2");
  EXPECT_EQ(Buffered("app.Odd \"Name\" . ü", "r, w, c1, \"o\"\"n\", k"),
            "-1|1|w|1|x|1\n1|1|w|1|x|2\n");
  EXPECT_EQ(
      app_.Text(
          "SELECT string_agg(format_type(atttypid, atttypmod) || ' ' || "
          "attcollation::regcollation, ', ' "
          "ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
          "'pgtrickle_changes.\"app.Odd \"\"Name\"\" . ü/changes\"'::regclass AND attnum > 3"),
      "integer -, text \"C\", integer -, character varying(3) \"default\", integer -");
}

TEST_F(CaptureTest, CutsLongNamesAsTheCompilerDoes) {
  std::string name(60, 'n');
  app_.Run("CREATE TABLE app." + name + " (a int)");
  Capture("app." + name, "a");
  EXPECT_EQ(app_.Text("SELECT buffer FROM pgtrickle.pgt_change_tracking"),
            "app." + std::string(50, 'n') + "~" +
                app_.Text("SELECT pgtrickle.name_hash('app." + name + "/changes')"));
  // FNV-1a, 32 bits.
  EXPECT_EQ(app_.Text("SELECT pgtrickle.name_hash('')"), "811c9dc5");
  EXPECT_EQ(app_.Text("SELECT pgtrickle.name_hash('foobar')"), "bf9cf968");
}

TEST_F(CaptureTest, IsDoneOnceAndWidenedOnDemand) {
  Capture("app.sales", "region");
  const std::string state =
      "SELECT string_agg(x::text, ',') FROM (SELECT xmin FROM pg_proc WHERE pronamespace = "
      "'pgtrickle_impl'::regnamespace UNION ALL SELECT xmin FROM pg_trigger) x(x)";
  std::string before = app_.Text(state);
  Capture("app.sales", "region");
  EXPECT_EQ(app_.Text(state), before);
  app_.Run("UPDATE app.sales SET region = 'x' WHERE id = 1");
  Capture("app.sales", "id,amount");
  EXPECT_EQ(app_.Text("SELECT columns::text FROM pgtrickle.pgt_change_tracking"),
            "{id,region,amount}");
  app_.Run("UPDATE app.sales SET region = 'y' WHERE id = 1");
  EXPECT_EQ(Buffered("app.sales", "id, region, amount"),
            "-1|NULL|a|NULL\n1|NULL|x|NULL\n-1|1|x|1.0\n1|1|y|1.0\n");
}

TEST_F(CaptureTest, ANewReaderNeverReadsRowsFromBeforeItsColumn) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("UPDATE app.sales SET amount = 9 WHERE id = 1");
  HandMadeRefresh totals = Totals();
  Capture("app.sales", "id");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "DIFFERENTIAL: ") << "widening is nothing to the others";
  EXPECT_TRUE(HoldsQueryOf(app_, totals));
}

TEST_F(CaptureTest, StandsOnEveryTableOfATree) {
  app_.Run(
      "CREATE TABLE app.p (a int, b int) PARTITION BY LIST (a);"
      "CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES IN (1);"
      "CREATE TABLE app.p2 (b int, x int, a int); ALTER TABLE app.p2 DROP COLUMN x;"
      "ALTER TABLE app.p ATTACH PARTITION app.p2 FOR VALUES IN (2)");
  Capture("app.p", "a,b");
  app_.Run(
      "INSERT INTO app.p VALUES (1, 1), (2, 2); INSERT INTO app.p2 (a, b) VALUES (2, 3);"
      "UPDATE app.p SET a = 2 WHERE a = 1; DELETE FROM app.p1; DELETE FROM app.p2 WHERE b = 3");
  EXPECT_EQ(Buffered("app.p", "a, b"), "1|1|1\n1|2|2\n1|2|3\n-1|1|1\n1|2|1\n-1|2|3\n");
  app_.Run("TRUNCATE app.p2");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle_changes.truncations WHERE source_relid = "
                      "'app.p'::regclass"),
            "1");
}

TEST_F(CaptureTest, RefusesWhatCannotBeCaptured) {
  app_.Run(
      "CREATE VIEW app.v AS SELECT 1 AS a; CREATE MATERIALIZED VIEW app.m AS SELECT 1 AS a;"
      "CREATE UNLOGGED TABLE app.u (a int); CREATE TABLE app.r (__pgt_xid int)");
  for (const auto& [source, columns, state] :
       std::vector<std::array<std::string, 3>>{{"app.v", "a", "42809"},
                                               {"app.m", "a", "42809"},
                                               {"app.u", "a", "42809"},
                                               {"app.r", "__pgt_xid", "42939"},
                                               {"app.sales", "nothing", "42703"}}) {
    EXPECT_TRUE(FailsWith(app_, state,
                          "SELECT pgtrickle.ensure_capture('" + source + "', '{" + columns + "}')"))
        << source;
  }
}

// ---- rights -------------------------------------------------------------------------------------

TEST_F(CaptureTest, BelongsToTheSourcesOwner) {
  Session admin = database_.Connect();
  admin.Run("SELECT pgtrickle.ensure_capture('app.sales', '{region}')");
  EXPECT_EQ(
      admin.Text(
          "SELECT string_agg(DISTINCT o::regrole::text, ',') FROM (SELECT proowner FROM pg_proc "
          "WHERE pronamespace = "
          "'pgtrickle_impl'::regnamespace UNION ALL SELECT relowner FROM pg_class WHERE "
          "relnamespace = "
          "'pgtrickle_changes'::regnamespace AND relkind = 'r' AND relname <> 'truncations') x(o)"),
      "app_owner");
}

TEST_F(CaptureTest, NeedsTheSourcesOwner) {
  database_.server().EnsureRole("reporter");
  Session admin = database_.Connect();
  admin.Run(
      "SELECT pgtrickle.grant_compile('reporter');"
      "CREATE TABLE public.plain (a int, b int); CREATE ROLE nobody_special; ALTER TABLE "
      "public.plain OWNER TO nobody_special;");
  app_.Run("GRANT USAGE ON SCHEMA app TO reporter; GRANT SELECT ON app.sales TO reporter");
  Session reporter = database_.Connect("reporter");
  EXPECT_TRUE(FailsWith(reporter, "42501",
                        "SELECT pgtrickle.ensure_capture('app.sales', '{region}')",
                        "SELECT pgtrickle.ensure_capture('app.sales', '{region}', 'reporter');"));
  EXPECT_TRUE(FailsWith(admin, "42501", "SELECT pgtrickle.ensure_capture('public.plain', '{a}')",
                        "SELECT pgtrickle.grant_compile('nobody_special');"));
  admin.Run("DROP TABLE public.plain; DROP ROLE nobody_special");

  app_.Run("SELECT pgtrickle.ensure_capture('app.sales', '{region}', 'reporter')");
  app_.Run("SELECT pgtrickle.ensure_capture('app.sales', '{amount}')");
  reporter.Run("SELECT pgtrickle.ensure_capture('app.sales', '{region}')");
  reporter.Run("SELECT __pgt_change, region FROM pgtrickle_changes.\"app.sales/changes\"");
  EXPECT_TRUE(
      FailsWith(reporter, "42501", "SELECT amount FROM pgtrickle_changes.\"app.sales/changes\""));
  EXPECT_TRUE(FailsWith(reporter, "42501", "DELETE FROM pgtrickle_changes.\"app.sales/changes\""));
  EXPECT_TRUE(
      FailsWith(reporter, "42501",
                "INSERT INTO pgtrickle_changes.truncations (source_relid) VALUES ('app.sales')"));
  EXPECT_TRUE(
      FailsWith(reporter, "42501", "UPDATE pgtrickle.pgt_change_tracking SET columns = '{}'"));
  reporter.Run("UPDATE pgtrickle.pgt_change_tracking SET tracked_by = '{7}'");
  EXPECT_EQ(app_.Text("SELECT tracked_by::text FROM pgtrickle.pgt_change_tracking"), "{}");
}

TEST_F(CaptureTest, AnyWriterFillsTheBuffer) {
  database_.server().EnsureRole("clerk");
  Capture("app.sales", "region");
  app_.Run(
      "GRANT USAGE ON SCHEMA app TO clerk; GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON "
      "app.sales TO clerk");
  Session clerk = database_.Connect("clerk");
  clerk.Run("INSERT INTO app.sales VALUES (9, 'q', 1)");
  EXPECT_EQ(Buffered("app.sales", "region"), "1|q\n");
  clerk.Run("TRUNCATE app.sales");
  EXPECT_TRUE(FailsWith(clerk, "42501", "SELECT * FROM pgtrickle_changes.\"app.sales/changes\""));
  EXPECT_TRUE(FailsWith(clerk, "42501", "SELECT nextval('pgtrickle_state.change')"));
  // Without the right to compile its stream tables cannot be refreshed, but its tables can be written.
  database_.Connect().Run("SELECT pgtrickle.revoke_compile('app_owner')");
  clerk.Run(
      "INSERT INTO app.sales VALUES (10, 'q', 1); UPDATE app.sales SET region = 'r'; DELETE FROM "
      "app.sales; TRUNCATE app.sales");
}

TEST_F(CaptureTest, AReaderNeedNotOwnTheSource) {
  database_.server().EnsureRole("reporter");
  Session admin = database_.Connect();
  admin.Run("SELECT pgtrickle.grant_compile('reporter')");
  app_.Run(
      "GRANT USAGE, CREATE ON SCHEMA app TO reporter; GRANT SELECT (region, amount) ON app.sales "
      "TO reporter");
  Session reporter = database_.Connect("reporter");
  EXPECT_TRUE(FailsWith(reporter, "42501", ScriptOf(Totals()), "SELECT pgtrickle.ensure_capture("));
  app_.Run("SELECT pgtrickle.ensure_capture('app.sales', '{region,amount}', 'reporter')");
  reporter.Run(ScriptOf(Totals()));
  EXPECT_TRUE(HoldsQueryOf(reporter, Totals()));
  app_.Run("UPDATE app.sales SET amount = 5 WHERE id = 1");
  reporter.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_TRUE(HoldsQueryOf(reporter, Totals()));
  EXPECT_EQ(Reason("totals"), "DIFFERENTIAL: ");
  EXPECT_EQ(Printed(reporter.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|2\n");
  app_.Run("TRUNCATE app.sales");
  reporter.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "FULL: app.sales was truncated");
  // The owner of the source may neither refresh nor drop it, but others may be allowed to refresh.
  EXPECT_TRUE(FailsWith(app_, "42501", "SELECT pgtrickle.refresh_stream_table('app.totals')"));
  reporter.Run("SELECT pgtrickle.grant_refresh('app.totals', 'app_owner')");
  app_.Run(
      "INSERT INTO app.sales VALUES (1, 'a', 1); SELECT "
      "pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_TRUE(HoldsQueryOf(reporter, Totals()));

  reporter.Run("SELECT pgtrickle.drop_stream_table('app.totals')");
  EXPECT_EQ(app_.Text("SELECT detail FROM pgtrickle.health_check() WHERE severity <> 'OK'"),
            "changes of app.sales are captured for no stream table; its owner can SELECT "
            "pgtrickle.release_capture('app.sales')");
  app_.Run("SELECT pgtrickle.release_capture('app.sales')");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.pgt_change_tracking"), "0");
}

// ---- what may happen to a capture ---------------------------------------------------------------

TEST_F(CaptureTest, AMissingTriggerIsRepairedAndItsChangesAreFound) {
  app_.Run(ScriptOf(Totals()));
  app_.Run(
      "ALTER TABLE app.sales DISABLE TRIGGER \"pgt_0000_update_app.sales\"; UPDATE app.sales SET "
      "amount = 77");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE check_name = 'capture' "
                      "AND severity = 'ERROR'"),
            "1");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.trigger_inventory() WHERE NOT is_enabled"),
            "1");
  EXPECT_TRUE(FailsWith(app_, "25001",
                        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT "
                        "pgtrickle.refresh_stream_table('app.totals')"));
  app_.Run("ROLLBACK");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "REINITIALIZE: changes of app.sales were not captured");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  // Repaired by somebody else.
  app_.Run(
      "DROP TRIGGER \"pgt_0000_insert_app.sales\" ON app.sales; INSERT INTO app.sales VALUES (50, "
      "'l', 1);"
      "SELECT * FROM pgtrickle.rebuild_cdc_triggers()");
  EXPECT_EQ(app_.Text("SELECT coalesce(string_agg(severity || detail, '' ORDER BY detail), '') "
                      "FROM pgtrickle.health_check() WHERE severity <> 'OK'"),
            "");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "REINITIALIZE: changes of app.sales were not captured for a while");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  app_.Run("UPDATE app.sales SET amount = 78; SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "DIFFERENTIAL: ");
}

TEST_F(CaptureTest, ANewPartitionIsCapturedAndMeansFull) {
  app_.Run(
      "DROP TABLE app.sales; CREATE TABLE app.sales (id int, region text, amount numeric) "
      "PARTITION BY RANGE (id);"
      "CREATE TABLE app.sales_1 PARTITION OF app.sales FOR VALUES FROM (0) TO (10)");
  app_.Run(ScriptOf(Totals()));
  app_.Run(
      "CREATE TABLE app.sales_2 (id int, region text, amount numeric); INSERT INTO app.sales_2 "
      "VALUES (11, 'n', 1);"
      "ALTER TABLE app.sales ATTACH PARTITION app.sales_2 FOR VALUES FROM (10) TO (20)");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "REINITIALIZE: partitions of app.sales changed");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  app_.Run(
      "INSERT INTO app.sales_2 VALUES (12, 'n', 1); SELECT "
      "pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "DIFFERENTIAL: ");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  // Also where nothing had changed since the refresh before.
  EXPECT_EQ(app_.Text("SELECT bool_and(pgtrickle.is_inspected(pgt_id)) FROM "
                      "pgtrickle.pgt_stream_tables"),
            "t");
  app_.Run("CREATE TABLE app.sales_3 PARTITION OF app.sales FOR VALUES FROM (20) TO (30)");
  app_.Run("INSERT INTO app.sales_3 VALUES (21, 'n', 1)");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_EQ(Reason("totals"), "REINITIALIZE: partitions of app.sales changed");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
}

TEST_F(CaptureTest, ARenamedColumnHasToBeCompiledAgain) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("ALTER TABLE app.sales RENAME amount TO price");
  EXPECT_TRUE(FailsWith(app_, "55000", "SELECT pgtrickle.refresh_stream_table('app.totals')",
                        "has another name or other columns"));
  EXPECT_EQ(app_.Text("SELECT pgtrickle.try_refresh('app.totals')"),
            "stream table app.totals has to be compiled again: source app.sales has another name "
            "or other columns than "
            "when it was compiled");
  EXPECT_EQ(app_.Text("SELECT status FROM pgtrickle.pgt_status()"), "ERROR");
  app_.Run("SELECT pgtrickle.rebuild_cdc_triggers()");
  app_.Run("UPDATE app.sales SET price = 3");
  app_.Run(
      "ALTER TABLE app.sales RENAME price TO amount; SELECT "
      "pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(app_.Text("SELECT status FROM pgtrickle.pgt_status()"), "ACTIVE");
}

TEST_F(CaptureTest, ARenamedSourceKeepsItsCapture) {
  app_.Run(ScriptOf(Totals()));
  app_.Run(
      "ALTER TABLE app.sales RENAME TO deals; UPDATE app.deals SET amount = 5; TRUNCATE app.deals");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle_changes.truncations WHERE source_relid = "
                      "'app.deals'::regclass"),
            "1");
  Capture("app.deals", "region");
  app_.Run("INSERT INTO app.deals VALUES (1, 'd', 1)");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle_changes.\"app.deals/changes\" WHERE "
                      "__pgt_weight = 1 AND region = 'd'"),
            "1");
  EXPECT_TRUE(FailsWith(app_, "55000", "SELECT pgtrickle.refresh_stream_table('app.totals')",
                        "compiled again"));
}

TEST_F(CaptureTest, GoesWithItsLastReader) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("TRUNCATE app.sales");
  app_.Run("SELECT pgtrickle.drop_stream_table('app.totals')");
  EXPECT_EQ(
      app_.Text(
          "SELECT (SELECT count(*) FROM pgtrickle.pgt_change_tracking) + (SELECT count(*) FROM "
          "pgtrickle_changes.truncations) + (SELECT count(*) FROM pg_proc WHERE pronamespace = "
          "'pgtrickle_impl'::regnamespace) + (SELECT count(*) FROM pg_trigger WHERE NOT "
          "tgisinternal AND tgrelid "
          "= 'app.sales'::regclass) + (SELECT count(*) FROM pg_class WHERE relnamespace = "
          "'pgtrickle_changes'::regnamespace AND relname LIKE '%changes%')"),
      "0");
}

TEST_F(CaptureTest, GoesWithAWholeChain) {
  app_.Run(
      "CREATE TABLE app.customers (id int PRIMARY KEY, name text);"
      "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int);");
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  EXPECT_TRUE(FailsWith(app_, "2BP01", "SELECT pgtrickle.drop_stream_table('app.named')"));
  app_.Run("SELECT pgtrickle.drop_stream_table('app.named', true)");
  EXPECT_EQ(app_.Text("SELECT (SELECT count(*) FROM pgtrickle.pgt_change_tracking) + (SELECT "
                      "count(*) FROM pg_proc WHERE "
                      "pronamespace = 'pgtrickle_impl'::regnamespace) + (SELECT count(*) FROM "
                      "pg_class WHERE relnamespace = "
                      "'pgtrickle_changes'::regnamespace AND relname LIKE '%changes%')"),
            "0");
}

TEST_F(CaptureTest, IsReleasedWhereTheSourceWasDropped) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("DROP TABLE app.sales CASCADE");
  EXPECT_TRUE(FailsWith(app_, "55000", "SELECT pgtrickle.refresh_stream_table('app.totals')",
                        "was dropped"));
  app_.Run("SELECT pgtrickle.drop_stream_table('app.totals')");
  EXPECT_EQ(app_.Text("SELECT (SELECT count(*) FROM pgtrickle.pgt_change_tracking) + (SELECT "
                      "count(*) FROM pg_proc "
                      "WHERE pronamespace = 'pgtrickle_impl'::regnamespace)"),
            "0");
}

// ---- clean-up -----------------------------------------------------------------------------------

TEST_F(CaptureTest, CleanUpKeepsWhatSomeReaderNeeds) {
  app_.Run(ScriptOf(Totals()));
  app_.Run("UPDATE app.sales SET amount = 5 WHERE id = 1");
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|0\n");
  EXPECT_EQ(Printed(app_.Rows("SELECT stream_table, source_table, cdc_mode, pending_rows FROM "
                              "pgtrickle.change_buffer_sizes()")),
            "app.totals|app.sales|STATEMENT|2\n");
  Session writer = database_.App();
  writer.Run("BEGIN; UPDATE app.sales SET amount = 6 WHERE id = 2");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  writer.Run("COMMIT");
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|2\n");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|2\n");
  EXPECT_TRUE(FailsWith(
      app_, "25001", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pgtrickle.cleanup_buffers()"));
  app_.Run("ROLLBACK");
}

TEST_F(CaptureTest, CleanUpWaitsForFirstFrontiers) {
  HandMadeRefresh totals = Totals();
  totals.with_data = false;
  app_.Run(ScriptOf(totals));
  app_.Run("BEGIN; SELECT pgtrickle.refresh_stream_table('app.totals')");
  Session other = database_.App();
  other.Run("UPDATE app.sales SET amount = 5 WHERE id = 1");
  EXPECT_EQ(Printed(other.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|NULL\n");
  app_.Run("COMMIT; SELECT pgtrickle.refresh_stream_table('app.totals')");
  EXPECT_TRUE(HoldsQueryOf(app_, totals));
  // An older snapshot than a clean-up's cannot make a first frontier.
  app_.Run("UPDATE pgtrickle.pgt_stream_tables SET needs_reinit = true, reinit_reason = 'test'");
  Session old = database_.App();
  old.Run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM app.sales");
  app_.Run("UPDATE app.sales SET amount = 6 WHERE id = 1");
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.cleanup_buffers()")), "app.sales|4\n");
  EXPECT_TRUE(FailsWith(old, "40001", "SELECT pgtrickle.refresh_stream_table('app.totals')"));
}

}  // namespace
}  // namespace tricklec::testsupport
