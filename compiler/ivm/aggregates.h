#pragma once

#include "tricklec/ir/rel.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

enum class AggregateRule {
  Count,       ///< adds
  ExactSum,    ///< integers and money: the value itself adds
  NumericSum,  ///< numeric: the finite sum and counts of the special values add
  Average,     ///< quotient of a sum and a count
  Extreme,     ///< min, max: merges inserts, recomputed when it was lost
  Recompute,   ///< depends on all rows of the group
};

struct AggregateStrategy {
  AggregateRule rule;
  Reason reason;  ///< why not a better rule: Extreme (the lock) and Recompute (lock and strategy)
};

/// Chooses how an aggregate follows changes.
/// \param scale_matters the query looks at the digits of its value, not only at the value
AggregateStrategy ChooseRule(const ir::AggregateColumn& column, bool scale_matters);

/// Whether an expression over an aggregate's value can tell equal numerics of different display
/// scales apart (1.1 and 1.10): casts to text can, comparisons and sums cannot.
bool ScaleMatters(const ir::ExprPtr& expr, ir::ColumnId value);

/// The column holds a floating point value that depends on the order of additions.
bool IsApproximate(const ir::AggregateColumn& column);

}  // namespace tricklec::ivm
