// The runtime alone: installation, registration, triggers, refresh, drop, inspection.
#include <gtest/gtest.h>

#include "handmade.h"
#include "tricklec/testsupport/program.h"

namespace tricklec::testsupport {
namespace {

std::string TriggersOn(Session& session, const std::string& table) {
  return Printed(session.Rows("SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = " +
                              QuoteLiteral(table) + "::regclass AND NOT tgisinternal ORDER BY 1"));
}

// ---- installation -------------------------------------------------------------------------------

TEST(RuntimeInstallation, NeedsOneTransaction) {
  TestDatabase database;
  Session session = database.Connect();
  // Statement by statement, as psql would send the file without --single-transaction.
  const std::string& script = RuntimeSql();
  size_t first = script.find("$settings$;") + 11;
  session.Run(script.substr(0, first));
  EXPECT_TRUE(FailsWith(session, "25001", script.substr(first), "in one transaction"));
  EXPECT_EQ(session.Text("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'pgtrickle'"), "0");
}

TEST(RuntimeInstallation, TwiceIsAClearError) {
  RuntimeDatabase database;
  Session session = database.Connect();
  EXPECT_TRUE(FailsWith(session, "42P06", RuntimeSql(), "is already installed in database"));
  EXPECT_EQ(session.Text("SELECT pgtrickle.version()"), "0.4.0");
}

TEST(RuntimeInstallation, LeavesAForeignSchemaAlone) {
  TestDatabase database;
  Session session = database.Connect();
  session.Run("CREATE SCHEMA pgtrickle");
  EXPECT_TRUE(FailsWith(session, "42P06", RuntimeSql(), "holds no stream table runtime"));
}

TEST(RuntimeInstallation, NeedsOnlyTheRightToCreateSchemas) {
  TestServer::Shared().EnsureRole("installer");
  TestDatabase database;
  database.Connect().Run("GRANT CREATE ON DATABASE \"" + database.name() + "\" TO installer");
  Session session = database.Connect("installer");
  session.Run(RuntimeSql());
  EXPECT_EQ(session.Text("SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'pgtrickle'"),
            "installer");
}

TEST(RuntimeInstallation, IgnoresAndKeepsTheInstallersSearchPath) {
  TestDatabase database;
  Session session = database.Connect();
  // Objects that would capture unqualified names and operators if bodies were resolved with it.
  session.Run(
      "CREATE SCHEMA trap;"
      "CREATE FUNCTION trap.no_equal(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
      "CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.no_equal);"
      "CREATE FUNCTION trap.md5(text) RETURNS text LANGUAGE sql AS $$SELECT 'trapped'$$;"
      "SET search_path = trap, pg_catalog;");
  session.Run(RuntimeSql());
  EXPECT_EQ(session.Text("SHOW search_path"), "trap, pg_catalog");
  EXPECT_EQ(session.Text("SELECT count(*) FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid "
                         "WHERE p.pronamespace = 'pgtrickle'::regnamespace AND d.refobjid IN "
                         "('trap.md5(text)'::regprocedure, 'trap.=(oid,oid)'::regoperator)"),
            "0");
}

TEST(RuntimeInstallation, DescribesEveryObject) {
  RuntimeDatabase database;
  Session session = database.Connect();
  EXPECT_EQ(Printed(session.Rows(
                "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = "
                "'pgtrickle'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL "
                "UNION ALL SELECT oid::regclass::text FROM pg_class WHERE relnamespace IN "
                "('pgtrickle'::regnamespace, 'pgtrickle_state'::regnamespace, "
                "'pgtrickle_changes'::regnamespace) AND relkind IN ('r', 'v') AND "
                "obj_description(oid, 'pg_class') IS NULL")),
            "");
}

TEST(RuntimeInstallation, PinsThePathOfEveryFunctionThatDoesNotResolveNames) {
  RuntimeDatabase database;
  Session session = database.Connect();
  // Those without a path have bodies resolved at installation, and call one function.
  EXPECT_EQ(Printed(session.Rows(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'pgtrickle'::regnamespace "
                "AND proconfig IS NULL ORDER BY 1")),
            "alter_stream_table\nattach_definitions\ndetach_definitions\ndrop_stream_table\n"
            "explain_st\nget_refresh_history\nget_staleness\ngrant_refresh\nlist_sources\n"
            "refresh_group\nrefresh_stream_table\nresume_stream_table\nrevoke_refresh\n"
            "scheduler_tick\ntry_refresh\n"
            "verify_stream_table\n");
  // One that commits cannot have either.
  EXPECT_EQ(session.Text("SELECT string_agg(proname, ' ') FROM pg_proc WHERE pronamespace = "
                         "'pgtrickle'::regnamespace AND proconfig IS NULL AND prosqlbody IS NULL"),
            "scheduler_tick");
  EXPECT_EQ(session.Text("SELECT count(*) FROM pg_proc WHERE pronamespace = "
                         "'pgtrickle'::regnamespace AND prosecdef"),
            "0");
}

TEST(RuntimeInstallation, PlpgsqlCheckFindsNothing) {
  RuntimeDatabase database;
  Session session = database.Connect();
  if (session.Text("SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'") ==
      "0") {
    GTEST_SKIP() << "this server has no plpgsql_check";
  }
  session.Run("CREATE EXTENSION plpgsql_check");
  // It takes functions that do all by dynamic statements for STABLE, but says that it does not
  // know.
  EXPECT_EQ(
      Printed(session.Rows(
          "SELECT p.oid::regprocedure, c.lineno, c.level, c.message, c.detail FROM pg_proc p "
          "JOIN pg_language l ON l.oid = p.prolang "
          "CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid, relid => CASE "
          "WHEN p.prorettype <> 'trigger'::regtype THEN 0 "
          "WHEN p.proname = 'check_version_row' THEN 'pgtrickle_state.version'::regclass "
          "WHEN p.proname = 'check_tracking_row' THEN 'pgtrickle.pgt_change_tracking'::regclass "
          "WHEN p.proname = 'check_truncation_row' THEN 'pgtrickle_changes.truncations'::regclass "
          "ELSE 'pgtrickle.pgt_stream_tables'::regclass END, fatal_errors => false, "
          "extra_warnings => false, performance_warnings => true, security_warnings => true) c "
          "WHERE p.pronamespace = 'pgtrickle'::regnamespace AND l.lanname = 'plpgsql' "
          "AND c.detail IS DISTINCT FROM "
          "'attention: cannot to determine volatility of used dynamic SQL'")),
      "");
}

// ---- registration -------------------------------------------------------------------------------

TEST(RuntimeRegistration, RecordsEverything) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  EXPECT_EQ(Printed(app.Rows("SELECT pgt_relid, pgt_schema, pgt_name, refresh_mode, status, "
                             "is_populated, strategy, lock_class, definition_hash, compiler_format "
                             "FROM pgtrickle.pgt_stream_tables")),
            "app.by_region|app|by_region|IMMEDIATE|ACTIVE|t|algebraic|none|hash|1\n");
  EXPECT_EQ(Printed(app.Rows("SELECT column_name, column_role, compare FROM pgtrickle.pgt_columns "
                             "ORDER BY 1")),
            "n|value|equal\nregion|key|image\ntotal|value|equal\n");
  EXPECT_EQ(Printed(app.Rows("SELECT source_relid, source_type, columns_used "
                             "FROM pgtrickle.pgt_dependencies")),
            "app.sales|TABLE|{region,amount}\n");
  EXPECT_EQ(Printed(app.Rows("SELECT kind, identity, role FROM pgtrickle.pgt_objects ORDER BY 2")),
            "table|app.by_region|stream_table\n"
            "function|pgtrickle_impl.\"app.by_region/app.sales/before\"()|part\n"
            "function|pgtrickle_impl.\"app.by_region/app.sales/delete\"()|part\n"
            "function|pgtrickle_impl.\"app.by_region/app.sales/insert\"()|part\n"
            "function|pgtrickle_impl.\"app.by_region/app.sales/truncate\"()|part\n"
            "function|pgtrickle_impl.\"app.by_region/app.sales/update\"()|part\n"
            "function|pgtrickle_impl.\"app.by_region/detach\"(boolean)|detach\n"
            "function|pgtrickle_impl.\"app.by_region/fill\"()|fill\n"
            "function|pgtrickle_impl.\"app.by_region/refresh\"(boolean)|refresh\n"
            "function|pgtrickle_impl.\"app.by_region/verify\"()|verify\n"
            "view|pgtrickle_state.\"app.by_region\"|definition\n");
  EXPECT_EQ(Printed(app.Rows("SELECT id FROM pgtrickle_state.version")), "app.by_region\n");
  EXPECT_EQ(Printed(app.Rows("SELECT action, status, rows_inserted, rows_updated, rows_deleted, "
                             "reason FROM pgtrickle.pgt_refresh_history")),
            "FULL|COMPLETED|3|0|0|created\n");
  EXPECT_EQ(TriggersOn(app, "app.sales"),
            "pgt_0100_before_app.by_region|O\npgt_0100_delete_app.by_region|O\n"
            "pgt_0100_insert_app.by_region|O\npgt_0100_truncate_app.by_region|O\n"
            "pgt_0100_update_app.by_region|O\n");
  app.Run("INSERT INTO app.sales VALUES (9, 'c', 3)");
  EXPECT_EQ(Printed(app.Rows("SELECT * FROM app.by_region ORDER BY 1")),
            "a|3.50|2\nb|7|1\nc|3|1\nNULL|1|1\n");
}

TEST(RuntimeRegistration, RefusesWhatIsNoOrdinaryTable) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ObjectsOf(ByRegion()) +
          "CREATE TEMP TABLE t (a int); CREATE VIEW app.v AS SELECT 1 AS a;"
          "CREATE TABLE app.p (a int) PARTITION BY LIST (a);");
  for (const std::string relation : {"t", "app.v", "app.p"}) {
    EXPECT_TRUE(FailsWith(app, "42809",
                          "SELECT pgtrickle.register_stream_table('" + relation +
                              "', 'IMMEDIATE', 'linear', 'none', '', '', '', 1, "
                              "'pgtrickle_impl.\"app.by_region/fill\"()')",
                          "cannot be a stream table"))
        << relation;
  }
}

