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

/// Brings a definition's query into the normal form that maintenance expects: no Distinct, no
/// projection directly below a projection or an aggregate, filters as deep as they may go, no column
/// that nobody reads, and a projection at the top of every query that does not aggregate.
/// The query's output columns keep ids, names and types.
ir::Definition Normalise(ir::Definition definition, const Options& options = {});

}  // namespace tricklec::rewrite
