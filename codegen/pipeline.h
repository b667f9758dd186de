#pragma once

#include <map>
#include <optional>
#include <set>

#include "tricklec/catalog/catalog.h"
#include "tricklec/codegen/compile.h"
#include "tricklec/codegen/script/script.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::codegen {

/// Adds a compiled stream table to the catalog, so that what follows can read it.
void AddToCatalog(const ivm::Program& program, catalog::Catalog& catalog);

/// What ALTER STREAM TABLE asks of the runtime. Reports actions that change the definition, and those
/// that mean nothing to the stream table.
/// \param program of the stream table, nullptr if it is not known
/// \returns nothing after reporting at least one error
std::optional<script::Alteration> ReadAlteration(const syntax::AlterStreamTable& statement,
                                                 const ivm::Program* program,
                                                 source::Diagnostics& diagnostics);

/// Reports statements that would change a stream table behind its back: DML, TRUNCATE, DROP TABLE and
/// changes of its columns. Everything else on a stream table is welcome.
/// \returns whether there were any
bool ReportChangesOfStreamTables(const pgparse::Node& statement, const catalog::Catalog& catalog,
                                 source::Diagnostics& diagnostics);

}  // namespace tricklec::codegen
