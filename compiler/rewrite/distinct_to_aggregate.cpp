// DISTINCT is grouping by all columns; where rows are distinct already it is nothing.
//
//   SELECT DISTINCT a, b FROM t              →  SELECT a, b FROM t GROUP BY a, b
//   SELECT DISTINCT k, count(*) … GROUP BY k →  SELECT k, count(*) … GROUP BY k
//   SELECT DISTINCT id, a FROM t             →  SELECT id, a FROM t            (id is the primary key)
//
// Only a primary key counts as proof: maintenance then stores that very key under a unique index of
// its own, so losing the constraint later is an error and never a wrong row.
//
// Precondition: the input of a Distinct is a projection (the analyzer makes one of every select list).
// Postcondition: no Distinct.

#include <algorithm>

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::rewrite {

namespace {

bool Outputs(const ir::Project& project, ir::ColumnId id) {
  return std::any_of(project.columns.begin(), project.columns.end(),
                     [id](const ir::ProjectColumn& column) {
                       const auto* ref = column.expr->As<ir::ColumnRef>();
                       return ref != nullptr && ref->id == id;
                     });
}

bool KeepsPrimaryKey(const ir::Project& project, const ir::Rel& scan_rel) {
  const auto* scan = scan_rel.As<ir::Scan>();
  for (const ir::Key& key : scan->table->keys) {
    if (!key.primary) continue;
    return std::all_of(key.columns.begin(), key.columns.end(), [&](size_t column) {
      for (size_t i = 0; i < scan->attributes.size(); ++i) {
        if (scan->attributes[i] == column && Outputs(project, scan_rel.outputs[i].id)) return true;
      }
      return false;
    });
  }
  return false;
}

// The rows of the projection are distinct whatever the data.
bool IsDistinct(const ir::Project& project) {
  const ir::Rel* below = project.input.get();
  while (const auto* filter = below->As<ir::Filter>()) below = filter->input.get();
  if (const auto* aggregate = below->As<ir::Aggregate>()) {
    return std::all_of(aggregate->keys.begin(), aggregate->keys.end(),
                       [&](const ir::ProjectColumn& key) { return Outputs(project, key.id); });
  }
  return below->As<ir::Scan>() != nullptr && KeepsPrimaryKey(project, *below);
}

ir::RelPtr Replace(const ir::RelPtr& rel) {
  const auto* distinct = rel->As<ir::Distinct>();
  if (distinct == nullptr) return rel;
  const auto* project = distinct->input->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "the input of a DISTINCT is not a projection");
  if (IsDistinct(*project)) return distinct->input;
  // The keys take over the projection's ids, so nothing above has to change.
  return ir::MakeAggregate(project->input, true, project->columns, {}, rel->range);
}

}  // namespace

ir::RelPtr DistinctToAggregate(const ir::RelPtr& rel) { return RewriteBottomUp(rel, Replace); }

}  // namespace tricklec::rewrite
