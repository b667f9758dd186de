#include "tricklec/ir/clone.h"

#include <map>

#include "tricklec/source/diagnostic.h"

namespace tricklec::ir {

namespace {

class Cloner {
 public:
  Cloner(ColumnIds& ids, const std::function<std::string(const std::string&)>& new_alias)
      : ids_(ids), new_alias_(new_alias) {}

  RelPtr Run(const RelPtr& rel) {
    std::vector<RelPtr> inputs;
    for (const RelPtr& input : InputsOf(*rel)) inputs.push_back(Run(input));
    return std::visit([&](const auto& node) { return Visit(*rel, node, std::move(inputs)); },
                      rel->node);
  }

 private:
  using Inputs = std::vector<RelPtr>;

  RelPtr Visit(const Rel& rel, const Scan& scan, Inputs) {
    TRICKLEC_CHECK(scan.state == SourceState::New, "a clone of a scan that is no query's own");
    return MakeScan(scan.table, new_alias_(scan.alias), scan.attributes, NewIds(rel), rel.range);
  }
  RelPtr Visit(const Rel& rel, const Filter& filter, Inputs inputs) {
    return MakeFilter(inputs[0], Over(filter.predicate), rel.range);
  }
  RelPtr Visit(const Rel& rel, const Project& project, Inputs inputs) {
    return MakeProject(inputs[0], Over(project.columns), rel.range);
  }
  RelPtr Visit(const Rel& rel, const Aggregate& aggregate, Inputs inputs) {
    std::vector<AggregateColumn> columns = aggregate.aggregates;
    for (AggregateColumn& column : columns) {
      column.id = NewId(column.id);
      for (ExprPtr& arg : column.call.args) arg = Over(arg);
      for (SortItem& item : column.call.order_by) item.expr = Over(item.expr);
      if (column.call.filter != nullptr) column.call.filter = Over(column.call.filter);
    }
    return MakeAggregate(inputs[0], aggregate.grouped, Over(aggregate.keys), std::move(columns),
                         rel.range);
  }
  RelPtr Visit(const Rel& rel, const Distinct&, Inputs inputs) {
    return MakeDistinct(inputs[0], rel.range);
  }
  RelPtr Visit(const Rel& rel, const Join& join, Inputs inputs) {
    ExprPtr predicate = join.predicate == nullptr ? nullptr : Over(join.predicate);
    return MakeJoin(inputs[0], inputs[1], std::move(predicate), rel.range);
  }
  RelPtr Visit(const Rel& rel, const OuterJoin& join, Inputs inputs) {
    ExprPtr predicate = join.predicate == nullptr ? nullptr : Over(join.predicate);
    if (join.matches == nullptr) {
      return MakeOuterJoin(inputs[0], inputs[1], std::move(predicate), rel.range);
    }
    return MakeOuterJoin(inputs[0], inputs[1], std::move(predicate), rel.range, inputs[2],
                         Over(join.matched), join.matches_follow_left);
  }
  RelPtr Visit(const Rel& rel, const UnionAll&, Inputs inputs) {
    return MakeUnionAll(std::move(inputs), NewIds(rel), rel.range);
  }

  ExprPtr Over(const ExprPtr& expr) {
    if (const auto* column = expr->As<ColumnRef>()) {
      return MakeExpr(expr->props, expr->range, ColumnRef{NewId(column->id), column->name});
    }
    std::vector<ExprPtr> children = ChildrenOf(*expr);
    if (children.empty()) return expr;
    for (ExprPtr& child : children) child = Over(child);
    return WithChildren(expr, std::move(children));
  }

  std::vector<ProjectColumn> Over(std::vector<ProjectColumn> columns) {
    for (ProjectColumn& column : columns) {
      column.expr = Over(column.expr);
      column.id = NewId(column.id);
    }
    return columns;
  }

  // A column that passes through a projection keeps one id on the way.
  ColumnId NewId(ColumnId id) {
    auto [place, added] = map_.try_emplace(id, 0);
    if (added) place->second = ids_.Next();
    return place->second;
  }

  std::vector<ColumnId> NewIds(const Rel& rel) {
    std::vector<ColumnId> ids;
    for (const OutputColumn& output : rel.outputs) ids.push_back(NewId(output.id));
    return ids;
  }

  ColumnIds& ids_;
  const std::function<std::string(const std::string&)>& new_alias_;
  std::map<ColumnId, ColumnId> map_;
};

}  // namespace

RelPtr Clone(const RelPtr& rel, ColumnIds& ids,
             const std::function<std::string(const std::string&)>& new_alias) {
  return Cloner(ids, new_alias).Run(rel);
}

}  // namespace tricklec::ir
