#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tricklec/db/connection.h"
#include "tricklec/proof/facts.h"
#include "tricklec/proof/rng.h"
#include "tricklec/proof/statement.h"

namespace tricklec::proof {

/// Makes rows and what is said about rows: conditions, assignments. Values come from a few that one
/// history uses, so that keys, groups and joins collide.
class RowGenerator {
 public:
  using Row = std::vector<db::Value>;

  /// \param connection a database whose rows are met
  RowGenerator(const Facts& facts, db::Connection& connection, Rng& rng);

  /// The rows are looked at again.
  void Forget() { existing_.clear(); }
  /// Some rows of a table as they were when they were first asked for.
  const std::vector<Row>& Existing(size_t table);
  /// A value of such a row, as SQL.
  std::string Existing(const Table& table, const Row& row, size_t column) const;

  /// SQL that a column takes most of the time, or DEFAULT.
  std::string Value(size_t table, size_t column);
  /// Values for all columns, empty where none is written.
  std::vector<std::string> NewRow(size_t table);
  /// `(1, 'a')`.
  ///
  /// \param cast to the types of the columns
  Sql ValueList(size_t table, const std::vector<std::string>& values, bool cast);
  Piece RowList(size_t table, int rows, bool cast);
  /// `(id, name)`: the columns that are written.
  std::string ColumnList(const Table& table) const;

  /// A condition that some rows meet.
  Sql Predicate(size_t table, const std::string& alias);
  Sql OneRow(size_t table, const std::string& alias);
  /// `name = value`.
  Sql Assignment(size_t table, size_t column, const std::string& prefix);
  Piece Assignments(size_t table, const std::string& prefix);

 private:
  const std::vector<std::string>& Pool(size_t table, size_t column);
  std::string KeyValue(const Column& column, int highest);
  void TakeParents(size_t table, std::vector<std::string>& values);
  bool Collides(size_t table, const std::vector<std::string>& values);
  bool FailsConditions(const Table& table, const std::vector<std::string>& values);

  const Facts& facts_;
  db::Connection& connection_;
  Rng& rng_;
  std::map<std::pair<size_t, size_t>, std::vector<std::string>> pools_;
  std::map<size_t, std::vector<Row>> existing_;
};

std::string Joined(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace tricklec::proof
