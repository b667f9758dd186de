#pragma once

#include <optional>
#include <vector>

#include "tricklec/analyze/expression.h"
#include "tricklec/ir/source_table.h"

namespace tricklec::analyze {

/// Turns one SelectStmt into IR. What is outside the dialect of today is reported and never left
/// out silently.
class QueryAnalyzer {
 public:
  /// \param path in force where the query stands
  QueryAnalyzer(Context& context, const catalog::SearchPath& path)
      : context_(context), path_(path) {}

  /// \returns the query as a tree whose outputs are its columns, or nullptr after reporting
  ir::RelPtr Analyze(const pgparse::Node& select);

 private:
  /// One result column before grouping is sorted out.
  struct Target {
    std::string name;
    ir::ExprPtr expr;
    source::Range range;
  };

  // supported.cpp: everything a SelectStmt may have, and what of it is not for us (yet).
  bool CheckSupported(const pgparse::Node& select);

  // from.cpp
  ir::RelPtr AnalyzeFrom(const pgparse::Node& item);
  ir::RelPtr AnalyzeRangeVar(const pgparse::Node& node);
  ir::RelPtr AnalyzeTable(const catalog::Relation& relation, const pgparse::Node& node);
  ir::RelPtr AnalyzeView(const catalog::Relation& relation, const pgparse::Node& node);
  ir::RelPtr AnalyzeSubselect(const pgparse::Node& node);
  bool CheckSource(const catalog::Relation& relation, const pgparse::Node& node);
  bool AddItem(RangeItem item, const ir::RelPtr& rel, const pgparse::Node& alias,
               source::Range range);
  std::string UniqueScanAlias(const std::string& name);

  // query.cpp
  bool AnalyzeTargets(const pgparse::Node& select);
  bool AnalyzeGroupBy(const pgparse::Node& select);
  bool AnalyzeOrderBy(const pgparse::Node& select);
  ir::ExprPtr AnalyzeGroupItem(const pgparse::Node& item);
  bool CheckEquality(const ir::ExprPtr& expr, std::string_view clause);

  // grouping.cpp
  /// Puts group keys and aggregates between the rows and the result; rewrites targets and HAVING
  /// to read them.
  ir::RelPtr Group(ir::RelPtr input, bool grouped);
  ir::ExprPtr OverGroups(const ir::ExprPtr& expr);
  bool DependsOnKey(ir::ColumnId column) const;

  Context& context_;
  const catalog::SearchPath& path_;
  Scope scope_;
  ir::RelPtr input_;
  /// The scan, when FROM is a plain table: its primary key makes all columns groupable.
  ir::RelPtr plain_scan_;
  std::vector<Target> targets_;
  std::vector<ir::AggregateColumn> aggregates_;
  std::vector<ir::ProjectColumn> keys_;
  std::vector<ir::ExprPtr> order_;
  ir::ExprPtr having_;
  std::vector<ir::ColumnId> reported_;
};

}  // namespace tricklec::analyze
