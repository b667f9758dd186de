#include "tricklec/catalog/statement_words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/literal.h"
#include "tricklec/syntax/scanner.h"

namespace tricklec::catalog {

namespace {

using syntax::Token;
using syntax::TokenKind;

// The first tokens of a statement.
class Words {
 public:
  Words(source::Range statement, size_t count) : range_(statement) {
    std::string_view text = statement.text();
    for (uint32_t at = 0; at < text.size() && tokens_.size() < count;) {
      Token token = syntax::ScanToken(text, at);
      if (!token.IsTrivia()) tokens_.push_back(token);
      at = token.end;
    }
  }

  bool Is(size_t i, std::string_view keyword) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::Word &&
           syntax::IsWord(Text(i), keyword);
  }
  bool IsOneOf(size_t i, std::initializer_list<std::string_view> keywords) const {
    return std::any_of(keywords.begin(), keywords.end(),
                       [&](std::string_view keyword) { return Is(i, keyword); });
  }
  bool IsDot(size_t i) const { return i < tokens_.size() && Text(i) == "."; }
  bool IsName(size_t i) const {
    return i < tokens_.size() &&
           (tokens_[i].kind == TokenKind::Word || tokens_[i].kind == TokenKind::QuotedName);
  }
  source::Range RangeOf(size_t i) const { return range_.Sub(tokens_[i].begin, tokens_[i].end); }
  std::string Name(size_t i) const {
    source::Diagnostics ignored;
    return syntax::DecodeName(tokens_[i].kind, RangeOf(i), ignored).text;
  }

 private:
  std::string_view Text(size_t i) const {
    return range_.text().substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
  }

  source::Range range_;
  std::vector<Token> tokens_;
};

bool ContainsIgnoringCase(std::string_view text, std::string_view word) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [&](char a, char b) { return lower(a) == b; }) != text.end();
}

// Index of the word that says what a CREATE, ALTER or DROP is about.
size_t SkipModifiers(const Words& words) {
  size_t i = 1;
  while (words.IsOneOf(i, {"or", "replace", "global", "local", "temp", "temporary", "unlogged",
                           "recursive", "materialized", "foreign", "unique"})) {
    ++i;
  }
  return i;
}

}  // namespace

bool MayConcernCatalog(source::Range statement) {
  Words words(statement, 8);
  if (words.IsOneOf(0, {"create", "alter", "drop"})) {
    return !words.IsOneOf(
        SkipModifiers(words),
        {"trigger",    "policy",   "rule",        "role",         "user",       "group",
         "database",   "server",   "publication", "subscription", "event",      "statistics",
         "tablespace", "language", "text",        "conversion",   "transform",  "access",
         "constraint", "default",  "system",      "large",        "procedural", "trusted"});
  }
  if (words.Is(0, "select")) {
    return ContainsIgnoringCase(statement.text(), "set_config") ||
           ContainsIgnoringCase(statement.text(), "into");
  }
  return words.IsOneOf(0, {"set", "reset", "discard", "import"});
}

UnreadableTarget TargetOfUnreadable(source::Range statement) {
  UnreadableTarget target;
  Words words(statement, 24);
  bool create = words.Is(0, "create");
  if (!create && !words.Is(0, "alter")) return target;
  size_t i = SkipModifiers(words);
  if (words.IsOneOf(i, {"table", "view"})) {
    target.kind = UnreadableTarget::Kind::Relation;
  } else if (words.IsOneOf(i, {"type", "domain"})) {
    target.kind = create ? UnreadableTarget::Kind::Type : UnreadableTarget::Kind::Other;
  } else if (words.IsOneOf(i, {"function", "procedure", "aggregate", "operator", "cast", "index",
                               "collation", "extension", "schema"})) {
    target.kind = UnreadableTarget::Kind::Other;
  } else {
    return target;
  }
  ++i;
  if (words.Is(i, "concurrently")) ++i;
  if (words.Is(i, "if")) i += words.Is(i + 1, "not") ? 3 : 2;
  if (words.Is(i, "only")) ++i;
  if (!words.IsName(i)) return target;
  target.range = words.RangeOf(i);
  target.name = words.Name(i);
  if (words.IsDot(i + 1) && words.IsName(i + 2)) {
    target.schema = std::move(target.name);
    target.name = words.Name(i + 2);
    target.range.end = words.RangeOf(i + 2).end;
    i += 2;
  }
  // ALTER TABLE … SET ACCESS METHOD DEFAULT and the like change nothing the model knows.
  bool no_effect = !create && words.Is(i + 1, "set") && words.IsOneOf(i + 2, {"access", "storage"});
  size_t column = words.Is(i + 2, "column") ? i + 3 : i + 2;
  no_effect = no_effect || (!create && words.Is(i + 1, "alter") && words.Is(column + 1, "set") &&
                            words.IsOneOf(column + 2, {"statistics", "expression", "storage"}));
  if (no_effect) target.kind = UnreadableTarget::Kind::Irrelevant;
  return target;
}

}  // namespace tricklec::catalog
