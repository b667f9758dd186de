#include <gtest/gtest.h>

#include "tricklec/codegen/print/quote.h"
#include "tricklec/codegen/print/statement.h"

namespace tricklec::codegen::print {
namespace {

using namespace sqltree;

Expr A() { return Var("a"); }
Expr B() { return Var("b"); }
Expr C() { return Var("c"); }

TEST(Quote, IdentifiersOnlyWhereNeeded) {
  EXPECT_EQ(Quote(Identifier("plain_1")), "plain_1");
  EXPECT_EQ(Quote(Identifier("Capital")), "\"Capital\"");
  EXPECT_EQ(Quote(Identifier("select")), "\"select\"");
  EXPECT_EQ(Quote(Identifier("a\"b")), "\"a\"\"b\"");
  EXPECT_EQ(Quote(Identifier("größe")), "\"größe\"");
  EXPECT_EQ(Quote(QualifiedName(Identifier("s"), Identifier("my table"))), "s.\"my table\"");
}

TEST(Quote, LiteralsDoNotDependOnSettings) {
  EXPECT_EQ(Quote(Literal("it's")), "'it''s'");
  EXPECT_EQ(Quote(Literal("a\\b'c")), "E'a\\\\b''c'");
  EXPECT_EQ(Quote(Literal("two\nlines")), "$text$two\nlines$text$");
  EXPECT_EQ(Quote(Literal("two\n$text$ lines")), "$text2$two\n$text$ lines$text2$");
}

TEST(Quote, DollarTagIsNotCompletedByTheEndOfTheText) {
  EXPECT_EQ(DollarTag("text", "ends in $text"), "$text2$");
  EXPECT_EQ(DollarTag("text", "$text$ $text2$"), "$text3$");
}

TEST(PrintExpr, ParenthesesOnlyWhereThePrecedenceNeedsThem) {
  EXPECT_EQ(Print(Op(Op(A(), "+", B()), "*", C())), "(a + b) * c");
  EXPECT_EQ(Print(Op(Op(A(), "*", B()), "+", C())), "a * b + c");
  EXPECT_EQ(Print(Op(A(), "-", Op(B(), "-", C()))), "a - (b - c)");
  EXPECT_EQ(Print(Op(Op(A(), "-", B()), "-", C())), "a - b - c");
  EXPECT_EQ(Print(Op(Op(A(), "=", B()), "=", C())), "(a = b) = c");
  EXPECT_EQ(Print(Op(Op(A(), "||", B()), "=", C())), "a || b = c");
  EXPECT_EQ(Print(AllOf({AnyOf({A(), B()}), C()})), "(a OR b) AND c");
  EXPECT_EQ(Print(AnyOf({AllOf({A(), B()}), C()})), "a AND b OR c");
  EXPECT_EQ(Print(Make(Not{AllOf({A(), B()})})), "NOT (a AND b)");
  EXPECT_EQ(Print(Make(IsNull{Op(A(), "=", B())})), "a = b IS NULL");
  EXPECT_EQ(Print(Make(IsNull{Make(IsNull{A()})})), "(a IS NULL) IS NULL");
  EXPECT_EQ(Print(sqltree::Cast(Op(A(), "+", B()), "text")), "(a + b)::text");
  EXPECT_EQ(Print(sqltree::Cast(Int(-1), "text")), "(-1)::text");
}

TEST(PrintExpr, MinusSignsNeverMeetToAComment) {
  Expr negative = Make(OperatorCall{std::nullopt, "-", {Int(-1)}});
  EXPECT_EQ(Print(negative), "-(-1)");
  EXPECT_EQ(Print(Op(A(), "-", Int(-1))), "a - -1");
}

TEST(PrintExpr, OperatorsOfOtherSchemasBindAsAnyOperator) {
  Expr same = Make(OperatorCall{Identifier("Ext"), "=", {Op(A(), "+", B()), C()}});
  EXPECT_EQ(Print(same), "a + b OPERATOR(\"Ext\".=) c");
  EXPECT_EQ(Print(Op(same, "=", A())), "a + b OPERATOR(\"Ext\".=) c = a");
}

TEST(PrintExpr, HolesGetParenthesesUnlessPrimary) {
  TemplateText between{
      {{"", Op(A(), "+", B())}, {" BETWEEN ", nullptr}, {"", C()}, {" AND 9", nullptr}}};
  EXPECT_EQ(Print(Make(between)), "(a + b) BETWEEN c AND 9");
  EXPECT_EQ(Print(AllOf({Make(between), A()})), "((a + b) BETWEEN c AND 9) AND a");
}

TEST(PrintExpr, Aggregates) {
  EXPECT_EQ(Print(CountStar(Op(A(), ">", Int(0)))), "count(*) FILTER (WHERE a > 0)");
  sqltree::Call call{QualifiedName(Identifier("public"), Identifier("best"))};
  call.args = {A()};
  call.distinct = true;
  call.order_by = {{A(), RawSql("DESC")}};
  EXPECT_EQ(Print(Make(call)), "public.best(DISTINCT a ORDER BY a DESC)");
}

TEST(PrintStatement, LayoutOfALongQuery) {
  Select inner;
  inner.items = {As(Col("accounts", "branch"), "branch"), As(CountStar(), "number_of_accounts")};
  inner.from = {Table(QualifiedName(Identifier("public"), Identifier("accounts")), "accounts")};
  inner.group_by = {Col("accounts", "branch")};
  Select outer;
  outer.items = {As(Col("d", "branch"), "branch")};
  outer.from = {Derived(MakeStatement(inner), "d")};
  outer.where = {Op(Col("d", "number_of_accounts"), ">", Int(1000)),
                 Make(IsNull{Col("d", "branch"), true})};
  EXPECT_EQ(Print(MakeStatement(outer)),
            "SELECT d.branch\n"
            "FROM (\n"
            "  SELECT accounts.branch, count(*) AS number_of_accounts\n"
            "  FROM public.accounts AS accounts\n"
            "  GROUP BY accounts.branch\n"
            ") AS d\n"
            "WHERE d.number_of_accounts > 1000 AND d.branch IS NOT NULL");
}

TEST(PrintStatement, NestedDollarQuotesDoNotClose) {
  Select select;
  select.items = {{Str("$large$"), std::nullopt}};
  CreateFunction function{QualifiedName(Identifier("s"), Identifier("f")), RawSql("void"), {}};
  function.body.statements = {MakePl(PlSql{MakeStatement(select), true, {}})};
  std::string text = Print(MakeStatement(function));
  EXPECT_NE(text.find("EXECUTE $large2$\n    SELECT '$large$'\n  $large2$;"), std::string::npos)
      << text;
}

TEST(PrintStatement, ExecuteTakesTheVariablesOut) {
  Select select;
  select.items = {{CountStar(), std::nullopt}};
  select.into = {Identifier("__pgt_n")};
  DoBlock block{Identifier("x"), {}};
  block.body.statements = {MakePl(PlSql{MakeStatement(select), true, {}}),
                           MakePl(PlSql{MakeStatement(select), false, {}})};
  EXPECT_EQ(Print(MakeStatement(block)),
            "DO $x$\nBEGIN\n  EXECUTE $large$\n    SELECT count(*)\n  $large$ INTO __pgt_n;\n"
            "  SELECT count(*) INTO __pgt_n;\nEND\n$x$");
}

}  // namespace
}  // namespace tricklec::codegen::print
