#pragma once

#include "tricklec/ivm/group_state.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Sets the lock class that keeping the groups needs, and why it is not none.
void ChooseGroupLock(const GroupPlan& plan, Program& program);

/// Raises the lock class where rows of several sources, or several rows of one, meet.
/// \param program has its deltas
void RaiseLockForJoins(Program& program);

}  // namespace tricklec::ivm
