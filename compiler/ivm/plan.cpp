// From a normalised definition to its maintenance program: checks what this stage does not know yet,
// takes the query apart, and hands it to the rule of its top storage node.

#include "tricklec/ivm/plan.h"

#include "tricklec/ivm/distinct_rows.h"
#include "tricklec/ivm/groups.h"
#include "tricklec/ivm/hidden_names.h"
#include "tricklec/ivm/join_indexes.h"
#include "tricklec/ivm/linear.h"
#include "tricklec/ivm/shape.h"

namespace tricklec::ivm {

namespace {

const char* NameOf(ir::RefreshMode mode) {
  switch (mode) {
    case ir::RefreshMode::Auto: return "AUTO";
    case ir::RefreshMode::Immediate: return "IMMEDIATE";
    case ir::RefreshMode::Differential: return "DIFFERENTIAL";
    case ir::RefreshMode::Full: return "FULL";
  }
  return "";
}

void CheckMode(const ir::Definition& definition, source::Diagnostics& diagnostics) {
  if (definition.mode == ir::RefreshMode::Immediate) return;
  auto builder = diagnostics.Report(source::Code::ModeNotSupported, definition.name_range,
                                    NameOf(definition.mode));
  if (definition.mode == ir::RefreshMode::Auto) {
    builder.AddNote("AUTO is the mode of a stream table that names none");
  }
  builder.AddHelp("write IMMEDIATE before AS");
}

void CheckNames(const Shape& shape, source::Diagnostics& diagnostics) {
  for (const VisibleColumn& column : shape.columns) {
    if (!column.name.starts_with(kHiddenPrefix)) continue;
    diagnostics.Report(source::Code::ReservedColumnName, column.range, column.name)
        .AddHelp("give the column another name with AS");
  }
}

}  // namespace

std::optional<Program> PlanMaintenance(const ir::Definition& definition,
                                       source::Diagnostics& diagnostics) {
  size_t errors_before = diagnostics.error_count();
  CheckMode(definition, diagnostics);
  std::optional<Shape> shape = MatchShape(definition, diagnostics);
  if (!shape) return std::nullopt;
  CheckNames(*shape, diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  for (const VisibleColumn& column : shape->columns) {
    TRICKLEC_CHECK(column.expr->props.volatility != ir::Volatility::Volatile,
                   "a volatile expression in a stream table's query");
  }

  Program program;
  program.definition = definition;
  if (std::optional<Shape> rows = WithoutRedundantDistinct(*shape)) shape = std::move(rows);
  if (shape->aggregate == nullptr) {
    PlanLinear(*shape, program, diagnostics);
  } else {
    PlanGroups(*shape, program, diagnostics);
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  FindJoinIndexNeeds(program, diagnostics);
  return program;
}

}  // namespace tricklec::ivm
