#include "tricklec/rewrite/normalise.h"

#include <fmt/format.h>

#include "tricklec/ir/print.h"
#include "tricklec/ir/verify.h"
#include "tricklec/rewrite/passes.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::rewrite {

namespace {

struct Pass {
  std::string_view name;
  ir::RelPtr (*run)(const ir::RelPtr&);
};

// Filters move before DISTINCT is looked at, so that what stands between a projection and its scan
// is one filter; projections are merged again because both passes put new neighbours together.
constexpr Pass kPasses[] = {
    {"merge_projections", MergeProjections},        {"push_filters", PushFilters},
    {"distinct_to_aggregate", DistinctToAggregate}, {"push_filters_again", PushFilters},
    {"merge_projections_again", MergeProjections},  {"prune_columns", PruneColumns},
};

}  // namespace

const std::vector<std::string_view>& PassNames() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const Pass& pass : kPasses) names.push_back(pass.name);
    return names;
  }();
  return kNames;
}

ir::Definition Normalise(ir::Definition definition, const Options& options) {
  for (const Pass& pass : kPasses) {
    definition.query = pass.run(definition.query);
    if (options.after_pass) options.after_pass(pass.name, definition.query);
    if (!options.verify_each) continue;
    if (auto problem = ir::Verify(definition.query)) {
      source::FailInternal(
          __FILE__, __LINE__,
          fmt::format("after {}: {}\n{}", pass.name, *problem, ir::Print(definition.query)));
    }
  }
  return definition;
}

}  // namespace tricklec::rewrite
