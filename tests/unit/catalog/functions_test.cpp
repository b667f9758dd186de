#include "fixture.h"

namespace tricklec::catalog {
namespace {

using FunctionsTest = CatalogTest;

TEST_F(FunctionsTest, BuiltinsOfEveryVersion) {
  for (int version = Catalog::kFirstVersion; version <= Catalog::kLastVersion; ++version) {
    Catalog catalog(version);
    SCOPED_TRACE(version);
    std::vector<const Function*> sums = catalog.FindFunctions("", "sum", catalog.search_path());
    EXPECT_EQ(sums.size(), 8u);
    for (const Function* sum : sums) {
      EXPECT_EQ(sum->kind, FunctionKind::Aggregate);
      EXPECT_EQ(sum->schema, "pg_catalog");
    }
    const Operator* plus = catalog.FindOperator("", "+", types::kInt4, types::kInt4, {});
    ASSERT_NE(plus, nullptr);
    EXPECT_EQ(plus->result, types::kInt4);
    EXPECT_EQ(catalog.GetFunction(plus->function).name, "int4pl");
    const Operator* equal = catalog.FindOperator("", "=", types::kText, types::kText, {});
    ASSERT_NE(equal, nullptr);
    EXPECT_EQ(catalog.GetOperator(equal->negator).name, "<>");
    EXPECT_EQ(equal->commutator, equal->id);
    EXPECT_TRUE(equal->hashes);
    // any_value came with 16, bytea's min with 18.
    EXPECT_EQ(catalog.FindFunctions("", "any_value", {}).size(), version >= 16 ? 1u : 0u);
    auto min_of_bytea = [&] {
      for (const Function* min : catalog.FindFunctions("pg_catalog", "min", {})) {
        if (min->args == std::vector<TypeId>{types::kBytea}) return true;
      }
      return false;
    };
    EXPECT_EQ(min_of_bytea(), version >= 18);
  }
}

TEST_F(FunctionsTest, BuiltinDetails) {
  const Function& now = *catalog_.FindFunctions("", "now", {})[0];
  EXPECT_EQ(now.volatility, Volatility::Stable);
  const Function& percentile = *catalog_.FindFunctions("", "percentile_disc", {})[0];
  EXPECT_EQ(percentile.aggregate_kind, AggregateKind::OrderedSet);
  EXPECT_EQ(percentile.direct_args, 1);
  const Function& concat = *catalog_.FindFunctions("", "concat", {})[0];
  EXPECT_EQ(concat.variadic_element, types::kAny);
  const Function& each = *catalog_.FindFunctions("", "jsonb_each", {})[0];
  EXPECT_TRUE(each.returns_set);
  ASSERT_EQ(each.out_columns.size(), 2u);
  EXPECT_EQ(each.out_columns[1].name, "value");
  EXPECT_EQ(each.out_columns[1].type.type, types::kJsonb);
  const Function& make_date = *catalog_.FindFunctions("", "make_date", {})[0];
  EXPECT_EQ(make_date.arg_names, (std::vector<std::string>{"year", "month", "day"}));
  EXPECT_EQ(catalog_.FindFunctions("", "row_number", {})[0]->kind, FunctionKind::Window);
}

TEST_F(FunctionsTest, CreateFunction) {
  LoadCleanly(R"(
    CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int IMMUTABLE STRICT LANGUAGE sql
      AS 'SELECT a + b';
    CREATE FUNCTION pair(IN x int, OUT a int, OUT b text) LANGUAGE sql AS 'SELECT 1, ''''';
    CREATE FUNCTION rows(int) RETURNS TABLE (a int, b text) STABLE LANGUAGE sql AS 'SELECT 1, $$$$';
    CREATE FUNCTION many(VARIADIC numeric[]) RETURNS SETOF numeric LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS 'BEGIN END';
    CREATE FUNCTION atomic(a int) RETURNS int BEGIN ATOMIC SELECT a; SELECT a + 1; END;
    CREATE OR REPLACE FUNCTION add(a int, b int DEFAULT 1) RETURNS int STABLE LANGUAGE sql
      AS 'SELECT a + b';
    ALTER FUNCTION rows(int) IMMUTABLE;
    CREATE AGGREGATE longest(text) (sfunc = text_larger, stype = text);
    CREATE AGGREGATE mean(int) (sfunc = int4_avg_accum, stype = bigint[], finalfunc = int8_avg);
  )");
  auto one = [&](const std::string& name) {
    std::vector<const Function*> found = catalog_.FindFunctions("public", name, {});
    if (found.size() != 1) throw std::runtime_error("not one function " + name);
    return *found[0];
  };
  EXPECT_EQ(one("add").default_count, 1);
  EXPECT_EQ(one("add").volatility, Volatility::Stable);
  EXPECT_FALSE(one("add").strict);
  EXPECT_EQ(one("pair").returns, types::kRecord);
  EXPECT_EQ(one("pair").args.size(), 1u);
  EXPECT_EQ(one("rows").out_columns.size(), 2u);
  EXPECT_TRUE(one("rows").returns_set);
  EXPECT_EQ(one("rows").volatility, Volatility::Immutable);
  EXPECT_EQ(one("many").variadic_element, types::kNumeric);
  EXPECT_EQ(one("p").kind, FunctionKind::Procedure);
  EXPECT_EQ(one("atomic").returns, types::kInt4);
  EXPECT_EQ(one("longest").kind, FunctionKind::Aggregate);
  EXPECT_EQ(one("longest").returns, types::kText);
  EXPECT_EQ(one("mean").returns, types::kNumeric);
  LoadCleanly(
      "DROP FUNCTION add(int, int); DROP AGGREGATE longest(text); ALTER FUNCTION pair "
      "RENAME TO couple;");
  EXPECT_TRUE(catalog_.FindFunctions("public", "add", {}).empty());
  EXPECT_TRUE(catalog_.FindFunctions("public", "longest", {}).empty());
  EXPECT_EQ(one("couple").name, "couple");
}

TEST_F(FunctionsTest, EarlierSchemasHideEqualSignatures) {
  LoadCleanly(R"(
    CREATE SCHEMA app;
    CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION public.f(int) RETURNS int LANGUAGE sql AS 'SELECT 2';
    CREATE FUNCTION public.f(text) RETURNS int LANGUAGE sql AS 'SELECT 3';
    CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
  )");
  std::vector<const Function*> found = catalog_.FindFunctions("", "f", {{"app", "public"}});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0]->schema, "app");
  EXPECT_EQ(found[1]->args, std::vector<TypeId>{types::kText});
  for (const Function* lower : catalog_.FindFunctions("", "lower", {{"public"}})) {
    EXPECT_EQ(lower->schema, "pg_catalog");
  }
  bool own_first = false;
  for (const Function* lower : catalog_.FindFunctions("", "lower", {{"public", "pg_catalog"}})) {
    own_first = own_first || lower->schema == "public";
  }
  EXPECT_TRUE(own_first);
}

TEST_F(FunctionsTest, OperatorsCastsAndClasses) {
  LoadCleanly(R"(
    CREATE TYPE c AS (r float8, i float8);
    CREATE FUNCTION c_eq(c, c) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
    CREATE FUNCTION to_c(float8) RETURNS c IMMUTABLE LANGUAGE sql AS 'SELECT NULL';
    CREATE OPERATOR === (leftarg = c, rightarg = c, function = c_eq, commutator = ===, hashes);
    CREATE CAST (float8 AS c) WITH FUNCTION to_c(float8) AS ASSIGNMENT;
    CREATE TYPE mine;
    CREATE FUNCTION mine_in(cstring) RETURNS mine IMMUTABLE LANGUAGE internal AS 'int4in';
    CREATE TYPE mine (input = mine_in, output = mine_out, like = int4, category = 'N');
    CREATE FUNCTION mine_eq(mine, mine) RETURNS boolean IMMUTABLE LANGUAGE internal AS 'int4eq';
    CREATE OPERATOR = (leftarg = mine, rightarg = mine, function = mine_eq);
    CREATE OPERATOR CLASS mine_ops DEFAULT FOR TYPE mine USING hash AS OPERATOR 1 =;
  )");
  TypeId complex = TypeNamed("c");
  const Operator* equal = catalog_.FindOperator("", "===", complex, complex, {{"public"}});
  ASSERT_NE(equal, nullptr);
  EXPECT_EQ(equal->result, types::kBool);
  EXPECT_EQ(equal->commutator, equal->id);
  EXPECT_TRUE(equal->hashes);
  EXPECT_EQ(catalog_.FindCoercion(types::kFloat8, complex, CastContext::Assignment).kind,
            CoercionKind::Function);
  EXPECT_FALSE(catalog_.FindCoercion(types::kFloat8, complex, CastContext::Implicit));
  Equality mine = catalog_.EqualityOf(TypeNamed("mine"));
  EXPECT_TRUE(mine.has_hash);
  EXPECT_FALSE(mine.has_btree);
  EXPECT_EQ(catalog_.GetType(TypeNamed("mine")).length, 4);
  LoadCleanly("DROP OPERATOR === (c, c); DROP CAST (float8 AS c);");
  EXPECT_EQ(catalog_.FindOperator("", "===", complex, complex, {{"public"}}), nullptr);
  EXPECT_EQ(catalog_.FindCast(types::kFloat8, complex), nullptr);
}

}  // namespace
}  // namespace tricklec::catalog
