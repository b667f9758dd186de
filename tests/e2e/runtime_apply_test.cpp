// tricklec apply and verify against a real server.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/process.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

const char* const kSchema =
    "CREATE TABLE public.sales (id int PRIMARY KEY, region text NOT NULL, amount numeric(12, "
    "2));\n";
const char* const kTotals =
    "CREATE STREAM TABLE public.totals IMMEDIATE AS\n"
    "  SELECT region, sum(amount) AS total, count(*) AS n FROM public.sales GROUP BY region;\n";
const char* const kOtherTotals =
    "CREATE STREAM TABLE public.totals IMMEDIATE AS\n"
    "  SELECT region, max(amount) AS total, count(*) AS n FROM public.sales GROUP BY region;\n";
const char* const kQuery =
    "SELECT region, sum(amount) AS total, count(*) AS n FROM public.sales GROUP BY region";

class ApplyTest : public testing::Test {
 protected:
  ApplyTest() : session_(database_.Connect()), schema_(directory_.Write("schema.sql", kSchema)) {
    session_.Run(std::string(kSchema) +
                 "INSERT INTO sales VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 3)");
  }

  ProcessResult Apply(const std::string& text, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments{"apply", "--db", database_.Url(), "--schema", schema_, "-"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return Tricklec(arguments, text);
  }
  ProcessResult Verify() { return Tricklec({"verify", "--db", database_.Url()}); }

  static bool Contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  TestDatabase database_;
  Session session_;
  TemporaryDirectory directory_;
  std::string schema_;
};

TEST_F(ApplyTest, InstallsTheRuntimeAndCreatesStreamTables) {
  ProcessResult result = Apply(kTotals);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "installed runtime 0.4.0")) << result.out;
  EXPECT_TRUE(Contains(result.out, "created: stream table public.totals")) << result.out;
  session_.Run("INSERT INTO sales VALUES (4, 'c', 4); DELETE FROM sales WHERE id = 1");
  EXPECT_TRUE(HoldsQuery(session_, "public.totals", kQuery));
  result = Verify();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "public.totals: equals its query\n");
}

TEST_F(ApplyTest, CountsTheTablesAndNotWhatIsStoredBesideThem) {
  ProcessResult result = Apply(
      "CREATE STREAM TABLE public.above IMMEDIATE AS SELECT s.id FROM public.sales s WHERE "
      "s.amount > "
      "(SELECT max(t.amount) FROM public.sales t WHERE t.region <> s.region);\n");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "created: stream table public.above (1 source)")) << result.out;
}

TEST_F(ApplyTest, TheSameDefinitionIsUnchanged) {
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  std::string before = session_.Text("SELECT 'public.totals'::regclass::oid");
  ProcessResult result = Apply(kTotals);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "unchanged: stream table public.totals\n");
  EXPECT_EQ(session_.Text("SELECT 'public.totals'::regclass::oid"), before);
}

