#pragma once

#include <string>

#include "tricklec/catalog/catalog.h"

namespace tricklec::catalog {

/// The catalog as a snapshot (`--emit=catalog`, docs/SNAPSHOTS.md): everything but the built-in
/// objects, sorted by name where order means nothing. Fields that have their usual value are left
/// out. The same schema gives the same bytes.
std::string PrintCatalog(const Catalog& catalog);

}  // namespace tricklec::catalog
