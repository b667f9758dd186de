#pragma once

#include <vector>

#include "tricklec/source/diagnostic.h"

namespace tricklec::syntax {

/// A statement as the splitter finds it, not yet looked into.
struct Piece {
  enum class Kind {
    Stream,    ///< begins like a statement of the stream table language
    Other,     ///< ordinary SQL
    PsqlMeta,  ///< a line with a command of psql
    CopyData,  ///< the lines after COPY … FROM stdin
  };
  Kind kind = Kind::Other;
  source::Range leading;     ///< white space and comments before it
  source::Range range;       ///< first to last token
  source::Range terminator;  ///< the rest up to and with the semicolon; empty without one
};

struct Split {
  std::vector<Piece> pieces;
  source::Range trailing;  ///< white space and comments at the end
};

/// Cuts a file into statements at semicolons outside of literals, names and comments. Semicolons
/// in `BEGIN ATOMIC … END` bodies and inside the parentheses of CREATE RULE do not end a statement;
/// everywhere else they do, so that a forgotten parenthesis spoils one statement only. Statements
/// consisting of nothing (`;;`) are part of the next one's `leading`.
///
/// Unterminated literals, names and comments are reported; the statement they are in reaches to the
/// end of the file.
Split SplitStatements(const source::Buffer& buffer, source::Diagnostics& diagnostics);

}  // namespace tricklec::syntax
