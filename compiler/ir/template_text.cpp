#include "tricklec/ir/template_text.h"

#include <cctype>

namespace tricklec::ir {

namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool IsIdentifierStart(char c) {
  auto u = static_cast<unsigned char>(c);
  return std::isalpha(u) != 0 || c == '_' || u >= 0x80;
}

bool IsIdentifierPart(char c) { return IsIdentifierStart(c) || IsDigit(c) || c == '$'; }

// One past the end of the quoted thing that starts at `i`; doubled quotes stay inside.
size_t SkipQuoted(std::string_view text, size_t i, bool backslashes) {
  char quote = text[i++];
  while (i < text.size()) {
    if (backslashes && text[i] == '\\') {
      i += 2;
    } else if (text[i] != quote) {
      ++i;
    } else if (i + 1 < text.size() && text[i + 1] == quote) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return text.size();
}

// One past the end of a dollar-quoted string at `i`, or `i` if none starts there.
size_t SkipDollarQuoted(std::string_view text, size_t i) {
  size_t tag_end = i + 1;
  while (tag_end < text.size() && text[tag_end] != '$' && IsIdentifierPart(text[tag_end])) {
    ++tag_end;
  }
  if (tag_end >= text.size() || text[tag_end] != '$') return i;
  std::string_view tag = text.substr(i, tag_end + 1 - i);
  size_t close = text.find(tag, tag_end + 1);
  return close == std::string_view::npos ? text.size() : close + tag.size();
}

}  // namespace

std::vector<TemplatePiece> SplitTemplate(std::string_view text) {
  std::vector<TemplatePiece> pieces;
  size_t from = 0, i = 0;
  auto flush = [&](size_t to) {
    if (to > from) pieces.push_back({std::string(text.substr(from, to - from)), 0});
  };
  while (i < text.size()) {
    char c = text[i];
    if (c == '\'' || c == '"') {
      bool escapes = c == '\'' && i > 0 && (text[i - 1] == 'E' || text[i - 1] == 'e') &&
                     (i == 1 || !IsIdentifierPart(text[i - 2]));
      i = SkipQuoted(text, i, escapes);
    } else if (IsIdentifierStart(c)) {
      // The letter of E'…' is a token start of its own; the quote is looked at next.
      while (i < text.size() && IsIdentifierPart(text[i])) ++i;
    } else if (c == '$' && i + 1 < text.size() && IsDigit(text[i + 1])) {
      flush(i);
      size_t number = 0;
      for (++i; i < text.size() && IsDigit(text[i]); ++i) {
        number = number * 10 + static_cast<size_t>(text[i] - '0');
      }
      pieces.push_back({"", number});
      from = i;
    } else if (c == '$') {
      size_t end = SkipDollarQuoted(text, i);
      i = end == i ? i + 1 : end;
    } else {
      ++i;
    }
  }
  flush(text.size());
  return pieces;
}

}  // namespace tricklec::ir