TEST(RuntimeRegistration, RefusesFunctionsThatDoNotRunAsTheOwner) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ObjectsOf(ByRegion()) +
          "ALTER FUNCTION pgtrickle_impl.\"app.by_region/fill\"() SECURITY INVOKER;");
  EXPECT_TRUE(FailsWith(app, "42P17", RegistrationOf(ByRegion()), "is SECURITY DEFINER"));
  app.Run(
      "ALTER FUNCTION pgtrickle_impl.\"app.by_region/fill\"() SECURITY DEFINER;"
      "ALTER FUNCTION pgtrickle_impl.\"app.by_region/app.sales/insert\"() SECURITY INVOKER;" +
      RegistrationOf(ByRegion()));
  EXPECT_TRUE(FailsWith(app, "42P17", AttachmentOf(ByRegion()), "is SECURITY DEFINER"));
}

TEST(RuntimeRegistration, NamesWhatIsMissing) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  EXPECT_TRUE(FailsWith(
      app, "42703", "SELECT pgtrickle.register_column('app.by_region', 'nope', 'value', 'equal')",
      "has no column \"nope\""));
  EXPECT_TRUE(FailsWith(
      app, "42703", "SELECT pgtrickle.register_dependency('app.by_region', 'app.sales', '{nope}')",
      "app.sales has no column \"nope\""));
  EXPECT_TRUE(FailsWith(
      app, "42704",
      "SELECT pgtrickle.register_fact('app.by_region', 'app.sales', 'nope', 'key', 'storage')",
      "no validated constraint"));
  EXPECT_TRUE(FailsWith(app, "42704",
                        "SELECT pgtrickle.register_object('app.by_region', 'table', 'app.nope')",
                        "table app.nope does not exist"));
  EXPECT_TRUE(FailsWith(app, "22023",
                        "SELECT pgtrickle.register_object('app.by_region', 'rule', 'app.sales')",
                        "kind \"rule\""));
  EXPECT_TRUE(FailsWith(app, "42704", "SELECT pgtrickle.populate('app.sales')",
                        "app.sales is not a stream table"));
}

