#include "tricklec/source/buffer.h"

#include <utf8.h>
#include <algorithm>

namespace tricklec::source {

std::string_view Range::text() const {
  return buffer == nullptr ? std::string_view() : buffer->text().substr(begin, end - begin);
}

Buffer::Buffer(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), line_starts_{0} {
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

Buffer::Buffer(std::string text, const Buffer& origin, std::vector<uint32_t> origin_offsets)
    : Buffer(origin.name(), std::move(text)) {
  origin_ = &origin;
  origin_offsets_ = std::move(origin_offsets);
}

Range Buffer::InOrigin(Range range) const {
  if (origin_ == nullptr) return range;
  uint32_t begin = origin_offsets_[std::min(range.begin, size())];
  uint32_t end = origin_offsets_[std::min(range.end, size())];
  return origin_->InOrigin({origin_, begin, std::max(begin, end)});
}

Position Buffer::PositionOf(uint32_t offset) const {
  offset = std::min(offset, size());
  auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  auto line = static_cast<uint32_t>(after - line_starts_.begin());
  uint32_t start = line_starts_[line - 1];
  auto column = CountCodePoints(text().substr(start, offset - start)) + 1;
  return {line, static_cast<uint32_t>(column)};
}

std::string_view Buffer::Line(uint32_t line) const {
  uint32_t start = line_starts_[line - 1];
  uint32_t end = line < line_starts_.size() ? line_starts_[line] : size();
  std::string_view result = text().substr(start, end - start);
  while (!result.empty() && (result.back() == '\n' || result.back() == '\r')) {
    result.remove_suffix(1);
  }
  return result;
}

BufferPtr MakeBuffer(std::string name, std::string text) {
  return std::make_shared<const Buffer>(std::move(name), std::move(text));
}

size_t FindInvalidUtf8(std::string_view text) {
  auto bad = utf8::find_invalid(text.begin(), text.end());
  return bad == text.end() ? std::string_view::npos : static_cast<size_t>(bad - text.begin());
}

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace tricklec::source
