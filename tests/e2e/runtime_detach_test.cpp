// DDL on used columns: definitions are detached for it and attached again.
#include <gtest/gtest.h>

#include "handmade_refresh.h"

namespace tricklec::testsupport {
namespace {

class DetachTest : public testing::Test {
 protected:
  DetachTest() : app_(database_.App()) {
    app_.Run(
        "CREATE TABLE app.customers (id int PRIMARY KEY, name text);"
        "CREATE TABLE app.orders (id int PRIMARY KEY, customer int, amount int, note text);"
        "INSERT INTO app.customers VALUES (1, 'one');"
        "INSERT INTO app.orders VALUES (1, 1, 60, 'x')");
  }

  std::string Detach(const std::string& source) { return Call("detach_definitions", source); }
  std::string Attach(const std::string& source) { return Call("attach_definitions", source); }
  std::string Call(const std::string& function, const std::string& source) {
    return Printed(
        app_.Rows("SELECT * FROM pgtrickle." + function + "(" + QuoteLiteral(source) + ")"));
  }
  std::string Errors() {
    return Printed(app_.Rows(
        "SELECT check_name, detail FROM pgtrickle.health_check() WHERE severity = 'ERROR'"));
  }

  AppDatabase database_;
  Session app_;
};

TEST_F(DetachTest, UsedColumnCanBeRetypedMeanwhile) {
  app_.Run(ScriptOf(Named()));
  const std::string retype = "ALTER TABLE app.customers ALTER name TYPE varchar(20)";
  EXPECT_TRUE(FailsWith(app_, "0A000", retype, "used by a view or rule"));
  EXPECT_EQ(Detach("app.customers"), "app.named|detached\n");
  EXPECT_EQ(Detach("app.customers"), "app.named|detached\n") << "idempotent";
  EXPECT_EQ(Errors(),
            "object|view pgtrickle_state.\"app.named\" of stream table app.named is detached; "
            "attach_definitions makes it again\n");
  EXPECT_TRUE(FailsWith(app_, "42704", "SELECT * FROM pgtrickle.verify_stream_table('app.named')",
                        "attach_definitions"));
  app_.Run(retype);
  const std::string again =
      "app.named|has to be compiled again: source app.customers has another name or other columns "
      "than when it was compiled\n";
  EXPECT_EQ(Attach("app.customers"), again);
  EXPECT_EQ(Attach("app.customers"), "app.named|attached\n");
  EXPECT_EQ(Printed(app_.Rows("SELECT status, needs_reinit FROM pgtrickle.pgt_stream_tables")),
            "ERROR|t\n");
  EXPECT_TRUE(FailsWith(app_, "55000", "SELECT pgtrickle.refresh_stream_table('app.named')",
                        "has to be compiled again"));
  app_.Run("SELECT pgtrickle.drop_stream_table('app.named')");
}

TEST_F(DetachTest, NothingIsLostWhereNothingChanged) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(ByRegion()));
  app_.Run(
      "BEGIN; SELECT pgtrickle.detach_definitions('app.orders');"
      "INSERT INTO app.orders VALUES (2, 1, 70);"
      "SELECT pgtrickle.attach_definitions('app.orders'); COMMIT");
  EXPECT_EQ(Errors(), "");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle_state.detached"), "0");
  app_.Run("SELECT pgtrickle.refresh_stream_table('app.named')");
  EXPECT_EQ(app_.Text("SELECT action FROM pgtrickle.get_refresh_history('app.named') LIMIT 1"),
            "DIFFERENTIAL");
  EXPECT_EQ(Detach("app.sales"), "app.by_region|detached\n");
  EXPECT_EQ(Attach("app.sales"), "app.by_region|attached\n");
  app_.Run("INSERT INTO app.sales VALUES (9, 'z', 9)");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle.verify_stream_table('app.by_region')"), "0");
}

TEST_F(DetachTest, RewritingASourceIsNotSilent) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(ByRegion()));
  EXPECT_EQ(Detach("app.orders"), "app.named|detached\n");
  EXPECT_EQ(Detach("app.sales"), "app.by_region|detached\n");
  app_.Run("ALTER TABLE app.orders ALTER amount TYPE int USING amount * 2");
  app_.Run("ALTER TABLE app.sales ALTER amount TYPE numeric USING amount * 2");
  EXPECT_EQ(Attach("app.orders"),
            "app.named|attached; to be refreshed, because a source was rewritten\n");
  EXPECT_EQ(Attach("app.sales"),
            "app.by_region|attached; to be refreshed, because a source was rewritten\n");
  app_.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_TRUE(HoldsQueryOf(app_, Named()));
  EXPECT_TRUE(HoldsQuery(app_, "app.by_region", ByRegion().query));
  EXPECT_EQ(app_.Text("SELECT bool_or(needs_reinit) FROM pgtrickle.pgt_stream_tables"), "f");
}

