#include "tricklec/cli/render/display.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>

namespace tricklec::cli {

namespace {

constexpr uint32_t kTabStop = 4;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Span {
  uint32_t first;
  uint32_t last;
};

// Combining marks, joiners and variation selectors.
constexpr Span kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489},  {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},  {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064},  {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

constexpr Span kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},  {0x2E80, 0x303E}, {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},  {0xA960, 0xA97F}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t N>
bool IsIn(const Span (&spans)[N], uint32_t code_point) {
  return std::any_of(std::begin(spans), std::end(spans), [code_point](const Span& span) {
    return code_point >= span.first && code_point <= span.last;
  });
}

bool IsControl(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

}  // namespace

uint32_t WidthOf(uint32_t code_point) {
  if (IsIn(kZeroWidth, code_point)) return 0;
  return IsIn(kWide, code_point) ? 2 : 1;
}

DisplayLine LayOut(std::string_view line) {
  DisplayLine result;
  uint32_t column = 0;
  for (auto at = line.begin(); at != line.end();) {
    auto next = at;
    uint32_t code_point = 0;
    bool valid =
        utf8::internal::validate_next(next, line.end(), code_point) == utf8::internal::UTF8_OK;
    if (!valid) next = at + 1;
    for (auto byte = at; byte != next; ++byte) result.column_of.push_back(column);
    if (!valid || (IsControl(code_point) && code_point != '\t')) {
      result.text += kReplacement;
      ++column;
    } else if (code_point == '\t') {
      uint32_t width = kTabStop - column % kTabStop;
      result.text.append(width, ' ');
      column += width;
    } else {
      result.text.append(at, next);
      column += WidthOf(code_point);
    }
    at = next;
  }
  result.column_of.push_back(column);
  return result;
}

}  // namespace tricklec::cli
