#pragma once

#include "tricklec/ivm/program.h"
#include "tricklec/ivm/shape.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Fills `program` for a query without aggregate: its rows are stored, by key where the source has
/// one, else as a bag.
void PlanLinear(const Shape& shape, Program& program, source::Diagnostics& diagnostics);

}  // namespace tricklec::ivm
