#pragma once

#include <string>
#include <vector>

namespace tricklec::testsupport {

/// A query with all its inner joins made left, right, and full ones, and mixed; nothing for a query
/// without joins.
std::vector<std::string> OuterVariants(const std::string& query);

}  // namespace tricklec::testsupport
