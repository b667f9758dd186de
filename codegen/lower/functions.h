#pragma once

#include "tricklec/codegen/lower/steps.h"

namespace tricklec::codegen::lower {

/// A generated function with what it is for (its COMMENT).
struct GeneratedFunction {
  sqltree::CreateFunction function;
  std::string comment;
};

/// All functions of a program, in the order in which they can be created.
std::vector<GeneratedFunction> LowerFunctions(const ivm::Program& program, const Names& names);

}  // namespace tricklec::codegen::lower
