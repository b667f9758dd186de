// From a normalised definition to its maintenance program: checks what this stage does not know yet,
// takes the query apart, and hands it to the rule of its top storage node.

#include "tricklec/ivm/plan.h"

#include "tricklec/ivm/groups.h"
#include "tricklec/ivm/hidden_names.h"
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

bool CheckMode(const ir::Definition& definition, source::Diagnostics& diagnostics) {
  if (definition.mode == ir::RefreshMode::Immediate) return true;
  auto builder = diagnostics.Report(source::Code::ModeNotSupported, definition.name_range,
                                    NameOf(definition.mode));
  if (definition.mode == ir::RefreshMode::Auto) {
    builder.AddNote("AUTO is the mode of a stream table that names none");
  }
  builder.AddHelp("write IMMEDIATE before AS");
  return false;
}

bool CheckNames(const Shape& shape, source::Diagnostics& diagnostics) {
  bool fine = true;
  for (const VisibleColumn& column : shape.columns) {
    if (!column.name.starts_with(kHiddenPrefix)) continue;
    diagnostics.Report(source::Code::ReservedColumnName, column.range, column.name)
        .AddHelp("give the column another name with AS");
    fine = false;
  }
  return fine;
}

// Reports the smallest volatile parts of an expression.
bool CheckVolatility(const ir::ExprPtr& expr, source::Range place,
                     source::Diagnostics& diagnostics) {
  if (expr == nullptr || expr->props.volatility != ir::Volatility::Volatile) return true;
  if (expr->range.valid()) place = expr->range;
  bool inside = false;
  for (const ir::ExprPtr& child : ir::ChildrenOf(*expr)) {
    inside |= !CheckVolatility(child, place, diagnostics);
  }
  if (!inside) {
    diagnostics.Report(source::Code::VolatileInProgram, place)
        .AddNote("the value for a row would differ between the row's insertion and its deletion");
  }
  return false;
}

bool CheckVolatility(const ir::RelPtr& rel, source::Range place,
                     source::Diagnostics& diagnostics) {
  std::vector<ir::ExprPtr> exprs;
  bool fine = true;
  if (const auto* filter = rel->As<ir::Filter>()) exprs.push_back(filter->predicate);
  if (const auto* project = rel->As<ir::Project>()) {
    for (const ir::ProjectColumn& column : project->columns) exprs.push_back(column.expr);
  }
  if (const auto* aggregate = rel->As<ir::Aggregate>()) {
    for (const ir::ProjectColumn& key : aggregate->keys) exprs.push_back(key.expr);
    for (const ir::AggregateColumn& column : aggregate->aggregates) {
      const ir::AggregateCall& call = column.call;
      exprs.insert(exprs.end(), call.args.begin(), call.args.end());
      for (const ir::SortItem& item : call.order_by) exprs.push_back(item.expr);
      exprs.push_back(call.filter);
      if (call.volatility != ir::Volatility::Volatile) continue;
      diagnostics
          .Report(source::Code::VolatileInProgram, column.range.valid() ? column.range : place)
          .AddNote("the aggregate's result would differ between two computations");
      fine = false;
    }
  }
  for (const ir::ExprPtr& expr : exprs) fine &= CheckVolatility(expr, place, diagnostics);
  for (const ir::RelPtr& input : ir::InputsOf(*rel)) {
    fine &= CheckVolatility(input, place, diagnostics);
  }
  return fine;
}

}  // namespace

std::optional<Program> PlanMaintenance(const ir::Definition& definition,
                                       source::Diagnostics& diagnostics) {
  size_t errors_before = diagnostics.error_count();
  CheckMode(definition, diagnostics);
  CheckVolatility(definition.query, definition.query_range, diagnostics);
  std::optional<Shape> shape = MatchShape(definition, diagnostics);
  if (!shape) return std::nullopt;
  CheckNames(*shape, diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;

  Program program;
  program.definition = definition;
  if (shape->aggregate == nullptr) {
    PlanLinear(*shape, program, diagnostics);
  } else {
    PlanGroups(*shape, program, diagnostics);
  }
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return program;
}

}  // namespace tricklec::ivm
