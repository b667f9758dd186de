#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tricklec::syntax {

/// What a piece of SQL text is, as PostgreSQL's scanner cuts it.
enum class TokenKind {
  Word,           ///< unquoted identifier or key word
  QuotedName,     ///< "…"
  UnicodeName,    ///< U&"…"
  String,         ///< '…', continued over lines too
  EscapeString,   ///< E'…'
  UnicodeString,  ///< U&'…'
  OtherString,    ///< B'…', X'…', N'…'
  DollarString,   ///< $tag$…$tag$
  Number,
  Parameter,    ///< $1
  Operator,     ///< a run of operator characters
  Punctuation,  ///< one of ( ) [ ] , . : or a character that is nothing else
  Semicolon,
  Backslash,  ///< begins a command of psql
  Space,
  LineComment,
  BlockComment,
};

struct Token {
  TokenKind kind = TokenKind::Space;
  uint32_t begin = 0;
  uint32_t end = 0;
  /// The literal, name or comment is not closed before the end of the text.
  bool unterminated = false;

  bool IsTrivia() const {
    return kind == TokenKind::Space || kind == TokenKind::LineComment ||
           kind == TokenKind::BlockComment;
  }
};

/// The token of `text` that begins at `offset`, which must be before the end. Covers every text:
/// tokens follow each other without gaps. `standard_conforming_strings` is on; see
/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html.
Token ScanToken(std::string_view text, uint32_t offset);

/// All tokens of `text`, white space and comments included.
std::vector<Token> ScanAll(std::string_view text);

/// Whether an unquoted word equals `keyword` (given in lower case), ASCII case ignored.
bool IsWord(std::string_view word, std::string_view keyword);

}  // namespace tricklec::syntax
