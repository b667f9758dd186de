// Makes one UNION ALL of nested ones, with what is computed of its rows in its branches.
//
//   (R ∪ S) ∪ T          →  R ∪ S ∪ T
//   π(R ∪ S)             →  π'(R) ∪ π"(S)            π' = π with the columns of R
//
// So every branch is a query of its own, ending in what the union stores of it. Columns that the
// branches compute are new ones; the union's own are those of the projection.
//
// Precondition: no filter above a UNION ALL (push_filters). Postcondition: the input of a projection
// or a UNION ALL is no UNION ALL.

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

std::vector<ir::ColumnId> IdsOf(const ir::Rel& rel) {
  std::vector<ir::ColumnId> ids;
  for (const ir::OutputColumn& output : rel.outputs) ids.push_back(output.id);
  return ids;
}

// The projection over one branch, merged with that which the branch ends in.
ir::RelPtr OverBranch(const ir::Project& project, const ir::Rel& all, const ir::RelPtr& branch,
                      ir::ColumnIds& ids, source::Range range) {
  const auto* lower = branch->As<ir::Project>();
  std::vector<ir::ProjectColumn> places;
  for (size_t i = 0; i < all.outputs.size(); ++i) {
    ir::ExprPtr expr = lower != nullptr ? lower->columns[i].expr : ir::Ref(branch->outputs[i]);
    places.push_back({all.outputs[i].id, all.outputs[i].name, std::move(expr)});
  }
  std::vector<ir::ProjectColumn> columns;
  for (const ir::ProjectColumn& column : project.columns) {
    columns.push_back({ids.Next(), column.name, Substitute(column.expr, places)});
  }
  return ir::MakeProject(lower != nullptr ? lower->input : branch, std::move(columns), range);
}

ir::RelPtr Flatten(const ir::RelPtr& rel, ir::ColumnIds& ids) {
  if (const auto* project = rel->As<ir::Project>()) {
    const auto* all = project->input->As<ir::UnionAll>();
    if (all == nullptr) return rel;
    std::vector<ir::RelPtr> branches;
    for (const ir::RelPtr& branch : all->inputs) {
      branches.push_back(OverBranch(*project, *project->input, branch, ids, branch->range));
    }
    return ir::MakeUnionAll(std::move(branches), IdsOf(*rel), project->input->range);
  }
  const auto* all = rel->As<ir::UnionAll>();
  if (all == nullptr) return rel;
  std::vector<ir::RelPtr> branches;
  for (const ir::RelPtr& branch : all->inputs) {
    if (const auto* inner = branch->As<ir::UnionAll>()) {
      branches.insert(branches.end(), inner->inputs.begin(), inner->inputs.end());
    } else {
      branches.push_back(branch);
    }
  }
  if (branches.size() == all->inputs.size()) return rel;
  return ir::MakeUnionAll(std::move(branches), IdsOf(*rel), rel->range);
}

}  // namespace

ir::RelPtr FlattenUnions(const ir::RelPtr& rel, ir::ColumnIds& ids) {
  return RewriteBottomUp(rel, [&ids](const ir::RelPtr& node) { return Flatten(node, ids); });
}

}  // namespace tricklec::rewrite
