#include "tricklec/codegen/lower/expr.h"

#include "tricklec/codegen/lower/names.h"
#include "tricklec/ir/template_text.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

std::optional<sql::Identifier> SchemaOf(const ir::ObjectName& name) {
  if (name.schema.empty() || name.schema == "pg_catalog") return std::nullopt;
  return sql::Identifier(name.schema);
}

sql::QualifiedName FunctionName(const ir::ObjectName& name) {
  std::optional<sql::Identifier> schema = SchemaOf(name);
  sql::QualifiedName plain{sql::Identifier(name.name)};
  plain.schema = schema;
  return plain;
}

struct ExprLowering {
  const ir::Expr& expr;
  const Scope& scope;

  std::vector<sql::Expr> All(const std::vector<ir::ExprPtr>& exprs) const {
    std::vector<sql::Expr> lowered;
    lowered.reserve(exprs.size());
    for (const ir::ExprPtr& part : exprs) lowered.push_back(Lower(part, scope));
    return lowered;
  }

  sql::Expr operator()(const ir::ColumnRef& n) const { return scope.At(n.id); }
  sql::Expr operator()(const ir::Constant& n) const {
    return sql::Make(sql::RawConstant{sql::RawSql(n.sql)});
  }
  sql::Expr operator()(const ir::FunctionCall& n) const {
    sql::Call call{FunctionName(n.function)};
    call.args = All(n.args);
    call.variadic = n.variadic;
    return sql::Make(std::move(call));
  }
  sql::Expr operator()(const ir::OperatorCall& n) const {
    std::vector<sql::Expr> args = All(n.args);
    // The weight of rows that a rule takes away again.
    if (args.size() == 1 && n.op.name == "-" && n.op.schema == "pg_catalog") {
      const auto* number = std::get_if<sql::IntegerConstant>(&args[0]->node);
      if (number != nullptr) return sql::Int(-number->value);
    }
    return sql::Make(sql::OperatorCall{SchemaOf(n.op), n.op.name, std::move(args)});
  }
  sql::Expr operator()(const ir::Cast& n) const {
    return sql::Cast(Lower(n.arg, scope), expr.props.type.sql);
  }
  sql::Expr operator()(const ir::Logical& n) const {
    switch (n.kind) {
      case ir::LogicalKind::And: return sql::AllOf(All(n.args));
      case ir::LogicalKind::Or: return sql::AnyOf(All(n.args));
      case ir::LogicalKind::Not: return sql::Make(sql::Not{Lower(n.args[0], scope)});
    }
    return nullptr;
  }
  sql::Expr operator()(const ir::NullTest& n) const {
    return sql::Make(sql::IsNull{Lower(n.arg, scope), n.is_not});
  }
  sql::Expr operator()(const ir::Case& n) const {
    sql::CaseWhen result;
    for (const auto& [when, then] : n.whens) {
      result.whens.emplace_back(Lower(when, scope), Lower(then, scope));
    }
    if (n.otherwise != nullptr) result.otherwise = Lower(n.otherwise, scope);
    return sql::Make(std::move(result));
  }
  sql::Expr operator()(const ir::Template& n) const {
    sql::TemplateText result;
    result.is_primary = n.is_primary;
    for (const ir::TemplatePiece& piece : ir::SplitTemplate(n.text)) {
      if (piece.hole == 0) {
        result.pieces.push_back({piece.text, nullptr});
      } else {
        TRICKLEC_CHECK(piece.hole <= n.args.size(), "a template has a hole without argument");
        result.pieces.push_back({"", Lower(n.args[piece.hole - 1], scope)});
      }
    }
    return sql::Make(std::move(result));
  }
};

}  // namespace

const sql::Expr& Scope::At(ir::ColumnId id) const {
  auto found = columns_.find(id);
  TRICKLEC_CHECK(found != columns_.end(), "a column is used where it does not exist");
  return found->second;
}

sql::Expr Lower(const ir::ExprPtr& expr, const Scope& scope) {
  return std::visit(ExprLowering{*expr, scope}, expr->node);
}

sql::Expr Lower(const ir::AggregateCall& call, const Scope& scope) {
  sql::Call result{FunctionName(call.function)};
  result.star = call.kind == ir::AggregateKind::CountRows;
  for (const ir::ExprPtr& arg : call.args) result.args.push_back(Lower(arg, scope));
  result.distinct = call.distinct;
  result.variadic = call.variadic;
  result.within_group = call.within_group;
  for (const ir::SortItem& item : call.order_by) {
    sql::OrderItem order{Lower(item.expr, scope), std::nullopt};
    if (!item.suffix.empty()) order.suffix = sql::RawSql(item.suffix);
    result.order_by.push_back(std::move(order));
  }
  if (call.filter != nullptr) result.filter = Lower(call.filter, scope);
  return sql::Make(std::move(result));
}

sql::Expr Equals(const ir::Type& type, sql::Expr a, sql::Expr b) {
  if (!type.equality_name.empty()) {
    ir::ObjectName op{type.equality_schema, type.equality_name};
    return sql::Make(sql::OperatorCall{SchemaOf(op), op.name, {std::move(a), std::move(b)}});
  }
  // Records find the equality of a type by its operator class; they take NULLs as equal, `=` does not.
  sql::Expr not_null = sql::Make(sql::IsNull{a, true});
  return sql::AllOf({sql::Op(sql::RecordOf({std::move(a)}), "=", sql::RecordOf({std::move(b)})),
                     std::move(not_null)});
}

sql::Expr EqualsOrBothNull(const ir::Type& type, bool nullable, const sql::Expr& a,
                           const sql::Expr& b) {
  sql::Expr equal = Equals(type, a, b);
  if (!nullable) return equal;
  return sql::AnyOf({equal, sql::AllOf({sql::Make(sql::IsNull{a}), sql::Make(sql::IsNull{b})})});
}

sql::Expr Zero(const ir::Type& type) {
  switch (type.arithmetic) {
    case ir::Arithmetic::Interval:
    case ir::Arithmetic::Money:
      return sql::Make(sql::StringConstant{sql::Literal("0"), sql::RawSql(type.sql)});
    case ir::Arithmetic::Int2:
    case ir::Arithmetic::Int4:
    case ir::Arithmetic::Int8:
    case ir::Arithmetic::Numeric:
    case ir::Arithmetic::Float4:
    case ir::Arithmetic::Float8: return sql::Int(0);
    case ir::Arithmetic::None: break;
  }
  TRICKLEC_CHECK(false, "a sum of a type without arithmetic");
  return nullptr;
}

}  // namespace tricklec::codegen::lower
