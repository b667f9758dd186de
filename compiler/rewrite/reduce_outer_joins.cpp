// An outer join whose rows without partner a filter above leaves out is an inner join.
//
//   σ_{s.x IS NOT NULL}(R ⟕ S)       →  R ⋈ S          where x is never NULL in S
//   σ_{s.x = e}(R ⟕ S)               →  σ_{s.x = e}(R ⋈ S)
//
// Only operators of pg_catalog that compare are known never to be true of NULL.

#include <algorithm>
#include <array>

#include "tricklec/ir/logic.h"
#include "tricklec/rewrite/block.h"
#include "tricklec/rewrite/passes.h"
#include "tricklec/rewrite/substitute.h"

namespace tricklec::rewrite {

namespace {

using Conjuncts = std::vector<ir::ExprPtr>;

const ir::OutputColumn* ColumnOf(const ir::ExprPtr& expr, const ir::Rel& rel) {
  const auto* ref = expr->As<ir::ColumnRef>();
  return ref == nullptr ? nullptr : rel.FindOutput(ref->id);
}

// `x IS NOT NULL`, of a column that a row of the right side always has.
bool SaysThatThereIsOne(const ir::ExprPtr& conjunct, const ir::Rel& right) {
  const auto* test = conjunct->As<ir::NullTest>();
  if (test == nullptr || !test->is_not) return false;
  const ir::OutputColumn* column = ColumnOf(test->arg, right);
  return column != nullptr && !column->props.nullable;
}

bool RefusesNulls(const ir::ExprPtr& conjunct, const ir::Rel& right) {
  constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
  if (const auto* test = conjunct->As<ir::NullTest>()) {
    return test->is_not && ColumnOf(test->arg, right) != nullptr;
  }
  const auto* call = conjunct->As<ir::OperatorCall>();
  if (call == nullptr || call->op.schema != "pg_catalog" ||
      std::find(kComparisons.begin(), kComparisons.end(), call->op.name) == kComparisons.end()) {
    return false;
  }
  return std::any_of(call->args.begin(), call->args.end(),
                     [&](const ir::ExprPtr& arg) { return ColumnOf(arg, right) != nullptr; });
}

// The joins below a filter; conditions that the joins themselves say now are taken from `conjuncts`.
ir::RelPtr Below(const ir::RelPtr& rel, Conjuncts& conjuncts) {
  if (const auto* join = rel->As<ir::Join>()) {
    ir::RelPtr left = Below(join->left, conjuncts), right = Below(join->right, conjuncts);
    if (left == join->left && right == join->right) return rel;
    return ir::MakeJoin(std::move(left), std::move(right), join->predicate, rel->range);
  }
  const auto* join = rel->As<ir::OuterJoin>();
  if (join == nullptr || join->matches != nullptr) return rel;
  ir::RelPtr left = Below(join->left, conjuncts);
  bool inner = std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ir::ExprPtr& conjunct) {
    return RefusesNulls(conjunct, *join->right);
  });
  if (!inner) {
    if (left == join->left) return rel;
    return ir::MakeOuterJoin(std::move(left), join->right, join->predicate, rel->range);
  }
  std::erase_if(conjuncts, [&](const ir::ExprPtr& conjunct) {
    return SaysThatThereIsOne(conjunct, *join->right);
  });
  ir::RelPtr right = Below(join->right, conjuncts);
  return ir::MakeJoin(std::move(left), std::move(right), join->predicate, rel->range);
}

ir::RelPtr Reduce(const ir::RelPtr& rel) {
  const auto* filter = rel->As<ir::Filter>();
  if (filter == nullptr) return rel;
  Conjuncts conjuncts;
  ir::SplitConjuncts(filter->predicate, conjuncts);
  ir::RelPtr input = Below(filter->input, conjuncts);
  if (input == filter->input) return rel;
  return FilterAll(std::move(input), std::move(conjuncts), rel->range);
}

}  // namespace

ir::RelPtr ReduceOuterJoins(const ir::RelPtr& rel) { return RewriteBottomUp(rel, Reduce); }

}  // namespace tricklec::rewrite
