// Operating refreshed stream tables: failures, suspension, schedules, inspection, clean-up of history.
#include <gtest/gtest.h>

#include "handmade_refresh.h"
#include "tricklec/testsupport/process.h"

namespace tricklec::testsupport {
namespace {

class OperationsTest : public testing::Test {
 protected:
  OperationsTest() : app_(database_.App()) {
    app_.Run(
        "CREATE TABLE app.customers (id int PRIMARY KEY, name text);"
        "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int);"
        "INSERT INTO app.customers VALUES (1, 'one'); INSERT INTO app.orders VALUES (1, 1, 60)");
  }

  void Break(const std::string& name) {
    for (const char* part : {"differential", "full"}) {
      app_.Run(
          "CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app." + name + "/" + part +
          "\"(pgt_id bigint) RETURNS pgtrickle.refresh_counts LANGUAGE plpgsql SECURITY DEFINER "
          "AS 'BEGIN RAISE division_by_zero; END'");
    }
  }

  AppDatabase database_;
  Session app_;
};

TEST_F(OperationsTest, FailuresAreKeptAndSuspend) {
  app_.Run(ScriptOf(Named()));
  Break("named");
  app_.Run("UPDATE app.orders SET amount = 61");
  EXPECT_TRUE(FailsWith(app_, "22012", "SELECT pgtrickle.refresh_stream_table('app.named')"));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(app_.Text("SELECT consecutive_errors FROM pgtrickle.pgt_status()"),
              std::to_string(i - 1));
    EXPECT_EQ(app_.Text("SELECT pgtrickle.try_refresh('app.named')"), "division_by_zero");
  }
  EXPECT_EQ(app_.Text("SELECT status FROM pgtrickle.pgt_status()"), "SUSPENDED");
  EXPECT_EQ(app_.Text("SELECT string_agg(status || ' ' || error_message, ', ') FROM "
                      "pgtrickle.get_refresh_history('app.named') WHERE status = 'FAILED'"),
            "FAILED division_by_zero, FAILED division_by_zero, FAILED division_by_zero");
  EXPECT_TRUE(FailsWith(app_, "55000", "SELECT pgtrickle.try_refresh('app.named')",
                        "SELECT pgtrickle.resume_stream_table('app.named') resumes it"));
  app_.Run("SELECT pgtrickle.resume_stream_table('app.named')");
  EXPECT_EQ(Printed(app_.Rows("SELECT status, consecutive_errors FROM pgtrickle.pgt_status()")),
            "ACTIVE|0\n");
}

TEST_F(OperationsTest, OnlyTheOwnerAlters) {
  app_.Run(ScriptOf(Named()));
  database_.server().EnsureRole("clerk");
  Session clerk = database_.Connect("clerk");
  EXPECT_TRUE(FailsWith(clerk, "42501", "SELECT pgtrickle.resume_stream_table('app.named')"));
  EXPECT_TRUE(FailsWith(clerk, "42501",
                        "SELECT pgtrickle.alter_stream_table('app.named', schedule => '1m')"));
  // What a refresh consists of is nobody else's to call.
  for (const std::string call :
       {"pgtrickle.refresh_now(1, true, NULL)", "pgtrickle.advance_frontier(1)",
        "pgtrickle.begin_anew(1)", "pgtrickle.cleanup_as_owner('app.orders/changes')",
        "pgtrickle.record_failure(1, now(), 'x')", "pgtrickle_impl.\"app.named/differential\"(1)",
        "pgtrickle_impl.\"app.orders/capture/cleanup\"()"}) {
    EXPECT_TRUE(FailsWith(clerk, "42501", "SELECT " + call)) << call;
  }
  EXPECT_TRUE(FailsWith(clerk, "42501", "UPDATE pgtrickle.pgt_frontiers SET last = 0"));
  // A role that may compile gets no further with another one's stream table.
  database_.Connect().Run("SELECT pgtrickle.grant_compile('clerk')");
  for (const std::string statement :
       {"UPDATE pgtrickle.pgt_frontiers SET last = 0", "DELETE FROM pgtrickle.pgt_frontiers",
        "SELECT pgtrickle.advance_frontier(1)", "DELETE FROM pgtrickle.pgt_change_tracking",
        "SELECT pgtrickle.cleanup_as_owner('app.orders/changes')",
        "INSERT INTO pgtrickle_changes.truncations (source_relid) VALUES ('app.orders')"}) {
    EXPECT_TRUE(FailsWith(clerk, "42501", statement)) << statement;
  }
  database_.Connect().Run("SELECT pgtrickle.revoke_compile('clerk')");
}

TEST_F(OperationsTest, AltersWhatNeedsNoCompiler) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "SELECT pgtrickle.alter_stream_table('app.named', schedule => '1h30m', full_threshold => "
      "0.5, "
      "diamond_consistency => 'none')");
  EXPECT_EQ(
      Printed(app_.Rows(
          "SELECT schedule, full_threshold, diamond_consistency FROM pgtrickle.pgt_stream_tables")),
      "1h30m|0.5|none\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', schedule => 'calculated')");
  EXPECT_EQ(app_.Text("SELECT schedule IS NULL FROM pgtrickle.pgt_stream_tables"), "t");
  EXPECT_TRUE(FailsWith(app_, "22023",
                        "SELECT pgtrickle.alter_stream_table('app.named', schedule => '5x')"));
  EXPECT_TRUE(FailsWith(app_, "22023",
                        "SELECT pgtrickle.alter_stream_table('app.named', schedule => '0s')"));
  EXPECT_TRUE(FailsWith(app_, "22023",
                        "SELECT pgtrickle.alter_stream_table('app.named', status => 'error')"));
  EXPECT_TRUE(FailsWith(app_, "0A000",
                        "SELECT pgtrickle.alter_stream_table('app.named', query => 'SELECT 1')",
                        "tricklec upgrade"));
  EXPECT_TRUE(FailsWith(
      app_, "0A000", "SELECT pgtrickle.alter_stream_table('app.named', refresh_mode => 'FULL')"));
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', refresh_mode => 'differential')");
}

