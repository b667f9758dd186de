#pragma once

#include <set>

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// The key of a source that identifies its rows best: one that `shown` columns hold, else the
/// primary key, else the first. Keys with NULLs that do not conflict identify nothing.
/// \param shown positions in the source's columns that are stored anyway
/// \returns nullptr where the source has no such key
const ir::Key* BestKey(const ir::SourceTable& source, const std::set<size_t>& shown);

/// Sets how unchanged rows of an UPDATE are dropped, and by which key.
/// \param shown as of BestKey
/// \returns the key that is used, or nullptr
const ir::Key* ChooseCancel(SourceProgram& program, const std::set<size_t>& shown);

/// Whether the source is an inner result that never has more than one row: a key of no columns says so.
bool HasOneRow(const ir::SourceTable& source);

}  // namespace tricklec::ivm
