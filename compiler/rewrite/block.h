#pragma once

#include <vector>

#include "tricklec/ir/rel.h"

namespace tricklec::rewrite {

/// A select-project-join block: what is computed of the rows of `inputs` that pass all `conjuncts`.
struct Block {
  /// In the order of FROM, at least one; none is a Join, Filter or, in a normalised query, a
  /// Project.
  std::vector<ir::RelPtr> inputs;
  /// Conditions joined by AND; those that may raise an error come last.
  std::vector<ir::ExprPtr> conjuncts;
  std::vector<ir::ProjectColumn> columns;
};

/// Takes the block at the top of a tree apart: Project?(Filter?(Join…)) down to nodes that are none
/// of these. A tree without a projection has references to its outputs as columns.
Block MatchBlock(const ir::RelPtr& rel);

/// The normal form of a block: a projection over a left-deep tree of joins. A condition stands as
/// deep as the columns it reads allow, as a filter of its input or as part of a join's predicate;
/// those that may raise an error or are volatile stand in one filter above all joins, so that they
/// see only rows that exist in the result of the others.
ir::RelPtr MakeBlock(const Block& block, source::Range range = {});

/// The same without the projection.
/// \param inputs become the left-deep tree; at least one
ir::RelPtr JoinInputs(const std::vector<ir::RelPtr>& inputs,
                      const std::vector<ir::ExprPtr>& conjuncts, source::Range range = {});

/// `input` filtered by all conjuncts, those that may raise an error last; by none: `input`.
ir::RelPtr FilterAll(ir::RelPtr input, std::vector<ir::ExprPtr> conjuncts, source::Range range);

}  // namespace tricklec::rewrite
