// The weakest lock class under which concurrent writers leave the stream table equal to its query.
//
//   none   every step is a commutative merge into rows found through a unique index: the row locks of
//          the sorted upsert are enough, at every isolation level
//   key    a step reads the source (recomputation): each affected group's row is written before, so a
//          rival who was not seen is waited for (READ COMMITTED) or refused (REPEATABLE READ); or no
//          unique index finds the group, then its anchor row is written before
//   table  a delta reads other sources, or other rows of its own: two writers who do not see each
//          other would both miss the pair of their rows. They meet at one row of the stream table.
//
// Rows and bags of one source, and sums of such, are class none: writers of the same source row exclude
// each other there already.

#include "tricklec/ivm/locks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tricklec::ivm {

void ChooseGroupLock(const GroupPlan& plan, Program& program) {
  for (const std::vector<Reason>* reasons :
       {&plan.recomputed, &plan.extremes, &plan.key_fit.reasons}) {
    program.lock_reasons.insert(program.lock_reasons.end(), reasons->begin(), reasons->end());
  }
  program.lock_class = program.lock_reasons.empty() ? LockClass::None : LockClass::Key;
}

void RaiseLockForJoins(Program& program) {
  if (!program.pending.reads_sources) return;
  std::vector<std::string> names;
  for (const SourceProgram& source : program.sources) {
    names.push_back(fmt::format("{}.{}", source.source->name.schema, source.source->name.name));
  }
  std::string text =
      names.size() == 1
          ? fmt::format("rows of {} are joined with each other", names[0])
          : fmt::format("{} change independently of each other", fmt::join(names, " and "));
  program.lock_class = LockClass::Table;
  program.lock_reasons.insert(program.lock_reasons.begin(), Reason{std::move(text), "", {}});
}

}  // namespace tricklec::ivm
