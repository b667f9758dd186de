#pragma once

#include "tricklec/ir/type.h"

namespace tricklec::ir {

/// The types of values that the compiler itself makes.
Type Bigint();
Type Boolean();

}  // namespace tricklec::ir
