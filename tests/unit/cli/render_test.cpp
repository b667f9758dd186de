#include "tricklec/cli/render/render.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tricklec/cli/render/display.h"

namespace tricklec::cli {
namespace {

using source::Buffer;
using source::Code;
using source::Diagnostics;

std::string Human(const Diagnostics& diagnostics, bool color = false) {
  std::ostringstream out;
  RenderHuman(diagnostics.Sorted(), color, out);
  return out.str();
}

TEST(RenderHuman, EveryPart) {
  Buffer buffer("a.sql", "one\nCREATE x\nthree");
  Diagnostics diagnostics;
  diagnostics.Report(Code::RepeatedName, buffer.At(11, 12), "x")
      .AddLabel(buffer.At(0, 3), "first here")
      .AddLabel(buffer.At(4, 10), "and here")
      .AddNote("a reason\nof two lines")
      .AddFix("another name", buffer.At(11, 12), "yy");
  EXPECT_EQ(Human(diagnostics),
            "a.sql:2:8: error[ST1110]: `x` is listed twice\n"
            "2 | CREATE x\n"
            "  |        ^\n"
            "1 | one\n"
            "  | --- first here\n"
            "2 | CREATE x\n"
            "  | ------ and here\n"
            "  = note: a reason\n"
            "          of two lines\n"
            "  = help: another name\n"
            "2 | CREATE yy\n"
            "  |        ~~\n");
}

TEST(RenderHuman, WithoutAPlace) {
  Diagnostics diagnostics;
  diagnostics.Report(Code::CannotRead, {}, "x", "why").AddHelp("do this");
  EXPECT_EQ(Human(diagnostics),
            "tricklec: error[ST5002]: cannot read `x`: why\n  = help: do this\n");
}

TEST(RenderHuman, CaretsStandUnderWideAndCombiningCharacters) {
  //               two columns each ↓, no column: the acute accent, tab to column 4·n
  Buffer buffer("a.sql", "\"日本\" e\xCC\x81\t😀 x");
  auto offset = static_cast<uint32_t>(buffer.text().find('x'));
  Diagnostics diagnostics;
  diagnostics.Report(Code::EmptyName, buffer.At(offset, offset + 1));
  EXPECT_EQ(Human(diagnostics),
            "a.sql:1:11: error[ST1007]: a quoted name must not be empty\n"
            "1 | \"日本\" e\xCC\x81    😀 x\n"
            "  |                ^\n");
}

TEST(RenderHuman, InvalidBytesAndControlCharactersAreReplaced) {
  Buffer buffer("a.sql", "a\x01\xff\x1b[1mb");
  Diagnostics diagnostics;
  diagnostics.Report(Code::EmptyName, buffer.At(2, 3));
  EXPECT_EQ(Human(diagnostics),
            "a.sql:1:3: error[ST1007]: a quoted name must not be empty\n"
            "1 | a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD[1mb\n"
            "  |   ^\n");
}

TEST(RenderHuman, RangesOfSeveralLinesAndAtTheEnd) {
  Buffer buffer("a.sql", "one two\r\nthree");
  Diagnostics diagnostics;
  diagnostics.Report(Code::EmptyName, buffer.At(4, 12));
  diagnostics.Report(Code::EmptyName, buffer.At(14, 14));
  EXPECT_EQ(Human(diagnostics),
            "a.sql:1:5: error[ST1007]: a quoted name must not be empty\n"
            "1 | one two\n"
            "  |     ^^^\n"
            "a.sql:2:6: error[ST1007]: a quoted name must not be empty\n"
            "2 | three\n"
            "  |      ^\n");
}

TEST(RenderHuman, LongLinesAreCutAroundThePlace) {
  std::string line(1000, 'a');
  line.replace(500, 3, "日");
  Buffer buffer("a.sql", line);
  Diagnostics diagnostics;
  diagnostics.Report(Code::EmptyName, buffer.At(500, 503));
  std::string text = Human(diagnostics);
  EXPECT_NE(text.find("1 | …" + std::string(40, 'a') + "日" + std::string(118, 'a') + "…\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  | " + std::string(41, ' ') + "^^\n"), std::string::npos) << text;
}

TEST(RenderHuman, ColourIsOnlyDecoration) {
  Buffer buffer("a.sql", "x");
  Diagnostics diagnostics;
  diagnostics.Report(Code::EmptyName, buffer.At(0, 1)).AddNote("n");
  std::string plain;
  std::string colored = Human(diagnostics, true);
  EXPECT_NE(colored.find('\x1b'), std::string::npos);
  for (size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b')
      i = colored.find('m', i);
    else
      plain += colored[i];
  }
  EXPECT_EQ(plain, Human(diagnostics));
}

TEST(Display, Widths) {
  EXPECT_EQ(WidthOf('a'), 1u);
  EXPECT_EQ(WidthOf(0x301), 0u);
  EXPECT_EQ(WidthOf(0x65E5), 2u);
  EXPECT_EQ(WidthOf(0x1F600), 2u);
}

}  // namespace
}  // namespace tricklec::cli
