// Which aggregates follow changes by addition, and why the others do not.
//
//   count(*), count(x)                       n' = n + Δn
//   sum over int2, int4, int8, money         s' = s + Δs                exact inverse
//   sum over numeric                         finite sum and counts of NaN, ±Infinity add
//   avg over integers, numeric(p,s)          sum / count                as PostgreSQL divides
//   min, max over types with btree order     m' = LEAST(m, Δm⁺); recomputed when Δ⁻ holds m
//   everything else                          recomputed per group
//
// Numerics that are equal can have different scales; the scale of a sum after a deletion can be larger
// than that of a fresh sum. As a value that is harmless; the digits of a quotient depend on it.

#include "tricklec/ivm/aggregates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tricklec/ivm/excerpt.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

using ir::Arithmetic;

std::string NameOf(const ir::AggregateColumn& column) {
  return Excerpt(column.range, column.call.function.name);
}

AggregateStrategy Recompute(const ir::AggregateColumn& column, std::string why,
                            std::string remedy) {
  return {AggregateRule::Recompute,
          {fmt::format("{} {}", NameOf(column), why), std::move(remedy), column.range}};
}

AggregateStrategy ChooseSum(const ir::AggregateColumn& column, bool scale_matters) {
  const ir::Type& type = column.call.args[0]->props.type;
  switch (type.arithmetic) {
    case Arithmetic::Int2:
    case Arithmetic::Int4:
    case Arithmetic::Int8:
    case Arithmetic::Money: return {AggregateRule::ExactSum, {}};
    case Arithmetic::Numeric:
      if (scale_matters && !type.fixed_scale) {
        return Recompute(column,
                         "is used in an expression that depends on its number of digits, and the "
                         "values have no common scale",
                         "cast the argument to numeric(p,s)");
      }
      return {AggregateRule::NumericSum, {}};
    case Arithmetic::Float4:
    case Arithmetic::Float8:
      return Recompute(column, "adds floating point numbers, which subtraction does not undo",
                       "cast the argument to numeric(p,s)");
    case Arithmetic::Interval:
      return Recompute(column, "adds intervals, whose months, days and time are kept apart",
                       "aggregate extract(epoch FROM …) as numeric(p,s)");
    case Arithmetic::None: break;
  }
  return Recompute(column, "adds values of a type whose arithmetic is not known to be exact", "");
}

AggregateStrategy ChooseAverage(const ir::AggregateColumn& column) {
  const ir::Type& type = column.call.args[0]->props.type;
  if (type.arithmetic == Arithmetic::Numeric) {
    if (type.fixed_scale) return {AggregateRule::Average, {}};
    return Recompute(column,
                     "divides numerics without a common scale, and the digits of PostgreSQL's "
                     "division depend on the scales of all values",
                     "cast the argument to numeric(p,s)");
  }
  AggregateStrategy sum = ChooseSum(column, false);
  if (sum.rule == AggregateRule::ExactSum) sum.rule = AggregateRule::Average;
  return sum;
}

bool KeepsValue(const ir::Expr& expr) {
  if (const auto* op = expr.As<ir::OperatorCall>()) {
    constexpr std::array kOperators{"+", "-", "*", "<", "<=", "=", "<>", ">=", ">"};
    return op->op.schema == "pg_catalog" &&
           std::find(kOperators.begin(), kOperators.end(), op->op.name) != kOperators.end();
  }
  if (const auto* call = expr.As<ir::FunctionCall>()) {
    constexpr std::array kFunctions{"abs", "round", "trunc", "ceil", "ceiling", "floor", "sign"};
    return call->function.schema == "pg_catalog" &&
           std::find(kFunctions.begin(), kFunctions.end(), call->function.name) != kFunctions.end();
  }
  if (expr.As<ir::Cast>() != nullptr) {
    // Numbers to numbers; money, text, json and the rest show or cut digits.
    switch (expr.props.type.arithmetic) {
      case Arithmetic::Int2:
      case Arithmetic::Int4:
      case Arithmetic::Int8:
      case Arithmetic::Numeric:
      case Arithmetic::Float4:
      case Arithmetic::Float8: return true;
      case Arithmetic::Money:
      case Arithmetic::Interval:
      case Arithmetic::None: return false;
    }
  }
  if (const auto* text = expr.As<ir::Template>()) {
    return text->text.starts_with("COALESCE(") || text->text.starts_with("GREATEST(") ||
           text->text.starts_with("LEAST(");
  }
  return expr.As<ir::ColumnRef>() != nullptr || expr.As<ir::Logical>() != nullptr ||
         expr.As<ir::NullTest>() != nullptr || expr.As<ir::Case>() != nullptr;
}

}  // namespace

AggregateStrategy ChooseRule(const ir::AggregateColumn& column, bool scale_matters) {
  const ir::AggregateCall& call = column.call;
  bool built_in = call.function.schema == "pg_catalog";
  bool extreme = call.kind == ir::AggregateKind::Min || call.kind == ir::AggregateKind::Max;
  if (call.kind == ir::AggregateKind::Other || !built_in) {
    return Recompute(column, "has no inverse: it depends on all rows of its group", "");
  }
  // The least of distinct values is the least of all.
  if (call.distinct && !extreme) {
    return Recompute(column, "counts each value once, which needs all rows of its group", "");
  }
  if (!call.order_by.empty()) {
    return Recompute(column, "has an ORDER BY inside", "leave ORDER BY out of this aggregate");
  }
  switch (call.kind) {
    case ir::AggregateKind::CountRows:
    case ir::AggregateKind::Count: return {AggregateRule::Count, {}};
    case ir::AggregateKind::Sum: return ChooseSum(column, scale_matters);
    case ir::AggregateKind::Avg: return ChooseAverage(column);
    case ir::AggregateKind::Min:
    case ir::AggregateKind::Max:
      if (!call.args[0]->props.type.known || !call.args[0]->props.type.sortable) {
        return Recompute(column, "compares values of a type without a known btree order", "");
      }
      return {
          AggregateRule::Extreme,
          {fmt::format("{} reads its group again when the extreme is taken away", NameOf(column)),
           "", column.range}};
    case ir::AggregateKind::Other: break;
  }
  TRICKLEC_CHECK(false, "an aggregate of a kind that no rule covers");
}

bool ScaleMatters(const ir::ExprPtr& expr, ir::ColumnId value) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  if (std::find(ids.begin(), ids.end(), value) == ids.end()) return false;
  if (!KeepsValue(*expr)) return true;
  std::vector<ir::ExprPtr> children = ir::ChildrenOf(*expr);
  return std::any_of(children.begin(), children.end(),
                     [&](const ir::ExprPtr& child) { return ScaleMatters(child, value); });
}

bool IsApproximate(const ir::AggregateColumn& column) {
  const Arithmetic arithmetic = column.props.type.arithmetic;
  bool is_float = arithmetic == Arithmetic::Float4 || arithmetic == Arithmetic::Float8;
  return is_float && column.call.kind != ir::AggregateKind::Min &&
         column.call.kind != ir::AggregateKind::Max;
}

}  // namespace tricklec::ivm
