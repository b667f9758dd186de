#pragma once

#include <string>
#include <string_view>

namespace tricklec::ir {

/// Cuts a name to the 63 bytes PostgreSQL keeps: whole characters, `~` and 8 hex digits of a hash
/// (FNV-1a, which the runtime computes too).
std::string FitName(std::string_view name);

}  // namespace tricklec::ir
