#include "tricklec/ir/same_value.h"

#include <set>
#include <string>

#include "tricklec/ir/builtin_types.h"

namespace tricklec::ir {

namespace {

ExprPtr Truth(const ExprPtr& a, const ExprPtr& b,
              std::variant<OperatorCall, Logical, NullTest> node) {
  Properties props;
  props.type = Boolean();
  props.nullable = a->props.nullable || b->props.nullable;
  props.may_raise = a->props.may_raise || b->props.may_raise;
  props.volatility = std::max(a->props.volatility, b->props.volatility);
  return std::visit(
      [&](auto& kind) { return MakeExpr(std::move(props), a->range, std::move(kind)); }, node);
}

// Of values that are pairwise different at most one is equal to another value.
bool IsEquality(const OperatorCall& call) {
  if (call.args.size() != 2) return false;
  if (call.is_default_equality) return true;
  static const std::set<std::string> kIntegers = {"smallint", "integer", "bigint"};
  return call.op.schema == "pg_catalog" && call.op.name == "=" &&
         kIntegers.contains(call.args[0]->props.type.sql) &&
         kIntegers.contains(call.args[1]->props.type.sql);
}

}  // namespace

ExprPtr SameValue(const ExprPtr& a, const ExprPtr& b, bool with_nulls) {
  const Type& type = a->props.type;
  ObjectName equality{type.equality_schema, type.equality_name};
  if (equality.name.empty()) equality = {"pg_catalog", "="};  // groups of it are refused
  ExprPtr equal = Truth(a, b, OperatorCall{std::move(equality), {a, b}, true});
  if (!with_nulls) return equal;
  ExprPtr neither =
      Truth(a, b,
            Logical{LogicalKind::And,
                    {Truth(a, a, NullTest{a, false}), Truth(b, b, NullTest{b, false})}});
  return Truth(a, b, Logical{LogicalKind::Or, {std::move(equal), std::move(neither)}});
}

std::optional<Sameness> SamenessOf(const ExprPtr& expr) {
  if (const auto* call = expr->As<OperatorCall>()) {
    if (!IsEquality(*call)) return std::nullopt;
    return Sameness{call->args[0], call->args[1], false};
  }
  const auto* either = expr->As<Logical>();
  if (either == nullptr || either->kind != LogicalKind::Or || either->args.size() != 2) {
    return std::nullopt;
  }
  std::optional<Sameness> equal = SamenessOf(either->args[0]);
  const auto* neither = either->args[1]->As<Logical>();
  if (!equal || equal->with_nulls || neither == nullptr || neither->kind != LogicalKind::And ||
      neither->args.size() != 2) {
    return std::nullopt;
  }
  const ExprPtr operands[] = {equal->left, equal->right};
  for (size_t i = 0; i < 2; ++i) {
    const auto* test = neither->args[i]->As<NullTest>();
    if (test == nullptr || test->is_not || !SameExpr(test->arg, operands[i])) return std::nullopt;
  }
  equal->with_nulls = true;
  return equal;
}

ExprPtr ReplacePart(const ExprPtr& expr, const ExprPtr& part, const ExprPtr& by) {
  if (SameExpr(expr, part)) return by;
  std::vector<ExprPtr> children = ChildrenOf(*expr);
  bool changed = false;
  for (ExprPtr& child : children) {
    ExprPtr other = ReplacePart(child, part, by);
    changed |= other != child;
    child = std::move(other);
  }
  return changed ? WithChildren(expr, std::move(children)) : expr;
}

}  // namespace tricklec::ir
