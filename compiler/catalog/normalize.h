#pragma once

#include <string>
#include <vector>

#include "tricklec/source/buffer.h"

namespace tricklec::catalog {

/// A part of DDL that PostgreSQL 16 to 18 understand and the parser (of PostgreSQL 15) does not.
struct Amendment {
  enum class Kind {
    NotNullConstraint,  ///< [CONSTRAINT name] NOT NULL column [NOT VALID] [NO INHERIT]
    NotNullNoInherit,   ///< of the column constraint before it
    NotEnforced,        ///< of the constraint before it
    Enforced,
    VirtualColumn,    ///< GENERATED ALWAYS AS (expression) [VIRTUAL] of the column before it
    WithoutOverlaps,  ///< WITHOUT OVERLAPS or PERIOD of the constraint before it
  };
  Kind kind = Kind::Enforced;
  source::Range range;       ///< what was blanked out
  source::Range expression;  ///< of a virtual column, without parentheses
  std::string name;          ///< of a NOT NULL constraint, "" if it has none
  std::string column;
  bool validated = true;
  bool no_inherit = false;
};

struct NormalizedStatement {
  std::string text;  ///< as long as the original, what is left of it in its place
  std::vector<Amendment> amendments;
};

/// Blanks out the syntax of PostgreSQL 16 to 18 in CREATE TABLE and ALTER TABLE (also FOREIGN) that
/// dumps and migrations use, and says what it was. Everything else stays as it is.
NormalizedStatement NormalizeNewerSyntax(source::Range statement);

}  // namespace tricklec::catalog