TEST(RuntimeRegistration, TakesFactsFromConstraintsIndexesAndColumns) {
  AppDatabase database;
  Session app = database.App();
  app.Run(
      "ALTER TABLE app.sales ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;"
      "CREATE UNIQUE INDEX sales_amount ON app.sales (id, amount);"
      "CREATE DOMAIN app.filled AS text NOT NULL;" +
      ScriptOf(ByRegion()) +
      "SELECT pgtrickle.register_fact('app.by_region', 'app.sales', f, 'a test', 'fingerprint') "
      "FROM unnest('{sales_pkey,sales_amount,id,sales_id_not_null,app.filled}'::text[]) f");
  // From PostgreSQL 18 on sales_id_not_null is a constraint: NOT NULL id.
  EXPECT_EQ(Printed(app.Rows("SELECT constraint_name, regexp_replace(definition, '^NOT NULL id', "
                             "'NOT NULL') FROM pgtrickle.pgt_facts ORDER BY 1")),
            "app.filled|NOT NULL\nid|NOT NULL\n"
            "sales_amount|CREATE UNIQUE INDEX sales_amount ON app.sales USING btree (id, amount)\n"
            "sales_id_not_null|NOT NULL\nsales_pkey|PRIMARY KEY (id)\n");
  EXPECT_TRUE(FailsWith(
      app, "42704",
      "SELECT pgtrickle.register_fact('app.by_region', 'app.sales', 'positive', 'x', 'y')"));
}

