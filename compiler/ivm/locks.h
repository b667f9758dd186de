#pragma once

#include "tricklec/ivm/group_state.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Sets the lock class of an aggregate over one source and why it is not none.
void ChooseGroupLock(const GroupPlan& plan, Program& program);

}  // namespace tricklec::ivm
