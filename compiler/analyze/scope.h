#pragma once

#include <string>
#include <vector>

#include "tricklec/analyze/context.h"

namespace tricklec::analyze {

/// A column that names in an expression can mean.
struct ScopeColumn {
  std::string name;
  ir::OutputColumn column;
};

/// An item of FROM: what it is called and what it has.
struct RangeItem {
  std::string alias;                ///< the alias, else the relation's own name
  catalog::QualifiedName relation;  ///< for `schema.table.column`; empty where an alias hides it
  std::vector<ScopeColumn> columns;
  catalog::TypeId row_type = 0;  ///< of `alias` as a value; 0: an anonymous row
  source::Range range;
};

/// The names of one query level.
struct Scope {
  std::vector<RangeItem> items;

  /// All columns of that name, over all items.
  std::vector<const ScopeColumn*> FindColumns(std::string_view name) const {
    std::vector<const ScopeColumn*> found;
    for (const RangeItem& item : items) {
      for (const ScopeColumn& column : item.columns) {
        if (column.name == name) found.push_back(&column);
      }
    }
    return found;
  }
  const RangeItem* FindItem(std::string_view alias) const {
    for (const RangeItem& item : items) {
      if (item.alias == alias) return &item;
    }
    return nullptr;
  }
  const RangeItem* FindItem(std::string_view schema, std::string_view table) const {
    for (const RangeItem& item : items) {
      if (item.relation.schema == schema && item.relation.name == table) return &item;
    }
    return nullptr;
  }
  std::vector<std::string> ColumnNames() const {
    std::vector<std::string> names;
    for (const RangeItem& item : items) {
      for (const ScopeColumn& column : item.columns) names.push_back(column.name);
    }
    return names;
  }
};

}  // namespace tricklec::analyze
