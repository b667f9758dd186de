// Conversions: casts as the query writes them, types given to literals by their context, and the
// common type of several expressions. Manual, chapter "Type Conversion".

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/type_facts.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;
using source::Code;

std::optional<TypeRef> ExpressionAnalyzer::ResolveType(const Node& type_name) {
  catalog::TypeResolution resolution = context_.catalog.ResolveType(type_name, path_);
  if (!resolution || resolution.serial || resolution.set_of) {
    std::string message = resolution.serial   ? "a serial type is only one for columns"
                          : resolution.set_of ? "a set is not a value"
                                              : resolution.message;
    auto report = context_.diagnostics.Report(Code::UnknownTypeName, type_name.range(), message);
    if (!resolution.candidates.empty()) {
      std::vector<std::string> names = type_name.Names("names");
      if (auto near =
              source::ClosestMatch(names.empty() ? "" : names.back(), resolution.candidates)) {
        report.AddHelp(fmt::format("did you mean `{}`?", *near));
      }
    }
    return std::nullopt;
  }
  return resolution.type;
}

ExprPtr ExpressionAnalyzer::TypedLiteral(const ExprPtr& literal, TypeRef target) {
  const auto* constant = literal->As<ir::Constant>();
  TRICKLEC_CHECK(constant != nullptr, "an untyped expression that is no literal");
  ir::Properties props = Props(target);
  props.nullable = constant->is_null;
  props.may_raise = false;  // it is read when the statement is planned, not for a row
  ir::Constant typed;
  typed.is_null = constant->is_null;
  if (target.type == types::kBool && !constant->is_null) {
    std::string word = UnquoteLiteral(constant->sql);
    typed.is_true = word == "true" || word == "t";
  }
  typed.sql = fmt::format("{}::{}", constant->sql, props.type.sql);
  if (!constant->is_null) {
    std::string value = UnquoteLiteral(constant->sql);
    if (auto plain = PlainConstant(value, target)) {
      typed.sql = plain->starts_with('-') ? "(" + *plain + ")" : *plain;
      if (target.type == types::kInt4) {
        props.type.fixed_scale = 0;
        props.type.may_be_infinite = false;
      }
    }
    TypeId base = context_.catalog.BaseType(target.type);
    if (base == types::kText || base == types::kVarChar) {
      constexpr uint32_t kVarlenaHeader = 4;
      props.type.max_bytes = static_cast<uint32_t>(value.size()) + kVarlenaHeader;
    }
    if (!IsPossibleLiteral(context_.catalog, target.type, value)) {
      auto report =
          context_.diagnostics.Report(Code::InvalidLiteral, literal->range, value, props.type.sql);
      const catalog::Type* type = context_.catalog.FindType(base);
      if (type != nullptr) {
        if (auto near = source::ClosestMatch(value, type->enum_labels)) {
          report.AddHelp(fmt::format("did you mean `{}`?", *near));
        }
      }
    }
    constexpr TypeId kRegRole = 4096;
    if (base == kRegRole) {
      context_.diagnostics
          .Report(Code::InvalidExpression, literal->range,
                  "a constant of type `regrole` cannot stand in a view")
          .AddNote("nothing would keep the role from being dropped");
    }
    if (auto reason = LiteralDependsOn(context_.catalog, target.type, value)) {
      context_.instabilities.push_back(
          {Instability::Kind::Literal, literal->range,
           fmt::format("`{}` as `{}`", constant->sql, props.type.sql), *reason,
           std::string(StableLiteralForm(context_.catalog, target.type)),
           context_.diagnostics.detours()});
      props.volatility = ir::Volatility::Stable;
    }
  }
  DeriveCollation(props, {});
  return ir::MakeExpr(std::move(props), literal->range, std::move(typed));
}

