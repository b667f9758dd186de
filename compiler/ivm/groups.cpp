// GROUP BY and aggregates without it, over one source: stored groups, their state, how each event
// changes it, under which lock class, on which facts and indexes.
//
//   γ_{k; f}(S)   state'(g) = state(g) ⊕ state(Δ_g)   for every group g of Δ

#include "tricklec/ivm/groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/deltas.h"
#include "tricklec/ivm/excerpt.h"
#include "tricklec/ivm/facts.h"
#include "tricklec/ivm/group_state.h"
#include "tricklec/ivm/group_steps.h"
#include "tricklec/ivm/indexes.h"
#include "tricklec/ivm/locks.h"

namespace tricklec::ivm {

namespace {

bool KeysHaveEquality(const Shape& shape, source::Diagnostics& diagnostics) {
  bool all = true;
  for (const ir::ProjectColumn& key : shape.aggregate->keys) {
    const ir::Type& type = key.expr->props.type;
    if (type.known && type.has_equality) continue;
    source::Range range = key.expr->range.valid() ? key.expr->range : shape.aggregate_range;
    diagnostics.Report(source::Code::GroupKeyWithoutEquality, range, key.name)
        .AddNote(type.known ? fmt::format("type {} has no equality operator", type.sql)
                            : "its type could not be found out, so neither could the operator that "
                              "decides which groups are equal")
        .AddHelp("cast the key to a type with equality, such as text");
    all = false;
  }
  return all;
}

std::vector<ir::ColumnId> ColumnsRead(const GroupState& state) {
  std::vector<ir::ColumnId> ids;
  for (const ir::ExprPtr& key : state.keys) ir::CollectColumns(key, ids);
  for (const Accumulator& accumulator : state.accumulators) {
    const ir::AggregateCall& call = accumulator.call;
    for (const ir::ExprPtr& arg : call.args) ir::CollectColumns(arg, ids);
    for (const ir::SortItem& item : call.order_by) ir::CollectColumns(item.expr, ids);
    if (call.filter != nullptr) ir::CollectColumns(call.filter, ids);
  }
  return ids;
}

// Whether forming the groups can raise an error. Pending rows then have to be netted first: a row that
// came and went inside one statement is none that the query ever sees.
bool MayRaise(const GroupState& state) {
  auto raises = [](const ir::ExprPtr& expr) { return expr != nullptr && expr->props.may_raise; };
  for (const Accumulator& accumulator : state.accumulators) {
    if (raises(accumulator.arg) || raises(accumulator.filter)) return true;
  }
  return std::any_of(state.keys.begin(), state.keys.end(), raises);
}

void RecordFacts(const Shape& shape, const GroupPlan& plan, FactRecorder& facts) {
  for (const ir::ProjectColumn& key : shape.aggregate->keys) {
    if (key.expr->props.nullable) continue;
    facts.NotNull(key.expr, shape.input,
                  fmt::format("group key {} is never NULL", Excerpt({}, key.name)), kByStorage);
  }
  for (const ir::ExprPtr& arg : plan.never_null) {
    source::Range range = arg->range.valid() ? arg->range : OverScans(arg, shape.input)->range;
    facts.NotNull(arg, shape.input,
                  fmt::format("no count of the values of {} is kept", Excerpt(range, "value")),
                  kByFingerprint);
  }
  if (plan.key_fit.bounded_by != nullptr) {
    facts.UniqueKey(*plan.key_fit.bounded_by_source, *plan.key_fit.bounded_by,
                    "bounds the width of the group key", kByStorage);
  }
}

}  // namespace

void PlanGroups(const Shape& shape, Program& program, source::Diagnostics& diagnostics) {
  if (!KeysHaveEquality(shape, diagnostics)) return;
  ir::ColumnIds& ids = *program.definition.ids;
  GroupPlan plan = PlanGroupState(shape, ids);
  program.storage = plan.storage;
  program.groups = plan.state;
  program.strategy = plan.recomputed.empty() ? Strategy::Algebraic : Strategy::Keyed;
  program.strategy_reasons = plan.recomputed;
  program.rows = WithColumns(shape.input, ColumnsRead(plan.state));
  FactRecorder facts(program.facts);
  RecordFacts(shape, plan, facts);
  ChooseGroupLock(plan, program);
  // Additive state cancels by itself; what takes locks or reads the source is worth a look first.
  PlanDeltas(program, program.lock_class != LockClass::None, MayRaise(plan.state));
  RaiseLockForJoins(program);
  PlanGroupEvents(program);
  FindIndexNeeds(shape, program, diagnostics);
}

}  // namespace tricklec::ivm
