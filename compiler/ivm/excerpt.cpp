// Pieces of the query as reasons and notes show them.

#include "tricklec/ivm/excerpt.h"

namespace tricklec::ivm {

std::string Excerpt(source::Range range, std::string_view fallback) {
  constexpr size_t kMaxBytes = 60;
  std::string line;
  bool space = false;
  for (char c : range.valid() ? range.text() : fallback) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      space = !line.empty();
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += c;
  }
  if (line.size() > kMaxBytes) {
    size_t keep = kMaxBytes;
    // Bytes 10xxxxxx continue a character: do not cut before one.
    while (keep > 0 && (static_cast<unsigned char>(line[keep]) & 0xC0) == 0x80) --keep;
    line = line.substr(0, keep) + "…";
  }
  return "`" + line + "`";
}

}  // namespace tricklec::ivm
