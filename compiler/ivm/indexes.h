#pragma once

#include "tricklec/ivm/program.h"
#include "tricklec/ivm/shape.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Finds the indexes of the source that recomputations need and reports what is missing.
/// \param program is complete but for `indexes`
void FindIndexNeeds(const Shape& shape, Program& program, source::Diagnostics& diagnostics);

}  // namespace tricklec::ivm
