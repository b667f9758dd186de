#include "fixture.h"

namespace tricklec::analyze {
namespace {

class Queries : public AnalyzeTest {
 protected:
  Queries() {
    Schema(R"(
      CREATE SCHEMA s;
      CREATE TABLE t (id integer PRIMARY KEY, k text, v numeric(10,2), n integer NOT NULL);
      CREATE UNIQUE INDEX t_n_v ON t (n, v);
      CREATE UNIQUE INDEX t_partial ON t (k) WHERE n > 0;
      CREATE INDEX t_k ON t (k, n);
      CREATE VIEW vw AS SELECT k AS key, v * 2 AS twice FROM t WHERE n > 0;
      CREATE TABLE s.same (x integer);
      CREATE VIEW s.star AS SELECT * FROM t;
      ALTER TABLE t ADD COLUMN later text;
      CREATE TABLE parent (a integer);
      CREATE TABLE child () INHERITS (parent);
      CREATE TABLE parted (a integer) PARTITION BY HASH (a);
      CREATE TABLE part PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TEMP TABLE temporary_one (a integer);
      CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
    )");
  }
};

TEST_F(Queries, ProjectionAndFilter) {
  EXPECT_EQ(Tree("SELECT k, v + 1 AS w FROM t WHERE n > 1"),
            "project [k#6 := k#2, w#7 := v#3 + 1]\n"
            "  filter n#4 > 1\n"
            "    scan public.t as t [id#1, k#2, v#3, n#4, later#5]\n");
}

TEST_F(Queries, GroupsAndExpressionsOverThem) {
  EXPECT_EQ(
      Tree("SELECT upper(k), sum(v) / count(*) AS mean FROM t GROUP BY k HAVING count(*) > 1"),
      "project [upper#9 := upper(k#8), mean#10 := sum#6 / count#7]\n"
      "  filter count#7 > 1\n"
      "    aggregate by [k#8 := k#2] compute [sum#6 := sum(v#3), count#7 := count(*)]\n"
      "      scan public.t as t [id#1, k#2, v#3, n#4, later#5]\n");
}

TEST_F(Queries, EqualAggregatesAreComputedOnce) {
  ir::RelPtr rel =
      Query("SELECT sum(v), sum(v) + 1 AS more, sum(v) FILTER (WHERE n > 0) AS f FROM t");
  ASSERT_NE(rel, nullptr);
  const auto* aggregate = rel->As<ir::Project>()->input->As<ir::Aggregate>();
  EXPECT_EQ(aggregate->aggregates.size(), 2u);
  EXPECT_FALSE(aggregate->grouped);
}

TEST_F(Queries, ColumnsThatDependOnThePrimaryKeyAreGrouped) {
  EXPECT_EQ(Tree("SELECT id, k FROM t GROUP BY id"),
            "project [id#8 := id#6, k#9 := k#7]\n"
            "  aggregate by [id#6 := id#1, k#7 := k#2] compute []\n"
            "    scan public.t as t [id#1, k#2, v#3, n#4, later#5]\n");
  EXPECT_EQ(Tree("SELECT n, k FROM t GROUP BY n"),
            "ST2209 column `k` is neither grouped by nor inside an aggregate [k]\n");
}

TEST_F(Queries, ViewsAreInlinedWithTheColumnsTheyHadWhenMade) {
  EXPECT_EQ(Tree("SELECT key FROM vw"),
            "project [key#8 := key#6]\n"
            "  project [key#6 := k#2, twice#7 := v#3 * 2]\n"
            "    filter n#4 > 0\n"
            "      scan public.t as t [id#1, k#2, v#3, n#4, later#5]\n");
}

TEST_F(Queries, SourceTablesCarryReliableKeysOnly) {
  ir::RelPtr rel = Query("SELECT id FROM t");
  const auto* scan = rel->As<ir::Project>()->input->As<ir::Scan>();
  ASSERT_EQ(scan->table->keys.size(), 2u);
  EXPECT_EQ(scan->table->keys[0].constraint, "t_pkey");
  EXPECT_TRUE(scan->table->keys[0].primary);
  EXPECT_EQ(scan->table->keys[1].constraint, "t_n_v");
  EXPECT_EQ(scan->table->columns[0].not_null_by, "id");
  EXPECT_EQ(scan->table->columns[3].not_null_by, "n");
  EXPECT_FALSE(scan->table->columns[1].not_null);
}

TEST_F(Queries, WhatIsNotSupportedIsSaid) {
  EXPECT_EQ(Tree("SELECT k FROM t, LATERAL (SELECT t.id) x"),
            "ST3002 LATERAL is not supported yet [t.id]\n");
  EXPECT_EQ(Tree("WITH RECURSIVE q AS (SELECT id FROM q) SELECT id FROM q").substr(0, 43),
            "ST3002 WITH RECURSIVE is not supported yet ");
  EXPECT_EQ(Tree("SELECT k FROM t UNION ALL SELECT 'x'"),
            "ST3002 SELECT without FROM is not supported yet ['x']\n");
  EXPECT_EQ(Tree("VALUES (1)").substr(0, 31), "ST3002 VALUES is not supported ");
  EXPECT_EQ(Tree("SELECT DISTINCT ON (k) k FROM t"),
            "ST3002 DISTINCT ON is not supported yet [k]\n");
  EXPECT_EQ(Tree("SELECT k FROM t LIMIT 1 OFFSET 2"),
            "ST3002 LIMIT is not supported yet [1]\nST3002 OFFSET is not supported yet [2]\n");
  EXPECT_EQ(Tree("SELECT k FROM t GROUP BY ROLLUP (k)"),
            "ST3002 ROLLUP is not supported yet [ROLLUP (k)]\n");
  EXPECT_EQ(Tree("SELECT ARRAY(SELECT k FROM t) FROM t").substr(0, 41),
            "ST3004 ARRAY(SELECT …) is not supported");
  EXPECT_EQ(Tree("SELECT generate_series(1, n) FROM t").substr(0, 60),
            "ST3004 the set-returning function `generate_series` is not s");
  EXPECT_EQ(Tree("SELECT sum(n) OVER () FROM t").substr(0, 45),
            "ST3004 a window function is not supported yet");
  EXPECT_EQ(Tree("SELECT 1").substr(0, 35), "ST3001 the query reads no table [1]");
}

TEST_F(Queries, SourcesThatCannotBeFollowed) {
  EXPECT_EQ(
      Tree("SELECT a FROM parent"),
      "ST3003 table with inheritance `public.parent` as a source is not supported yet [parent]\n");
  EXPECT_EQ(
      Tree("SELECT a FROM child"),
      "ST3003 table with inheritance `public.child` as a source is not supported yet [child]\n");
  EXPECT_EQ(Tree("SELECT a FROM parted"),
            "ST3003 partitioned table `public.parted` as a source is not supported yet [parted]\n");
  EXPECT_EQ(Tree("SELECT a FROM part"),
            "ST3003 partition `public.part` as a source is not supported yet [part]\n");
  EXPECT_EQ(Tree("SELECT id FROM mv"),
            "ST3003 materialized view `public.mv` as a source is not supported yet [mv]\n");
  EXPECT_EQ(Tree("SELECT a FROM temporary_one").substr(0, 31), "ST3005 temporary table `pg_temp");
  EXPECT_EQ(Tree("SELECT 1 FROM pg_class").substr(0, 34), "ST3005 system catalog `pg_class` c");
}

TEST_F(Queries, IndependentErrorsAreAllReported) {
  EXPECT_EQ(Tree("SELECT nope, k + 1 FROM t WHERE v"),
            "ST2103 there is no column `nope` [nope]\n"
            "ST2204 there is no operator `text + integer` [+]\n"
            "ST2208 the argument of WHERE is `numeric(10,2)`, not `boolean` [v]\n");
}

TEST_F(Queries, OrderByIsLeftOutWithANote) {
  EXPECT_EQ(Tree("SELECT k FROM t ORDER BY v"),
            "project [k#6 := k#2]\n  scan public.t as t [id#1, k#2, v#3, n#4, later#5]\n");
  EXPECT_EQ(Messages(), "ST4001 ORDER BY has no effect on a stored table [v]\n");
  EXPECT_FALSE(diagnostics_.has_errors());
}

class Definitions : public AnalyzeTest {
 protected:
  Definitions() {
    Schema(R"(
      CREATE SCHEMA s;
      CREATE TABLE t (id integer PRIMARY KEY, k text, d date, ts timestamp, tz timestamptz, f float8,
                      iv interval, e varchar(10));
    )");
  }
};

TEST_F(Definitions, NamesAndColumns) {
  auto definition = Define("CREATE STREAM TABLE s.x (a) IMMEDIATE AS SELECT id, k FROM t");
  ASSERT_TRUE(definition) << Messages();
  EXPECT_EQ(definition->name, (ir::ObjectName{"s", "x"}));
  EXPECT_EQ(definition->column_names, (std::vector<std::string>{"a", "k"}));
  EXPECT_EQ(definition->mode, ir::RefreshMode::Immediate);
  EXPECT_TRUE(definition->with_data);
  EXPECT_EQ(Define("CREATE STREAM TABLE x IMMEDIATE AS SELECT id FROM t")->name.schema, "public");
}

TEST_F(Definitions, ColumnsOfATable) {
  EXPECT_EQ(DefinitionMessages("SELECT id, id FROM t"),
            "ST2106 two columns of the result are called `id` [id, id FROM t]\n");
  EXPECT_EQ(DefinitionMessages("SELECT id AS ctid FROM t").substr(0, 6), "ST2109");
  EXPECT_EQ(DefinitionMessages("SELECT ROW(id) AS r FROM t").substr(0, 6), "ST2213");
}

TEST_F(Definitions, WhatDependsOnTheSessionIsRefused) {
  auto code = [&](const char* expression) {
    return DefinitionMessages(fmt::format("SELECT id, {} AS x FROM t", expression)).substr(0, 6);
  };
  for (const char* refused :
       {"now()", "CURRENT_DATE", "tz::date", "tz::text", "f::text", "d::text", "to_char(ts, 'MM')",
        "d > tz", "date_trunc('day', tz)", "k::date", "to_jsonb(f)", "concat(k, d)", "k || d",
        "CURRENT_USER", "extract(hour from tz)", "iv::text", "ts::timestamptz"}) {
    EXPECT_EQ(code(refused), "ST3102") << refused;
  }
  for (const char* refused : {"random()", "clock_timestamp()", "gen_random_uuid()"}) {
    EXPECT_EQ(code(refused), "ST3101") << refused;
  }
  for (const char* refused : {"d > 'today'", "d > '1/2/2024'", "tz > '2024-01-01'", "ts > 'now'",
                              "k = 'x'::regclass::text", "d IN ('2024-01-01', 'tomorrow')",
                              "d = ANY ('{2024-01-01,1/2/2024}')"}) {
    EXPECT_TRUE(code(refused) == "ST3103" || code(refused) == "ST3102") << refused;
  }
  for (const char* fine :
       {"id::text", "k || id", "concat(k, id)", "to_jsonb(k)", "d > '2024-01-01'", "ts::date",
        "tz > '2024-01-01 00:00:00+00'", "(tz AT TIME ZONE 'UTC')::date", "date_trunc('day', ts)",
        "ts > 'infinity'", "iv > '1 day'", "format('%s', k)", "d = ANY ('{2024-01-01}')",
        "extract(hour from ts)", "jsonb_build_object('a', id)"}) {
    EXPECT_EQ(code(fine), "") << fine << Messages();
  }
}

TEST_F(Definitions, ClausesOfLaterAreErrors) {
  EXPECT_EQ(StatementMessages("CREATE STREAM TABLE x APPEND ONLY AS SELECT id FROM t"),
            "ST1130 APPEND ONLY is not supported yet [APPEND ONLY]\n");
}

TEST_F(Definitions, SyntaxErrorsPointIntoTheQuery) {
  EXPECT_EQ(DefinitionMessages("SELECT id FRM t"), "ST3000 syntax error at or near \"t\" [t]\n");
}

}  // namespace
}  // namespace tricklec::analyze
