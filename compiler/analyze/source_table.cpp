#include "tricklec/analyze/source_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "tricklec/analyze/type_facts.h"

namespace tricklec::analyze {

namespace {

using catalog::Catalog;
using catalog::Constraint;
using catalog::ConstraintKind;
using catalog::Relation;

catalog::QualifiedName CollationOf(const Catalog& catalog, const catalog::Column& column) {
  if (!column.collation.empty()) {
    bool is_default = column.collation.schema == "pg_catalog" && column.collation.name == "default";
    return is_default ? catalog::QualifiedName{} : column.collation;
  }
  catalog::QualifiedName own = catalog.CollationOf(column.type.type);
  return own.name == "default" ? catalog::QualifiedName{} : own;
}

// What proves that a column is never NULL, as the runtime's register_fact takes it: the column's name,
// since NOT NULL has no constraint of its own before PostgreSQL 18. A domain's NOT NULL proves nothing:
// outer joins and empty subqueries still give NULLs of its type (manual, CREATE DOMAIN).
std::string NotNullProof(const catalog::Column& column) {
  return column.not_null ? column.name : std::string();
}

std::optional<size_t> PositionOf(const ir::SourceTable& table, const std::string& name) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  return std::nullopt;
}

template <typename Names>
std::optional<std::vector<size_t>> PositionsOf(const ir::SourceTable& table, const Names& names) {
  std::vector<size_t> positions;
  for (const std::string& name : names) {
    auto position = PositionOf(table, name);
    if (!position) return std::nullopt;
    positions.push_back(*position);
  }
  return positions;
}

void AddKeys(const Relation& relation, ir::SourceTable& table) {
  auto add = [&](ir::Key key) {
    bool known = std::any_of(table.keys.begin(), table.keys.end(), [&](const ir::Key& other) {
      return other.constraint == key.constraint;
    });
    if (!known) table.keys.push_back(std::move(key));
  };
  for (const Constraint& constraint : relation.constraints) {
    bool primary = constraint.kind == ConstraintKind::PrimaryKey;
    if (!primary && constraint.kind != ConstraintKind::Unique) continue;
    if (!constraint.reliable() || constraint.without_overlaps) continue;
    auto index = std::find_if(relation.indexes.begin(), relation.indexes.end(),
                              [&](const catalog::Index& i) { return i.name == constraint.name; });
    if (index != relation.indexes.end() && !index->proves_key()) continue;
    auto columns = PositionsOf(table, constraint.columns);
    if (columns) add({constraint.name, *columns, primary, constraint.nulls_not_distinct});
  }
  for (const catalog::Index& index : relation.indexes) {
    if (!index.proves_key()) continue;
    std::vector<std::string> names;
    for (const catalog::IndexKey& key : index.keys) names.push_back(key.column);
    auto columns = PositionsOf(table, names);
    if (columns) add({index.name, *columns, index.primary, index.nulls_not_distinct});
  }
}

void AddIndexes(const Relation& relation, ir::SourceTable& table) {
  for (const catalog::Index& index : relation.indexes) {
    if (!index.valid) continue;
    ir::SourceIndex added{index.name, index.access_method, {}, static_cast<bool>(index.predicate)};
    for (const catalog::IndexKey& key : index.keys) {
      if (key.column.empty() || !key.default_opclass || !key.default_collation) break;
      auto position = PositionOf(table, key.column);
      if (!position) break;
      added.columns.push_back(*position);
    }
    table.indexes.push_back(std::move(added));
  }
}

void AddForeignKeys(const Relation& relation, ir::SourceTable& table) {
  for (const catalog::Constraint& constraint : relation.constraints) {
    if (constraint.kind != ConstraintKind::ForeignKey || !constraint.reliable()) continue;
    if (constraint.ref_relation == 0 || constraint.without_overlaps) continue;
    auto columns = PositionsOf(table, constraint.columns);
    if (!columns || columns->size() != constraint.ref_columns.size()) continue;
    table.foreign_keys.push_back({constraint.name,
                                  *columns,
                                  {constraint.ref_name.schema, constraint.ref_name.name},
                                  constraint.ref_columns});
  }
}

// The order in which constraints were made is not part of a schema: a dump has another one.
void SortConstraints(ir::SourceTable& table) {
  std::sort(table.keys.begin(), table.keys.end(), [](const ir::Key& a, const ir::Key& b) {
    return std::tuple(!a.primary, a.constraint) < std::tuple(!b.primary, b.constraint);
  });
  std::sort(table.indexes.begin(), table.indexes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::sort(table.foreign_keys.begin(), table.foreign_keys.end(),
            [](const auto& a, const auto& b) { return a.constraint < b.constraint; });
}

ir::RelationKind KindOf(catalog::RelationKind kind) {
  switch (kind) {
    case catalog::RelationKind::PartitionedTable: return ir::RelationKind::Partitioned;
    case catalog::RelationKind::StreamTable: return ir::RelationKind::StreamTable;
    case catalog::RelationKind::MaterializedView: return ir::RelationKind::MaterializedView;
    case catalog::RelationKind::ForeignTable: return ir::RelationKind::ForeignTable;
    case catalog::RelationKind::Table:
    case catalog::RelationKind::View:
    case catalog::RelationKind::Sequence:
    case catalog::RelationKind::Composite:
    case catalog::RelationKind::Unknown: break;
  }
  return ir::RelationKind::Table;
}

}  // namespace

ir::SourceTablePtr MakeSourceTable(const Catalog& catalog, const Relation& relation) {
  auto table = std::make_shared<ir::SourceTable>();
  table->name = {relation.schema, relation.name};
  table->kind = KindOf(relation.kind);
  table->row_security = relation.row_security;
  for (const catalog::Column& column : relation.columns) {
    if (column.dropped || column.hidden) continue;
    ir::SourceColumn added;
    added.name = column.name;
    catalog::QualifiedName collation = CollationOf(catalog, column);
    added.type = TypeFacts(catalog, column.type, collation);
    added.type.max_bytes = ColumnBytes(catalog, relation, column, added.type);
    added.collation_schema = collation.schema;
    added.collation_name = collation.name;
    added.not_null_by = NotNullProof(column);
    added.not_null = !added.not_null_by.empty();
    table->columns.push_back(std::move(added));
  }
  AddKeys(relation, *table);
  AddIndexes(relation, *table);
  AddForeignKeys(relation, *table);
  SortConstraints(*table);
  return table;
}

}  // namespace tricklec::analyze
