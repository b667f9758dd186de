#include "tricklec/source/buffer.h"

#include <gtest/gtest.h>

namespace tricklec::source {
namespace {

TEST(Buffer, PositionsCountCodePointsNotBytes) {
  BufferPtr buffer = MakeBuffer("a.sql", "é x\nzweite Zeile");
  EXPECT_EQ(buffer->PositionOf(0), (Position{1, 1}));
  EXPECT_EQ(buffer->PositionOf(2), (Position{1, 2}));
  EXPECT_EQ(buffer->PositionOf(5), (Position{2, 1}));
  EXPECT_EQ(buffer->PositionOf(1000), (Position{2, 13}));
}

TEST(Buffer, LinesLoseTheirLineEnds) {
  BufferPtr buffer = MakeBuffer("a.sql", "one\r\ntwo\n");
  EXPECT_EQ(buffer->line_count(), 3u);
  EXPECT_EQ(buffer->Line(1), "one");
  EXPECT_EQ(buffer->Line(2), "two");
  EXPECT_EQ(buffer->Line(3), "");
}

TEST(Buffer, FindsTheFirstInvalidByte) {
  EXPECT_EQ(FindInvalidUtf8("grün"), std::string_view::npos);
  EXPECT_EQ(FindInvalidUtf8("ab\xff"), 2u);
}

}  // namespace
}  // namespace tricklec::source
