#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tricklec::cli {

/// A line of source as a terminal shows it: tabs as spaces, control characters and invalid bytes
/// replaced, and for every byte the screen column where it is.
struct DisplayLine {
  std::string text;
  std::vector<uint32_t> column_of;  ///< 0-based screen column of every byte, and of the end
};

/// Lays out one line. Combining characters take no column, wide ones (East Asian Width W and F,
/// most emoji) two.
DisplayLine LayOut(std::string_view line);

/// Screen columns of one code point: 0, 1 or 2.
uint32_t WidthOf(uint32_t code_point);

}  // namespace tricklec::cli
