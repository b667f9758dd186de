#include "tricklec/proof/generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

bool IsPlainNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("-0123456789.") == std::string::npos;
}

std::string Joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

Step Changes(StatementKind kind, Sql sql) {
  return {Step::Kind::Statement, kind, std::move(sql), 0};
}

}  // namespace

Generator::Generator(const Facts& facts, const GeneratorOptions& options,
                     db::Connection& connection, Rng rng)
    : facts_(facts), options_(options), connection_(connection), rng_(rng) {}

size_t Generator::PickTable() {
  // Tables that are only referred to change less often; so do partitions by their own name.
  for (;;) {
    size_t table = rng_.Below(facts_.tables.size());
    const Table& picked = facts_.tables[table];
    if (rng_.Chance(picked.source ? (picked.is_partition ? 30 : 100) : 30)) return table;
  }
}

const std::vector<Generator::Row>& Generator::Existing(size_t table) {
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

std::string Generator::Existing(const Table& table, const Row& row, size_t column) const {
  if (!row[column]) return "NULL";
  const std::string& text = *row[column];
  return table.columns[column].IsNumber() && IsPlainNumber(text) ? text : SqlText(text);
}

const std::vector<std::string>& Generator::Pool(size_t table, size_t column) {
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

std::string Generator::KeyValue(const Column& column, int highest) {
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

std::string Generator::Value(size_t table, size_t column) {
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

void Generator::TakeParents(size_t table, std::vector<std::string>& values) {
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

bool Generator::Collides(size_t table, const std::vector<std::string>& values) {
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

bool Generator::FailsConditions(const Table& table, const std::vector<std::string>& values) {
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

std::vector<std::string> Generator::NewRow(size_t table) {
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

Sql Generator::ValueList(size_t table, const std::vector<std::string>& values, bool cast) {
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

Piece Generator::RowList(size_t table, int rows, bool cast) {
  std::vector<Sql> list;
  for (int i = 0; i < rows; ++i) {
    std::vector<std::string> values = NewRow(table);
    if (cast)
      std::replace(values.begin(), values.end(), std::string("DEFAULT"), std::string("NULL"));
    list.push_back(ValueList(table, values, cast));
  }
  return Piece::List(std::move(list), ",\n  ");
}

std::string Generator::ColumnList(const Table& table) const {
  std::vector<std::string> names;
  for (size_t column : table.Writable()) names.push_back(table.columns[column].name);
  return "(" + Joined(names, ", ") + ")";
}

Sql Generator::OneRow(size_t table, const std::string& alias) {
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

Sql Generator::Predicate(size_t table, const std::string& alias) {
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

Sql Generator::Assignment(size_t table, size_t column, const std::string& prefix) {
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
  return {described.name + " = " + Value(table, column)};
}

Piece Generator::Assignments(size_t table, const std::string& prefix) {
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

Sql Generator::Insert(size_t table, int rows) {
  const Table& facts = facts_.tables[table];
  if (facts.Writable().empty()) return {"INSERT INTO " + facts.sql + " DEFAULT VALUES"};
  return {"INSERT INTO " + facts.sql + " " + ColumnList(facts) + " VALUES\n  ",
          RowList(table, rows, false)};
}

Sql Generator::InsertSelect(size_t table) {
  const Table& facts = facts_.tables[table];
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (size_t column : facts.Writable()) {
    const Column& described = facts.columns[column];
    names.push_back(described.name);
    bool moves = facts.InKey(column) && described.IsNumber();
    values.push_back("t." + described.name + (moves ? " + 100" : ""));
  }
  return {fmt::format("INSERT INTO {} ({}) SELECT {} FROM {} AS t WHERE ", facts.sql,
                      Joined(names, ", "), Joined(values, ", "), facts.sql),
          Piece::List({Predicate(table, "t.")}, "")};
}

Sql Generator::Update(size_t table) {
  const Table& facts = facts_.tables[table];
  std::string only = rng_.Chance(4) ? "ONLY " : "";
  return {"UPDATE " + only + facts.sql + " AS t SET ", Assignments(table, "t."), " WHERE ",
          Piece::Choice({Predicate(table, "t."), {"true"}})};
}

Sql Generator::UpdateFromParent(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.foreign_keys.empty()) return Update(table);
  const ForeignKey& key = rng_.Pick(facts.foreign_keys);
  const Table& parent = facts_.tables[key.parent];
  std::vector<std::string> join;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    join.push_back(fmt::format("t.{} = p.{}", facts.columns[key.columns[i]].name,
                               parent.columns[key.parent_columns[i]].name));
  }
  return {"UPDATE " + facts.sql + " AS t SET ", Assignments(table, "t."),
          " FROM " + parent.sql + " AS p WHERE " + Joined(join, " AND ") + " AND ",
          Piece::Part(Predicate(key.parent, "p."))};
}

Sql Generator::MoveKey(size_t table) {
  const Table& facts = facts_.tables[table];
  const std::vector<Row>& rows = Existing(table);
  if (facts.keys.empty() || rows.size() < 2) return Update(table);
  const std::vector<size_t>& key = rng_.Pick(facts.keys);
  size_t column = rng_.Pick(key);
  const Column& described = facts.columns[column];
  if (described.generated) return Update(table);
  if (described.IsNumber() && rng_.Chance(50)) {
    return {fmt::format("UPDATE {} AS t SET {} = t.{} + {} WHERE ", facts.sql, described.name,
                        described.name, rng_.Chance(50) ? 1 : 100),
            Piece::Part(Predicate(table, "t."))};
  }
  std::string one = Existing(facts, rng_.Pick(rows), column);
  std::string other = Existing(facts, rng_.Pick(rows), column);
  if (one == "NULL" || other == "NULL" || one == other) return Update(table);
  return {
      fmt::format("UPDATE {} AS t SET {} = CASE t.{} WHEN {} THEN CAST({} AS {}) ELSE {} END "
                  "WHERE t.{} IN ({}, {})",
                  facts.sql, described.name, described.name, one, other, described.type, one,
                  described.name, one, other)};
}

Sql Generator::Delete(size_t table) {
  const Table& facts = facts_.tables[table];
  return {"DELETE FROM " + facts.sql + " AS t WHERE ",
          Piece::Choice({Predicate(table, "t."), {"true"}})};
}

Sql Generator::DeleteOneCopy(size_t table) {
  const Table& facts = facts_.tables[table];
  const std::vector<Row>& rows = Existing(table);
  if (rows.empty() || !facts.keys.empty()) return Delete(table);
  const Row& row = rng_.Pick(rows);
  std::vector<std::string> same;
  for (size_t i = 0; i < facts.columns.size(); ++i) {
    same.push_back(row[i]
                       ? fmt::format("(t.{})::text = {}", facts.columns[i].name, SqlText(*row[i]))
                       : fmt::format("t.{} IS NULL", facts.columns[i].name));
  }
  // Equal rows are the same to everybody, so it does not matter which one comes first.
  return {
      fmt::format("DELETE FROM {0} WHERE (tableoid, ctid) = (SELECT t.tableoid, t.ctid FROM {0} "
                  "AS t WHERE {1} ORDER BY t.tableoid, t.ctid LIMIT 1)",
                  facts.sql, Joined(same, " AND "))};
}

Sql Generator::Upsert(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.keys.empty() || facts.Writable().empty()) return Insert(table, rng_.Between(1, 3));
  const std::vector<size_t>& key = rng_.Pick(facts.keys);
  std::vector<std::string> names;
  for (size_t column : key) names.push_back(facts.columns[column].name);
  Sql sql = {"INSERT INTO " + facts.sql + " AS t " + ColumnList(facts) + " VALUES\n  "};
  // Some of the rows take the key of an existing one.
  std::vector<Sql> list;
  const std::vector<Row>& rows = Existing(table);
  for (int i = rng_.Between(1, 3); i > 0; --i) {
    std::vector<std::string> values = NewRow(table);
    if (!rows.empty() && rng_.Chance(60)) {
      const Row& row = rng_.Pick(rows);
      for (size_t column : key) values[column] = Existing(facts, row, column);
    }
    list.push_back(ValueList(table, values, false));
  }
  sql.push_back(Piece::List(std::move(list), ",\n  "));
  sql.emplace_back("\nON CONFLICT (" + Joined(names, ", ") + ") DO ");
  if (rng_.Chance(25)) {
    sql.emplace_back("NOTHING");
    return sql;
  }
  sql.emplace_back("UPDATE SET ");
  std::vector<Sql> assignments;
  for (size_t column : facts.Writable()) {
    if (std::find(key.begin(), key.end(), column) != key.end() || !rng_.Chance(60)) continue;
    const std::string& name = facts.columns[column].name;
    assignments.push_back(rng_.Chance(70) ? Sql{name + " = excluded." + name}
                                          : Assignment(table, column, "t."));
  }
  if (assignments.empty()) {
    const std::string& name = facts.columns[key.front()].name;
    assignments.push_back({name + " = excluded." + name});
  }
  sql.push_back(Piece::List(std::move(assignments)));
  return sql;
}

Sql Generator::Merge(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.keys.empty() || facts.Writable().empty()) return UpdateFromParent(table);
  const std::vector<size_t>& key = facts.keys.front();
  if (std::any_of(key.begin(), key.end(), [&](size_t c) { return facts.columns[c].generated; })) {
    return Update(table);
  }
  std::vector<Sql> list;
  const std::vector<Row>& rows = Existing(table);
  for (int i = rng_.Between(1, 3); i > 0; --i) {
    std::vector<std::string> values = NewRow(table);
    if (!rows.empty() && rng_.Chance(60)) {
      const Row& row = rng_.Pick(rows);
      for (size_t column : key) values[column] = Existing(facts, row, column);
    }
    std::replace(values.begin(), values.end(), std::string("DEFAULT"), std::string("NULL"));
    list.push_back(ValueList(table, values, true));
  }
  std::vector<std::string> join;
  for (size_t column : key) {
    const std::string& name = facts.columns[column].name;
    join.push_back(fmt::format("t.{} = s.{}", name, name));
  }
  std::vector<std::string> values;
  for (size_t column : facts.Writable()) values.push_back("s." + facts.columns[column].name);
  Sql sql = {"MERGE INTO " + facts.sql + " AS t USING (VALUES\n  ",
             Piece::List(std::move(list), ",\n  "),
             ") AS s " + ColumnList(facts) + " ON " + Joined(join, " AND ")};
  std::vector<Sql> branches;
  if (rng_.Chance(40)) {
    branches.push_back({" WHEN MATCHED AND ", Piece::Part(Predicate(table, "t.")), " THEN DELETE"});
  }
  branches.push_back({" WHEN MATCHED THEN UPDATE SET ", Assignments(table, "t.")});
  if (rng_.Chance(70)) {
    branches.push_back({" WHEN NOT MATCHED THEN INSERT " + ColumnList(facts) + " VALUES (" +
                        Joined(values, ", ") + ")"});
  }
  sql.push_back(Piece::List(std::move(branches), ""));
  return sql;
}

Sql Generator::Ctes() {
  std::vector<Sql> parts;
  for (int i = rng_.Between(1, 2); i > 0; --i) {
    size_t table = PickTable();
    Sql part = {fmt::format("c{} AS (", i)};
    Sql body = rng_.Chance(40)   ? Insert(table, rng_.Between(1, 2))
               : rng_.Chance(60) ? Update(table)
                                 : Delete(table);
    part.insert(part.end(), body.begin(), body.end());
    part.emplace_back(")");
    parts.push_back(std::move(part));
  }
  size_t table = PickTable();
  Sql sql = {"WITH ", Piece::List(std::move(parts), ",\n  "), "\n"};
  Sql body = rng_.Chance(40) ? Insert(table, 1) : rng_.Chance(60) ? Update(table) : Delete(table);
  sql.insert(sql.end(), body.begin(), body.end());
  return sql;
}

Sql Generator::Truncate(size_t table) {
  return {"TRUNCATE " + facts_.tables[table].sql, rng_.Chance(60) ? " CASCADE" : ""};
}

Sql Generator::Copy(size_t table) {
  const Table& facts = facts_.tables[table];
  const std::vector<Row>& rows = Existing(table);
  std::vector<size_t> writable = facts.Writable();
  bool moves = !facts.keys.empty() && std::any_of(writable.begin(), writable.end(), [&](size_t c) {
    return facts.InKey(c) && facts.columns[c].IsNumber();
  });
  if (rows.empty() || writable.empty() || (!facts.keys.empty() && !moves)) {
    return Insert(table, rng_.Between(1, 4));
  }
  // The server reads what `echo` prints; texts that a shell or COPY would read in another way are
  // left to INSERT.
  std::vector<Sql> lines;
  for (size_t i = 1 + rng_.Below(3); i > 0; --i) {
    const Row& row = rng_.Pick(rows);
    std::vector<std::string> values;
    for (size_t column : writable) {
      bool moved = facts.InKey(column) && facts.columns[column].IsNumber();
      std::string value =
          moved ? std::to_string(rng_.Between(200, 400)) : row[column].value_or("NULL");
      if (value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-.: +") != std::string::npos ||
          value.empty()) {
        return Insert(table, 1);
      }
      values.push_back(value);
    }
    lines.push_back({Joined(values, "|")});
  }
  return {"COPY " + facts.sql + " " + ColumnList(facts) + " FROM PROGRAM 'printf \"%s\\n\" \"",
          Piece::List(std::move(lines), "\" \""), "\"' (DELIMITER '|', NULL 'NULL')"};
}

Step Generator::Statement() {
  size_t table = PickTable();
  if (facts_.tables[table].Writable().empty()) {
    return Changes(StatementKind::Delete, Delete(table));
  }
  size_t choice = rng_.Below(100);
  if (choice < 16) return Changes(StatementKind::Insert, Insert(table, rng_.Between(1, 4)));
  if (choice < 20) return Changes(StatementKind::Insert, InsertSelect(table));
  if (choice < 38) return Changes(StatementKind::Update, Update(table));
  if (choice < 42) return Changes(StatementKind::Update, UpdateFromParent(table));
  if (choice < 49) return Changes(StatementKind::Update, MoveKey(table));
  if (choice < 60) return Changes(StatementKind::Delete, Delete(table));
  if (choice < 65) return Changes(StatementKind::Delete, DeleteOneCopy(table));
  if (choice < 75) return Changes(StatementKind::Upsert, Upsert(table));
  if (choice < 83) return Changes(StatementKind::Merge, Merge(table));
  if (choice < 94) return Changes(StatementKind::DataModifyingCtes, Ctes());
  if (choice < 96 && options_.copies) return Changes(StatementKind::Copy, Copy(table));
  if (choice < 98 && options_.truncates) return Changes(StatementKind::Truncate, Truncate(table));
  return Changes(StatementKind::Insert, Insert(table, rng_.Between(5, 20)));
}

int Generator::FirstStatements(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.is_partition || rng_.Chance(6)) return 0;
  // One row a statement where the server may refuse some of them.
  return facts.keys.empty() && facts.foreign_keys.empty() ? 1 : rng_.Between(3, 12);
}

Step Generator::FirstRows(size_t table) {
  const Table& facts = facts_.tables[table];
  existing_.clear();
  bool alone = !facts.keys.empty() || !facts.foreign_keys.empty();
  return Changes(StatementKind::Insert, Insert(table, alone ? 1 : rng_.Between(3, 12)));
}

Transaction Generator::Next() {
  existing_.clear();
  Transaction transaction;
  size_t shape = rng_.Below(100);
  auto statement = [&] { transaction.steps.push_back(Statement()); };
  auto refresh = [&] {
    if (options_.refreshes) {
      transaction.steps.push_back({Step::Kind::Refresh, StatementKind::Refresh, {}, 0});
    }
  };
  if (shape < 45) {
    // Several changes by themselves, then perhaps a refresh.
    for (size_t i = 1 + rng_.Below(3); i > 0; --i) statement();
    if (rng_.Chance(50)) refresh();
    return transaction;
  }
  const char* const levels[] = {"BEGIN", "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ",
                                "BEGIN ISOLATION LEVEL SERIALIZABLE"};
  transaction.begin = levels[rng_.Below(std::size(levels))];
  int savepoints = 0;
  for (size_t i = 1 + rng_.Below(5); i > 0; --i) {
    if (shape >= 75 && rng_.Chance(45)) {
      transaction.steps.push_back({Step::Kind::Savepoint, StatementKind::Insert, {}, ++savepoints});
    }
    statement();
    if (savepoints > 0 && rng_.Chance(40)) {
      bool back = rng_.Chance(65);
      transaction.steps.push_back({back ? Step::Kind::RollbackTo : Step::Kind::Release,
                                   StatementKind::Insert,
                                   {},
                                   savepoints});
      if (!back) --savepoints;
    }
    if (rng_.Chance(15)) refresh();
  }
  transaction.commits = !rng_.Chance(15);
  return transaction;
}

}  // namespace tricklec::proof
