#include "tricklec/cli/render/table.h"

#include <algorithm>
#include <ostream>

#include "tricklec/cli/render/display.h"

namespace tricklec::cli {
namespace {

struct Cell {
  std::string text;
  size_t width = 0;
};

Cell MakeCell(std::string_view value) {
  std::string one_line;
  for (char c : value) {
    if (c == '\n') {
      one_line += "↵";
    } else if (c != '\r') {
      one_line += c;
    }
  }
  DisplayLine line = LayOut(one_line);
  return {line.text, line.column_of.empty() ? 0 : line.column_of.back()};
}

void PrintLine(const std::vector<Cell>& cells, const std::vector<size_t>& widths,
               std::ostream& out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    out << (i == 0 ? " " : " | ") << cells[i].text;
    if (i + 1 < cells.size()) out << std::string(widths[i] - cells[i].width, ' ');
  }
  out << '\n';
}

}  // namespace

void PrintTable(const db::Rows& rows, std::ostream& out) {
  std::vector<std::vector<Cell>> lines;
  std::vector<Cell>& header = lines.emplace_back();
  for (const std::string& name : rows.columns) header.push_back(MakeCell(name));
  for (const auto& row : rows.rows) {
    std::vector<Cell>& line = lines.emplace_back();
    for (const db::Value& value : row) line.push_back(MakeCell(value ? *value : ""));
  }
  std::vector<size_t> widths(rows.columns.size(), 0);
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].width);
  }
  PrintLine(lines[0], widths, out);
  for (size_t i = 0; i < widths.size(); ++i) {
    out << (i == 0 ? "-" : "-+-") << std::string(widths[i], '-');
  }
  out << "-\n";
  for (size_t i = 1; i < lines.size(); ++i) PrintLine(lines[i], widths, out);
}

}  // namespace tricklec::cli
