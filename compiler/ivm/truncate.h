#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// How the stream table is recomputed where no delta says what happened: after a TRUNCATE.
/// \param program has storage, lock class and deltas
Refill RefillOf(const Program& program);

/// What a TRUNCATE of one source does: a query that has no rows without that source's is emptied,
/// any other is recomputed. A partitioned source is not empty when one of its partitions is.
/// \param program as above
Step TruncateStep(const Program& program, const SourceProgram& source);

}  // namespace tricklec::ivm
