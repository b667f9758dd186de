// The weakest lock class under which concurrent writers leave the stream table equal to its query.
//
//   none   every step is a commutative merge into rows found through a unique index: the row locks of
//          the sorted upsert are enough, at every isolation level
//   key    a step reads the source (recomputation): each affected group's row is written before, so a
//          rival who was not seen is waited for (READ COMMITTED) or refused (REPEATABLE READ); or no
//          unique index finds the group, then its anchor row is written before
//   table  several sources that change independently: not for one source
//
// Rows and bags over one source are class none: writers of the same source row exclude each other
// there already.

#include "tricklec/ivm/locks.h"

namespace tricklec::ivm {

void ChooseGroupLock(const GroupPlan& plan, Program& program) {
  for (const std::vector<Reason>* reasons :
       {&plan.recomputed, &plan.extremes, &plan.key_fit.reasons}) {
    program.lock_reasons.insert(program.lock_reasons.end(), reasons->begin(), reasons->end());
  }
  program.lock_class = program.lock_reasons.empty() ? LockClass::None : LockClass::Key;
}

}  // namespace tricklec::ivm
