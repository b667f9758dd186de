#include "tricklec/ir/arithmetic.h"

namespace tricklec::ir {

bool IsExact(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::Int2:
    case Arithmetic::Int4:
    case Arithmetic::Int8:
    case Arithmetic::Numeric: return true;
    case Arithmetic::None:
    case Arithmetic::Float4:
    case Arithmetic::Float8:
    case Arithmetic::Money:
    case Arithmetic::Interval: return false;
  }
  return false;
}

}  // namespace tricklec::ir
