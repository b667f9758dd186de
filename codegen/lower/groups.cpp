#include <algorithm>

#include "tricklec/codegen/lower/steps.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;
using ivm::AccumulatorKind;

sql::Expr IsZero(sql::Expr value, const ir::Type& type) {
  return sql::Op(std::move(value), "=", Zero(type));
}

sql::Expr IsNotTrue(sql::Expr condition) {
  return sql::Make(sql::TemplateText{{{"", std::move(condition)}, {" IS NOT TRUE", nullptr}}});
}

sql::Expr And(const sql::Expr& a, const sql::Expr& b) { return sql::AllOf({a, b}); }

// The statements that keep groups: one that adds the delta's state, then those that look at what the
// addition found. All but the first find their rows by ctid, whatever the keys are.
class GroupLowering {
 public:
  GroupLowering(const StepContext& context, const std::vector<ivm::Step>& steps)
      : context_(context),
        program_(context.program),
        groups_(*context.program.groups),
        delta_(LowerDelta(context.source, context.origin, context.names)),
        steps_(steps),
        table_(FreeAlias(program_, "t")),
        change_(FreeAlias(program_, "d")),
        merged_(FreeAlias(program_, "m")) {
    for (const ivm::Step& step : steps) {
      if (const auto* recompute = std::get_if<ivm::RecomputeGroups>(&step)) {
        (recompute->only_lost_extremes ? lost_ : all_) = recompute;
      }
      if (std::holds_alternative<ivm::PruneGroups>(step)) prunes_ = true;
      if (std::holds_alternative<ivm::DeriveColumns>(step)) derives_ = true;
    }
    counts_weights_ = delta_.Signed();
  }

  std::vector<StepSql> Run() {
    std::vector<StepSql> result;
    for (const ivm::Step& step : steps_) {
      if (std::holds_alternative<ivm::LockAnchors>(step)) {
        result.push_back(LockAnchors());
      } else if (const auto* upsert = std::get_if<ivm::UpsertGroups>(&step)) {
        result.push_back(Upsert(*upsert));
      } else if (const auto* merge = std::get_if<ivm::MergeGroups>(&step)) {
        result.push_back(Merge(*merge));
      } else if (const auto* single = std::get_if<ivm::UpdateSingle>(&step)) {
        result.push_back(UpdateSingle(*single));
      } else if (const auto* recompute = std::get_if<ivm::RecomputeGroups>(&step)) {
        result.push_back(Recompute(*recompute));
      } else if (const auto* derive = std::get_if<ivm::DeriveColumns>(&step)) {
        result.push_back(Derive(*derive));
      } else if (std::holds_alternative<ivm::PruneGroups>(step)) {
        result.push_back(Prune());
      }
    }
    return result;
  }

 private:
  const ivm::StoredColumn& Column(size_t position) const {
    return program_.storage.columns[position];
  }
  const std::string& Name(size_t position) const { return Column(position).name; }
  sql::Expr OfTable(size_t position) const { return sql::Col(table_, Name(position)); }

  // ---- the delta's state, group by group ---------------------------------------------------------

  sql::Expr Positive() const { return sql::Op(delta_.weight, "=", sql::Int(1)); }
  sql::Expr Negative() const { return sql::Op(delta_.weight, "=", sql::Int(-1)); }

  sql::Expr FilterOf(const ivm::Accumulator& accumulator) const {
    if (accumulator.filter == nullptr) return nullptr;
    return Lower(accumulator.filter, delta_.block.scope);
  }

  sql::Expr CountChange(const ivm::Accumulator& accumulator) const {
    sql::Expr filter = FilterOf(accumulator);
    if (counts_weights_) {
      if (accumulator.arg != nullptr && accumulator.arg->props.nullable) {
        sql::Expr arg = Lower(accumulator.arg, delta_.block.scope);
        filter = And(sql::Make(sql::IsNull{std::move(arg), true}), filter);
      }
      bool always = filter == nullptr && program_.storage.kind == ivm::StorageKind::Groups;
      sql::Expr sum = sql::Aggregate("sum", delta_.weight, filter);
      return always ? sum : sql::Coalesce(std::move(sum), sql::Int(0));
    }
    sql::Expr count =
        accumulator.arg == nullptr || !accumulator.arg->props.nullable
            ? sql::CountStar(filter)
            : sql::Aggregate("count", Lower(accumulator.arg, delta_.block.scope), filter);
    if (delta_.origin == DeltaOrigin::Inserted) return count;
    return sql::Make(sql::OperatorCall{std::nullopt, "-", {std::move(count)}});
  }

