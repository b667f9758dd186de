#pragma once

#include "tricklec/ivm/group_state.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Sets the lock class that keeping the groups needs, and why it is not none.
void ChooseGroupLock(const GroupPlan& plan, Program& program);

/// Raises the lock class where rows of several sources, or several rows of one, meet: to key where
/// all meet by equal values of one column each, else to table.
/// \param program has storage and deltas, but no steps yet; sources get their join columns
void RaiseLockForJoins(Program& program);

/// The first steps of an event that reads sources: what the lock class asks for.
void AddLockSteps(const Program& program, std::vector<Step>& steps);

}  // namespace tricklec::ivm
