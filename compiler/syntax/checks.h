#pragma once

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// Checks that the clauses of a definition agree with each other (DIALECT §1), however it was
/// written. What contradicts is reported; the statement stays as it is.
void CheckDefinition(const CreateStreamTable& statement, source::Diagnostics& diagnostics);

/// The same for the actions of an ALTER STREAM TABLE: each property is set or reset once.
void CheckActions(const AlterStreamTable& statement, source::Diagnostics& diagnostics);

}  // namespace tricklec::syntax
