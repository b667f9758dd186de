// scheduler_tick: what is due, in which order, in which transactions, and with whose rights.
#include <gtest/gtest.h>

#include <thread>

#include "handmade_refresh.h"
#include "tricklec/testsupport/process.h"

namespace tricklec::testsupport {
namespace {

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() : app_(database_.App()) {
    app_.Run(
        "CREATE TABLE app.customers (id int PRIMARY KEY, name text);"
        "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int);"
        "INSERT INTO app.customers VALUES (1, 'one'); INSERT INTO app.orders VALUES (1, 1, 60)");
  }

  static HandMadeRefresh BigOfOrders() {
    HandMadeRefresh big = Big();
    big.sources.emplace_back("app.orders", "id");  // a second way to the same table
    return big;
  }

  void Break(const std::string& name) {
    for (const char* part : {"differential", "full"}) {
      app_.Run("CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app." + name + "/" + part +
               "\"(pgt_id bigint) RETURNS pgtrickle.refresh_counts LANGUAGE plpgsql SECURITY "
               "DEFINER SET search_path = pg_catalog, pg_temp AS "
               "'BEGIN RAISE division_by_zero; END'");
    }
  }

  /// As if all that had happened that much earlier.
  void Wait(const std::string& interval) {
    database_.Connect().Run(
        "UPDATE pgtrickle.pgt_stream_tables SET last_refresh_at = last_refresh_at - " +
        QuoteLiteral(interval) + "::interval, updated_at = updated_at - " + QuoteLiteral(interval) +
        "::interval");
  }

  void Tick() { app_.Run("CALL pgtrickle.scheduler_tick()"); }

  /// Refreshes since the last call, in order: name, action, status.
  std::string Refreshed() {
    std::string seen = std::to_string(seen_);
    std::string result = Printed(
        app_.Rows("SELECT s.pgt_name, h.action, h.status FROM pgtrickle.pgt_refresh_history h JOIN "
                  "pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE refresh_id > " +
                  seen + " ORDER BY refresh_id"));
    seen_ = std::stol(
        app_.Text("SELECT coalesce(max(refresh_id), 0) FROM pgtrickle.pgt_refresh_history"));
    return result;
  }

  AppDatabase database_;
  Session app_;
  long seen_ = 0;
};

TEST_F(SchedulerTest, RefreshesWhatIsDueSourcesFirst) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  app_.Run("SELECT pgtrickle.alter_stream_table('app.big', schedule => '10m')");
  Refreshed();
  app_.Run("UPDATE app.customers SET name = 'uno'");
  Tick();
  EXPECT_EQ(Refreshed(), "");
  Wait("9 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "") << "app.named is calculated: as often as app.big";
  Wait("2 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "named|DIFFERENTIAL|COMPLETED\nbig|DIFFERENTIAL|COMPLETED\n");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_TRUE(HoldsQueryOf(app_, Big()));
  Tick();
  EXPECT_EQ(Refreshed(), "");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.big', schedule => 'calculated')");
  Wait("61 seconds");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\nbig|NO_DATA|COMPLETED\n");
  EXPECT_EQ(app_.Text("SELECT status || detail FROM (SELECT severity AS status, detail FROM "
                      "pgtrickle.health_check() WHERE check_name = 'scheduler') x"),
            "OKno stream table has to wait for a scheduler");
}

TEST_F(SchedulerTest, KeepsCalendars) {
  app_.Run(ScriptOf(Named()));
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', schedule => '0 0 1 1 *')");
  Refreshed();
  Wait("400 days");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n");
  Tick();
  EXPECT_EQ(Refreshed(), "") << "not before next year";
}

TEST_F(SchedulerTest, FillsWhatWasCreatedWithNoData) {
  HandMadeRefresh named = Named();
  named.with_data = false;
  app_.Run(ScriptOf(named));
  Tick();
  EXPECT_EQ(Refreshed(), "named|REINITIALIZE|COMPLETED\n");
  EXPECT_TRUE(HoldsQueryOf(app_, named));
}

TEST_F(SchedulerTest, FailuresAreKeptAndStopNothingElse) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Totals()));
  Break("named");
  Refreshed();
  for (int i = 1; i <= 4; ++i) {
    app_.Run("UPDATE app.orders SET amount = amount + 1; UPDATE app.sales SET amount = amount + 1");
    Wait("61 seconds");
    Tick();
    EXPECT_EQ(Refreshed(), i <= 3 ? "named|DIFFERENTIAL|FAILED\ntotals|DIFFERENTIAL|COMPLETED\n"
                                  : "totals|DIFFERENTIAL|COMPLETED\n")
        << "suspended after three; " << i;
    Tick();
    EXPECT_EQ(Refreshed(), "") << "a failure is not tried again at once";
  }
  EXPECT_TRUE(HoldsQueryOf(app_, Totals()));
}