  sql::Expr SumChange(const ivm::Accumulator& accumulator) const {
    const ir::Type& type = Column(accumulator.column).type;
    sql::Expr filter = FilterOf(accumulator);
    sql::Expr arg = Lower(accumulator.arg, delta_.block.scope);
    auto sum = [&](sql::Expr condition) {
      return sql::Aggregate("sum", arg, And(condition, filter));
    };
    if (counts_weights_) {
      return sql::Op(sql::Coalesce(sum(Positive()), Zero(type)), "-",
                     sql::Coalesce(sum(Negative()), Zero(type)));
    }
    sql::Expr change = sum(nullptr);
    if (!accumulator.null_when_zero) change = sql::Coalesce(std::move(change), Zero(type));
    if (delta_.origin == DeltaOrigin::Inserted) return change;
    return sql::Op(Zero(type), "-", std::move(change));
  }

  // The deleted values take part: they were in the stored extreme already, or are caught as lost.
  sql::Expr ExtremeOf(const ivm::Accumulator& accumulator, sql::Expr condition) const {
    sql::Expr aggregate = Lower(accumulator.call, delta_.block.scope);
    if (condition == nullptr) return aggregate;
    sql::Call call = std::get<sql::Call>(aggregate->node);
    call.filter = And(std::move(condition), call.filter);
    return sql::Make(std::move(call));
  }

  static std::string LostName(size_t position) {
    return "__pgt_lost_" + std::to_string(position + 1);
  }
  static std::string AddedName(size_t position) {
    return "__pgt_added_" + std::to_string(position + 1);
  }

  bool IsExtreme(const ivm::Accumulator& accumulator) const {
    return accumulator.kind == AccumulatorKind::Min || accumulator.kind == AccumulatorKind::Max;
  }
  // Whether a loss of this extreme is looked for in this event.
  bool IsWatched(const ivm::Accumulator& accumulator) const {
    if (lost_ == nullptr || !IsExtreme(accumulator)) return false;
    return std::find(lost_->columns.begin(), lost_->columns.end(), accumulator.column) !=
           lost_->columns.end();
  }
  // The rows of the delta that take values away.
  sql::Expr Removed() const { return counts_weights_ ? Negative() : nullptr; }
  // An added value replaces a lost one only if it is still there: not certain of pending rows.
  bool AddedValuesAreThere() const { return delta_.origin == DeltaOrigin::Updated; }

