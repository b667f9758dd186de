#pragma once

#include <functional>

#include "tricklec/codegen/lower/expr.h"
#include "tricklec/codegen/sqltree/statement.h"

namespace tricklec::codegen::lower {

/// What stands in FROM for a scan, and how its columns are written.
struct ScanSql {
  sqltree::FromItem from;
  /// The name that qualifies the columns of the source.
  std::string alias = {};
  sqltree::Expr weight = {};  ///< of a Δ scan
  std::vector<sqltree::Expr> where = {};
};
using ScanLowering = std::function<ScanSql(const ir::Rel& rel, const ir::Scan& scan)>;

/// One SELECT under construction: its clauses, and how the outputs of the node it stands for are
/// written in its list. Nodes are merged into one SELECT as far as the order of its clauses allows
/// (FROM, WHERE, GROUP BY, HAVING, list, DISTINCT); otherwise the SELECT goes into FROM.
struct Block {
  sqltree::Select select = {};  ///< without items
  Scope scope = {};
  std::vector<ir::OutputColumn> outputs = {};
  enum class Stage { Rows, Grouped, Distinct };
  Stage stage = Stage::Rows;
};

Block LowerBlock(const ir::RelPtr& rel, const ScanLowering& scans);

/// The outputs' names, with a number where several have the same.
std::vector<std::string> DistinctNames(const std::vector<ir::OutputColumn>& outputs);

/// The outputs as the list of the SELECT. `names` replaces the outputs' names where given.
sqltree::StatementPtr Finish(const Block& block, const std::vector<std::string>* names = nullptr);

/// A query over the tables as they are now.
ScanSql ScanTable(const ir::Rel& rel, const ir::Scan& scan);

}  // namespace tricklec::codegen::lower
