#pragma once

#include <string>
#include <vector>

#include "tricklec/ir/definition.h"

namespace tricklec::ivm {

/// A visible column of the stream table.
struct VisibleColumn {
  std::string name;
  ir::ExprPtr expr;  ///< over the outputs of the shape's `input` or `aggregate`
  ir::Properties props;
  source::Range range;  ///< where the query says it, or the whole query
};

/// A normalised query, taken apart at its top storage node.
struct Shape {
  std::vector<VisibleColumn> columns;
  /// The stored node; null for a linear query, whose rows themselves are stored.
  const ir::Aggregate* aggregate = nullptr;
  source::Range aggregate_range;
  ir::RelPtr input;  ///< what is below the stored node: filters, projections, joins, unions, scans
};

/// Matches `Project?(Aggregate(…))` and `Project?(…)` over filters, projections, joins and unions.
/// \param definition normalised, without inner aggregates
Shape MatchShape(const ir::Definition& definition);

}  // namespace tricklec::ivm
