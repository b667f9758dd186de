// Each rule looks at the statement's tokens, writes spaces over what the parser cannot read, and
// leaves an amendment. Nothing moves, so positions of nodes and diagnostics stay right.
//
//   15 sees                                    written
//   (a int NOT NULL           , b int)         (a int NOT NULL NO INHERIT, b int)
//   (a int                    )                (a int, CONSTRAINT n NOT NULL a)
//   (b int                                 )   (b int GENERATED ALWAYS AS (a + 1) VIRTUAL)
//   CHECK (a > 0)                              CHECK (a > 0) NOT ENFORCED
//   OWNER TO a                                 ADD CONSTRAINT n NOT NULL a

#include "tricklec/catalog/normalize.h"

#include <initializer_list>
#include <string_view>

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/literal.h"
#include "tricklec/syntax/scanner.h"

namespace tricklec::catalog {

namespace {

using syntax::Token;
using syntax::TokenKind;

class Normalizer {
 public:
  explicit Normalizer(source::Range statement) : range_(statement) {
    result_.text = statement.text();
    for (const Token& token : syntax::ScanAll(statement.text())) {
      if (!token.IsTrivia()) tokens_.push_back(token);
    }
  }

  NormalizedStatement Run() {
    bool create = IsTableStatement("create");
    if (create || IsTableStatement("alter")) {
      is_create_ = create;
      for (size_t i = 0; i < tokens_.size(); ++i) {
        if (Punctuation(i, '(')) ++depth_;
        if (Punctuation(i, ')')) --depth_;
        i = Look(i);
      }
    }
    return std::move(result_);
  }

 private:
  std::string_view Text(size_t i) const {
    return range_.text().substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
  }
  bool Word(size_t i, std::string_view keyword) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::Word &&
           syntax::IsWord(Text(i), keyword);
  }
  bool Words(size_t i, std::initializer_list<std::string_view> keywords) const {
    for (std::string_view keyword : keywords) {
      if (!Word(i++, keyword)) return false;
    }
    return true;
  }
  bool Punctuation(size_t i, char c) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::Punctuation && Text(i)[0] == c;
  }
  bool IsName(size_t i) const {
    return i < tokens_.size() &&
           (tokens_[i].kind == TokenKind::Word || tokens_[i].kind == TokenKind::QuotedName);
  }
  std::string Name(size_t i) const {
    source::Diagnostics ignored;
    return syntax::DecodeName(tokens_[i].kind, range_.Sub(tokens_[i].begin, tokens_[i].end),
                              ignored)
        .text;
  }

  bool IsTableStatement(std::string_view verb) const {
    if (!Word(0, verb)) return false;
    for (size_t i = 1; i < tokens_.size() && i < 5; ++i) {
      if (Word(i, "table")) return true;
    }
    return false;
  }

