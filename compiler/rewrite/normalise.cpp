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
  ir::RelPtr (*run)(const ir::RelPtr&, ir::ColumnIds&);
};

// A pass that makes no columns.
template <ir::RelPtr (*kRun)(const ir::RelPtr&)>
ir::RelPtr Plain(const ir::RelPtr& rel, ir::ColumnIds&) {
  return kRun(rel);
}

// Each pass leaves the postconditions of those before it alone.
constexpr Pass kPasses[] = {
    {"distinct_to_aggregate", Plain<DistinctToAggregate>},
    {"reduce_outer_joins", Plain<ReduceOuterJoins>},
    {"merge_projections", Plain<MergeProjections>},
    {"push_filters", Plain<PushFilters>},
    {"flatten_unions", FlattenUnions},
    {"prune_columns", Plain<PruneColumns>},
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
  TRICKLEC_CHECK(definition.ids != nullptr, "a definition that cannot get new columns");
  for (const Pass& pass : kPasses) {
    definition.query = pass.run(definition.query, *definition.ids);
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
