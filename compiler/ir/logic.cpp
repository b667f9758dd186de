#include "tricklec/ir/logic.h"

#include <algorithm>

#include "tricklec/ir/builtin_types.h"

namespace tricklec::ir {

Properties Certain(Type type) {
  Properties props;
  props.type = std::move(type);
  props.nullable = false;
  props.may_raise = false;
  return props;
}

ExprPtr Combined(LogicalKind kind, std::vector<ExprPtr> args) {
  Properties props = Certain(Boolean());
  for (const ExprPtr& arg : args) {
    props.nullable |= arg->props.nullable;
    props.may_raise |= arg->props.may_raise;
    props.volatility = std::max(props.volatility, arg->props.volatility);
  }
  source::Range range = args[0]->range;
  return MakeExpr(std::move(props), range, Logical{kind, std::move(args)});
}

ExprPtr Conjunction(std::vector<ExprPtr> conjuncts) {
  if (conjuncts.empty()) return nullptr;
  if (conjuncts.size() == 1) return conjuncts[0];
  return Combined(LogicalKind::And, std::move(conjuncts));
}

void SplitConjuncts(const ExprPtr& predicate, std::vector<ExprPtr>& conjuncts) {
  const auto* constant = predicate->As<Constant>();
  if (constant != nullptr && constant->is_true) return;
  const auto* logical = predicate->As<Logical>();
  if (logical == nullptr || logical->kind != LogicalKind::And) {
    conjuncts.push_back(predicate);
    return;
  }
  for (const ExprPtr& arg : logical->args) SplitConjuncts(arg, conjuncts);
}

}  // namespace tricklec::ir