TEST(RuntimeRegistration, ComparesByImageWhereATypeHasNoEquality) {
  AppDatabase database;
  Session app = database.App();
  HandMade made = ByRegion();
  made.name = "odd";
  made.query =
      "SELECT 1 AS i, '{}'::json AS j, '{}'::json[] AS ja, '<a/>'::xml AS x, '(1,2)'::point AS p, "
      "ARRAY[1] AS ia, '[1,2)'::int4range AS r, ROW(1)::app.pair AS pr, 'x'::app.word AS w, "
      "ROW('{}')::app.odd_pair AS op, 'v'::varchar AS vc FROM app.sales";
  app.Run(
      "CREATE TYPE app.pair AS (a int); CREATE TYPE app.odd_pair AS (a json);"
      "CREATE DOMAIN app.word AS text;");
  made.columns = {{"i", "int"},      {"j", "json"},          {"ja", "json[]"},   {"x", "xml"},
                  {"p", "point"},    {"ia", "int[]"},        {"r", "int4range"}, {"pr", "app.pair"},
                  {"w", "app.word"}, {"op", "app.odd_pair"}, {"vc", "varchar"}};
  app.Run(ScriptOf(made));
  EXPECT_EQ(app.Text("SELECT string_agg(column_name, ',' ORDER BY column_name) "
                     "FROM pgtrickle.pgt_columns WHERE compare = 'image'"),
            "j,ja,op,p,x");
  EXPECT_EQ(Printed(app.Rows("SELECT * FROM pgtrickle.verify_stream_table('app.odd')")), "");
  EXPECT_TRUE(FailsWith(app, "42804",
                        "DELETE FROM pgtrickle.pgt_columns; "
                        "SELECT pgtrickle.register_column('app.odd', 'i', 'value', 'approximate')",
                        "only real and double precision"));
}

// ---- triggers -----------------------------------------------------------------------------------

TEST(RuntimeTriggers, NamesAreCutWithAHash) {
  AppDatabase database;
  Session app = database.App();
  HandMade made = ByRegion();
  made.name = "größe_" + std::string(40, 'x');
  HandMade twin = made;
  twin.name += "y";
  app.Run(ScriptOf(made));
  app.Run(ScriptOf(twin));
  EXPECT_EQ(app.Text("SELECT count(DISTINCT tgname) FROM pg_trigger WHERE tgrelid = "
                     "'app.sales'::regclass AND NOT tgisinternal AND octet_length(tgname) <= 63 "
                     "AND tgname ~ '^pgt_0100_[a-z]+_app.größe_x'"),
            "10");
  app.Run("INSERT INTO app.sales VALUES (10, 'c', 3)");
  EXPECT_TRUE(HoldsQueryOf(app, made));
  EXPECT_TRUE(HoldsQueryOf(app, twin));
}

// Triggers of one kind fire in name order: a stream table over a stream table comes later.
TEST(RuntimeTriggers, FireInTheOrderOfTheDependencyGraph) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  HandMade above = ByRegion();
  above.name = "above";
  above.source = "app.by_region";
  above.source_columns = "total";
  above.query = "SELECT max(total) AS most FROM app.by_region";
  above.columns = {{"most", "numeric"}};
  app.Run(ScriptOf(above));
  HandMade top = above;
  top.name = "top";
  top.source = "app.above";
  top.source_columns = "most";
  top.query = "SELECT most FROM app.above";
  app.Run(ScriptOf(top));
  EXPECT_EQ(Printed(app.Rows("SELECT DISTINCT source_relid, left(trigger_name, 8) "
                             "FROM pgtrickle.pgt_triggers ORDER BY 2")),
            "app.sales|pgt_0100\napp.by_region|pgt_0101\napp.above|pgt_0102\n");
  EXPECT_EQ(app.Text("SELECT string_agg(source_type, ' ' ORDER BY pgt_id) "
                     "FROM pgtrickle.pgt_dependencies"),
            "TABLE STREAM_TABLE STREAM_TABLE");
  app.Run("INSERT INTO app.sales VALUES (20, 'z', 1000)");
  EXPECT_EQ(app.Text("SELECT most FROM app.top"), "1000");
  EXPECT_EQ(Printed(app.Rows("SELECT tree_line, node_type FROM pgtrickle.dependency_tree()")),
            "app.top|STREAM_TABLE\n  app.above|STREAM_TABLE\n    app.by_region|STREAM_TABLE\n"
            "      app.sales|TABLE\n");
}

// Statement triggers of a partitioned table do not fire for DML that names a partition.
TEST(RuntimeTriggers, StandOnEveryTableOfAPartitionTree) {
  AppDatabase database;
  Session app = database.App();
  app.Run(
      "CREATE TABLE app.parted (region text, amount numeric) PARTITION BY LIST (region);"
      "CREATE TABLE app.parted_a PARTITION OF app.parted FOR VALUES IN ('a') "
      "  PARTITION BY LIST (amount);"
      "CREATE TABLE app.parted_a1 PARTITION OF app.parted_a DEFAULT;"
      "CREATE TABLE app.parted_rest (amount numeric, region text);"
      "ALTER TABLE app.parted ATTACH PARTITION app.parted_rest DEFAULT;");
  HandMade made = ByRegion();
  made.source = "app.parted";
  made.query = "SELECT region, sum(amount) AS total, count(*) AS n FROM app.parted GROUP BY region";
  app.Run(ScriptOf(made));
  for (const std::string statement :
       {"INSERT INTO app.parted VALUES ('a', 1), ('b', 2)",
        "INSERT INTO app.parted_a VALUES ('a', 3)", "INSERT INTO app.parted_a1 VALUES ('a', 4)",
        "INSERT INTO app.parted_rest VALUES (5, 'c')",
        "UPDATE app.parted SET region = 'c' WHERE region = 'a' AND amount = 1",
        "UPDATE app.parted_rest SET amount = 9", "TRUNCATE app.parted_a1",
        "DELETE FROM app.parted_rest WHERE region = 'b'", "TRUNCATE app.parted"}) {
    app.Run(statement);
    EXPECT_TRUE(HoldsQueryOf(app, made)) << statement;
  }
  app.Run("CREATE TABLE app.parted_x PARTITION OF app.parted FOR VALUES IN ('x')");
  EXPECT_EQ(Printed(app.Rows("SELECT check_name, severity FROM pgtrickle.health_check() "
                             "WHERE severity <> 'OK'")),
            "source|ERROR\npartition|ERROR\n");
}

