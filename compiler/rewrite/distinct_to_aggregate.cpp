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
#include <set>

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::rewrite {

namespace {

using Kept = std::set<ir::ColumnId>;

bool IsDistinct(const ir::Rel& rel, const Kept& kept);

// Whether the rows of a node are distinct in the columns `kept`, whatever the data.
struct DistinctIn {
  const ir::Rel& rel;
  const Kept& kept;

  bool operator()(const ir::Scan& scan) const {
    for (const ir::Key& key : scan.table->keys) {
      if (!key.primary) continue;
      return std::all_of(key.columns.begin(), key.columns.end(), [&](size_t column) {
        for (size_t i = 0; i < scan.attributes.size(); ++i) {
          if (scan.attributes[i] == column && kept.contains(rel.outputs[i].id)) return true;
        }
        return false;
      });
    }
    return false;
  }
  bool operator()(const ir::Filter& filter) const { return IsDistinct(*filter.input, kept); }
  bool operator()(const ir::Project& project) const {
    Kept below;
    for (const ir::ProjectColumn& column : project.columns) {
      const auto* ref = column.expr->As<ir::ColumnRef>();
      if (ref != nullptr && kept.contains(column.id)) below.insert(ref->id);
    }
    return IsDistinct(*project.input, below);
  }
  bool operator()(const ir::Aggregate& aggregate) const {
    return std::all_of(aggregate.keys.begin(), aggregate.keys.end(),
                       [&](const ir::ProjectColumn& key) { return kept.contains(key.id); });
  }
  bool operator()(const ir::Distinct&) const {
    return std::all_of(rel.outputs.begin(), rel.outputs.end(),
                       [&](const ir::OutputColumn& output) { return kept.contains(output.id); });
  }
  bool operator()(const ir::Join& join) const {
    return IsDistinct(*join.left, kept) && IsDistinct(*join.right, kept);
  }
  // Of the rows of one left row, all have a right key, or there is one without.
  bool operator()(const ir::OuterJoin& join) const {
    return IsDistinct(*join.left, kept) && IsDistinct(*join.right, kept);
  }
  bool operator()(const ir::UnionAll&) const { return false; }
};

bool IsDistinct(const ir::Rel& rel, const Kept& kept) {
  return std::visit(DistinctIn{rel, kept}, rel.node);
}

ir::RelPtr Replace(const ir::RelPtr& rel) {
  const auto* distinct = rel->As<ir::Distinct>();
  if (distinct == nullptr) return rel;
  const auto* project = distinct->input->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "the input of a DISTINCT is not a projection");
  Kept all;
  for (const ir::OutputColumn& output : rel->outputs) all.insert(output.id);
  if (IsDistinct(*distinct->input, all)) return distinct->input;
  // The keys take over the projection's ids, so nothing above has to change.
  return ir::MakeAggregate(project->input, true, project->columns, {}, rel->range);
}

}  // namespace

ir::RelPtr DistinctToAggregate(const ir::RelPtr& rel) { return RewriteBottomUp(rel, Replace); }

}  // namespace tricklec::rewrite
