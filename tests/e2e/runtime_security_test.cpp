// Roles without rights against the runtime: none of them may change, refresh or read what is not
// theirs, and no object they plant may be run with somebody else's rights.
#include <gtest/gtest.h>

#include "handmade.h"

namespace tricklec::testsupport {
namespace {

class SecurityTest : public testing::Test {
 protected:
  SecurityTest() {
    TestServer& server = TestServer::Shared();
    server.EnsureRole("visitor");
    server.EnsureRole("rival");
    Session admin = database_.Connect();
    // A rival may compile, and both may look into the schema; neither owns anything of app_owner's.
    admin.Run(
        "SELECT pgtrickle.grant_compile('rival');"
        "CREATE SCHEMA rival AUTHORIZATION rival;"
        "GRANT USAGE ON SCHEMA app TO visitor, rival;"
        "GRANT CREATE ON SCHEMA public TO visitor, rival, app_owner;");
    database_.App().Run(ScriptOf(ByRegion()));
  }

  Session As(const std::string& role) { return database_.Connect(role); }

  AppDatabase database_;
};

TEST_F(SecurityTest, VisitorsReadStatesAndNoData) {
  Session visitor = As("visitor");
  EXPECT_EQ(visitor.Text("SELECT pgtrickle.version()"), "0.4.0");
  EXPECT_EQ(visitor.Text("SELECT name FROM pgtrickle.pgt_status()"), "app.by_region");
  EXPECT_EQ(visitor.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity <> 'OK'"),
            "0");
  EXPECT_EQ(visitor.Text("SELECT count(*) FROM pgtrickle.stream_tables_info"), "1");
  EXPECT_EQ(visitor.Text("SELECT count(*) FROM pgtrickle.pg_stat_stream_tables"), "1");
  EXPECT_EQ(visitor.Text("SELECT count(*) FROM pgtrickle.trigger_inventory()"), "5");
  visitor.Run(
      "SELECT * FROM pgtrickle.explain_st('app.by_region');"
      "SELECT * FROM pgtrickle.list_sources('app.by_region');"
      "SELECT * FROM pgtrickle.dependency_tree();");
  for (const std::string statement :
       {"TABLE app.by_region", "TABLE pgtrickle_state.\"app.by_region\"",
        "SELECT * FROM pgtrickle.verify_stream_table('app.by_region')",
        "SELECT * FROM pgtrickle_impl.\"app.by_region/verify\"()",
        "SELECT pgtrickle.refresh_stream_table('app.by_region')",
        "SELECT pgtrickle_impl.\"app.by_region/refresh\"(false)",
        "SELECT pgtrickle_impl.\"app.by_region/fill\"()", "TABLE pgtrickle.pgt_refresh_history",
        "SELECT * FROM pgtrickle.get_refresh_history('app.by_region')"}) {
    EXPECT_TRUE(FailsWith(visitor, "42501", statement)) << statement;
  }
}

TEST_F(SecurityTest, OnlyTheOwnerChangesAStreamTable) {
  for (const std::string role : {"visitor", "rival"}) {
    Session session = As(role);
    for (const std::string statement :
         {"SELECT pgtrickle.drop_stream_table('app.by_region')",
          "SELECT pgtrickle.drop_stream_table('app.by_region', true)",
          "SELECT pgtrickle.grant_refresh('app.by_region', 'rival')",
          "SELECT pgtrickle.populate('app.by_region')",
          "SELECT pgtrickle.postpone('app.by_region')",
          "SELECT pgtrickle.refresh_as_owner(1, false)",
          "SELECT pgtrickle.verify_as_owner(1)",
          "SELECT pgtrickle.drop_objects(1, true)",
          "SELECT pgtrickle.register_column('app.by_region', 'n', 'hidden', 'equal')",
          "SELECT pgtrickle.register_dependency('app.by_region', 'app.by_region', '{}')",
          "UPDATE pgtrickle.pgt_stream_tables SET status = 'ERROR'",
          "DELETE FROM pgtrickle.pgt_stream_tables",
          "DELETE FROM pgtrickle.pgt_objects",
          "UPDATE pgtrickle.pgt_columns SET compare = 'approximate'",
          "DELETE FROM pgtrickle.pgt_triggers",
          "DELETE FROM pgtrickle_state.version",
          "UPDATE pgtrickle_state.version SET id = 'x'",
          "UPDATE pgtrickle_state.version SET xid = '9999999'",
          "INSERT INTO pgtrickle_state.version VALUES ('app.other', '1')",
          "TRUNCATE pgtrickle.pgt_stream_tables CASCADE",
          "UPDATE pgtrickle.pgt_settings SET value = '0'",
          "UPDATE pgtrickle.pgt_runtime SET version = '9'",
          "SELECT pgtrickle.grant_compile('visitor')"}) {
      std::optional<SqlError> error = session.TryRun(statement);
      ASSERT_TRUE(error.has_value()) << role << ": " << statement;
      EXPECT_TRUE(error->sqlstate() == "42501" || error->sqlstate() == "42809")
          << role << ": " << statement << ": " << error->what();
    }
  }
  EXPECT_EQ(
      Printed(database_.App().Rows("SELECT * FROM pgtrickle.verify_stream_table('app.by_region')")),
      "");
}

TEST_F(SecurityTest, RowsOfTheCatalogCannotBeMovedToAnotherStreamTable) {
  Session rival = As("rival");
  HandMade made = ByRegion();
  made.schema = "rival";
  made.source = "rival.sales";
  made.query =
      "SELECT region, sum(amount) AS total, count(*) AS n FROM rival.sales GROUP BY region";
  rival.Run("CREATE TABLE rival.sales (region text, amount numeric)");
  rival.Run(ScriptOf(made));
  for (const std::string statement :
       {"UPDATE pgtrickle.pgt_objects SET pgt_id = 1 WHERE pgt_id = 2",
        "UPDATE pgtrickle.pgt_stream_tables SET pgt_relid = 'app.by_region' WHERE pgt_id = 2",
        "UPDATE pgtrickle.pgt_stream_tables SET pgt_name = 'x' WHERE pgt_id = 2",
        "INSERT INTO pgtrickle.pgt_stream_tables (pgt_relid, pgt_schema, pgt_name, defining_query, "
        "original_query, refresh_mode, strategy, lock_class, definition_hash, compiler_format) "
        "VALUES ('rival.sales', 'app', 'squatted', '', '', 'FULL', 'full', 'none', '', 1)",
        "INSERT INTO pgtrickle.pgt_objects SELECT 1, kind, identity, 'part', '' FROM "
        "pgtrickle.pgt_objects WHERE pgt_id = 2"}) {
    EXPECT_TRUE(FailsWith(rival, "42501", statement)) << statement;
  }
}

// A superuser that drops or refreshes a stream table must not be made to do more than that.
TEST_F(SecurityTest, ForgedEntriesDropAndCallNothingElse) {
  Session rival = As("rival");
  HandMade made = ByRegion();
  made.schema = "rival";
  made.source = "rival.sales";
  made.query =
      "SELECT region, sum(amount) AS total, count(*) AS n FROM rival.sales GROUP BY region";
  rival.Run("CREATE TABLE rival.sales (region text, amount numeric)");
  rival.Run(ScriptOf(made));
  Session admin = database_.Connect();

  rival.Run(
      "BEGIN; INSERT INTO pgtrickle.pgt_objects VALUES (2, 'table', 'app.sales', 'part', '')");
  rival.Run("COMMIT");
  EXPECT_TRUE(FailsWith(admin, "42P17", "SELECT pgtrickle.drop_stream_table('rival.by_region')",
                        "does not look like one"));
  rival.Run("DELETE FROM pgtrickle.pgt_objects WHERE identity = 'app.sales'");

  for (const std::string function : {"refresh\"(boolean)", "verify\"()", "fill\"()"}) {
    rival.Run("BEGIN; ALTER FUNCTION pgtrickle_impl.\"rival.by_region/" + function +
              " SECURITY INVOKER; COMMIT");
    EXPECT_TRUE(FailsWith(admin, "42P17",
                          function == "verify\"()"
                              ? "SELECT * FROM pgtrickle.verify_stream_table('rival.by_region')"
                              : "SELECT pgtrickle.refresh_stream_table('rival.by_region')",
                          "SECURITY DEFINER"))
        << function;
    rival.Run("ALTER FUNCTION pgtrickle_impl.\"rival.by_region/" + function + " SECURITY DEFINER");
  }
}

// The functions of a query run as the stream table's owner, whoever verifies or refreshes.
TEST_F(SecurityTest, SuperusersVerifyAndRefreshWithTheOwnersRights) {
  Session rival = As("rival");
  rival.Run(
      "CREATE TABLE rival.sales (region text, amount numeric); INSERT INTO rival.sales VALUES "
      "('a', 1);"
      "CREATE FUNCTION rival.who(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT "
      "current_user::text';");
  HandMade made = ByRegion();
  made.schema = "rival";
  made.source = "rival.sales";
  made.query =
      "SELECT rival.who(region) AS region, sum(amount) AS total, count(*) AS n FROM rival.sales "
      "GROUP BY 1";
  rival.Run(ScriptOf(made));
  Session admin = database_.Connect();
  admin.Run("SELECT pgtrickle.refresh_stream_table('rival.by_region')");
  EXPECT_EQ(admin.Text("SELECT region FROM rival.by_region"), "rival");
  EXPECT_EQ(Printed(admin.Rows("SELECT * FROM pgtrickle.verify_stream_table('rival.by_region')")),
            "");
}

TEST_F(SecurityTest, GrantedRolesRefreshAndNothingElse) {
  database_.App().Run("SELECT pgtrickle.grant_refresh('app.by_region', 'visitor')");
  Session visitor = As("visitor");
  visitor.Run("SELECT pgtrickle.refresh_stream_table('app.by_region')");
  EXPECT_TRUE(
      FailsWith(visitor, "42501", "SELECT * FROM pgtrickle.verify_stream_table('app.by_region')"));
  EXPECT_TRUE(
      FailsWith(visitor, "42501", "SELECT pgtrickle.grant_refresh('app.by_region', 'rival')"));
  database_.App().Run("SELECT pgtrickle.revoke_refresh('app.by_region', 'visitor')");
  EXPECT_TRUE(
      FailsWith(visitor, "42501", "SELECT pgtrickle.refresh_stream_table('app.by_region')"));
}

TEST_F(SecurityTest, MembersOfTheOwningRoleMayWhatTheOwnerMay) {
  TestServer::Shared().EnsureRole("colleague");
  database_.Connect().Run("GRANT app_owner TO colleague");
  Session colleague = As("colleague");
  colleague.Run(
      "SELECT pgtrickle.refresh_stream_table('app.by_region');"
      "SELECT * FROM pgtrickle.verify_stream_table('app.by_region');"
      "SELECT pgtrickle.drop_stream_table('app.by_region');");
  EXPECT_EQ(colleague.Text("SELECT count(*) FROM pgtrickle.pgt_stream_tables"), "0");
}

TEST_F(SecurityTest, WithoutTheRightToCompileNothingIsRegistered) {
  TestServer::Shared().EnsureRole("newcomer");
  database_.Connect().Run("CREATE SCHEMA newcomer AUTHORIZATION newcomer");
  Session newcomer = As("newcomer");
  newcomer.Run("CREATE TABLE newcomer.st (a int)");
  EXPECT_TRUE(
      FailsWith(newcomer, "42501", "CREATE VIEW pgtrickle_state.\"newcomer.st\" AS SELECT 1"));
  EXPECT_TRUE(
      FailsWith(newcomer, "42501",
                "SELECT pgtrickle.register_stream_table('newcomer.st', 'IMMEDIATE', 'linear', "
                "'none', '', '', '', 1, NULL)"));
  database_.Connect().Run("SELECT pgtrickle.grant_compile('newcomer')");
  HandMade made = ByRegion();
  made.schema = "newcomer";
  made.source = "newcomer.sales";
  made.query =
      "SELECT region, sum(amount) AS total, count(*) AS n FROM newcomer.sales GROUP BY region";
  newcomer.Run("CREATE TABLE newcomer.sales (region text, amount numeric)");
  newcomer.Run(ScriptOf(made));
  database_.Connect().Run("SELECT pgtrickle.revoke_compile('newcomer')");
  EXPECT_TRUE(FailsWith(newcomer, "42501", "CREATE VIEW pgtrickle_state.x AS SELECT 1"));
  EXPECT_TRUE(FailsWith(newcomer, "42501", "DELETE FROM pgtrickle.pgt_stream_tables"));
}

// Nobody but the owner can register somebody else's table, and the owner's tables stay its own.
TEST_F(SecurityTest, OnlyTheOwnerMakesATableAStreamTable) {
  Session rival = As("rival");
  rival.Run(
      "CREATE FUNCTION pgtrickle_impl.\"app.sales/fill\"() RETURNS void LANGUAGE sql SECURITY "
      "DEFINER "
      "AS ''");
  EXPECT_TRUE(FailsWith(
      rival, "42501",
      "SELECT pgtrickle.register_stream_table('app.sales', 'IMMEDIATE', 'linear', 'none', "
      "'', '', '', 1, 'pgtrickle_impl.\"app.sales/fill\"()')",
      "must be owner of table app.sales"));
}

// search_path, operator and temporary-schema hijacks: objects in public and pg_temp that
// unqualified names or operators could mean must never be used by functions of the runtime.
TEST_F(SecurityTest, PlantedObjectsAreNotUsed) {
  const std::string trap =
      "CREATE FUNCTION {0}.sprung() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN "
      "RAISE 'trap sprung as %', current_user; END $$;"
      "CREATE FUNCTION {0}.eq_trap(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "{0}.sprung()';"
      "CREATE FUNCTION {0}.eq_trap(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT {0}.sprung()';"
      "CREATE FUNCTION {0}.eq_trap(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "{0}.sprung()';"
      "CREATE OPERATOR {0}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {0}.eq_trap);"
      "CREATE OPERATOR {0}.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = {0}.eq_trap);"
      "CREATE OPERATOR {0}.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = {0}.eq_trap);"
      "CREATE OPERATOR {0}.<> (LEFTARG = oid, RIGHTARG = oid, FUNCTION = {0}.eq_trap);"
      "CREATE FUNCTION {0}.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT "
      "{0}.sprung()::text';"
      "CREATE FUNCTION {0}.md5(text) RETURNS text LANGUAGE sql AS 'SELECT {0}.sprung()::text';"
      "CREATE FUNCTION {0}.to_regclass(text) RETURNS regclass LANGUAGE sql AS 'SELECT "
      "{0}.sprung()::text::regclass';"
      "CREATE FUNCTION {0}.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT "
      "{0}.sprung()::text';"
      "CREATE FUNCTION {0}.pg_has_role(oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT "
      "{0}.sprung()';";
  const std::string tables =
      "CREATE TEMP VIEW pg_class AS SELECT 1 / 0 AS oid; CREATE TEMP VIEW pg_proc AS SELECT 1 / 0 "
      "AS oid;"
      "CREATE TEMP VIEW pg_trigger AS SELECT 1 / 0 AS oid; CREATE TEMP VIEW pg_namespace AS SELECT "
      "1 / 0 AS oid;"
      "CREATE TEMP VIEW pg_attribute AS SELECT 1 / 0 AS oid;"
      "CREATE TEMP TABLE by_region (LIKE app.by_region); CREATE TEMP TABLE version (id text, xid "
      "xid8);"
      "CREATE TEMP TABLE pgt_stream_tables (pgt_id bigint);";
  auto in = [&](std::string schema) {
    std::string script = trap;
    for (size_t at; (at = script.find("{0}")) != std::string::npos;) script.replace(at, 3, schema);
    return script;
  };
  As("visitor").Run(in("public"));
  Session app = database_.App();
  app.Run("CREATE TEMP TABLE first_use (a int)");
  app.Run(in("pg_temp"));
  app.Run(tables);
  app.Run("SET search_path = pg_temp, public, pg_catalog");
  app.Run(
      "SELECT pgtrickle.refresh_stream_table('app.by_region');"
      "SELECT * FROM pgtrickle.verify_stream_table('app.by_region');"
      "SELECT * FROM pgtrickle.health_check(); SELECT * FROM pgtrickle.pgt_status();"
      "SELECT * FROM pgtrickle.explain_st('app.by_region');"
      "SELECT * FROM pgtrickle.list_sources('app.by_region');"
      "SELECT * FROM pgtrickle.get_refresh_history('app.by_region');"
      "SELECT * FROM pgtrickle.trigger_inventory(); SELECT * FROM pgtrickle.dependency_tree();"
      "TABLE pgtrickle.stream_tables_info; TABLE pgtrickle.pg_stat_stream_tables;"
      "INSERT INTO app.sales VALUES (7, 'q', 1);");
  EXPECT_TRUE(FailsWith(app, "55000", "DELETE FROM app.by_region"));
  app.Run("SELECT pgtrickle.drop_stream_table('app.by_region')");
  HandMade second = ByRegion();
  second.name = "second";
  app.Run(ObjectsOf(second));
  app.Run(RegistrationOf(second));
  app.Run(AttachmentOf(second) + "SELECT pgtrickle.populate('app.second')");
}

// An unqualified name means what it means in the caller's query: its own temporary table, which is
// no stream table, and never another session's.
TEST_F(SecurityTest, TemporaryTablesShadowNamesOnlyForTheirSession) {
  Session app = database_.App();
  app.Run("SET search_path = app; CREATE TEMP TABLE by_region (a int)");
  EXPECT_TRUE(FailsWith(app, "42704", "SELECT pgtrickle.refresh_stream_table('by_region')",
                        "is not a stream table"));
  Session other = database_.App();
  other.Run("SET search_path = app; SELECT pgtrickle.refresh_stream_table('by_region')");
}

// Any session can spoof a custom setting: it opens nothing that privileges do not open.
TEST_F(SecurityTest, ForgedSettingsGiveNoRights) {
  Session visitor = As("visitor");
  visitor.Run("SET pgtrickle.maintenance = 'on'");
  EXPECT_TRUE(FailsWith(visitor, "42501", "DELETE FROM app.by_region"));
  database_.Connect().Run(
      "GRANT SELECT ON app.by_region TO visitor;"
      "GRANT SELECT, INSERT, UPDATE, DELETE ON app.sales TO visitor;");
  // Writing a source maintains the stream table whatever the writer's settings and rights are.
  visitor.Run(
      "SET search_path = pg_temp; SET pgtrickle.installing = 'x';"
      "INSERT INTO app.sales VALUES (7, 'q', 1)");
  EXPECT_EQ(visitor.Text("SELECT n FROM app.by_region WHERE region = 'q'"), "1");
}

// The id of a version row is schema.name: "a.b"."c" and "a"."b.c" are the same.
TEST_F(SecurityTest, StreamTablesWithTheSameIdExcludeEachOther) {
  Session admin = database_.Connect();
  admin.Run("CREATE SCHEMA \"a.b\" AUTHORIZATION app_owner; CREATE SCHEMA a AUTHORIZATION rival");
  HandMade victim = ByRegion();
  victim.schema = "a.b";
  victim.name = "c";
  database_.App().Run(ScriptOf(victim));
  HandMade twin = ByRegion();
  twin.schema = "a";
  twin.name = "b.c";
  twin.source = "rival.sales";
  twin.query =
      "SELECT region, sum(amount) AS total, count(*) AS n FROM rival.sales GROUP BY region";
  Session rival = As("rival");
  rival.Run("CREATE TABLE rival.sales (region text, amount numeric)");
  EXPECT_TRUE(rival.TryRun(ScriptOf(twin)).has_value());
  rival.Run(
      "CREATE TABLE a.\"b.c\" (a int);"
      "INSERT INTO pgtrickle.pgt_stream_tables (pgt_relid, pgt_schema, pgt_name, defining_query, "
      "original_query, refresh_mode, strategy, lock_class, definition_hash, compiler_format) "
      "VALUES ('a.\"b.c\"', 'a', 'b.c', '', '', 'FULL', 'full', 'none', '', 1)");
  EXPECT_TRUE(FailsWith(rival, "42501", "DELETE FROM pgtrickle_state.version WHERE id = 'a.b.c'"));
}

}  // namespace
}  // namespace tricklec::testsupport
