#pragma once

#include <optional>

#include "tricklec/ivm/shape.h"

namespace tricklec::ivm {

/// A grouping that computes nothing, over columns that hold a key of the source, as the linear query
/// it is. \returns nothing for every other query
std::optional<Shape> WithoutRedundantDistinct(const Shape& shape);

}  // namespace tricklec::ivm