TEST_F(SchedulerTest, DiamondsAreRefreshedInOneTransactionAndSnapshot) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(BigOfOrders()));
  app_.Run(ScriptOf(Totals()));
  app_.Run("UPDATE app.orders SET amount = amount + 1; UPDATE app.sales SET amount = amount + 1");
  Wait("61 seconds");
  Tick();
  EXPECT_EQ(app_.Text("SELECT count(DISTINCT own) FROM pgtrickle.pgt_frontiers"), "2");
  EXPECT_EQ(app_.Text("SELECT count(DISTINCT (f.own, f.snap::text)) FROM pgtrickle.pgt_frontiers f "
                      "JOIN pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE pgt_name IN "
                      "('named', 'big')"),
            "1");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_TRUE(HoldsQueryOf(app_, Big()));
}

TEST_F(SchedulerTest, BrokenCaptureOfADiamondIsRepaired) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(BigOfOrders()));
  app_.Run("ALTER TABLE app.orders DISABLE TRIGGER USER; UPDATE app.orders SET amount = 77");
  Refreshed();
  Tick();
  EXPECT_EQ(Refreshed(), "named|REINITIALIZE|COMPLETED\nbig|REINITIALIZE|COMPLETED\n");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_TRUE(HoldsQueryOf(app_, Big()));
}

TEST_F(SchedulerTest, DiamondsAreDueWithTheirFirstOrLastMember) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(BigOfOrders()));
  app_.Run(
      "SELECT pgtrickle.alter_stream_table('app.named', schedule => '1m');"
      "SELECT pgtrickle.alter_stream_table('app.big', schedule => '10m')");
  Refreshed();
  Wait("2 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\nbig|NO_DATA|COMPLETED\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.big', diamond_schedule_policy => 'slowest')");
  Wait("2 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "");
  Wait("9 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\nbig|NO_DATA|COMPLETED\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.big', diamond_consistency => 'none')");
  Wait("2 minutes");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n");
}

TEST_F(SchedulerTest, ReadersOfAMemberThatFailsStayAsTheyWere) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(BigOfOrders()));
  Break("named");
  Refreshed();
  app_.Run("UPDATE app.orders SET amount = 99");
  Wait("61 seconds");
  Tick();
  EXPECT_EQ(Refreshed(), "named|DIFFERENTIAL|FAILED\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', status => 'suspended');");
  Wait("61 seconds");
  Tick();
  EXPECT_EQ(Refreshed(), "") << "app.big reads a suspended member";
}

TEST_F(SchedulerTest, CannotRunInATransactionBlockAndSaysSo) {
  Session session = database_.App();
  session.Run("BEGIN");
  EXPECT_TRUE(FailsWith(session, "2D000", "CALL pgtrickle.scheduler_tick()",
                        "cannot be called inside a transaction block"));
  session.Run("ROLLBACK");
  // Whatever the defaults of the session are.
  app_.Run(ScriptOf(Named()));
  Wait("61 seconds");
  Refreshed();
  session.Run("SET default_transaction_isolation = 'serializable'");
  session.Run("SET default_transaction_read_only = on");
  session.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n");
}

