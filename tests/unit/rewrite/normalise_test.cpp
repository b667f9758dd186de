#include "tricklec/rewrite/normalise.h"

#include <gtest/gtest.h>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/print.h"
#include "tricklec/rewrite/block.h"

namespace tricklec::rewrite {
namespace {

using ir::ExprPtr;
using ir::RelPtr;

ir::Properties Of(ir::Type type, bool may_raise = false) {
  ir::Properties props;
  props.type = std::move(type);
  props.may_raise = may_raise;
  return props;
}

ExprPtr Number(const std::string& sql) {
  return ir::MakeExpr(Of(ir::Bigint()), {}, ir::Constant{sql});
}
ExprPtr Op(const std::string& name, ExprPtr a, ExprPtr b) {
  bool divides = name == "/";
  return ir::MakeExpr(Of(name == ">" ? ir::Boolean() : ir::Bigint(), divides), {},
                      ir::OperatorCall{{"pg_catalog", name}, {std::move(a), std::move(b)}});
}
ExprPtr Out(const RelPtr& rel, size_t i) { return ir::Ref(rel->outputs[i]); }

class Normalising : public ::testing::Test {
 protected:
  // public.t(id primary key, x, y)
  RelPtr Table(bool with_key = true, const std::string& alias = "t") {
    auto table = std::make_shared<ir::SourceTable>();
    table->name = {"public", "t"};
    for (const char* name : {"id", "x", "y"}) {
      ir::SourceColumn column;
      column.name = name;
      column.type = ir::Bigint();
      table->columns.push_back(column);
    }
    if (with_key) table->keys.push_back({"t_pkey", {0}, true, false});
    return ir::MakeScan(table, alias, {0, 1, 2}, {Id(), Id(), Id()}, {});
  }
  ir::ColumnId Id() { return ids_->Next(); }
  ir::ProjectColumn Column(const std::string& name, ExprPtr expr) {
    return {Id(), name, std::move(expr)};
  }
  ir::AggregateColumn Count() {
    ir::AggregateCall call;
    call.kind = ir::AggregateKind::CountRows;
    call.function = {"pg_catalog", "count"};
    return {Id(), "n", call, Of(ir::Bigint()), {}};
  }
  // GROUP BY one key, with count(*); the key has the lower id.
  RelPtr Groups(const RelPtr& input, ExprPtr key) {
    ir::ProjectColumn column = Column("k", std::move(key));
    ir::AggregateColumn count = Count();
    return ir::MakeAggregate(input, true, {column}, {count});
  }
  std::string Normal(const RelPtr& query) {
    ir::Definition definition;
    definition.query = query;
    definition.ids = ids_;
    Options options;
    options.verify_each = true;
    result_ = Normalise(definition, options).query;
    EXPECT_EQ(query->outputs.size(), result_->outputs.size());
    for (size_t i = 0; i < query->outputs.size(); ++i) {
      EXPECT_EQ(query->outputs[i].id, result_->outputs[i].id);
      EXPECT_EQ(query->outputs[i].name, result_->outputs[i].name);
    }
    return ir::Print(result_);
  }

