// GROUP BY and aggregates:
//
//   SELECT a + 1, sum(b) FROM t GROUP BY a
//
// becomes   project [a + 1, s]  over  aggregate by [a] compute [s := sum(b)]  over  t.
//
// Every expression above the aggregate may use group keys (whole expressions, largest first) and
// aggregates. Where the keys contain a table's primary key, its other columns are as good as
// grouped (manual, "GROUP BY Clause"): they become keys too, which changes no group.

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/query.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using ir::RelPtr;
using source::Code;

ir::ColumnId QueryAnalyzer::BelowFullJoins(ir::ColumnId column) const {
  for (auto found = full_join_columns_.find(column); found != full_join_columns_.end();
       found = full_join_columns_.find(column)) {
    column = found->second;
  }
  return column;
}

bool QueryAnalyzer::DependsOnKey(ir::ColumnId column) const {
  column = BelowFullJoins(column);
  auto found = std::find_if(plain_scans_.begin(), plain_scans_.end(),
                            [&](const RelPtr& rel) { return rel->FindOutput(column) != nullptr; });
  if (found == plain_scans_.end()) return false;
  const RelPtr& rel = *found;
  const auto* scan = rel->As<ir::Scan>();
  for (const ir::Key& key : scan->table->keys) {
    if (!key.primary) continue;
    bool covered = std::all_of(key.columns.begin(), key.columns.end(), [&](size_t attribute) {
      ir::ColumnId id = rel->outputs[attribute].id;
      return std::any_of(keys_.begin(), keys_.end(), [&](const ir::ProjectColumn& group_key) {
        const auto* ref = group_key.expr->As<ir::ColumnRef>();
        return ref != nullptr && BelowFullJoins(ref->id) == id;
      });
    });
    if (covered) return true;
  }
  return false;
}

ExprPtr QueryAnalyzer::OverGroups(const ExprPtr& expr) {
  for (const ir::ProjectColumn& key : keys_) {
    if (!ir::SameExpr(key.expr, expr)) continue;
    ExprPtr ref = ir::Ref({key.id, key.name, key.expr->props});
    return ir::MakeExpr(ref->props, expr->range, ir::ColumnRef{key.id, key.name});
  }
  if (const auto* column = expr->As<ir::ColumnRef>()) {
    const ir::OutputColumn* output = input_->FindOutput(column->id);
    if (output == nullptr) return expr;  // an aggregate
    if (DependsOnKey(column->id)) {
      keys_.push_back({context_.ids->Next(), column->name, expr});
      return OverGroups(expr);
    }
    if (std::find(reported_.begin(), reported_.end(), column->id) == reported_.end()) {
      reported_.push_back(column->id);
      context_.diagnostics.Report(Code::UngroupedColumn, expr->range, column->name)
          .AddHelp("add it to GROUP BY, or use an aggregate such as `min()`");
    }
    return expr;
  }
  std::vector<ExprPtr> children = ir::ChildrenOf(*expr);
  bool changed = false;
  for (ExprPtr& child : children) {
    ExprPtr other = OverGroups(child);
    changed = changed || other != child;
    child = std::move(other);
  }
  return changed ? ir::WithChildren(expr, std::move(children)) : expr;
}

RelPtr QueryAnalyzer::Group(RelPtr input, bool grouped) {
  for (Target& target : targets_) target.expr = OverGroups(target.expr);
  for (ExprPtr& expr : order_) expr = OverGroups(expr);
  if (having_ != nullptr) having_ = OverGroups(having_);
  for (SubqueryJoin& subquery : subqueries_) {
    if (subquery.predicate != nullptr) subquery.predicate = OverGroups(subquery.predicate);
  }
  // Direct arguments of ordered-set aggregates are computed once a group.
  for (const ir::AggregateColumn& column : aggregates_) {
    if (!column.call.within_group) continue;
    for (const ExprPtr& arg : column.call.args) OverGroups(arg);
  }
  if (!reported_.empty()) return nullptr;
  RelPtr rel =
      WithSubqueries(ir::MakeAggregate(std::move(input), grouped, keys_, aggregates_), true);
  if (having_ != nullptr) rel = ir::MakeFilter(std::move(rel), having_, having_->range);
  return rel;
}

}  // namespace tricklec::analyze