TEST_F(SchedulerTest, HostileSearchPathMeansNothing) {
  app_.Run(ScriptOf(Named()));
  Wait("61 seconds");
  Refreshed();
  database_.Connect().Run("GRANT CREATE ON DATABASE " + database_.name() + " TO app_owner");
  Session session = database_.App();
  session.Run(
      "CREATE SCHEMA trap;"
      "CREATE FUNCTION trap.trapped() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE "
      "'trapped'; END$$;"
      "CREATE FUNCTION trap.lt(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "trap.trapped()';"
      "CREATE FUNCTION trap.eq(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "trap.trapped()';"
      "CREATE FUNCTION trap.eqb(boolean, boolean) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "trap.trapped()';"
      "CREATE OPERATOR trap.< (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = trap.lt);"
      "CREATE OPERATOR trap.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = trap.eq);"
      "CREATE OPERATOR trap.= (LEFTARG = boolean, RIGHTARG = boolean, FUNCTION = trap.eqb);"
      "CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE "
      "'trapped'; END$$;"
      "CREATE FUNCTION trap.array_agg(pgtrickle.refresh_unit) RETURNS boolean LANGUAGE sql AS "
      "'SELECT trap.trapped()';"
      "CREATE TABLE trap.pgt_stream_tables (x int); CREATE TYPE trap.refresh_unit AS (x int);");
  session.Run("SET search_path = trap, pg_catalog");
  session.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n");
}

TEST_F(SchedulerTest, RefreshesWhatItsCallerMayRefresh) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Totals()));
  Wait("61 seconds");
  Refreshed();
  database_.server().EnsureRole("clerk");
  Session clerk = database_.Connect("clerk");
  clerk.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Refreshed(), "");
  app_.Run("SELECT pgtrickle.grant_refresh('app.totals', 'clerk')");
  clerk.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Refreshed(), "totals|NO_DATA|COMPLETED\n");
  EXPECT_EQ(app_.Text("SELECT scheduler_heartbeat IS NULL FROM pgtrickle.pgt_runtime"), "t");
  database_.Connect().Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n") << "a superuser may refresh all";
  EXPECT_EQ(app_.Text("SELECT scheduler_heartbeat > now() - '1 minute'::interval FROM "
                      "pgtrickle.pgt_runtime"),
            "t");
}

TEST_F(SchedulerTest, AnUntrustworthyFunctionStopsNothingElse) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Totals()));
  app_.Run("ALTER FUNCTION pgtrickle_impl.\"app.named/refresh\"(boolean) SECURITY INVOKER");
  Wait("61 seconds");
  Refreshed();
  app_.TakeNotices();
  Tick();
  EXPECT_EQ(Refreshed(), "totals|NO_DATA|COMPLETED\n");
  ASSERT_EQ(app_.TakeNotices().size(), 1u);
}

TEST_F(SchedulerTest, TwoTicksShareTheWork) {
  app_.Run(ScriptOf(Named()));
  for (int i = 0; i < 6; ++i) app_.Run(ScriptOf(TotalsAs("t" + std::to_string(i))));
  Refreshed();
  for (int round = 0; round < 5; ++round) {
    app_.Run("UPDATE app.sales SET amount = amount + 1; UPDATE app.orders SET amount = amount + 1");
    Wait("61 seconds");
    std::vector<std::thread> ticks;
    for (int k = 0; k < 3; ++k) {
      ticks.emplace_back([&] { database_.App().Run("CALL pgtrickle.scheduler_tick()"); });
    }
    for (std::thread& tick : ticks) tick.join();
    EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history WHERE refresh_id > " +
                        std::to_string(seen_)),
              "7");
    Refreshed();
  }
}

