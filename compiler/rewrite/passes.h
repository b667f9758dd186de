#pragma once

#include "tricklec/ir/rel.h"

/// The passes of this folder, each in the file of its name. All are total: they return an
/// equivalent tree for any verified one, with the same output columns in the same order.
namespace tricklec::rewrite {

ir::RelPtr ReduceOuterJoins(const ir::RelPtr& rel);
ir::RelPtr MergeProjections(const ir::RelPtr& rel);
ir::RelPtr PushFilters(const ir::RelPtr& rel);
ir::RelPtr DistinctToAggregate(const ir::RelPtr& rel);
ir::RelPtr FlattenUnions(const ir::RelPtr& rel, ir::ColumnIds& ids);
ir::RelPtr PruneColumns(const ir::RelPtr& rel);

}  // namespace tricklec::rewrite
