#pragma once

#include "tricklec/ivm/facts.h"

namespace tricklec::ivm {

/// Whether rows that come to a table, or go from it, by a statement that changes no other source, meet no
/// rows of the sources it is joined to: in every branch where the query reads the table, it reads it
/// once, joined to a table that references it by all columns of the foreign key. A row that nobody
/// references yet, or any more, is joined to none (DESIGN "Constraints are fuel").
///
/// Statements that change several sources before the first trigger runs have pending rows, which are
/// maintained by the full rule; an UPDATE is not concerned.
///
/// \param rows the query below the stored node
/// \param facts gets the foreign keys that the answer relies on
bool MeetsNone(const ir::RelPtr& rows, const ir::SourceTable& table, FactRecorder& facts);

}  // namespace tricklec::ivm
