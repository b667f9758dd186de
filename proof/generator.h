#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/db/connection.h"
#include "tricklec/proof/facts.h"
#include "tricklec/proof/rng.h"
#include "tricklec/proof/rows.h"
#include "tricklec/proof/statement.h"

namespace tricklec::proof {

struct GeneratorOptions {
  bool refreshes = true;  ///< some stream table is refreshed, not IMMEDIATE
  bool copies = false;    ///< the server may run programs: COPY is among the statements
  bool truncates = true;
  /// Settings in which triggers of the schema look for commands that they run, as often as
  /// `nested.calls_left` allows.
  std::vector<std::string> nested_settings = {};
};

/// Makes random rows and random changes of them. Statements name values, not places, so that each stays
/// meaningful when others are left out.
class Generator {
 public:
  /// \param connection a database whose rows the statements will meet
  Generator(const Facts& facts, const GeneratorOptions& options, db::Connection& connection,
            Rng rng);
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  size_t tables() const { return facts_.tables.size(); }
  /// How many statements insert the first rows of a table, and one of them.
  int FirstStatements(size_t table);
  Step FirstRows(size_t table);

  /// A transaction on the rows that are there now.
  Transaction Next();

 private:
  size_t PickTable();

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

  // generator_blocks.cpp
  Sql InsertMany(size_t table);
  Sql Shrink(size_t table);
  Sql CopyValues(size_t table);
  Sql MoveRows(size_t table);
  Sql Simple(size_t table);
  Sql Block(size_t table);
  void AddNestedCommands(size_t table, Sql& sql);
  std::string Setting();

  const Facts& facts_;
  GeneratorOptions options_;
  Rng rng_;
  RowGenerator rows_;
  std::optional<size_t> shrinks_;  ///< a table with many rows
};

}  // namespace tricklec::proof
