#pragma once

#include "tricklec/codegen/lower/steps.h"

namespace tricklec::codegen::lower {

/// The rows of a bag to delete, by ctid as `__pgt_row`: of each image with a negative weight the first
/// copies that no one else is deleting.
/// \param change name of a query in WITH: the stored columns and the net weight, each image once
sqltree::StatementPtr DoomedCopies(const ivm::Program& program, const Names& names,
                                   const std::string& table, const std::string& change);

/// `INSERT INTO stream table`, as many copies of each image as its weight says.
sqltree::Insert AddedCopies(const ivm::Program& program, const Names& names,
                            const std::string& change);

/// The stored columns as a list, of the rows of `alias`.
std::vector<sqltree::SelectItem> StoredColumnsOf(const ivm::Program& program,
                                                 const std::string& alias);

}  // namespace tricklec::codegen::lower
