// Drops the columns of inner projections, aggregates and scans that nothing above reads.
//
//   SELECT a FROM (SELECT a, b, c FROM t WHERE b > 0) s      reads a and b of t
//
// The root keeps all its columns. Group keys stay: they decide how many rows there are. An aggregate
// that nobody reads goes.
//
// Postcondition: every output below the root is read by the node above it, or is a group key.

#include <algorithm>
#include <set>

#include "tricklec/rewrite/passes.h"

namespace tricklec::rewrite {

namespace {

using Needed = std::set<ir::ColumnId>;

void Add(const ir::ExprPtr& expr, Needed& needed) {
  if (expr == nullptr) return;
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  needed.insert(ids.begin(), ids.end());
}

struct Pruner {
  const ir::RelPtr& rel;
  const Needed& needed;

  ir::RelPtr operator()(const ir::Scan& scan) const {
    std::vector<size_t> attributes;
    std::vector<ir::ColumnId> ids;
    for (size_t i = 0; i < scan.attributes.size(); ++i) {
      if (!needed.contains(rel->outputs[i].id)) continue;
      attributes.push_back(scan.attributes[i]);
      ids.push_back(rel->outputs[i].id);
    }
    if (attributes.size() == scan.attributes.size()) return rel;
    return ir::MakeScan(scan.table, scan.alias, std::move(attributes), ids, rel->range);
  }

  ir::RelPtr operator()(const ir::Filter& filter) const {
    Needed below = needed;
    Add(filter.predicate, below);
    return ir::MakeFilter(Prune(filter.input, below), filter.predicate, rel->range);
  }

  ir::RelPtr operator()(const ir::Project& project) const {
    std::vector<ir::ProjectColumn> columns;
    Needed below;
    for (const ir::ProjectColumn& column : project.columns) {
      if (!needed.contains(column.id)) continue;
      columns.push_back(column);
      Add(column.expr, below);
    }
    return ir::MakeProject(Prune(project.input, below), std::move(columns), rel->range);
  }

  ir::RelPtr operator()(const ir::Aggregate& aggregate) const {
    std::vector<ir::AggregateColumn> aggregates;
    Needed below;
    for (const ir::ProjectColumn& key : aggregate.keys) Add(key.expr, below);
    for (const ir::AggregateColumn& column : aggregate.aggregates) {
      if (!needed.contains(column.id)) continue;
      for (const ir::ExprPtr& arg : column.call.args) Add(arg, below);
      for (const ir::SortItem& item : column.call.order_by) Add(item.expr, below);
      Add(column.call.filter, below);
      aggregates.push_back(column);
    }
    return ir::MakeAggregate(Prune(aggregate.input, below), aggregate.grouped, aggregate.keys,
                             std::move(aggregates), rel->range);
  }

  ir::RelPtr operator()(const ir::Distinct& distinct) const {
    Needed all;
    for (const ir::OutputColumn& output : rel->outputs) all.insert(output.id);
    return ir::MakeDistinct(Prune(distinct.input, all), rel->range);
  }

  ir::RelPtr operator()(const ir::Join& join) const {
    Needed below = needed;
    Add(join.predicate, below);
    return ir::MakeJoin(Prune(join.left, below), Prune(join.right, below), join.predicate,
                        rel->range);
  }

  ir::RelPtr operator()(const ir::OuterJoin& join) const {
    Needed below = needed;
    Add(join.predicate, below);
    Add(join.matched, below);
    return ir::MakeOuterJoin(Prune(join.left, below), Prune(join.right, below), join.predicate,
                             rel->range,
                             join.matches == nullptr ? nullptr : Prune(join.matches, below),
                             join.matched, join.matches_follow_left);
  }

  // Columns of a union go by their places.
  ir::RelPtr operator()(const ir::UnionAll& all) const {
    std::vector<ir::ColumnId> ids;
    std::vector<ir::RelPtr> inputs;
    for (const ir::OutputColumn& output : rel->outputs) {
      if (needed.contains(output.id)) ids.push_back(output.id);
    }
    for (const ir::RelPtr& input : all.inputs) {
      std::vector<ir::ProjectColumn> kept;
      Needed below;
      for (size_t i = 0; i < rel->outputs.size(); ++i) {
        if (!needed.contains(rel->outputs[i].id)) continue;
        const ir::OutputColumn& output = input->outputs[i];
        below.insert(output.id);
        kept.push_back({output.id, output.name, ir::Ref(output)});
      }
      ir::RelPtr pruned = Prune(input, below);
      // What is below keeps a column that only it reads: a group key, a filter's column.
      bool exact =
          std::equal(pruned->outputs.begin(), pruned->outputs.end(), kept.begin(), kept.end(),
                     [](const auto& a, const auto& b) { return a.id == b.id; });
      inputs.push_back(exact ? pruned : ir::MakeProject(pruned, std::move(kept)));
    }
    return ir::MakeUnionAll(std::move(inputs), ids, rel->range);
  }

  static ir::RelPtr Prune(const ir::RelPtr& input, const Needed& needed) {
    return std::visit(Pruner{input, needed}, input->node);
  }
};

}  // namespace

ir::RelPtr PruneColumns(const ir::RelPtr& rel) {
  Needed all;
  for (const ir::OutputColumn& output : rel->outputs) all.insert(output.id);
  return Pruner::Prune(rel, all);
}

}  // namespace tricklec::rewrite
