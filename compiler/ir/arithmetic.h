#pragma once

#include "tricklec/ir/type.h"

namespace tricklec::ir {

/// Whether sums and differences of values are exact, in digits as well: integers and numerics. Money is
/// exact by itself, but not with numbers; float and interval are not.
bool IsExact(Arithmetic arithmetic);

}  // namespace tricklec::ir
