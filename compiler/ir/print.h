#pragma once

#include <string>

#include "tricklec/ir/definition.h"

namespace tricklec::ir {

/// The tree as indented text, for `--emit=ir`, `--print-after` and tests. Not SQL.
std::string Print(const RelPtr& rel);
std::string Print(const ExprPtr& expr);

}  // namespace tricklec::ir
