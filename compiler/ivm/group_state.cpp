// State of a group: the least set of stored columns from which every visible column follows.
//
//   SELECT k, count(*), sum(x), avg(x) FROM t GROUP BY k
//   ↦  k, n := Σw, s := Σw·x, avg := s / c   and hidden   c := Σw [x IS NOT NULL]
//
// A visible count or sum is the state itself; hidden columns are made only for what no visible
// column serves, and each piece of state (function, argument, filter) once. Expressions over
// aggregates are derived from stored columns, so their aggregates become hidden state.

#include "tricklec/ivm/group_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/logic.h"
#include "tricklec/ivm/aggregates.h"
#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/excerpt.h"
#include "tricklec/ivm/formulas.h"
#include "tricklec/ivm/hidden_names.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

using ir::ExprPtr;

bool SameCall(const ir::AggregateCall& a, const ir::AggregateCall& b) {
  auto same_item = [](const ir::SortItem& x, const ir::SortItem& y) {
    return x.suffix == y.suffix && ir::SameExpr(x.expr, y.expr);
  };
  return a.function == b.function && a.distinct == b.distinct && a.variadic == b.variadic &&
         a.within_group == b.within_group && ir::SameExpr(a.filter, b.filter) &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), ir::SameExpr) &&
         std::equal(a.order_by.begin(), a.order_by.end(), b.order_by.begin(), b.order_by.end(),
                    same_item);
}

ir::AggregateCall BuiltIn(ir::AggregateKind kind, const char* name, ExprPtr arg, ExprPtr filter) {
  ir::AggregateCall call;
  call.kind = kind;
  call.function = {"pg_catalog", name};
  if (arg != nullptr) call.args.push_back(std::move(arg));
  call.filter = std::move(filter);
  return call;
}

std::vector<std::string> NamesOf(const Shape& shape) {
  std::vector<std::string> names;
  for (const VisibleColumn& column : shape.columns) names.push_back(column.name);
  return names;
}

class Builder {
 public:
  Builder(const Shape& shape, ir::ColumnIds& ids)
      : shape_(shape), aggregate_(*shape.aggregate), ids_(ids), names_(NamesOf(shape)) {}

  GroupPlan Build() {
    plan_.storage.kind = aggregate_.grouped ? StorageKind::Groups : StorageKind::SingleRow;
    ChooseRules();
    PlaceVisibleColumns();
    PlaceVisibleState();
    PlaceKeys();
    if (aggregate_.grouped) CountOf(nullptr, nullptr);
    FinishVisibleSums();
    DeriveVisibleColumns();
    // Something has to be written before a recomputation reads the source: law 1.
    if (!aggregate_.grouped && !HasMergedState()) CountOf(nullptr, nullptr);
    plan_.state.row_count = FindState(AccumulatorKind::Count, nullptr, nullptr);
    return std::move(plan_);
  }

 private:
  // ---- what the query asks for --------------------------------------------------------------

  void ChooseRules() {
    for (const ir::AggregateColumn& column : aggregate_.aggregates) {
      bool scale_matters = false;
      bool used = false;
      for (const VisibleColumn& visible : shape_.columns) {
        std::vector<ir::ColumnId> read;
        ir::CollectColumns(visible.expr, read);
        used |= std::find(read.begin(), read.end(), column.id) != read.end();
        scale_matters |= ScaleMatters(visible.expr, column.id);
      }
      if (!used) continue;
      AggregateStrategy strategy = ChooseRule(column, scale_matters);
      if (strategy.rule == AggregateRule::Recompute) plan_.recomputed.push_back(strategy.reason);
      if (strategy.rule == AggregateRule::Extreme) plan_.extremes.push_back(strategy.reason);
      rules_[column.id] = strategy.rule;
    }
  }

  const ir::AggregateColumn* DirectAggregate(const ExprPtr& expr) const {
    const auto* ref = expr->As<ir::ColumnRef>();
    if (ref == nullptr) return nullptr;
    for (const ir::AggregateColumn& column : aggregate_.aggregates) {
      if (column.id == ref->id) return &column;
    }
    return nullptr;
  }

  bool Approximate(const ExprPtr& expr) const {
    std::vector<ir::ColumnId> read;
    ir::CollectColumns(expr, read);
    return std::any_of(aggregate_.aggregates.begin(), aggregate_.aggregates.end(),
                       [&](const ir::AggregateColumn& column) {
                         return IsApproximate(column) &&
                                std::find(read.begin(), read.end(), column.id) != read.end();
                       });
  }

