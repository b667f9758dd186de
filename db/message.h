#pragma once

#include <string>
#include <string_view>

#include "tricklec/db/connection.h"

namespace tricklec::db {

/// The parts of a server message as libpq prints it in verbose mode.
struct ServerMessage {
  std::string severity;
  Error parts;
};

/// Takes a message apart:
///
///     ERROR:  42P01: relation "x" does not exist
///     LINE 1: SELECT * FROM x
///                           ^
///     HINT:  …
///     LOCATION:  parserOpenTable, parse_relation.c:1371
///
/// libpqxx 6.4 hands out SQLSTATEs for some errors only, and none of the other fields. Text without
/// this shape (libpq's own, about connections) becomes the message as it is.
ServerMessage ParseServerMessage(std::string_view text);

}  // namespace tricklec::db
