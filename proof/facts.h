#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/db/connection.h"

namespace tricklec::proof {

struct Column {
  std::string name;  ///< as SQL, quoted where it has to be
  std::string type;  ///< as SQL, with its modifier
  std::string base;  ///< the name in pg_type of the type below domains: "int4"
  char kind = 'b';   ///< pg_type.typtype of that: b, e, c, r, m
  bool not_null = false;
  bool generated = false;   ///< GENERATED ALWAYS, as expression or identity: never written
  bool comparable = false;  ///< `=` works
  bool ordered = false;     ///< `<` works
  /// Values (SQL) that the column takes by itself: types, domains and checks of one column. Common
  /// ones are those that every history uses, rare ones the extremes.
  std::vector<std::string> common;
  std::vector<std::string> rare;

  /// Whether small numbers are values of its own kind.
  bool IsNumber() const;
};

struct ForeignKey {
  std::vector<size_t> columns;
  size_t parent = 0;  ///< index in Facts::tables
  std::vector<size_t> parent_columns;
};

struct Table {
  std::string schema;
  std::string name;
  std::string sql;  ///< qualified, as SQL
  bool is_partition = false;
  bool source = false;  ///< some stream table reads it
  std::vector<Column> columns;
  std::vector<std::vector<size_t>> keys;  ///< of unique indexes over columns; the primary key first
  std::vector<ForeignKey> foreign_keys;
  /// Conditions over several columns, and what the partitions take: a row that fails is not tried.
  std::vector<std::string> conditions;

  bool InKey(size_t column) const;
  /// Columns that statements write.
  std::vector<size_t> Writable() const;
};

/// What data generation has to know of a database.
struct Facts {
  std::vector<Table> tables;  ///< parents before children, as far as foreign keys are no circle
};

struct TableName {
  std::string schema;
  std::string name;
};

/// Reads the facts of the tables that are `sources`, and of those that foreign keys, inheritance and
/// partitions connect with them.
///
/// \param constants literals of the queries, as SQL: `4500`, `'sent'`
db::Result<Facts> ReadFacts(db::Connection& connection, const std::vector<TableName>& sources,
                            const std::vector<std::string>& constants);

/// The literals in a query's text.
std::vector<std::string> ConstantsOf(const std::string& query);

}  // namespace tricklec::proof
