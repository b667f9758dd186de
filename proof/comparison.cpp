#include "tricklec/proof/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

std::string ValueList(const StreamTable& table, const std::vector<ivm::Compare>& compare) {
  std::vector<std::string> list;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    std::string name = SqlName(table.columns[i].name);
    list.push_back(compare[i] == ivm::Compare::Image
                       ? fmt::format("(t.{})::text COLLATE \"C\" AS {}", name, name)
                       : "t." + name);
  }
  return fmt::format("{}", fmt::join(list, ", "));
}

bool Near(const std::string& a, const std::string& b) {
  if (a == b) return true;
  double x = std::strtod(a.c_str(), nullptr);
  double y = std::strtod(b.c_str(), nullptr);
  if (!std::isfinite(x) || !std::isfinite(y)) return false;
  double larger = std::max(std::abs(x), std::abs(y));
  constexpr double kTolerance = 1e-9;
  return larger == 0 || std::abs(x / larger - y / larger) <= kTolerance;
}

/// Equal numbers may differ in the zeros they end in.
std::string WithoutZeros(std::string text) {
  if (text.find('.') == std::string::npos ||
      text.find_first_not_of("-.0123456789") != std::string::npos) {
    return text;
  }
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

bool Same(const std::vector<db::Value>& a, const std::vector<db::Value>& b,
          const std::vector<ivm::Compare>& compare) {
  for (size_t i = 0; i < compare.size(); ++i) {
    const db::Value& x = a[i + 1];
    const db::Value& y = b[i + 1];
    if (x.has_value() != y.has_value()) return false;
    if (!x) continue;
    bool same = compare[i] == ivm::Compare::Approximate ? Near(*x, *y)
                                                        : WithoutZeros(*x) == WithoutZeros(*y);
    if (!same) return false;
  }
  return true;
}

}  // namespace

Comparison::Comparison(const StreamTable& table, const std::string& view, bool has_equality)
    : table_(&table) {
  for (const StoredColumn& column : table.columns) {
    compare_.push_back(has_equality || column.compare == ivm::Compare::Approximate
                           ? column.compare
                           : ivm::Compare::Image);
  }
  std::string list = ValueList(table, compare_);
  query_ = fmt::format(
      "WITH stored AS MATERIALIZED (SELECT {0} FROM {1} AS t),\n"
      "  expected AS MATERIALIZED (SELECT {0} FROM {2} AS t)\n"
      "SELECT 'missing' AS difference, d.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM "
      "stored) AS d\n"
      "UNION ALL\n"
      "SELECT 'extra', d.* FROM (SELECT * FROM stored EXCEPT ALL SELECT * FROM expected) AS d",
      list, table.sql_name, view);
}

db::Result<std::vector<Difference>> Comparison::Run(db::Connection& connection) const {
  db::Result<db::Rows> rows = connection.Run(query_);
  if (!rows.ok()) return rows.error();
  std::vector<std::vector<db::Value>> left = std::move(rows.value().rows);
  bool approximate =
      std::find(compare_.begin(), compare_.end(), ivm::Compare::Approximate) != compare_.end();
  // What is near enough is paired.
  for (size_t i = 0; approximate && i < left.size(); ++i) {
    for (size_t j = i + 1; j < left.size(); ++j) {
      if (left[i][0] == left[j][0] || !Same(left[i], left[j], compare_)) continue;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(j));
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
      --i;
      break;
    }
  }
  std::vector<Difference> differences;
  for (const std::vector<db::Value>& row : left) {
    std::vector<std::string> values;
    for (size_t i = 1; i < row.size(); ++i) values.push_back(row[i].value_or("NULL"));
    differences.push_back({row[0] == "missing", fmt::format("({})", fmt::join(values, ", "))});
  }
  return differences;
}

bool HasEquality(db::Connection& connection, const StreamTable& table, const std::string& view) {
  std::vector<std::string> names;
  for (const StoredColumn& column : table.columns) {
    if (column.compare == ivm::Compare::Equal) names.push_back("t." + SqlName(column.name));
  }
  if (names.empty()) return true;
  std::string list = fmt::format("{}", fmt::join(names, ", "));
  return connection
      .Run(fmt::format("SELECT {0} FROM {1} AS t WHERE false EXCEPT ALL SELECT {0} FROM {1} AS t "
                       "WHERE false",
                       list, view))
      .ok();
}

}  // namespace tricklec::proof
