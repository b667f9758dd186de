#include "tricklec/ir/expr.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::ir {

namespace {

// One overload per node kind, so that a new kind does not compile until every walk knows it.

struct ChildLister {
  std::vector<ExprPtr> operator()(const ColumnRef&) const { return {}; }
  std::vector<ExprPtr> operator()(const Constant&) const { return {}; }
  std::vector<ExprPtr> operator()(const FunctionCall& n) const { return n.args; }
  std::vector<ExprPtr> operator()(const OperatorCall& n) const { return n.args; }
  std::vector<ExprPtr> operator()(const Cast& n) const { return {n.arg}; }
  std::vector<ExprPtr> operator()(const Logical& n) const { return n.args; }
  std::vector<ExprPtr> operator()(const NullTest& n) const { return {n.arg}; }
  std::vector<ExprPtr> operator()(const Case& n) const {
    std::vector<ExprPtr> children;
    for (const auto& [when, then] : n.whens) {
      children.push_back(when);
      children.push_back(then);
    }
    if (n.otherwise != nullptr) children.push_back(n.otherwise);
    return children;
  }
  std::vector<ExprPtr> operator()(const Template& n) const { return n.args; }
};

struct Rebuilder {
  const Expr& expr;
  std::vector<ExprPtr> children;

  template <typename Node>
  ExprPtr With(Node node) const {
    return MakeExpr(expr.props, expr.range, std::move(node));
  }
  template <typename Node>
  ExprPtr WithArgs(Node node) {
    node.args = std::move(children);
    return With(std::move(node));
  }

  ExprPtr operator()(const ColumnRef& n) { return With(n); }
  ExprPtr operator()(const Constant& n) { return With(n); }
  ExprPtr operator()(const FunctionCall& n) { return WithArgs(n); }
  ExprPtr operator()(const OperatorCall& n) { return WithArgs(n); }
  ExprPtr operator()(const Cast&) { return With(Cast{children[0]}); }
  ExprPtr operator()(const Logical& n) { return WithArgs(n); }
  ExprPtr operator()(const NullTest& n) { return With(NullTest{children[0], n.is_not}); }
  ExprPtr operator()(const Case& n) {
    Case other;
    for (size_t i = 0; i < n.whens.size(); ++i) {
      other.whens.emplace_back(children[2 * i], children[2 * i + 1]);
    }
    if (n.otherwise != nullptr) other.otherwise = children.back();
    return With(std::move(other));
  }
  ExprPtr operator()(const Template& n) { return WithArgs(n); }
};

// Compares what a node says apart from its children; both nodes are of one kind.
struct SameHead {
  const Expr& a;
  const Expr& b;

  bool operator()(const ColumnRef& n) const { return n.id == b.As<ColumnRef>()->id; }
  bool operator()(const Constant& n) const { return n.sql == b.As<Constant>()->sql; }
  bool operator()(const FunctionCall& n) const {
    const auto* other = b.As<FunctionCall>();
    return n.function == other->function && n.variadic == other->variadic;
  }
  bool operator()(const OperatorCall& n) const { return n.op == b.As<OperatorCall>()->op; }
  bool operator()(const Cast&) const { return a.props.type.sql == b.props.type.sql; }
  bool operator()(const Logical& n) const { return n.kind == b.As<Logical>()->kind; }
  bool operator()(const NullTest& n) const { return n.is_not == b.As<NullTest>()->is_not; }
  bool operator()(const Case& n) const {
    const auto* other = b.As<Case>();
    return n.whens.size() == other->whens.size() &&
           (n.otherwise == nullptr) == (other->otherwise == nullptr);
  }
  bool operator()(const Template& n) const { return n.text == b.As<Template>()->text; }
};

}  // namespace

std::vector<ExprPtr> ChildrenOf(const Expr& expr) { return std::visit(ChildLister{}, expr.node); }

ExprPtr WithChildren(const ExprPtr& expr, std::vector<ExprPtr> children) {
  TRICKLEC_CHECK(children.size() == ChildrenOf(*expr).size(),
                 "an expression is rebuilt over another number of children");
  return std::visit(Rebuilder{*expr, std::move(children)}, expr->node);
}

void CollectColumns(const ExprPtr& expr, std::vector<ColumnId>& ids) {
  if (const auto* column = expr->As<ColumnRef>()) {
    if (std::find(ids.begin(), ids.end(), column->id) == ids.end()) ids.push_back(column->id);
    return;
  }
  for (const ExprPtr& child : ChildrenOf(*expr)) CollectColumns(child, ids);
}

bool SameExpr(const ExprPtr& a, const ExprPtr& b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->node.index() != b->node.index()) return false;
  if (!std::visit(SameHead{*a, *b}, a->node)) return false;
  std::vector<ExprPtr> left = ChildrenOf(*a), right = ChildrenOf(*b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), SameExpr);
}

}  // namespace tricklec::ir
