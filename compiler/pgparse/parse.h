#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/pgparse/node.h"
#include "tricklec/source/buffer.h"

namespace tricklec::pgparse {

/// What PostgreSQL's parser says of text it does not take, with the place in the buffer.
struct ParseError {
  std::string message;
  source::Range range;
};

struct ParsedStatement {
  Node node;            ///< the statement, e.g. kind "SelectStmt"
  source::Range range;  ///< its text, without the semicolon
};

struct ParseResult {
  std::vector<ParsedStatement> statements;
  std::optional<ParseError> error;  ///< set: `statements` is empty
};

/// Parses a range of text as SQL of PostgreSQL 15. Positions of all nodes are absolute in the
/// range's buffer, which must outlive the nodes.
ParseResult Parse(source::Range text);

/// Parses other text in the place of a range: `replacement` has the same length, every token in it
/// stands at its old place. For syntax newer than the parser, blanked out.
ParseResult ParseReplaced(source::Range text, std::string_view replacement);

/// Parses a type name such as "numeric(10,2)[]" or "public.citext"; kind "TypeName".
/// Returns the empty node if it is none.
Node ParseTypeName(std::string_view text);

/// Replaces the node `hole` by `$n` when an expression is printed, n being its place in the list.
struct Hole {
  Node node;
};

/// Replaces a list of names inside a node when it is printed, e.g. the `collname` of a
/// CollateClause by its schema-qualified form.
struct Renaming {
  Node node;
  std::string field;
  std::vector<std::string> names;
};

/// Prints an expression as SQL text on one line, with holes and renamings applied.
/// Comments and the original spacing are gone.
std::string DeparseExpression(const Node& expression, const std::vector<Hole>& holes = {},
                              const std::vector<Renaming>& renamings = {});

/// Prints a whole statement as SQL text on one line.
std::string DeparseStatement(const Node& statement);

/// Checks that text parses as a sequence of SQL statements, and the bodies of functions and DO
/// blocks in plpgsql as well. Returns the first error.
/// \param text one or several statements as they would be sent to a server
std::optional<std::string> CheckGeneratedSql(std::string_view text);

}  // namespace tricklec::pgparse
