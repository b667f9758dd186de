#include "tricklec/rewrite/substitute.h"

#include <algorithm>

namespace tricklec::rewrite {

namespace {

// A subquery's COLLATE clause must not become one of the expression that reads its column, where it
// could contradict another: a scalar subquery hides it.
ir::ExprPtr AsOperand(const ir::ExprPtr& expr) {
  if (!expr->props.collation_explicit) return expr;
  ir::Properties props = expr->props;
  props.collation_explicit = false;
  return ir::MakeExpr(std::move(props), expr->range, ir::Template{"(SELECT $1)", {expr}, true});
}

}  // namespace

ir::ExprPtr Substitute(const ir::ExprPtr& expr, const std::vector<ir::ProjectColumn>& columns) {
  if (const auto* ref = expr->As<ir::ColumnRef>()) {
    for (const ir::ProjectColumn& column : columns) {
      if (column.id == ref->id) return column.expr;
    }
    return expr;
  }
  std::vector<ir::ExprPtr> children = ir::ChildrenOf(*expr);
  bool changed = false;
  ir::Properties props = expr->props;
  for (ir::ExprPtr& child : children) {
    ir::ExprPtr other = Substitute(child, columns);
    if (other != child && child->As<ir::ColumnRef>() != nullptr) other = AsOperand(other);
    changed |= other != child;
    child = std::move(other);
    // A reference never raises and is never volatile; what it stands for may be both.
    props.may_raise |= child->props.may_raise;
    props.volatility = std::max(props.volatility, child->props.volatility);
  }
  if (!changed) return expr;
  ir::Expr rebuilt = *ir::WithChildren(expr, std::move(children));
  rebuilt.props = std::move(props);
  return std::make_shared<const ir::Expr>(std::move(rebuilt));
}

ir::AggregateCall Substitute(ir::AggregateCall call,
                             const std::vector<ir::ProjectColumn>& columns) {
  for (ir::ExprPtr& arg : call.args) arg = Substitute(arg, columns);
  for (ir::SortItem& item : call.order_by) item.expr = Substitute(item.expr, columns);
  if (call.filter != nullptr) call.filter = Substitute(call.filter, columns);
  return call;
}

ir::RelPtr RewriteBottomUp(const ir::RelPtr& rel,
                           const std::function<ir::RelPtr(const ir::RelPtr&)>& rule) {
  std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
  bool changed = false;
  for (ir::RelPtr& input : inputs) {
    ir::RelPtr other = RewriteBottomUp(input, rule);
    changed |= other != input;
    input = std::move(other);
  }
  return rule(changed ? ir::WithInputs(rel, std::move(inputs)) : rel);
}

}  // namespace tricklec::rewrite
