#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// The steps of all events of an aggregate query.
/// \param program has storage, groups, lock class and deltas
void PlanGroupEvents(Program& program);

/// Whether a query without rows of one of its sources has no rows. A partitioned source is not empty
/// when one of its partitions is truncated.
bool EmptiesAtTruncate(const Program& program);

}  // namespace tricklec::ivm
