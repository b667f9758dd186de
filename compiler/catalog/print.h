#pragma once

#include <string>

#include "tricklec/catalog/catalog.h"

namespace tricklec::catalog {

/// The catalog as JSON (`--emit=catalog`): what was loaded, in the order of its definition, without
/// built-in objects and those of extensions. Fields that have their usual value are left out.
/// The same catalog gives the same bytes.
std::string PrintCatalog(const Catalog& catalog);

}  // namespace tricklec::catalog
