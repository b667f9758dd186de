#include "tricklec/ir/relocate.h"

#include "tricklec/source/diagnostic.h"

namespace tricklec::ir {

namespace {

class Relocator {
 public:
  explicit Relocator(source::Range range) : range_(range) {}

  RelPtr Run(const RelPtr& rel) const {
    std::vector<RelPtr> inputs;
    for (const RelPtr& input : InputsOf(*rel)) inputs.push_back(Run(input));
    return std::visit([&](const auto& node) { return Visit(*rel, node, std::move(inputs)); },
                      rel->node);
  }

 private:
  using Inputs = std::vector<RelPtr>;

  RelPtr Visit(const Rel& rel, const Scan& scan, Inputs) const {
    return MakeScan(scan.table, scan.alias, scan.attributes, IdsOf(rel), range_);
  }
  RelPtr Visit(const Rel&, const Filter& filter, Inputs inputs) const {
    return MakeFilter(inputs[0], Bare(filter.predicate), range_);
  }
  RelPtr Visit(const Rel&, const Project& project, Inputs inputs) const {
    return MakeProject(inputs[0], Bare(project.columns), range_);
  }
  RelPtr Visit(const Rel&, const Aggregate& aggregate, Inputs inputs) const {
    std::vector<AggregateColumn> columns = aggregate.aggregates;
    for (AggregateColumn& column : columns) {
      column.range = {};
      for (ExprPtr& arg : column.call.args) arg = Bare(arg);
      for (SortItem& item : column.call.order_by) item.expr = Bare(item.expr);
      if (column.call.filter != nullptr) column.call.filter = Bare(column.call.filter);
    }
    return MakeAggregate(inputs[0], aggregate.grouped, Bare(aggregate.keys), std::move(columns),
                         range_);
  }
  RelPtr Visit(const Rel&, const Distinct&, Inputs inputs) const {
    return MakeDistinct(inputs[0], range_);
  }
  RelPtr Visit(const Rel&, const Join& join, Inputs inputs) const {
    ExprPtr predicate = join.predicate == nullptr ? nullptr : Bare(join.predicate);
    return MakeJoin(inputs[0], inputs[1], std::move(predicate), range_);
  }
  RelPtr Visit(const Rel&, const OuterJoin& join, Inputs inputs) const {
    TRICKLEC_CHECK(join.matches == nullptr, "a query that is analysed after planning");
    ExprPtr predicate = join.predicate == nullptr ? nullptr : Bare(join.predicate);
    return MakeOuterJoin(inputs[0], inputs[1], std::move(predicate), range_);
  }
  RelPtr Visit(const Rel& rel, const UnionAll&, Inputs inputs) const {
    return MakeUnionAll(std::move(inputs), IdsOf(rel), range_);
  }

  static ExprPtr Bare(const ExprPtr& expr) {
    std::vector<ExprPtr> children = ChildrenOf(*expr);
    for (ExprPtr& child : children) child = Bare(child);
    ExprPtr whole = children.empty() ? expr : WithChildren(expr, std::move(children));
    Expr bare = *whole;
    bare.range = {};
    return std::make_shared<const Expr>(std::move(bare));
  }
  static std::vector<ProjectColumn> Bare(std::vector<ProjectColumn> columns) {
    for (ProjectColumn& column : columns) column.expr = Bare(column.expr);
    return columns;
  }
  static std::vector<ColumnId> IdsOf(const Rel& rel) {
    std::vector<ColumnId> ids;
    for (const OutputColumn& output : rel.outputs) ids.push_back(output.id);
    return ids;
  }

  source::Range range_;
};

}  // namespace

RelPtr Relocate(const RelPtr& rel, source::Range range) { return Relocator(range).Run(rel); }

}  // namespace tricklec::ir