TEST(RuntimeTriggers, StandOnInheritanceDescendants) {
  AppDatabase database;
  Session app = database.App();
  app.Run("CREATE TABLE app.child (extra int) INHERITS (app.sales)");
  app.Run(ScriptOf(ByRegion()));
  for (const std::string statement :
       {"INSERT INTO app.child VALUES (50, 'a', 1, 1)", "UPDATE app.child SET amount = 5",
        "UPDATE app.sales SET amount = 6", "DELETE FROM app.child"}) {
    app.Run(statement);
    EXPECT_TRUE(HoldsQueryOf(app, ByRegion())) << statement;
  }
}

TEST(RuntimeTriggers, RefuseSourcesThatCannotTellTheirChanges) {
  AppDatabase database;
  Session app = database.App();
  app.Run(
      "CREATE MATERIALIZED VIEW app.m AS SELECT * FROM app.sales;"
      "CREATE VIEW app.v AS SELECT * FROM app.sales;"
      "CREATE UNLOGGED TABLE app.u AS SELECT * FROM app.sales;");
  for (const auto& [source, part] :
       std::vector<std::pair<std::string, std::string>>{{"app.m", "it is a materialized view"},
                                                        {"app.v", "it is a view"},
                                                        {"app.u", "After a crash"}}) {
    HandMade made = ByRegion();
    made.source = source;
    made.query =
        "SELECT region, sum(amount) AS total, count(*) AS n FROM " + source + " GROUP BY 1";
    EXPECT_TRUE(FailsWith(app, "42809", ScriptOf(made), part)) << source;
  }
  app.Run("CREATE TEMP TABLE t AS SELECT * FROM app.sales");
  app.Run(ObjectsOf(ByRegion()) + RegistrationOf(ByRegion()));
  EXPECT_TRUE(FailsWith(app, "42809",
                        "SELECT pgtrickle.register_dependency('app.by_region', 't', '{}')",
                        "cannot be a source"));
}

TEST(RuntimeTriggers, GuardRefusesDirectChangesOnly) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  for (const std::string statement :
       {"INSERT INTO app.by_region VALUES ('x', 1, 1)", "UPDATE app.by_region SET n = 0",
        "DELETE FROM app.by_region", "TRUNCATE app.by_region"}) {
    EXPECT_TRUE(FailsWith(app, "55000", statement, "cannot change stream table")) << statement;
  }
  app.Run("UPDATE app.sales SET amount = 2; TRUNCATE app.sales;");
  EXPECT_EQ(app.Text("SELECT count(*) FROM app.by_region"), "0");
  // populate leaves no open door behind, in the same transaction.
  HandMade second = ByRegion();
  second.name = "second";
  app.Run("BEGIN");
  app.Run(ScriptOf(second));
  EXPECT_TRUE(FailsWith(app, "55000", "DELETE FROM app.second"));
  app.Run("ROLLBACK");
}

// ---- refresh ------------------------------------------------------------------------------------

TEST(RuntimeRefresh, FillsWhatWasCreatedWithNoData) {
  AppDatabase database;
  Session app = database.App();
  HandMade made = ByRegion();
  made.with_data = false;
  app.Run(ScriptOf(made));
  EXPECT_EQ(app.Text("SELECT is_populated || ' ' || status FROM pgtrickle.pgt_status()"),
            "false INITIALIZING");
  EXPECT_EQ(app.Text("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'app.sales'::regclass "
                     "AND NOT tgisinternal AND tgenabled = 'D'"),
            "5");
  app.Run("INSERT INTO app.sales VALUES (7, 'q', 1)");
  EXPECT_EQ(app.Text("SELECT count(*) FROM app.by_region"), "0");
  EXPECT_EQ(Printed(app.Rows("SELECT check_name, severity FROM pgtrickle.health_check() "
                             "WHERE severity <> 'OK'")),
            "populated|WARN\n");
  app.Run("SELECT pgtrickle.refresh_stream_table('app.by_region')");
  EXPECT_TRUE(HoldsQueryOf(app, made));
  EXPECT_EQ(app.Text("SELECT is_populated || ' ' || status FROM pgtrickle.pgt_status()"),
            "true ACTIVE");
  app.Run("INSERT INTO app.sales VALUES (8, 'q', 1)");
  EXPECT_TRUE(HoldsQueryOf(app, made));
}

