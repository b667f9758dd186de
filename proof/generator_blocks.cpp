// Statements that are several at once: many rows, blocks of plpgsql, what triggers of the schema do meanwhile.

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/generator.h"
#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

// A value of the integer `g` for a key column; nothing for types without such a series.
std::string Series(const Column& column) {
  if (column.kind != 'b') return "";
  if (column.base == "int2") return "CAST(g + 2000 AS int2)";
  if (column.IsNumber() && column.base != "money") return "g + 2000";
  if (column.base == "text" || column.base == "varchar" || column.base == "citext") {
    return "'m' || g";
  }
  if (column.base == "uuid") return "CAST(md5(CAST(g AS text)) AS uuid)";
  if (column.base == "date") return "CAST('2030-01-01' AS date) + g";
  return "";
}

void Append(Sql& sql, Sql more) {
  sql.insert(sql.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

// More rows than what generated functions take for a small change.
Sql Generator::InsertMany(size_t table) {
  const Table& facts = facts_.tables[table];
  std::vector<size_t> writable = facts.Writable();
  std::vector<std::string> values;
  std::vector<size_t> counted;
  for (const std::vector<size_t>& key : facts.keys) {
    auto can_count = std::find_if(key.begin(), key.end(), [&](size_t column) {
      return !Series(facts.columns[column]).empty() && !facts.columns[column].generated;
    });
    if (can_count == key.end()) return Insert(table, rng_.Between(5, 20));
    counted.push_back(*can_count);
  }
  for (size_t column : writable) {
    bool counts = std::find(counted.begin(), counted.end(), column) != counted.end();
    values.push_back(counts ? Series(facts.columns[column]) : "s." + facts.columns[column].name);
  }
  constexpr int kCopies = 60;
  return {fmt::format("INSERT INTO {} {} SELECT {} FROM (VALUES\n  ", facts.sql,
                      rows_.ColumnList(facts), Joined(values, ", ")),
          rows_.RowList(table, 3, true),
          fmt::format(") AS s {} CROSS JOIN generate_series(1, {}) AS g{}", rows_.ColumnList(facts),
                      kCopies, facts.keys.empty() ? "" : " ON CONFLICT DO NOTHING")};
}

// Most of the rows go, so that later statements do not take longer and longer.
Sql Generator::Shrink(size_t table) {
  const std::string& name = facts_.tables[table].sql;
  return {
      fmt::format("DELETE FROM {0} AS t WHERE t::text COLLATE \"C\" NOT IN (SELECT m::text "
                  "COLLATE \"C\" AS row_text FROM {0} AS m ORDER BY row_text LIMIT 20)",
                  name)};
}

// Rows become duplicates of another one.
Sql Generator::CopyValues(size_t table) {
  const Table& facts = facts_.tables[table];
  std::vector<std::string> names;
  for (size_t column : facts.Writable()) {
    if (!facts.InKey(column)) names.push_back(facts.columns[column].name);
  }
  if (names.empty()) return Update(table);
  std::string list = Joined(names, ", ");
  return {fmt::format("UPDATE {0} AS t SET ({1}) = (SELECT {1} FROM {0} AS m ORDER BY m::text "
                      "COLLATE \"C\" OFFSET {2} LIMIT 1) WHERE ",
                      facts.sql, list, rng_.Below(4)),
          Piece::Part(rows_.Predicate(table, "t."))};
}

Sql Generator::MoveRows(size_t table) {
  const Table& facts = facts_.tables[table];
  std::vector<std::string> names;
  for (size_t column : facts.Writable()) names.push_back(facts.columns[column].name);
  Sql sql = {"WITH gone AS ("};
  Append(sql, Delete(table));
  sql.emplace_back(fmt::format(" RETURNING *)\nINSERT INTO {} {} SELECT {} FROM gone", facts.sql,
                               rows_.ColumnList(facts), Joined(names, ", ")));
  return sql;
}

Sql Generator::Simple(size_t table) {
  switch (rng_.Below(6)) {
    case 0: return Insert(table, rng_.Between(1, 3));
    case 1: return Upsert(table);
    case 2: return MoveKey(table);
    case 3: return Delete(table);
    default: return Update(table);
  }
}

Sql Generator::Block(size_t table) {
  auto line = [&](Sql statement) {
    Sql sql = {"  "};
    Append(sql, std::move(statement));
    sql.emplace_back(";\n");
    return sql;
  };
  std::vector<Sql> lines;
  size_t shape = rng_.Below(100);
  if (shape < 45) {
    // The whole life of some rows.
    for (int i = rng_.Between(2, 5); i > 0; --i) {
      lines.push_back(line(Simple(rng_.Chance(70) ? table : PickTable())));
    }
  } else if (shape < 85 || !options_.truncates) {
    Sql undone = {"  BEGIN\n  "};
    Append(undone, line(Simple(table)));
    undone.emplace_back(
        "    RAISE SQLSTATE 'TR001';\n  EXCEPTION WHEN SQLSTATE 'TR001' THEN NULL;\n  END;\n");
    lines.push_back(std::move(undone));
    lines.push_back(line(Simple(table)));
  } else {
    lines.push_back(line(Simple(table)));
    lines.push_back(line(Truncate(table)));
    lines.push_back(line(Insert(table, 1)));
  }
  return {"DO $random$ BEGIN\n", Piece::List(std::move(lines), ""), "END $random$"};
}

// Commands for triggers that look for them in settings. They run at most a few times in a transaction.
void Generator::AddNestedCommands(size_t table, Sql& sql) {
  if (options_.nested_settings.empty() || !rng_.Chance(25)) return;
  std::string settings = "SELECT set_config('nested.calls_left', '5', true)";
  for (size_t i = 1 + rng_.Below(2); i > 0; --i) {
    const std::string& name = facts_.tables[table].sql;
    std::string same = fmt::format(" AS t WHERE t::text = (${})::text", rng_.Chance(50) ? 1 : 2);
    Sql command;
    switch (rng_.Below(6)) {
      case 0: command = {"DELETE FROM " + name + same}; break;
      case 1:
        command = {"UPDATE " + name + " AS t SET ", rows_.Assignments(table, "t."),
                   same.substr(std::string(" AS t").size())};
        break;
      case 2: command = Delete(table); break;
      case 3: command = Insert(table, 1); break;
      default: command = Update(table); break;
    }
    settings += fmt::format(", set_config({}, {}, true)",
                            SqlText(rng_.Pick(options_.nested_settings)), SqlText(Render(command)));
  }
  sql.insert(sql.begin(), Piece::Choice({{settings + ";\n"}, {}}));
}

// Settings that sessions may have and that must not matter.
std::string Generator::Setting() {
  static const std::vector<std::string> settings = {"TimeZone = 'Asia/Kathmandu'",
                                                    "DateStyle = 'SQL, DMY'",
                                                    "DateStyle = 'German'",
                                                    "IntervalStyle = 'sql_standard'",
                                                    "extra_float_digits = -3",
                                                    "bytea_output = 'escape'",
                                                    "standard_conforming_strings = off",
                                                    "transform_null_equals = on",
                                                    "enable_hashagg = off",
                                                    "enable_sort = off",
                                                    "plan_cache_mode = force_generic_plan",
                                                    "plpgsql.variable_conflict = 'use_column'",
                                                    "enable_nestloop = off",
                                                    "enable_indexscan = off",
                                                    "client_min_messages = 'debug1'",
                                                    "constraint_exclusion = on",
                                                    "array_nulls = off",
                                                    "escape_string_warning = off"};
  return "; SET LOCAL " + rng_.Pick(settings);
}

}  // namespace tricklec::proof