TEST_F(DetachTest, UsedColumnCanBeDroppedAndTheStreamTableAfterIt) {
  app_.Run(ScriptOf(Named()));
  app_.Run(ScriptOf(Big()));
  EXPECT_TRUE(FailsWith(app_, "2BP01", "ALTER TABLE app.orders DROP amount"));
  Detach("app.orders");
  app_.Run("ALTER TABLE app.orders DROP amount");
  EXPECT_EQ(Attach("app.orders"),
            "app.named|has to be compiled again: its query does not fit its sources: column "
            "o.amount does not exist\n");
  EXPECT_EQ(app_.Text("SELECT status FROM pgtrickle.pgt_stream_tables WHERE pgt_name = 'named'"),
            "ERROR");
  app_.Run("SELECT pgtrickle.drop_stream_table('app.named', true)");
  EXPECT_EQ(app_.Text("SELECT count(*) FROM pgtrickle_state.detached"), "0");
}

TEST_F(DetachTest, OwnersOfSourcesAndOfStreamTablesMay) {
  // A stream table of a role that does not own the source.
  database_.server().EnsureRole("reporter");
  Session admin = database_.Connect();
  admin.Run(
      "SELECT pgtrickle.grant_compile('reporter'); GRANT USAGE, CREATE ON SCHEMA app TO reporter; "
      "GRANT USAGE ON SCHEMA app TO PUBLIC; "
      "GRANT SELECT, TRIGGER ON app.sales TO reporter");
  Session reporter = database_.Connect("reporter");
  reporter.Run(ScriptOf(ByRegion()));
  database_.server().EnsureRole("clerk");
  Session clerk = database_.Connect("clerk");
  EXPECT_EQ(Printed(clerk.Rows("SELECT * FROM pgtrickle.detach_definitions('app.sales')")),
            "app.by_region|not detached: only its owner, role \"reporter\", and owners of its "
            "sources may do that\n");
  EXPECT_TRUE(FailsWith(clerk, "42501", "SELECT pgtrickle.detach_as_owner(1)"));
  EXPECT_TRUE(FailsWith(app_, "42501", "SELECT pgtrickle.detach_as_owner(1)"));
  EXPECT_EQ(Detach("app.sales"), "app.by_region|detached\n") << "the owner of the source";
  app_.Run("ALTER TABLE app.sales ALTER amount TYPE numeric(10,2)");
  EXPECT_EQ(Printed(clerk.Rows("SELECT result LIKE 'not attached%' FROM "
                               "pgtrickle.attach_definitions('app.sales')")),
            "t\n");
  EXPECT_NE(Attach("app.sales").find("has to be compiled again"), std::string::npos);
  EXPECT_EQ(app_.Text("SELECT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON "
                      "n.oid = relnamespace WHERE nspname = 'pgtrickle_state' AND relname = "
                      "'app.by_region'"),
            "reporter");
  // What is recorded is run with the rights of who could write it, whoever attaches.
  admin.Run("SELECT pgtrickle.detach_definitions('app.sales')");
  reporter.Run(
      "UPDATE pgtrickle_state.detached SET definition = definition || '; ALTER ROLE reporter "
      "SUPERUSER'");
  EXPECT_TRUE(FailsWith(admin, "42501", "SELECT pgtrickle.attach_definitions('app.sales')"));
  reporter.Run("UPDATE pgtrickle_state.detached SET definition = definition || '; RESET ROLE'");
  EXPECT_TRUE(admin.TryRun("SELECT pgtrickle.attach_definitions('app.sales')"));
  EXPECT_EQ(admin.Text("SELECT rolsuper FROM pg_roles WHERE rolname = 'reporter'"), "f");
  EXPECT_TRUE(FailsWith(app_, "42501", "UPDATE pgtrickle_state.detached SET definition = 'x'"));
  admin.Run(
      "SELECT pgtrickle.drop_stream_table('app.by_region'); SELECT "
      "pgtrickle.revoke_compile('reporter')");
}

TEST_F(DetachTest, UnknownNamesAreErrors) {
  EXPECT_TRUE(FailsWith(app_, "42P01", "SELECT pgtrickle.detach_definitions('app.nothing')"));
  EXPECT_EQ(Detach("app.sales"), "") << "nothing reads it";
}

}  // namespace
}  // namespace tricklec::testsupport
