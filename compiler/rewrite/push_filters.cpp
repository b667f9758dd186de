// Moves filters towards the scans and joins neighbouring ones.
//
//   σp(σq(R))            →  σ(q AND p)(R)            what stood lower is said first
//   σp(π(R))             →  π(σp'(R))                p' = p with the projection's expressions
//   σp(γ keys;…(R))      →  γ keys;…(σp'(R))         for the parts of p that read only group keys
//
// The last rule turns a condition on keys, written above the groups, into one on rows: every group
// either keeps all its rows or none. It needs equal keys to look alike, or the condition could tell
// the group's representative from its other rows (`scale(k)` of 1.0 and 1.00), and it needs GROUP BY,
// since an aggregate without it has a row even when no row passes.
//
// Postcondition: the input of a filter is neither a filter nor a projection.

#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

void SplitConjuncts(const ir::ExprPtr& predicate, std::vector<ir::ExprPtr>& conjuncts) {
  const auto* logical = predicate->As<ir::Logical>();
  if (logical == nullptr || logical->kind != ir::LogicalKind::And) {
    conjuncts.push_back(predicate);
    return;
  }
  for (const ir::ExprPtr& arg : logical->args) SplitConjuncts(arg, conjuncts);
}

ir::ExprPtr Conjunction(std::vector<ir::ExprPtr> conjuncts) {
  if (conjuncts.size() == 1) return conjuncts[0];
  ir::Properties props = conjuncts[0]->props;
  for (const ir::ExprPtr& conjunct : conjuncts) {
    props.nullable |= conjunct->props.nullable;
    props.may_raise |= conjunct->props.may_raise;
    props.volatility = std::max(props.volatility, conjunct->props.volatility);
  }
  return ir::MakeExpr(std::move(props), {},
                      ir::Logical{ir::LogicalKind::And, std::move(conjuncts)});
}

ir::RelPtr FilterAll(ir::RelPtr input, std::vector<ir::ExprPtr> conjuncts, source::Range range) {
  if (conjuncts.empty()) return input;
  return ir::MakeFilter(std::move(input), Conjunction(std::move(conjuncts)), range);
}

// The key's expression decides what a reference to the key sees; equal keys must be identical.
bool ReadsOnlyKeys(const ir::ExprPtr& conjunct, const ir::Aggregate& aggregate) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(conjunct, ids);
  for (ir::ColumnId id : ids) {
    bool is_key = false;
    for (const ir::ProjectColumn& key : aggregate.keys) {
      is_key |= key.id == id && key.expr->props.type.equality_is_identity;
    }
    if (!is_key) return false;
  }
  return !ids.empty() && conjunct->props.volatility == ir::Volatility::Immutable;
}

ir::RelPtr PushBelow(const ir::RelPtr& rel) {
  const auto* filter = rel->As<ir::Filter>();
  if (filter == nullptr) return rel;
  std::vector<ir::ExprPtr> conjuncts;
  if (const auto* lower = filter->input->As<ir::Filter>()) {
    SplitConjuncts(lower->predicate, conjuncts);
    SplitConjuncts(filter->predicate, conjuncts);
    return PushBelow(FilterAll(lower->input, std::move(conjuncts), rel->range));
  }
  if (const auto* project = filter->input->As<ir::Project>()) {
    ir::RelPtr below =
        ir::MakeFilter(project->input, Substitute(filter->predicate, project->columns), rel->range);
    return ir::MakeProject(PushBelow(below), project->columns, filter->input->range);
  }
  const auto* aggregate = filter->input->As<ir::Aggregate>();
  if (aggregate == nullptr || !aggregate->grouped) return rel;
  std::vector<ir::ExprPtr> below, above;
  SplitConjuncts(filter->predicate, conjuncts);
  for (const ir::ExprPtr& conjunct : conjuncts) {
    if (ReadsOnlyKeys(conjunct, *aggregate)) {
      below.push_back(Substitute(conjunct, aggregate->keys));
    } else {
      above.push_back(conjunct);
    }
  }
  if (below.empty()) return rel;
  ir::RelPtr input = PushBelow(FilterAll(aggregate->input, std::move(below), rel->range));
  ir::RelPtr groups = ir::MakeAggregate(std::move(input), true, aggregate->keys,
                                        aggregate->aggregates, filter->input->range);
  return FilterAll(std::move(groups), std::move(above), rel->range);
}

}  // namespace

ir::RelPtr PushFilters(const ir::RelPtr& rel) { return RewriteBottomUp(rel, PushBelow); }

}  // namespace tricklec::rewrite
