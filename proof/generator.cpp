#include "tricklec/proof/generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

Step Changes(StatementKind kind, Sql sql) {
  return {Step::Kind::Statement, kind, std::move(sql), 0};
}

}  // namespace

Generator::Generator(const Facts& facts, const GeneratorOptions& options,
                     db::Connection& connection, Rng rng)
    : facts_(facts), options_(options), rng_(rng), rows_(facts, connection, rng_) {}

size_t Generator::PickTable() {
  // Tables that are only referred to change less often; so do partitions by their own name.
  for (;;) {
    size_t table = rng_.Below(facts_.tables.size());
    const Table& picked = facts_.tables[table];
    if (rng_.Chance(picked.source ? (picked.is_partition ? 30 : 100) : 30)) return table;
  }
}

Sql Generator::Insert(size_t table, int rows) {
  const Table& facts = facts_.tables[table];
  if (facts.Writable().empty()) return {"INSERT INTO " + facts.sql + " DEFAULT VALUES"};
  return {"INSERT INTO " + facts.sql + " " + rows_.ColumnList(facts) + " VALUES\n  ",
          rows_.RowList(table, rows, false),
          !facts.keys.empty() && rng_.Chance(20) ? "\nON CONFLICT DO NOTHING" : ""};
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
          Piece::List({rows_.Predicate(table, "t.")}, "")};
}

Sql Generator::Update(size_t table) {
  const Table& facts = facts_.tables[table];
  std::string only = rng_.Chance(4) ? "ONLY " : "";
  return {"UPDATE " + only + facts.sql + " AS t SET ", rows_.Assignments(table, "t."), " WHERE ",
          Piece::Choice({rows_.Predicate(table, "t."), {"true"}})};
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
  return {"UPDATE " + facts.sql + " AS t SET ", rows_.Assignments(table, "t."),
          " FROM " + parent.sql + " AS p WHERE " + Joined(join, " AND ") + " AND ",
          Piece::Part(rows_.Predicate(key.parent, "p."))};
}

Sql Generator::MoveKey(size_t table) {
  const Table& facts = facts_.tables[table];
  const std::vector<RowGenerator::Row>& rows = rows_.Existing(table);
  if (facts.keys.empty() || rows.size() < 2) return Update(table);
  const std::vector<size_t>& key = rng_.Pick(facts.keys);
  size_t column = rng_.Pick(key);
  const Column& described = facts.columns[column];
  if (described.generated) return Update(table);
  if (described.IsNumber() && rng_.Chance(50)) {
    return {fmt::format("UPDATE {} AS t SET {} = t.{} + {} WHERE ", facts.sql, described.name,
                        described.name, rng_.Chance(50) ? 1 : 100),
            Piece::Part(rows_.Predicate(table, "t."))};
  }
  std::string one = rows_.Existing(facts, rng_.Pick(rows), column);
  std::string other = rows_.Existing(facts, rng_.Pick(rows), column);
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
          Piece::Choice({rows_.Predicate(table, "t."), {"true"}})};
}

Sql Generator::DeleteOneCopy(size_t table) {
  const Table& facts = facts_.tables[table];
  const std::vector<RowGenerator::Row>& rows = rows_.Existing(table);
  if (rows.empty() || !facts.keys.empty()) return Delete(table);
  const RowGenerator::Row& row = rng_.Pick(rows);
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
  Sql sql = {"INSERT INTO " + facts.sql + " AS t " + rows_.ColumnList(facts) + " VALUES\n  "};
  // Some of the rows take the key of an existing one.
  std::vector<Sql> list;
  const std::vector<RowGenerator::Row>& rows = rows_.Existing(table);
  for (int i = rng_.Between(1, 3); i > 0; --i) {
    std::vector<std::string> values = rows_.NewRow(table);
    if (!rows.empty() && rng_.Chance(60)) {
      const RowGenerator::Row& row = rng_.Pick(rows);
      for (size_t column : key) values[column] = rows_.Existing(facts, row, column);
    }
    list.push_back(rows_.ValueList(table, values, false));
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
                                          : rows_.Assignment(table, column, "t."));
  }
  if (assignments.empty()) {
    const std::string& name = facts.columns[key.front()].name;
    assignments.push_back({name + " = excluded." + name});
  }
  sql.push_back(Piece::List(std::move(assignments)));
  if (rng_.Chance(25)) {
    Sql where = {" WHERE ", Piece::Part(rows_.Predicate(table, "t."))};
    sql.push_back(Piece::Choice({std::move(where), {}}));
  }
  return sql;
}

