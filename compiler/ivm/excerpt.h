#pragma once

#include <string>
#include <string_view>

#include "tricklec/source/buffer.h"

namespace tricklec::ivm {

/// What the query says at `range`, on one line and in backticks, shortened to about 60 characters;
/// `fallback` in backticks where the compiler added the expression.
std::string Excerpt(source::Range range, std::string_view fallback);

}  // namespace tricklec::ivm