TEST_F(OperationsTest, CalculatedSchedulesFollowTheirReaders) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  auto schedules = [&] {
    return Printed(app_.Rows(
        "SELECT (SELECT string_agg(x, ',' ORDER BY x) FROM pgtrickle.schedules_of(pgt_id) x) FROM "
        "pgtrickle.pgt_stream_tables ORDER BY pgt_id"));
  };
  EXPECT_EQ(schedules(), "1m\n1m\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.big', schedule => '10s')");
  EXPECT_EQ(schedules(), "10s\n10s\n");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', schedule => '5m')");
  EXPECT_EQ(schedules(), "5m\n10s\n");
}

TEST_F(OperationsTest, StaleIsWhatPromisedMore) {
  app_.Run(ScriptOf(Named()));
  app_.Run("UPDATE pgtrickle.pgt_stream_tables SET last_refresh_at = now() - '1 hour'::interval");
  EXPECT_EQ(app_.Text("SELECT pgtrickle.get_staleness('app.named') BETWEEN 3600 AND 3700"), "t");
  EXPECT_EQ(app_.Text("SELECT stale FROM pgtrickle.st_refresh_stats()"), "f");
  app_.Run("SELECT pgtrickle.alter_stream_table('app.named', schedule => '20m')");
  EXPECT_EQ(app_.Text("SELECT stale FROM pgtrickle.st_refresh_stats()"), "t");
  EXPECT_EQ(
      app_.Text(
          "SELECT string_agg(check_name, ',' ORDER BY check_name) FROM pgtrickle.health_check() "
          "WHERE severity = 'WARN'"),
      "scheduler,stale");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.named')");
  EXPECT_EQ(app_.Text("SELECT stale FROM pgtrickle.st_refresh_stats()"), "f")
      << "idle is not stale";
}

TEST_F(OperationsTest, ShowsDiamonds) {
  app_.Run(ScriptOf(Named()));
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.diamond_groups()"), "0");
  HandMadeRefresh big = Big();
  big.sources.emplace_back("app.orders", "id");
  app_.Run(ScriptOf(big));
  EXPECT_EQ(Printed(app_.Rows("SELECT * FROM pgtrickle.diamond_groups()")),
            "1|big|app|t|fastest\n1|named|app|f|fastest\n");
}

