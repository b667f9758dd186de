#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tricklec/testsupport/session.h"

namespace tricklec::testsupport {

/// How two rows are compared: by `=` of every column (EXCEPT ALL: 1.0 is 1.00), or by the text of
/// the row, for copied rows and for types without equality (1.0 is not 1.00).
enum class CompareBy { kEqual, kImage };

/// Whether two queries yield the same bag of rows, both read in one statement and so in one
/// snapshot. The failure lists rows that only one side has, with the number of surplus copies.
testing::AssertionResult SameRows(Session& session, std::string_view actual,
                                  std::string_view expected, CompareBy compare = CompareBy::kEqual);

/// Whether the visible columns of the stream table (not `__pgt_…`) hold exactly the query's rows.
/// `table` is SQL: quoted and qualified as needed.
testing::AssertionResult HoldsQuery(Session& session, std::string_view table,
                                    std::string_view query, CompareBy compare = CompareBy::kEqual);

/// The visible columns of a table, quoted and separated by commas, in order.
std::string VisibleColumns(Session& session, std::string_view table);

}  // namespace tricklec::testsupport
