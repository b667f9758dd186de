#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Sets the program's sources, with the columns that the query reads of each, how rows of it that did
/// not change are dropped, and Δ of the query for every event and for pending rows. Steps come later.
///
/// \param program has `rows`, pruned to the columns that are needed
/// \param nets whether rows that did not change have to be dropped even where they would cancel
/// \param raises whether something computed above `rows` can raise an error
void PlanDeltas(Program& program, bool nets, bool raises);

/// Whether two descriptions are of one table.
bool SameTable(const ir::SourceTable& a, const ir::SourceTable& b);

/// Whether something computed inside a row-wise query can raise an error.
bool MayRaise(const ir::RelPtr& rel);

}  // namespace tricklec::ivm
