// Merges a projection into the node above it, or takes it above that node.
//
//   SELECT y + 1 FROM (SELECT x * 2 AS y FROM t) s          →  SELECT x * 2 + 1 FROM t
//   SELECT y, count(z) FROM (SELECT f(x) AS y, z FROM t) s GROUP BY y
//                                                           →  … FROM t GROUP BY f(x)
//   σp(π(R))                                                →  π(σp'(R))
//   π(R) ⋈p S                                               →  π'(R ⋈p' S)
//   π(R) ⟕p S                                               →  π'(R ⟕p' S)
//   R ⟕p π(S)                                               →  π(R ⟕p' S)      if π only takes columns
//
// Only what the upper node reads is computed afterwards, as PostgreSQL does it when it flattens a
// subquery: an expression nobody asks for cannot raise an error, and one that is asked for sees only
// rows that pass the filters and joins above it.
//
// What an outer join's right side computes is NULL where it has no row, so it is computed below the join.
//
// Postcondition: no projection is the input of a projection, an aggregate, a filter or an inner join, or
// the left input of an outer one.

#include <algorithm>

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

// What a projection above the join has to say for the columns of one side.
void AddColumns(const ir::RelPtr& side, std::vector<ir::ProjectColumn>& columns) {
  if (const auto* project = side->As<ir::Project>()) {
    columns.insert(columns.end(), project->columns.begin(), project->columns.end());
    return;
  }
  for (const ir::OutputColumn& output : side->outputs) {
    columns.push_back({output.id, output.name, ir::Ref(output)});
  }
}

ir::RelPtr MergeIntoJoin(const ir::Join& join, const ir::RelPtr& rel) {
  const auto* left = join.left->As<ir::Project>();
  const auto* right = join.right->As<ir::Project>();
  if (left == nullptr && right == nullptr) return rel;
  std::vector<ir::ProjectColumn> columns;
  AddColumns(join.left, columns);
  AddColumns(join.right, columns);
  ir::ExprPtr predicate = join.predicate == nullptr ? nullptr : Substitute(join.predicate, columns);
  ir::RelPtr below =
      ir::MakeJoin(left == nullptr ? join.left : left->input,
                   right == nullptr ? join.right : right->input, std::move(predicate), rel->range);
  return ir::MakeProject(std::move(below), std::move(columns), rel->range);
}

bool OnlyTakesColumns(const ir::Project& project) {
  return std::all_of(project.columns.begin(), project.columns.end(), [](const auto& column) {
    return column.expr->template As<ir::ColumnRef>() != nullptr;
  });
}

ir::RelPtr MergeIntoOuterJoin(const ir::OuterJoin& join, const ir::RelPtr& rel) {
  const auto* left = join.left->As<ir::Project>();
  const auto* right = join.right->As<ir::Project>();
  if (right != nullptr && !OnlyTakesColumns(*right)) right = nullptr;
  if (left == nullptr && right == nullptr) return rel;
  std::vector<ir::ProjectColumn> columns;
  if (left != nullptr) columns = left->columns;
  if (right != nullptr) {
    columns.insert(columns.end(), right->columns.begin(), right->columns.end());
  }
  auto over = [&](const ir::ExprPtr& expr) {
    return expr == nullptr ? nullptr : Substitute(expr, columns);
  };
  ir::RelPtr below = ir::MakeOuterJoin(
      left == nullptr ? join.left : left->input, right == nullptr ? join.right : right->input,
      over(join.predicate), rel->range, join.matches, over(join.matched), join.matches_follow_left);
  // As the join hands it up: a column of the right side can be NULL now.
  std::vector<ir::ProjectColumn> above;
  for (const ir::OutputColumn& output : rel->outputs) {
    auto column = std::find_if(columns.begin(), columns.end(),
                               [&](const auto& candidate) { return candidate.id == output.id; });
    if (column == columns.end()) {
      above.push_back({output.id, output.name, ir::Ref(output)});
      continue;
    }
    const auto* ref = column->expr->As<ir::ColumnRef>();
    above.push_back({output.id, output.name,
                     ref != nullptr ? ir::Ref(*below->FindOutput(ref->id)) : column->expr});
  }
  return ir::MakeProject(std::move(below), std::move(above), rel->range);
}

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
  if (const auto* filter = rel->As<ir::Filter>()) {
    const auto* lower = filter->input->As<ir::Project>();
    if (lower == nullptr) return rel;
    ir::RelPtr below =
        ir::MakeFilter(lower->input, Substitute(filter->predicate, lower->columns), rel->range);
    return ir::MakeProject(std::move(below), lower->columns, filter->input->range);
  }
  if (const auto* join = rel->As<ir::Join>()) return MergeIntoJoin(*join, rel);
  if (const auto* join = rel->As<ir::OuterJoin>()) return MergeIntoOuterJoin(*join, rel);
  return rel;
}

}  // namespace

ir::RelPtr MergeProjections(const ir::RelPtr& rel) { return RewriteBottomUp(rel, MergeBelow); }

}  // namespace tricklec::rewrite
