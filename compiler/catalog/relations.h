#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tricklec/catalog/types.h"

namespace tricklec::catalog {

enum class RelationKind {
  Table,
  PartitionedTable,
  View,
  MaterializedView,
  ForeignTable,
  Sequence,
  Composite,    ///< CREATE TYPE … AS (…)
  StreamTable,  ///< added by the compiler
  Unknown,      ///< its definition could not be read: `unknown_reason`
};

enum class Persistence { Permanent, Unlogged, Temporary };
enum class Generated { None, Stored, Virtual };
enum class Identity { None, Always, ByDefault };

struct Column {
  std::string name;
  TypeRef type;
  QualifiedName collation;  ///< where not the type's default
  bool not_null = false;    ///< by the column or a valid primary key; a domain's is not counted
  Generated generated = Generated::None;
  Identity identity = Identity::None;
  StoredExpression expression;  ///< default, or what a generated column is computed from
  bool has_default = false;
  bool dropped = false;    ///< keeps its place, has no name and is not found by any lookup
  bool hidden = false;     ///< of a stream table: not part of its `*`
  bool inherited = false;  ///< comes from an inheritance parent or partitioned table
  source::Range definition;
};

enum class ConstraintKind { PrimaryKey, Unique, ForeignKey, Check, Exclusion, NotNull };
/// What a foreign key does with its rows.
enum class KeyAction { NoAction, Restrict, Cascade, SetNull, SetDefault };
enum class MatchType { Simple, Full, Partial };

struct Constraint {
  std::string name;  ///< as PostgreSQL would choose it where the source gives none
  ConstraintKind kind = ConstraintKind::Check;
  std::vector<std::string> columns;  ///< current names; empty for CHECK and exclusions
  std::vector<std::string> include;
  // Foreign keys.
  RelationId ref_relation = 0;  ///< 0: the referenced table is not known
  QualifiedName ref_name;       ///< as resolved, or as written when not known
  std::vector<std::string> ref_columns;
  KeyAction on_delete = KeyAction::NoAction;
  KeyAction on_update = KeyAction::NoAction;
  MatchType match = MatchType::Simple;
  // All.
  bool deferrable = false;
  bool initially_deferred = false;
  bool validated = true;
  bool enforced = true;
  bool nulls_not_distinct = false;  ///< unique constraints
  bool no_inherit = false;
  bool without_overlaps = false;  ///< temporal key: not a key of its columns by equality
  bool inherited = false;
  StoredExpression check;
  source::Range definition;

  /// Whether the constraint holds for all rows at every statement's end: a fact to plan with.
  bool reliable() const { return validated && enforced && !deferrable; }
};

struct IndexKey {
  std::string column;  ///< "" for an expression
  StoredExpression expression;
  bool default_opclass = true;
  bool default_collation = true;
  bool descending = false;
};

struct Index {
  std::string schema;
  std::string name;
  bool unique = false;
  bool primary = false;
  bool valid = true;
  /// Made by (or taken over by) the constraint of the same name.
  bool of_constraint = false;
  bool deferrable = false;
  std::string access_method = "btree";
  std::vector<IndexKey> keys;
  std::vector<std::string> include;
  StoredExpression predicate;
  bool nulls_not_distinct = false;
  source::Range definition;

  /// Whether it proves that the named columns are unique (NULLs apart): unique, valid, no
  /// expression, no predicate, immediate, ordinary operator classes and collations.
  bool proves_key() const;
};

struct PartitionKey {
  enum class Strategy { List, Range, Hash };
  Strategy strategy = Strategy::Range;
  std::vector<IndexKey> keys;
};

/// FOR VALUES … or DEFAULT of a partition.
struct PartitionBound {
  bool is_default = false;
  pgparse::Node node;  ///< kind PartitionBoundSpec
  source::Range text;
  SearchPath path;
};

struct ViewQuery {
  pgparse::Node query;                    ///< SelectStmt
  source::Range text;                     ///< of the query
  SearchPath path;                        ///< in force at the definition
  std::vector<std::string> column_names;  ///< explicit list, may be shorter than the query's
  /// Columns renamed since (old name, new name), in order.
  std::vector<std::pair<std::string, std::string>> renamed_columns;
  bool recursive = false;
  bool security_barrier = false;
  bool security_invoker = false;
};

struct Relation {
  RelationId id = 0;
  std::string schema;
  std::string name;
  RelationKind kind = RelationKind::Table;
  Persistence persistence = Persistence::Permanent;
  /// False for views until analysis found them (`Catalog::SetColumns`), and for CREATE TABLE AS.
  bool columns_known = true;
  std::vector<Column> columns;  ///< in attribute order, dropped ones included
  std::vector<Constraint> constraints;
  std::vector<Index> indexes;
  std::vector<RelationId> parents;   ///< INHERITS, or the one table it is a partition of
  std::vector<RelationId> children;  ///< in order of attachment
  std::optional<PartitionKey> partition_key;
  std::optional<PartitionBound> bound;  ///< set: it is a partition
  bool row_security = false;
  bool force_row_security = false;
  std::optional<ViewQuery> view;  ///< of views, materialized views and CREATE TABLE AS
  TypeId row_type = types::kNone;
  std::string unknown_reason;  ///< of kind Unknown
  std::string extension;
  source::Range definition;  ///< the statement
  source::Range name_range;  ///< the name in it

  bool is_partition() const { return bound.has_value(); }
  QualifiedName qualified_name() const { return {schema, name}; }
  /// A column by name, or nullptr; dropped ones are not found, hidden ones are.
  const Column* FindColumn(std::string_view column) const;
  Column* FindColumn(std::string_view column);
  const Constraint* FindConstraint(std::string_view constraint) const;
  const Constraint* PrimaryKey() const;
  /// Names of the columns, for "did you mean".
  std::vector<std::string> ColumnNames() const;
};

}  // namespace tricklec::catalog
