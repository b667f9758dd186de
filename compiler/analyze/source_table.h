#pragma once

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/source_table.h"

namespace tricklec::analyze {

/// What maintenance has to know of a table: visible columns, reliable keys, usable indexes.
ir::SourceTablePtr MakeSourceTable(const catalog::Catalog& catalog,
                                   const catalog::Relation& relation);

}  // namespace tricklec::analyze
