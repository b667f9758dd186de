#include <gtest/gtest.h>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/print.h"
#include "tricklec/ir/template_text.h"
#include "tricklec/ir/verify.h"

namespace tricklec::ir {
namespace {

Properties Of(Type type, bool nullable = true) {
  Properties props;
  props.type = std::move(type);
  props.nullable = nullable;
  return props;
}

RelPtr Orders(const std::string& alias = "o", ColumnId first = 1) {
  auto table = std::make_shared<SourceTable>();
  table->name = {"public", "orders"};
  table->columns = {{"id", Bigint(), "", "", true, "orders_pkey"},
                    {"paid", Boolean(), "", "", false, ""}};
  return MakeScan(table, alias, {0, 1}, {first, first + 1}, {});
}

ExprPtr Literal(std::string sql, Type type) {
  return MakeExpr(Of(std::move(type), false), {}, Constant{std::move(sql)});
}

ExprPtr Plus(ExprPtr a, ExprPtr b) {
  return MakeExpr(Of(Bigint()), {},
                  OperatorCall{{"pg_catalog", "+"}, {std::move(a), std::move(b)}});
}

RelPtr Sample() {
  RelPtr scan = Orders();
  RelPtr filter = MakeFilter(scan, Ref(scan->outputs[1]));
  AggregateCall call;
  call.kind = AggregateKind::CountRows;
  call.function = {"pg_catalog", "count"};
  AggregateColumn count{4, "n", call, Of(Bigint(), false), {}};
  return MakeAggregate(filter, true,
                       {{3, "k", Plus(Ref(scan->outputs[0]), Literal("1", Bigint()))}}, {count});
}

TEST(Print, ATree) {
  EXPECT_EQ(Print(Sample()),
            "aggregate by [k#3 := id#1 + 1] compute [n#4 := count(*)]\n"
            "  filter paid#2\n"
            "    scan public.orders as o [id#1, paid#2]\n");
  EXPECT_EQ(Verify(Sample()), std::nullopt);
}

TEST(Rel, OutputsCarryNullability) {
  RelPtr scan = Orders();
  EXPECT_FALSE(scan->outputs[0].props.nullable);
  EXPECT_TRUE(scan->outputs[1].props.nullable);
  EXPECT_FALSE(Ref(scan->outputs[0])->props.may_raise);
}

TEST(Rel, DeltaScanEndsInTheWeight) {
  RelPtr delta = MakeDeltaScan(Orders(), 9);
  EXPECT_EQ(Print(delta), "delta of public.orders as o [id#1, paid#2, weight#9]\n");
  EXPECT_EQ(Verify(delta), std::nullopt);
}

TEST(Rel, OldScanKeepsTheColumns) {
  RelPtr old = WithState(Orders(), SourceState::Old);
  EXPECT_EQ(Print(old), "old public.orders as o [id#1, paid#2]\n");
  EXPECT_EQ(Verify(old), std::nullopt);
}

TEST(Rel, JoinHasTheColumnsOfBothSides) {
  RelPtr left = Orders("o", 1), right = Orders("p", 3);
  RelPtr join = MakeJoin(left, right, Ref(right->outputs[1]));
  EXPECT_EQ(Print(join),
            "join on paid#4\n"
            "  scan public.orders as o [id#1, paid#2]\n"
            "  scan public.orders as p [id#3, paid#4]\n");
  EXPECT_EQ(Verify(join), std::nullopt);
  EXPECT_EQ(join->outputs.size(), 4U);
  EXPECT_FALSE(join->outputs[2].props.nullable);

  RelPtr cross = MakeJoin(left, right, nullptr);
  EXPECT_TRUE(Print(cross).starts_with("cross join\n"));
  EXPECT_EQ(Verify(cross), std::nullopt);
  EXPECT_EQ(Print(WithInputs(join, InputsOf(*join))), Print(join));
}

TEST(Rel, UnionKnowsOnlyWhatAllInputsKnow) {
  RelPtr left = Orders("o", 1), right = Orders("p", 3);
  RelPtr keys = MakeProject(left, {{5, "id", Ref(left->outputs[0])}});
  ExprPtr maybe = MakeExpr(Of(Bigint(), true), {}, Constant{"NULL::bigint", true});
  RelPtr nulls = MakeProject(right, {{6, "x", maybe}});
  RelPtr all = MakeUnionAll({keys, nulls}, {7});
  EXPECT_EQ(Print(all),
            "union all [id#7 := #5 | #6]\n"
            "  project [id#5 := id#1]\n"
            "    scan public.orders as o [id#1, paid#2]\n"
            "  project [x#6 := NULL::bigint]\n"
            "    scan public.orders as p [id#3, paid#4]\n");
  EXPECT_EQ(Verify(all), std::nullopt);
  EXPECT_TRUE(all->outputs[0].props.nullable);
  EXPECT_FALSE(MakeUnionAll({keys}, {7})->outputs[0].props.nullable);
  EXPECT_EQ(Print(WithInputs(all, InputsOf(*all))), Print(all));
}

TEST(Verify, FindsWhatIsWrongAboutJoinsAndUnions) {
  RelPtr left = Orders("o", 1), right = Orders("p", 3);
  EXPECT_EQ(*Verify(MakeJoin(left, Orders("o", 3), nullptr)), "alias o is used twice");
  EXPECT_EQ(*Verify(MakeJoin(left, Orders("p", 1), nullptr)), "id 1 is defined twice");
  EXPECT_EQ(*Verify(MakeJoin(left, right, Ref(left->outputs[0]))),
            "predicate id#1 is bigint, not boolean");
  auto stray = MakeExpr(Of(Boolean()), {}, ColumnRef{77, "x"});
  EXPECT_EQ(*Verify(MakeJoin(left, right, stray)), "column x#77 is not in the input");
  RelPtr swapped =
      MakeProject(right, {{5, "paid", Ref(right->outputs[1])}, {6, "id", Ref(right->outputs[0])}});
  EXPECT_EQ(*Verify(MakeUnionAll({left, swapped}, {7, 8})),
            "column id#7 of a union is bigint and boolean");
  EXPECT_EQ(*Verify(MakeUnionAll({left, right}, {1, 8})), "id 1 is defined twice");
}

TEST(Verify, FindsWhatIsWrong) {
  RelPtr scan = Orders();
  auto stray = MakeExpr(Of(Boolean()), {}, ColumnRef{77, "x"});
  EXPECT_EQ(*Verify(MakeFilter(scan, stray)), "column x#77 is not in the input");
  EXPECT_EQ(*Verify(MakeFilter(scan, Ref(scan->outputs[0]))),
            "predicate id#1 is bigint, not boolean");
  EXPECT_EQ(
      *Verify(MakeProject(scan, {{2, "y", Plus(Ref(scan->outputs[0]), Ref(scan->outputs[0]))}})),
      "id 2 is defined twice");
  auto text = MakeExpr(Of(Boolean()), {}, Template{"f($2)", {Ref(scan->outputs[0])}, true});
  EXPECT_EQ(*Verify(MakeFilter(scan, text)), "template `f($2)` has 1 arguments");
}

TEST(Verify, AProjectedColumnMayKeepItsId) {
  RelPtr scan = Orders();
  EXPECT_EQ(Verify(MakeProject(scan, {{2, "paid", Ref(scan->outputs[1])}})), std::nullopt);
}

TEST(Expr, ReplaceColumnsSharesWhatDoesNotChange) {
  RelPtr scan = Orders();
  ExprPtr sum = Plus(Ref(scan->outputs[0]), Literal("1", Bigint()));
  auto none = ReplaceColumns(sum, [](ColumnId) { return ExprPtr(); });
  EXPECT_EQ(none, sum);
  auto other = ReplaceColumns(sum, [&](ColumnId) { return Literal("5", Bigint()); });
  EXPECT_EQ(Print(other), "5 + 1");
  EXPECT_FALSE(SameExpr(sum, other));
  EXPECT_TRUE(SameExpr(sum, Plus(Ref(scan->outputs[0]), Literal("1", Bigint()))));
}

TEST(Expr, CaseWithAndWithoutElse) {
  RelPtr scan = Orders();
  for (bool with_else : {false, true}) {
    Case node;
    node.whens.emplace_back(Ref(scan->outputs[1]), Ref(scan->outputs[0]));
    if (with_else) node.otherwise = Literal("0", Bigint());
    ExprPtr expr = MakeExpr(Of(Bigint()), {}, node);
    ExprPtr again = WithChildren(expr, ChildrenOf(*expr));
    EXPECT_TRUE(SameExpr(expr, again));
    EXPECT_EQ(Print(again), with_else ? "CASE WHEN paid#2 THEN id#1 ELSE 0 END"
                                      : "CASE WHEN paid#2 THEN id#1 END");
  }
}

TEST(TemplateText, HolesOnlyOutsideQuotes) {
  auto show = [](std::string_view text) {
    std::string out;
    for (const TemplatePiece& piece : SplitTemplate(text)) {
      out += piece.hole == 0 ? "[" + piece.text + "]" : "<" + std::to_string(piece.hole) + ">";
    }
    return out;
  };
  EXPECT_EQ(show("COALESCE($1, $12)"), "[COALESCE(]<1>[, ]<12>[)]");
  EXPECT_EQ(show("'$1''$2' || \"$3\" || a$4"), "['$1''$2' || \"$3\" || a$4]");
  EXPECT_EQ(show("E'\\'$1' || $2"), "[E'\\'$1' || ]<2>");
  EXPECT_EQ(show("$q$ $1 $q$ || $1"), "[$q$ $1 $q$ || ]<1>");
  EXPECT_EQ(show("'\\' || $1"), "['\\' || ]<1>");
}

}  // namespace
}  // namespace tricklec::ir
