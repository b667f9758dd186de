#pragma once

#include <optional>
#include <set>
#include <vector>

#include "tricklec/ivm/attributes.h"

namespace tricklec::ivm {

/// Columns whose values tell every row of a query from every other one.
struct RowKey {
  std::vector<Attribute> columns;
  /// A key of one source, and the source. A row of a source whose key is not part of the row's key is
  /// determined by the other rows that it is joined to.
  struct Use {
    ir::SourceTablePtr table;
    const ir::Key* key;
    bool determined;
  };
  std::vector<Use> uses;
};

/// The key of a row-wise query: keys of its sources, without those that follow from the others
/// through an equality with all columns of a unique key.
/// \param shown columns that are stored anyway, so a key of them is preferred
/// \returns nothing where a source has no key, or rows of several branches of a UNION ALL may be equal
std::optional<RowKey> FindRowKey(const ir::RelPtr& input, const std::set<Attribute>& shown);

/// A condition `a = b` between columns of two sources, or of two occurrences of one, by which rows
/// with equal values are the same group, and indexes find them.
struct Equation {
  Attribute left, right;
  source::Range range;  ///< where the query says it
};
std::vector<Equation> EquationsOf(const ir::RelPtr& input);
/// The same of the conditions of outer joins: a column of the left side, and one of the right side that is
/// equal in rows that have partners.
std::vector<Equation> OuterEquationsOf(const ir::RelPtr& input);

}  // namespace tricklec::ivm
