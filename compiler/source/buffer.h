#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tricklec::source {

class Buffer;
/// Buffers are immutable and shared: every range keeps a plain pointer to its buffer, so a buffer
/// must outlive the diagnostics and trees made from it (the driver owns them all).
using BufferPtr = std::shared_ptr<const Buffer>;

/// A half-open range of bytes `[begin, end)` in a buffer. A range without buffer is "nowhere".
struct Range {
  const Buffer* buffer = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return buffer != nullptr; }
  uint32_t size() const { return end - begin; }
  std::string_view text() const;
  /// The part `[from, to)` of this range, offsets relative to `begin`.
  Range Sub(uint32_t from, uint32_t to) const { return {buffer, begin + from, begin + to}; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// A place as people count it: 1-based line, 1-based column in Unicode code points.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The text of one input with the name shown in diagnostics.
class Buffer {
 public:
  /// \param name shown before the position in diagnostics ("-" becomes "<stdin>" in the driver)
  /// \param text UTF-8; at most 4 GiB; validity is checked by the driver with `FindInvalidUtf8`
  Buffer(std::string name, std::string text);

  /// A text derived from a part of another buffer, such as the value of a literal with escapes.
  ///
  /// \param origin the buffer it comes from, which must outlive this one
  /// \param origin_offsets for every byte of `text` the offset in `origin` of what it was made of,
  ///     and one more for the end
  Buffer(std::string text, const Buffer& origin, std::vector<uint32_t> origin_offsets);

  /// The same place in the buffer that people know: itself, or the origin of a derived text.
  Range InOrigin(Range range) const;

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  uint32_t size() const { return static_cast<uint32_t>(text_.size()); }
  Range All() const { return {this, 0, size()}; }
  Range At(uint32_t begin, uint32_t end) const { return {this, begin, end}; }

  /// Converts a byte offset (clamped to the text) to a position.
  Position PositionOf(uint32_t offset) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }
  /// The text of a 1-based line, without its end of line.
  std::string_view Line(uint32_t line) const;
  /// Byte offset of the first byte of a 1-based line.
  uint32_t LineStart(uint32_t line) const { return line_starts_[line - 1]; }

 private:
  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
  const Buffer* origin_ = nullptr;
  std::vector<uint32_t> origin_offsets_;
};

BufferPtr MakeBuffer(std::string name, std::string text);

/// Byte offset of the first byte that is not valid UTF-8, or `npos`.
size_t FindInvalidUtf8(std::string_view text);

/// Number of code points in valid UTF-8 text; stray bytes count one each.
size_t CountCodePoints(std::string_view text);

}  // namespace tricklec::source
