#pragma once

#include "tricklec/ivm/program.h"
#include "tricklec/ivm/shape.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Fills `program` for an aggregate over one source. Reports group keys that cannot be matched and
/// recomputations without an index.
void PlanGroups(const Shape& shape, Program& program, source::Diagnostics& diagnostics);

}  // namespace tricklec::ivm
