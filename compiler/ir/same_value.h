#pragma once

#include <optional>

#include "tricklec/ir/expr.h"

namespace tricklec::ir {

/// `a = b`, by what GROUP BY calls equal; with NULLs `a = b OR (a IS NULL AND b IS NULL)`, for which, unlike
/// for IS NOT DISTINCT FROM, there are indexes.
/// \param a of the same type as `b`
/// \param with_nulls NULL is the same as NULL
ExprPtr SameValue(const ExprPtr& a, const ExprPtr& b, bool with_nulls);

/// An expression that says that two values are the same.
struct Sameness {
  ExprPtr left, right;
  bool with_nulls;  ///< NULL is the same as NULL
};
/// \returns the operands of `a = b`, where that is the equality that groups and unique indexes go by, or one
///     of integers of two types, or of `SameValue(a, b)`; nothing for every other expression
std::optional<Sameness> SamenessOf(const ExprPtr& expr);

/// Replaces every part of an expression that is `part`.
ExprPtr ReplacePart(const ExprPtr& expr, const ExprPtr& part, const ExprPtr& by);

}  // namespace tricklec::ir
