#pragma once

#include <map>
#include <string>
#include <vector>

#include "tricklec/db/connection.h"
#include "tricklec/proof/facts.h"
#include "tricklec/proof/rng.h"
#include "tricklec/proof/statement.h"

namespace tricklec::proof {

struct GeneratorOptions {
  bool refreshes = true;  ///< some stream table is refreshed, not IMMEDIATE
  bool copies = false;    ///< the server may run programs: COPY is among the statements
  bool truncates = true;
};

/// Makes random rows and random changes of them. Values come from a few that one history uses, so
/// that keys, groups and joins collide; statements name values, not places, so that each stays
/// meaningful when others are left out.
class Generator {
 public:
  /// \param connection a database whose rows the statements will meet
  Generator(const Facts& facts, const GeneratorOptions& options, db::Connection& connection,
            Rng rng);

  /// How many statements insert the first rows of a table, and one of them.
  int FirstStatements(size_t table);
  Step FirstRows(size_t table);

  /// A transaction on the rows that are there now.
  Transaction Next();

 private:
  using Row = std::vector<db::Value>;

  size_t PickTable();
  /// The rows of a table as they were when this transaction was begun to be made.
  const std::vector<Row>& Existing(size_t table);
  std::string Existing(const Table& table, const Row& row, size_t column) const;
  const std::vector<std::string>& Pool(size_t table, size_t column);

  std::string Value(size_t table, size_t column);
  std::string KeyValue(const Column& column, int highest);
  std::vector<std::string> NewRow(size_t table);
  void TakeParents(size_t table, std::vector<std::string>& values);
  bool Collides(size_t table, const std::vector<std::string>& values);
  bool FailsConditions(const Table& table, const std::vector<std::string>& values);
  Sql ValueList(size_t table, const std::vector<std::string>& values, bool cast);
  Piece RowList(size_t table, int rows, bool cast);
  std::string ColumnList(const Table& table) const;

  Sql Predicate(size_t table, const std::string& alias);
  Sql OneRow(size_t table, const std::string& alias);
  Piece Assignments(size_t table, const std::string& prefix);
  Sql Assignment(size_t table, size_t column, const std::string& prefix);

  Step Statement();
  Sql Insert(size_t table, int rows);
  Sql InsertSelect(size_t table);
  Sql Update(size_t table);
  Sql UpdateFromParent(size_t table);
  Sql MoveKey(size_t table);
  Sql Delete(size_t table);
  Sql DeleteOneCopy(size_t table);
  Sql Upsert(size_t table);
  Sql Merge(size_t table);
  Sql Ctes();
  Sql Truncate(size_t table);
  Sql Copy(size_t table);

  const Facts& facts_;
  GeneratorOptions options_;
  db::Connection& connection_;
  Rng rng_;
  std::map<std::pair<size_t, size_t>, std::vector<std::string>> pools_;
  std::map<size_t, std::vector<Row>> existing_;
};

}  // namespace tricklec::proof