  // ---- stored columns -----------------------------------------------------------------------

  StoredColumn& Column(size_t position) { return plan_.storage.columns[position]; }

  ExprPtr RefTo(size_t position) {
    const StoredColumn& column = Column(position);
    ir::Properties props;
    props.type = column.type;
    props.collation_schema = column.collation_schema;
    props.collation_name = column.collation_name;
    props.nullable = !column.not_null;
    props.may_raise = false;
    return ir::MakeExpr(std::move(props), {}, ir::ColumnRef{column.id, column.name});
  }

  void PlaceVisibleColumns() {
    for (const VisibleColumn& visible : shape_.columns) {
      StoredColumn column;
      column.id = ids_.Next();
      column.name = visible.name;
      column.type = visible.props.type;
      column.collation_schema = visible.props.collation_schema;
      column.collation_name = visible.props.collation_name;
      if (!column.type.known || !column.type.has_equality) {
        column.compare = Compare::Image;
      } else if (Approximate(visible.expr)) {
        column.compare = Compare::Approximate;
      }
      plan_.storage.columns.push_back(std::move(column));
    }
    placed_.assign(shape_.columns.size(), false);
  }

  size_t AddHidden(std::string name, const ir::Properties& props, bool not_null,
                   std::string comment) {
    StoredColumn column;
    column.id = ids_.Next();
    column.name = std::move(name);
    column.type = props.type;
    column.collation_schema = props.collation_schema;
    column.collation_name = props.collation_name;
    column.visible = false;
    column.not_null = not_null;
    column.role = ColumnRole::Hidden;
    column.comment = std::move(comment);
    plan_.storage.columns.push_back(std::move(column));
    return plan_.storage.columns.size() - 1;
  }

  void PlaceKeys() {
    // The name by which people know the count of rows is not given to a key called "count".
    bool hidden_count = aggregate_.grouped && !FindState(AccumulatorKind::Count, nullptr, nullptr);
    if (hidden_count) row_count_name_ = names_.Make("count");
    std::vector<KeyPart> parts;
    for (const ir::ProjectColumn& key : aggregate_.keys) {
      size_t position = PlaceKey(key);
      Column(position).not_null = !key.expr->props.nullable;
      plan_.storage.key.push_back(position);
      plan_.state.keys.push_back(key.expr);
      ExprPtr over_scan = OverScans(key.expr, shape_.input);
      source::Range range = key.expr->range.valid() ? key.expr->range : over_scan->range;
      parts.push_back(
          {key.name, key.expr->props.type, range, PlainAttribute(key.expr, shape_.input)});
      values_[key.id] = RefTo(position);
    }
    plan_.key_fit = FitKey(parts);
    plan_.storage.unique_index = plan_.key_fit.unique_index;
    if (plan_.storage.unique_index) return;
    for (size_t position : plan_.storage.key) {
      if (Column(position).type.hashable) plan_.storage.hash_columns.push_back(position);
    }
  }

  size_t PlaceKey(const ir::ProjectColumn& key) {
    for (size_t i = 0; i < shape_.columns.size(); ++i) {
      const auto* ref = shape_.columns[i].expr->As<ir::ColumnRef>();
      if (ref == nullptr || ref->id != key.id || placed_[i]) continue;
      placed_[i] = true;
      Column(i).role = ColumnRole::Key;
      return i;
    }
    return AddHidden(names_.Make(key.name), key.expr->props, false,
                     fmt::format("group key {}, which the query does not select",
                                 Excerpt(key.expr->range, key.name)));
  }

  // ---- accumulators -------------------------------------------------------------------------

  std::optional<size_t> FindState(AccumulatorKind kind, const ExprPtr& arg,
                                  const ExprPtr& filter) const {
    for (const Accumulator& accumulator : plan_.state.accumulators) {
      if (accumulator.kind == kind && ir::SameExpr(accumulator.arg, arg) &&
          ir::SameExpr(accumulator.filter, filter)) {
        return accumulator.column;
      }
    }
    return std::nullopt;
  }

  std::optional<size_t> FindRecomputed(const ir::AggregateCall& call) const {
    for (const Accumulator& accumulator : plan_.state.accumulators) {
      if (accumulator.kind == AccumulatorKind::Recomputed && SameCall(accumulator.call, call)) {
        return accumulator.column;
      }
    }
    return std::nullopt;
  }