ExprPtr ExpressionAnalyzer::MakeCast(const ExprPtr& expr, TypeRef target, CastContext context,
                                     source::Range range) {
  if (IsUnknown(expr)) {
    ExprPtr typed = TypedLiteral(expr, target);
    return ir::MakeExpr(typed->props, range, *typed->As<ir::Constant>());
  }
  TypeRef from = TypeOf(*expr);
  ir::Properties props = Props(target);
  props.nullable = expr->props.nullable;
  Absorb(props, *expr);
  if (!expr->props.type.known || resolver_.IsOpaque(from.type) || resolver_.IsOpaque(target.type)) {
    props.may_raise = true;
    DeriveCollation(props, {expr});
    return ir::MakeExpr(std::move(props), range, ir::Cast{expr});
  }
  if (from == target) return expr;
  catalog::Coercion coercion = context_.catalog.FindCoercion(from.type, target.type, context);
  if (!coercion) {
    if (!resolver_.CanCoerce(from.type, target.type, context)) {
      context_.diagnostics.Report(Code::CannotConvert, range, expr->props.type.sql, props.type.sql);
      return nullptr;
    }
    coercion.kind = catalog::CoercionKind::Relabel;  // rows
  }
  Effects effects = EffectsOf(context_.catalog, coercion, from.type, target);
  Absorb(props, effects, range, fmt::format("{} as {}", expr->props.type.sql, props.type.sql));
  if (expr->props.type.fixed_scale && !props.type.fixed_scale &&
      props.type.arithmetic == ir::Arithmetic::Numeric && target.typmod < 0) {
    props.type.fixed_scale = expr->props.type.fixed_scale;
  }
  if (props.type.arithmetic == ir::Arithmetic::Numeric &&
      expr->props.type.arithmetic != ir::Arithmetic::None &&
      expr->props.type.arithmetic != ir::Arithmetic::Float4 &&
      expr->props.type.arithmetic != ir::Arithmetic::Float8) {
    props.type.may_be_infinite = props.type.may_be_infinite && expr->props.type.may_be_infinite;
  }
  if (coercion.kind == catalog::CoercionKind::Relabel && !props.type.max_bytes &&
      context_.catalog.BaseType(target.type) != types::kRecord) {
    props.type.max_bytes = expr->props.type.max_bytes;
  }
  DeriveCollation(props, {expr});
  return ir::MakeExpr(std::move(props), range, ir::Cast{expr});
}

ExprPtr ExpressionAnalyzer::AnalyzeCast(const Node& node) {
  std::optional<TypeRef> target = ResolveType(node["type_name"]);
  Node arg = node["arg"];
  ExprPtr expr = target && arg.Is("A_ArrayExpr")
                     ? AnalyzeArray(arg, context_.catalog.ElementOf(target->type))
                     : Analyze(arg);
  if (!target || expr == nullptr) return nullptr;
  source::Range range = node.range();
  // `true` is parsed as a cast of a constant to boolean.
  if (const auto* constant = expr->As<ir::Constant>();
      constant != nullptr && target->type == types::kBool && expr->props.type.id == types::kBool) {
    return expr;
  }
  if (arg.Is("A_ArrayExpr") && TypeOf(*expr) == *target) {
    // Without the cast an empty or untyped array would have no type.
    return ir::MakeExpr(expr->props, range, ir::Cast{expr});
  }
  return MakeCast(expr, *target, CastContext::Explicit, range);
}

ExprPtr ExpressionAnalyzer::Convert(const ExprPtr& expr, TypeId target, ir::Properties& effects) {
  bool any = target == types::kAny || target == 0 || IsPolymorphic(target);
  if (IsUnknown(expr)) return TypedLiteral(expr, {any ? types::kText : target, -1});
  Absorb(effects, *expr);
  TypeId from = expr->props.type.id;
  if (any || !expr->props.type.known || from == target) return expr;
  catalog::Coercion coercion = context_.catalog.FindCoercion(from, target, CastContext::Implicit);
  if (!coercion) return expr;
  Effects conversion = EffectsOf(context_.catalog, coercion, from, {target, -1});
  Absorb(effects, conversion, expr->range,
         fmt::format("{} as {}", expr->props.type.sql, context_.catalog.FormatType(target)));
  return expr;
}

