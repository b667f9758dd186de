#include "tricklec/db/message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

namespace tricklec::db {
namespace {

constexpr size_t kSqlstateLength = 5;

bool IsSqlstate(std::string_view text) {
  return text.size() == kSqlstateLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

std::string_view TakeLine(std::string_view& text) {
  size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// `LINE 3: … text …` and the caret below it. libpq cuts long lines and marks that with `...`,
/// after which the caret no longer tells the column.
void ReadPosition(std::string_view line, std::string_view& rest, Error& parts) {
  constexpr std::string_view kLabel = "LINE ";
  size_t colon = line.find(": ");
  parts.line = std::strtoul(std::string(line.substr(kLabel.size(), colon)).c_str(), nullptr, 10);
  std::string_view caret = TakeLine(rest);
  size_t mark = caret.find('^');
  if (mark != std::string_view::npos && !line.substr(colon + 2).starts_with("...")) {
    size_t prefix = CodePoints(line.substr(0, colon + 2));
    if (mark >= prefix) parts.column = mark - prefix + 1;
  }
}

}  // namespace

ServerMessage ParseServerMessage(std::string_view text) {
  ServerMessage message;
  Error& parts = message.parts;
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);

  size_t colon = text.find(":  ");
  if (colon == std::string_view::npos || text.size() < colon + 3 + kSqlstateLength + 2 ||
      !IsSqlstate(text.substr(colon + 3, kSqlstateLength)) ||
      text.substr(colon + 3 + kSqlstateLength, 2) != ": ") {
    parts.message = std::string(text);
    return message;
  }
  message.severity = std::string(text.substr(0, colon));
  parts.sqlstate = std::string(text.substr(colon + 3, kSqlstateLength));
  text.remove_prefix(colon + 3 + kSqlstateLength + 2);

  std::string internal_query;
  std::string location;
  const std::array<std::pair<std::string_view, std::string*>, 5> kLabels = {{
      {"DETAIL:  ", &parts.detail},
      {"HINT:  ", &parts.hint},
      {"QUERY:  ", &internal_query},
      {"CONTEXT:  ", &parts.context},
      {"LOCATION:  ", &location},
  }};
  std::string* current = &parts.message;
  bool first = true;
  while (!text.empty()) {
    std::string_view line = TakeLine(text);
    if (!first && current == &parts.message && line.starts_with("LINE ") &&
        line.find(": ") != std::string_view::npos) {
      ReadPosition(line, text, parts);
      continue;
    }
    for (const auto& [label, field] : kLabels) {
      // Labels come in this order, each once: the first one wins over text that looks like one.
      if (line.starts_with(label) && field->empty() && !first) {
        current = field;
        line.remove_prefix(label.size());
        break;
      }
    }
    if (!current->empty()) *current += '\n';
    *current += line;
    first = false;
  }
  if (!internal_query.empty()) {
    // The position is one in a statement inside a function, not in what was run.
    parts.line = 0;
    parts.column = 0;
    parts.context =
        "query: " + internal_query + (parts.context.empty() ? "" : "\n") + parts.context;
  }
  return message;
}

}  // namespace tricklec::db
