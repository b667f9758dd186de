#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Finds the sources a row of which can be changed in place (`InPlace`), after the steps of all events are
/// known. Only IMMEDIATE maintenance looks at single statements.
void PlanInPlace(Program& program);

}  // namespace tricklec::ivm
