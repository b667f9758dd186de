#pragma once

#include <optional>
#include <vector>

#include "tricklec/ir/rel.h"

namespace tricklec::ivm {

/// A row-wise query (filters and projections over one scan) in the two states that a program reads.
struct SourceRels {
  ir::RelPtr rows;                   ///< over the source as visible now
  ir::RelPtr delta;                  ///< over its signed changes; the last output is the weight
  std::vector<size_t> columns_used;  ///< positions in the source's columns, ascending
};

/// Cuts columns that nobody needs and makes the query's Δ: filters and projections are linear,
/// `Δ(σ(S)) = σ(ΔS)`, `Δ(π(S)) = π(ΔS)` with the weight passed on.
/// \param needed ids of `input`'s outputs that the node above reads
SourceRels MakeSourceRels(const ir::RelPtr& input, const std::vector<ir::ColumnId>& needed,
                          ir::ColumnIds& ids);

/// The one scan below a row-wise query.
const ir::Rel& ScanBelow(const ir::RelPtr& input);

/// The same query with `attribute` of its source among the outputs; only filters may stand over the
/// scan. \returns the query and the output that holds the attribute
std::pair<ir::RelPtr, ir::OutputColumn> WithAttribute(const ir::RelPtr& input, size_t attribute,
                                                      ir::ColumnIds& ids);

/// An expression over `input`'s outputs as an expression over its scan's outputs.
ir::ExprPtr OverScan(const ir::ExprPtr& expr, const ir::RelPtr& input);

/// The position in the source's columns that an expression over `input`'s outputs is nothing but.
std::optional<size_t> PlainAttribute(const ir::ExprPtr& expr, const ir::RelPtr& input);

/// Positions in the source's columns that an expression over `input`'s outputs reads.
std::vector<size_t> AttributesOf(const ir::ExprPtr& expr, const ir::RelPtr& input);

}  // namespace tricklec::ivm
