// The test support itself: an oracle that cannot fail proves nothing.
#include <gtest/gtest.h>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/process.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

TEST(TestServer, HasTheVersionAskedFor) {
  Session session = TestServer::Shared().Connect("postgres");
  EXPECT_EQ(session.Text("SELECT current_setting('server_version_num')::int / 10000"),
            std::to_string(TestServer::Shared().version()));
}

TEST(TestServer, GivesEachTestItsOwnDatabase) {
  TestDatabase first;
  TestDatabase second;
  first.Connect().Run("CREATE TABLE t (a int)");
  EXPECT_TRUE(FailsWith(*std::make_unique<Session>(second.Connect()), "42P01", "TABLE t"));
}

TEST(TestServer, FillsATemplateOnce) {
  int fills = 0;
  auto fill = [&](Session& session) {
    ++fills;
    session.Run("CREATE TABLE t AS SELECT 1 AS a");
  };
  for (int i = 0; i < 2; ++i) {
    TestDatabase database(TestServer::Shared(), TestServer::Shared().Template("filled", fill));
    EXPECT_EQ(database.Connect().Text("SELECT a FROM t"), "1");
  }
  EXPECT_EQ(fills, 1);
}

TEST(TestServer, ConnectsAsARoleWithoutRights) {
  TestServer::Shared().EnsureRole("nobody in particular");
  TestServer::Shared().EnsureRole("nobody in particular");
  TestDatabase database;
  database.Connect().Run("CREATE TABLE t (a int)");
  Session session = database.Connect("nobody in particular");
  EXPECT_TRUE(FailsWith(session, "42501", "SELECT * FROM t", "permission denied"));
}

TEST(Session, ReportsNoticesAndContext) {
  TestDatabase database;
  Session session = database.Connect();
  session.Run("DO $$ BEGIN RAISE NOTICE 'grüße'; END $$");
  EXPECT_EQ(session.TakeNotices(), std::vector<std::string>{"NOTICE:  grüße"});
  EXPECT_TRUE(session.TakeNotices().empty());
  session.Run(
      "CREATE FUNCTION outer_one() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 / 0; END'");
  EXPECT_TRUE(FailsWith(session, "22012", "SELECT outer_one()", "function outer_one()"));
  EXPECT_FALSE(FailsWith(session, "22012", "SELECT 1"));
  EXPECT_FALSE(FailsWith(session, "22012", "SELECT 'x'::int"));
  EXPECT_FALSE(FailsWith(session, "22012", "SELECT 1 / 0", "function outer_one()"));
}

TEST(Session, TellsNullFromEmptyText) {
  TestDatabase database;
  Session session = database.Connect();
  EXPECT_EQ(session.Rows("SELECT NULL, ''"), (std::vector<Row>{{std::nullopt, ""}}));
  EXPECT_EQ(session.AffectedRows("SELECT generate_series(1, 3)"), 3u);
  EXPECT_THROW(session.Single("SELECT 1, 2"), std::runtime_error);
}

TEST(SameRows, CountsCopies) {
  TestDatabase database;
  Session session = database.Connect();
  EXPECT_TRUE(SameRows(session, "VALUES (1, NULL), (1, NULL)", "VALUES (1, NULL), (1, NULL);"));
  testing::AssertionResult result =
      SameRows(session, "VALUES (1, 'a'), (1, 'a'), (2, 'b')", "VALUES (1, 'a'), (3, 'c')");
  EXPECT_FALSE(result);
  EXPECT_NE(
      std::string(result.message()).find("extra 1× (1,a)\n  extra 1× (2,b)\n  missing 1× (3,c)"),
      std::string::npos)
      << result.message();
}

TEST(SameRows, ComparesByEqualityOrByImage) {
  TestDatabase database;
  Session session = database.Connect();
  EXPECT_TRUE(SameRows(session, "SELECT 1.0", "SELECT 1.00"));
  EXPECT_FALSE(SameRows(session, "SELECT 1.0", "SELECT 1.00", CompareBy::kImage));
  EXPECT_TRUE(SameRows(session, "SELECT '[1]'::json", "SELECT '[1]'::json", CompareBy::kImage));
  EXPECT_FALSE(SameRows(session, "SELECT ''", "SELECT NULL", CompareBy::kImage));
  EXPECT_FALSE(SameRows(session, "SELECT 1 UNION ALL SELECT 1", "SELECT 1", CompareBy::kImage));
}

TEST(HoldsQuery, LooksAtVisibleColumnsOnly) {
  TestDatabase database;
  Session session = database.Connect();
  session.Run(R"(CREATE TABLE "odd ""t" ("A b" int, __pgt_count bigint, c text);
                 INSERT INTO "odd ""t" VALUES (1, 7, 'x'))");
  EXPECT_EQ(VisibleColumns(session, R"("odd ""t")"), R"("A b", c)");
  EXPECT_TRUE(HoldsQuery(session, R"("odd ""t")", "SELECT 1, 'x'"));
  EXPECT_FALSE(HoldsQuery(session, R"("odd ""t")", "SELECT 1, 'y'"));
}

TEST(RunProcess, PassesInputAndCollectsBothOutputs) {
  std::string large(1 << 20, 'x');
  ProcessResult result = RunProcess({"sh", "-c", "cat; echo problem >&2; exit 3"}, large);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, large);
  EXPECT_EQ(result.err, "problem\n");
  EXPECT_EQ(RunProcess({"sh", "-c", "kill -TERM $$"}).exit_code, 128 + 15);
  EXPECT_THROW(RunProcess({"/does/not/exist"}), std::runtime_error);
}

}  // namespace
}  // namespace tricklec::testsupport
