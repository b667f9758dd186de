// The whole way of a file: compile, run, refresh, drop; and what must not happen on errors.
#include <filesystem>

#include "stream_fixture.h"
#include "tricklec/testsupport/process.h"

namespace tricklec::testsupport {
namespace {

constexpr std::string_view kSchema =
    "CREATE TABLE sale (id int PRIMARY KEY, k int, v int, s text);\n";
constexpr std::string_view kStream =
    "CREATE STREAM TABLE by_k IMMEDIATE AS SELECT k, sum(v) AS total, max(s) AS last FROM sale "
    "GROUP BY k;\n"
    "CREATE STREAM TABLE copied IMMEDIATE AS SELECT id, v FROM sale;\n";

class CompileFile : public StreamFixture {
 protected:
  CompileFile() { schema_file_ = directory_.Write("schema.sql", kSchema); }

  ProcessResult Run(const std::string& text, std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = {"compile", directory_.Write("in.sql", text), "--schema",
                                          schema_file_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return Tricklec(arguments);
  }

  /// Everything in the catalogs that a stream table could leave behind.
  std::string Objects() {
    return Printed(session_.Rows(
        "SELECT 'relation', oid::regclass::text FROM pg_class WHERE relnamespace <> "
        "'pg_toast'::regnamespace "
        "UNION ALL SELECT 'function', oid::regprocedure::text FROM pg_proc "
        "UNION ALL SELECT 'trigger', tgname || ' on ' || tgrelid::regclass FROM pg_trigger "
        "UNION ALL SELECT 'constraint', conname || ' on ' || conrelid::regclass FROM pg_constraint "
        "UNION ALL SELECT 'type', oid::regtype::text FROM pg_type "
        "UNION ALL SELECT 'rule', rulename || ' on ' || ev_class::regclass FROM pg_rewrite "
        "UNION ALL SELECT 'entry', pgt_name FROM pgtrickle.pgt_stream_tables "
        "UNION ALL SELECT 'version', id FROM pgtrickle_state.version "
        "UNION ALL SELECT 'object', identity FROM pgtrickle.pgt_objects ORDER BY 1, 2"));
  }

  TemporaryDirectory directory_;
  std::string schema_file_;
};

TEST_F(CompileFile, TwiceGivesTheSameBytes) {
  ProcessResult first = Run(std::string(kStream));
  ProcessResult second = Run(std::string(kStream));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(first.out, second.out);
  EXPECT_NE(first.out, "");
}

TEST_F(CompileFile, ErrorWritesNoFile) {
  std::string output = (directory_.path() / "out.sql").string();
  ProcessResult result =
      Run(std::string(kStream) + "CREATE STREAM TABLE x IMMEDIATE AS SELECT nope FROM sale;\n",
          {"-o", output});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_NE(result.err.find("nope"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("in.sql:3:"), std::string::npos) << result.err;

  directory_.Write("out.sql", "kept");
  EXPECT_EQ(
      Run("CREATE STREAM TABLE x IMMEDIATE AS SELECT nope FROM sale;\n", {"-o", output}).exit_code,
      1);
  EXPECT_EQ(ReadFile(output), "kept");
}

TEST_F(CompileFile, MissingFileIsNotAnAnswer) {
  std::string output = (directory_.path() / "out.sql").string();
  ProcessResult result =
      Tricklec({"compile", (directory_.path() / "missing.sql").string(), "-o", output});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_EQ(Tricklec({"compile", "--no-such-option"}).exit_code, 2);
}

TEST_F(CompileFile, UnsupportedQueriesAreErrorsNotGuesses) {
  for (const char* query : {"SELECT k, random() FROM sale",
                            "SELECT k, now() FROM sale",
                            "SELECT * FROM sale LIMIT 5",
                            "SELECT * FROM sale FOR UPDATE",
                            "SELECT * FROM sale TABLESAMPLE system (10)",
                            "SELECT 1",
                            "SELECT ARRAY(SELECT v FROM sale) FROM sale",
                            "SELECT id, row_number() OVER () FROM sale",
                            "SELECT * FROM sale WHERE id = $1",
                            "SELECT k, 'now'::timestamptz AS t FROM sale",
                            "SELECT k FROM sale WHERE s::date > '01/02/2020'",
                            "SELECT k FROM sale WHERE s::timestamptz > '2020-01-02 00:00'",
                            "SELECT k FROM sale WHERE current_date > 'today'::date",
                            "SELECT DISTINCT ON (k) k, v FROM sale",
                            "SELECT k FROM sale EXCEPT ALL SELECT v FROM sale",
                            "SELECT k FROM sale WHERE s = current_user",
                            "SELECT v::text || nextval('x') FROM sale",
                            "SELECT sale.ctid FROM sale",
                            "SELECT xmin FROM sale",
                            "SELECT tableoid FROM sale",
                            "SELECT k, s FROM sale GROUP BY k",
                            "SELECT sum(v) FROM sale GROUP BY sum(v)",

                            "SELECT s + 1 FROM sale",
                            "SELECT k FROM sale WHERE sum(v) > 1",
                            "INSERT INTO sale VALUES (1)",
                            "SELECT k FROM nowhere",
                            "SELECT k AS a, v AS a FROM sale"}) {
    ProcessResult result = Run(std::string("CREATE STREAM TABLE x IMMEDIATE AS ") + query + ";\n");
    EXPECT_EQ(result.exit_code, 1) << query << "\n" << result.err;
    EXPECT_EQ(result.out, "") << query;
    EXPECT_NE(result.err.find("ST"), std::string::npos) << query << "\n" << result.err;
    EXPECT_NE(result.err.find("in.sql:1:"), std::string::npos) << query << "\n" << result.err;
  }
}

TEST_F(CompileFile, PassesOtherStatementsThroughInOrder) {
  std::string text =
      "-- a comment\nCREATE TABLE more (id int PRIMARY KEY, v int);\nINSERT INTO more VALUES (1, "
      "1);\n"
      "CREATE STREAM TABLE m IMMEDIATE AS SELECT id, v FROM more WHERE v > 0;\n"
      "CREATE INDEX ON m (v);\nCOMMENT ON TABLE m IS 'it''s';\nINSERT INTO more VALUES (2, 2);\n"
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;\n";
  session_.Run(Compile(text));
  EXPECT_TRUE(HoldsQuery(session_, "m", "SELECT id, v FROM more WHERE v > 0"));
  EXPECT_EQ(session_.Text("SELECT f()"), "2");
}

TEST_F(CompileFile, DropLeavesNothingBehind) {
  session_.Run(kSchema);
  session_.Run("INSERT INTO sale VALUES (1, 1, 1, 'a')");
  std::string before = Objects();
  std::string streams =
      std::string(kStream) +
      "CREATE STREAM TABLE anchored IMMEDIATE AS SELECT s, sum(v) AS t FROM sale GROUP BY s;\n"
      "CREATE STREAM TABLE bag IMMEDIATE AS SELECT v FROM sale;\n"
      "CREATE STREAM TABLE whole IMMEDIATE AS SELECT count(*) AS n FROM sale;\n";
  session_.Run(Compile(streams, kSchema));
  EXPECT_NE(before, Objects());
  session_.Run("UPDATE sale SET v = 2");
  std::string drops;
  for (const char* name : {"by_k", "copied", "anchored", "bag", "whole"}) {
    drops += std::string("DROP STREAM TABLE ") + name + ";\n";
  }
  session_.Run(Compile(drops, std::string(kSchema) + streams));
  EXPECT_EQ(before, Objects());
  session_.Run("UPDATE sale SET v = 3; DELETE FROM sale");
}

TEST_F(CompileFile, DropAndCreateAgain) {
  session_.Run(kSchema);
  std::string script = Compile(kStream, kSchema);
  for (int i = 0; i < 3; ++i) {
    session_.Run(script);
    session_.Run("INSERT INTO sale VALUES (" + std::to_string(i) + ", 1, 1, 'a')");
    EXPECT_TRUE(HoldsQuery(session_, "by_k", "SELECT k, sum(v), max(s) FROM sale GROUP BY k"));
    session_.Run(
        "SELECT pgtrickle.drop_stream_table('by_k'), pgtrickle.drop_stream_table('public.copied')");
  }
}

TEST_F(CompileFile, CreateOfAnExistingNameFailsAndChangesNothing) {
  session_.Run(kSchema);
  std::string script = Compile(kStream, kSchema);
  session_.Run(script);
  std::string before = Objects();
  EXPECT_TRUE(FailsWith(session_, "42P07", script));
  EXPECT_EQ(before, Objects());
}

TEST_F(CompileFile, IfNotExistsRunsAgain) {
  session_.Run(kSchema);
  std::string query = "SELECT k, sum(v) AS total FROM sale GROUP BY k";
  std::string script =
      Compile("CREATE STREAM TABLE IF NOT EXISTS by_k IMMEDIATE AS " + query + ";", kSchema);
  session_.Run(script);
  session_.Run("INSERT INTO sale VALUES (1, 1, 1, 'a')");
  std::string before = Objects();
  session_.TakeNotices();
  session_.Run(script);
  std::vector<std::string> notices = session_.TakeNotices();
  EXPECT_FALSE(notices.empty());
  EXPECT_EQ(before, Objects());
  EXPECT_TRUE(HoldsQuery(session_, "by_k", query));
  session_.Run("INSERT INTO sale VALUES (2, 1, 1, 'a')");
  EXPECT_TRUE(HoldsQuery(session_, "by_k", query));
  // Another kind of relation of this name is an error.
  session_.Run("CREATE TABLE other (a int)");
  std::optional<SqlError> error = session_.TryRun(
      Compile("CREATE STREAM TABLE IF NOT EXISTS other IMMEDIATE AS " + query + ";", kSchema));
  EXPECT_TRUE(error.has_value());
}

TEST_F(CompileFile, WithNoDataWaitsForItsRefresh) {
  session_.Run(kSchema);
  session_.Run("INSERT INTO sale SELECT g, g % 3, g, 'a' FROM generate_series(1, 9) AS g");
  for (const char* query : {"SELECT k, sum(v) AS total, min(v) AS low FROM sale GROUP BY k",
                            "SELECT count(*) AS n FROM sale", "SELECT v FROM sale"}) {
    session_.Run(Compile(
        std::string("CREATE STREAM TABLE late IMMEDIATE AS ") + query + " WITH NO DATA;", kSchema));
    EXPECT_EQ(session_.Text(
                  "SELECT is_populated FROM pgtrickle.pgt_stream_tables WHERE pgt_name = 'late'"),
              "f");
    EXPECT_EQ(session_.Text("SELECT count(*) FROM late"), "0");
    session_.Run("UPDATE sale SET v = v + 1");
    EXPECT_EQ(session_.Text("SELECT count(*) FROM late"), "0");
    session_.Run("SELECT pgtrickle.refresh_stream_table('late')");
    EXPECT_TRUE(HoldsQuery(session_, "late", query));
    session_.Run("UPDATE sale SET v = v + 1, k = 1 WHERE id < 4");
    EXPECT_TRUE(HoldsQuery(session_, "late", query));
    session_.Run("SELECT pgtrickle.refresh_stream_table('late')");
    EXPECT_TRUE(HoldsQuery(session_, "late", query));
    session_.Run("SELECT pgtrickle.drop_stream_table('late')");
  }
}

TEST_F(CompileFile, OtherIsolationLevelsAreRefusedAtCreation) {
  session_.Run(kSchema);
  std::string script = Compile(kStream, kSchema);
  session_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  EXPECT_TRUE(session_.TryRun(script).has_value());
  session_.Run("ROLLBACK");
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pg_class WHERE relname IN ('by_k', 'copied')"),
            "0");
}

TEST_F(CompileFile, SourceWithAnotherTypeThanTheSchemaSaysIsRefused) {
  // The file says integer, the server has text, bigint or numeric: never a silently wrong column.
  for (const char* type : {"bigint", "numeric", "text", "smallint"}) {
    session_.Run("DROP TABLE IF EXISTS sale; CREATE TABLE sale (id int PRIMARY KEY, k int, v " +
                 std::string(type) + ", s text)");
    for (const char* query :
         {"SELECT id, v FROM sale", "SELECT k, max(v) AS m FROM sale GROUP BY k",
          "SELECT v, count(*) AS n FROM sale GROUP BY v"}) {
      std::string script =
          Compile(std::string("CREATE STREAM TABLE typed IMMEDIATE AS ") + query + ";", kSchema);
      std::optional<SqlError> error = session_.TryRun(script);
      EXPECT_TRUE(error.has_value()) << type << ": " << query;
      if (!error) session_.Run("SELECT pgtrickle.drop_stream_table('typed')");
    }
  }
}

TEST_F(CompileFile, UsedColumnsCannotBeDroppedOrRetyped) {
  session_.Run(kSchema);
  session_.Run(Compile(kStream, kSchema));
  EXPECT_TRUE(session_.TryRun("ALTER TABLE sale DROP COLUMN v").has_value());
  EXPECT_TRUE(session_.TryRun("ALTER TABLE sale ALTER COLUMN v TYPE bigint").has_value());
  EXPECT_TRUE(session_.TryRun("DROP TABLE sale").has_value());
  session_.Run("ALTER TABLE sale ADD COLUMN z int DEFAULT 5; CREATE INDEX ON sale (k)");
  session_.Run("INSERT INTO sale VALUES (1, 1, 1, 'a', 9)");
  EXPECT_TRUE(HoldsQuery(session_, "by_k", "SELECT k, sum(v), max(s) FROM sale GROUP BY k"));
}

TEST_F(CompileFile, RunsOnlyWithTheRuntimeItNeeds) {
  TestDatabase bare;
  Session session = bare.Connect();
  session.Run(kSchema);
  std::optional<SqlError> error = session.TryRun(Compile(kStream, kSchema));
  ASSERT_TRUE(error.has_value());
  EXPECT_NE(std::string(error->what()).find("runtime"), std::string::npos) << error->what();
}

}  // namespace
}  // namespace tricklec::testsupport
