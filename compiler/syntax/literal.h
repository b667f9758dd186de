#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"
#include "tricklec/syntax/scanner.h"

namespace tricklec::syntax {

/// The value of a string literal.
struct Decoded {
  std::string text;
  /// For every byte of `text` the offset in the literal's buffer it was read from, and the offset
  /// of the closing quote; a derived buffer is made of it (`source::Buffer`).
  std::vector<uint32_t> origin;
  /// Whether `text` stands in the source just like that, without escapes or continuations.
  bool verbatim = true;
};

/// The name that an identifier token stands for, by PostgreSQL's rules: ASCII folded to lower case
/// unless quoted, `""` and Unicode escapes resolved, cut to 63 bytes with a warning.
///
/// \param range of the token, UESCAPE not included
/// \param escape the escape character of a `U&"…"` name
Name DecodeName(TokenKind kind, source::Range range, source::Diagnostics& diagnostics,
                char escape = '\\');

/// The value of a string token of any kind but `OtherString`.
Decoded DecodeString(TokenKind kind, source::Range range, source::Diagnostics& diagnostics,
                     char escape = '\\');

/// The character that a UESCAPE literal (`'!'`) names; reports one that PostgreSQL refuses.
char DecodeUescape(source::Range literal, source::Diagnostics& diagnostics);

/// Whether an unquoted word cannot be a name in PostgreSQL because it is a reserved key word there
/// and none of ours (manual, appendix "SQL Key Words").
bool IsReservedWord(std::string_view folded);

}  // namespace tricklec::syntax
