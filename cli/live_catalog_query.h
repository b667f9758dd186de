#pragma once

#include <string_view>

namespace tricklec::cli {

/// The query cli/live_catalog/<name>.sql, or empty.
std::string_view LiveCatalogQuery(std::string_view name);

}  // namespace tricklec::cli