  std::shared_ptr<ir::ColumnIds> ids_ = std::make_shared<ir::ColumnIds>();
  RelPtr result_;
};

TEST_F(Normalising, NestedProjectionsBecomeOneAndUnreadColumnsGo) {
  RelPtr scan = Table();
  RelPtr inner = ir::MakeProject(scan, {Column("a", Op("+", Out(scan, 1), Number("1"))),
                                        Column("unread", Op("/", Out(scan, 1), Out(scan, 2)))});
  RelPtr outer = ir::MakeProject(inner, {Column("b", Op("*", Out(inner, 0), Number("2")))});
  EXPECT_EQ(Normal(outer),
            "project [b#6 := (x#2 + 1) * 2]\n"
            "  scan public.t as t [x#2]\n");
}

TEST_F(Normalising, FiltersPassProjectionsAndKeepTheOrderOfConditions) {
  RelPtr scan = Table();
  RelPtr first = ir::MakeFilter(scan, Op(">", Out(scan, 2), Number("0")));
  RelPtr project = ir::MakeProject(first, {Column("q", Op("/", Out(scan, 1), Out(scan, 2)))});
  RelPtr query = ir::MakeFilter(project, Op(">", Out(project, 0), Number("3")));
  EXPECT_EQ(Normal(query),
            "project [q#4 := x#2 / y#3]\n"
            "  filter (y#3 > 0) AND ((x#2 / y#3) > 3)\n"
            "    scan public.t as t [x#2, y#3]\n");
  const auto* filter = result_->As<ir::Project>()->input->As<ir::Filter>();
  EXPECT_TRUE(filter->predicate->props.may_raise) << "the division moved into the condition";
}

TEST_F(Normalising, AConditionOnGroupKeysBecomesOneOnRows) {
  RelPtr scan = Table();
  RelPtr groups = Groups(scan, Out(scan, 1));
  RelPtr query =
      ir::MakeFilter(groups, ir::MakeExpr(Of(ir::Boolean()), {},
                                          ir::Logical{ir::LogicalKind::And,
                                                      {Op(">", Out(groups, 0), Number("5")),
                                                       Op(">", Out(groups, 1), Number("1"))}}));
  EXPECT_EQ(Normal(query),
            "filter n#5 > 1\n"
            "  aggregate by [k#4 := x#2] compute [n#5 := count(*)]\n"
            "    filter x#2 > 5\n"
            "      scan public.t as t [x#2]\n");
}

TEST_F(Normalising, AConditionOnKeysWhoseEqualValuesDifferStaysAbove) {
  RelPtr scan = Table();
  ir::Type numeric = ir::Bigint();
  numeric.sql = "numeric";
  numeric.equality_is_identity = false;
  ExprPtr key = ir::MakeExpr(Of(numeric), {}, ir::Cast{Out(scan, 1)});
  RelPtr groups = Groups(scan, key);
  std::string text = Normal(ir::MakeFilter(groups, Op(">", Out(groups, 0), Number("5"))));
  EXPECT_TRUE(text.starts_with("filter k#4 > 5\n")) << text;
}

TEST_F(Normalising, AConditionAboveAnAggregateWithoutGroupByStays) {
  RelPtr scan = Table();
  RelPtr groups = ir::MakeAggregate(scan, false, {}, {Count()});
  std::string text = Normal(ir::MakeFilter(groups, Op(">", Out(groups, 0), Number("5"))));
  EXPECT_TRUE(text.starts_with("filter n#4 > 5\n")) << text;
}

TEST_F(Normalising, DistinctIsGroupingByAllColumns) {
  RelPtr scan = Table();
  RelPtr project = ir::MakeProject(scan, {Column("a", Out(scan, 1)), Column("b", Out(scan, 2))});
  EXPECT_EQ(Normal(ir::MakeDistinct(project)),
            "aggregate by [a#4 := x#2, b#5 := y#3] compute []\n"
            "  scan public.t as t [x#2, y#3]\n");
}

TEST_F(Normalising, DistinctOverThePrimaryKeyOrAllGroupKeysIsNothing) {
  RelPtr scan = Table();
  RelPtr keyed = ir::MakeProject(scan, {Column("a", Out(scan, 1)), Column("i", Out(scan, 0))});
  EXPECT_EQ(Normal(ir::MakeDistinct(keyed)),
            "project [a#4 := x#2, i#5 := id#1]\n"
            "  scan public.t as t [id#1, x#2]\n");
  RelPtr groups = Groups(scan, Out(scan, 1));
  RelPtr all = ir::MakeProject(groups, {Column("n", Out(groups, 1)), Column("k", Out(groups, 0))});
  EXPECT_TRUE(Normal(ir::MakeDistinct(all)).starts_with("project ["));
  RelPtr counts = ir::MakeProject(groups, {Column("n", Out(groups, 1))});
  EXPECT_TRUE(Normal(ir::MakeDistinct(counts)).starts_with("aggregate by ["));
}

TEST_F(Normalising, DistinctOverAnUnkeyedTableStays) {
  RelPtr scan = Table(false);
  RelPtr project = ir::MakeProject(scan, {Column("i", Out(scan, 0))});
  EXPECT_TRUE(Normal(ir::MakeDistinct(project)).starts_with("aggregate by ["));
}

TEST_F(Normalising, AggregatesReadThroughProjections) {
  RelPtr scan = Table();
  RelPtr inner = ir::MakeProject(scan, {Column("a", Op("+", Out(scan, 1), Number("1")))});
  EXPECT_EQ(Normal(Groups(inner, Out(inner, 0))),
            "aggregate by [k#5 := x#2 + 1] compute [n#6 := count(*)]\n"
            "  scan public.t as t [x#2]\n");
}

TEST_F(Normalising, JoinsAreLeftDeepInTheOrderOfFrom) {
  RelPtr t = Table(), u = Table(true, "u"), v = Table(true, "v");
  RelPtr inner = ir::MakeJoin(u, v, Op(">", Out(u, 0), Out(v, 0)));
  RelPtr outer = ir::MakeJoin(t, inner, Op(">", Out(t, 0), Out(u, 1)));
  RelPtr filter = ir::MakeFilter(outer, Op(">", Out(v, 2), Number("7")));
  EXPECT_EQ(Normal(ir::MakeProject(filter, {Column("x", Out(t, 1))})),
            "project [x#10 := x#2]\n"
            "  join on id#4 > id#7\n"
            "    join on id#1 > x#5\n"
            "      scan public.t as t [id#1, x#2]\n"
            "      scan public.t as u [id#4, x#5]\n"
            "    filter y#9 > 7\n"
            "      scan public.t as v [id#7, y#9]\n");
}

TEST_F(Normalising, WhatMayRaiseStaysAboveJoinsBehindTheRest) {
  RelPtr t = Table(), u = Table(true, "u");
  ExprPtr raises = Op(">", Op("/", Number("1"), Out(t, 1)), Number("0"));
  ir::Expr marked = *raises;
  marked.props.may_raise = true;
  raises = std::make_shared<const ir::Expr>(marked);
  RelPtr join = ir::MakeJoin(t, u, raises);
  RelPtr filter = ir::MakeFilter(join, Op(">", Out(t, 1), Number("0")));
  EXPECT_EQ(Normal(ir::MakeProject(filter, {Column("a", Out(u, 0))})),
            "project [a#7 := id#4]\n"
            "  filter (1 / x#2) > 0\n"
            "    cross join\n"
            "      filter x#2 > 0\n"
            "        scan public.t as t [x#2]\n"
            "      scan public.t as u [id#4]\n");
}

TEST_F(Normalising, ProjectionsBelowJoinsMoveAboveThem) {
  RelPtr t = Table(), u = Table(true, "u");
  RelPtr sums = ir::MakeProject(t, {Column("s", Op("+", Out(t, 1), Out(t, 2)))});
  RelPtr join = ir::MakeJoin(sums, u, Op(">", Out(sums, 0), Out(u, 0)));
  EXPECT_EQ(Normal(join),
            "project [s#7 := x#2 + y#3, id#4, x#5, y#6]\n"
            "  join on (x#2 + y#3) > id#4\n"
            "    scan public.t as t [x#2, y#3]\n"
            "    scan public.t as u [id#4, x#5, y#6]\n");
}

TEST_F(Normalising, DistinctRowsOfEverySideAreDistinctRowsOfTheJoin) {
  RelPtr t = Table(), u = Table(true, "u");
  RelPtr join = ir::MakeJoin(t, u, nullptr);
  RelPtr both = ir::MakeProject(join, {Column("a", Out(t, 0)), Column("b", Out(u, 0))});
  EXPECT_TRUE(Normal(ir::MakeDistinct(both)).starts_with("project ["));
  RelPtr one = ir::MakeProject(join, {Column("a", Out(t, 0)), Column("b", Out(u, 1))});
  EXPECT_TRUE(Normal(ir::MakeDistinct(one)).starts_with("aggregate by ["));
}

TEST_F(Normalising, UnionsAreFlatAndEndInWhatTheyCompute) {
  RelPtr t = Table(), u = Table(true, "u"), v = Table(true, "v");
  RelPtr inner = ir::MakeUnionAll({u, v}, {Id(), Id(), Id()});
  RelPtr outer = ir::MakeUnionAll({t, inner}, {Id(), Id(), Id()});
  RelPtr filter = ir::MakeFilter(outer, Op(">", Out(outer, 1), Number("3")));
  EXPECT_EQ(Normal(ir::MakeProject(filter, {Column("k", Op("+", Out(outer, 0), Number("1")))})),
            "union all [k#16 := #17 | #18 | #19]\n"
            "  project [k#17 := id#1 + 1]\n"
            "    filter x#2 > 3\n"
            "      scan public.t as t [id#1, x#2]\n"
            "  project [k#18 := id#4 + 1]\n"
            "    filter x#5 > 3\n"
            "      scan public.t as u [id#4, x#5]\n"
            "  project [k#19 := id#7 + 1]\n"
            "    filter x#8 > 3\n"
            "      scan public.t as v [id#7, x#8]\n");
}

TEST_F(Normalising, ABlockIsItsInputsConditionsAndColumns) {
  RelPtr t = Table(), u = Table(true, "u");
  RelPtr groups = Groups(u, Out(u, 1));
  RelPtr having = ir::MakeFilter(groups, Op(">", Out(groups, 1), Number("2")));
  RelPtr join = ir::MakeJoin(t, having, Op(">", Out(t, 0), Out(groups, 0)));
  RelPtr filter = ir::MakeFilter(join, Op(">", Out(t, 1), Number("5")));
  std::string text = Normal(ir::MakeProject(filter, {Column("n", Out(groups, 1))}));
  Block block = MatchBlock(result_);
  ASSERT_EQ(block.inputs.size(), 2u);
  EXPECT_NE(block.inputs[0]->As<ir::Scan>(), nullptr);
  EXPECT_NE(block.inputs[1]->As<ir::Aggregate>(), nullptr);
  EXPECT_EQ(block.conjuncts.size(), 3u);
  EXPECT_EQ(block.columns.size(), 1u);
  EXPECT_EQ(ir::Print(MakeBlock(block)), text);
}

TEST_F(Normalising, ABlockOfOneInputHasNoJoin) {
  RelPtr t = Table();
  Block block = MatchBlock(ir::MakeFilter(t, Op(">", Out(t, 1), Number("5"))));
  EXPECT_EQ(block.inputs, std::vector<RelPtr>{t});
  EXPECT_EQ(block.columns.size(), 3u);
  EXPECT_EQ(ir::Print(MakeBlock(block)),
            "project [id#1, x#2, y#3]\n"
            "  filter x#2 > 5\n"
            "    scan public.t as t [id#1, x#2, y#3]\n");
}

}  // namespace
}  // namespace tricklec::rewrite
