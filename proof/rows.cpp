#include "tricklec/proof/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

bool IsPlainNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("-0123456789.") == std::string::npos;
}

// A value made of the old one: equal to it and yet another, or a step further.
std::string Changed(const Column& column, const std::string& old) {
  static const std::map<std::string, std::string> forms = {
      {"numeric", "$ * 1.00"},
      {"text", "upper($)"},
      {"varchar", "upper($)"},
      {"citext", "upper($)"},
      {"bpchar", "upper($)"},
      {"bool", "NOT $"},
      {"date", "$ + 1"},
      {"timestamp", "$ + interval '1 day'"},
      {"timestamptz", "$ + interval '1 hour'"},
      {"interval", "- $"},
      {"bytea", "$ || '\\x01'"},
      {"jsonb", "jsonb_build_object('a', $)"},
      {"float8", "- $"},
      {"float4", "- $"},
  };
  auto form = forms.find(column.base);
  if (column.kind != 'b' || form == forms.end()) return "";
  std::string text = form->second;
  return text.replace(text.find('$'), 1, old);
}

}  // namespace

std::string Joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

RowGenerator::RowGenerator(const Facts& facts, db::Connection& connection, Rng& rng)
    : facts_(facts), connection_(connection), rng_(rng) {}

const std::vector<RowGenerator::Row>& RowGenerator::Existing(size_t table) {
  auto known = existing_.find(table);
  if (known != existing_.end()) return known->second;
  std::vector<std::string> columns;
  for (const Column& column : facts_.tables[table].columns) {
    columns.push_back("(t." + column.name + ")::text COLLATE \"C\"");
  }
  constexpr int kMost = 60;
  std::string list = Joined(columns, ", ");
  db::Result<db::Rows> rows = connection_.Run(fmt::format(
      "SELECT {} FROM {} AS t ORDER BY {} LIMIT {}", list, facts_.tables[table].sql, list, kMost));
  return existing_.emplace(table, rows.ok() ? std::move(rows.value().rows) : std::vector<Row>())
      .first->second;
}

std::string RowGenerator::Existing(const Table& table, const Row& row, size_t column) const {
  if (!row[column]) return "NULL";
  const std::string& text = *row[column];
  return table.columns[column].IsNumber() && IsPlainNumber(text) ? text : SqlText(text);
}

const std::vector<std::string>& RowGenerator::Pool(size_t table, size_t column) {
  std::vector<std::string>& pool = pools_[{table, column}];
  if (!pool.empty()) return pool;
  const Column& facts = facts_.tables[table].columns[column];
  std::vector<std::string> left = facts.common;
  for (size_t i = 3 + rng_.Below(4); i > 0 && !left.empty(); --i) {
    size_t place = rng_.Below(left.size());
    pool.push_back(left[place]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(place));
  }
  if (!facts.rare.empty() && rng_.Chance(20)) pool.push_back(rng_.Pick(facts.rare));
  if (pool.empty()) pool.push_back(facts.not_null ? "DEFAULT" : "NULL");
  return pool;
}

std::string RowGenerator::KeyValue(const Column& column, int highest) {
  int number = rng_.Between(1, highest);
  if (column.kind != 'b') return rng_.Pick(column.common);
  if (column.IsNumber()) return std::to_string(number);
  if (column.base == "text" || column.base == "varchar" || column.base == "citext") {
    return fmt::format("'k{}'", number);
  }
  if (column.base == "uuid") {
    return fmt::format("'00000000-0000-0000-0000-{:012}'", number);
  }
  if (column.base == "date" || column.base == "timestamp" || column.base == "timestamptz") {
    return fmt::format("CAST('2026-01-01' AS date) + {}", number);
  }
  return column.common.empty() ? "DEFAULT" : rng_.Pick(column.common);
}

std::string RowGenerator::Value(size_t table, size_t column) {
  const Table& facts = facts_.tables[table];
  const Column& described = facts.columns[column];
  if (!described.not_null && rng_.Chance(12)) return "NULL";
  for (const std::vector<size_t>& key : facts.keys) {
    if (key.size() != 1 || key.front() != column) continue;
    // Some are free, also in a table that has rows already.
    constexpr int kFew = 30;
    return KeyValue(described, kFew + static_cast<int>(Existing(table).size()));
  }
  return rng_.Pick(Pool(table, column));
}

