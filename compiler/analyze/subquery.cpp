// Subqueries of a query's expressions stand beside its rows.

#include <algorithm>

#include "tricklec/analyze/query.h"

namespace tricklec::analyze {

using ir::RelPtr;

RelPtr QueryAnalyzer::AnalyzeSubquery(const pgparse::Node& select) {
  return QueryAnalyzer(context_, path_, this, on_scope_ != nullptr ? on_scope_ : &scope_)
      .Analyze(select);
}

RelPtr QueryAnalyzer::WithSubqueries(RelPtr rel, bool all) {
  std::vector<SubqueryJoin> later;
  for (SubqueryJoin& subquery : subqueries_) {
    bool is_key = std::any_of(keys_.begin(), keys_.end(), [&](const ir::ProjectColumn& key) {
      std::vector<ir::ColumnId> read;
      ir::CollectColumns(key.expr, read);
      return std::any_of(read.begin(), read.end(),
                         [&](ir::ColumnId id) { return subquery.rows->FindOutput(id) != nullptr; });
    });
    if (!all && !subquery.in_aggregate && !is_key) {
      later.push_back(std::move(subquery));
      continue;
    }
    source::Range range = subquery.rows->range;
    rel = subquery.predicate == nullptr
              ? ir::MakeJoin(std::move(rel), subquery.rows, nullptr, range)
              : ir::MakeOuterJoin(std::move(rel), subquery.rows, subquery.predicate, range);
  }
  subqueries_ = std::move(later);
  return rel;
}

}  // namespace tricklec::analyze
