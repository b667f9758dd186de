#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tricklec/ir/rel.h"

namespace tricklec::ivm {

/// A column of a source as one of its occurrences in the query reads it.
struct Attribute {
  std::string alias;  ///< of the scan; unique in the query
  ir::SourceTablePtr table;
  size_t column;  ///< position in the table's columns

  const ir::SourceColumn& source_column() const { return table->columns[column]; }
  friend bool operator==(const Attribute& a, const Attribute& b) {
    return a.alias == b.alias && a.column == b.column;
  }
  friend bool operator<(const Attribute& a, const Attribute& b) {
    return std::pair(a.alias, a.column) < std::pair(b.alias, b.column);
  }
};

/// The scans below a row-wise query (filters, projections, joins and unions), in the order in which
/// the query names them.
std::vector<const ir::Rel*> ScansOf(const ir::RelPtr& input);

/// Whether rows of several branches of a UNION ALL come together in the query.
bool HasUnion(const ir::RelPtr& input);

/// Whether some rows of the query stand there with NULLs for those of another table.
bool HasOuterJoin(const ir::RelPtr& input);

/// An outer join of the query for which `ir::OuterJoin::matches_follow_left` holds.
/// \returns the first such node, else nullptr
const ir::Rel* FindLeftFollowing(const ir::RelPtr& input);

/// An expression over `input`'s outputs as one over the outputs of its scans; what comes out of a
/// UNION ALL, or what the right side of an outer join computes, stays as it is.
ir::ExprPtr OverScans(const ir::ExprPtr& expr, const ir::RelPtr& input);

/// The column that an expression over `input`'s outputs is nothing but.
std::optional<Attribute> PlainAttribute(const ir::ExprPtr& expr, const ir::RelPtr& input);

/// The columns that an expression over `input`'s outputs reads, those left out that `OverScans` does not
/// reach. Columns of the right side of an outer join can be NULL where the attribute is not.
std::vector<Attribute> AttributesOf(const ir::ExprPtr& expr, const ir::RelPtr& input);

/// The conditions that every row of the query fulfils, one by one, over the outputs of its scans: those
/// of an outer join do not concern all rows, nor do those of its right side.
std::vector<ir::ExprPtr> ConjunctsOf(const ir::RelPtr& input);

/// The same query with a column of one of its scans among the outputs; no union may be above that
/// scan. \returns the query and the output that holds the column
std::pair<ir::RelPtr, ir::OutputColumn> WithAttribute(const ir::RelPtr& input,
                                                      const Attribute& attribute,
                                                      ir::ColumnIds& ids);

/// The same query without columns that nobody needs, so that an update of them is no change at all.
/// \param needed ids of `input`'s outputs that the node above reads
ir::RelPtr WithColumns(const ir::RelPtr& input, const std::vector<ir::ColumnId>& needed);

}  // namespace tricklec::ivm
