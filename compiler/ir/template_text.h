#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tricklec::ir {

/// A part of a template's text: literal SQL, or a hole.
struct TemplatePiece {
  std::string text;  ///< empty for a hole
  size_t hole = 0;   ///< 1-based number of the argument; 0 for text
};

/// Cuts a template's text at its holes. A `$1` inside a string, a quoted identifier, a dollar
/// quote, or as part of a plain identifier is text.
std::vector<TemplatePiece> SplitTemplate(std::string_view text);

}  // namespace tricklec::ir
