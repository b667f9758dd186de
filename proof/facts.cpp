#include "tricklec/proof/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "tricklec/proof/names.h"
#include "tricklec/proof/values.h"

namespace tricklec::proof {
namespace {

using Cells = std::vector<db::Value>;

/// An error of the server on its way out of the reader.
struct ServerError {
  db::Error error;
};

std::string Text(const db::Value& value) { return value.value_or(""); }
bool True(const db::Value& value) { return value == "t"; }

std::vector<int> Numbers(const db::Value& list) {
  std::vector<int> numbers;
  const std::string text = Text(list);
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    numbers.push_back(std::stoi(text.substr(at, end - at)));
    at = end + 1;
  }
  return numbers;
}

class Reader {
 public:
  Reader(db::Connection& connection, const std::vector<std::string>& constants)
      : connection_(connection), constants_(constants) {}

  Facts Read(const std::vector<TableName>& sources);

 private:
  struct TableRead {
    Table table;
    std::string oid;
    std::map<int, size_t> by_attnum;
    std::vector<std::string> types;  ///< oids
  };

  std::vector<Cells> Query(const std::string& sql) {
    db::Result<db::Rows> rows = connection_.Run(sql);
    if (!rows.ok()) throw ServerError{rows.error()};
    return std::move(rows.value().rows);
  }
  bool Works(const std::string& sql) { return connection_.Run(sql).ok(); }

  void ReadColumns(TableRead& read);
  void ReadKeys(TableRead& read);
  void ReadForeignKeys(size_t place);
  void ReadConditions(TableRead& read, std::vector<std::vector<std::string>>& column_checks,
                      std::vector<std::string>& constants);
  void ProbeValues(const TableRead& read, size_t column, const std::vector<std::string>& checks,
                   const std::vector<std::string>& constants, Column& out);
  const TypeFacts& Type(const std::string& oid);