  bool HasMergedState() const {
    return std::any_of(plan_.state.accumulators.begin(), plan_.state.accumulators.end(),
                       [](const Accumulator& a) { return a.kind != AccumulatorKind::Recomputed; });
  }

  // count(x) of an x that is never NULL counts rows.
  static ExprPtr CountedArgument(const ExprPtr& arg) {
    return arg == nullptr || (!arg->props.nullable && !arg->props.may_raise) ? nullptr : arg;
  }

  void AddCount(size_t column, const ExprPtr& arg, const ExprPtr& filter) {
    Column(column).not_null = true;
    auto call = arg == nullptr ? BuiltIn(ir::AggregateKind::CountRows, "count", nullptr, filter)
                               : BuiltIn(ir::AggregateKind::Count, "count", arg, filter);
    plan_.state.accumulators.push_back(
        {column, AccumulatorKind::Count, arg, filter, std::nullopt, std::move(call)});
  }

  size_t CountOf(const ExprPtr& arg, const ExprPtr& filter) {
    if (auto found = FindState(AccumulatorKind::Count, arg, filter)) return *found;
    bool of_rows = arg == nullptr && filter == nullptr;
    std::string name = of_rows && !row_count_name_.empty() ? row_count_name_
                       : of_rows                           ? names_.Make("count")
                                 : names_.Make("count_" + StemOf(arg, filter));
    std::string comment = of_rows && aggregate_.grouped
                              ? "number of rows of the group"
                              : fmt::format("number of {}", DescribeValues(arg, filter));
    size_t column = AddHidden(std::move(name), ir::Certain(ir::Bigint()), true, comment);
    AddCount(column, arg, filter);
    return column;
  }

  // The count that tells "no value" from "values that add up to 0"; nothing where an existing row
  // always has a value.
  std::optional<size_t> ValueCount(const ExprPtr& arg, const ExprPtr& filter) {
    if (!arg->props.nullable) {
      plan_.never_null.push_back(arg);
      if (aggregate_.grouped && filter == nullptr) return std::nullopt;
      return CountOf(nullptr, filter);
    }
    return CountOf(arg, filter);
  }

  void AddSum(size_t column, const ExprPtr& arg, const ExprPtr& filter,
              std::optional<size_t> count) {
    Column(column).not_null = !count;
    plan_.state.accumulators.push_back({column, AccumulatorKind::Sum, arg, filter, count,
                                        BuiltIn(ir::AggregateKind::Sum, "sum", arg, filter)});
  }

  ir::Type HiddenSumType(const ir::Type& type) const {
    switch (type.arithmetic) {
      case ir::Arithmetic::Int2:
      case ir::Arithmetic::Int4: return ir::Bigint();
      case ir::Arithmetic::Int8: return NumericType(0, false);
      case ir::Arithmetic::Numeric: return NumericType(type.fixed_scale, false);
      case ir::Arithmetic::Money: return type;
      case ir::Arithmetic::None:
      case ir::Arithmetic::Float4:
      case ir::Arithmetic::Float8:
      case ir::Arithmetic::Interval: break;
    }
    TRICKLEC_CHECK(false, "a sum of this type is recomputed");
  }

  // Of numeric: the finite sum, never NULL. Of exact types: the value of sum(x) itself.
  size_t SumOf(const ExprPtr& arg, const ExprPtr& filter) {
    bool numeric = arg->props.type.arithmetic == ir::Arithmetic::Numeric;
    ExprPtr condition = numeric ? Both(filter, IsFinite(arg)) : filter;
    if (auto found = FindState(AccumulatorKind::Sum, arg, condition)) return *found;
    std::optional<size_t> count;
    if (!numeric) count = ValueCount(arg, filter);
    size_t column = AddHidden(
        names_.Make("sum_" + StemOf(arg, filter)), ir::Certain(HiddenSumType(arg->props.type)),
        true, fmt::format("sum of {}{}", numeric ? "finite " : "", DescribeValues(arg, filter)));
    AddSum(column, arg, condition, count);
    return column;
  }