TEST_F(OperationsTest, ShowsWhatIsCaptured) {
  app_.Run(ScriptOf(Named()));
  EXPECT_EQ(
      Printed(app_.Rows("SELECT pgt_name, source_name, cdc_mode, columns, is_complete FROM "
                        "pgtrickle.pgt_cdc_status "
                        "ORDER BY source_name")),
      "named|customers|STATEMENT|{id,name}|t\nnamed|orders|STATEMENT|{id,customer,amount}|t\n");
  EXPECT_EQ(
      app_.Text(
          "SELECT count(*) FROM pgtrickle.trigger_inventory() WHERE is_present AND is_enabled"),
      "8");
  database_.server().EnsureRole("clerk");
  Session clerk = database_.Connect("clerk");
  EXPECT_EQ(
      Printed(clerk.Rows("SELECT source_table, pending_rows FROM pgtrickle.change_buffer_sizes()")),
      "app.customers|NULL\napp.orders|NULL\n");
  EXPECT_EQ(clerk.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity <> 'OK'"),
            "0");
  EXPECT_EQ(clerk.Text("SELECT total_refreshes FROM pgtrickle.st_refresh_stats()"), "1");
}

TEST_F(OperationsTest, Explains) {
  app_.Run(ScriptOf(Named()));
  EXPECT_EQ(Printed(app_.Rows(
                "SELECT property, value FROM pgtrickle.explain_st('app.named') WHERE property IN "
                "('refresh mode', 'source', 'capture', 'full refresh')")),
            "refresh mode|DIFFERENTIAL\nsource|app.customers (id, name)\n"
            "source|app.orders (id, customer, amount)\n"
            "capture|app.customers into pgtrickle_changes.\"app.customers/changes\"\n"
            "capture|app.orders into pgtrickle_changes.\"app.orders/changes\"\n"
            "full refresh|from a share of 0.1 of a source's rows\n");
}

TEST_F(OperationsTest, Notifies) {
  app_.Run(ScriptOf(Named()));
  auto heard = [&](const std::string& script) {
    ProcessResult result = RunProcess(
        {"psql", "-X", "-q", "-A", "-t", "-d", database_.Url("app_owner")},
        "LISTEN pg_trickle_alert; UPDATE app.orders SET amount = amount + 1;\n" + script);
    std::string events;
    for (size_t at = result.out.find("\"event\" : "); at != std::string::npos;
         at = result.out.find("\"event\" : ", at + 1)) {
      events += result.out.substr(at + 10, result.out.find('}', at) - at - 10) + "\n";
    }
    return events;
  };
  const std::string refresh = "SELECT pgtrickle.refresh_stream_table('app.named');\n";
  EXPECT_EQ(heard(refresh), "\"refresh_completed\", \"stream_table\" : \"app.named\"\n");
  EXPECT_EQ(heard("SELECT pgtrickle.alter_stream_table('app.named', status => 'suspended');\n"
                  "SELECT pgtrickle.resume_stream_table('app.named');\n"),
            "\"resumed\", \"stream_table\" : \"app.named\"\n");
  database_.Connect().Run(
      "UPDATE pgtrickle.pgt_settings SET value = 'troubles' WHERE key = 'notifications'");
  EXPECT_EQ(heard(refresh), "");
  Break("named");
  EXPECT_EQ(heard("SELECT pgtrickle.try_refresh('app.named');\n"),
            "\"refresh_failed\", \"stream_table\" : \"app.named\"\n");
}

TEST_F(OperationsTest, OldHistoryGoesButNotTheLatest) {
  app_.Run(ScriptOf(Named()));
  app_.Run(
      "SELECT pgtrickle.refresh_stream_table('app.named'); SELECT "
      "pgtrickle.refresh_stream_table('app.named')");
  EXPECT_TRUE(FailsWith(app_, "42501", "SELECT pgtrickle.cleanup_history()"));
  Session admin = database_.Connect();
  admin.Run(
      "UPDATE pgtrickle.pgt_refresh_history SET start_time = start_time - '31 days'::interval");
  EXPECT_EQ(admin.Text("SELECT pgtrickle.cleanup_history()"), "2");
  EXPECT_EQ(admin.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history"), "1");
}

}  // namespace
}  // namespace tricklec::testsupport
