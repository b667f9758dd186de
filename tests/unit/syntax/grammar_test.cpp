// The grammar as such: it is unambiguous, and its lexer agrees with the splitter's scanner.
#include "tricklec/grammar/stream_grammar.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/scanner.h"
#include "tricklec/syntax/splitter.h"

namespace tricklec::syntax {
namespace {

namespace fs = std::filesystem;

struct Sample {
  std::string file;
  std::string text;
};

/// Every stream statement of the goldens, the examples and the pages of diagnostics.
std::vector<Sample> StreamStatements() {
  std::vector<Sample> samples;
  for (const char* folder : {"tests/lit", "examples", "docs"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(TRICKLEC_SOURCE_DIR) / folder)) {
      fs::path extension = entry.path().extension();
      if (extension != ".sql" && extension != ".test" && extension != ".md") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      if (extension == ".md") {
        // Only the blocks of SQL.
        std::string blocks;
        for (size_t at = text.find("```sql\n"); at != std::string::npos;
             at = text.find("```sql\n", at + 1)) {
          size_t end = text.find("```", at + 7);
          blocks += text.substr(at + 7, end - at - 7) + ";";
        }
        text = blocks;
      }
      source::Buffer buffer("sample", text);
      source::Diagnostics diagnostics;
      for (const Piece& piece : SplitStatements(buffer, diagnostics).pieces) {
        if (piece.kind == Piece::Kind::Stream && !diagnostics.has_errors()) {
          samples.push_back({entry.path().string(), std::string(piece.range.text())});
        }
      }
    }
  }
  return samples;
}

TEST(Grammar, IsUnambiguous) {
  std::vector<Sample> samples = StreamStatements();
  EXPECT_GT(samples.size(), 60u);
  for (const Sample& sample : samples) {
    EXPECT_EQ(grammar::FindAmbiguities(sample.text), std::vector<std::string>{})
        << sample.file << "\n"
        << sample.text;
  }
}

TEST(Grammar, KeywordsAsNamesAreUnambiguous) {
  for (const char* text :
       {"CREATE STREAM TABLE if AS SELECT 1", "CREATE STREAM TABLE if NOT GATED AS SELECT 1",
        "CREATE STREAM TABLE IF NOT EXISTS if AS SELECT 1",
        "CREATE STREAM TABLE gated GATED BY (gated, all) INITIALLY GATED FULL AS SELECT 1",
        "CREATE STREAM TABLE full FULL APPEND ONLY ON (append, only) TABLESPACE full AS SELECT 1",
        "CREATE STREAM TABLE x REQUIRE (no no, no, no <= no) AS SELECT 1",
        "CREATE STREAM TABLE x WITH (on_off = on, a.b, c = 1, d = -1.5) AS SELECT 1",
        "DROP STREAM TABLE IF EXISTS cascade, restrict CASCADE", "DROP STREAM TABLE if, exists",
        "ALTER STREAM TABLE set SET SCHEDULE CALCULATED, RESET SCHEDULE, RESET (schedule)",
        "ALTER STREAM TABLE drop DROP APPEND ONLY, DROP REQUIRE", "REFRESH STREAM TABLE full FULL",
        "GATE SOURCE without WITHOUT CAPTURE"}) {
    EXPECT_TRUE(grammar::Parse(text).tree.has_value()) << text;
    EXPECT_EQ(grammar::FindAmbiguities(text), std::vector<std::string>{}) << text;
  }
}

// Two lexers read the same text: the grammar's and the scanner that finds where statements end.
// Where they disagreed, a statement could be cut in the middle of a literal.
TEST(Grammar, LexerAgreesWithScanner) {
  std::vector<Sample> samples = StreamStatements();
  for (const char* text :
       {"CREATE a'b'\n'c' E'\\'' U&'x' u&\"y\"\"\" B'1' $$a$b$$ $t$ $$ $t$ $1 x$y$ 1.5e+3 .5 1. "
        "/* a /* b */ c */ -- d\n 'e' -- f\n 'g' n'h' été \"i\" []{}:=>",
        "\xC2\xA0 'ä' $ä$ö$ä$ /*ü*/ \"ß\"", "'a'\n\n--x\n--y\n'b' 'c'", "e 'a\\'"}) {
    samples.push_back({"here", text});
  }
  for (const Sample& sample : samples) {
    // Operators are cut differently, which does not matter: neither contains a quote.
    auto is_simple = [&sample](uint32_t at) {
      return std::string_view("+-*/<>=~!@#%^&|`?.0123456789").find(sample.text[at]) !=
             std::string_view::npos;
    };
    std::vector<std::pair<uint32_t, uint32_t>> scanned;
    std::vector<std::pair<uint32_t, uint32_t>> lexed;
    for (const Token& token : ScanAll(sample.text)) {
      bool counts =
          !token.IsTrivia() && !is_simple(token.begin) && token.kind != TokenKind::Parameter;
      if (counts) scanned.emplace_back(token.begin, token.end);
    }
    for (const grammar::Lexeme& lexeme : grammar::Lex(sample.text)) {
      bool parameter = sample.text[lexeme.begin] == '$' && lexeme.end - lexeme.begin == 1;
      if (!is_simple(lexeme.begin) && !parameter) lexed.emplace_back(lexeme.begin, lexeme.end);
    }
    EXPECT_EQ(scanned, lexed) << sample.file << "\n" << sample.text;
  }
}

}  // namespace
}  // namespace tricklec::syntax
