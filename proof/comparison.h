#pragma once

#include <string>
#include <vector>

#include "tricklec/db/connection.h"
#include "tricklec/proof/definitions.h"

namespace tricklec::proof {

/// A row that only one side has.
struct Difference {
  bool missing = false;  ///< only the query has it, else only the stream table
  std::string row;       ///< column values, for people
};

/// Compares one stream table with the user's own query, which is kept as a view: bags of rows;
/// copied columns by image, groups and aggregates by `=`, aggregates of floating point numbers to 1e-9
/// relative (DESIGN §2.1).
class Comparison {
 public:
  /// \param view the user's query as a view
  Comparison(const StreamTable& table, const std::string& view, bool has_equality);

  /// Both sides are read in one statement, so in one snapshot.
  db::Result<std::vector<Difference>> Run(db::Connection& connection) const;

  /// One query whose rows are what differs (floating point numbers by `=`, too).
  const std::string& query() const { return query_; }

 private:
  const StreamTable* table_;
  std::vector<ivm::Compare> compare_;
  std::string query_;
};

/// Whether PostgreSQL can compare the rows of a view by `=`.
bool HasEquality(db::Connection& connection, const StreamTable& table, const std::string& view);

}  // namespace tricklec::proof
