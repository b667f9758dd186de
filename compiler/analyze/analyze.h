#pragma once

#include <optional>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/definition.h"
#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::analyze {

struct Options {
  /// In force at the statement; where names without a schema are looked up, and the stream table
  /// goes. Usually `catalog.search_path()`.
  catalog::SearchPath search_path;
};

/// Analyses CREATE STREAM TABLE: parses its query, resolves every name, types every expression.
///
/// \param statement `body` must hold a CreateStreamTable
/// \returns nothing after reporting at least one error
std::optional<ir::Definition> AnalyzeDefinition(const syntax::Statement& statement,
                                                const catalog::Catalog& catalog,
                                                const Options& options,
                                                source::Diagnostics& diagnostics);

/// Analyses a query on its own.
/// \param select a SelectStmt node
/// \param ids gives the tree's columns their ids; null: nobody else adds columns
/// \returns the tree, or nullptr after reporting
ir::RelPtr AnalyzeQuery(const pgparse::Node& select, const catalog::Catalog& catalog,
                        const Options& options, source::Diagnostics& diagnostics,
                        std::shared_ptr<ir::ColumnIds> ids = nullptr);

/// Finds the columns of a view, or of a table made by CREATE TABLE AS, from its query and stores
/// them in the catalog. A relation whose query cannot be analysed keeps unknown columns; that is
/// an error only where it is used, and reported there.
void InferColumns(catalog::Catalog& catalog, catalog::RelationId relation);

}  // namespace tricklec::analyze
