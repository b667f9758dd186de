#pragma once

#include <string>

#include "tricklec/proof/rng.h"
#include "tricklec/randomdml/table_case.h"

namespace tricklec::randomdml {

/// One step of a random history.
struct Statement {
  /// One SQL statement, or two that belong together. The table's name is not qualified: the search
  /// path decides which twin is meant.
  std::string sql;
  /// Commands that the user triggers of the table run during this statement, by the setting that
  /// holds them: `nested.after_row_first`, …
  std::vector<std::pair<std::string, std::string>> nested;
};

/// Makes random statements on a table.
class StatementGenerator {
 public:
  /// `copy_file` is a path that the server can write.
  StatementGenerator(const TableCase& table, std::string copy_file, proof::Rng& rng);

  /// Rows to start with.
  std::string InitialRows();
  Statement Next();

  /// The function and, for a table in this schema, the triggers that run nested commands.
  static std::string NestedFunctionDdl();
  static std::string NestedTriggersDdl(const std::string& qualified_table);
  /// The settings that NestedTriggersDdl knows.
  static const std::vector<std::string>& NestedSettings();

 private:
  std::string Value(size_t column);
  std::string RowOfValues();
  std::string Rows(size_t count);
  std::string ColumnList() const;
  std::string Name(size_t column) const;
  std::string Predicate();
  std::string Assignment(size_t column);
  std::string Assignments();
  size_t AnyColumn();
  size_t ValueColumn();
  bool IsKey(size_t column) const;

  std::string Insert();
  std::string InsertMany();
  std::string Shrink();
  std::string Upsert();
  std::string Update();
  std::string MoveKey();
  std::string SwapKeys();
  std::string BecomeDuplicate();
  std::string Delete();
  std::string DeleteOneCopy();
  std::string Merge();
  std::string Simple();
  std::string SeveralInOne();
  std::string Truncate();
  std::string Copy();
  std::string WholeLife();
  std::string ExceptionBlock();
  std::string NestedCommand();

  const TableCase& table_;
  std::string name_;
  std::string copy_file_;
  std::vector<size_t> writable_;
  proof::Rng& rng_;
  int until_shrunk_ = 0;         ///< statements before the many rows of InsertMany go again
  bool forbidden_nulls_ = true;  ///< a NULL where none may be, once in a while
};

}  // namespace tricklec::randomdml
