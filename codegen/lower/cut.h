#pragma once

#include <set>
#include <string>
#include <vector>

#include "tricklec/codegen/lower/delta.h"

namespace tricklec::codegen::lower {

/// The sources of a program whose refresh follows that of an inner result, as they were then
/// (`ivm::Program::cut_from`): the rows whose keys nobody changed since, and the old rows of the others. In
/// REPEATABLE READ nothing changed since.
class Cut {
 public:
  explicit Cut(const ivm::Program& program) : program_(program) {}

  /// A source under an alias: the table itself where the program needs no cut.
  ScanSql Read(const ivm::SourceProgram& source, const std::string& alias);
  /// Whether changes since the cut are taken back from a source.
  bool Applies(const ivm::SourceProgram& source) const;
  /// What the rows of a source are looked for in, to be united: the table, and the rows that changed since, told
  /// from it by a weight that is not NULL. PostgreSQL looks up rows for a join only in a part without conditions,
  /// and only if the others are subqueries with some, not names of WITH: so the condition on rows of the table is
  /// apart (`IsPart`).
  std::vector<sqltree::StatementPtr> Parts(const ivm::SourceProgram& source);
  /// Only where the cut applies.
  sqltree::Expr IsPart(const ivm::SourceProgram& source, const std::string& alias) const;
  /// `Read` as a function, for as long as this object lives.
  ScanLowering Scans();
  /// The queries that what was read so far refers to: changes since the cut.
  std::vector<sqltree::Cte> With() const;

  /// Reads the cut into its variables.
  static sqltree::PlBlock ReadVariables(const ivm::Program& program, const Names& names);
  static std::vector<sqltree::Declaration> Variables();

 private:
  std::string NameOf(const ivm::SourceProgram& source) const;

  const ivm::Program& program_;
  std::set<size_t> used_;  ///< positions in the program's sources
};

}  // namespace tricklec::codegen::lower
