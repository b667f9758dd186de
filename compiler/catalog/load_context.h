#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/normalize.h"
#include "tricklec/pgparse/node.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

/// A name as a statement writes it.
struct WrittenName {
  std::string schema;  ///< "" if not given
  std::string name;
  source::Range range;

  std::string Display() const { return schema.empty() ? name : schema + "." + name; }
};

/// What the files of the loader share while one statement is applied.
struct LoadContext {
  Catalog& catalog;
  source::Diagnostics& diagnostics;
  source::Range statement;
  const std::vector<Amendment>& amendments;

  const SearchPath& path() const { return catalog.search_path(); }

  WrittenName NameOf(const pgparse::Node& range_var) const;
  /// Of a list of names ("schema", "name"), with the whole statement as its place.
  WrittenName NameOf(const std::vector<std::string>& names) const;
  /// A node of DROP, RENAME, …: a List of Strings, a TypeName, a String.
  WrittenName NameOfObject(const pgparse::Node& object) const;

  /// The schema a new object of this name goes to. A schema that is named but was not created is
  /// taken to exist: dumps of single tables do not create it.
  std::string CreationSchemaOf(const WrittenName& name);

  /// The relation a statement wants to change. Reports a missing one, unless `missing_ok`, or
  /// something unknown may have made it. Also nullptr for one of kind Unknown: there is nothing to
  /// change about it.
  Relation* FindToChange(const WrittenName& name, std::string_view what, bool missing_ok);
  /// Reports a missing object, with names near by.
  void ReportMissing(const WrittenName& name, std::string_view what,
                     const std::vector<std::string>& candidates);
  void ReportMissingColumn(const Relation& relation, std::string_view column, source::Range range);
  /// Whether a new object of this name would collide; reported unless `quiet`.
  bool IsTaken(const QualifiedName& name, source::Range range, std::string_view what, bool quiet);
  bool IsTypeTaken(const QualifiedName& name, source::Range range, bool quiet);

  /// The type a TypeName means; one that cannot be resolved becomes an opaque type of that name.
  TypeRef ResolveType(const pgparse::Node& type_name, bool* serial = nullptr);
  /// Without any diagnostic: kNone if it cannot be resolved.
  TypeRef ResolveTypeQuietly(const pgparse::Node& type_name) const;
  /// As ResolveType for a name that is none of the built-in ones.
  TypeId OpaqueType(const WrittenName& name);
  /// The collation a CollateClause means.
  QualifiedName ResolveCollation(const pgparse::Node& collate_clause) const;
  QualifiedName ResolveCollation(const std::vector<std::string>& names) const;

  StoredExpression Store(const pgparse::Node& expression) const;

  bool Amended(Amendment::Kind kind) const;
};

/// `{table}_{columns}_{label}` cut to 63 bytes as PostgreSQL does, with a number if it is taken.
std::string ChooseName(std::string_view table, std::string_view columns, std::string_view label,
                       const std::vector<std::string>& taken);

/// Arguments of a DefElem in several forms.
std::string OptionText(const pgparse::Node& def_elem);
bool OptionBool(const pgparse::Node& def_elem, bool if_absent);
std::vector<std::string> OptionNames(const pgparse::Node& def_elem);

// One function per subject; each gets statements of the kinds its file says.
void LoadCreateTable(LoadContext& context, const pgparse::Node& create);  // load_tables.cpp
void LoadCreateTableAs(LoadContext& context, const pgparse::Node& into, const pgparse::Node& query,
                       bool materialized, bool if_not_exists);                 // load_views.cpp
void LoadView(LoadContext& context, const pgparse::Node& view);                // load_views.cpp
void LoadAlterTable(LoadContext& context, const pgparse::Node& alter);         // load_alter.cpp
void LoadIndex(LoadContext& context, const pgparse::Node& index);              // load_indexes.cpp
bool LoadTypeStatement(LoadContext& context, const pgparse::Node& statement);  // load_types.cpp
bool LoadFunctionStatement(LoadContext& context, const pgparse::Node& statement);
bool LoadOperatorStatement(LoadContext& context, const pgparse::Node& statement);
bool LoadSessionStatement(LoadContext& context, const pgparse::Node& statement);
void LoadDrop(LoadContext& context, const pgparse::Node& drop);        // load_drop.cpp
void LoadRename(LoadContext& context, const pgparse::Node& rename);    // load_rename.cpp
void LoadSetSchema(LoadContext& context, const pgparse::Node& alter);  // load_rename.cpp

// Between them.

/// Adds the columns of CREATE TABLE or ADD COLUMN, with the constraints written at the column.
void AddColumn(LoadContext& context, Relation& relation, const pgparse::Node& column_def);
/// Adds a table constraint, or one written at the column `column`.
/// \param only ALTER TABLE ONLY: partitions and children do not get it
void AddConstraint(LoadContext& context, Relation& relation, const pgparse::Node& constraint,
                   const std::string& column, bool only);
/// Marks a column NOT NULL; from PostgreSQL 18 on also adds the constraint, named by the server if
/// `constraint_name` is empty.
void SetNotNull(LoadContext& context, Relation& relation, const std::string& column_name,
                const std::string& constraint_name, bool validated, bool no_inherit,
                source::Range definition);
/// Applies what was blanked out of CREATE TABLE or ALTER TABLE.
void ApplyAmendments(LoadContext& context, Relation& relation);
/// Names as PostgreSQL chooses them.
std::string ChooseConstraintName(const LoadContext& context, const Relation& relation,
                                 const std::vector<std::string>& columns, std::string_view label);
std::string ChooseIndexName(const LoadContext& context, const Relation& relation,
                            const Index& index);
std::string_view ConstraintLabel(ConstraintKind kind);
/// Gives a child or partition what its parent has.
void CopyConstraint(LoadContext& context, Relation& child, const Constraint& constraint,
                    bool as_partition);
void CopyIndex(LoadContext& context, Relation& child, const Index& index);
/// Makes the index of a PRIMARY KEY, UNIQUE or exclusion constraint.
void AddConstraintIndex(LoadContext& context, Relation& relation, const Constraint& constraint,
                        bool valid);
/// Gives a table what it gets from an inheritance parent or partitioned table.
void Inherit(LoadContext& context, Relation& child, Relation& parent, bool as_partition);
/// The bound of a partition.
PartitionBound BoundOf(LoadContext& context, const pgparse::Node& bound_spec);
/// Keys of an index or partition key.
IndexKey IndexKeyOf(LoadContext& context, const Relation& relation, const pgparse::Node& elem);
/// The key of PARTITION BY.
PartitionKey PartitionKeyOf(LoadContext& context, const Relation& relation,
                            const pgparse::Node& spec);
/// Drops a relation and, with `cascade`, what depends on it.
void DropRelation(LoadContext& context, RelationId id, bool cascade,
                  const std::vector<RelationId>& also_dropped, source::Range range);
/// Drops a column of a table and its children.
void DropColumn(LoadContext& context, Relation& relation, const std::string& column);
/// The function with exactly these argument types (or of that name alone, where there is one).
Function* FindFunctionToChange(LoadContext& context, const pgparse::Node& object_with_args);

/// Calls `use(relation)` for all children of a relation, deepest last.
template <typename Use>
void ForEachDescendant(Catalog& catalog, const Relation& relation, const Use& use) {
  for (RelationId id : std::vector<RelationId>(relation.children)) {
    Relation* child = catalog.MutableRelation(id);
    if (child == nullptr) continue;
    use(*child);
    ForEachDescendant(catalog, *child, use);
  }
}

}  // namespace tricklec::catalog