  sql::Select Changes() const {
    sql::Select select = delta_.block.select;
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      sql::Expr key = Lower(groups_.keys[i], delta_.block.scope);
      select.items.push_back(sql::As(key, Name(program_.storage.key[i])));
      select.group_by.push_back(GroupBy(groups_.keys[i], std::move(key)));
    }
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      const std::string& name = Name(accumulator.column);
      switch (accumulator.kind) {
        case AccumulatorKind::Count:
          select.items.push_back(sql::As(CountChange(accumulator), name));
          break;
        case AccumulatorKind::Sum:
          select.items.push_back(sql::As(SumChange(accumulator), name));
          break;
        case AccumulatorKind::Min:
        case AccumulatorKind::Max:
          select.items.push_back(sql::As(ExtremeOf(accumulator, nullptr), name));
          break;
        case AccumulatorKind::Recomputed: break;
      }
      if (!IsWatched(accumulator)) continue;
      select.items.push_back(
          sql::As(ExtremeOf(accumulator, Removed()), LostName(accumulator.column)));
      if (AddedValuesAreThere()) {
        select.items.push_back(
            sql::As(ExtremeOf(accumulator, Positive()), AddedName(accumulator.column)));
      }
    }
    return select;
  }

  static sql::Expr GroupBy(const ir::ExprPtr& expr, sql::Expr key) {
    bool constant = std::holds_alternative<sql::RawConstant>(key->node);
    return constant && !expr->props.type.sql.empty()
               ? sql::Cast(std::move(key), expr->props.type.sql)
               : key;
  }

  // ---- merging -----------------------------------------------------------------------------------

  // NULL when nothing is summed; a sum that is not 0 stays, for rows that come later.
  sql::Expr NullWhenZero(const ivm::Accumulator& accumulator, const sql::Expr& count,
                         const sql::Expr& sum) const {
    return sql::IfThenElse(
        And(sql::Op(count, "=", sql::Int(0)), IsZero(sum, Column(accumulator.column).type)),
        sql::Null(), sum);
  }

  const ivm::Accumulator& AccumulatorOf(size_t position) const {
    auto found = std::find_if(groups_.accumulators.begin(), groups_.accumulators.end(),
                              [&](const auto& a) { return a.column == position; });
    TRICKLEC_CHECK(found != groups_.accumulators.end(), "a stored column has no accumulator");
    return *found;
  }

  // The stored state after the change; `change` names the change's columns.
  sql::Expr Merged(const ivm::Accumulator& accumulator, const std::string& change) const {
    sql::Expr stored = OfTable(accumulator.column);
    sql::Expr added = sql::Col(change, Name(accumulator.column));
    const ir::Type& type = Column(accumulator.column).type;
    switch (accumulator.kind) {
      case AccumulatorKind::Count: return sql::Op(stored, "+", added);
      case AccumulatorKind::Sum: {
        if (!accumulator.null_when_zero) return sql::Op(stored, "+", added);
        if (delta_.origin == DeltaOrigin::Inserted) {
          return sql::Make(sql::SyntaxCall{sql::SyntaxFunction::Coalesce,
                                           {sql::Op(stored, "+", added), stored, added}});
        }
        sql::Expr sum =
            sql::Op(sql::Coalesce(stored, Zero(type)), "+", sql::Coalesce(added, Zero(type)));
        return NullWhenZero(accumulator, Merged(AccumulatorOf(*accumulator.null_when_zero), change),
                            sum);
      }
      case AccumulatorKind::Min:
        return sql::Make(sql::SyntaxCall{sql::SyntaxFunction::Least, {stored, added}});
      case AccumulatorKind::Max:
        return sql::Make(sql::SyntaxCall{sql::SyntaxFunction::Greatest, {stored, added}});
      case AccumulatorKind::Recomputed: return stored;
    }
    return nullptr;
  }

  // The state of a group that is new.
  sql::Expr Fresh(const ivm::Accumulator& accumulator) const {
    sql::Expr value = sql::Col(change_, Name(accumulator.column));
    bool may_cancel = delta_.origin != DeltaOrigin::Inserted;
    if (accumulator.kind == AccumulatorKind::Sum && accumulator.null_when_zero && may_cancel) {
      return NullWhenZero(accumulator, sql::Col(change_, Name(*accumulator.null_when_zero)), value);
    }
    return value;
  }

  const ivm::DerivedColumn& DerivedOf(size_t position) const {
    auto found = std::find_if(groups_.derived.begin(), groups_.derived.end(),
                              [&](const auto& d) { return d.column == position; });
    TRICKLEC_CHECK(found != groups_.derived.end(), "a column is not derived");
    return *found;
  }

  bool IsDerived(size_t position) const {
    return std::any_of(groups_.derived.begin(), groups_.derived.end(),
                       [&](const auto& d) { return d.column == position; });
  }

  sql::Expr DerivedValue(size_t position, const Scope& scope, const sql::Expr& row_count) const {
    sql::Expr value = Lower(DerivedOf(position).value, scope);
    if (row_count == nullptr) return value;
    return sql::IfThenElse(sql::Op(row_count, "<>", sql::Int(0)), std::move(value), nullptr);
  }

  // The count of rows where a group may be empty after the change, else null.
  sql::Expr RowCount(const Scope& scope) const {
    bool single = program_.storage.kind == ivm::StorageKind::SingleRow;
    if (single || delta_.origin == DeltaOrigin::Inserted) return nullptr;
    return scope.At(Column(*groups_.row_count).id);
  }

  // UPDATE of a stored row by a change.
  std::vector<sql::SetItem> MergeSets(const std::string& change,
                                      const std::vector<size_t>& derived) const {
    std::vector<sql::SetItem> sets;
    Scope scope;
    for (size_t position : program_.storage.key) scope.Set(Column(position).id, OfTable(position));
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      sql::Expr merged = Merged(accumulator, change);
      scope.Set(Column(accumulator.column).id, merged);
      bool unchanged = accumulator.kind == AccumulatorKind::Recomputed ||
                       (IsExtreme(accumulator) && delta_.origin == DeltaOrigin::Deleted);
      if (unchanged) continue;
      sets.push_back({{sql::Identifier(Name(accumulator.column))}, std::move(merged)});
    }
    for (size_t position : derived) {
      sets.push_back(
          {{sql::Identifier(Name(position))}, DerivedValue(position, scope, RowCount(scope))});
    }
    return sets;
  }

  struct FreshRow {
    std::vector<sql::Identifier> columns;
    std::vector<sql::SelectItem> values;
  };
  // A new group's row, in terms of the change.
  FreshRow NewRow(const std::vector<size_t>& derived) const {
    FreshRow row;
    Scope scope;
    auto add = [&](size_t position, sql::Expr value) {
      row.columns.push_back(sql::Identifier(Name(position)));
      row.values.push_back(sql::As(std::move(value), Name(position)));
    };
    for (size_t position : program_.storage.key) {
      scope.Set(Column(position).id, sql::Col(change_, Name(position)));
    }
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      if (accumulator.kind == AccumulatorKind::Recomputed) continue;
      scope.Set(Column(accumulator.column).id, Fresh(accumulator));
    }
    for (size_t position = 0; position < program_.storage.columns.size(); ++position) {
      if (IsDerived(position)) {
        if (std::find(derived.begin(), derived.end(), position) == derived.end()) continue;
        add(position, DerivedValue(position, scope, RowCount(scope)));
      } else if (IsKey(position) || AccumulatorOf(position).kind != AccumulatorKind::Recomputed) {
        add(position, scope.At(Column(position).id));
      }
    }
    return row;
  }

  bool IsKey(size_t position) const {
    const std::vector<size_t>& key = program_.storage.key;
    return std::find(key.begin(), key.end(), position) != key.end();
  }

  // Whether any count or sum of the change is not 0; null where that is certain or not to be asked.
  sql::Expr AnyChange() const {
    std::vector<sql::Expr> parts;
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      bool additive =
          accumulator.kind == AccumulatorKind::Count || accumulator.kind == AccumulatorKind::Sum;
      const ir::Type& type = Column(accumulator.column).type;
      // 1 month minus 30 days equals 0 and is none.
      if (!additive || type.arithmetic == ir::Arithmetic::Interval) return nullptr;
      parts.push_back(sql::Op(sql::Col(change_, Name(accumulator.column)), "<>", Zero(type)));
    }
    return sql::AnyOf(std::move(parts));
  }

  // ---- what the merging statement returns ------------------------------------------------------------

  bool Reports() const { return prunes_ || lost_ != nullptr || all_ != nullptr || derives_; }

  sql::Expr IsGone(const std::string& row) const {
    std::vector<sql::Expr> parts;
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      sql::Expr value = sql::Col(row, Name(accumulator.column));
      const ir::Type& type = Column(accumulator.column).type;
      if (accumulator.kind == AccumulatorKind::Count) {
        parts.push_back(IsZero(value, type));
      } else if (accumulator.kind == AccumulatorKind::Sum) {
        bool nullable = accumulator.null_when_zero.has_value();
        parts.push_back(IsZero(nullable ? sql::Coalesce(value, Zero(type)) : value, type));
      }
    }
    return sql::AllOf(std::move(parts));
  }

  bool HasRowCount() const {
    return groups_.row_count && program_.storage.kind == ivm::StorageKind::Groups;
  }
  sql::Expr Exists(const std::string& row) const {
    if (!HasRowCount() || delta_.origin == DeltaOrigin::Inserted) return nullptr;
    return sql::Op(sql::Col(row, Name(*groups_.row_count)), "<>", sql::Int(0));
  }

  // `a <= b` (or `>=`) by the order of the type's default operator class.
  static sql::Expr Reaches(const ivm::Accumulator& accumulator, sql::Expr a, sql::Expr b) {
    bool min = accumulator.kind == AccumulatorKind::Min;
    if (accumulator.call.function.schema == "pg_catalog") {
      return sql::Op(std::move(a), min ? "<=" : ">=", std::move(b));
    }
    return sql::Op(sql::RecordOf({std::move(a)}), min ? "<=" : ">=", sql::RecordOf({std::move(b)}));
  }

  // A stored extreme is among the deleted values and no added one takes its place.
  sql::Expr HasLost() const {
    std::vector<sql::Expr> parts;
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      if (!IsWatched(accumulator)) continue;
      sql::Expr removed = sql::Col(change_, LostName(accumulator.column));
      sql::Expr part = Reaches(accumulator, removed, sql::Col(merged_, Name(accumulator.column)));
      if (AddedValuesAreThere()) {
        sql::Expr added = sql::Col(change_, AddedName(accumulator.column));
        part = And(part, sql::AnyOf({sql::Make(sql::IsNull{added}),
                                     sql::Make(sql::Not{Reaches(accumulator, added, removed)})}));
      }
      parts.push_back(std::move(part));
    }
    return sql::AnyOf(std::move(parts));
  }

  // Columns of written rows that the report looks at.
  std::vector<sql::SelectItem> Returned(const std::string& alias) const {
    std::vector<sql::SelectItem> items = {sql::As(sql::Col(alias, "ctid"), "__pgt_row")};
    std::vector<size_t> columns;
    if (lost_ != nullptr) columns = program_.storage.key;
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      bool counted =
          accumulator.kind == AccumulatorKind::Count || accumulator.kind == AccumulatorKind::Sum;
      bool is_row_count = HasRowCount() && accumulator.column == *groups_.row_count;
      if ((counted && prunes_) || is_row_count || IsWatched(accumulator)) {
        columns.push_back(accumulator.column);
      }
    }
    for (size_t position : columns)
      items.push_back(sql::As(sql::Col(alias, Name(position)), Name(position)));
    return items;
  }

  // Sorts the written rows by what has to be done with them.
  sql::Select Report(sql::FromItem written) const {
    sql::Select report;
    auto collect = [&](const char* variable, sql::Expr condition) {
      report.items.push_back(
          {sql::Aggregate("array_agg", sql::Col(merged_, "__pgt_row"), std::move(condition)),
           std::nullopt});
      report.into.push_back(sql::Identifier(variable));
    };
    if (prunes_) collect(kGone, IsGone(merged_));
    if (lost_ != nullptr) collect(kLost, And(Exists(merged_), HasLost()));
    if (all_ != nullptr || derives_) {
      sql::Expr not_lost = lost_ == nullptr ? nullptr : IsNotTrue(HasLost());
      collect(kKept, And(Exists(merged_), not_lost));
    }
    report.from = {std::move(written)};
    if (lost_ != nullptr) {
      std::vector<sql::Expr> same;
      for (size_t position : program_.storage.key) {
        sql::Expr a = sql::Col(change_, Name(position)), b = sql::Col(merged_, Name(position));
        same.push_back(Column(position).not_null
                           ? Equals(Column(position).type, a, b)
                           // Equality of records takes NULLs as equal and can be merge joined.
                           : sql::Op(sql::RecordOf({a}), "=", sql::RecordOf({b})));
      }
      sql::FromItem changes = sql::Table(Plain(change_), change_);
      if (same.empty()) {
        changes.join = sql::JoinKind::Cross;
      } else {
        changes.join = sql::JoinKind::Inner;
        changes.on = sql::AllOf(std::move(same));
      }
      report.from.push_back(std::move(changes));
    }
    return report;
  }

  static sql::QualifiedName Plain(const std::string& name) {
    return sql::QualifiedName{sql::Identifier(name)};
  }

  std::string ReportComment() const {
    if (!Reports()) return "";
    std::vector<std::string> found;
    if (prunes_) found.push_back("groups that are gone");
    if (lost_ != nullptr) found.push_back("groups that lost an extreme");
    std::string text;
    for (const std::string& part : found) text += (text.empty() ? "; note " : " and ") + part;
    return text;
  }

  // ---- steps ------------------------------------------------------------------------------------

  std::vector<sql::Expr> HashFields() const {
    std::vector<sql::Expr> fields;
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      const std::vector<size_t>& hashed = program_.storage.hash_columns;
      bool hashes =
          std::find(hashed.begin(), hashed.end(), program_.storage.key[i]) != hashed.end();
      if (hashes) fields.push_back(Lower(groups_.keys[i], delta_.block.scope));
    }
    return fields;
  }

  StepSql LockAnchors() const {
    std::vector<sql::Expr> fields = HashFields();
    sql::Select buckets = delta_.block.select;
    buckets.distinct = true;
    sql::Expr bucket =
        fields.empty()
            ? sql::Int(0)
            : sql::Cast(sql::Op(HashOf(std::move(fields)), "&", sql::Int(65535)), "integer");
    buckets.items = {sql::As(std::move(bucket), "k"), sql::As(sql::Int(0), "v")};
    buckets.order_by = {{sql::Int(1), std::nullopt}};
    sql::Insert insert{{}, context_.names.Anchor()};
    insert.alias = sql::Identifier("a");
    insert.columns = {sql::Identifier("k"), sql::Identifier("v")};
    insert.query = sql::MakeStatement(std::move(buckets));
    insert.on_conflict =
        sql::OnConflict{{sql::Identifier("k")},
                        {{{sql::Identifier("v")}, sql::Op(sql::Col("a", "v"), "+", sql::Int(1))}}};
    return {"Take the exclusion of the affected groups, in order, before anything is read.",
            sql::MakeStatement(std::move(insert))};
  }

  std::vector<sql::OrderItem> KeyOrder(const std::string& alias) const {
    std::vector<sql::OrderItem> order;
    for (size_t position : program_.storage.key) {
      order.push_back({sql::Col(alias, Name(position)), std::nullopt});
    }
    return order;
  }

  StepSql Upsert(const ivm::UpsertGroups& step) const {
    FreshRow row = NewRow(step.derived);
    sql::Select changes = Changes();
    sql::Expr any_change = step.skip_zero && counts_weights_ ? AnyChange() : nullptr;
    sql::Insert insert{{}, context_.names.Table()};
    insert.alias = sql::Identifier(table_);
    insert.columns = row.columns;

    std::vector<sql::Cte> with;
    if (lost_ == nullptr && any_change == nullptr && IsPlain(row)) {
      changes = Arrange(std::move(changes), row);
      for (const sql::Expr& key : changes.group_by) changes.order_by.push_back({key, std::nullopt});
      insert.query = sql::MakeStatement(std::move(changes));
    } else {
      sql::Select values;
      values.items = row.values;
      if (any_change != nullptr) values.where.push_back(any_change);
      values.order_by = KeyOrder(change_);
      if (lost_ == nullptr) {
        values.from = {sql::Derived(sql::MakeStatement(std::move(changes)), change_)};
      } else {
        with.push_back({sql::Identifier(change_), sql::MakeStatement(std::move(changes)), true});
        values.from = {sql::Table(Plain(change_), change_)};
      }
      insert.query = sql::MakeStatement(std::move(values));
    }

    sql::OnConflict conflict;
    for (size_t position : program_.storage.key)
      conflict.target.push_back(sql::Identifier(Name(position)));
    conflict.sets = MergeSets("excluded", step.derived);
    insert.on_conflict = std::move(conflict);
    std::string comment = "Add the changes to their groups" + ReportComment() + ".";
    if (!Reports()) return {comment, sql::MakeStatement(std::move(insert))};

    insert.returning = Returned(table_);
    with.push_back({sql::Identifier(merged_), sql::MakeStatement(std::move(insert))});
    sql::Select report = Report(sql::Table(Plain(merged_), merged_));
    report.with = std::move(with);
    return {comment, sql::MakeStatement(std::move(report))};
  }

  // Whether a new row's values are the columns of the change as they are.
  bool IsPlain(const FreshRow& row) const {
    return std::all_of(row.values.begin(), row.values.end(), [](const sql::SelectItem& item) {
      const auto* column = std::get_if<sql::Column>(&item.expr->node);
      return column != nullptr && column->name == *item.alias;
    });
  }

  // The change's columns in the order of a row's values.
  static sql::Select Arrange(sql::Select changes, const FreshRow& row) {
    std::vector<sql::SelectItem> items;
    for (const sql::SelectItem& value : row.values) {
      for (const sql::SelectItem& item : changes.items) {
        if (*item.alias == *value.alias) items.push_back(item);
      }
    }
    changes.items = std::move(items);
    return changes;
  }

  // Under the exclusion of anchor rows: change the groups that exist, add the others.
  StepSql Merge(const ivm::MergeGroups& step) const {
    FreshRow row = NewRow(step.derived);
    sql::Select report;
    std::vector<sql::Cte> with;
    with.push_back({sql::Identifier(change_), sql::MakeStatement(Changes()), true});

    sql::Update update{{}, context_.names.Table(), sql::Identifier(table_)};
    update.sets = MergeSets(change_, step.derived);
    update.from = {sql::Table(Plain(change_), change_)};
    update.where = KeyMatch(program_, table_, change_);
    update.returning = Returned(table_);

    sql::Select absent;
    absent.items = row.values;
    absent.from = {sql::Table(Plain(change_), change_)};
    sql::Select present;
    present.from = {sql::Table(context_.names.Table(), table_)};
    present.where = KeyMatch(program_, table_, change_);
    absent.where = {sql::Make(sql::Exists{sql::MakeStatement(std::move(present)), true})};
    sql::Insert insert{{}, context_.names.Table()};
    insert.alias = sql::Identifier(table_);
    insert.columns = row.columns;
    insert.query = sql::MakeStatement(std::move(absent));

    std::string comment = "Add the changes to the groups that exist, then add the other groups" +
                          ReportComment() + ".";
    if (!Reports()) {
      update.returning.clear();
      with.push_back({sql::Identifier("changed"), sql::MakeStatement(std::move(update))});
      insert.with = std::move(with);
      return {comment, sql::MakeStatement(std::move(insert))};
    }
    insert.returning = Returned(table_);
    with.push_back({sql::Identifier("changed"), sql::MakeStatement(std::move(update))});
    with.push_back({sql::Identifier("added"), sql::MakeStatement(std::move(insert))});
    auto rows_of = [&](const char* cte) {
      sql::Select rows;
      for (const sql::SelectItem& item : Returned(table_)) {
        rows.items.push_back(sql::As(sql::Col(cte, item.alias->name), item.alias->name));
      }
      rows.from = {sql::Table(Plain(cte), cte)};
      return sql::MakeStatement(std::move(rows));
    };
    sql::StatementPtr written = sql::MakeStatement(
        sql::SetOperation{sql::SetOperator::UnionAll, {rows_of("changed"), rows_of("added")}});
    report = Report(sql::Derived(std::move(written), merged_));
    report.with = std::move(with);
    return {comment, sql::MakeStatement(std::move(report))};
  }

  StepSql UpdateSingle(const ivm::UpdateSingle& step) const {
    sql::Select changes = Changes();
    // No changed row, no write.
    changes.having.push_back(sql::Op(sql::CountStar(), ">", sql::Int(0)));
    sql::Update update{{}, context_.names.Table(), sql::Identifier(table_)};
    update.sets = MergeSets(change_, step.derived);
    if (step.skip_zero && counts_weights_) {
      if (sql::Expr any_change = AnyChange()) update.where.push_back(any_change);
    }
    std::vector<sql::Cte> with;
    if (update.sets.empty()) {
      // Nothing merges, but the row has to be written before its values are read again.
      const ivm::StoredColumn& first = program_.storage.columns.front();
      update.sets.push_back({{sql::Identifier(first.name)}, sql::Col(table_, first.name)});
    }
    if (lost_ == nullptr) {
      update.from = {sql::Derived(sql::MakeStatement(std::move(changes)), change_)};
    } else {
      with.push_back({sql::Identifier(change_), sql::MakeStatement(std::move(changes)), true});
      update.from = {sql::Table(Plain(change_), change_)};
    }
    std::string comment = "Add the changes to the row" +
                          std::string(lost_ != nullptr ? "; note a lost extreme." : ".");
    if (!Reports()) {
      update.with = std::move(with);
      return {comment, sql::MakeStatement(std::move(update))};
    }
    update.returning = Returned(table_);
    with.push_back({sql::Identifier(merged_), sql::MakeStatement(std::move(update))});
    sql::Select report = Report(sql::Table(Plain(merged_), merged_));
    report.with = std::move(with);
    return {comment, sql::MakeStatement(std::move(report))};
  }

  // ---- recomputation ------------------------------------------------------------------------------

  // The source's rows of one group, the group's key being that of the outer row.
  Block RowsOfGroup() const {
    Block rows = LowerBlock(context_.source.rows, ScanTable);
    if (groups_.keys.empty()) return rows;
    std::vector<size_t> nullable;
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      if (groups_.keys[i]->props.nullable) nullable.push_back(i);
    }
    // One branch for each set of keys that are NULL: each is an index condition of its own.
    constexpr size_t kMostBranches = 3;
    if (nullable.empty() || nullable.size() > kMostBranches) {
      std::vector<sql::Expr> filter = rows.select.where;
      for (size_t i = 0; i < groups_.keys.size(); ++i) {
        filter.push_back(KeyCondition(rows, i, KeyForm::OrBothNull));
      }
      rows.select.where = std::move(filter);
      return rows;
    }
    std::vector<sql::StatementPtr> branches;
    for (size_t set = 0; set < (size_t{1} << nullable.size()); ++set) {
      Block branch = rows;
      for (size_t i = 0; i < groups_.keys.size(); ++i) {
        auto place = std::find(nullable.begin(), nullable.end(), i);
        bool is_null = place != nullable.end() && (set >> (place - nullable.begin()) & 1) != 0;
        branch.select.where.push_back(
            KeyCondition(rows, i, is_null ? KeyForm::BothNull : KeyForm::Equal));
      }
      branches.push_back(Finish(branch));
    }
    std::string alias = FreeAlias(program_, "s");
    Block all;
    all.outputs = rows.outputs;
    for (const ir::OutputColumn& output : rows.outputs) {
      all.scope.Set(output.id, sql::Col(alias, output.name));
    }
    all.select.from = {sql::Derived(
        sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(branches)}),
        alias)};
    return all;
  }

  enum class KeyForm { Equal, BothNull, OrBothNull };
  sql::Expr KeyCondition(const Block& rows, size_t key, KeyForm form) const {
    const ir::ExprPtr& expr = groups_.keys[key];
    sql::Expr of_row = Lower(expr, rows.scope);
    if (expr->props.may_raise && !rows.select.where.empty()) {
      // Only rows that the query's own condition lets through may be evaluated.
      of_row = sql::IfThenElse(sql::AllOf(rows.select.where), std::move(of_row), nullptr);
    }
    sql::Expr of_group = OfTable(program_.storage.key[key]);
    switch (form) {
      case KeyForm::Equal: return Equals(expr->props.type, of_row, of_group);
      case KeyForm::BothNull:
        return And(sql::Make(sql::IsNull{of_row}), sql::Make(sql::IsNull{of_group}));
      case KeyForm::OrBothNull:
        return EqualsOrBothNull(expr->props.type, expr->props.nullable, of_row, of_group);
    }
    return nullptr;
  }

  StepSql Recompute(const ivm::RecomputeGroups& step) const {
    Block rows = RowsOfGroup();
    sql::Select state = rows.select;
    std::vector<sql::Identifier> columns;
    std::string alias = FreeAlias(program_, "r");
    Scope scope;
    for (size_t position : program_.storage.key) scope.Set(Column(position).id, OfTable(position));
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      size_t position = accumulator.column;
      bool set =
          std::find(step.columns.begin(), step.columns.end(), position) != step.columns.end();
      scope.Set(Column(position).id, set ? sql::Col(alias, Name(position)) : OfTable(position));
      if (!set) continue;
      columns.push_back(sql::Identifier(Name(position)));
      state.items.push_back(sql::As(FromScratch(accumulator, rows.scope), Name(position)));
    }
    std::vector<size_t> derived;
    for (size_t position : step.columns) {
      if (IsDerived(position)) derived.push_back(position);
    }
    if (!derived.empty()) {
      sql::Select with_derived;
      for (const sql::SelectItem& item : state.items) {
        with_derived.items.push_back(sql::As(sql::Col(alias, item.alias->name), item.alias->name));
      }
      with_derived.from = {sql::Derived(sql::MakeStatement(std::move(state)), alias)};
      for (size_t position : derived) {
        columns.push_back(sql::Identifier(Name(position)));
        with_derived.items.push_back(
            sql::As(Lower(DerivedOf(position).value, scope), Name(position)));
      }
      state = std::move(with_derived);
    }
    sql::Update update{{}, context_.names.Table(), sql::Identifier(table_)};
    update.sets = {
        {std::move(columns), sql::Make(sql::ScalarSubquery{sql::MakeStatement(std::move(state))})}};
    const char* variable = step.only_lost_extremes ? kLost : kKept;
    update.where = {RowsIn(variable)};
    std::string comment = step.only_lost_extremes
                              ? "Find the extremes of groups that lost theirs."
                              : "Recompute the affected groups from the source.";
    StepSql result{comment, nullptr, false, sql::Make(sql::IsNull{sql::Var(variable), true})};
    if (derives_) {
      // These rows have moved; the next statement looks for them.
      update.returning = {sql::As(sql::Col(table_, "ctid"), "__pgt_row")};
      sql::Select moved;
      moved.with = {{sql::Identifier(merged_), sql::MakeStatement(std::move(update))}};
      moved.items = {{sql::Aggregate("array_agg", sql::Col(merged_, "__pgt_row")), std::nullopt}};
      moved.into = {sql::Identifier(variable)};
      moved.from = {sql::Table(Plain(merged_), merged_)};
      result.statement = sql::MakeStatement(std::move(moved));
    } else {
      result.statement = sql::MakeStatement(std::move(update));
    }
    return result;
  }

  static sql::Expr FromScratchOf(const ivm::Accumulator& accumulator, const Scope& scope,
                                 const ir::Type& type) {
    sql::Expr value = Lower(accumulator.call, scope);
    bool never_null = accumulator.kind == AccumulatorKind::Sum && !accumulator.null_when_zero;
    return never_null ? sql::Coalesce(std::move(value), Zero(type)) : value;
  }
  sql::Expr FromScratch(const ivm::Accumulator& accumulator, const Scope& scope) const {
    return FromScratchOf(accumulator, scope, Column(accumulator.column).type);
  }

  sql::Expr RowsIn(const char* variable) const {
    return sql::Make(sql::EqualsAny{sql::Col(table_, "ctid"), sql::Var(variable)});
  }

  StepSql Derive(const ivm::DeriveColumns& step) const {
    Scope scope;
    for (size_t position = 0; position < program_.storage.columns.size(); ++position) {
      scope.Set(Column(position).id, OfTable(position));
    }
    sql::Update update{{}, context_.names.Table(), sql::Identifier(table_)};
    for (size_t position : step.columns) {
      update.sets.push_back(
          {{sql::Identifier(Name(position))}, Lower(DerivedOf(position).value, scope)});
    }
    sql::Expr rows = sql::Var(kKept);
    sql::Expr condition = sql::Make(sql::IsNull{rows, true});
    if (lost_ != nullptr) {
      rows = sql::Op(rows, "||", sql::Var(kLost));
      condition = sql::AnyOf({condition, sql::Make(sql::IsNull{sql::Var(kLost), true})});
    }
    update.where = {sql::Make(sql::EqualsAny{sql::Col(table_, "ctid"), std::move(rows)})};
    return {"Compute the columns that follow from the groups' new state.",
            sql::MakeStatement(std::move(update)), false, std::move(condition)};
  }

  StepSql Prune() const {
    sql::Delete prune{{}, context_.names.Table(), sql::Identifier(table_)};
    prune.where = {RowsIn(kGone)};
    return {"Remove the groups without rows.", sql::MakeStatement(std::move(prune)), false,
            sql::Make(sql::IsNull{sql::Var(kGone), true})};
  }

  const StepContext& context_;
  const ivm::Program& program_;
  const ivm::GroupState& groups_;
  Delta delta_;
  const std::vector<ivm::Step>& steps_;
  std::string table_, change_, merged_;
  const ivm::RecomputeGroups* lost_ = nullptr;
  const ivm::RecomputeGroups* all_ = nullptr;
  bool prunes_ = false;
  bool derives_ = false;
  bool counts_weights_ = false;
};

}  // namespace

std::vector<StepSql> LowerGroupSteps(const StepContext& context,
                                     const std::vector<ivm::Step>& steps) {
  return GroupLowering(context, steps).Run();
}

}  // namespace tricklec::codegen::lower
