#include "fixture.h"

namespace tricklec::analyze {
namespace {

class Expressions : public AnalyzeTest {
 protected:
  Expressions() {
    Schema(R"(
      CREATE EXTENSION citext;
      CREATE SCHEMA s;
      CREATE TABLE t (a integer NOT NULL, b integer, n numeric(10,2) NOT NULL, u numeric, t text,
                      v varchar(10), ci citext, other citext, d date, ts timestamp, tz timestamptz,
                      f float8, ok boolean NOT NULL, arr integer[], short text CHECK (length(short) <= 40),
                      e text, CHECK (octet_length(e) < 100 AND a > 0), j jsonb);
      CREATE FUNCTION s.f(numeric) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    )");
  }
};

TEST_F(Expressions, LiteralsGetTheTypeOfTheirContext) {
  EXPECT_EQ(Printed("a = '1'"), "a = '1'::integer");
  EXPECT_EQ(Printed("t = 'x'"), "t = 'x'::text");
  EXPECT_EQ(Printed("v = 'x'"), "v = 'x'::text");
  EXPECT_EQ(Printed("d > '2024-01-01'"), "d > '2024-01-01'::date");
  EXPECT_EQ(Printed("'x'"), "'x'::text");
  EXPECT_EQ(Printed("NULL"), "NULL::text");
  EXPECT_EQ(Printed(R"('a\b')"), R"(E'a\\b'::text)");
  EXPECT_EQ(Printed("(-2) ^ 2"), "(-2) ^ 2");
}

TEST_F(Expressions, ForeignOperatorsAreNamedWhereSyntaxWouldChooseAnother) {
  EXPECT_EQ(Printed("ci = 'x'"), "ci public.= 'x'::public.citext");
  EXPECT_EQ(Printed("ci IN ('a', 'b')"),
            "(ci public.= 'a'::public.citext) OR (ci public.= 'b'::public.citext)");
  EXPECT_EQ(Printed("ci NOT IN ('a', 'b')"),
            "(ci public.<> 'a'::public.citext) AND (ci public.<> 'b'::public.citext)");
  EXPECT_EQ(Printed("ci BETWEEN 'a' AND 'b'"),
            "(ci public.>= 'a'::public.citext) AND (ci public.<= 'b'::public.citext)");
  EXPECT_EQ(Printed("ci LIKE 'a%'"), "ci public.~~ 'a%'::public.citext");
  EXPECT_EQ(Printed("NULLIF(ci, 'a')"),
            "CASE WHEN ci public.= 'a'::public.citext THEN NULL::public.citext ELSE ci END");
  EXPECT_EQ(Printed("ci IS DISTINCT FROM other"),
            "CASE WHEN ci IS NULL THEN other IS NOT NULL WHEN other IS NULL THEN true "
            "ELSE NOT (ci public.= other) END");
  EXPECT_EQ(Printed("ci = ANY (ARRAY['a'::citext])"),
            "ci OPERATOR(public.=) ANY (ARRAY['a'::public.citext])");
  EXPECT_EQ(Printed("CASE ci WHEN 'a' THEN 1 ELSE 2 END"),
            "CASE WHEN ci public.= 'a'::public.citext THEN 1 ELSE 2 END");
  EXPECT_EQ(Printed("(ci, a) = ('x', 1)"), "(ci public.= 'x'::public.citext) AND (a = 1)");
}

TEST_F(Expressions, BuiltinSyntaxStays) {
  EXPECT_EQ(Printed("a IN (1, 2)"), "a IN (1, 2)");
  EXPECT_EQ(Printed("a NOT BETWEEN 1 AND 2"), "a NOT BETWEEN 1 AND 2");
  EXPECT_EQ(Printed("t NOT LIKE 'a%'"), "t NOT LIKE 'a%'::text");
  EXPECT_EQ(Printed("NULLIF(a, 0)"), "NULLIF(a, 0)");
  EXPECT_EQ(Printed("a IS DISTINCT FROM b"), "a IS DISTINCT FROM b");
  EXPECT_EQ(Printed("CASE a WHEN 1 THEN 'x' END"), "CASE a WHEN 1 THEN 'x'::text END");
  EXPECT_EQ(Printed("extract(year from d)"), "pg_catalog.\"extract\"('year'::text, d)");
  EXPECT_EQ(Printed("arr[1]"), "(arr)[1]");
  EXPECT_EQ(Printed("j ->> 'x'"), "j ->> 'x'::text");
  EXPECT_EQ(Printed("t COLLATE \"C\""), "t COLLATE pg_catalog.\"C\"");
}

TEST_F(Expressions, FunctionsOutsidePgCatalogGetTheirArgumentsAsDeclared) {
  EXPECT_EQ(Printed("s.f(a)"), "s.f(CAST(a AS numeric))");
}

TEST_F(Expressions, Nullability) {
  EXPECT_FALSE(Expression("a")->props.nullable);
  EXPECT_TRUE(Expression("b")->props.nullable);
  EXPECT_FALSE(Expression("a + n")->props.nullable);
  EXPECT_TRUE(Expression("a + b")->props.nullable);
  EXPECT_FALSE(Expression("coalesce(b, 0)")->props.nullable);
  EXPECT_FALSE(Expression("b IS NULL")->props.nullable);
  EXPECT_TRUE(Expression("NULLIF(a, 0)")->props.nullable);
  EXPECT_TRUE(Expression("CASE WHEN ok THEN a END")->props.nullable);
  EXPECT_FALSE(Expression("CASE WHEN ok THEN a ELSE 0 END")->props.nullable);
  EXPECT_TRUE(Expression("j -> 'x'")->props.nullable);
  EXPECT_FALSE(Expression("a::text")->props.nullable);
}

TEST_F(Expressions, OnlyTotalExpressionsNeverRaise) {
  for (const char* total : {"a", "1", "a = b", "t || 'x'", "a IS NULL", "ok AND a > 1",
                            "coalesce(b, 0)", "CASE WHEN ok THEN a ELSE b END", "a::bigint",
                            "a::text", "lower(t)", "a IN (1, 2)", "d < ts", "j -> 'x'"}) {
    EXPECT_FALSE(Expression(total)->props.may_raise) << total;
  }
  for (const char* raising : {"a + 1", "a / b", "n * 2", "t::integer", "s.f(n)", "a::smallint",
                              "f::integer", "coalesce(a / b, 0)", "sqrt(f)", "t ~ t"}) {
    EXPECT_TRUE(Expression(raising)->props.may_raise) << raising;
  }
}

TEST_F(Expressions, ScaleAndInfinityOfNumericResults) {
  auto scale = [&](const char* text) {
    return Expression(text)->props.type.fixed_scale.value_or(-1);
  };
  EXPECT_EQ(scale("n"), 2);
  EXPECT_EQ(scale("a"), 0);
  EXPECT_EQ(scale("n + 1"), 2);
  EXPECT_EQ(scale("n * n"), 4);
  EXPECT_EQ(scale("n * 1.125"), 5);
  EXPECT_EQ(scale("n - a * n"), 2);
  EXPECT_EQ(scale("n / 2"), -1);
  EXPECT_EQ(scale("u + 1"), -1);
  EXPECT_EQ(scale("-n"), 2);
  EXPECT_EQ(scale("a::numeric"), 0);
  EXPECT_EQ(scale("u::numeric(8,3)"), 3);
  EXPECT_EQ(scale("coalesce(n, 0.00)"), 2);
  EXPECT_EQ(scale("coalesce(n, 0)"), -1);
  EXPECT_EQ(scale("CASE WHEN ok THEN n END"), 2);
  EXPECT_EQ(scale("CASE WHEN ok THEN n ELSE 1 END"), -1);
  EXPECT_FALSE(Expression("n * n")->props.type.may_be_infinite);
  EXPECT_TRUE(Expression("u * n")->props.type.may_be_infinite);
  EXPECT_TRUE(Expression("f::numeric")->props.type.may_be_infinite);
}

TEST_F(Expressions, WidthOfIndexEntries) {
  auto bytes = [&](const char* text) { return Expression(text)->props.type.max_bytes.value_or(0); };
  EXPECT_EQ(bytes("a"), 4u);
  EXPECT_EQ(bytes("v"), 44u);
  EXPECT_EQ(bytes("t"), 0u);
  EXPECT_EQ(bytes("u"), 0u);
  EXPECT_GT(bytes("n"), 0u);
  EXPECT_EQ(bytes("short"), 164u);
  EXPECT_EQ(bytes("e"), 104u);
  EXPECT_EQ(bytes("CASE WHEN ok THEN 'small' ELSE 'large' END"), 9u);
}

TEST_F(Expressions, EqualityIsIdentityOnlyWhereItIs) {
  for (const char* same : {"a", "n", "t", "v", "d", "ok", "t COLLATE \"C\""}) {
    EXPECT_TRUE(Expression(same)->props.type.equality_is_identity) << same;
  }
  for (const char* other : {"u", "f", "ci", "j", "arr"}) {
    EXPECT_FALSE(Expression(other)->props.type.equality_is_identity) << other;
  }
}

TEST_F(Expressions, CollationsOfClausesAndColumns) {
  EXPECT_EQ(Expression("t COLLATE \"C\" || t")->props.collation_name, "C");
  EXPECT_EQ(Expression("upper(t)")->props.collation_name, "");
  ir::RelPtr rel = Query("SELECT x || 'y' AS z FROM (SELECT t COLLATE \"C\" AS x FROM t) q");
  EXPECT_FALSE(rel->outputs[0].props.collation_explicit);
  EXPECT_EQ(rel->outputs[0].props.collation_name, "C");
}

TEST_F(Expressions, DefaultEqualityIsMarked) {
  EXPECT_TRUE(Expression("a = b")->As<ir::OperatorCall>()->is_default_equality);
  EXPECT_TRUE(Expression("ci = other")->As<ir::OperatorCall>()->is_default_equality);
  EXPECT_FALSE(Expression("a = n")->As<ir::OperatorCall>()->is_default_equality);
  EXPECT_FALSE(Expression("a < b")->As<ir::OperatorCall>()->is_default_equality);
}

class UnknownExtension : public AnalyzeTest {
 protected:
  UnknownExtension() {
    Schema(R"(
      CREATE SCHEMA gis;
      CREATE EXTENSION no_such_extension SCHEMA gis;
      CREATE TABLE t (a integer, t text);
    )");
  }
};

TEST_F(UnknownExtension, ItsFunctionsStayOpaque) {
  ir::ExprPtr call = Expression("st_length(a, 'x')");
  EXPECT_EQ(ir::Print(call).substr(0, 14), "gis.st_length(");
  EXPECT_FALSE(call->props.type.known);
  EXPECT_TRUE(call->props.may_raise);
}

}  // namespace
}  // namespace tricklec::analyze
