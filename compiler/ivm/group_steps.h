#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// The steps of all events of an aggregate query.
/// \param program has storage, groups, lock class and deltas
void PlanGroupEvents(Program& program);

}  // namespace tricklec::ivm
