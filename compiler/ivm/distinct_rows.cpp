// DISTINCT (or GROUP BY without aggregates) over a key of the source finds nothing to remove:
//
//   γ_{id, e}(S) = π_{id, e}(S)      where id is unique in S, NULLs compared as equal
//
// The stored rows then need no count and no lock, and their width does not matter.

#include "tricklec/ivm/distinct_rows.h"

#include "tricklec/ivm/row_key.h"

namespace tricklec::ivm {

std::optional<Shape> WithoutRedundantDistinct(const Shape& shape) {
  const ir::Aggregate* aggregate = shape.aggregate;
  if (aggregate == nullptr || !aggregate->grouped || !aggregate->aggregates.empty()) {
    return std::nullopt;
  }
  std::set<Attribute> grouped;
  for (const ir::ProjectColumn& key : aggregate->keys) {
    if (auto attribute = PlainAttribute(key.expr, shape.input)) grouped.insert(*attribute);
  }
  std::optional<RowKey> key = FindRowKey(shape.input, grouped);
  // A row by itself stays a group: that is stored and compared.
  if (!key || key->columns.empty()) return std::nullopt;
  for (const Attribute& attribute : key->columns) {
    if (!grouped.contains(attribute)) return std::nullopt;
  }
  Shape rows = shape;
  rows.aggregate = nullptr;
  for (VisibleColumn& column : rows.columns) {
    column.expr = ir::ReplaceColumns(column.expr, [&](ir::ColumnId id) -> ir::ExprPtr {
      for (const ir::ProjectColumn& group_key : aggregate->keys) {
        if (group_key.id == id) return group_key.expr;
      }
      return nullptr;
    });
  }
  return rows;
}

}  // namespace tricklec::ivm