TEST(RuntimeRefresh, RepairsContentAndTriggers) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  app.Run(
      "ALTER TABLE app.sales DISABLE TRIGGER \"pgt_0100_insert_app.by_region\";"
      "DROP TRIGGER \"pgt_0100_update_app.by_region\" ON app.sales;"
      "INSERT INTO app.sales VALUES (7, 'q', 1);");
  EXPECT_EQ(Printed(app.Rows("SELECT check_name FROM pgtrickle.health_check() "
                             "WHERE severity = 'ERROR'")),
            "trigger\ntrigger\n");
  EXPECT_EQ(Printed(app.Rows("SELECT trigger_name, is_present, is_enabled FROM "
                             "pgtrickle.trigger_inventory() WHERE NOT is_enabled")),
            "pgt_0100_insert_app.by_region|t|f\npgt_0100_update_app.by_region|f|f\n");
  app.Run(
      "SELECT pgtrickle.refresh_stream_table('app.by_region');"
      "UPDATE app.sales SET amount = 4; INSERT INTO app.sales VALUES (8, 'r', 1);");
  EXPECT_TRUE(HoldsQueryOf(app, ByRegion()));
  EXPECT_EQ(app.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity <> 'OK'"), "0");
  EXPECT_EQ(Printed(app.Rows("SELECT rows_inserted, rows_deleted, reason FROM "
                             "pgtrickle.get_refresh_history('app.by_region', 1)")),
            "4|3|requested\n");
}

// Under REPEATABLE READ the snapshot may be older than the locks on the sources.
TEST(RuntimeRefresh, NeedsReadCommitted) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  for (const std::string level : {"REPEATABLE READ", "SERIALIZABLE"}) {
    app.Run("BEGIN ISOLATION LEVEL " + level);
    EXPECT_TRUE(FailsWith(app, "25001", "SELECT pgtrickle.refresh_stream_table('app.by_region')",
                          "READ COMMITTED"));
    app.Run("ROLLBACK");
  }
}

TEST(RuntimeRefresh, WaitsForWriters) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  Session writer = database.App();
  writer.Run("BEGIN; INSERT INTO app.sales VALUES (7, 'q', 1)");
  app.Run("SET lock_timeout = '100ms'");
  EXPECT_TRUE(FailsWith(app, "55P03", "SELECT pgtrickle.refresh_stream_table('app.by_region')"));
  writer.Run("COMMIT");
  app.Run("SELECT pgtrickle.refresh_stream_table('app.by_region')");
  EXPECT_TRUE(HoldsQueryOf(app, ByRegion()));
}

// CREATE TRIGGER needs only the TRIGGER privilege; ALTER TABLE and DROP TRIGGER need the owner.
TEST(RuntimeRefresh, NeedsNoMoreOnTheSourceThanSelectAndTrigger) {
  AppDatabase database;
  TestServer::Shared().EnsureRole("analyst");
  database.Connect().Run(
      "SELECT pgtrickle.grant_compile('analyst');"
      "CREATE SCHEMA analysis AUTHORIZATION analyst;");
  database.App().Run(
      "GRANT USAGE ON SCHEMA app TO analyst;"
      "GRANT SELECT, TRIGGER ON app.sales TO analyst;");
  HandMade made = ByRegion();
  made.schema = "analysis";
  Session analyst = database.Connect("analyst");
  analyst.Run(ScriptOf(made));
  // The writer has no rights on anything of the analyst's.
  Session app = database.App();
  app.Run("INSERT INTO app.sales VALUES (7, 'q', 1)");
  EXPECT_TRUE(HoldsQueryOf(analyst, made));
  app.Run("ALTER TABLE app.sales DISABLE TRIGGER USER; INSERT INTO app.sales VALUES (8, 'q', 1)");
  analyst.Run("SELECT pgtrickle.refresh_stream_table('analysis.by_region')");
  app.Run("INSERT INTO app.sales VALUES (9, 'q', 1)");
  EXPECT_TRUE(HoldsQueryOf(analyst, made));
  analyst.Run("SELECT pgtrickle.drop_stream_table('analysis.by_region')");
  EXPECT_EQ(TriggersOn(app, "app.sales"), "");
}

// ---- names --------------------------------------------------------------------------------------

