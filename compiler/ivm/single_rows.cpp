// Statements that change one row.
//
// INSERT and DELETE of a row r under counts and sums of one source:
//
//   γ_{k; f}(σ(S))      state'(g) = state(g) ± f(r) for its group g, without forming groups of Δ
//
// UPDATE of one row, from o to n, that is not seen by any condition or key of the query:
//
//   π_{k,v}(σ(S ⋈ R))   p(o, r) = p(n, r) for every predicate p over the columns `fixed`, so o and n meet the
//                       same rows: those with k(o) stay, and what v reads from S is set
//   γ_{k; f}(σ(S))      k(o) = k(n), and o passes σ iff n does: state'(g) = state(g) ⊕ f(n) ⊖ f(o)
//
// Precondition: the source is read once. Other rows of it, and other sources, did not change, since nothing
// is pending. "The same" is by image, so that no operator can tell the difference.

#include "tricklec/ivm/single_rows.h"

#include <algorithm>
#include <set>

#include "tricklec/ir/arithmetic.h"
#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/deltas.h"

namespace tricklec::ivm {

namespace {

// Counts and sums of one source that a unique index finds the groups of.
bool AddsGroupsUp(const Program& program) {
  bool is_one = program.storage.kind == StorageKind::Groups && program.storage.unique_index &&
                ScansOf(program.rows).size() == 1;
  if (!is_one || program.lock_class != LockClass::None) return false;
  const std::vector<Accumulator>& state = program.groups->accumulators;
  return std::all_of(state.begin(), state.end(), [](const Accumulator& accumulator) {
    return accumulator.kind == AccumulatorKind::Count || accumulator.kind == AccumulatorKind::Sum;
  });
}

class InPlacePlanner {
 public:
  InPlacePlanner(const Program& program, const SourceProgram& source)
      : program_(program), source_(source) {}

  std::optional<InPlace> Plan() {
    for (const ir::Rel* rel : ScansOf(program_.rows)) {
      const auto* scan = rel->As<ir::Scan>();
      if (!SameTable(*scan->table, *source_.source)) continue;
      if (!alias_.empty()) return std::nullopt;
      alias_ = scan->alias;
    }
    for (const ir::ExprPtr& conjunct : ConjunctsOf(program_.rows)) Fix(conjunct);
    bool possible = program_.storage.kind == StorageKind::KeyedRows ? PlanRows() : PlanGroups();
    if (!possible || result_.stored.empty()) return std::nullopt;
    result_.fixed.assign(fixed_.begin(), fixed_.end());
    return std::move(result_);
  }

 private:
  bool IsOfSource(const Attribute& attribute) const { return attribute.alias == alias_; }

  void Fix(const ir::ExprPtr& expr) {
    for (const Attribute& attribute : AttributesOf(expr, program_.rows)) {
      if (IsOfSource(attribute)) fixed_.insert(attribute.column);
    }
  }

  void FindValues() {
    for (size_t column : source_.columns_used) {
      if (!fixed_.contains(column)) result_.values.push_back(column);
    }
  }

  bool ReadsValues(const ir::ExprPtr& expr) const {
    std::vector<Attribute> read = AttributesOf(expr, program_.rows);
    return std::any_of(read.begin(), read.end(), [&](const Attribute& attribute) {
      return IsOfSource(attribute) && !fixed_.contains(attribute.column);
    });
  }

  bool ReadsOnlySource(const ir::ExprPtr& expr) const {
    std::vector<Attribute> read = AttributesOf(expr, program_.rows);
    return std::all_of(read.begin(), read.end(),
                       [&](const Attribute& attribute) { return IsOfSource(attribute); });
  }

  // The stored key is one of the source, so that its row is found by the source's row alone.
  bool PlanRows() {
    if (source_.cancel != CancelKind::ByKey || source_.join_columns.size() > 1) return false;
    std::set<size_t> key;
    for (size_t position : program_.storage.key) {
      auto attribute = PlainAttribute(program_.row_values[position], program_.rows);
      if (!attribute || !IsOfSource(*attribute)) return false;
      key.insert(attribute->column);
    }
    bool finds_one = std::all_of(source_.cancel_key.begin(), source_.cancel_key.end(),
                                 [&](size_t column) { return key.contains(column); });
    if (!finds_one) return false;
    fixed_.insert(key.begin(), key.end());
    fixed_.insert(source_.join_columns.begin(), source_.join_columns.end());
    FindValues();
    for (size_t position = 0; position < program_.row_values.size(); ++position) {
      const ir::ExprPtr& value = program_.row_values[position];
      if (!ReadsValues(value)) continue;
      if (!ReadsOnlySource(value)) return false;
      result_.stored.push_back(position);
    }
    return true;
  }

  bool PlanGroups() {
    if (!AddsGroupsUp(program_)) return false;
    const GroupState& groups = *program_.groups;
    // What may raise an error is computed by a step of its own.
    bool raises = std::any_of(groups.derived.begin(), groups.derived.end(),
                              [](const DerivedColumn& d) { return d.value->props.may_raise; });
    if (raises) return false;
    // Values of rows that the query leaves out are never computed by it: nor here, where the planner may
    // ask the conditions in any order.
    bool leaves_out = !ConjunctsOf(program_.rows).empty();
    for (const ir::ExprPtr& key : groups.keys) Fix(key);
    FindValues();
    for (const Accumulator& accumulator : groups.accumulators) {
      for (const ir::ExprPtr& expr : {accumulator.arg, accumulator.filter}) {
        if (expr != nullptr && expr->props.may_raise && leaves_out) return false;
      }
      bool follows = (accumulator.arg != nullptr && ReadsValues(accumulator.arg)) ||
                     (accumulator.filter != nullptr && ReadsValues(accumulator.filter));
      if (!follows) continue;
      // A difference of exact values adds up to what their sums differ by.
      const ir::Type& type = program_.storage.columns[accumulator.column].type;
      if (accumulator.kind == AccumulatorKind::Sum && !ir::IsExact(type.arithmetic)) return false;
      result_.stored.push_back(accumulator.column);
    }
    return true;
  }

  const Program& program_;
  const SourceProgram& source_;
  std::string alias_;
  std::set<size_t> fixed_;
  InPlace result_;
};

}  // namespace

void PlanSingleRows(Program& program) {
  if (program.definition.mode != ir::RefreshMode::Immediate) return;
  // Conditions of outer joins hold for some rows only.
  if (HasUnion(program.rows) || HasOuterJoin(program.rows)) return;
  for (SourceProgram& source : program.sources) {
    source.in_place = InPlacePlanner(program, source).Plan();
    if (!AddsGroupsUp(program)) continue;
    for (EventProgram& event : source.events) {
      event.adds_one_row = event.event == Event::Insert || event.event == Event::Delete;
    }
  }
}

}  // namespace tricklec::ivm
