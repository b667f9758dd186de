#pragma once

#include <functional>
#include <string>

#include "tricklec/ir/rel.h"

namespace tricklec::ir {

/// The same query again, for a second place of the same definition: every column gets a new id and
/// every scan a new alias.
/// \param new_alias gives an alias that is free, from that of the scan
RelPtr Clone(const RelPtr& rel, ColumnIds& ids,
             const std::function<std::string(const std::string&)>& new_alias);

}  // namespace tricklec::ir