TEST(RuntimeNames, AreResolvedAsInAQuery) {
  AppDatabase database;
  Session app = database.App();
  HandMade made = ByRegion();
  made.name = "By \"Region\".x";
  app.Run(ScriptOf(made));
  const std::string quoted = "'\"By \"\"Region\"\".x\"'";
  EXPECT_TRUE(FailsWith(app, "42P01", "SELECT pgtrickle.refresh_stream_table(" + quoted + ")",
                        "does not exist"));
  app.Run("SELECT pgtrickle.refresh_stream_table('app.' || " + quoted + ")");
  app.Run("SET search_path = app; SELECT pgtrickle.refresh_stream_table(" + quoted + ")");
  EXPECT_EQ(app.Text("SELECT name FROM pgtrickle.pgt_status()"), "app.\"By \"\"Region\"\".x\"");
  EXPECT_EQ(Printed(app.Rows("SELECT v.* FROM pgtrickle.pgt_status() s "
                             "CROSS JOIN pgtrickle.verify_stream_table(s.name) v")),
            "");
  EXPECT_TRUE(FailsWith(app, "42704", "SELECT pgtrickle.refresh_stream_table('sales')",
                        "app.sales is not a stream table"));
  EXPECT_TRUE(FailsWith(app, "42P01", "SELECT pgtrickle.refresh_stream_table(NULL)", "NULL"));
}

// ---- drop ---------------------------------------------------------------------------------------

const char* const kLeftovers =
    "SELECT (SELECT count(*) FROM pgtrickle.pgt_stream_tables) "
    "+ (SELECT count(*) FROM pgtrickle.pgt_objects) + (SELECT count(*) FROM "
    "pgtrickle.pgt_triggers) "
    "+ (SELECT count(*) FROM pgtrickle_state.version) "
    "+ (SELECT count(*) FROM pg_proc WHERE pronamespace = 'pgtrickle_impl'::regnamespace) "
    "+ (SELECT count(*) FROM pg_class WHERE relkind = 'v' AND relnamespace = "
    "   'pgtrickle_state'::regnamespace) "
    "+ (SELECT count(*) FROM pg_trigger WHERE tgname ~ '^pgt_')";

TEST(RuntimeDrop, LeavesNothingBehind) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  app.TakeNotices();
  app.Run("SELECT pgtrickle.drop_stream_table('app.by_region')");
  EXPECT_TRUE(app.TakeNotices().empty());
  EXPECT_EQ(app.Text(kLeftovers), "0");
  EXPECT_EQ(app.Text("SELECT to_regclass('app.by_region') IS NULL"), "t");
  app.Run("INSERT INTO app.sales VALUES (7, 'q', 1)");
  app.Run(ScriptOf(ByRegion()));
  EXPECT_TRUE(HoldsQueryOf(app, ByRegion()));
}

// Pending tables have a deferred constraint trigger that calls a generated function.
TEST(RuntimeDrop, DropsRegisteredTablesWithTheirTriggers) {
  AppDatabase database;
  Session app = database.App();
  app.Run(
      ScriptOf(ByRegion()) +
      "CREATE TABLE pgtrickle_changes.\"app.by_region/app.sales\" (a int);"
      "CREATE CONSTRAINT TRIGGER pgt_pending AFTER INSERT ON "
      "pgtrickle_changes.\"app.by_region/app.sales\" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
      "EXECUTE FUNCTION pgtrickle_impl.\"app.by_region/app.sales/insert\"();"
      "SELECT pgtrickle.register_object('app.by_region', 'table', "
      "'pgtrickle_changes.\"app.by_region/app.sales\"');");
  app.Run("SELECT pgtrickle.drop_stream_table('app.by_region')");
  EXPECT_EQ(app.Text(kLeftovers), "0");
  EXPECT_EQ(app.Text("SELECT count(*) FROM pg_class WHERE relnamespace = "
                     "'pgtrickle_changes'::regnamespace AND relkind = 'r' "
                     "AND relname <> 'truncations'"),
            "0");
}

TEST(RuntimeDrop, IsRestrictUnlessAsked) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  HandMade above = ByRegion();
  above.name = "above";
  above.source = "app.by_region";
  above.source_columns = "total";
  above.query = "SELECT max(total) AS most FROM app.by_region";
  above.columns = {{"most", "numeric"}};
  app.Run(ScriptOf(above));
  EXPECT_TRUE(FailsWith(app, "2BP01", "SELECT pgtrickle.drop_stream_table('app.by_region')",
                        "It is read by app.above"));
  app.Run("CREATE VIEW app.report AS SELECT * FROM app.above");
  EXPECT_TRUE(FailsWith(app, "2BP01", "SELECT pgtrickle.drop_stream_table('app.above')",
                        "view app.report depends on table app.above"));
  app.Run("SELECT pgtrickle.drop_stream_table('app.by_region', cascade => true)");
  EXPECT_EQ(app.Text(kLeftovers), "0");
  EXPECT_EQ(app.Text("SELECT to_regclass('app.report') IS NULL"), "t");
}

