#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tricklec/ir/expr.h"

namespace tricklec::ir {

enum class RelationKind {
  Table,
  Partitioned,
  StreamTable,
  MaterializedView,
  ForeignTable,
  Auxiliary,  ///< an inner result that the compiler stores for the same stream table
};

struct SourceColumn {
  std::string name;
  Type type;
  std::string collation_schema;  ///< non-default collation, else empty
  std::string collation_name;
  bool not_null = false;    ///< by a NOT NULL constraint, a primary key or a domain
  std::string not_null_by;  ///< name of what proves it, for pgt_facts ("" when not_null is false)
};

/// A unique key that holds at any moment: validated, enforced, not deferrable, not partial, over
/// plain columns with their default operators and collations.
struct Key {
  std::string constraint;       ///< name of the constraint or unique index
  std::vector<size_t> columns;  ///< positions in `SourceTable::columns`
  bool primary = false;
  bool nulls_not_distinct = false;
};

/// An index a plan may use to find rows by equality of leading columns.
struct SourceIndex {
  std::string name;
  std::string method;           ///< btree, hash, …
  std::vector<size_t> columns;  ///< plain key columns up to the first expression
  bool partial = false;
};

/// A foreign key that holds at any statement's end: validated, enforced, not deferrable.
struct ForeignKey {
  std::string constraint;
  std::vector<size_t> columns;  ///< positions in `SourceTable::columns`
  ObjectName referenced;
  std::vector<std::string> referenced_columns;  ///< one for each of `columns`
};

/// A relation the query reads, as far as maintenance needs to know it.
struct SourceTable {
  ObjectName name;
  RelationKind kind = RelationKind::Table;
  std::vector<SourceColumn> columns;  ///< visible columns in order, dropped ones absent
  std::vector<Key> keys;
  std::vector<SourceIndex> indexes;
  std::vector<ForeignKey> foreign_keys;
  bool row_security = false;
};
using SourceTablePtr = std::shared_ptr<const SourceTable>;

}  // namespace tricklec::ir
