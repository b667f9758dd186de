#pragma once

#include "tricklec/codegen/lower/functions.h"

namespace tricklec::codegen::lower {

/// The functions of a stream table that is refreshed: "Q/fill", "Q/full", and "Q/differential" where the
/// program maintains it (docs/internals.md, "DIFFERENTIAL and FULL").
std::vector<GeneratedFunction> LowerRefreshFunctions(const ivm::Program& program,
                                                     const Names& names);

/// The function that replaces the whole content.
GeneratedFunction LowerFillFunction(const ivm::Program& program, const Names& names);

}  // namespace tricklec::codegen::lower
