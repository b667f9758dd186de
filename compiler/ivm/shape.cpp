// Takes a normalised query apart: which node is stored, what is computed above it, what is below.
//
//   Project?(Aggregate(σ/π/⋈/⊎…(Scan…)))   the aggregate's groups are stored, the projection is derived
//   Project?(σ/π/⋈/⊎…(Scan…))              the rows are stored
//
// Precondition: normal form of compiler/rewrite (DISTINCT is an Aggregate, nested projections are
// merged). Postcondition: `input` has filters, projections, joins and unions over scans.

#include "tricklec/ivm/shape.h"

#include <algorithm>

namespace tricklec::ivm {

namespace {

bool IsRowWise(const ir::RelPtr& rel) {
  if (rel->As<ir::Aggregate>() != nullptr || rel->As<ir::Distinct>() != nullptr) return false;
  std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
  return std::all_of(inputs.begin(), inputs.end(), IsRowWise);
}

// The first node below that stores rows of its own.
const ir::Rel* FindStored(const ir::Rel& rel) {
  if (rel.As<ir::Aggregate>() != nullptr || rel.As<ir::Distinct>() != nullptr) return &rel;
  for (const ir::RelPtr& input : ir::InputsOf(rel)) {
    if (const ir::Rel* found = FindStored(*input)) return found;
  }
  return nullptr;
}

source::Range FirstValid(std::initializer_list<source::Range> ranges) {
  for (source::Range range : ranges) {
    if (range.valid()) return range;
  }
  return {};
}

}  // namespace

std::optional<Shape> MatchShape(const ir::Definition& definition,
                                source::Diagnostics& diagnostics) {
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
  if (const auto* filter = below->As<ir::Filter>();
      filter != nullptr && !IsRowWise(filter->input)) {
    diagnostics
        .Report(source::Code::HavingNotSupported,
                FirstValid({filter->predicate->range, below->range, definition.query_range}))
        .AddNote(
            "groups that HAVING hides have to be stored as well, in an auxiliary table that "
            "feeds this one; such programs are not built yet")
        .AddHelp("leave HAVING out here and filter in a view over the stream table");
    return std::nullopt;
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
  if (!IsRowWise(below)) {
    diagnostics
        .Report(source::Code::NestedNodeNotSupported,
                FirstValid({FindStored(*below)->range, below->range, definition.query_range}))
        .AddNote(
            "the inner result has to be stored in an auxiliary table whose changes feed this "
            "one; such programs are not built yet")
        .AddHelp("make the inner query a stream table of its own");
    return std::nullopt;
  }
  shape.input = below;
  return shape;
}

}  // namespace tricklec::ivm