TEST_F(SchedulerTest, ATickThatDiedHoldsNothingBack) {
  app_.Run(ScriptOf(Named()));
  Refreshed();
  Wait("61 seconds");
  Session other = database_.App();
  other.Run(
      "BEGIN; SELECT pg_advisory_xact_lock(1885828210, pgt_id::int) FROM "
      "pgtrickle.pgt_stream_tables");
  Tick();
  EXPECT_EQ(Refreshed(), "") << "another one is at it";
  database_.Connect().Run(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\n");
}

TEST_F(SchedulerTest, ConflictsAreLeftToTheNextTick) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(BigOfOrders()));
  Refreshed();
  Wait("61 seconds");
  // A group waits for a refresh by hand, and finds that its snapshot is too old.
  Session other = database_.App();
  other.Run("UPDATE app.orders SET amount = 98");
  other.Run("BEGIN; SELECT pgtrickle.refresh_stream_table('app.named')");
  std::thread tick([&] { Tick(); });
  for (int i = 0; i < 500; ++i) {
    if (other.Text("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  other.Run("COMMIT");
  tick.join();
  EXPECT_EQ(Refreshed(), "named|DIFFERENTIAL|COMPLETED\n");
  EXPECT_EQ(app_.Text("SELECT sum(consecutive_errors) FROM pgtrickle.pgt_stream_tables"), "0");
  Tick();
  EXPECT_EQ(Refreshed(), "named|NO_DATA|COMPLETED\nbig|DIFFERENTIAL|COMPLETED\n");
}

TEST_F(SchedulerTest, CleansUpOncePerInterval) {
  app_.Run(ScriptOf(Named()));
  app_.Run("UPDATE app.orders SET amount = 61");
  Wait("61 seconds");
  Tick();
  const std::string rows = "SELECT count(*) FROM pgtrickle_changes.\"app.orders/changes\"";
  EXPECT_EQ(app_.Text(rows), "0");
  database_.Connect().Run(
      "UPDATE pgtrickle.pgt_settings SET value = '520w' WHERE key = 'cleanup_interval'");
  Tick();  // one that may be the first of this interval
  app_.Run("UPDATE app.orders SET amount = 62");
  Wait("61 seconds");
  Tick();
  EXPECT_EQ(app_.Text(rows), "2");
  database_.Connect().Run("UPDATE pgtrickle.pgt_runtime SET scheduler_heartbeat = '2000-01-01'");
  Tick();
  EXPECT_EQ(app_.Text(rows), "0");
}

// ---- stream tables that are not what they were --------------------------------------------------

TEST_F(SchedulerTest, RepairsImmediateStreamTables) {
  app_.Run(ScriptOf(ByRegion()));
  Refreshed();
  Tick();
  EXPECT_EQ(Refreshed(), "") << "nothing to repair";
  app_.Run("ALTER TABLE app.sales DISABLE TRIGGER USER");
  app_.Run("INSERT INTO app.sales VALUES (9, 'z', 9)");
  Tick();
  EXPECT_EQ(Refreshed(), "by_region|FULL|COMPLETED\n");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_region", ByRegion().query));
  app_.Run("INSERT INTO app.sales VALUES (10, 'z', 9)");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_region", ByRegion().query));
  EXPECT_EQ(app_.Text("SELECT needs_reinit FROM pgtrickle.pgt_stream_tables"), "f");
}

TEST_F(SchedulerTest, PartitionsOfImmediateStreamTablesComeAndGo) {
  app_.Run(
      "CREATE TABLE app.parted (id int, region text, amount numeric) PARTITION BY LIST (region);"
      "CREATE TABLE app.parted_a PARTITION OF app.parted FOR VALUES IN ('a');"
      "CREATE TABLE app.parted_b (id int, region text, amount numeric);"
      "INSERT INTO app.parted_b VALUES (1, 'b', 1); INSERT INTO app.parted VALUES (2, 'a', 2)");
  HandMade made = ByRegion();
  made.name = "by_part";
  made.source = "app.parted";
  made.query = "SELECT region, sum(amount) AS total, count(*) AS n FROM app.parted GROUP BY region";
  app_.Run(ScriptOf(made));
  app_.Run("ALTER TABLE app.parted ATTACH PARTITION app.parted_b FOR VALUES IN ('b')");
  Refreshed();
  Tick();
  EXPECT_EQ(Refreshed(), "by_part|FULL|COMPLETED\n");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_part", made.query));
  app_.Run("INSERT INTO app.parted_b VALUES (3, 'b', 3)");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_part", made.query)) << "direct change of the new partition";
  // Somebody else's table by now: its triggers can be silenced, not dropped.
  app_.Run("ALTER TABLE app.parted DETACH PARTITION app.parted_b");
  database_.server().EnsureRole("other_owner");
  database_.Connect().Run(
      "GRANT USAGE ON SCHEMA app TO other_owner; ALTER TABLE app.parted_b OWNER TO other_owner; "
      "SET ROLE other_owner; GRANT TRIGGER ON app.parted_b TO app_owner");
  Tick();
  EXPECT_EQ(Refreshed(), "by_part|FULL|COMPLETED\n");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_part", made.query));
  database_.Connect().Run("INSERT INTO app.parted_b VALUES (4, 'b', 4)");
  EXPECT_TRUE(HoldsQuery(app_, "app.by_part", made.query));
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity = 'ERROR'"),
            "0");
}

TEST_F(SchedulerTest, WhatDoesNotFitAnyMoreIsMarkedAndLeftAlone) {
  app_.Run(ScriptOf(Named()));
  Refreshed();
  app_.Run("ALTER TABLE app.customers RENAME COLUMN name TO called");
  Wait("61 seconds");
  Tick();
  Tick();
  EXPECT_EQ(Refreshed(), "") << "no refresh can help";
  EXPECT_EQ(Printed(app_.Rows(
                "SELECT status, needs_reinit, reinit_reason FROM pgtrickle.pgt_stream_tables")),
            "ERROR|t|source app.customers has another name or other columns than when it was "
            "compiled; tricklec upgrade compiles it again\n");
  app_.Run("ALTER TABLE app.customers RENAME COLUMN called TO name");
  Tick();
  EXPECT_EQ(Refreshed(), "named|REINITIALIZE|COMPLETED\n");
  EXPECT_EQ(app_.Text("SELECT status FROM pgtrickle.pgt_stream_tables"), "ACTIVE");
}

// ---- alerts -------------------------------------------------------------------------------------

TEST_F(SchedulerTest, AlertsOnceWhenItComesToThat) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "SELECT pgtrickle.alter_stream_table('app.named', schedule => '1m', status => 'suspended')");
  Session admin = database_.Connect();
  admin.Run("UPDATE pgtrickle.pgt_settings SET value = 'troubles' WHERE key = 'notifications'");
  auto heard = [&] {
    ProcessResult result =
        RunProcess({"psql", "-X", "-q", "-A", "-t", "-d", database_.Url("app_owner")},
                   "LISTEN pg_trickle_alert; CALL pgtrickle.scheduler_tick();\n");
    std::string events;
    for (size_t at = result.out.find("{\"event\""); at != std::string::npos;
         at = result.out.find("{\"event\"", at + 1)) {
      events += result.out.substr(at, result.out.find('}', at) - at + 1) + "\n";
    }
    return events + result.err;
  };
  EXPECT_EQ(heard(), "");
  Wait("5 minutes");
  const std::string stale = "{\"event\" : \"stale_data\", \"stream_table\" : \"app.named\"}\n";
  EXPECT_EQ(heard(), stale);
  EXPECT_EQ(heard(), "") << "not at every tick";
  app_.Run("SELECT pgtrickle.resume_stream_table('app.named')");
  EXPECT_EQ(heard(), "") << "refreshed";
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', status => 'suspended')");
  Wait("5 minutes");
  EXPECT_EQ(heard(), stale) << "another time";

  app_.Run(
      "UPDATE app.orders SET amount = amount + 1; UPDATE app.orders SET amount = amount + 1;"
      "SELECT pg_stat_force_next_flush()");
  admin.Run("UPDATE pgtrickle.pgt_settings SET value = '3' WHERE key = 'buffer_warning_rows'");
  const std::string growth =
      "{\"event\" : \"buffer_growth_warning\", \"stream_table\" : \"app.named\", "
      "\"source_table\" : \"app.orders\"}\n";
  EXPECT_EQ(heard(), growth);
  EXPECT_EQ(heard(), "");
  app_.Run("ALTER TABLE app.customers RENAME COLUMN name TO called");
  EXPECT_EQ(heard(), "{\"event\" : \"reinitialize_needed\", \"stream_table\" : \"app.named\"}\n");
  EXPECT_EQ(heard(), "");
  // What was sent is nobody else's to forget.
  database_.server().EnsureRole("clerk");
  admin.Run("SELECT pgtrickle.grant_compile('clerk')");
  Session clerk = database_.Connect("clerk");
  EXPECT_TRUE(FailsWith(clerk, "42501", "DELETE FROM pgtrickle_state.alerts"));
  EXPECT_TRUE(FailsWith(clerk, "42501", "INSERT INTO pgtrickle_state.alerts VALUES (1, 'x', '')"));
  admin.Run("SELECT pgtrickle.revoke_compile('clerk')");
}

}  // namespace
}  // namespace tricklec::testsupport
