#include "tricklec/randomdml/statements.h"

#include <algorithm>

#include "tricklec/testsupport/session.h"

namespace tricklec::randomdml {
namespace {

using testsupport::QuoteIdentifier;
using testsupport::QuoteLiteral;

std::string Block(const std::string& body) {
  return "DO $random_block$ BEGIN\n" + body + "END $random_block$";
}

}  // namespace

StatementGenerator::StatementGenerator(const TableCase& table, std::string copy_file,
                                       proof::Rng& rng)
    : table_(table),
      name_(QuoteIdentifier(table.table)),
      copy_file_(std::move(copy_file)),
      writable_(table.WritableColumns()),
      rng_(rng) {}

std::string StatementGenerator::Name(size_t column) const {
  return QuoteIdentifier(table_.columns[column].name);
}

bool StatementGenerator::IsKey(size_t column) const {
  return std::find(table_.key.begin(), table_.key.end(), column) != table_.key.end();
}

size_t StatementGenerator::AnyColumn() { return rng_.Pick(writable_); }

size_t StatementGenerator::ValueColumn() {
  size_t column = AnyColumn();
  for (int i = 0; i < 20 && IsKey(column); ++i) column = AnyColumn();
  return column;
}

std::string StatementGenerator::Value(size_t column) {
  const TableColumn& target = table_.columns[column];
  bool nullable = !IsKey(column) && target.constraints.find("NOT NULL") == std::string::npos &&
                  target.kind->name != "label";
  if ((nullable && rng_.Chance(20)) || (forbidden_nulls_ && rng_.Chance(1)))
    return "NULL::" + target.kind->type;
  // Keys come from a wider range than other values where the kind has one.
  if (IsKey(column) && !target.kind->series.empty() && rng_.Chance(50)) {
    return "(SELECT (" + target.kind->series + ")::" + target.kind->type + " FROM (VALUES (" +
           std::to_string(rng_.Below(12)) + ")) AS series(g))";
  }
  return "(" + rng_.Pick(target.kind->values) + ")::" + target.kind->type;
}

std::string StatementGenerator::RowOfValues() {
  std::string row = "(";
  for (size_t i = 0; i < writable_.size(); ++i) row += (i == 0 ? "" : ", ") + Value(writable_[i]);
  return row + ")";
}

std::string StatementGenerator::Rows(size_t count) {
  std::string rows = RowOfValues();
  for (size_t i = 1; i < count; ++i) rows += ",\n  " + RowOfValues();
  return rows;
}

std::string StatementGenerator::ColumnList() const {
  std::string list;
  for (size_t column : writable_) list += (list.empty() ? "" : ", ") + Name(column);
  return list;
}

std::string StatementGenerator::Predicate() {
  size_t column = AnyColumn();
  const Kind& kind = *table_.columns[column].kind;
  std::string name = name_ + "." + Name(column);
  switch (rng_.Below(kind.equality ? 4 : 2)) {
    case 0: return Substitute(rng_.Pick(kind.predicates), name);
    case 1: return name + (rng_.Chance(70) ? " IS NOT NULL" : " IS NULL");
    default: return name + " = " + Value(column);
  }
}

std::string StatementGenerator::Assignment(size_t column) {
  const Kind& kind = *table_.columns[column].kind;
  std::string value = rng_.Chance(60)
                          ? Value(column)
                          : Substitute(rng_.Pick(kind.updates), name_ + "." + Name(column));
  return Name(column) + " = " + value;
}

std::string StatementGenerator::Assignments() {
  size_t first = ValueColumn();
  size_t second = ValueColumn();
  std::string text = Assignment(first);
  if (second != first && rng_.Chance(40)) text += ", " + Assignment(second);
  return text;
}

std::string StatementGenerator::InitialRows() {
  forbidden_nulls_ = false;
  std::string rows = Rows(25);
  forbidden_nulls_ = true;
  std::string into = "INSERT INTO " + name_ + " (" + ColumnList() + ") ";
  if (!table_.deferrable_key) return into + "VALUES\n  " + rows + " ON CONFLICT DO NOTHING";
  // ON CONFLICT does not accept a deferrable key.
  return into + "SELECT DISTINCT ON (" + Name(table_.key[0]) + ") * FROM (VALUES\n  " + rows +
         ") AS rows (" + ColumnList() + ")";
}

std::string StatementGenerator::Insert() {
  std::string text =
      "INSERT INTO " + name_ + " (" + ColumnList() + ") VALUES\n  " + Rows(1 + rng_.Below(4));
  if (!table_.deferrable_key && rng_.Chance(table_.key.empty() ? 20 : 60)) {
    text += " ON CONFLICT DO NOTHING";
  }
  return text;
}

std::string StatementGenerator::InsertMany() {
  std::string text = "INSERT INTO " + name_ + " (" + ColumnList() + ")\nSELECT ";
  for (size_t i = 0; i < writable_.size(); ++i) {
    const Kind& kind = *table_.columns[writable_[i]].kind;
    if (i > 0) text += ", ";
    if (!kind.series.empty() && (IsKey(writable_[i]) || rng_.Chance(30))) {
      text += "(" + kind.series + ")::" + kind.type;
      continue;
    }
    size_t count = kind.values.size();
    text += "CASE g % " + std::to_string(count + 1 + rng_.Below(3));
    for (size_t j = 0; j < count; ++j) {
      text += " WHEN " + std::to_string(j) + " THEN (" + kind.values[j] + ")::" + kind.type;
    }
    bool not_null = IsKey(writable_[i]) || kind.name == "label" ||
                    table_.columns[writable_[i]].constraints.find("NOT NULL") != std::string::npos;
    text += not_null ? " ELSE (" + kind.values[0] + ")::" + kind.type + " END" : " END";
  }
  text += " FROM generate_series(1, 1100) AS g";
  return table_.deferrable_key ? text : text + " ON CONFLICT DO NOTHING";
}

std::string StatementGenerator::Shrink() {
  return "DELETE FROM " + name_ + " WHERE " + name_ +
         "::text COLLATE \"C\" NOT IN (SELECT model::text "
         "COLLATE \"C\" AS row_text FROM " +
         name_ + " AS model ORDER BY row_text LIMIT 20)";
}

std::string StatementGenerator::Upsert() {
  if (table_.key.empty() || table_.deferrable_key) return Insert();
  std::string text = "INSERT INTO " + name_ + " (" + ColumnList() + ") VALUES\n  " +
                     Rows(1 + rng_.Below(3)) + "\nON CONFLICT (";
  for (size_t i = 0; i < table_.key.size(); ++i) text += (i == 0 ? "" : ", ") + Name(table_.key[i]);
  size_t column = ValueColumn();
  text += ") DO UPDATE SET ";
  text += rng_.Chance(60) ? Name(column) + " = excluded." + Name(column) : Assignments();
  if (rng_.Chance(25)) text += " WHERE " + Predicate();
  return text;
}

std::string StatementGenerator::Update() {
  std::string text = "UPDATE " + name_ + " SET ";
  if (rng_.Chance(12)) {
    size_t column = AnyColumn();  // nothing changes
    text += Name(column) + " = " + Name(column);
  } else {
    text += Assignments();
  }
  return rng_.Chance(12) ? text : text + " WHERE " + Predicate();
}

std::string StatementGenerator::MoveKey() {
  if (table_.key.empty()) return Update();
  size_t key = rng_.Pick(table_.key);
  std::string text = "UPDATE " + name_ + " SET " + Assignment(key);
  if (rng_.Chance(40)) text += ", " + Assignment(ValueColumn());
  return text + " WHERE " + name_ + "." + Name(key) + " = " + Value(key);
}

std::string StatementGenerator::SwapKeys() {
  size_t column = table_.key.empty() ? AnyColumn() : rng_.Pick(table_.key);
  if (!table_.columns[column].kind->equality) return Update();
  std::string a = Value(column);
  std::string b = Value(column);
  return "UPDATE " + name_ + " SET " + Name(column) + " = CASE " + Name(column) + " WHEN " + a +
         " THEN " + b + " ELSE " + a + " END WHERE " + Name(column) + " IN (" + a + ", " + b + ")";
}

std::string StatementGenerator::BecomeDuplicate() {
  std::string list;
  for (size_t column : writable_) {
    if (!IsKey(column)) list += (list.empty() ? "" : ", ") + Name(column);
  }
  return "UPDATE " + name_ + " SET (" + list + ") = (SELECT " + list + " FROM " + name_ +
         " AS model ORDER BY model::text COLLATE \"C\" OFFSET " + std::to_string(rng_.Below(4)) +
         " LIMIT 1) WHERE " + Predicate();
}

std::string StatementGenerator::Delete() {
  return "DELETE FROM " + name_ + (rng_.Chance(5) ? "" : " WHERE " + Predicate());
}

std::string StatementGenerator::DeleteOneCopy() {
  return "DELETE FROM " + name_ +
         " WHERE ctid IN (SELECT (array_agg(model.ctid ORDER BY model.ctid))[1] "
         "FROM " +
         name_ +
         " AS model GROUP BY model::text COLLATE \"C\" "
         "ORDER BY count(*) DESC, model::text COLLATE \"C\" LIMIT " +
         std::to_string(1 + rng_.Below(2)) + ")";
}

std::string StatementGenerator::Merge() {
  std::string condition;
  if (table_.key.empty()) {
    size_t column = AnyColumn();
    for (int i = 0; i < 20 && !table_.columns[column].kind->equality; ++i) column = AnyColumn();
    if (!table_.columns[column].kind->equality) return Update();
    condition = name_ + "." + Name(column) + " = source." + Name(column);
  }
  for (size_t key : table_.key) {
    condition +=
        (condition.empty() ? "" : " AND ") + name_ + "." + Name(key) + " = source." + Name(key);
  }
  std::string values;
  for (size_t column : writable_)
    values += (values.empty() ? "" : ", ") + ("source." + Name(column));
  size_t target = ValueColumn();
  std::string text = "MERGE INTO " + name_ + " USING (VALUES\n  " + Rows(1 + rng_.Below(4)) +
                     ") AS source (" + ColumnList() + ") ON " + condition + "\n";
  if (rng_.Chance(60)) text += "WHEN MATCHED AND " + Predicate() + " THEN DELETE\n";
  text += "WHEN MATCHED THEN UPDATE SET " + Name(target) + " = source." + Name(target) + "\n";
  return text + "WHEN NOT MATCHED THEN INSERT (" + ColumnList() + ") VALUES (" + values + ")";
}

std::string StatementGenerator::Simple() {
  switch (rng_.Below(6)) {
    case 0: return Insert();
    case 1: return Upsert();
    case 2: return MoveKey();
    case 3: return Delete();
    default: return Update();
  }
}

std::string StatementGenerator::SeveralInOne() {
  switch (rng_.Below(4)) {
    case 0:
      return "WITH a AS (" + Insert() + " RETURNING 1), b AS (" + Update() +
             " RETURNING 1), c AS (" + Delete() + " RETURNING 1)\nSELECT count(*) FROM a, b, c";
    case 1:
      return "WITH gone AS (" + Delete() + " RETURNING *)\nINSERT INTO " + name_ + " (" +
             ColumnList() + ") SELECT " + ColumnList() + " FROM gone";
    case 2:
      return "WITH a AS (" + Insert() + " RETURNING 1), b AS (" + Insert() + " RETURNING 1)\n" +
             Update();
    default: return "WITH changed AS (" + Update() + " RETURNING 1)\n" + Delete();
  }
}

std::string StatementGenerator::Truncate() {
  if (rng_.Chance(40)) return "TRUNCATE " + name_ + (rng_.Chance(50) ? " CASCADE" : "");
  return Block("  " + Simple() + ";\n  TRUNCATE " + name_ + ";\n  INSERT INTO " + name_ + " (" +
               ColumnList() + ") VALUES " + RowOfValues() + ";\n");
}

std::string StatementGenerator::Copy() {
  return "COPY (SELECT * FROM (VALUES\n  " + Rows(1 + rng_.Below(4)) + ") AS rows) TO " +
         QuoteLiteral(copy_file_) + ";\nCOPY " + name_ + " (" + ColumnList() + ") FROM " +
         QuoteLiteral(copy_file_);
}

std::string StatementGenerator::WholeLife() {
  std::string body;
  for (size_t i = 2 + rng_.Below(4); i > 0; --i) body += "  " + Simple() + ";\n";
  return Block(body);
}

std::string StatementGenerator::ExceptionBlock() {
  return Block("  BEGIN\n    " + Simple() + ";\n    RAISE EXCEPTION 'undo';\n" +
               "  EXCEPTION WHEN OTHERS THEN NULL;\n  END;\n  " + Simple() + ";\n");
}

std::string StatementGenerator::NestedCommand() {
  std::string row = rng_.Chance(50) ? "($1)::text" : "($2)::text";
  std::string same = " WHERE " + name_ + "::text = " + row;
  switch (rng_.Below(6)) {
    case 0: return "DELETE FROM " + name_ + same;
    case 1: return "UPDATE " + name_ + " SET " + Assignments() + same;
    case 2: return Delete();
    case 3: return Insert();
    default: return Update();
  }
}

Statement StatementGenerator::Next() {
  Statement statement;
  if (until_shrunk_ > 0 && --until_shrunk_ == 0) {
    statement.sql = Shrink();
    return statement;
  }
  size_t choice = rng_.Below(100);
  if (choice < 18) {
    statement.sql = Insert();
  } else if (choice < 32) {
    statement.sql = Update();
  } else if (choice < 40) {
    statement.sql = Delete();
  } else if (choice < 48) {
    statement.sql = Upsert();
  } else if (choice < 54) {
    statement.sql = MoveKey();
  } else if (choice < 58) {
    statement.sql = SwapKeys();
  } else if (choice < 62) {
    statement.sql = BecomeDuplicate();
  } else if (choice < 66) {
    statement.sql = DeleteOneCopy();
  } else if (choice < 73) {
    statement.sql = Merge();
  } else if (choice < 80) {
    statement.sql = SeveralInOne();
  } else if (choice < 85) {
    statement.sql = WholeLife();
  } else if (choice < 90) {
    statement.sql = ExceptionBlock();
  } else if (choice < 93) {
    statement.sql = Copy();
  } else if (choice < 96) {
    statement.sql = Truncate();
  } else {
    statement.sql = InsertMany();
    until_shrunk_ = 2 + static_cast<int>(rng_.Below(3));
  }
  if (choice < 90 && rng_.Chance(25)) {
    for (size_t i = 1 + rng_.Below(2); i > 0; --i) {
      statement.nested.emplace_back(rng_.Pick(NestedSettings()), NestedCommand());
    }
  }
  return statement;
}

const std::vector<std::string>& StatementGenerator::NestedSettings() {
  static const std::vector<std::string> settings = {
      "nested.before_row",     "nested.before_statement",      "nested.after_row_first",
      "nested.after_row_last", "nested.after_statement_first", "nested.after_statement_last"};
  return settings;
}

std::string StatementGenerator::NestedFunctionDdl() {
  return R"(
CREATE FUNCTION kinds.nested() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
  command text := current_setting(TG_ARGV[0], true);
  calls_left int := coalesce(nullif(current_setting('nested.calls_left', true), ''), '0');
BEGIN
  -- A trigger that acts for each of a thousand rows tells no more than one that acts for a few.
  IF command <> '' AND calls_left > 0 AND pg_trigger_depth() = 1 THEN
    PERFORM set_config('nested.calls_left', (calls_left - 1)::text, false);
    EXECUTE command USING NEW, OLD;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $function$;
)";
}

std::string StatementGenerator::NestedTriggersDdl(const std::string& qualified_table) {
  std::string ddl;
  for (const std::string& setting : NestedSettings()) {
    bool row = setting.find("_row") != std::string::npos;
    bool before = setting.find("before") != std::string::npos;
    // Triggers of one kind fire in the order of their names: some before, some after ours.
    bool last = setting.find("last") != std::string::npos;
    ddl += std::string("CREATE TRIGGER \"") + (last ? "zz " : "Aa ") + setting + "\" " +
           (before ? "BEFORE" : "AFTER") + " INSERT OR UPDATE OR DELETE ON " + qualified_table +
           (row ? " FOR EACH ROW" : " FOR EACH STATEMENT") + " EXECUTE FUNCTION kinds.nested('" +
           setting + "');\n";
  }
  return ddl;
}

}  // namespace tricklec::randomdml
