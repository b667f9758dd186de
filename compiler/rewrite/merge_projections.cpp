// Merges a projection into the projection or aggregate above it.
//
//   SELECT y + 1 FROM (SELECT x * 2 AS y FROM t) s          →  SELECT x * 2 + 1 FROM t
//   SELECT y, count(z) FROM (SELECT f(x) AS y, z FROM t) s GROUP BY y
//                                                           →  … FROM t GROUP BY f(x)
//
// Only what the upper node reads is computed afterwards, as PostgreSQL does it when it flattens a
// subquery: an expression nobody asks for cannot raise an error.
//
// Postcondition: no projection is the input of a projection or an aggregate.

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

ir::RelPtr MergeBelow(const ir::RelPtr& rel) {
  if (const auto* upper = rel->As<ir::Project>()) {
    const auto* lower = upper->input->As<ir::Project>();
    if (lower == nullptr) return rel;
    std::vector<ir::ProjectColumn> columns = upper->columns;
    for (ir::ProjectColumn& column : columns) column.expr = Substitute(column.expr, lower->columns);
    return ir::MakeProject(lower->input, std::move(columns), rel->range);
  }
  if (const auto* upper = rel->As<ir::Aggregate>()) {
    const auto* lower = upper->input->As<ir::Project>();
    if (lower == nullptr) return rel;
    std::vector<ir::ProjectColumn> keys = upper->keys;
    for (ir::ProjectColumn& key : keys) key.expr = Substitute(key.expr, lower->columns);
    std::vector<ir::AggregateColumn> aggregates = upper->aggregates;
    for (ir::AggregateColumn& aggregate : aggregates) {
      aggregate.call = Substitute(std::move(aggregate.call), lower->columns);
    }
    return ir::MakeAggregate(lower->input, upper->grouped, std::move(keys), std::move(aggregates),
                             rel->range);
  }
  return rel;
}

}  // namespace

ir::RelPtr MergeProjections(const ir::RelPtr& rel) { return RewriteBottomUp(rel, MergeBelow); }

}  // namespace tricklec::rewrite