  // State of sum(x) and avg(x) together.
  SumState StateOfSum(const ExprPtr& arg, const ExprPtr& filter) {
    SumState state;
    if (auto count = ValueCount(arg, filter)) state.count = RefTo(*count);
    state.sum = RefTo(SumOf(arg, filter));
    if (arg->props.type.arithmetic == ir::Arithmetic::Numeric) {
      state.nan = SpecialCount(arg, filter, "NaN", "nan_");
      if (arg->props.type.may_be_infinite) {
        state.plus_infinity = SpecialCount(arg, filter, "Infinity", "pinf_");
        state.minus_infinity = SpecialCount(arg, filter, "-Infinity", "ninf_");
      }
    }
    return state;
  }

  ExprPtr SpecialCount(const ExprPtr& arg, const ExprPtr& filter, const char* special,
                       const char* prefix) {
    ExprPtr condition = Both(filter, IsSpecial(arg, special));
    if (auto found = FindState(AccumulatorKind::Count, nullptr, condition)) return RefTo(*found);
    size_t column =
        AddHidden(names_.Make(prefix + StemOf(arg, filter)), ir::Certain(ir::Bigint()), true,
                  fmt::format("number of {} among {}", special, DescribeValues(arg, filter)));
    AddCount(column, nullptr, condition);
    return RefTo(column);
  }

  void AddExtreme(size_t column, const ir::AggregateCall& call) {
    plan_.state.accumulators.push_back(
        {column, ExtremeKind(call), call.args[0], call.filter, std::nullopt, call});
  }

  static AccumulatorKind ExtremeKind(const ir::AggregateCall& call) {
    return call.kind == ir::AggregateKind::Min ? AccumulatorKind::Min : AccumulatorKind::Max;
  }

  // ---- visible columns that are state themselves ----------------------------------------------

  void PlaceVisibleState() {
    for (size_t i = 0; i < shape_.columns.size(); ++i) {
      const ir::AggregateColumn* column = DirectAggregate(shape_.columns[i].expr);
      if (column != nullptr) placed_[i] = PlaceAsState(i, *column);
    }
  }

  // \returns false where the column is derived from other columns
  bool PlaceAsState(size_t position, const ir::AggregateColumn& column) {
    const ir::AggregateCall& call = column.call;
    const ExprPtr arg = call.args.empty() ? nullptr : call.args[0];
    switch (rules_.at(column.id)) {
      case AggregateRule::Count: {
        ExprPtr counted = CountedArgument(arg);
        if (arg != nullptr && counted == nullptr) plan_.never_null.push_back(arg);
        if (FindState(AccumulatorKind::Count, counted, call.filter)) return false;
        AddCount(position, counted, call.filter);
        return true;
      }
      case AggregateRule::ExactSum:
        if (FindState(AccumulatorKind::Sum, arg, call.filter)) return false;
        AddSum(position, arg, call.filter, std::nullopt);
        return true;
      case AggregateRule::Extreme:
        if (FindState(ExtremeKind(call), arg, call.filter)) return false;
        AddExtreme(position, call);
        return true;
      case AggregateRule::Recompute:
        if (FindRecomputed(call)) return false;
        AddRecomputed(position, call);
        return true;
      case AggregateRule::NumericSum:
      case AggregateRule::Average: return false;
    }
    return false;
  }

  void AddRecomputed(size_t column, const ir::AggregateCall& call) {
    plan_.state.accumulators.push_back(
        {column, AccumulatorKind::Recomputed, nullptr, nullptr, std::nullopt, call});
  }

  // Counts of values come after all visible counts are known.
  void FinishVisibleSums() {
    size_t visible = plan_.state.accumulators.size();
    for (size_t i = 0; i < visible; ++i) {
      if (plan_.state.accumulators[i].kind != AccumulatorKind::Sum) continue;
      ExprPtr arg = plan_.state.accumulators[i].arg;
      ExprPtr filter = plan_.state.accumulators[i].filter;
      auto count = ValueCount(arg, filter);
      plan_.state.accumulators[i].null_when_zero = count;
      Column(plan_.state.accumulators[i].column).not_null = !count;
    }
  }

  // ---- visible columns that follow from state -------------------------------------------------

  void DeriveVisibleColumns() {
    for (size_t i = 0; i < shape_.columns.size(); ++i) {
      if (placed_[i]) continue;
      ExprPtr value =
          ir::ReplaceColumns(shape_.columns[i].expr, [&](ir::ColumnId id) { return ValueOf(id); });
      plan_.state.derived.push_back({i, std::move(value)});
    }
  }