void RowGenerator::TakeParents(size_t table, std::vector<std::string>& values) {
  const Table& facts = facts_.tables[table];
  for (const ForeignKey& key : facts.foreign_keys) {
    const Table& parent = facts_.tables[key.parent];
    const std::vector<Row>& rows = Existing(key.parent);
    bool nullable = std::any_of(key.columns.begin(), key.columns.end(),
                                [&](size_t column) { return !facts.columns[column].not_null; });
    // Now and then a parent that is not there, for the server to refuse.
    if (rng_.Chance(3)) continue;
    if (rows.empty() || (nullable && rng_.Chance(10))) {
      for (size_t column : key.columns) {
        if (!facts.columns[column].not_null) values[column] = "NULL";
      }
      continue;
    }
    const Row& row = rng_.Pick(rows);
    for (size_t i = 0; i < key.columns.size(); ++i) {
      values[key.columns[i]] = Existing(parent, row, key.parent_columns[i]);
    }
  }
}

bool RowGenerator::Collides(size_t table, const std::vector<std::string>& values) {
  const Table& facts = facts_.tables[table];
  for (const std::vector<size_t>& key : facts.keys) {
    for (const Row& row : Existing(table)) {
      if (std::all_of(key.begin(), key.end(), [&](size_t column) {
            return row[column] && Existing(facts, row, column) == values[column];
          })) {
        return true;
      }
    }
  }
  return false;
}

bool RowGenerator::FailsConditions(const Table& table, const std::vector<std::string>& values) {
  if (table.conditions.empty()) return false;
  std::vector<std::string> columns;
  for (size_t column : table.Writable()) {
    if (values[column] == "DEFAULT") return false;
    columns.push_back(fmt::format("CAST({} AS {}) AS {}", values[column],
                                  table.columns[column].type, table.columns[column].name));
  }
  db::Result<db::Rows> kept =
      connection_.Run(fmt::format("SELECT (({})) IS NOT FALSE FROM (SELECT {}) AS t",
                                  Joined(table.conditions, ") AND ("), Joined(columns, ", ")));
  // A condition over columns that are not written cannot be asked.
  return kept.ok() && kept.value().rows[0][0] != "t";
}

std::vector<std::string> RowGenerator::NewRow(size_t table) {
  const Table& facts = facts_.tables[table];
  std::vector<std::string> values(facts.columns.size());
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    for (size_t column : facts.Writable()) values[column] = Value(table, column);
    TakeParents(table, values);
    bool refused = FailsConditions(facts, values) || (Collides(table, values) && !rng_.Chance(5));
    if (!refused) break;
  }
  return values;
}

Sql RowGenerator::ValueList(size_t table, const std::vector<std::string>& values, bool cast) {
  const Table& facts = facts_.tables[table];
  Sql list = {"("};
  bool first = true;
  for (size_t column : facts.Writable()) {
    if (!std::exchange(first, false)) list.emplace_back(", ");
    const Column& described = facts.columns[column];
    auto as = [&](const std::string& value) {
      return cast && value != "DEFAULT" ? fmt::format("CAST({} AS {})", value, described.type)
                                        : value;
    };
    std::vector<Sql> choices = {{as(values[column])}};
    bool simple = values[column] == "NULL" || facts.InKey(column);
    if (!simple && !described.not_null) choices.push_back({as("NULL")});
    list.push_back(Piece::Choice(std::move(choices)));
  }
  list.emplace_back(")");
  return list;
}

Piece RowGenerator::RowList(size_t table, int rows, bool cast) {
  std::vector<Sql> list;
  for (int i = 0; i < rows; ++i) {
    std::vector<std::string> values = NewRow(table);
    if (cast)
      std::replace(values.begin(), values.end(), std::string("DEFAULT"), std::string("NULL"));
    list.push_back(ValueList(table, values, cast));
  }
  return Piece::List(std::move(list), ",\n  ");
}

std::string RowGenerator::ColumnList(const Table& table) const {
  std::vector<std::string> names;
  for (size_t column : table.Writable()) names.push_back(table.columns[column].name);
  return "(" + Joined(names, ", ") + ")";
}