TEST(RuntimeDrop, KeepsTriggersOfOthersThatCallOurFunctions) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()) +
          "CREATE TABLE app.other (a int);"
          "CREATE TRIGGER mine AFTER INSERT ON app.other EXECUTE FUNCTION "
          "pgtrickle_impl.\"app.by_region/app.sales/insert\"();");
  EXPECT_TRUE(FailsWith(app, "2BP01", "SELECT pgtrickle.drop_stream_table('app.by_region')",
                        "\"mine\" of app.other"));
}

TEST(RuntimeDrop, CleansUpAfterDropTable) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()) + "DROP TABLE app.by_region;");
  EXPECT_TRUE(FailsWith(app, "42P01", "INSERT INTO app.sales VALUES (7, 'q', 1)",
                        "app.by_region/app.sales/insert"));
  EXPECT_EQ(Printed(app.Rows("SELECT check_name, severity FROM pgtrickle.health_check() "
                             "WHERE severity <> 'OK'")),
            "stream table|ERROR\n");
  EXPECT_TRUE(FailsWith(app, "42P01", "SELECT pgtrickle.drop_stream_table('by_region')"));
  app.Run("SET search_path = app; SELECT pgtrickle.drop_stream_table('by_region')");
  EXPECT_EQ(app.Text(kLeftovers), "0");
  app.Run("INSERT INTO app.sales VALUES (7, 'q', 1)");
}

// ---- sources and objects that change
// --------------------------------------------------------------

// A view keeps used columns from being dropped or retyped; RENAME and dropped constraints pass.
TEST(RuntimeHealth, FindsWhatTheDefinitionViewDoesNotPrevent) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()) +
          "SELECT pgtrickle.register_fact('app.by_region', 'app.sales', 'sales_pkey', 'identity', "
          "'fingerprint');");
  EXPECT_TRUE(FailsWith(app, "2BP01", "ALTER TABLE app.sales DROP COLUMN amount"));
  EXPECT_TRUE(FailsWith(app, "0A000", "ALTER TABLE app.sales ALTER amount TYPE numeric(20, 2)"));
  app.Run("ALTER TABLE app.sales ADD COLUMN note text");
  EXPECT_EQ(app.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity <> 'OK'"), "0");
  app.Run(
      "ALTER TABLE app.sales RENAME amount TO sum; ALTER TABLE app.sales DROP CONSTRAINT "
      "sales_pkey; CREATE OR REPLACE FUNCTION pgtrickle_impl.\"app.by_region/fill\"() RETURNS "
      "void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';"
      "ALTER TABLE app.by_region RENAME TO regions;");
  EXPECT_EQ(Printed(app.Rows("SELECT check_name, severity FROM pgtrickle.health_check() "
                             "WHERE severity <> 'OK'")),
            "stream table|ERROR\nsource|ERROR\nfact|ERROR\nobject|ERROR\nobject|ERROR\n"
            "object|ERROR\n");
}

TEST(RuntimeInspection, ShowsOneStreamTable) {
  AppDatabase database;
  Session app = database.App();
  app.Run(ScriptOf(ByRegion()));
  EXPECT_EQ(Printed(app.Rows("SELECT * FROM pgtrickle.list_sources('app.by_region')")),
            "app.sales|TABLE|{region,amount}|f\n");
  EXPECT_EQ(Printed(app.Rows("SELECT * FROM pgtrickle.explain_st('app.by_region') WHERE property "
                             "IN ('strategy', 'source', 'key column')")),
            "strategy|algebraic\nsource|app.sales (region, amount)\n"
            "key column|region, compared by image\n");
  EXPECT_EQ(Printed(app.Rows("SELECT stream_table, action, status FROM "
                             "pgtrickle.refresh_timeline()")),
            "app.by_region|FULL|COMPLETED\n");
  EXPECT_EQ(Printed(app.Rows("SELECT pgt_name, total_refreshes, successful_refreshes, "
                             "failed_refreshes, total_rows_inserted FROM "
                             "pgtrickle.pg_stat_stream_tables")),
            "by_region|1|1|0|3\n");
  EXPECT_EQ(Printed(app.Rows("SELECT name, sources, staleness FROM pgtrickle.stream_tables_info")),
            "app.by_region|1|00:00:00\n");
}

TEST(RuntimeInspection, ParsesDurations) {
  RuntimeDatabase database;
  Session session = database.Connect();
  EXPECT_EQ(Printed(session.Rows("SELECT d, pgtrickle.parse_duration_seconds(d) "
                                 "FROM unnest('{30s,1h30m,2d,1w}'::text[]) d")),
            "30s|30\n1h30m|5400\n2d|172800\n1w|604800\n");
  for (const std::string bad : {"", "5", "1x", "1 h", "-1s", "1h 2m"}) {
    EXPECT_TRUE(FailsWith(session, "22023",
                          "SELECT pgtrickle.parse_duration_seconds(" + QuoteLiteral(bad) + ")",
                          "invalid duration"));
  }
}

}  // namespace
}  // namespace tricklec::testsupport
