#pragma once

#include <functional>
#include <vector>

#include "tricklec/ir/rel.h"

namespace tricklec::rewrite {

/// Replaces references to `columns` by the expressions that compute them. Whether the result can
/// raise an error or is volatile follows from its new parts.
ir::ExprPtr Substitute(const ir::ExprPtr& expr, const std::vector<ir::ProjectColumn>& columns);
/// The same in every expression of an aggregate call. A missing filter stays missing.
ir::AggregateCall Substitute(ir::AggregateCall call, const std::vector<ir::ProjectColumn>& columns);

/// Rebuilds a tree from below: applies `rule` to every node whose inputs are already rewritten.
ir::RelPtr RewriteBottomUp(const ir::RelPtr& rel,
                           const std::function<ir::RelPtr(const ir::RelPtr&)>& rule);

}  // namespace tricklec::rewrite