  db::Connection& connection_;
  const std::vector<std::string>& constants_;
  std::map<std::string, TypeFacts> types_;
  std::vector<TableRead> tables_;
};

const TypeFacts& Reader::Type(const std::string& oid) {
  auto known = types_.find(oid);
  if (known != types_.end()) return known->second;
  std::vector<Cells> rows = Query(fmt::format(
      "SELECT t.typname, CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN 'a' ELSE t.typtype "
      "END,"
      " t.typbasetype, t.typelem, t.typrelid, coalesce(r.rngsubtype, 0), format_type(t.oid, NULL)"
      " FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid"
      " WHERE t.oid = {}",
      oid));
  TypeFacts type;
  const Cells& row = rows.at(0);
  type.base = Text(row[0]);
  type.kind = Text(row[1])[0];
  type.sql = Text(row[6]);
  if (type.kind == 'd') {
    std::string sql = type.sql;
    type = Type(Text(row[2]));
    type.sql = sql;
  } else if (type.kind == 'a') {
    type.parts.push_back(Type(Text(row[3])));
  } else if (type.kind == 'r') {
    type.parts.push_back(Type(Text(row[5])));
  } else if (type.kind == 'e') {
    for (const Cells& label :
         Query(fmt::format("SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = {} "
                           "ORDER BY enumsortorder",
                           oid))) {
      type.labels.push_back(SqlText(Text(label[0])));
    }
  } else if (type.kind == 'c') {
    for (const Cells& part :
         Query(fmt::format("SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = {} AND "
                           "attnum > 0 AND NOT attisdropped ORDER BY attnum",
                           Text(row[4])))) {
      type.parts.push_back(Type(Text(part[0])));
    }
  }
  return types_.emplace(oid, std::move(type)).first->second;
}

void Reader::ReadColumns(TableRead& read) {
  for (const Cells& row : Query(fmt::format(
           "SELECT attnum, attname, format_type(atttypid, atttypmod), atttypid, attnotnull,"
           " attgenerated <> '' OR attidentity = 'a' FROM pg_catalog.pg_attribute"
           " WHERE attrelid = {} AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
           read.oid))) {
    Column column;
    column.name = SqlName(Text(row[1]));
    column.type = Text(row[2]);
    column.not_null = True(row[4]);
    column.generated = True(row[5]);
    const TypeFacts& type = Type(Text(row[3]));
    column.base = type.base;
    column.kind = type.kind;
    read.by_attnum[std::stoi(Text(row[0]))] = read.table.columns.size();
    read.types.push_back(Text(row[3]));
    read.table.columns.push_back(std::move(column));
  }
}

void Reader::ReadKeys(TableRead& read) {
  for (const Cells& row :
       Query(fmt::format("SELECT indkey FROM pg_catalog.pg_index WHERE indrelid = {} AND "
                         "indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL "
                         "AND indnkeyatts = indnatts ORDER BY indisprimary DESC, indexrelid",
                         read.oid))) {
    std::vector<size_t> key;
    for (int number : Numbers(row[0])) key.push_back(read.by_attnum.at(number));
    read.table.keys.push_back(std::move(key));
  }
}

void Reader::ReadForeignKeys(size_t place) {
  TableRead& read = tables_[place];
  for (const Cells& row : Query(fmt::format(
           "SELECT confrelid, array_to_string(conkey, ' '), array_to_string(confkey, ' ')"
           " FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid = {}"
           " AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = confrelid"
           "   AND conparentid <> 0) ORDER BY conname",
           read.oid))) {
    for (size_t parent = 0; parent < tables_.size(); ++parent) {
      if (tables_[parent].oid != row[0]) continue;
      ForeignKey key;
      key.parent = parent;
      for (int number : Numbers(row[1])) key.columns.push_back(read.by_attnum.at(number));
      for (int number : Numbers(row[2])) {
        key.parent_columns.push_back(tables_[parent].by_attnum.at(number));
      }
      read.table.foreign_keys.push_back(std::move(key));
    }
  }
}

void Reader::ReadConditions(TableRead& read, std::vector<std::vector<std::string>>& column_checks,
                            std::vector<std::string>& constants) {
  column_checks.resize(read.table.columns.size());
  for (const Cells& row : Query(fmt::format(
           "SELECT pg_get_expr(conbin, conrelid), array_to_string(conkey, ' ')"
           " FROM pg_catalog.pg_constraint WHERE contype = 'c' AND conrelid = {} ORDER BY conname",
           read.oid))) {
    std::vector<int> columns = Numbers(row[1]);
    for (std::string& constant : ConstantsOf(Text(row[0]))) constants.push_back(constant);
    if (columns.size() == 1) {
      column_checks[read.by_attnum.at(columns[0])].push_back(Text(row[0]));
    } else {
      read.table.conditions.push_back(Text(row[0]));
    }
  }
  // What a partition takes, and for a partitioned table what some leaf takes.
  for (const Cells& row : Query(fmt::format(
           "SELECT string_agg('(' || coalesce(pg_get_partition_constraintdef(l.relid), 'true')"
           " || ')', ' OR ' ORDER BY l.relid::text), count(*)"
           " FROM pg_catalog.pg_partition_tree({}) l WHERE l.isleaf",
           read.oid))) {
    if (row[1] == "0" || !row[0]) continue;
    for (std::string& constant : ConstantsOf(Text(row[0]))) constants.push_back(constant);
    if (row[0] != "(true)") read.table.conditions.push_back(Text(row[0]));
  }
}

void Reader::ProbeValues(const TableRead& read, size_t place,
                         const std::vector<std::string>& checks,
                         const std::vector<std::string>& constants, Column& out) {
  std::string probe = "CREATE TEMPORARY TABLE tricklec_probe (" + out.name + " " + out.type;
  for (const std::string& check : checks) probe += ", CHECK (" + check + ")";
  Query(probe + ")");
  std::set<std::string> seen;
  auto accept = [&](const std::vector<std::string>& values, std::vector<std::string>& accepted) {
    for (const std::string& value : values) {
      if (seen.insert(value).second && Works("INSERT INTO tricklec_probe VALUES (" + value + ")")) {
        accepted.push_back(value);
      }
    }
  };
  Candidates candidates = CandidatesFor(Type(read.types[place]));
  std::vector<std::string> from_texts;
  for (const std::vector<std::string>& list : {constants, constants_}) {
    for (const std::string& constant : list) {
      // A number is a value of every text column, but not one that a query is about.
      if ((constant[0] == '\'') != out.IsNumber()) from_texts.push_back(constant);
    }
  }
  accept(from_texts, out.common);
  accept(candidates.common, out.common);
  accept(candidates.rare, out.rare);
  if (out.common.empty()) out.common.swap(out.rare);
  out.comparable =
      Works("SELECT " + out.name + " = " + out.name + " FROM tricklec_probe GROUP BY 1");
  out.ordered = Works("SELECT " + out.name + " FROM tricklec_probe ORDER BY 1");
  Query("DROP TABLE tricklec_probe");
}

Facts Reader::Read(const std::vector<TableName>& sources) {
  std::string names;
  for (const TableName& name : sources) {
    names += (names.empty() ? "(" : ", (") + SqlText(name.schema) + ", " + SqlText(name.name) + ")";
  }
  Facts facts;
  if (names.empty()) return facts;
  for (
      const Cells& row : Query(fmt::format(
          "WITH RECURSIVE source AS ("
          "  SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
          "    ON n.oid = c.relnamespace WHERE (n.nspname, c.relname) IN (VALUES {})"
          "    AND c.relkind IN ('r', 'p')"
          "), link AS ("
          "  SELECT conrelid AS near, confrelid AS far FROM pg_catalog.pg_constraint"
          "    WHERE contype = 'f'"
          "  UNION SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits"
          "  UNION SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits"
          "), reached AS ("
          "  SELECT oid FROM source UNION SELECT l.far FROM reached r JOIN link l ON l.near = r.oid"
          ") SELECT c.oid, n.nspname, c.relname, c.relispartition,"
          "    c.oid IN (SELECT oid FROM source) OR EXISTS (SELECT FROM pg_catalog.pg_inherits i"
          "      WHERE i.inhrelid = c.oid)"
          "  FROM reached r JOIN pg_catalog.pg_class c ON c.oid = r.oid"
          "  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
          "  ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
          names))) {
    TableRead read;
    read.oid = Text(row[0]);
    read.table.schema = Text(row[1]);
    read.table.name = Text(row[2]);
    read.table.sql = SqlName(read.table.schema, read.table.name);
    read.table.is_partition = True(row[3]);
    read.table.source = True(row[4]);
    tables_.push_back(std::move(read));
  }
  for (TableRead& read : tables_) {
    ReadColumns(read);
    ReadKeys(read);
    std::vector<std::vector<std::string>> checks;
    std::vector<std::string> constants;
    ReadConditions(read, checks, constants);
    for (size_t i = 0; i < read.table.columns.size(); ++i) {
      if (!read.table.columns[i].generated) {
        ProbeValues(read, i, checks[i], constants, read.table.columns[i]);
      }
    }
  }
  for (size_t i = 0; i < tables_.size(); ++i) ReadForeignKeys(i);

  // Parents first: again and again those whose parents are there; in a circle, any.
  std::vector<size_t> order;
  std::vector<bool> placed(tables_.size());
  while (order.size() < tables_.size()) {
    size_t next = tables_.size();
    for (size_t i = 0; i < tables_.size() && next == tables_.size(); ++i) {
      const std::vector<ForeignKey>& keys = tables_[i].table.foreign_keys;
      bool ready = std::all_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
        return key.parent == i || placed[key.parent];
      });
      if (!placed[i] && ready) next = i;
    }
    if (next == tables_.size()) {
      next = static_cast<size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
    }
    placed[next] = true;
    order.push_back(next);
  }
  std::vector<size_t> new_place(tables_.size());
  for (size_t i = 0; i < order.size(); ++i) new_place[order[i]] = i;
  for (size_t old : order) {
    facts.tables.push_back(std::move(tables_[old].table));
    for (ForeignKey& key : facts.tables.back().foreign_keys) key.parent = new_place[key.parent];
  }
  return facts;
}

}  // namespace

