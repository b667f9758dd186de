#include "tricklec/codegen/sqltree/expr.h"

namespace tricklec::codegen::sqltree {

Expr Col(const std::string& table, const std::string& column) {
  return Make(Column{Identifier(table), Identifier(column)});
}

Expr Var(const std::string& variable) { return Make(Column{std::nullopt, Identifier(variable)}); }

Expr Str(std::string text) { return Make(StringConstant{Literal(std::move(text)), std::nullopt}); }

Expr Int(int64_t value) { return Make(IntegerConstant{value}); }

Expr Null() { return Make(RawConstant{RawSql("NULL")}); }

Expr Fn(const std::string& function, std::vector<Expr> args) {
  Call call{QualifiedName(Identifier(function))};
  call.args = std::move(args);
  return Make(std::move(call));
}

Expr CountStar(Expr filter) {
  Call call{QualifiedName(Identifier("count"))};
  call.star = true;
  call.filter = std::move(filter);
  return Make(std::move(call));
}

Expr Aggregate(const std::string& function, Expr arg, Expr filter) {
  Call call{QualifiedName(Identifier(function))};
  call.args = {std::move(arg)};
  call.filter = std::move(filter);
  return Make(std::move(call));
}

Expr Op(Expr left, const std::string& op, Expr right) {
  return Make(OperatorCall{std::nullopt, op, {std::move(left), std::move(right)}});
}

Expr Coalesce(Expr value, Expr otherwise) {
  return Make(SyntaxCall{SyntaxFunction::Coalesce, {std::move(value), std::move(otherwise)}});
}

Expr RowOf(std::vector<Expr> fields) {
  return Make(SyntaxCall{SyntaxFunction::Row, std::move(fields)});
}

Expr RecordOf(std::vector<Expr> fields) { return Cast(RowOf(std::move(fields)), "record"); }

namespace {

template <typename Node>
Expr Join(std::vector<Expr> parts) {
  std::vector<Expr> flat;
  for (Expr& part : parts) {
    if (part == nullptr) continue;
    if (const auto* inner = std::get_if<Node>(&part->node)) {
      flat.insert(flat.end(), inner->args.begin(), inner->args.end());
    } else {
      flat.push_back(std::move(part));
    }
  }
  if (flat.empty()) return nullptr;
  if (flat.size() == 1) return flat[0];
  return Make(Node{std::move(flat)});
}

}  // namespace

Expr AllOf(std::vector<Expr> parts) { return Join<And>(std::move(parts)); }

Expr AnyOf(std::vector<Expr> parts) { return Join<Or>(std::move(parts)); }

Expr Cast(Expr arg, std::string type) {
  return Make(CastTo{std::move(arg), RawSql(std::move(type))});
}

Expr IfThenElse(Expr condition, Expr then, Expr otherwise) {
  return Make(CaseWhen{{{std::move(condition), std::move(then)}}, std::move(otherwise)});
}

}  // namespace tricklec::codegen::sqltree
