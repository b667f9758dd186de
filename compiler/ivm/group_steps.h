#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// The programs of the events of the only source of an aggregate query.
/// \param program has storage, groups and lock class; sources[0] gets its events
void PlanGroupEvents(Program& program);

}  // namespace tricklec::ivm
