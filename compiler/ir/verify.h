#pragma once

#include <optional>
#include <string>

#include "tricklec/ir/definition.h"

namespace tricklec::ir {

/// Checks what every stage may rely on: ids unique, every column reference resolvable in the input,
/// outputs consistent with the node, predicates boolean where known, weights only on Δ scans,
/// aliases unique. Run after every pass in tests and with `--verify-each`.
/// \returns what is wrong, or nothing
std::optional<std::string> Verify(const RelPtr& rel);

}  // namespace tricklec::ir
