#include "fixture.h"

namespace tricklec::analyze {
namespace {

class With : public AnalyzeTest {
 protected:
  With() { Schema("CREATE TABLE t (id integer PRIMARY KEY, k text);"); }
};

TEST_F(With, AQueryStandsWhereItIsNamed) {
  EXPECT_EQ(Tree("WITH q (a) AS (SELECT id, k FROM t) SELECT a, k FROM q"),
            "project [a#5 := id#3, k#6 := k#4]\n"
            "  project [id#3 := id#1, k#4 := k#2]\n"
            "    scan public.t as t [id#1, k#2]\n");
}

TEST_F(With, EveryPlaceHasColumnsAndScansOfItsOwn) {
  EXPECT_EQ(Tree("WITH q AS (SELECT k, count(*) FILTER (WHERE id > 0) AS n FROM t GROUP BY k "
                 "HAVING count(*) > 1), r AS (SELECT DISTINCT k FROM q UNION ALL SELECT k FROM t) "
                 "SELECT q.n, q2.n AS n2, r.k FROM q JOIN q AS q2 USING (k) CROSS JOIN r"),
            "project [n#29 := n#21, n2#30 := n#28, k#31 := k#14]\n"
            "  cross join\n"
            "    join on k#20 = k#27\n"
            "      project [k#20 := k#19, n#21 := count#17]\n"
            "        filter count#18 > 1\n"
            "          aggregate by [k#19 := k#16] compute [count#17 := count(*) FILTER (WHERE "
            "id#15 > 0), count#18 := count(*)]\n"
            "            scan public.t as t_3 [id#15, k#16]\n"
            "      project [k#27 := k#26, n#28 := count#24]\n"
            "        filter count#25 > 1\n"
            "          aggregate by [k#26 := k#23] compute [count#24 := count(*) FILTER (WHERE "
            "id#22 > 0), count#25 := count(*)]\n"
            "            scan public.t as t_4 [id#22, k#23]\n"
            "    union all [k#14 := #8 | #11]\n"
            "      distinct\n"
            "        project [k#8 := k#6]\n"
            "          project [k#6 := k#4, n#7 := count#3]\n"
            "            filter count#5 > 1\n"
            "              aggregate by [k#4 := k#2] compute [count#3 := count(*) FILTER (WHERE "
            "id#1 > 0), count#5 := count(*)]\n"
            "                scan public.t as t [id#1, k#2]\n"
            "      project [k#11 := k#10]\n"
            "        scan public.t as t_2 [id#9, k#10]\n");
}

TEST_F(With, TheInnermostNameCounts) {
  EXPECT_EQ(Tree("WITH t AS (SELECT k FROM t) SELECT * FROM t"),
            "project [k#4 := k#3]\n"
            "  project [k#3 := k#2]\n"
            "    scan public.t as t [id#1, k#2]\n");
  EXPECT_EQ(Tree("WITH q AS (SELECT k FROM t) SELECT * FROM (WITH q AS (SELECT id FROM t) SELECT * "
                 "FROM q) s"),
            "project [id#8 := id#7]\n"
            "  project [id#7 := id#6]\n"
            "    project [id#6 := id#4]\n"
            "      scan public.t as t_2 [id#4, k#5]\n");
}

TEST_F(With, ErrorsAreReportedOnceAndWhereTheyAre) {
  EXPECT_EQ(Tree("WITH q AS (SELECT nope FROM t) SELECT a.id FROM q AS a, q AS b"),
            "ST2103 there is no column `nope` [nope]\n");
  EXPECT_EQ(Tree("WITH q AS (SELECT nope FROM t) SELECT id FROM t"),
            "ST2103 there is no column `nope` [nope]\n");
  EXPECT_EQ(Tree("WITH q AS (SELECT k FROM t), q AS (SELECT k FROM t) SELECT k FROM q"),
            "ST1110 `q` is listed twice [q AS (SELECT k FROM t)]\n");
  EXPECT_EQ(Tree("WITH q (a, b) AS (SELECT k FROM t) SELECT k FROM q"),
            "ST2107 2 column names are given for 1 columns [q (a, b) AS (SELECT k FROM t)]\n");
  EXPECT_EQ(Tree("WITH q AS (DELETE FROM t RETURNING k) SELECT k FROM q"),
            "ST3006 a data-modifying WITH cannot be part of a stream table's query [q AS (DELETE "
            "FROM t RETURNING k)]\n");
}

TEST_F(With, AQueryUsedByOneThatIsNotCountsWhereElseItIsUsed) {
  EXPECT_EQ(
      DefinitionMessages("WITH q AS (SELECT random() AS r FROM t), unused AS (SELECT r FROM q) "
                         "SELECT r FROM q"),
      "ST3101 `random()` can give another result at every call [random()]\n");
}

TEST_F(With, WhatIsNotUsedIsNotRun) {
  EXPECT_EQ(DefinitionMessages("WITH q AS (SELECT random() AS r FROM t) SELECT k FROM t"), "");
  EXPECT_EQ(DefinitionMessages(
                "WITH q AS (SELECT random() AS r FROM t) SELECT a.r, b.r AS r2 FROM q a, q b"),
            "ST3101 `random()` can give another result at every call [random()]\n");
}

}  // namespace
}  // namespace tricklec::analyze
