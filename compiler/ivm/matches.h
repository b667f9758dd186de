#pragma once

#include <functional>
#include <string>

#include "tricklec/ir/rel.h"
#include "tricklec/ivm/facts.h"

namespace tricklec::ivm {

/// What `OuterJoin::matches` and `OuterJoin::matched` are to be.
struct Matches {
  ir::RelPtr rows;      ///< an Aggregate, which has to be stored, or rows of one source with a key
  ir::ExprPtr matched;  ///< over columns of the left side and the outputs of `rows`
  bool follow_left = false;
};

/// \param join inputs are row-wise; without matches
/// \param new_alias as for `ir::Clone`
Matches FindMatches(const ir::OuterJoin& join, ir::ColumnIds& ids,
                    const std::function<std::string(const std::string&)>& new_alias);

/// Records the unique keys by which rows of a source stand for matches.
void RecordMatchFacts(const ir::RelPtr& rows, FactRecorder& facts);

}  // namespace tricklec::ivm
