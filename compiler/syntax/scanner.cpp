#include "tricklec/syntax/scanner.h"

#include <cstddef>

namespace tricklec::syntax {

namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '$'; }
bool IsOperator(char c) {
  return std::string_view("+-*/<>=~!@#%^&|`?").find(c) != std::string_view::npos;
}

/// Reads one token from a fixed start.
class Reader {
 public:
  Reader(std::string_view text, uint32_t offset) : text_(text), begin_(offset), at_(offset) {}

  Token Read() {
    char c = Peek();
    char next = Peek(1);
    if (IsSpace(c)) {
      while (IsSpace(Peek())) ++at_;
      return Make(TokenKind::Space);
    }
    if (c == '-' && next == '-') {
      SkipLine();
      return Make(TokenKind::LineComment);
    }
    if (c == '/' && next == '*') return ReadBlockComment();
    if (c == '\'') return ReadString(TokenKind::String, false);
    if (c == '"') return ReadQuotedName(TokenKind::QuotedName);
    if (c == '$') return ReadDollar();
    if (IsDigit(c) || (c == '.' && IsDigit(next))) return ReadNumber();
    if (IsNameStart(c)) return ReadWord();
    if (IsOperator(c)) return ReadOperator();
    ++at_;
    if (c == ';') return Make(TokenKind::Semicolon);
    return Make(c == '\\' ? TokenKind::Backslash : TokenKind::Punctuation);
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  // NUL stands for the end: buffers with NUL bytes are refused before they are scanned.
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Token Make(TokenKind kind, bool unterminated = false) const {
    return {kind, begin_, at_, unterminated};
  }

  void SkipLine() {
    while (!AtEnd() && Peek() != '\n' && Peek() != '\r') ++at_;
  }

  Token ReadBlockComment() {
    at_ += 2;
    for (size_t depth = 1; depth > 0;) {
      if (AtEnd()) return Make(TokenKind::BlockComment, true);
      if (Peek() == '/' && Peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (Peek() == '*' && Peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    }
    return Make(TokenKind::BlockComment);
  }

  Token ReadQuotedName(TokenKind kind) {
    for (++at_; !AtEnd(); ++at_) {
      if (Peek() != '"') continue;
      ++at_;
      if (Peek() != '"') return Make(kind);
    }
    return Make(kind, true);
  }

  // From the opening quote on. Pieces with a line end between them are one literal.
  Token ReadString(TokenKind kind, bool escapes) {
    for (;;) {
      ++at_;
      for (;; ++at_) {
        if (AtEnd()) return Make(kind, true);
        if (escapes && Peek() == '\\') {
          ++at_;
          if (AtEnd()) return Make(kind, true);
        } else if (Peek() == '\'') {
          ++at_;
          if (Peek() != '\'') break;
        }
      }
      if (!SkipToContinuation()) return Make(kind);
    }
  }

  // Moves to the quote of a continuation, or stays.
  bool SkipToContinuation() {
    uint32_t start = at_;
    bool new_line = false;
    for (;;) {
      if (IsSpace(Peek())) {
        new_line = new_line || Peek() == '\n' || Peek() == '\r';
        ++at_;
      } else if (Peek() == '-' && Peek(1) == '-') {
        SkipLine();
      } else {
        break;
      }
    }
    if (new_line && Peek() == '\'') return true;
    at_ = start;
    return false;
  }

  Token ReadDollar() {
    if (IsDigit(Peek(1))) {
      ++at_;
      while (IsDigit(Peek())) ++at_;
      return Make(TokenKind::Parameter);
    }
    size_t tag = 1;
    if (IsNameStart(Peek(tag))) {
      while (IsNameStart(Peek(tag)) || IsDigit(Peek(tag))) ++tag;
    }
    if (Peek(tag) != '$') {
      ++at_;
      return Make(TokenKind::Punctuation);
    }
    std::string_view delimiter = text_.substr(at_, tag + 1);
    size_t close = text_.find(delimiter, at_ + delimiter.size());
    bool open = close == std::string_view::npos;
    at_ = static_cast<uint32_t>(open ? text_.size() : close + delimiter.size());
    return Make(TokenKind::DollarString, open);
  }

  Token ReadNumber() {
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && Peek(1) != '.') {
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      size_t digits = Peek(1) == '+' || Peek(1) == '-' ? 2 : 1;
      if (IsDigit(Peek(digits))) {
        at_ += static_cast<uint32_t>(digits);
        while (IsDigit(Peek())) ++at_;
      }
    }
    return Make(TokenKind::Number);
  }

  Token ReadWord() {
    char c = Peek();
    char next = Peek(1);
    if ((c == 'u' || c == 'U') && next == '&' && (Peek(2) == '\'' || Peek(2) == '"')) {
      at_ += 2;
      return Peek() == '"' ? ReadQuotedName(TokenKind::UnicodeName)
                           : ReadString(TokenKind::UnicodeString, false);
    }
    if (next == '\'') {
      switch (c) {
        case 'e':
        case 'E': ++at_; return ReadString(TokenKind::EscapeString, true);
        case 'b':
        case 'B':
        case 'x':
        case 'X':
        case 'n':
        case 'N': ++at_; return ReadString(TokenKind::OtherString, false);
        default: break;
      }
    }
    while (IsNamePart(Peek())) ++at_;
    return Make(TokenKind::Word);
  }

  Token ReadOperator() {
    while (IsOperator(Peek())) {
      bool comment = (Peek() == '-' && Peek(1) == '-') || (Peek() == '/' && Peek(1) == '*');
      if (comment) break;
      ++at_;
    }
    return Make(TokenKind::Operator);
  }

  std::string_view text_;
  uint32_t begin_;
  uint32_t at_;
};

}  // namespace

Token ScanToken(std::string_view text, uint32_t offset) { return Reader(text, offset).Read(); }

std::vector<Token> ScanAll(std::string_view text) {
  std::vector<Token> tokens;
  for (uint32_t at = 0; at < text.size(); at = tokens.back().end) {
    tokens.push_back(ScanToken(text, at));
  }
  return tokens;
}

bool IsWord(std::string_view word, std::string_view keyword) {
  if (word.size() != keyword.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    char c = word[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c != keyword[i]) return false;
  }
  return true;
}

}  // namespace tricklec::syntax
