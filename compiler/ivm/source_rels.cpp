// A row-wise query over one source, now and as Δ.
//
//   Δ(Scan S)    = the signed changes of S, weight last
//   Δ(σ_p(R))    = σ_p(ΔR)
//   Δ(π_e(R))    = π_{e, weight}(ΔR)
//
// Columns that nothing above reads are cut from scans and projections first, so that an update of
// them is no change at all.

#include "tricklec/ivm/source_rels.h"

#include <algorithm>
#include <set>

#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

using IdSet = std::set<ir::ColumnId>;

void AddColumns(const ir::ExprPtr& expr, IdSet& ids) {
  std::vector<ir::ColumnId> read;
  ir::CollectColumns(expr, read);
  ids.insert(read.begin(), read.end());
}

ir::RelPtr Prune(const ir::RelPtr& rel, IdSet needed) {
  if (const auto* scan = rel->As<ir::Scan>()) {
    std::vector<size_t> attributes;
    std::vector<ir::ColumnId> ids;
    for (size_t i = 0; i < scan->attributes.size(); ++i) {
      if (!needed.contains(rel->outputs[i].id)) continue;
      attributes.push_back(scan->attributes[i]);
      ids.push_back(rel->outputs[i].id);
    }
    return ir::MakeScan(scan->table, scan->alias, std::move(attributes), ids, rel->range);
  }
  if (const auto* filter = rel->As<ir::Filter>()) {
    AddColumns(filter->predicate, needed);
    return ir::MakeFilter(Prune(filter->input, needed), filter->predicate, rel->range);
  }
  const auto* project = rel->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "a row-wise query has filters, projections and one scan");
  std::vector<ir::ProjectColumn> columns;
  IdSet below;
  for (const ir::ProjectColumn& column : project->columns) {
    if (!needed.contains(column.id)) continue;
    AddColumns(column.expr, below);
    columns.push_back(column);
  }
  return ir::MakeProject(Prune(project->input, below), std::move(columns), rel->range);
}

ir::RelPtr DeltaOf(const ir::RelPtr& rel, ir::ColumnId weight) {
  if (rel->As<ir::Scan>() != nullptr) return ir::MakeDeltaScan(rel, weight);
  if (const auto* filter = rel->As<ir::Filter>()) {
    return ir::MakeFilter(DeltaOf(filter->input, weight), filter->predicate, rel->range);
  }
  const auto* project = rel->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "a row-wise query has filters, projections and one scan");
  ir::RelPtr input = DeltaOf(project->input, weight);
  std::vector<ir::ProjectColumn> columns = project->columns;
  const ir::OutputColumn& last = input->outputs.back();
  columns.push_back({last.id, last.name, ir::Ref(last)});
  return ir::MakeProject(std::move(input), std::move(columns), rel->range);
}

}  // namespace

const ir::Rel& ScanBelow(const ir::RelPtr& input) {
  const ir::Rel* rel = input.get();
  while (rel->As<ir::Scan>() == nullptr) {
    std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
    TRICKLEC_CHECK(inputs.size() == 1, "a row-wise query has one input");
    rel = inputs[0].get();  // kept alive by the tree
  }
  return *rel;
}

SourceRels MakeSourceRels(const ir::RelPtr& input, const std::vector<ir::ColumnId>& needed,
                          ir::ColumnIds& ids) {
  SourceRels rels;
  rels.rows = Prune(input, IdSet(needed.begin(), needed.end()));
  rels.delta = DeltaOf(rels.rows, ids.Next());
  rels.columns_used = ScanBelow(rels.rows).As<ir::Scan>()->attributes;
  std::sort(rels.columns_used.begin(), rels.columns_used.end());
  return rels;
}

std::pair<ir::RelPtr, ir::OutputColumn> WithAttribute(const ir::RelPtr& input, size_t attribute,
                                                      ir::ColumnIds& ids) {
  if (const auto* filter = input->As<ir::Filter>()) {
    auto [below, column] = WithAttribute(filter->input, attribute, ids);
    return {ir::MakeFilter(below, filter->predicate, input->range), column};
  }
  const auto* scan = input->As<ir::Scan>();
  TRICKLEC_CHECK(scan != nullptr, "a linear query in normal form has one projection, on top");
  std::vector<ir::ColumnId> outputs;
  for (size_t i = 0; i < scan->attributes.size(); ++i) {
    if (scan->attributes[i] == attribute) return {input, input->outputs[i]};
    outputs.push_back(input->outputs[i].id);
  }
  std::vector<size_t> attributes = scan->attributes;
  attributes.push_back(attribute);
  outputs.push_back(ids.Next());
  ir::RelPtr wider = ir::MakeScan(scan->table, scan->alias, attributes, outputs, input->range);
  return {wider, wider->outputs.back()};
}

ir::ExprPtr OverScan(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  if (input->As<ir::Scan>() != nullptr) return expr;
  if (const auto* filter = input->As<ir::Filter>()) return OverScan(expr, filter->input);
  const auto* project = input->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "a row-wise query has filters, projections and one scan");
  ir::ExprPtr below = ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ir::ExprPtr {
    for (const ir::ProjectColumn& column : project->columns) {
      if (column.id == id) return column.expr;
    }
    return nullptr;
  });
  return OverScan(below, project->input);
}

std::optional<size_t> PlainAttribute(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  ir::ExprPtr over_scan = OverScan(expr, input);
  if (over_scan->As<ir::ColumnRef>() == nullptr) return std::nullopt;
  return AttributesOf(over_scan, input).at(0);
}

std::vector<size_t> AttributesOf(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(OverScan(expr, input), ids);
  const ir::Rel& rel = ScanBelow(input);
  const auto* scan = rel.As<ir::Scan>();
  std::vector<size_t> attributes;
  for (ir::ColumnId id : ids) {
    for (size_t i = 0; i < scan->attributes.size(); ++i) {
      if (rel.outputs[i].id == id) attributes.push_back(scan->attributes[i]);
    }
  }
  return attributes;
}

}  // namespace tricklec::ivm
