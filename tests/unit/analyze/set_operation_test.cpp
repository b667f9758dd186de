#include "fixture.h"

namespace tricklec::analyze {
namespace {

class SetOperations : public AnalyzeTest {
 protected:
  SetOperations() {
    Schema(R"(
      CREATE TABLE t (id integer PRIMARY KEY, k text, n numeric(10,2) NOT NULL, c text COLLATE "C");
      CREATE TABLE u (id bigint NOT NULL, v varchar(5));
    )");
  }
};

TEST_F(SetOperations, EqualTypesNeedNoConversion) {
  EXPECT_EQ(Tree("SELECT id, k AS key FROM t UNION ALL SELECT id, c FROM t"),
            "union all [id#17 := #13 | #11, key#18 := #14 | #12]\n"
            "  project [id#13 := id#5, key#14 := key#6 COLLATE pg_catalog.\"C\"]\n"
            "    project [id#5 := id#1, key#6 := k#2]\n"
            "      scan public.t as t [id#1, k#2, n#3, c#4]\n"
            "  project [id#11 := id#7, c#12 := c#10]\n"
            "    scan public.t as t_2 [id#7, k#8, n#9, c#10]\n");
}

TEST_F(SetOperations, BranchesAreConvertedToTheCommonType) {
  EXPECT_EQ(Tree("SELECT id, n FROM t UNION ALL SELECT id, id FROM u"),
            "union all [id#15 := #11 | #13, n#16 := #12 | #14]\n"
            "  project [id#11 := CAST(id#5 AS bigint), n#12 := CAST(n#6 AS numeric)]\n"
            "    project [id#5 := id#1, n#6 := n#3]\n"
            "      scan public.t as t [id#1, k#2, n#3, c#4]\n"
            "  project [id#13 := id#9, id#14 := CAST(id#10 AS numeric)]\n"
            "    project [id#9 := id#7, id#10 := id#7]\n"
            "      scan public.u as u [id#7, v#8]\n");
}

TEST_F(SetOperations, WithoutAllTheyAreGroups) {
  EXPECT_EQ(Tree("SELECT k FROM t UNION SELECT v FROM u"),
            "distinct\n"
            "  project [k#12 := k#11]\n"
            "    union all [k#11 := #5 | #10]\n"
            "      project [k#5 := k#2]\n"
            "        scan public.t as t [id#1, k#2, n#3, c#4]\n"
            "      project [v#10 := CAST(v#8 AS text)]\n"
            "        project [v#8 := v#7]\n"
            "          scan public.u as u [id#6, v#7]\n");
  EXPECT_EQ(Tree("SELECT id FROM u EXCEPT SELECT id FROM u"),
            "project [id#19 := id#16]\n"
            "  filter (in_first#17 > 0) AND (in_second#18 = 0)\n"
            "    aggregate by [id#16 := id#10] compute [in_first#17 := count(*) FILTER (WHERE "
            "is_first#11), in_second#18 := count(*) FILTER (WHERE NOT is_first#11)]\n"
            "      union all [id#10 := #12 | #14, is_first#11 := #13 | #15]\n"
            "        project [id#12 := id#3, is_first#13 := true]\n"
            "          project [id#3 := id#1]\n"
            "            scan public.u as u [id#1, v#2]\n"
            "        project [id#14 := id#6, is_first#15 := false]\n"
            "          project [id#6 := id#4]\n"
            "            scan public.u as u_2 [id#4, v#5]\n");
}

TEST_F(SetOperations, LiteralsTakeTheTypeOfTheOtherBranch) {
  EXPECT_EQ(Tree("SELECT NULL AS k, id FROM t UNION ALL SELECT n, '5' FROM t"),
            "union all [k#17 := #13 | #15, id#18 := #14 | #16]\n"
            "  project [k#13 := NULL::numeric, id#14 := id#6]\n"
            "    project [k#5 := NULL, id#6 := id#1]\n"
            "      scan public.t as t [id#1, k#2, n#3, c#4]\n"
            "  project [n#15 := CAST(n#11 AS numeric), ?column?#16 := '5'::integer]\n"
            "    project [n#11 := n#9, ?column?#12 := '5']\n"
            "      scan public.t as t_2 [id#7, k#8, n#9, c#10]\n");
  EXPECT_EQ(Tree("SELECT NULL AS id, count(*) AS n FROM t UNION ALL SELECT id, n FROM t"),
            "union all [id#18 := #14 | #16, n#19 := #15 | #17]\n"
            "  project [id#14 := NULL::integer, n#15 := CAST(n#7 AS numeric)]\n"
            "    project [id#6 := NULL, n#7 := count#5]\n"
            "      aggregate all rows compute [count#5 := count(*)]\n"
            "        scan public.t as t [id#1, k#2, n#3, c#4]\n"
            "  project [id#16 := id#12, n#17 := CAST(n#13 AS numeric)]\n"
            "    project [id#12 := id#8, n#13 := n#10]\n"
            "      scan public.t as t_2 [id#8, k#9, n#10, c#11]\n");
}

TEST_F(SetOperations, TypesAreAgreedOnInPairs) {
  EXPECT_EQ(Tree("SELECT NULL FROM t UNION ALL SELECT NULL FROM t UNION ALL SELECT id FROM t"),
            "ST2207 UNION ALL types `text` and `integer` have no common type [id]\n");
}

TEST_F(SetOperations, NullableIfOneBranchIs) {
  ir::RelPtr rel = Query("SELECT id, n, k FROM t UNION ALL SELECT id, NULL, 'x' FROM u");
  ASSERT_NE(rel, nullptr);
  EXPECT_FALSE(rel->outputs[0].props.nullable);
  EXPECT_TRUE(rel->outputs[1].props.nullable);
  EXPECT_TRUE(rel->outputs[2].props.nullable);
}

TEST_F(SetOperations, WhatDoesNotFit) {
  EXPECT_EQ(Tree("SELECT id FROM t UNION ALL SELECT id, v FROM u"),
            "ST2218 the branches of UNION ALL have 1 and 2 columns [id, v FROM u]\n");
  EXPECT_EQ(Tree("SELECT id FROM t UNION ALL SELECT v FROM u"),
            "ST2207 UNION ALL types `integer` and `character varying` have no common type [v]\n");
  EXPECT_EQ(Tree("SELECT id FROM t UNION ALL SELECT id FROM u ORDER BY id + 1"),
            "ST2216 ORDER BY of a set operation can only name result columns [id + 1]\n");
  EXPECT_EQ(Tree("SELECT id FROM t UNION ALL SELECT id FROM u ORDER BY 2"),
            "ST2212 ORDER BY position 2 is not in the select list [2]\n");
  EXPECT_EQ(Tree("SELECT id FROM t UNION ALL SELECT id FROM u ORDER BY v"),
            "ST2103 there is no column `v` [v]\n");
  EXPECT_EQ(Tree("SELECT '{}'::json FROM t UNION SELECT NULL FROM u").substr(0, 6), "ST2214");
  EXPECT_EQ(Tree("SELECT id FROM t EXCEPT ALL SELECT id FROM u"),
            "ST3002 EXCEPT ALL is not supported yet [id FROM u]\n");
}

}  // namespace
}  // namespace tricklec::analyze
