#include "tricklec/syntax/literal.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>

namespace tricklec::syntax {

namespace {

using source::Code;

constexpr size_t kMaxNameBytes = 63;  // NAMEDATALEN - 1

std::optional<uint32_t> HexValue(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  uint32_t value = 0;
  for (char c : digits) {
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

bool IsHighSurrogate(uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool IsLowSurrogate(uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

/// Decodes the quoted part of a name or string token.
class Decoder {
 public:
  Decoder(source::Range range, source::Diagnostics& diagnostics)
      : range_(range), text_(range.text()), diagnostics_(diagnostics) {}

  /// \param quote the quote character; its doubling stands for itself
  /// \param unicode_escape escape character of `U&` tokens, NUL for none
  Decoded Quoted(char quote, char unicode_escape, bool backslash_escapes) {
    at_ = text_.find(quote);
    while (at_ < text_.size()) {
      ++at_;
      ReadPiece(quote, unicode_escape, backslash_escapes);
      close_ = at_;
      at_ = text_.find(quote, at_ + 1);  // of a continuation
      if (at_ != std::string_view::npos) result_.verbatim = false;
    }
    if (high_surrogate_) Invalid(close_, close_);
    result_.origin.push_back(range_.begin + static_cast<uint32_t>(close_));
    if (source::FindInvalidUtf8(result_.text) != std::string_view::npos) Invalid(0, text_.size());
    return std::move(result_);
  }

  Decoded Dollar() {
    size_t tag = text_.find('$', 1) + 1;
    size_t close = std::max(tag, text_.size() - std::min(tag, text_.size()));
    for (size_t i = tag; i < close; ++i) Byte(text_[i], i);
    result_.origin.push_back(range_.begin + static_cast<uint32_t>(close));
    return std::move(result_);
  }

 private:
  void Byte(char c, size_t from) {
    result_.text += c;
    result_.origin.push_back(range_.begin + static_cast<uint32_t>(from));
  }

  void CodePoint(uint32_t code, size_t from, size_t to) {
    if (high_surrogate_) {
      if (!IsLowSurrogate(code)) return Invalid(from, to);
      code = 0x10000 + ((*high_surrogate_ - 0xD800) << 10) + (code - 0xDC00);
      high_surrogate_.reset();
    } else if (IsHighSurrogate(code)) {
      high_surrogate_ = code;
      return;
    }
    if (code == 0 || code > 0x10FFFF || IsLowSurrogate(code)) return Invalid(from, to);
    std::string bytes;
    utf8::append(code, std::back_inserter(bytes));
    for (char c : bytes) Byte(c, from);
  }

  void Invalid(size_t from, size_t to) {
    high_surrogate_.reset();
    if (invalid_) return;
    invalid_ = true;
    source::Range range = range_.Sub(static_cast<uint32_t>(from), static_cast<uint32_t>(to));
    diagnostics_.Report(Code::InvalidEscape, range, range.text());
  }

  void ReadPiece(char quote, char unicode_escape, bool backslash_escapes) {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == quote) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) return;
        Plain(quote, 2);
      } else if (unicode_escape != '\0' && c == unicode_escape) {
        ReadUnicodeEscape(unicode_escape);
      } else if (backslash_escapes && c == '\\') {
        ReadBackslash();
      } else {
        Plain(c, 1);
      }
    }
  }

  // A character that is written with `size` bytes.
  void Plain(char c, size_t size) {
    if (high_surrogate_) Invalid(at_, at_ + size);
    if (size != 1) result_.verbatim = false;
    Byte(c, at_);
    at_ += size;
  }

  // \XXXX, \+XXXXXX, or the escape character twice.
  void ReadUnicodeEscape(char escape) {
    result_.verbatim = false;
    size_t from = at_;
    if (text_.substr(at_ + 1, 1) == std::string_view(&escape, 1)) return Plain(escape, 2);
    bool wide = text_.substr(at_ + 1, 1) == "+";
    size_t digits = wide ? 6 : 4;
    ReadHex(from, wide ? 2 : 1, digits, digits);
  }

  // From `from`, after `prefix` bytes, between `least` and `most` digits.
  void ReadHex(size_t from, size_t prefix, size_t least, size_t most) {
    size_t begin = from + prefix;
    size_t count = 0;
    while (count < most && HexValue(text_.substr(begin + count, 1))) ++count;
    at_ = begin + count;
    if (count < least) return Invalid(from, at_);
    CodePoint(*HexValue(text_.substr(begin, count)), from, at_);
  }

  // https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE
  void ReadBackslash() {
    result_.verbatim = false;
    size_t from = at_;
    char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\\';
    switch (c) {
      case 'b': return Plain('\b', 2);
      case 'f': return Plain('\f', 2);
      case 'n': return Plain('\n', 2);
      case 'r': return Plain('\r', 2);
      case 't': return Plain('\t', 2);
      case 'u': return ReadHex(from, 2, 4, 4);
      case 'U': return ReadHex(from, 2, 8, 8);
      case 'x': {
        size_t count = 0;
        while (count < 2 && HexValue(text_.substr(from + 2 + count, 1))) ++count;
        if (count == 0) return Plain('x', 2);
        return RawByte(*HexValue(text_.substr(from + 2, count)), 2 + count);
      }
      default: break;
    }
    if (c < '0' || c > '7') return Plain(c, 2);
    uint32_t value = 0;
    size_t count = 0;
    while (count < 3 && from + 1 + count < text_.size()) {
      char digit = text_[from + 1 + count];
      if (digit < '0' || digit > '7') break;
      value = value * 8 + static_cast<uint32_t>(digit - '0');
      ++count;
    }
    RawByte(value & 0xFF, 1 + count);
  }

  void RawByte(uint32_t value, size_t size) {
    if (value == 0) {
      Invalid(at_, at_ + size);
      at_ += size;
      return;
    }
    Plain(static_cast<char>(value), size);
  }

  source::Range range_;
  std::string_view text_;
  source::Diagnostics& diagnostics_;
  Decoded result_;
  std::optional<uint32_t> high_surrogate_;
  size_t at_ = 0;
  size_t close_ = 0;
  bool invalid_ = false;
};

std::string Fold(std::string_view word) {
  std::string result(word);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

Name DecodeName(TokenKind kind, source::Range range, source::Diagnostics& diagnostics,
                char escape) {
  Name name{{}, range};
  switch (kind) {
    case TokenKind::QuotedName:
      name.text = Decoder(range, diagnostics).Quoted('"', '\0', false).text;
      break;
    case TokenKind::UnicodeName:
      name.text = Decoder(range, diagnostics).Quoted('"', escape, false).text;
      break;
    default: name.text = Fold(range.text()); break;
  }
  if (name.text.empty()) {
    diagnostics.Report(Code::EmptyName, range);
  } else if (name.text.size() > kMaxNameBytes) {
    size_t end = kMaxNameBytes;
    while ((static_cast<unsigned char>(name.text[end]) & 0xC0) == 0x80) --end;
    name.text.resize(end);
    diagnostics.Report(Code::NameTruncated, range, name.text)
        .AddNote("PostgreSQL cuts names to 63 bytes");
  }
  return name;
}

Decoded DecodeString(TokenKind kind, source::Range range, source::Diagnostics& diagnostics,
                     char escape) {
  Decoder decoder(range, diagnostics);
  switch (kind) {
    case TokenKind::DollarString: return decoder.Dollar();
    case TokenKind::EscapeString: return decoder.Quoted('\'', '\0', true);
    case TokenKind::UnicodeString: return decoder.Quoted('\'', escape, false);
    default: return decoder.Quoted('\'', '\0', false);
  }
}

char DecodeUescape(source::Range literal, source::Diagnostics& diagnostics) {
  std::string value = DecodeString(TokenKind::String, literal, diagnostics).text;
  bool valid = value.size() == 1 && !HexValue(value) &&
               std::string_view("+'\" \t\n\r\f\v").find(value[0]) == std::string_view::npos;
  if (valid) return value[0];
  diagnostics.Report(Code::InvalidEscape, literal, literal.text())
      .AddNote("UESCAPE takes one character that is no hexadecimal digit, `+`, quote or space");
  return '\\';
}

bool IsReservedWord(std::string_view folded) {
  // Reserved key words of PostgreSQL 15, without those of our own clauses (ALL,
  // INITIALLY, ONLY).
  static constexpr std::string_view kReserved[] = {"analyse",
                                                   "analyze",
                                                   "and",
                                                   "any",
                                                   "array",
                                                   "as",
                                                   "asc",
                                                   "asymmetric",
                                                   "both",
                                                   "case",
                                                   "cast",
                                                   "check",
                                                   "collate",
                                                   "column",
                                                   "constraint",
                                                   "create",
                                                   "current_catalog",
                                                   "current_date",
                                                   "current_role",
                                                   "current_time",
                                                   "current_timestamp",
                                                   "current_user",
                                                   "default",
                                                   "deferrable",
                                                   "desc",
                                                   "distinct",
                                                   "do",
                                                   "else",
                                                   "end",
                                                   "except",
                                                   "false",
                                                   "fetch",
                                                   "for",
                                                   "foreign",
                                                   "from",
                                                   "grant",
                                                   "group",
                                                   "having",
                                                   "in",
                                                   "intersect",
                                                   "into",
                                                   "lateral",
                                                   "leading",
                                                   "limit",
                                                   "localtime",
                                                   "localtimestamp",
                                                   "not",
                                                   "null",
                                                   "offset",
                                                   "on",
                                                   "or",
                                                   "order",
                                                   "placing",
                                                   "primary",
                                                   "references",
                                                   "returning",
                                                   "select",
                                                   "session_user",
                                                   "some",
                                                   "symmetric",
                                                   "table",
                                                   "then",
                                                   "to",
                                                   "trailing",
                                                   "true",
                                                   "union",
                                                   "unique",
                                                   "user",
                                                   "using",
                                                   "variadic",
                                                   "when",
                                                   "where",
                                                   "window",
                                                   "with"};
  static_assert(std::is_sorted(std::begin(kReserved), std::end(kReserved)));
  return std::binary_search(std::begin(kReserved), std::end(kReserved), folded);
}

}  // namespace tricklec::syntax
