#pragma once

#include <vector>

#include "tricklec/ivm/key_width.h"
#include "tricklec/ivm/program.h"
#include "tricklec/ivm/shape.h"

namespace tricklec::ivm {

/// What is stored for an aggregate query, and what decides its strategy and lock class.
struct GroupPlan {
  Storage storage;
  GroupState state;
  KeyFit key_fit;
  std::vector<Reason> recomputed;  ///< one for each aggregate that is recomputed
  std::vector<Reason> extremes;    ///< one for each min and max
  /// Arguments whose being never NULL saved a count of their values.
  std::vector<ir::ExprPtr> never_null;
};

/// Chooses stored columns, accumulators and derived columns of an aggregate query.
/// \param shape has an aggregate; its group keys have types with equality
GroupPlan PlanGroupState(const Shape& shape, ir::ColumnIds& ids);

}  // namespace tricklec::ivm
