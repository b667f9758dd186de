#include "tricklec/syntax/literal.h"

#include <gtest/gtest.h>

namespace tricklec::syntax {
namespace {

struct Result {
  std::string text;
  bool verbatim;
  size_t errors;
};

Result Decode(const std::string& literal, char escape = '\\') {
  source::Buffer buffer("t.sql", literal);
  source::Diagnostics diagnostics;
  Token token = ScanToken(literal, 0);
  EXPECT_EQ(token.end, literal.size()) << literal;
  Decoded decoded = DecodeString(token.kind, buffer.All(), diagnostics, escape);
  EXPECT_EQ(decoded.origin.size(), decoded.text.size() + 1) << literal;
  return {decoded.text, decoded.verbatim, diagnostics.error_count()};
}

TEST(Literal, PlainStrings) {
  EXPECT_EQ(Decode("'a\\b'").text, "a\\b");
  EXPECT_TRUE(Decode("'a\\b'").verbatim);
  EXPECT_EQ(Decode("'it''s'").text, "it's");
  EXPECT_FALSE(Decode("'it''s'").verbatim);
  EXPECT_EQ(Decode("'a' -- comment\n  'b'").text, "ab");
  EXPECT_EQ(Decode("''").text, "");
}

TEST(Literal, DollarStrings) {
  EXPECT_EQ(Decode("$$it's $1$$").text, "it's $1");
  EXPECT_EQ(Decode("$x$ $$ $x$").text, " $$ ");
  EXPECT_EQ(Decode("$$$$").text, "");
  EXPECT_TRUE(Decode("$x$a$x$").verbatim);
}

TEST(Literal, EscapeStrings) {
  EXPECT_EQ(Decode(R"(E'\b\f\n\r\t\\\'\q')").text, "\b\f\n\r\t\\'q");
  EXPECT_EQ(Decode(R"(E'\101\x41\u0041\U00000041')").text, "AAAA");
  EXPECT_EQ(Decode(R"(E'\xc3\xa9')").text, "é");
  EXPECT_EQ(Decode(R"(E'\ud83d\ude00')").text, "😀");
}

TEST(Literal, UnicodeStrings) {
  EXPECT_EQ(Decode(R"(U&'\0041\+01F600\\')").text, "A😀\\");
  EXPECT_EQ(Decode(R"(U&'!0041\')", '!').text, "A\\");
  EXPECT_EQ(Decode(R"(U&'\D83D\DE00')").text, "😀");
}

TEST(Literal, InvalidEscapesAreReportedOnce) {
  for (const char* literal :
       {R"(E'\u12')", R"(E'\000')", R"(E'\xff')", R"(E'\ud83d')", R"(E'\ud83dx')", R"(E'\ude00')",
        R"(E'\U00110000')", R"(U&'\00')", R"(U&'\+00')", R"(U&'\zzzz \zzzz')"}) {
    EXPECT_EQ(Decode(literal).errors, 1u) << literal;
  }
}

TEST(Literal, PositionsLeadBackToTheSource) {
  std::string literal = "E'a\\tb'";
  source::Buffer buffer("t.sql", "SELECT " + literal);
  source::Diagnostics diagnostics;
  Decoded decoded = DecodeString(TokenKind::EscapeString, buffer.At(7, buffer.size()), diagnostics);
  source::Buffer derived(decoded.text, buffer, decoded.origin);
  EXPECT_EQ(derived.text(), "a\tb");
  EXPECT_EQ(derived.InOrigin(derived.At(2, 3)), buffer.At(12, 13));
  EXPECT_EQ(derived.InOrigin(derived.All()), buffer.At(9, 13));
}

TEST(Literal, ReservedWords) {
  EXPECT_TRUE(IsReservedWord("select"));
  EXPECT_TRUE(IsReservedWord("user"));
  EXPECT_FALSE(IsReservedWord("gated"));
  EXPECT_FALSE(IsReservedWord("only"));
}

}  // namespace
}  // namespace tricklec::syntax
