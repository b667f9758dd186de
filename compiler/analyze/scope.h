#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tricklec/analyze/context.h"

namespace tricklec::analyze {

/// A column that names in an expression can mean.
struct ScopeColumn {
  std::string name;
  ir::ExprPtr expr;  ///< a reference, or what USING makes of two columns
};

/// The column where a query names it.
inline ir::ExprPtr UseOf(const ScopeColumn& column, source::Range range) {
  ir::Expr use = *column.expr;
  use.range = range;
  return std::make_shared<const ir::Expr>(std::move(use));
}

/// An item of FROM: what it is called and what it has.
struct RangeItem {
  std::string alias;                ///< the alias, else the relation's own name
  catalog::QualifiedName relation;  ///< for `schema.table.column`; empty where an alias hides it
  std::vector<ScopeColumn> columns;
  catalog::TypeId row_type = 0;  ///< of `alias` as a value; 0: an anonymous row
  source::Range range;
  bool has_alias = true;  ///< false: a join without one
  /// Whether an outer join can leave it without a row, which as one value is NULL, not a row of NULLs.
  bool may_be_missing = false;
  /// Whether its columns can be named without it. Within a join they are columns of the join, which
  /// stands beside its items and merges those that USING names.
  bool offers_columns = true;
};

class SubqueryHost;

/// The names of one query level.
struct Scope {
  std::vector<RangeItem> items;
  const Scope* outer = nullptr;        ///< of the query in whose expression this one stands
  SubqueryHost* subqueries = nullptr;  ///< null: there can be none

  /// All columns of that name, over all items.
  std::vector<const ScopeColumn*> FindColumns(std::string_view name) const {
    std::vector<const ScopeColumn*> found;
    for (const RangeItem& item : items) {
      if (!item.offers_columns) continue;
      for (const ScopeColumn& column : item.columns) {
        if (column.name == name) found.push_back(&column);
      }
    }
    return found;
  }
  /// All items of that name: several only for tables of several schemas.
  std::vector<const RangeItem*> FindItems(std::string_view alias) const {
    std::vector<const RangeItem*> found;
    for (const RangeItem& item : items) {
      if (item.has_alias && item.alias == alias) found.push_back(&item);
    }
    return found;
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
      if (!item.offers_columns) continue;
      for (const ScopeColumn& column : item.columns) names.push_back(column.name);
    }
    return names;
  }
  std::vector<std::string> ItemNames() const {
    std::vector<std::string> names;
    for (const RangeItem& item : items) {
      if (item.has_alias) names.push_back(item.alias);
    }
    return names;
  }
};

}  // namespace tricklec::analyze
