#include "tricklec/catalog/relations.h"

#include <algorithm>

namespace tricklec::catalog {

bool Index::proves_key() const {
  if (!unique || !valid || deferrable || predicate || access_method != "btree") return false;
  return std::all_of(keys.begin(), keys.end(), [](const IndexKey& key) {
    return !key.column.empty() && key.default_opclass && key.default_collation;
  });
}

const Column* Relation::FindColumn(std::string_view column) const {
  auto found = std::find_if(columns.begin(), columns.end(),
                            [&](const Column& c) { return !c.dropped && c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

Column* Relation::FindColumn(std::string_view column) {
  return const_cast<Column*>(static_cast<const Relation*>(this)->FindColumn(column));
}

const Constraint* Relation::FindConstraint(std::string_view constraint) const {
  auto found = std::find_if(constraints.begin(), constraints.end(),
                            [&](const Constraint& c) { return c.name == constraint; });
  return found == constraints.end() ? nullptr : &*found;
}

const Constraint* Relation::PrimaryKey() const {
  auto found = std::find_if(constraints.begin(), constraints.end(), [](const Constraint& c) {
    return c.kind == ConstraintKind::PrimaryKey;
  });
  return found == constraints.end() ? nullptr : &*found;
}

std::vector<std::string> Relation::ColumnNames() const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (!column.dropped && !column.hidden) names.push_back(column.name);
  }
  return names;
}

}  // namespace tricklec::catalog