  ExprPtr ValueOf(ir::ColumnId id) {
    if (auto found = values_.find(id); found != values_.end()) return found->second;
    for (const ir::AggregateColumn& column : aggregate_.aggregates) {
      if (column.id == id) return values_[id] = ValueOf(column);
    }
    TRICKLEC_CHECK(false, "a column above an aggregate that the aggregate does not have");
  }

  ExprPtr ValueOf(const ir::AggregateColumn& column) {
    const ir::AggregateCall& call = column.call;
    const ExprPtr arg = call.args.empty() ? nullptr : call.args[0];
    switch (rules_.at(column.id)) {
      case AggregateRule::Count: return RefTo(CountOf(CountedArgument(arg), call.filter));
      case AggregateRule::ExactSum: return RefTo(SumOf(arg, call.filter));
      case AggregateRule::NumericSum: return SumValue(StateOfSum(arg, call.filter), column.props);
      case AggregateRule::Average: {
        SumState state = StateOfSum(arg, call.filter);
        ExprPtr divisor = state.count != nullptr ? state.count : RefTo(CountOf(nullptr, nullptr));
        return AverageValue(state, divisor, column.props);
      }
      case AggregateRule::Extreme:
        if (auto found = FindState(ExtremeKind(call), arg, call.filter)) return RefTo(*found);
        {
          std::string stem = call.function.name + "_" + StemOf(arg, call.filter);
          size_t hidden = AddHidden(names_.Make(stem), column.props, false, HiddenComment(column));
          AddExtreme(hidden, call);
          return RefTo(hidden);
        }
      case AggregateRule::Recompute:
        if (auto found = FindRecomputed(call)) return RefTo(*found);
        {
          std::string stem = call.function.name;
          if (arg != nullptr) stem += "_" + StemOf(arg, call.filter);
          size_t hidden = AddHidden(names_.Make(stem), column.props, false, HiddenComment(column));
          AddRecomputed(hidden, call);
          return RefTo(hidden);
        }
    }
    TRICKLEC_CHECK(false, "an aggregate without a rule");
  }

  // ---- words ----------------------------------------------------------------------------------

  static std::string HiddenComment(const ir::AggregateColumn& column) {
    return fmt::format("{}, which an expression of the query uses",
                       Excerpt(column.range, column.call.function.name));
  }

  std::string DescribeValues(const ExprPtr& arg, const ExprPtr& filter) const {
    std::string text = arg == nullptr ? "rows"
                                      : fmt::format("non-NULL values of {}",
                                                    Excerpt(RangeOf(arg), StemOf(arg, filter)));
    if (filter != nullptr) {
      text += fmt::format(" where {}", Excerpt(RangeOf(filter), "FILTER"));
    }
    return text;
  }

  source::Range RangeOf(const ExprPtr& expr) const {
    return expr->range.valid() ? expr->range : OverScans(expr, shape_.input)->range;
  }

  // The argument's column, else the visible column that shows an aggregate of it, else "value".
  std::string StemOf(const ExprPtr& arg, const ExprPtr& filter) const {
    if (filter == nullptr && arg != nullptr) {
      if (const auto* ref = arg->As<ir::ColumnRef>(); ref != nullptr && !ref->name.empty()) {
        return ref->name;
      }
    }
    for (const VisibleColumn& visible : shape_.columns) {
      const ir::AggregateColumn* column = DirectAggregate(visible.expr);
      if (column == nullptr || !ir::SameExpr(column->call.filter, filter)) continue;
      bool same =
          arg == nullptr || (!column->call.args.empty() && ir::SameExpr(column->call.args[0], arg));
      if (same) return visible.name;
    }
    return arg == nullptr ? "rows" : "value";
  }

  const Shape& shape_;
  const ir::Aggregate& aggregate_;
  ir::ColumnIds& ids_;
  HiddenNames names_;
  GroupPlan plan_;
  std::map<ir::ColumnId, AggregateRule> rules_;
  std::map<ir::ColumnId, ExprPtr> values_;  ///< of keys and aggregates over stored columns
  std::vector<bool> placed_;                ///< visible columns that are keys or state
  std::string row_count_name_;
};

}  // namespace

GroupPlan PlanGroupState(const Shape& shape, ir::ColumnIds& ids) {
  return Builder(shape, ids).Build();
}

}  // namespace tricklec::ivm
