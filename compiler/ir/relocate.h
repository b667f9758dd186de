#pragma once

#include "tricklec/ir/rel.h"

namespace tricklec::ir {

/// The same query, all of whose parts stand at one place: what a view says is shown where the view is
/// named. Expressions stand nowhere, so that nothing quotes them.
RelPtr Relocate(const RelPtr& rel, source::Range range);

}  // namespace tricklec::ir
