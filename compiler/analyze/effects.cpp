// Which functions, operators and casts of PostgreSQL can raise an error, and which of those called
// STABLE really depend on the session. Both lists only ever name what is proven: everything else
// may raise, and is what pg_proc says it is.

#include <algorithm>
#include <array>
#include <string_view>

#include "tricklec/analyze/session.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::TypeId;
using catalog::TypeKind;

namespace {

template <size_t N>
bool Contains(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// STABLE because they print their arguments.
constexpr std::array<std::string_view, 20> kPrinting = {"concat",
                                                        "concat_ws",
                                                        "format",
                                                        "textanycat",
                                                        "anytextcat",
                                                        "to_json",
                                                        "to_jsonb",
                                                        "row_to_json",
                                                        "array_to_json",
                                                        "json_build_object",
                                                        "jsonb_build_object",
                                                        "json_build_array",
                                                        "jsonb_build_array",
                                                        "array_to_string",
                                                        "quote_literal",
                                                        "quote_nullable",
                                                        "json_agg",
                                                        "jsonb_agg",
                                                        "json_object_agg",
                                                        "jsonb_object_agg"};

constexpr std::array<std::string_view, 22> kTotalFunctions = {
    "lower",      "upper",  "length",   "char_length", "character_length", "octet_length",
    "bit_length", "btrim",  "ltrim",    "rtrim",       "concat",           "md5",
    "reverse",    "strpos", "position", "starts_with", "isfinite",         "ascii",
    "replace",    "left",   "right",    "quote_ident"};

constexpr std::array<std::string_view, 28> kNullOnlyForNull = {
    "lower",        "upper",      "length",  "char_length", "character_length",
    "octet_length", "bit_length", "btrim",   "ltrim",       "rtrim",
    "md5",          "reverse",    "strpos",  "position",    "starts_with",
    "isfinite",     "ascii",      "replace", "left",        "right",
    "abs",          "round",      "trunc",   "ceil",        "floor",
    "mod",          "date_trunc", "power"};

constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 6> kArithmetic = {"+", "-", "*", "/", "%", "||"};

constexpr std::array<std::string_view, 12> kCurrentTime = {"now",
                                                           "transaction_timestamp",
                                                           "statement_timestamp",
                                                           "age",
                                                           "current_date",
                                                           "current_time",
                                                           "current_timestamp",
                                                           "localtime",
                                                           "localtimestamp",
                                                           "txid_current",
                                                           "pg_current_xact_id",
                                                           "pg_current_snapshot"};
constexpr std::array<std::string_view, 4> kLocaleFormat = {"to_char", "to_date", "to_timestamp",
                                                           "to_number"};
constexpr std::array<std::string_view, 9> kTextSearch = {
    "to_tsvector",      "to_tsquery",           "plainto_tsquery",
    "phraseto_tsquery", "websearch_to_tsquery", "ts_headline",
    "json_to_tsvector", "jsonb_to_tsvector",    "get_current_ts_config"};

std::string Setting(std::string_view name) { return "the setting `" + std::string(name) + "`"; }

std::string StableReason(const catalog::Catalog& catalog, const catalog::Function& function,
                         const std::vector<TypeId>& args) {
  if (Contains(kCurrentTime, function.name)) return "the current time";
  if (Contains(kLocaleFormat, function.name))
    return Setting("lc_time") + " or " + Setting("lc_numeric");
  if (Contains(kTextSearch, function.name)) return Setting("default_text_search_config");
  if (function.name == "current_setting") return "a setting";
  std::vector<TypeId> all = args;
  all.push_back(function.returns);
  for (TypeId type : all) {
    if (type == types::kUnknown || type == 0) continue;
    TypeId base = catalog.BaseType(type);
    if (base == types::kTimestampTz || base == types::kTimeTz) return Setting("TimeZone");
    if (base == types::kMoney) return Setting("lc_monetary");
  }
  for (TypeId type : all) {
    if (auto setting = OutputSetting(catalog, type)) return Setting(*setting);
  }
  return "";
}

bool IsPlainScalar(const catalog::Catalog& catalog, TypeId id) {
  const catalog::Type* type = catalog.FindType(catalog.BaseType(id));
  return type != nullptr && type->builtin() && type->kind == TypeKind::Base;
}

bool IsWideningNumber(TypeId from, TypeId to) {
  auto rank = [](TypeId type) {
    switch (type) {
      case types::kInt2: return 1;
      case types::kInt4: return 2;
      case types::kInt8: return 3;
      case types::kNumeric: return 4;
      case types::kFloat4: return 5;
      case types::kFloat8: return 6;
      default: return 0;
    }
  };
  // numeric to double precision can be out of range.
  return rank(from) > 0 && rank(to) > rank(from) && from != types::kNumeric;
}

bool IsTotalCast(const catalog::Catalog& catalog, const catalog::Coercion& coercion, TypeId from,
                 catalog::TypeRef to) {
  if (coercion.checks_domain) return false;
  TypeId source = catalog.BaseType(from), target = catalog.BaseType(to.type);
  const catalog::Type* from_type = catalog.FindType(source);
  const catalog::Type* to_type = catalog.FindType(target);
  if (from_type == nullptr || to_type == nullptr) return false;
  bool to_string = target == types::kText || target == types::kVarChar || target == types::kBpChar;
  if (to_string) {
    return (from_type->builtin() && from_type->kind == TypeKind::Base) ||
           from_type->kind == TypeKind::Enum;
  }
  if (coercion.kind == catalog::CoercionKind::Same ||
      coercion.kind == catalog::CoercionKind::Relabel) {
    return to.typmod < 0 || target == types::kVarBit;
  }
  if (to.typmod >= 0) return false;
  return IsWideningNumber(source, target) || (source == types::kInt4 && target == types::kBool) ||
         (source == types::kBool && target == types::kInt4) ||
         (source == types::kTimestamp && (target == types::kDate || target == types::kTime));
}

}  // namespace

Effects EffectsOf(const catalog::Catalog& catalog, const catalog::Function& function,
                  const std::vector<TypeId>& args) {
  Effects effects;
  switch (function.volatility) {
    case catalog::Volatility::Immutable: effects.volatility = ir::Volatility::Immutable; break;
    case catalog::Volatility::Stable: effects.volatility = ir::Volatility::Stable; break;
    case catalog::Volatility::Volatile: effects.volatility = ir::Volatility::Volatile; break;
  }
  if (!function.builtin()) return effects;
  effects.may_raise = !Contains(kTotalFunctions, function.name);
  if (effects.volatility != ir::Volatility::Stable) return effects;
  if (Contains(kPrinting, function.name)) {
    for (TypeId type : args) {
      if (auto setting = OutputSetting(catalog, type)) {
        effects.depends_on = Setting(*setting);
        return effects;
      }
    }
    effects.volatility = ir::Volatility::Immutable;
    return effects;
  }
  effects.depends_on = StableReason(catalog, function, args);
  return effects;
}

Effects EffectsOf(const catalog::Catalog& catalog, const catalog::Coercion& coercion, TypeId from,
                  catalog::TypeRef to) {
  Effects effects;
  auto depends = [&](std::optional<std::string_view> setting) {
    if (!setting) return;
    effects.volatility = ir::Volatility::Stable;
    effects.depends_on = Setting(*setting);
  };
  switch (coercion.kind) {
    case catalog::CoercionKind::None:
    case catalog::CoercionKind::Same:
    case catalog::CoercionKind::Relabel:
    case catalog::CoercionKind::Row: break;
    case catalog::CoercionKind::Function:
    case catalog::CoercionKind::ArrayElements:
      if (coercion.function != 0) {
        effects = EffectsOf(catalog, catalog.GetFunction(coercion.function), {from, to.type});
      } else if (coercion.elements_in_out) {
        depends(OutputSetting(catalog, from));
        depends(InputSetting(catalog, to.type));
      }
      break;
    case catalog::CoercionKind::InOut:
      depends(OutputSetting(catalog, from));
      depends(InputSetting(catalog, to.type));
      break;
  }
  effects.may_raise = !IsTotalCast(catalog, coercion, from, to);
  return effects;
}

bool IsTotalOperator(const catalog::Catalog& catalog, const catalog::Operator& op, TypeId left,
                     TypeId right) {
  if (!op.builtin()) return false;
  if (Contains(kComparisons, op.name)) {
    return op.left != 0 && IsPlainScalar(catalog, left) && IsPlainScalar(catalog, right);
  }
  if (op.name == "||") {
    return (op.left == types::kText || op.right == types::kText) &&
           (IsPlainScalar(catalog, left) || left == types::kUnknown) &&
           (IsPlainScalar(catalog, right) || right == types::kUnknown);
  }
  return op.left == types::kJsonb && (op.name == "->" || op.name == "->>" || op.name == "@>" ||
                                      op.name == "<@" || op.name == "?");
}

bool IsNullOnlyForNull(const catalog::Catalog& catalog, const catalog::Operator& op) {
  if (!op.builtin() || op.function == 0) return false;
  if (!catalog.GetFunction(op.function).strict) return false;
  return Contains(kComparisons, op.name) || Contains(kArithmetic, op.name) ||
         op.name.starts_with("~") || op.name.starts_with("!~");
}

bool IsNullOnlyForNull(const catalog::Function& function) {
  return function.builtin() && function.strict && Contains(kNullOnlyForNull, function.name);
}

}  // namespace tricklec::analyze
