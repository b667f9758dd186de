// Takes a normalised query apart: which node is stored, what is computed above it, what is below.
//
//   Project?(Aggregate(σ/π/⋈/⊎…(Scan…)))   the aggregate's groups are stored, the projection is derived
//   Project?(σ/π/⋈/⊎…(Scan…))              the rows are stored
//
// Precondition: normal form of compiler/rewrite (DISTINCT is an Aggregate, nested projections are
// merged, and every other inner aggregate has become a scan of its own table). Postcondition: `input` has filters, projections, joins and unions over scans.

#include "tricklec/ivm/shape.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

bool IsRowWise(const ir::RelPtr& rel) {
  if (rel->As<ir::Aggregate>() != nullptr || rel->As<ir::Distinct>() != nullptr) return false;
  std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
  return std::all_of(inputs.begin(), inputs.end(), IsRowWise);
}

source::Range FirstValid(std::initializer_list<source::Range> ranges) {
  for (source::Range range : ranges) {
    if (range.valid()) return range;
  }
  return {};
}

}  // namespace

Shape MatchShape(const ir::Definition& definition) {
  const ir::RelPtr& query = definition.query;
  TRICKLEC_CHECK(definition.column_names.size() == query->outputs.size(),
                 "a definition needs one name for each output column");
  Shape shape;
  ir::RelPtr below = query;
  const auto* project = query->As<ir::Project>();
  if (project != nullptr) below = project->input;
  for (size_t i = 0; i < query->outputs.size(); ++i) {
    const ir::OutputColumn& output = query->outputs[i];
    ir::ExprPtr expr = project != nullptr ? project->columns[i].expr : ir::Ref(output);
    shape.columns.push_back({definition.column_names[i], expr, output.props,
                             FirstValid({expr->range, definition.query_range})});
  }
  if (const auto* aggregate = below->As<ir::Aggregate>()) {
    shape.aggregate = aggregate;
    shape.aggregate_range = FirstValid({below->range, definition.query_range});
    below = aggregate->input;
    // The aggregate's own place serves outputs that are nothing but one of its columns.
    for (VisibleColumn& column : shape.columns) {
      const auto* ref = column.expr->As<ir::ColumnRef>();
      if (ref == nullptr || column.expr->range.valid()) continue;
      for (const ir::AggregateColumn& call : aggregate->aggregates) {
        if (call.id == ref->id) column.range = FirstValid({call.range, column.range});
      }
      for (const ir::ProjectColumn& key : aggregate->keys) {
        if (key.id == ref->id) column.range = FirstValid({key.expr->range, column.range});
      }
    }
  }
  TRICKLEC_CHECK(IsRowWise(below), "an inner aggregate that has no table");
  shape.input = below;
  return shape;
}

}  // namespace tricklec::ivm