TEST_F(ApplyTest, AnotherDefinitionIsRefused) {
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  ProcessResult result = Apply(kOtherTotals);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(Contains(result.err, "ST6102")) << result.err;
  EXPECT_TRUE(HoldsQuery(session_, "public.totals", kQuery));
  result = Apply(kOtherTotals, {"--plan"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(Contains(result.out, "refused")) << result.out;
}

TEST_F(ApplyTest, DropAndCreateInOneFileReplaces) {
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  std::string text = "DROP STREAM TABLE public.totals;\n" + std::string(kOtherTotals);
  ProcessResult result = Apply(text, {"--plan"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  result = Apply(text);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(session_.Text("SELECT total FROM totals WHERE region = 'a'"), "2.00");
}

TEST_F(ApplyTest, IfNotExistsKeepsWhatIsThere) {
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  std::string text = kOtherTotals;
  text.replace(text.find("public.totals"), 0, "IF NOT EXISTS ");
  ProcessResult result = Apply(text);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "kept: stream table public.totals")) << result.out;
  EXPECT_TRUE(HoldsQuery(session_, "public.totals", kQuery));
}

TEST_F(ApplyTest, PlanChangesNothing) {
  ProcessResult result = Apply(kTotals, {"--plan"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "install")) << result.out;
  EXPECT_TRUE(Contains(result.out, "create")) << result.out;
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'pgtrickle'"), "0");
  EXPECT_EQ(session_.Text("SELECT to_regclass('public.totals') IS NULL"), "t");
}

TEST_F(ApplyTest, IsOneTransaction) {
  // The second stream table's name is taken: the first, and the runtime, must not stay either.
  session_.Run("CREATE TABLE taken (a int)");
  std::string text = std::string(kTotals) +
                     "CREATE STREAM TABLE public.taken IMMEDIATE AS SELECT id FROM public.sales;\n";
  ProcessResult result = Apply(text);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(Contains(result.err, "ST6106")) << result.err;
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'pgtrickle'"), "0");
  EXPECT_EQ(session_.Text("SELECT to_regclass('public.totals') IS NULL"), "t");
}

TEST_F(ApplyTest, RunsOtherStatementsOnlyWhenAsked) {
  std::string text = std::string(kTotals) + "CREATE INDEX totals_n ON public.totals (n);\n";
  ProcessResult result = Apply(text);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(Contains(result.err, "ST6103")) << result.err;
  EXPECT_TRUE(Contains(result.err, "CREATE INDEX totals_n")) << result.err;
  EXPECT_EQ(session_.Text("SELECT to_regclass('public.totals') IS NULL"), "t");
  result = Apply(text, {"--with-ddl"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(session_.Text("SELECT to_regclass('public.totals_n') IS NOT NULL"), "t");
}

TEST_F(ApplyTest, EveryInputBeginsWithTheDefaultSearchPath) {
  session_.Run("CREATE SCHEMA other; CREATE TABLE other.sales (id int)");
  std::string first =
      directory_.Write("1.sql", "SET search_path = other;\nCREATE INDEX ON sales (id);\n");
  std::string second = directory_.Write("2.sql", "CREATE INDEX ON sales (amount);\n");
  ProcessResult result = Tricklec(
      {"apply", "--db", database_.Url(), "--schema", schema_, "--with-ddl", first, second});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Printed(session_.Rows(
                "SELECT schemaname, indexname FROM pg_indexes WHERE indexname ~ '^sales_.*_idx' "
                "ORDER BY 1")),
            "other|sales_id_idx\npublic|sales_amount_idx\n");
}

TEST_F(ApplyTest, RefusesTransactionControlAndWhatCannotRunInATransaction) {
  for (const auto& [statement, code] : std::vector<std::pair<std::string, std::string>>{
           {"COMMIT;\n", "ST6104"},
           {"CREATE INDEX CONCURRENTLY ON public.totals (n);\n", "ST6105"}}) {
    ProcessResult result = Apply(kTotals + statement, {"--with-ddl"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_TRUE(Contains(result.err, code)) << result.err;
  }
}

TEST_F(ApplyTest, ErrorsOfTheServerNameThePlace) {
  ProcessResult result =
      Apply("-- a comment\nCREATE INDEX ON public.sales (nope);\n", {"--with-ddl"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "<stdin>:2:")) << result.err;
  // The code of whatever the database refuses.
  EXPECT_TRUE(Contains(result.err, "error[ST6002]")) << result.err;
  EXPECT_TRUE(Contains(result.err, "column \"nope\" does not exist (SQLSTATE 42703)"))
      << result.err;
}

TEST_F(ApplyTest, TwoAppliesExcludeEachOther) {
  Session other = database_.Connect();
  other.Run("BEGIN; SELECT pg_advisory_xact_lock(8390884931469600099)");
  ProcessResult result = Apply(kTotals, {"--lock-timeout", "100ms"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "55P03")) << result.err;
  other.Run("ROLLBACK");
  EXPECT_EQ(Apply(kTotals).exit_code, 0);
}

TEST_F(ApplyTest, WaitsNoLongerThanToldForWriters) {
  Session writer = database_.Connect();
  writer.Run("BEGIN; INSERT INTO sales VALUES (5, 'e', 5)");
  ProcessResult result = Apply(kTotals, {"--lock-timeout", "100ms"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "55P03")) << result.err;
  writer.Run("COMMIT");
  EXPECT_EQ(Apply(kTotals).exit_code, 0);
  EXPECT_TRUE(HoldsQuery(session_, "public.totals", kQuery));
}

TEST_F(ApplyTest, WorksForARoleThatMayCompileAndOwnsNothingElse) {
  database_.server().EnsureRole("deployer");
  ASSERT_EQ(Tricklec({"runtime", "install", "--db", database_.Url()}).exit_code, 0);
  session_.Run(
      "SELECT pgtrickle.grant_compile('deployer'); GRANT CREATE ON SCHEMA public TO deployer;"
      "GRANT SELECT, TRIGGER ON sales TO deployer;");
  ProcessResult result =
      Tricklec({"apply", "--db", database_.Url("deployer"), "--schema", schema_, "-"}, kTotals);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  session_.Run("INSERT INTO sales VALUES (6, 'f', 6)");
  EXPECT_TRUE(HoldsQuery(session_, "public.totals", kQuery));
}

// Whoever writes a source runs the owner's functions: nothing that the writer plants may be meant
// by them, in its own temporary schema, in a schema that it may create in, or by its search path.
TEST_F(ApplyTest, WritersCannotHijackGeneratedFunctions) {
  database_.server().EnsureRole("deployer");
  database_.server().EnsureRole("writer");
  ASSERT_EQ(Tricklec({"runtime", "install", "--db", database_.Url()}).exit_code, 0);
  session_.Run(
      "SELECT pgtrickle.grant_compile('deployer'); GRANT CREATE ON SCHEMA public TO deployer, "
      "writer;"
      "GRANT SELECT, TRIGGER ON sales TO deployer;"
      "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON sales TO writer;");
  const std::string definitions =
      std::string(kTotals) +
      "CREATE STREAM TABLE public.small IMMEDIATE AS SELECT id, region FROM public.sales WHERE "
      "amount < 100;\n"
      "CREATE STREAM TABLE public.extremes IMMEDIATE AS SELECT region, min(amount) AS lo, "
      "max(amount) AS hi FROM public.sales GROUP BY region;\n";
  ProcessResult result =
      Tricklec({"apply", "--db", database_.Url("deployer"), "--schema", schema_, "-"}, definitions);
  ASSERT_EQ(result.exit_code, 0) << result.err;

  EXPECT_EQ(session_.Text("SELECT count(*) FROM pg_proc WHERE pronamespace = "
                          "'pgtrickle_impl'::regnamespace AND (NOT prosecdef OR proowner <> "
                          "'deployer'::regrole OR has_function_privilege('writer', oid, 'EXECUTE') "
                          "OR proconfig IS DISTINCT FROM '{\"search_path=pg_catalog, pg_temp\"}' "
                          "AND proname NOT LIKE '%/before')"),
            "0");

  const std::string traps =
      "CREATE FUNCTION {0}.sprung() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
      "RAISE 'trap sprung as %', current_user; END $$;"
      "CREATE FUNCTION {0}.trap(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT {0}.sprung() = "
      "1';"
      "CREATE FUNCTION {0}.trap(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT {0}.sprung() > "
      "1';"
      "CREATE FUNCTION {0}.trap(numeric, numeric) RETURNS numeric LANGUAGE sql "
      "AS 'SELECT {0}.sprung()::numeric';"
      "CREATE OPERATOR {0}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {0}.trap);"
      "CREATE OPERATOR {0}.= (LEFTARG = int, RIGHTARG = int, FUNCTION = {0}.trap);"
      "CREATE OPERATOR {0}.+ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = {0}.trap);"
      "CREATE OPERATOR {0}.- (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = {0}.trap);"
      "CREATE FUNCTION {0}.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT "
      "{0}.sprung()::text';"
      "CREATE FUNCTION {0}.current_setting(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT "
      "{0}.sprung()::text';"
      "CREATE AGGREGATE {0}.sum(numeric) (SFUNC = {0}.trap, STYPE = numeric);"
      "CREATE AGGREGATE {0}.min(numeric) (SFUNC = {0}.trap, STYPE = numeric);"
      "CREATE FUNCTION {0}.sum_trap(int, int) RETURNS int LANGUAGE sql AS 'SELECT {0}.sprung()';"
      "CREATE OPERATOR {0}.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = {0}.sum_trap);"
      "CREATE OPERATOR {0}.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = {0}.trap);"
      "CREATE DOMAIN {0}.int4 AS int CHECK ({0}.sprung() IS NULL);"
      "CREATE DOMAIN {0}.text AS text CHECK ({0}.sprung() IS NULL);";
  Session writer = database_.Connect("writer");
  writer.Run(
      "CREATE TEMP TABLE sales (LIKE public.sales); CREATE TEMP TABLE __pgt_new (a int);"
      "CREATE TEMP TABLE __pgt_old (a int); CREATE TEMP TABLE totals (a int);"
      "CREATE TEMP TABLE version (id text, xid xid8);");
  for (const std::string schema : {"public", "pg_temp"}) {
    std::string script = traps;
    for (size_t at; (at = script.find("{0}")) != std::string::npos;) script.replace(at, 3, schema);
    writer.Run(script);
  }
  writer.Run("SET search_path = pg_temp, public, pg_catalog");
  for (const std::string statement :
       {"INSERT INTO public.sales VALUES (10, 'x', 1), (11, 'n', 2), (12, 'x', 200)",
        "INSERT INTO public.sales SELECT i, 'many', i FROM generate_series(100, 3000) i",
        "UPDATE public.sales SET amount = 5, region = 'y' WHERE id OPERATOR(pg_catalog.<) 12",
        "INSERT INTO public.sales VALUES (12, 'q', 7) ON CONFLICT (id) DO UPDATE SET amount = 8",
        "DELETE FROM public.sales WHERE id OPERATOR(pg_catalog.>) 11", "TRUNCATE public.sales",
        "INSERT INTO public.sales VALUES (1, 'a', 1)"}) {
    writer.Run(statement);
    ProcessResult verified = Verify();
    EXPECT_EQ(verified.exit_code, 0) << statement << '\n' << verified.out << verified.err;
  }
  EXPECT_TRUE(FailsWith(writer, "42501", "SELECT * FROM public.totals"));
}

// Stream tables are ordinary objects: dump and restore need no help from us.
TEST_F(ApplyTest, StreamTablesSurviveDumpAndRestore) {
  if (database_.server().version() != 15) GTEST_SKIP() << "pg_dump of another version";
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  ProcessResult dump = RunProcess({"pg_dump", database_.Url()});
  ASSERT_EQ(dump.exit_code, 0) << dump.err;
  TestDatabase restored;
  restored.Connect().Run("CREATE TABLE earlier (a int); CREATE TABLE oids_differ (a int)");
  ProcessResult restore =
      RunProcess({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", restored.Url()}, dump.out);
  ASSERT_EQ(restore.exit_code, 0) << restore.err;
  Session session = restored.Connect();
  session.Run("INSERT INTO sales VALUES (10, 'x', 1); UPDATE sales SET amount = 9 WHERE id = 1");
  EXPECT_TRUE(HoldsQuery(session, "public.totals", kQuery));
  EXPECT_EQ(session.Text("SELECT count(*) FROM pgtrickle.health_check() WHERE severity <> 'OK'"),
            "0");
  session.Run(
      "SELECT pgtrickle.refresh_stream_table('totals'); SELECT "
      "pgtrickle.drop_stream_table('totals')");
  EXPECT_EQ(session.Text("SELECT count(*) FROM pg_trigger WHERE tgname ~ '^pgt_'"), "0");
}

TEST_F(ApplyTest, VerifyShowsWhatDiffers) {
  ASSERT_EQ(Apply(kTotals).exit_code, 0);
  session_.Run(
      "ALTER TABLE sales DISABLE TRIGGER USER; UPDATE sales SET region = 'z' WHERE id = 3");
  ProcessResult result = Verify();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(Contains(result.out, "public.totals: 2 rows differ from its query")) << result.out;
  EXPECT_TRUE(Contains(result.out, " missing | 1      | {")) << result.out;
  EXPECT_TRUE(Contains(result.err, "ST6101")) << result.err;
  result = Tricklec({"status", "--db", database_.Url()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(Contains(result.out, "is disabled")) << result.out;
  result = Tricklec({"verify", "--db", database_.Url(), "public.nope"});
  EXPECT_EQ(result.exit_code, 2);
}

TEST_F(ApplyTest, ALostConnectionIsAnErrorWithoutAnAnswer) {
  Session other = database_.Connect();
  other.Run("BEGIN; SELECT pg_advisory_xact_lock(8390884931469600099)");
  std::future<ProcessResult> waiting = std::async(std::launch::async, [&] {
    return Apply(kTotals, {"--lock-timeout", "60s"});
  });
  const std::string terminate =
      "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
      "WHERE datname = current_database() AND wait_event_type = 'Lock'";
  for (int i = 0; i < 300 && session_.Text(terminate) == "0"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ProcessResult result = waiting.get();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "ST6003")) << result.err;
  other.Run("ROLLBACK");
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'pgtrickle'"), "0");
}

TEST_F(ApplyTest, AMissingServerIsAnErrorWithItsReason) {
  ProcessResult result =
      Tricklec({"verify", "--db", "host=/nonexistent-directory dbname=x connect_timeout=2"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "ST6001")) << result.err;
  EXPECT_TRUE(Contains(result.err, "/nonexistent-directory")) << result.err;
}

TEST_F(ApplyTest, TheRuntimeMustBeThereAndOfTheSameVersion) {
  ProcessResult result = Verify();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "ST6004")) << result.err;
  result = Tricklec({"runtime", "install", "--db", database_.Url()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "installed runtime 0.4.0\n");
  result = Tricklec({"runtime", "install", "--db", database_.Url()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "runtime 0.4.0 is already installed\n");
  result = Tricklec({"runtime", "version", "--db", database_.Url()});
  EXPECT_EQ(result.out, "this program: runtime 0.4.0\nthe database: runtime 0.4.0\n");
  EXPECT_EQ(Tricklec({"runtime", "upgrade", "--db", database_.Url()}).exit_code, 0);

  session_.Run("UPDATE pgtrickle.pgt_runtime SET version = '9.9.9'");
  for (const ProcessResult& refused : {Verify(), Apply(kTotals), Apply(kTotals, {"--plan"})}) {
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_TRUE(Contains(refused.err, "ST6005")) << refused.err;
  }
  result = Tricklec({"runtime", "upgrade", "--db", database_.Url()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(Contains(result.err, "ST6006")) << result.err;
}

}  // namespace
}  // namespace tricklec::testsupport
