#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace tricklec::catalog {

/// Takes the next piece of `rest` up to a separator off it.
inline std::string_view TakeUpTo(std::string_view& rest, char separator) {
  size_t end = rest.find(separator);
  std::string_view piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return piece;
}

inline int64_t ToNumber(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// One line of a table, split at tabs; fields past the last one are empty.
class Row {
 public:
  explicit Row(std::string_view line) {
    while (!line.empty() && count_ < fields_.size()) fields_[count_++] = TakeUpTo(line, '\t');
  }
  std::string_view operator[](size_t field) const { return fields_[field]; }
  uint32_t Id(size_t field) const { return static_cast<uint32_t>(ToNumber(fields_[field])); }
  int64_t Number(size_t field, int64_t if_empty = 0) const {
    return fields_[field].empty() ? if_empty : ToNumber(fields_[field]);
  }
  bool Flag(size_t field) const { return !fields_[field].empty(); }
  char Letter(size_t field) const { return fields_[field].empty() ? ' ' : fields_[field][0]; }

 private:
  std::array<std::string_view, 20> fields_ = {};
  size_t count_ = 0;
};

/// Calls `use(line)` for the lines of a table whose version mask has the bit.
template <typename Use>
void ForEachLine(std::string_view table, unsigned version_bit, const Use& use) {
  while (!table.empty()) {
    std::string_view line = TakeUpTo(table, '\n');
    auto mask = static_cast<unsigned>(ToNumber(line));
    if (mask & version_bit) use(line);
  }
}

}  // namespace tricklec::catalog
