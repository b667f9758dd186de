// Moves conditions towards the scans, and arranges joins.
//
//   σp(σq(R))            →  σ(q AND p)(R)            what stood lower is said first
//   σp(π(R))             →  π(σp'(R))                p' = p with the projection's expressions
//   σp(R ⋈ (S ⋈ T))      →  (σ(R) ⋈ σ(S)) ⋈ σ(T)     one left-deep tree for all nested joins, each
//                                                    part of p and of the predicates as deep as
//                                                    the columns it reads allow (block.h)
//   σp(R ⟕q S)           →  σp"(σp'(R) ⟕q' σq"(S))   p' reads R only, q" S only
//   σp(R ∪ S)            →  σp'(R) ∪ σp"(S)
//   σp(γ keys;…(R))      →  γ keys;…(σp'(R))         for the parts of p that read only group keys
//
// An expression that may raise an error must not see rows that the query would keep from it: a part
// of p that may raise never passes a join, and stands after those that may not.
//
// The last rule turns a condition on keys, written above the groups, into one on rows: every group
// either keeps all its rows or none. It needs equal keys to look alike, or the condition could tell
// the group's representative from its other rows (`scale(k)` of 1.0 and 1.00), and it needs GROUP
// BY, since an aggregate without it has a row even when no row passes.
//
// Precondition: no projection below a join (merge_projections). Postcondition: the inputs of a
// filter are joins, scans or nodes that compute groups; a filter above a join may raise; the right
// input of a join is no join.

#include <algorithm>

#include "tricklec/ir/logic.h"
#include "tricklec/rewrite/block.h"
#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

using Conjuncts = std::vector<ir::ExprPtr>;

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

Conjuncts Substituted(const Conjuncts& conjuncts, const std::vector<ir::ProjectColumn>& columns) {
  Conjuncts result;
  for (const ir::ExprPtr& conjunct : conjuncts) result.push_back(Substitute(conjunct, columns));
  return result;
}

ir::RelPtr Push(const ir::RelPtr& rel, const Conjuncts& conjuncts, source::Range range);

// The node `rel` below the conjuncts, which came from above and stand at `range`.
struct Pusher {
  const ir::RelPtr& rel;
  const Conjuncts& conjuncts;
  source::Range range;

  ir::RelPtr operator()(const ir::Scan&) const { return FilterAll(rel, conjuncts, range); }

  ir::RelPtr operator()(const ir::Filter& filter) const {
    Conjuncts all;
    ir::SplitConjuncts(filter.predicate, all);
    all.insert(all.end(), conjuncts.begin(), conjuncts.end());
    return Push(filter.input, all, rel->range);
  }

  ir::RelPtr operator()(const ir::Project& project) const {
    return ir::MakeProject(Push(project.input, Substituted(conjuncts, project.columns), range),
                           project.columns, rel->range);
  }

  ir::RelPtr operator()(const ir::Aggregate& aggregate) const {
    Conjuncts below, above;
    for (const ir::ExprPtr& conjunct : conjuncts) {
      bool passes = aggregate.grouped && ReadsOnlyKeys(conjunct, aggregate);
      (passes ? below : above).push_back(conjunct);
    }
    // What may raise stays behind the conditions on groups that were said with it.
    if (!above.empty()) {
      Conjuncts total;
      for (const ir::ExprPtr& conjunct : below) {
        bool raises = Substitute(conjunct, aggregate.keys)->props.may_raise;
        (raises ? above : total).push_back(conjunct);
      }
      below = std::move(total);
    }
    ir::RelPtr input = Push(aggregate.input, Substituted(below, aggregate.keys), range);
    ir::RelPtr groups = ir::MakeAggregate(std::move(input), aggregate.grouped, aggregate.keys,
                                          aggregate.aggregates, rel->range);
    return FilterAll(std::move(groups), std::move(above), range);
  }

  ir::RelPtr operator()(const ir::Distinct& distinct) const {
    return FilterAll(ir::MakeDistinct(Push(distinct.input, {}, range), rel->range), conjuncts,
                     range);
  }

  ir::RelPtr operator()(const ir::Join&) const {
    Block block = MatchBlock(rel);
    block.conjuncts.insert(block.conjuncts.end(), conjuncts.begin(), conjuncts.end());
    ir::RelPtr joined = JoinInputs(block.inputs, block.conjuncts, rel->range);
    return PushBelowJoins(joined);
  }

  // What reads the left side only decides about its rows, matched or not. What the predicate says of the
  // right side only decides which of its rows can match.
  ir::RelPtr operator()(const ir::OuterJoin& join) const {
    Conjuncts left, right, above, on, predicate;
    for (const ir::ExprPtr& conjunct : conjuncts) {
      (PassesTo(*join.left, conjunct) ? left : above).push_back(conjunct);
    }
    if (join.predicate != nullptr) ir::SplitConjuncts(join.predicate, predicate);
    for (const ir::ExprPtr& conjunct : predicate) {
      (PassesTo(*join.right, conjunct) ? right : on).push_back(conjunct);
    }
    ir::RelPtr matches = join.matches == nullptr ? nullptr : Push(join.matches, {}, range);
    ir::RelPtr joined = ir::MakeOuterJoin(
        Push(join.left, left, range), Push(join.right, right, rel->range), ir::Conjunction(on),
        rel->range, std::move(matches), join.matched, join.matches_follow_left);
    return FilterAll(std::move(joined), std::move(above), range);
  }

  static bool PassesTo(const ir::Rel& side, const ir::ExprPtr& conjunct) {
    if (conjunct->props.may_raise || conjunct->props.volatility == ir::Volatility::Volatile) {
      return false;
    }
    std::vector<ir::ColumnId> ids;
    ir::CollectColumns(conjunct, ids);
    return !ids.empty() && std::all_of(ids.begin(), ids.end(), [&](ir::ColumnId id) {
      return side.FindOutput(id) != nullptr;
    });
  }

  ir::RelPtr operator()(const ir::UnionAll& all) const {
    std::vector<ir::RelPtr> inputs;
    for (const ir::RelPtr& input : all.inputs) {
      std::vector<ir::ProjectColumn> places;
      for (size_t i = 0; i < rel->outputs.size(); ++i) {
        places.push_back({rel->outputs[i].id, rel->outputs[i].name, ir::Ref(input->outputs[i])});
      }
      inputs.push_back(Push(input, Substituted(conjuncts, places), range));
    }
    return ir::WithInputs(rel, std::move(inputs));
  }

  // Hands each input of the arranged joins its own conditions.
  static ir::RelPtr PushBelowJoins(const ir::RelPtr& tree) {
    if (const auto* filter = tree->As<ir::Filter>()) {
      if (filter->input->As<ir::Join>() != nullptr) {
        return ir::MakeFilter(PushBelowJoins(filter->input), filter->predicate, tree->range);
      }
    }
    if (const auto* join = tree->As<ir::Join>()) {
      return ir::MakeJoin(PushBelowJoins(join->left), PushBelowJoins(join->right), join->predicate,
                          tree->range);
    }
    return Push(tree, {}, tree->range);
  }
};

ir::RelPtr Push(const ir::RelPtr& rel, const Conjuncts& conjuncts, source::Range range) {
  return std::visit(Pusher{rel, conjuncts, range}, rel->node);
}

}  // namespace

ir::RelPtr PushFilters(const ir::RelPtr& rel) { return Push(rel, {}, rel->range); }

}  // namespace tricklec::rewrite