  // Index of the parenthesis that closes the one at `open`, or the last token.
  size_t Closing(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < tokens_.size(); ++i) {
      if (Punctuation(i, '(')) ++depth;
      if (Punctuation(i, ')') && --depth == 0) return i;
    }
    return tokens_.size() - 1;
  }

  void Blank(size_t first, size_t last) {
    for (uint32_t i = tokens_[first].begin; i < tokens_[last].end; ++i) {
      if (result_.text[i] != '\n') result_.text[i] = ' ';
    }
  }

  Amendment& Amend(Amendment::Kind kind, size_t first, size_t last) {
    Blank(first, last);
    Amendment amendment;
    amendment.kind = kind;
    amendment.range = range_.Sub(tokens_[first].begin, tokens_[last].end);
    result_.amendments.push_back(std::move(amendment));
    return result_.amendments.back();
  }

  // Applies the rule that begins at token i, if any; returns the last token it used.
  size_t Look(size_t i) {
    if (Words(i, {"not", "enforced"})) {
      Amend(Amendment::Kind::NotEnforced, i, i + 1);
      return i + 1;
    }
    // A table or column of that name stands elsewhere: after `(`, `,` or a table's key words.
    if (Word(i, "enforced") && i > 0 && (Punctuation(i - 1, ')') || AfterAlterConstraint(i))) {
      Amend(Amendment::Kind::Enforced, i, i);
      return i;
    }
    if (AfterAlterConstraint(i) && (Word(i, "inherit") || Words(i, {"no", "inherit"}))) {
      size_t last = Word(i, "inherit") ? i : i + 1;
      Amend(Amendment::Kind::Enforced, i, last);
      return last;
    }
    if (Words(i, {"not", "null", "no", "inherit"}) && !AtElementStart(i)) {
      Amend(Amendment::Kind::NotNullNoInherit, i + 2, i + 3);
      return i + 3;
    }
    if (Words(i, {"generated", "always", "as"}) && Punctuation(i + 3, '(')) {
      size_t close = Closing(i + 3);
      if (Word(close + 1, "stored")) return i;
      size_t last = Word(close + 1, "virtual") ? close + 1 : close;
      Amendment& amendment = Amend(Amendment::Kind::VirtualColumn, i, last);
      amendment.expression = range_.Sub(tokens_[i + 3].end, tokens_[close].begin);
      return last;
    }
    if (Words(i, {"without", "overlaps"}) && depth_ > 0) {
      Amend(Amendment::Kind::WithoutOverlaps, i, i + 1);
      return i + 1;
    }
    if (Word(i, "period") && IsName(i + 1) && i > 0 && Punctuation(i - 1, ',') && depth_ > 0 &&
        Punctuation(i + 2, ')')) {
      Amend(Amendment::Kind::WithoutOverlaps, i, i);
      return i;
    }
    if (is_create_ && depth_ == 1 && Word(i, "storage") && !AtElementStart(i) && IsName(i + 1) &&
        !Word(i - 1, "including") && !Word(i - 1, "excluding") && !Punctuation(i - 1, '.')) {
      Blank(i, i + 1);
      return i + 1;
    }
    return LookForNotNullConstraint(i);
  }

  bool AtElementStart(size_t i) const {
    return i == 0 || Punctuation(i - 1, ',') || Punctuation(i - 1, '(') || Word(i - 1, "add");
  }

  bool AfterAlterConstraint(size_t i) const {
    return i >= 3 && Words(i - 3, {"alter", "constraint"}) && IsName(i - 1);
  }

  // [CONSTRAINT name] NOT NULL column, as a table element or after ADD.
  size_t LookForNotNullConstraint(size_t i) {
    bool in_place = is_create_ ? depth_ == 1 && AtElementStart(i) && i > 0
                               : depth_ == 0 && i > 0 && Word(i - 1, "add");
    if (!in_place) return i;
    size_t at = Word(i, "constraint") && IsName(i + 1) ? i + 2 : i;
    if (!Words(at, {"not", "null"}) || !IsName(at + 2)) return i;
    std::string name = at == i ? std::string() : Name(i + 1);
    std::string column = Name(at + 2);
    size_t last = at + 2;
    bool validated = true;
    bool no_inherit = false;
    for (;;) {
      if (Words(last + 1, {"not", "valid"})) {
        validated = false;
      } else if (Words(last + 1, {"no", "inherit"})) {
        no_inherit = true;
      } else {
        break;
      }
      last += 2;
    }
    size_t first = i;
    if (!is_create_) {
      first = i - 1;
    } else if (Punctuation(i - 1, ',')) {
      first = i - 1;
    } else if (Punctuation(last + 1, ',')) {
      last += 1;
    }
    Amendment& amendment = Amend(Amendment::Kind::NotNullConstraint, first, last);
    amendment.name = std::move(name);
    amendment.column = std::move(column);
    amendment.validated = validated;
    amendment.no_inherit = no_inherit;
    if (!is_create_) {
      // ALTER TABLE needs an action: one without any effect on the model that is always shorter.
      constexpr std::string_view kNoEffect = "OWNER TO a";
      result_.text.replace(tokens_[first].begin, kNoEffect.size(), kNoEffect);
    }
    return last;
  }

  source::Range range_;
  NormalizedStatement result_;
  std::vector<Token> tokens_;
  bool is_create_ = false;
  int depth_ = 0;
};

}  // namespace

NormalizedStatement NormalizeNewerSyntax(source::Range statement) {
  return Normalizer(statement).Run();
}

}  // namespace tricklec::catalog