Sql Generator::Merge(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.Writable().empty()) return UpdateFromParent(table);
  std::vector<size_t> key;
  if (!facts.keys.empty()) {
    key = facts.keys.front();
  } else {
    for (size_t column : facts.Writable()) {
      if (facts.columns[column].comparable) key = {column};
      if (!key.empty() && rng_.Chance(40)) break;
    }
    if (key.empty()) return Update(table);
  }
  if (std::any_of(key.begin(), key.end(), [&](size_t c) { return facts.columns[c].generated; })) {
    return Update(table);
  }
  std::vector<Sql> list;
  const std::vector<RowGenerator::Row>& rows = rows_.Existing(table);
  for (int i = rng_.Between(1, 3); i > 0; --i) {
    std::vector<std::string> values = rows_.NewRow(table);
    if (!rows.empty() && rng_.Chance(60)) {
      const RowGenerator::Row& row = rng_.Pick(rows);
      for (size_t column : key) values[column] = rows_.Existing(facts, row, column);
    }
    std::replace(values.begin(), values.end(), std::string("DEFAULT"), std::string("NULL"));
    list.push_back(rows_.ValueList(table, values, true));
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
             ") AS s " + rows_.ColumnList(facts) + " ON " + Joined(join, " AND ")};
  std::vector<Sql> branches;
  if (rng_.Chance(40)) {
    branches.push_back(
        {" WHEN MATCHED AND ", Piece::Part(rows_.Predicate(table, "t.")), " THEN DELETE"});
  }
  branches.push_back({" WHEN MATCHED THEN UPDATE SET ", rows_.Assignments(table, "t.")});
  if (rng_.Chance(70)) {
    branches.push_back({" WHEN NOT MATCHED THEN INSERT " + rows_.ColumnList(facts) + " VALUES (" +
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
  const std::vector<RowGenerator::Row>& rows = rows_.Existing(table);
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
    const RowGenerator::Row& row = rng_.Pick(rows);
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
  return {
      "COPY " + facts.sql + " " + rows_.ColumnList(facts) + " FROM PROGRAM 'printf \"%s\\n\" \"",
      Piece::List(std::move(lines), "\" \""), "\"' (DELIMITER '|', NULL 'NULL')"};
}

Step Generator::Statement() {
  if (shrinks_ && rng_.Chance(40)) {
    return Changes(StatementKind::Delete, Shrink(*std::exchange(shrinks_, std::nullopt)));
  }
  size_t table = PickTable();
  if (facts_.tables[table].Writable().empty()) {
    return Changes(StatementKind::Delete, Delete(table));
  }
  size_t choice = rng_.Below(100);
  auto changes = [&](StatementKind kind, Sql sql) {
    AddNestedCommands(table, sql);
    return Changes(kind, std::move(sql));
  };
  if (choice < 14) return changes(StatementKind::Insert, Insert(table, rng_.Between(1, 4)));
  if (choice < 17) return changes(StatementKind::Insert, InsertSelect(table));
  if (choice < 32) return changes(StatementKind::Update, Update(table));
  if (choice < 35) return changes(StatementKind::Update, UpdateFromParent(table));
  if (choice < 42) return changes(StatementKind::Update, MoveKey(table));
  if (choice < 45) return changes(StatementKind::Update, CopyValues(table));
  if (choice < 54) return changes(StatementKind::Delete, Delete(table));
  if (choice < 58) return changes(StatementKind::Delete, DeleteOneCopy(table));
  if (choice < 67) return changes(StatementKind::Upsert, Upsert(table));
  if (choice < 74) return changes(StatementKind::Merge, Merge(table));
  if (choice < 82) return changes(StatementKind::DataModifyingCtes, Ctes());
  if (choice < 84) return changes(StatementKind::DataModifyingCtes, MoveRows(table));
  if (choice < 91) return Changes(StatementKind::Block, Block(table));
  if (choice < 94 && options_.copies) return Changes(StatementKind::Copy, Copy(table));
  if (choice < 96 && options_.truncates) return Changes(StatementKind::Truncate, Truncate(table));
  if (choice < 98) return Changes(StatementKind::Insert, Insert(table, rng_.Between(5, 20)));
  shrinks_ = table;
  return Changes(StatementKind::Insert, InsertMany(table));
}

int Generator::FirstStatements(size_t table) {
  const Table& facts = facts_.tables[table];
  if (facts.is_partition || rng_.Chance(6)) return 0;
  // One row a statement where the server may refuse some of them.
  return facts.keys.empty() && facts.foreign_keys.empty() ? 1 : rng_.Between(3, 12);
}

Step Generator::FirstRows(size_t table) {
  const Table& facts = facts_.tables[table];
  rows_.Forget();
  bool alone = !facts.keys.empty() || !facts.foreign_keys.empty();
  return Changes(StatementKind::Insert, Insert(table, alone ? 1 : rng_.Between(3, 12)));
}

Transaction Generator::Next() {
  rows_.Forget();
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
  if (rng_.Chance(25)) transaction.begin += Setting();
  if (rng_.Chance(20)) transaction.begin += "; SET CONSTRAINTS ALL DEFERRED";
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
