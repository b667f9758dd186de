#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tricklec/randomdml/table_case.h"

namespace tricklec::randomdml {

/// A stream table to make: its qualified name and its query.
struct NamedQuery {
  std::string name;
  std::string query;
};

struct HistoryOptions {
  uint64_t seed = 1;
  int transactions = 5;    ///< each of 1 to 5 statements
  int random_queries = 4;  ///< stream tables besides those of the catalogue
  /// Makes the stream tables in another way than by compiling them, to test the oracle itself:
  /// the script for these tables over the named source.
  std::function<std::string(const std::string& source, const std::vector<NamedQuery>&)> reference =
      {};
};

/// Makes the table, a twin of it without stream tables, and the stream tables; then runs random
/// transactions on both. After every statement, inside the transaction and after its end, each
/// stream table must hold its query (the user's text, as a view of the test), both twins must have
/// the same rows, and a statement must fail exactly where it fails on the twin or where a query
/// would fail over the rows it leaves. The failure has the seed and the whole history as an SQL
/// script.
testing::AssertionResult RunHistory(const TableCase& table, const HistoryOptions& options);

}  // namespace tricklec::randomdml
