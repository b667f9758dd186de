#pragma once

#include "tricklec/ir/expr.h"

namespace tricklec::ivm {

/// numeric without modifier.
/// \param fixed_scale the scale that every value has, if known
ir::Type NumericType(std::optional<int> fixed_scale, bool may_be_infinite);

/// The stored state of one sum: references to stored columns.
struct SumState {
  ir::ExprPtr sum;    ///< of the finite values; 0 or NULL where there is none
  ir::ExprPtr count;  ///< of the values summed; null where an existing group has at least one
  ir::ExprPtr nan;    ///< number of NaN; null for types without
  ir::ExprPtr plus_infinity;  ///< number of Infinity; null where that cannot be
  ir::ExprPtr minus_infinity;
};

/// The value of sum(x): NULL without values, NaN and infinities as PostgreSQL's numeric_sum.
ir::ExprPtr SumValue(const SumState& state, const ir::Properties& result);

/// The value of avg(x): as SumValue, the finite sum divided by `divisor` in numeric, as PostgreSQL's
/// int8_avg, numeric_poly_avg and numeric_avg do.
/// \param divisor number of values; the same as `state.count` unless that is null
ir::ExprPtr AverageValue(const SumState& state, const ir::ExprPtr& divisor,
                         const ir::Properties& result);

/// `filter AND condition`, evaluating `condition` only where the filter passes; either may be null.
ir::ExprPtr Both(const ir::ExprPtr& filter, const ir::ExprPtr& condition);
/// `count > 0`.
ir::ExprPtr IsPositive(const ir::ExprPtr& count);
/// `x = 'special'::numeric` for NaN, Infinity and -Infinity.
ir::ExprPtr IsSpecial(const ir::ExprPtr& x, const char* special);
/// x is none of the special values; infinities are left out where `x` has a type without them.
ir::ExprPtr IsFinite(const ir::ExprPtr& x);

}  // namespace tricklec::ivm
