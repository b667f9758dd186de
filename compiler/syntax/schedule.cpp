#include "tricklec/syntax/schedule.h"

#include <fmt/format.h>

#include <bitset>
#include <cstdint>
#include <vector>

namespace tricklec::syntax {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Takes a whole number of at most nine digits from the front.
std::optional<uint32_t> TakeNumber(std::string_view& text) {
  uint32_t value = 0;
  size_t digits = 0;
  while (digits < text.size() && digits < 9 && IsDigit(text[digits])) {
    value = value * 10 + static_cast<uint32_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

struct Field {
  std::string_view name;
  uint32_t least;
  uint32_t most;
  std::vector<std::string_view> words;  ///< names of the values from `least` on
};

const Field kSecond = {"second", 0, 59, {}};
const Field kFields[] = {
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month",
     1,
     12,
     {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
    {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
};

std::vector<std::string_view> SplitAt(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && separators.find(text[i]) == std::string_view::npos) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

std::optional<uint32_t> ReadValue(std::string_view text, const Field& field) {
  for (size_t i = 0; i < field.words.size(); ++i) {
    std::string_view word = field.words[i];
    bool same = word.size() == text.size();
    for (size_t k = 0; same && k < word.size(); ++k) same = Lower(text[k]) == word[k];
    if (same) return field.least + static_cast<uint32_t>(i);
  }
  std::optional<uint32_t> value = TakeNumber(text);
  if (!value || !text.empty() || *value < field.least || *value > field.most) return std::nullopt;
  return value;
}

using Values = std::bitset<64>;

// One entry of a list: `*`, a value or a range, each with an optional step. A value with a step is a
// range to the end.
std::optional<std::string> ReadEntry(std::string_view entry, const Field& field, Values& values) {
  std::string_view range = entry.substr(0, entry.find('/'));
  uint32_t by = 1;
  if (range.size() < entry.size()) {
    std::string_view step = entry.substr(range.size() + 1);
    std::optional<uint32_t> value = TakeNumber(step);
    if (!value || !step.empty() || *value == 0) {
      return fmt::format("the step of `{}` is not a whole number above 0", entry);
    }
    if (*value > field.most) return fmt::format("the step of `{}` is too large", entry);
    by = *value;
  }
  auto add = [&](uint32_t first, uint32_t last) {
    for (uint32_t value = first; value <= last; value += by) values.set(value);
  };
  if (range == "*") {
    add(field.least, field.most);
    return std::nullopt;
  }
  auto outside = [&field](std::string_view value) {
    return fmt::format("{} `{}` is not in {} to {}", field.name, value, field.least, field.most);
  };
  std::vector<std::string_view> bounds = SplitAt(range, "-");
  if (bounds.size() > 2) return fmt::format("`{}` is not a range", range);
  std::optional<uint32_t> first = ReadValue(bounds.front(), field);
  if (!first) return outside(bounds.front());
  std::optional<uint32_t> last = ReadValue(bounds.back(), field);
  if (!last) return outside(bounds.back());
  if (*first > *last) return fmt::format("the range `{}` is backwards", range);
  bool open = bounds.size() == 1 && range.size() < entry.size();
  add(*first, open ? field.most : *last);
  return std::nullopt;
}

std::optional<std::string> ReadField(std::string_view text, const Field& field, Values& values) {
  for (std::string_view entry : SplitAt(text, ",")) {
    if (entry.empty()) return fmt::format("an entry of the {} is empty", field.name);
    if (auto problem = ReadEntry(entry, field, values)) return problem;
  }
  return std::nullopt;
}

// Whether one of the months has one of the days. The day of the week brings others, unless it or the
// day of the month begins with `*`.
bool HasDay(std::string_view days_of_month, std::string_view days_of_week, const Values& days,
            const Values& months) {
  static constexpr uint32_t kDays[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!days_of_month.starts_with('*') && !days_of_week.starts_with('*')) return true;
  for (uint32_t month = 1; month <= 12; ++month) {
    if (!months[month]) continue;
    for (uint32_t day = 1; day <= kDays[month]; ++day) {
      if (days[day]) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::chrono::seconds> ParseDuration(std::string_view text) {
  struct Unit {
    char letter;
    int64_t seconds;
  };
  static constexpr Unit kUnits[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
  constexpr int64_t kMost = int64_t{100} * 366 * 86400;
  int64_t total = 0;
  size_t unit = 0;
  while (!text.empty()) {
    std::optional<uint32_t> number = TakeNumber(text);
    if (!number || text.empty()) return std::nullopt;
    while (unit < std::size(kUnits) && kUnits[unit].letter != Lower(text.front())) ++unit;
    if (unit == std::size(kUnits)) return std::nullopt;
    total += *number * kUnits[unit].seconds;
    ++unit;
    text.remove_prefix(1);
  }
  if (total <= 0 || total > kMost) return std::nullopt;
  return std::chrono::seconds(total);
}

std::optional<std::string> CheckCron(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::string_view part : SplitAt(text, " \t")) {
    if (!part.empty()) fields.push_back(part);
  }
  if (!fields.empty() && fields.front().front() == '@') {
    for (std::string_view known : {"@hourly", "@daily", "@weekly", "@monthly"}) {
      if (fields.size() == 1 && fields.front() == known) return std::nullopt;
    }
    return "only `@hourly`, `@daily`, `@weekly` and `@monthly` are known";
  }
  if (fields.size() != 5 && fields.size() != 6) {
    return fmt::format("it has {} field{} instead of 5, or 6 with seconds", fields.size(),
                       fields.size() == 1 ? "" : "s");
  }
  size_t first = fields.size() - 5;
  if (first == 1) {
    Values seconds;
    if (auto problem = ReadField(fields[0], kSecond, seconds)) return problem;
  }
  Values values[5];
  for (size_t i = 0; i < 5; ++i) {
    if (auto problem = ReadField(fields[first + i], kFields[i], values[i])) return problem;
  }
  if (!HasDay(fields[first + 2], fields[first + 4], values[2], values[3])) {
    return "no month that it names has such a day";
  }
  return std::nullopt;
}

}  // namespace tricklec::syntax
