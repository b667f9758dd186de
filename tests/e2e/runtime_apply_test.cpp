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
