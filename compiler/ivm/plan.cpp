// From a normalised definition to its maintenance program: checks what this stage does not know yet,
// takes the query apart, and hands it to the rule of its top storage node.

#include "tricklec/ivm/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/auxiliaries.h"
#include "tricklec/ivm/distinct_rows.h"
#include "tricklec/ivm/groups.h"
#include "tricklec/ivm/hidden_names.h"
#include "tricklec/ivm/join_indexes.h"
#include "tricklec/ivm/linear.h"
#include "tricklec/ivm/matches.h"
#include "tricklec/ivm/shape.h"
#include "tricklec/ivm/whole.h"

namespace tricklec::ivm {

namespace {

void CheckNames(const Shape& shape, source::Diagnostics& diagnostics) {
  for (const VisibleColumn& column : shape.columns) {
    if (!column.name.starts_with(kHiddenPrefix)) continue;
    diagnostics.Report(source::Code::ReservedColumnName, column.range, column.name)
        .AddHelp("give the column another name with AS");
  }
}

bool ReadsOthersThanInnerResults(const Shape& shape) {
  std::vector<const ir::Rel*> scans = ScansOf(shape.input);
  return std::any_of(scans.begin(), scans.end(), [](const ir::Rel* scan) {
    return scan->As<ir::Scan>()->table->kind != ir::RelationKind::Auxiliary;
  });
}

// Rows that were there before and are there now have to be told from those that changed.
bool CheckKeysOfOuterJoins(const Program& program, source::Diagnostics& diagnostics) {
  const ir::Rel* join = FindLeftFollowing(program.rows);
  if (join == nullptr) return true;
  for (const SourceProgram& source : program.sources) {
    if (source.cancel == CancelKind::ByKey) continue;
    const ir::ObjectName& name = source.source->name;
    diagnostics
        .Report(source::Code::OuterJoinNeedsKeys,
                join->range.valid() ? join->range : program.definition.query_range,
                fmt::format("{}.{}", name.schema, name.name))
        .AddNote(
            "its condition is more than equalities between the two sides, so which rows have "
            "partners "
            "is kept for values of both")
        .AddHelp(fmt::format("give `{}.{}` a primary key, or join on equalities only", name.schema,
                             name.name));
    return false;
  }
  return true;
}

// The rules for one stored node, in any mode.
std::optional<Program> PlanNode(const ir::Definition& definition,
                                const std::optional<ir::ObjectName>& first_inner,
                                source::Diagnostics& diagnostics) {
  size_t errors_before = diagnostics.error_count();
  Shape shape = MatchShape(definition);
  CheckNames(shape, diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  for (const VisibleColumn& column : shape.columns) {
    TRICKLEC_CHECK(column.expr->props.volatility != ir::Volatility::Volatile,
                   "a volatile expression in a stream table's query");
  }

  Program program;
  program.definition = definition;
  bool refreshed = definition.mode != ir::RefreshMode::Immediate;
  if (refreshed && first_inner && ReadsOthersThanInnerResults(shape))
    program.cut_from = first_inner;
  if (std::optional<Shape> rows = WithoutRedundantDistinct(shape)) shape = std::move(*rows);
  if (shape.aggregate == nullptr) {
    PlanLinear(shape, program, diagnostics);
  } else {
    PlanGroups(shape, program, diagnostics);
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  if (!CheckKeysOfOuterJoins(program, diagnostics)) return std::nullopt;
  FactRecorder facts(program.facts);
  RecordMatchFacts(program.rows, facts);
  FindJoinIndexNeeds(program, diagnostics);
  return program;
}

std::optional<Program> Maintain(const ir::Definition& definition,
                                source::Diagnostics& diagnostics) {
  return PlanWithAuxiliaries(definition, [&](const ir::Definition& node,
                                             const std::optional<ir::ObjectName>& first_inner) {
    return PlanNode(node, first_inner, diagnostics);
  });
}

// A refresh has the stream table for itself, and sees the sources in one snapshot.
void DropLocks(Program& program) {
  program.lock_class = LockClass::None;
  program.lock_reasons.clear();
  for (Program& inner : program.auxiliaries) DropLocks(inner);
}

void SetMode(Program& program, ir::RefreshMode mode) {
  program.mode = mode;
  for (Program& inner : program.auxiliaries) SetMode(inner, mode);
}

// Refreshed as a whole: with the storage of a maintained query where there is one, since rows with a key
// are compared faster, else row by row.
Program PlanFull(const ir::Definition& definition, Reason reason) {
  source::Diagnostics unused;  // about indexes for changes, and why it cannot be maintained
  std::optional<Program> program = Maintain(definition, unused);
  // Inner results are not kept where nothing follows their changes.
  if (!program || !program->auxiliaries.empty()) program = PlanWhole(definition);
  program->mode = ir::RefreshMode::Full;
  program->strategy = Strategy::Full;
  program->strategy_reasons = {std::move(reason)};
  program->indexes.clear();
  DropLocks(*program);
  return std::move(*program);
}

Program FallBackToFull(const ir::Definition& definition, const source::Diagnostics& why,
                       source::Diagnostics& diagnostics) {
  for (const source::Diagnostic& found : why.all()) {
    if (found.severity != source::Severity::Error) continue;
    auto builder = diagnostics.Report(source::Code::FullRefreshChosen, found.range,
                                      definition.name.name, found.message);
    for (const std::string& note : found.notes) builder.AddNote(note);
    return PlanFull(definition, {found.message, "", found.range});
  }
  TRICKLEC_CHECK(false, "a query that is not maintained for no reason");
  return {};
}

}  // namespace

std::optional<Program> PlanMaintenance(const ir::Definition& definition,
                                       source::Diagnostics& diagnostics) {
  switch (definition.mode) {
    case ir::RefreshMode::Immediate: {
      std::optional<Program> program = Maintain(definition, diagnostics);
      if (program && !CheckIntermediateValues(*program, diagnostics)) return std::nullopt;
      return program;
    }
    case ir::RefreshMode::Full:
      return PlanFull(definition,
                      {"FULL was asked for", "DIFFERENTIAL reads the changes only", {}});
    case ir::RefreshMode::Differential:
    case ir::RefreshMode::Auto: break;
  }
  source::Diagnostics found;
  std::optional<Program> program = Maintain(definition, found);
  if (program && !CheckOneCut(*program, found)) program.reset();
  if (!program && definition.mode == ir::RefreshMode::Auto) {
    return FallBackToFull(definition, found, diagnostics);
  }
  diagnostics.Append(found);
  if (!program) return std::nullopt;
  SetMode(*program, ir::RefreshMode::Differential);
  DropLocks(*program);
  return program;
}

}  // namespace tricklec::ivm
