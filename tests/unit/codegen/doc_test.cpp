#include "tricklec/codegen/print/doc.h"

#include <gtest/gtest.h>

namespace tricklec::codegen::print {
namespace {

Doc Call(const std::vector<Doc>& args) {
  Doc list = Join(Concat({Text(","), Line()}), args);
  return Group(Concat({Text("f("), Nest(2, Concat({SoftLine(), list})), SoftLine(), Text(")")}));
}

TEST(Doc, GroupStaysOnOneLineWhereItFits) {
  EXPECT_EQ(Render(Call({Text("aaa"), Text("bbb")}), 11), "f(aaa, bbb)");
}

TEST(Doc, GroupBreaksAtAllItsLines) {
  EXPECT_EQ(Render(Call({Text("aaa"), Text("bbb")}), 10), "f(\n  aaa,\n  bbb\n)");
}

TEST(Doc, InnerGroupStaysWholeInABrokenOne) {
  Doc doc = Call({Call({Text("a"), Text("b")}), Text("cccccc")});
  EXPECT_EQ(Render(doc, 12), "f(\n  f(a, b),\n  cccccc\n)");
}

TEST(Doc, WhatFollowsAGroupCounts) {
  Doc doc = Concat({Call({Text("aaa"), Text("bbb")}), Text(" AS x")});
  EXPECT_EQ(Render(doc, 15), "f(\n  aaa,\n  bbb\n) AS x");
}

TEST(Doc, HardLineBreaksGroupsAroundIt) {
  Doc doc = Group(Concat({Text("a"), Line(), Text("b"), HardLine(), Text("c")}));
  EXPECT_EQ(Render(doc), "a\nb\nc");
}

TEST(Doc, AlignStartsLinesAtItsColumn) {
  Doc doc = Concat({Text("SELECT "), Align(Concat({Text("a,"), HardLine(), Text("b")}))});
  EXPECT_EQ(Render(doc), "SELECT a,\n       b");
}

TEST(Doc, LineEndsInsideTextAreNotIndented) {
  Doc doc = Nest(4, Concat({Text("x"), HardLine(), Text("'a\nb'"), HardLine(), Text("y")}));
  EXPECT_EQ(Render(doc), "x\n    'a\nb'\n    y");
}

TEST(Doc, ColumnsAreCharactersNotBytes) {
  EXPECT_EQ(Render(Call({Text("äöü"), Text("bbb")}), 11), "f(äöü, bbb)");
}

TEST(Doc, LinesDoNotEndInSpaces) {
  EXPECT_EQ(Render(Concat({Text("a "), HardLine(), HardLine(), Text("b")})), "a\n\nb");
}

}  // namespace
}  // namespace tricklec::codegen::print
