#pragma once

#include "tricklec/ivm/program.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Finds the indexes by which joined rows are found from a changed one, and reports what is missing.
/// \param program has its rows and sources
void FindJoinIndexNeeds(Program& program, source::Diagnostics& diagnostics);

}  // namespace tricklec::ivm
