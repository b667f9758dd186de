// Values of aggregates from their stored state, as PostgreSQL computes them from scratch
// (src/backend/utils/adt/numeric.c: numeric_sum, numeric_avg and their int8 twins):
//
//   sum = NULL if no value; NaN if any NaN or both infinities; ±Infinity if one; else the finite sum
//   avg = the same, finite sum / number of values in numeric
//
// NaN and infinities cannot be subtracted out of a sum (NaN - NaN is NaN), so they are counted apart.

#include "tricklec/ivm/formulas.h"

#include "tricklec/ir/builtin_types.h"

namespace tricklec::ivm {

namespace {

using ir::ExprPtr;

ir::Properties PropertiesOf(ir::Type type, bool nullable) {
  ir::Properties props;
  props.type = std::move(type);
  props.nullable = nullable;
  props.may_raise = false;
  return props;
}

ExprPtr Literal(ir::Type type, std::string sql, bool is_null = false) {
  ir::Constant constant;
  constant.sql = std::move(sql);
  constant.is_null = is_null;
  return ir::MakeExpr(PropertiesOf(std::move(type), is_null), {}, std::move(constant));
}

ExprPtr Operator(const char* op, ExprPtr left, ExprPtr right, ir::Type result) {
  bool nullable = left->props.nullable || right->props.nullable;
  ir::OperatorCall call{{"pg_catalog", op}, {std::move(left), std::move(right)}, false};
  call.is_default_equality = std::string_view(op) == "=";
  return ir::MakeExpr(PropertiesOf(std::move(result), nullable), {}, std::move(call));
}

ExprPtr Compare(const char* op, const ExprPtr& left, const char* number) {
  return Operator(op, left, Literal(ir::Bigint(), number), ir::Boolean());
}

ExprPtr Combine(ir::LogicalKind kind, std::vector<ExprPtr> args) {
  if (args.size() == 1) return args[0];
  bool nullable = false, may_raise = false;
  for (const ExprPtr& arg : args) {
    nullable |= arg->props.nullable;
    may_raise |= arg->props.may_raise;
  }
  ir::Properties props = PropertiesOf(ir::Boolean(), nullable);
  props.may_raise = may_raise;
  return ir::MakeExpr(std::move(props), {}, ir::Logical{kind, std::move(args)});
}

ExprPtr Special(const char* special) {
  return Literal(NumericType(std::nullopt, true), std::string("'") + special + "'::numeric");
}

ExprPtr AsNumeric(const ExprPtr& value) {
  if (value->props.type.arithmetic == ir::Arithmetic::Numeric) return value;
  return ir::MakeExpr(PropertiesOf(NumericType(0, false), value->props.nullable), {},
                      ir::Cast{value});
}

// The cases that sum and avg share; nothing is left to say before `finite` where there are none.
ExprPtr WithSpecialCases(const SumState& state, ExprPtr finite, const ir::Properties& result) {
  ir::Case cases;
  if (state.count != nullptr) {
    cases.whens.emplace_back(Compare("=", state.count, "0"),
                             Literal(result.type, "NULL::" + result.type.sql, true));
  }
  if (state.nan != nullptr) {
    ExprPtr is_nan = Compare(">", state.nan, "0");
    if (state.plus_infinity != nullptr) {
      ExprPtr opposed = Combine(ir::LogicalKind::And, {Compare(">", state.plus_infinity, "0"),
                                                       Compare(">", state.minus_infinity, "0")});
      is_nan = Combine(ir::LogicalKind::Or, {is_nan, opposed});
    }
    cases.whens.emplace_back(is_nan, Special("NaN"));
  }
  if (state.plus_infinity != nullptr) {
    cases.whens.emplace_back(Compare(">", state.plus_infinity, "0"), Special("Infinity"));
    cases.whens.emplace_back(Compare(">", state.minus_infinity, "0"), Special("-Infinity"));
  }
  if (cases.whens.empty()) return finite;
  cases.otherwise = std::move(finite);
  ir::Properties props = result;
  props.nullable = state.count != nullptr;
  props.may_raise = false;
  props.volatility = ir::Volatility::Immutable;
  return ir::MakeExpr(std::move(props), {}, std::move(cases));
}

}  // namespace

ir::Type NumericType(std::optional<int> fixed_scale, bool may_be_infinite) {
  constexpr uint32_t kNumericOid = 1700;
  ir::Type type;
  type.known = true;
  type.sql = "numeric";
  type.id = kNumericOid;
  type.arithmetic = ir::Arithmetic::Numeric;
  type.fixed_scale = fixed_scale;
  type.may_be_infinite = may_be_infinite;
  type.has_equality = type.sortable = type.hashable = true;
  return type;
}

ExprPtr SumValue(const SumState& state, const ir::Properties& result) {
  return WithSpecialCases(state, state.sum, result);
}

ExprPtr AverageValue(const SumState& state, const ExprPtr& divisor, const ir::Properties& result) {
  ExprPtr quotient = Operator("/", AsNumeric(state.sum), AsNumeric(divisor),
                              NumericType(std::nullopt, result.type.may_be_infinite));
  return WithSpecialCases(state, std::move(quotient), result);
}

ExprPtr Both(const ExprPtr& filter, const ExprPtr& condition) {
  if (filter == nullptr) return condition;
  if (condition == nullptr) return filter;
  if (!condition->props.may_raise) return Combine(ir::LogicalKind::And, {filter, condition});
  // AND may evaluate its sides in any order; CASE does not.
  ir::Case guarded;
  guarded.whens.emplace_back(filter, condition);
  ir::Properties props = PropertiesOf(ir::Boolean(), true);
  props.may_raise = true;
  return ir::MakeExpr(std::move(props), {}, std::move(guarded));
}

ExprPtr IsPositive(const ExprPtr& count) { return Compare(">", count, "0"); }

ExprPtr IsSpecial(const ExprPtr& x, const char* special) {
  ExprPtr test = Operator("=", x, Special(special), ir::Boolean());
  if (!x->props.may_raise) return test;
  ir::Expr raising = *test;
  raising.props.may_raise = true;
  return std::make_shared<const ir::Expr>(std::move(raising));
}

ExprPtr IsFinite(const ExprPtr& x) {
  std::vector<ExprPtr> tests{Operator("<>", x, Special("NaN"), ir::Boolean())};
  if (x->props.type.may_be_infinite) {
    tests.push_back(Operator("<>", x, Special("Infinity"), ir::Boolean()));
    tests.push_back(Operator("<>", x, Special("-Infinity"), ir::Boolean()));
  }
  ir::ExprPtr all = Combine(ir::LogicalKind::And, std::move(tests));
  if (!x->props.may_raise) return all;
  ir::Expr raising = *all;
  raising.props.may_raise = true;
  return std::make_shared<const ir::Expr>(std::move(raising));
}

}  // namespace tricklec::ivm