bool ExpressionAnalyzer::Unify(std::vector<ExprPtr>& exprs, std::string_view construct,
                               source::Range range, ir::Properties& props) {
  DropCasts(exprs);
  std::vector<TypeId> given;
  for (const ExprPtr& expr : exprs)
    given.push_back(expr->props.type.known ? expr->props.type.id : 0);
  std::optional<TypeId> common = resolver_.CommonType(given);
  auto mismatch = [&](TypeId a, TypeId b) {
    context_.diagnostics.Report(Code::NoCommonType, range, construct,
                                context_.catalog.FormatType(a), context_.catalog.FormatType(b));
    return false;
  };
  if (!common) {
    // Name two that differ in category.
    std::vector<TypeId> known;
    std::copy_if(given.begin(), given.end(), std::back_inserter(known),
                 [](TypeId type) { return type != types::kUnknown; });
    for (TypeId type : known) {
      if (!resolver_.CommonType({known.front(), type})) return mismatch(known.front(), type);
    }
    return mismatch(known.front(), known.back());
  }
  props.may_raise = props.may_raise && !exprs.empty();
  if (*common == 0) {
    props.type = UnknownType();
    props.may_raise = true;
    for (ExprPtr& expr : exprs) {
      expr = TextIfUnknown(expr);
      Absorb(props, *expr);
    }
    return true;
  }
  for (TypeId type : given) {
    if (!resolver_.CanCoerce(type, *common, CastContext::Implicit)) return mismatch(type, *common);
  }
  for (ExprPtr& expr : exprs) expr = Convert(expr, *common, props);
  // A modifier, like a scale, survives only where all agree.
  const ir::Type first = exprs.front()->props.type;
  bool same_typmod = true, same_scale = true, any_infinite = false, bounded = true;
  std::optional<int> scale;
  uint32_t widest = 0;
  for (const ExprPtr& expr : exprs) {
    const ir::Type& type = expr->props.type;
    const auto* constant = expr->As<ir::Constant>();
    bool is_null = constant != nullptr && constant->is_null;
    same_typmod &= type.id == *common && type.typmod == first.typmod;
    if (is_null) continue;
    same_scale &= type.fixed_scale && scale.value_or(*type.fixed_scale) == *type.fixed_scale;
    scale = type.fixed_scale;
    any_infinite |= type.may_be_infinite;
    bounded &= type.max_bytes.has_value();
    widest = std::max(widest, type.max_bytes.value_or(0));
  }
  props.type = TypeFacts(context_.catalog, {*common, same_typmod ? first.typmod : -1});
  if (props.type.arithmetic == ir::Arithmetic::Numeric) {
    if (same_scale) props.type.fixed_scale = scale;
    props.type.may_be_infinite = any_infinite;
  }
  TypeId base = context_.catalog.BaseType(*common);
  if (bounded && !props.type.max_bytes && (base == types::kText || base == types::kVarChar)) {
    props.type.max_bytes = widest;
  }
  DeriveCollation(props, exprs);
  return true;
}

std::optional<TypeRef> ExpressionAnalyzer::CommonColumnType(const ExprPtr& left,
                                                            const ExprPtr& right,
                                                            std::string_view construct,
                                                            source::Range range) {
  TypeRef a = TypeOf(*left), b = TypeOf(*right);
  std::optional<TypeId> common = resolver_.CommonType({a.type, b.type});
  if (common && *common == 0) return TypeRef{0, -1};
  if (!common || !resolver_.CanCoerce(a.type, *common, CastContext::Implicit) ||
      !resolver_.CanCoerce(b.type, *common, CastContext::Implicit)) {
    context_.diagnostics.Report(Code::NoCommonType, range, construct,
                                context_.catalog.FormatType(a.type),
                                context_.catalog.FormatType(b.type));
    return std::nullopt;
  }
  // A modifier survives only where both sides agree.
  bool agree = a == b && a.type == *common;
  return TypeRef{*common, agree ? a.typmod : -1};
}

// PostgreSQL's buildMergedJoinVar for inner joins: a side that needs no conversion, or the left one.
ExprPtr ExpressionAnalyzer::MergeColumns(const ExprPtr& left, const ExprPtr& right, MergedFrom from,
                                         source::Range range) {
  if (from == MergedFrom::FirstPresent) {
    ExprPtr first = left, second = right;
    if (!UnifyBranches(first, second, "JOIN/USING")) return nullptr;
    ir::Properties props = first->props;
    props.nullable = first->props.nullable && second->props.nullable;
    Absorb(props, *second);
    return MakeTemplate(std::move(props), range, "COALESCE($1, $2)", {first, second}, true);
  }
  std::optional<TypeRef> common = CommonColumnType(left, right, "JOIN/USING", range);
  if (!common) return nullptr;
  const ExprPtr& preferred = from == MergedFrom::Right ? right : left;
  if (common->type == 0 || TypeOf(*preferred) == *common) return preferred;
  if (from == MergedFrom::Either && TypeOf(*right) == *common) return right;
  return MakeCast(preferred, *common, CastContext::Implicit, range);
}

bool ExpressionAnalyzer::UnifyBranches(ExprPtr& left, ExprPtr& right, std::string_view construct) {
  std::optional<TypeRef> common = CommonColumnType(left, right, construct, right->range);
  if (!common) return false;
  if (common->type == 0) {
    left = TextIfUnknown(left);
    right = TextIfUnknown(right);
    return true;
  }
  for (ExprPtr* side : {&left, &right}) {
    if (TypeOf(**side) == *common) continue;
    *side = MakeCast(*side, *common, CastContext::Implicit, (*side)->range);
    if (*side == nullptr) return false;
  }
  ir::Properties props = Props(*common);
  DeriveCollation(props, {left, right});
  for (ExprPtr* side : {&left, &right}) {
    if ((*side)->props.collation_name == props.collation_name) continue;
    *side = WithCollation(*side, {props.collation_schema, props.collation_name}, (*side)->range);
  }
  return true;
}

}  // namespace tricklec::analyze
