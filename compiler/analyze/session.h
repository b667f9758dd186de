#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/expr.h"

/// What a value depends on besides its arguments: the session's settings, the transaction's time.
namespace tricklec::analyze {

/// The setting that the text form of a type depends on, looked through arrays, rows and domains.
std::optional<std::string_view> OutputSetting(const catalog::Catalog& catalog,
                                              catalog::TypeId type);
/// The setting (or "the current time") that reading a type from text depends on.
std::optional<std::string_view> InputSetting(const catalog::Catalog& catalog, catalog::TypeId type);

/// Why a literal means different things in different sessions, e.g. 'today' as a date; nothing if
/// it is written so that it always means the same.
std::optional<std::string> LiteralDependsOn(const catalog::Catalog& catalog, catalog::TypeId type,
                                            std::string_view literal);
/// Whether text can be a value of a type at all; true where that is not known here.
bool IsPossibleLiteral(const catalog::Catalog& catalog, catalog::TypeId type,
                       std::string_view literal);
/// How to write such a literal instead.
std::string_view StableLiteralForm(const catalog::Catalog& catalog, catalog::TypeId type);

/// What evaluating something can do besides giving a value.
struct Effects {
  ir::Volatility volatility = ir::Volatility::Immutable;
  bool may_raise = true;
  /// For a stable one: what it depends on, "the setting `TimeZone`"; may be empty.
  std::string depends_on;
};

/// The effects of calling a function with arguments of these types. Functions that PostgreSQL
/// calls STABLE only because they print their arguments are immutable where the arguments' types
/// print alike in every session.
Effects EffectsOf(const catalog::Catalog& catalog, const catalog::Function& function,
                  const std::vector<catalog::TypeId>& args);
/// The effects of a conversion.
Effects EffectsOf(const catalog::Catalog& catalog, const catalog::Coercion& coercion,
                  catalog::TypeId from, catalog::TypeRef to);

/// Whether an operator of pg_catalog gives a value, or NULL for a NULL operand, whatever the
/// operands are.
bool IsTotalOperator(const catalog::Catalog& catalog, const catalog::Operator& op,
                     catalog::TypeId left, catalog::TypeId right);
/// Whether a function or operator gives NULL only for a NULL argument.
bool IsNullOnlyForNull(const catalog::Catalog& catalog, const catalog::Operator& op);
bool IsNullOnlyForNull(const catalog::Function& function);

}  // namespace tricklec::analyze
