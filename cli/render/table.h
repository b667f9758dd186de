#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tricklec/db/connection.h"

namespace tricklec::cli {

/// Prints rows as psql does: a header, a line, one line per row; columns as wide as their widest
/// value on a terminal. Line breaks inside values are shown as `↵`. NULL is empty.
void PrintTable(const db::Rows& rows, std::ostream& out);

}  // namespace tricklec::cli