Sql RowGenerator::OneRow(size_t table, const std::string& alias) {
  const Table& facts = facts_.tables[table];
  const std::vector<Row>& rows = Existing(table);
  if (rows.empty()) return {"true"};
  const Row& row = rng_.Pick(rows);
  Sql condition;
  auto equals = [&](size_t column) {
    if (!condition.empty()) condition.emplace_back(" AND ");
    std::string value = Existing(facts, row, column);
    condition.emplace_back(alias + facts.columns[column].name +
                           (value == "NULL" ? " IS NULL" : " = " + value));
  };
  if (!facts.keys.empty()) {
    for (size_t column : facts.keys.front()) equals(column);
    return condition;
  }
  for (size_t i = 0; i < facts.columns.size(); ++i) {
    if (facts.columns[i].comparable && (condition.empty() || rng_.Chance(40))) equals(i);
  }
  return condition.empty() ? Sql{"true"} : condition;
}

Sql RowGenerator::Predicate(size_t table, const std::string& alias) {
  const Table& facts = facts_.tables[table];
  std::vector<size_t> comparable;
  for (size_t i = 0; i < facts.columns.size(); ++i) {
    if (facts.columns[i].comparable && !facts.columns[i].generated) comparable.push_back(i);
  }
  if (comparable.empty() || rng_.Chance(40)) return OneRow(table, alias);
  if (rng_.Chance(6)) return {"true"};
  size_t column = rng_.Pick(comparable);
  const Column& described = facts.columns[column];
  std::string name = alias + described.name;
  const std::vector<Row>& rows = Existing(table);
  auto some_value = [&] {
    if (!rows.empty() && rng_.Chance(60)) {
      std::string value = Existing(facts, rng_.Pick(rows), column);
      if (value != "NULL") return value;
    }
    std::string value = rng_.Pick(Pool(table, column));
    return value == "DEFAULT" ? std::string("NULL") : value;
  };
  switch (rng_.Below(6)) {
    case 0:
      if (!described.not_null) return {name + " IS NULL"};
      break;
    case 1:
      if (described.ordered) {
        return {name + (rng_.Chance(50) ? " > " : " <= ") + some_value()};
      }
      break;
    case 2:
      if (described.base.rfind("int", 0) == 0 && described.kind == 'b') {
        return {fmt::format("{} % {} = 0", name, rng_.Between(2, 4))};
      }
      break;
    case 3: {
      std::vector<Sql> values;
      for (size_t i = 2 + rng_.Below(3); i > 0; --i) values.push_back({some_value()});
      return {name + " IN (", Piece::List(std::move(values)), ")"};
    }
    default: break;
  }
  return {name + " = " + some_value()};
}

Sql RowGenerator::Assignment(size_t table, size_t column, const std::string& prefix) {
  const Table& facts = facts_.tables[table];
  const Column& described = facts.columns[column];
  std::string old = prefix + described.name;
  if (rng_.Chance(8)) return {described.name + " = " + old};
  for (const ForeignKey& key : facts.foreign_keys) {
    if (key.columns.size() != 1 || key.columns[0] != column || Existing(key.parent).empty())
      continue;
    const Row& row = rng_.Pick(Existing(key.parent));
    return {described.name + " = " +
            Existing(facts_.tables[key.parent], row, key.parent_columns[0])};
  }
  if (described.IsNumber() && described.base != "oid" && described.base != "money" &&
      described.kind == 'b' && rng_.Chance(35)) {
    const char* const changes[] = {" + 1", " - 1", " * 2", " * -1", " + 10"};
    return {described.name + " = " + old + changes[rng_.Below(std::size(changes))]};
  }
  std::string changed = Changed(described, old);
  if (!changed.empty() && rng_.Chance(25)) return {described.name + " = " + changed};
  return {described.name + " = " + Value(table, column)};
}

Piece RowGenerator::Assignments(size_t table, const std::string& prefix) {
  const Table& facts = facts_.tables[table];
  std::vector<size_t> writable = facts.Writable();
  std::vector<size_t> columns;
  for (size_t i = 1 + rng_.Below(3); i > 0; --i) {
    size_t column = rng_.Pick(writable);
    // Keys have a statement of their own.
    if (facts.InKey(column) && !rng_.Chance(15)) continue;
    if (std::find(columns.begin(), columns.end(), column) == columns.end())
      columns.push_back(column);
  }
  if (columns.empty()) columns.push_back(rng_.Pick(writable));
  std::vector<Sql> list;
  for (size_t column : columns) list.push_back(Assignment(table, column, prefix));
  return Piece::List(std::move(list));
}

}  // namespace tricklec::proof
