#include "fixture.h"
#include "tricklec/catalog/normalize.h"

namespace tricklec::catalog {
namespace {

using NewerSyntaxTest = Catalog18Test;

TEST_F(NewerSyntaxTest, NotNullConstraintsOfTables) {
  LoadCleanly(R"(
    CREATE TABLE public.t (
      a integer CONSTRAINT a_there NOT NULL NO INHERIT,
      b integer,
      c integer NOT NULL,
      CONSTRAINT b_there NOT NULL b,
      NOT NULL c NO INHERIT
    );
    ALTER TABLE ONLY public.t ADD CONSTRAINT late NOT NULL b NOT VALID;
    CREATE TABLE public.u (a int, b int, e int);
    ALTER TABLE public.u ADD NOT NULL a;
    ALTER TABLE ONLY public.u ADD CONSTRAINT unchecked NOT NULL b NOT VALID, ADD NOT NULL e;
  )");
  EXPECT_EQ(Columns("t"), "a integer, b integer, c integer");
  EXPECT_TRUE(ColumnOf("t", "a").not_null && ColumnOf("t", "b").not_null);
  EXPECT_EQ(ConstraintNames("t"), "a_there t_c_not_null late");
  EXPECT_TRUE(ConstraintOf("t", "a_there").no_inherit);
  EXPECT_TRUE(ColumnOf("u", "a").not_null);
  EXPECT_FALSE(ColumnOf("u", "b").not_null);
  EXPECT_FALSE(ConstraintOf("u", "unchecked").validated);
  EXPECT_TRUE(ColumnOf("u", "e").not_null);
  LoadCleanly(
      "ALTER TABLE u VALIDATE CONSTRAINT unchecked; ALTER TABLE u DROP CONSTRAINT "
      "u_a_not_null;");
  EXPECT_TRUE(ColumnOf("u", "b").not_null);
  EXPECT_FALSE(ColumnOf("u", "a").not_null);
}

TEST_F(NewerSyntaxTest, VirtualColumns) {
  LoadCleanly(R"(
    CREATE TABLE t (a int, b int GENERATED ALWAYS AS ((a + 1)),
      c int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL, d int GENERATED ALWAYS AS (a) STORED, e int GENERATED ALWAYS AS IDENTITY);
    ALTER TABLE t ADD COLUMN f text GENERATED ALWAYS AS (lower('x)')) VIRTUAL;
  )");
  EXPECT_EQ(ColumnOf("t", "b").generated, Generated::Virtual);
  EXPECT_EQ(ColumnOf("t", "b").expression.text.text(), "(a + 1)");
  EXPECT_EQ(ColumnOf("t", "b").expression.node.kind(), "A_Expr");
  EXPECT_EQ(ColumnOf("t", "b").expression.node.range().text(), "a + 1");
  EXPECT_EQ(ColumnOf("t", "c").generated, Generated::Virtual);
  EXPECT_TRUE(ColumnOf("t", "c").not_null);
  EXPECT_EQ(ColumnOf("t", "d").generated, Generated::Stored);
  EXPECT_EQ(ColumnOf("t", "e").identity, Identity::Always);
  EXPECT_EQ(ColumnOf("t", "f").generated, Generated::Virtual);
  EXPECT_EQ(ColumnOf("t", "a").generated, Generated::None);
}

TEST_F(NewerSyntaxTest, Enforcement) {
  LoadCleanly(R"(
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED CHECK (a < 9) ENFORCED,
      b int REFERENCES p (id) NOT ENFORCED,
      CONSTRAINT named CHECK (b > 0) NOT ENFORCED);
    ALTER TABLE t ADD CONSTRAINT later FOREIGN KEY (a) REFERENCES p (id) NOT ENFORCED;
  )");
  EXPECT_FALSE(ConstraintOf("t", "t_a_check").reliable());
  EXPECT_TRUE(ConstraintOf("t", "t_a_check1").reliable());
  EXPECT_FALSE(ConstraintOf("t", "t_b_fkey").reliable());
  EXPECT_FALSE(ConstraintOf("t", "named").enforced);
  EXPECT_FALSE(ConstraintOf("t", "later").enforced);
  LoadCleanly(
      "ALTER TABLE t ALTER CONSTRAINT later ENFORCED; ALTER TABLE t ALTER CONSTRAINT "
      "t_a_check1 NO INHERIT;");
  EXPECT_TRUE(ConstraintOf("t", "later").reliable());
  EXPECT_TRUE(ConstraintOf("t", "t_a_check1").reliable());
}

TEST_F(NewerSyntaxTest, TemporalKeysAreNoKeys) {
  LoadCleanly(R"(
    CREATE TABLE t (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
    CREATE TABLE r (id int4range, during daterange,
      FOREIGN KEY (id, PERIOD during) REFERENCES t (id, PERIOD during));
  )");
  EXPECT_TRUE(ConstraintOf("t", "t_pkey").without_overlaps);
  EXPECT_FALSE(Table("t").indexes[0].proves_key());
  EXPECT_TRUE(ConstraintOf("r", "r_id_during_fkey").without_overlaps);
}

TEST_F(NewerSyntaxTest, StatementsWithoutEffectPass) {
  LoadCleanly(R"(
    CREATE TABLE t (a text STORAGE EXTERNAL, storage int);
    ALTER TABLE t SET ACCESS METHOD DEFAULT;
    ALTER TABLE t ALTER COLUMN a SET STATISTICS DEFAULT;
    GRANT role1 TO role2 WITH INHERIT TRUE GRANTED BY postgres;
    GRANT MAINTAIN ON TABLE t TO role1;
    SET transaction_timeout = 0;
  )");
  EXPECT_EQ(Columns("t"), "a text, storage integer");
}

TEST_F(NewerSyntaxTest, NothingMoves) {
  auto buffer = source::MakeBuffer(
      "t", "CREATE TABLE \"größe\" (a int GENERATED ALWAYS AS (1), CONSTRAINT x NOT NULL a)");
  NormalizedStatement normalized = NormalizeNewerSyntax(buffer->All());
  ASSERT_EQ(normalized.text.size(), buffer->size());
  for (size_t i = 0; i < normalized.text.size(); ++i) {
    EXPECT_TRUE(normalized.text[i] == buffer->text()[i] || normalized.text[i] == ' ');
  }
  ASSERT_EQ(normalized.amendments.size(), 2u);
  EXPECT_EQ(normalized.amendments[0].expression.text(), "1");
  EXPECT_EQ(normalized.amendments[1].column, "a");
}

}  // namespace
}  // namespace tricklec::catalog
