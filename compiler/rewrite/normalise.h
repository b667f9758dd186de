#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "tricklec/ir/definition.h"

namespace tricklec::rewrite {

struct Options {
  /// Verify the tree after every pass; a tree that does not verify is an internal error.
  bool verify_each = false;
  /// Called with each pass's name and its result, for `--print-after`.
  std::function<void(std::string_view pass, const ir::RelPtr& result)> after_pass;
};

/// The passes in the order they run, as `--print-after` names them.
const std::vector<std::string_view>& PassNames();

/// Brings a definition's query into the normal form that maintenance expects:
///
///     query   = Project?(rows) | Aggregate(rows) | UnionAll(query, …)     no UnionAll in UnionAll
///     rows    = Filter?(Join(Join(input, input), input))                  left-deep, one or more
///     input   = Filter?(Scan | Aggregate(rows) | UnionAll(query, …))
///
/// Conditions stand as deep as they may go (block.h), nothing is computed that nobody reads, and
/// DISTINCT is grouping. The projection is missing only where nothing is computed and no column
/// left out. `definition.ids` gives new columns their ids; the query's output columns keep ids,
/// names and types.
ir::Definition Normalise(ir::Definition definition, const Options& options = {});

}  // namespace tricklec::rewrite