bool Column::IsNumber() const {
  static const std::set<std::string> kNumbers = {"int2",   "int4",   "int8",  "numeric",
                                                 "float4", "float8", "money", "oid"};
  return kNumbers.contains(base);
}

bool Table::InKey(size_t column) const {
  return std::any_of(keys.begin(), keys.end(), [&](const std::vector<size_t>& key) {
    return std::find(key.begin(), key.end(), column) != key.end();
  });
}

std::vector<size_t> Table::Writable() const {
  std::vector<size_t> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].generated) places.push_back(i);
  }
  return places;
}

db::Result<Facts> ReadFacts(db::Connection& connection, const std::vector<TableName>& sources,
                            const std::vector<std::string>& constants) {
  try {
    return Reader(connection, constants).Read(sources);
  } catch (const ServerError& error) {
    return error.error;
  }
}

std::vector<std::string> ConstantsOf(const std::string& query) {
  std::vector<std::string> found;
  auto add = [&](std::string constant) {
    if (std::find(found.begin(), found.end(), constant) == found.end()) {
      found.push_back(std::move(constant));
    }
  };
  auto is_word = [](char c) { return isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (size_t at = 0; at < query.size();) {
    char c = query[at];
    if (c == '\'' || c == '"') {
      size_t end = at + 1;
      while (end < query.size() && (query[end] != c || query.substr(end, 2) == std::string(2, c))) {
        end += query[end] == c ? 2 : 1;
      }
      constexpr size_t kLongest = 100;
      if (c == '\'' && end < query.size() && end - at < kLongest) {
        add(query.substr(at, end + 1 - at));
      }
      at = end + 1;
    } else if (query.compare(at, 2, "--") == 0) {
      at = std::min(query.find('\n', at), query.size());
    } else if (isdigit(static_cast<unsigned char>(c)) != 0) {
      size_t end = query.find_first_not_of("0123456789.", at);
      std::string number = query.substr(at, end == std::string::npos ? end : end - at);
      constexpr size_t kMostDigits = 15;
      bool whole = number.find('.') == std::string::npos && number.size() <= kMostDigits;
      add(number);
      if (whole) {
        // What a comparison with it tells apart.
        add(std::to_string(std::stoll(number) + 1));
        add(std::to_string(std::stoll(number) - 1));
      }
      at = end == std::string::npos ? query.size() : end;
    } else if (is_word(c)) {
      while (at < query.size() && is_word(query[at])) ++at;
    } else {
      ++at;
    }
  }
  return found;
}

}  // namespace tricklec::proof
