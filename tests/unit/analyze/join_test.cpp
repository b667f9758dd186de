#include "fixture.h"

namespace tricklec::analyze {
namespace {

class Joins : public AnalyzeTest {
 protected:
  Joins() {
    Schema(R"(
      CREATE SCHEMA s;
      CREATE TABLE t (id integer PRIMARY KEY, k text);
      CREATE TABLE u (id bigint NOT NULL, v numeric(10,2));
      CREATE TABLE s.t (id integer, w text);
      CREATE VIEW pairs AS SELECT t.id, u.v FROM t JOIN u USING (id);
    )");
  }
};

TEST_F(Joins, CommaListsAreCrossedFromTheLeft) {
  EXPECT_EQ(Tree("SELECT t.k FROM t, u, u AS u2"),
            "project [k#7 := k#2]\n"
            "  cross join\n"
            "    cross join\n"
            "      scan public.t as t [id#1, k#2]\n"
            "      scan public.u as u [id#3, v#4]\n"
            "    scan public.u as u2 [id#5, v#6]\n");
}

TEST_F(Joins, OnIsThePredicate) {
  EXPECT_EQ(Tree("SELECT * FROM t JOIN u ON t.id = u.id AND u.v > 1"),
            "project [id#5 := id#1, k#6 := k#2, id#7 := id#3, v#8 := v#4]\n"
            "  join on (id#1 = id#3) AND (v#4 > 1)\n"
            "    scan public.t as t [id#1, k#2]\n"
            "    scan public.u as u [id#3, v#4]\n");
}

TEST_F(Joins, UsingMergesColumns) {
  EXPECT_EQ(Tree("SELECT * FROM t JOIN u USING (id)"),
            "project [id#5 := id#3, k#6 := k#2, v#7 := v#4]\n"
            "  join on id#1 = id#3\n"
            "    scan public.t as t [id#1, k#2]\n"
            "    scan public.u as u [id#3, v#4]\n");
  EXPECT_EQ(Tree("SELECT id, t.id AS a FROM t NATURAL JOIN s.t AS t2"),
            "project [id#5 := id#1, a#6 := id#1]\n"
            "  join on id#1 = id#3\n"
            "    scan public.t as t [id#1, k#2]\n"
            "    scan s.t as t2 [id#3, w#4]\n");
}

TEST_F(Joins, MergedColumnsOfDifferentTypesAreConverted) {
  EXPECT_EQ(
      Tree("SELECT x FROM (SELECT v AS x FROM u) a JOIN (SELECT v + 1 AS x FROM u) b USING (x)"),
      "project [x#7 := x#6]\n"
      "  join on x#3 = x#6\n"
      "    project [x#3 := v#2]\n"
      "      scan public.u as u [id#1, v#2]\n"
      "    project [x#6 := v#5 + 1]\n"
      "      scan public.u as u_2 [id#4, v#5]\n");
}

TEST_F(Joins, BothSidesOfASelfJoinHaveTheirOwnColumns) {
  EXPECT_EQ(Tree("SELECT a.k, b.k AS k2 FROM t AS a JOIN t AS b ON a.id = b.id"),
            "project [k#5 := k#2, k2#6 := k#4]\n"
            "  join on id#1 = id#3\n"
            "    scan public.t as a [id#1, k#2]\n"
            "    scan public.t as b [id#3, k#4]\n");
  EXPECT_EQ(Tree("SELECT p.v, q.v AS v2 FROM pairs AS p, pairs AS q"),
            "project [v#13 := v#6, v2#14 := v#12]\n"
            "  cross join\n"
            "    project [id#5 := id#1, v#6 := v#4]\n"
            "      join on id#1 = id#3\n"
            "        scan public.t as t [id#1, k#2]\n"
            "        scan public.u as u [id#3, v#4]\n"
            "    project [id#11 := id#7, v#12 := v#10]\n"
            "      join on id#7 = id#9\n"
            "        scan public.t as t_2 [id#7, k#8]\n"
            "        scan public.u as u_2 [id#9, v#10]\n");
}

TEST_F(Joins, ColumnsKeepTheirNullability) {
  ir::RelPtr rel = Query("SELECT t.id, k, u.id AS uid, v FROM t JOIN u ON true");
  ASSERT_NE(rel, nullptr);
  EXPECT_FALSE(rel->outputs[0].props.nullable);
  EXPECT_TRUE(rel->outputs[1].props.nullable);
  EXPECT_FALSE(rel->outputs[2].props.nullable);
  EXPECT_TRUE(rel->outputs[3].props.nullable);
}

TEST_F(Joins, ColumnsOfTheTableWhosePrimaryKeyIsGroupedAreGrouped) {
  EXPECT_EQ(Tree("SELECT k, sum(v) FROM t JOIN u ON t.id = u.id GROUP BY t.id"),
            "project [k#8 := k#7, sum#9 := sum#5]\n"
            "  aggregate by [id#6 := id#1, k#7 := k#2] compute [sum#5 := sum(v#4)]\n"
            "    join on id#1 = id#3\n"
            "      scan public.t as t [id#1, k#2]\n"
            "      scan public.u as u [id#3, v#4]\n");
  EXPECT_EQ(Tree("SELECT k, v FROM t JOIN u ON t.id = u.id GROUP BY t.id"),
            "ST2209 column `v` is neither grouped by nor inside an aggregate [v]\n");
}

TEST_F(Joins, NamesThatAreNotClear) {
  EXPECT_EQ(Tree("SELECT id FROM t, u"), "ST2104 `id` can mean several columns [id]\n");
  EXPECT_EQ(Tree("SELECT 1 FROM t, t"), "ST2112 several items of FROM are called `t` [t]\n");
  EXPECT_EQ(Tree("SELECT t.k FROM t, s.t"), "ST2112 several items of FROM are called `t` [t.k]\n");
  EXPECT_EQ(Tree("SELECT k FROM t JOIN u USING (k)"), "ST2103 there is no column `k` [t JOIN u]\n");
  EXPECT_EQ(Tree("SELECT k FROM t JOIN u USING (id, id)"),
            "ST1110 `id` is listed twice [t JOIN u]\n");
  EXPECT_EQ(Tree("SELECT k FROM (t CROSS JOIN u) JOIN s.t AS t2 USING (id)"),
            "ST2104 `id` can mean several columns [(t CROSS JOIN u) JOIN s.t]\n");
  EXPECT_EQ(Tree("SELECT a.k FROM (t AS a JOIN u USING (id)) AS j"),
            "ST2105 there is no table `a` in FROM [a.k]\n");
  EXPECT_EQ(Tree("SELECT k FROM t JOIN u ON k = v"),
            "ST2204 there is no operator `text = numeric(10,2)` [=]\n");
  EXPECT_EQ(Tree("SELECT 1 FROM t JOIN u ON t.id"),
            "ST2208 the argument of ON is `integer`, not `boolean` [t.id]\n");
}

}  // namespace
}  // namespace tricklec::analyze
