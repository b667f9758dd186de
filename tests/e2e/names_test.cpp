// Names that need quoting everywhere, that are too long, that other things are called as well.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

using Names = StreamFixture;

TEST_F(Names, QuotesSemicolonsAndCommentMarksEverywhere) {
  const std::string schema = QuoteIdentifier("a;b\"c--d/*e'f$$g");
  const std::string table = schema + "." + QuoteIdentifier("t'; DROP TABLE x; --\n\\");
  Schema("CREATE SCHEMA " + schema + "; CREATE TABLE " + table +
         " (\"i;d\" int PRIMARY KEY, \"k\"\"k\" int, \"*/ v\" int, \"$body$\" text)");
  const std::string name = schema + "." + QuoteIdentifier("st \"--\" */ $fn$ 'x'");
  Stream(name,
         "SELECT \"k\"\"k\" AS \"a\"\"b\", sum(\"*/ v\") AS \"$1;\", max(\"$body$\") AS \"$body$\" "
         "FROM " +
             table + " GROUP BY \"k\"\"k\"");
  Stream(schema + "." + QuoteIdentifier("%I %s %L {}"),
         "SELECT \"i;d\", \"*/ v\" + 1 AS \"%\" FROM " + table + " AS \"A\"\"; --\"",
         CompareBy::kImage);
  EXPECT_TRUE(
      HoldAfter("INSERT INTO " + table + " VALUES (1, 1, 1, '$body$'), (2, 1, 2, '$fn$ ''')"));
  EXPECT_TRUE(HoldAfter("UPDATE " + table + " SET \"k\"\"k\" = 2, \"*/ v\" = 9 WHERE \"i;d\" = 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM " + table));
  EXPECT_TRUE(HoldAfter("TRUNCATE " + table));
}

TEST_F(Names, LongNamesThatShareTheirFirstSixtyBytes) {
  const std::string prefix(60, 'n');
  Schema("CREATE TABLE " + prefix + "src (id int PRIMARY KEY, " + prefix + "k1 int, " + prefix +
         "k2 int)");
  for (const char* ending : {"abc", "abd", "xyz"}) {
    Stream(prefix + ending, "SELECT " + prefix + "k1, sum(" + prefix + "k2) AS " + prefix +
                                "sum FROM " + prefix + "src WHERE " + prefix + "k2 <> " +
                                std::to_string(ending[2]) + " GROUP BY " + prefix + "k1");
  }
  EXPECT_TRUE(HoldAfter("INSERT INTO " + prefix +
                        "src SELECT g, g % 3, g FROM generate_series(90, 130) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE " + prefix + "src SET " + prefix + "k2 = 99 WHERE id % 2 = 0"));
  EXPECT_TRUE(HoldAfter("DELETE FROM " + prefix + "src WHERE id < 120"));
}

TEST_F(Names, MultibyteNamesAreCutAtCharacters) {
  std::string name;
  for (int i = 0; i < 20; ++i) name += "€";  // 60 bytes
  Schema("CREATE SCHEMA \"größe\"; CREATE TABLE \"größe\".\"" + name +
         "\" (\"ключ\" int PRIMARY KEY, \"値\" text)");
  Stream("\"größe\".\"" + name + "x\"",
         "SELECT \"値\", count(*) AS \"数😀\", 'é€😀' AS \"ß\" FROM \"größe\".\"" + name +
             "\" WHERE \"値\" <> '😀' GROUP BY \"値\"");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO \"größe\".\"" + name + "\" VALUES (1, 'é'), (2, '😀'), (3, '€')"));
  EXPECT_TRUE(HoldAfter("UPDATE \"größe\".\"" + name + "\" SET \"値\" = '€'"));
}

TEST_F(Names, DotsInNamesDoNotCollide) {
  Schema("CREATE SCHEMA \"a.b\"; CREATE SCHEMA a; CREATE TABLE t (id int PRIMARY KEY, v int)");
  Stream("\"a.b\".c", "SELECT id FROM t WHERE v > 1", CompareBy::kImage);
  std::string script =
      Compile("CREATE STREAM TABLE a.\"b.c\" IMMEDIATE AS SELECT v FROM t WHERE v > 2;", schema_);
  // Either it is refused before anything is made, or both are maintained.
  std::optional<SqlError> error = session_.TryRun(script);
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)"));
  if (!error) {
    EXPECT_TRUE(HoldsQuery(session_, "a.\"b.c\"", "SELECT v FROM t WHERE v > 2"));
  }
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = v + 1"));
  if (!error) {
    EXPECT_TRUE(HoldsQuery(session_, "a.\"b.c\"", "SELECT v FROM t WHERE v > 2"));
  }
}

TEST_F(Names, ColumnsCalledAsGeneratedOnes) {
  Schema(
      "CREATE TABLE t (id int PRIMARY KEY, __pgt_count int, __pgt_new int, __pgt_old int, __pgt_w "
      "int, "
      "\"__pgt_sum_1\" int, k int)");
  Stream("renamed",
         "SELECT k, sum(__pgt_count) AS a, avg(__pgt_new) AS b, max(__pgt_old) AS c, "
         "min(__pgt_w) AS d FROM t GROUP BY k");
  Stream("unselected", "SELECT sum(__pgt_sum_1) AS s FROM t GROUP BY __pgt_count, __pgt_w");
  EXPECT_TRUE(HoldAfter(
      "INSERT INTO t SELECT g, g % 2, g, -g, g % 3, g, g % 4 FROM generate_series(1, 12) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET __pgt_count = __pgt_w, k = 1 WHERE id % 3 = 0"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id % 2 = 0"));
}

TEST_F(Names, OutputColumnWithTheHiddenPrefixIsRefused) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, __pgt_count int)");
  TemporaryDirectory directory;
  std::string schema = directory.Write("schema.sql", schema_);
  ProcessResult result = Tricklec({"compile", "-", "--schema", schema},
                                  "CREATE STREAM TABLE x IMMEDIATE AS SELECT * FROM t;\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("__pgt_"), std::string::npos) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST_F(Names, FunctionsAndOperatorsInOtherSchemas) {
  Schema(R"(CREATE SCHEMA "Fn";
    CREATE FUNCTION "Fn"."double it"(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
    CREATE FUNCTION "Fn".near(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT abs($1 - $2) < 2';
    CREATE OPERATOR "Fn".=== (LEFTARG = int, RIGHTARG = int, FUNCTION = "Fn".near);
    CREATE TABLE t (id int PRIMARY KEY, v int);
    CREATE AGGREGATE "Fn".total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0'))");
  Stream("called", "SELECT \"Fn\".\"double it\"(v) AS d, id FROM t WHERE v OPERATOR(\"Fn\".===) 3",
         CompareBy::kImage);
  Stream("grouped",
         "SELECT \"Fn\".\"double it\"(v) AS d, count(*) AS n, min(\"Fn\".near(v, 3)::int) AS x "
         "FROM t GROUP BY 1");
  EXPECT_TRUE(HoldAfter("INSERT INTO t SELECT g, g FROM generate_series(1, 6) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = 8 - v"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE v > 3"));
}

}  // namespace
}  // namespace tricklec::testsupport
