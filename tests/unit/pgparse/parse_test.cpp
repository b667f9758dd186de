#include "tricklec/pgparse/parse.h"

#include <gtest/gtest.h>

#include "tricklec/source/diagnostic.h"

namespace tricklec::pgparse {
namespace {

source::BufferPtr Text(std::string text) { return source::MakeBuffer("t.sql", std::move(text)); }

TEST(Parse, NodesKnowTheirPlaceInTheWholeBuffer) {
  auto buffer = Text("-- é\nSELECT a + f(b, (c)) FROM t; SELECT 2");
  auto range = buffer->At(6, buffer->size());
  ParseResult result = Parse(range);
  ASSERT_EQ(result.statements.size(), 2u);
  EXPECT_EQ(result.statements[0].range.text(), "SELECT a + f(b, (c)) FROM t");
  EXPECT_EQ(result.statements[1].range.text(), "SELECT 2");
  Node value = result.statements[0].node.List("target_list")[0]["val"];
  EXPECT_EQ(value.kind(), "A_Expr");
  EXPECT_EQ(value.Enum("kind"), "AEXPR_OP");
  EXPECT_EQ(value.range().text(), "a + f(b, (c))");
  EXPECT_EQ(value.token().text(), "+");
  EXPECT_EQ(value["rexpr"].range().text(), "f(b, (c))");
}

TEST(Parse, ErrorsPointAtTheTokenInCharactersNotBytes) {
  auto buffer = Text("SELECT 'ééé' FROM WHERE");
  ParseResult result = Parse(buffer->All());
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->range.text(), "WHERE");
}

TEST(Parse, ErrorAtTheEndPointsAtTheLastCharacter) {
  auto buffer = Text("SELECT a FROM (SELECT 1  ");
  ParseResult result = Parse(buffer->All());
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->range.text(), "1");
}

TEST(Parse, UnknownFieldIsAnInternalError) {
  auto buffer = Text("SELECT 1");
  Node node = Parse(buffer->All()).statements[0].node;
  EXPECT_THROW(node["where_claus"], source::InternalError);
}

TEST(Deparse, HolesAndRenamings) {
  auto buffer = Text("SELECT CASE WHEN t.a > 1 THEN b COLLATE \"x\" ELSE 'q' END FROM t");
  Node value = Parse(buffer->All()).statements[0].node.List("target_list")[0]["val"];
  Node when = value.List("args")[0];
  Node collate = when["result"];
  EXPECT_EQ(DeparseExpression(value, {{when["expr"]["lexpr"]}, {collate["arg"]}},
                              {{collate, "collname", {"public", "x"}}}),
            "CASE WHEN $1 > 1 THEN $2 COLLATE public.x ELSE 'q' END");
}

TEST(Deparse, TypeNames) {
  EXPECT_EQ(ParseTypeName("numeric(10,2)[]").Names("names"),
            (std::vector<std::string>{"pg_catalog", "numeric"}));
  EXPECT_FALSE(ParseTypeName("a b c, d"));
}

TEST(CheckGeneratedSql, LooksIntoPlpgsqlBodies) {
  EXPECT_FALSE(CheckGeneratedSql("SELECT 1; DO $$BEGIN PERFORM 1; END$$"));
  EXPECT_TRUE(CheckGeneratedSql("SELECT 1; SELECT FROM WHERE"));
  EXPECT_TRUE(CheckGeneratedSql("DO $$BEGIN PERFORM FROM FROM; END$$"));
  EXPECT_TRUE(CheckGeneratedSql(
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF true THEN END$$"));
}

TEST(Parse, DeepTreesUpToALimit) {
  auto parse = [](const std::string& part, int times) {
    std::string text = "SELECT x";
    for (int i = 0; i < times; ++i) text += part;
    source::BufferPtr buffer = source::MakeBuffer("deep.sql", text);
    return Parse(buffer->All());
  };
  EXPECT_FALSE(parse(" || 'y'", 400).error);
  EXPECT_FALSE(parse(" FROM t UNION ALL SELECT x", 400).error);
  ParseResult refused = parse(" || 'y'", 2000);
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->message, "the statement is nested too deeply");
}

}  // namespace
}  // namespace tricklec::pgparse
