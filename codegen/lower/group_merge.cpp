// What a group's row becomes when the delta's state is added to it, and what a new group's row is.
#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

sql::Expr GroupLowering::IsZero(sql::Expr value, const ir::Type& type) {
  return sql::Op(std::move(value), "=", Zero(type));
}

sql::Expr GroupLowering::NullWhenZero(const ivm::Accumulator& accumulator, const sql::Expr& count,
                                      const sql::Expr& sum) const {
  return sql::IfThenElse(
      sql::AllOf({sql::Op(count, "=", sql::Int(0)), IsZero(sum, Column(accumulator.column).type)}),
      sql::Null(), sum);
}

const ivm::Accumulator& GroupLowering::AccumulatorOf(size_t position) const {
  auto found = std::find_if(groups_.accumulators.begin(), groups_.accumulators.end(),
                            [&](const auto& a) { return a.column == position; });
  TRICKLEC_CHECK(found != groups_.accumulators.end(), "a stored column has no accumulator");
  return *found;
}

sql::Expr GroupLowering::Merged(const ivm::Accumulator& accumulator,
                                const std::string& change) const {
  sql::Expr stored = OfTable(accumulator.column);
  sql::Expr added = sql::Col(change, Name(accumulator.column));
  const ir::Type& type = Column(accumulator.column).type;
  switch (accumulator.kind) {
    case AccumulatorKind::Count: return sql::Op(stored, "+", added);
    case AccumulatorKind::Sum: {
      if (!accumulator.null_when_zero) return sql::Op(stored, "+", added);
      if (delta_.signs == ivm::Signs::Added) {
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

sql::Expr GroupLowering::Fresh(const ivm::Accumulator& accumulator) const {
  sql::Expr value = sql::Col(change_, Name(accumulator.column));
  bool may_cancel = delta_.signs != ivm::Signs::Added;
  if (accumulator.kind == AccumulatorKind::Sum && accumulator.null_when_zero && may_cancel) {
    return NullWhenZero(accumulator, sql::Col(change_, Name(*accumulator.null_when_zero)), value);
  }
  return value;
}

const ivm::DerivedColumn& GroupLowering::DerivedOf(size_t position) const {
  auto found = std::find_if(groups_.derived.begin(), groups_.derived.end(),
                            [&](const auto& d) { return d.column == position; });
  TRICKLEC_CHECK(found != groups_.derived.end(), "a column is not derived");
  return *found;
}

bool GroupLowering::IsDerived(size_t position) const {
  return std::any_of(groups_.derived.begin(), groups_.derived.end(),
                     [&](const auto& d) { return d.column == position; });
}

sql::Expr GroupLowering::DerivedValue(size_t position, const Scope& scope,
                                      const sql::Expr& row_count) const {
  sql::Expr value = Lower(DerivedOf(position).value, scope);
  if (row_count == nullptr) return value;
  return sql::IfThenElse(sql::Op(row_count, "<>", sql::Int(0)), std::move(value), nullptr);
}

sql::Expr GroupLowering::RowCount(const Scope& scope) const {
  bool single = program_.storage.kind == ivm::StorageKind::SingleRow;
  if (single || delta_.signs == ivm::Signs::Added) return nullptr;
  return scope.At(Column(*groups_.row_count).id);
}

std::vector<sql::SetItem> GroupLowering::MergeSets(const std::string& change,
                                                   const std::vector<size_t>& derived) const {
  std::vector<sql::SetItem> sets;
  Scope scope;
  for (size_t position : program_.storage.key) scope.Set(Column(position).id, OfTable(position));
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    sql::Expr merged = Merged(accumulator, change);
    scope.Set(Column(accumulator.column).id, merged);
    bool unchanged = accumulator.kind == AccumulatorKind::Recomputed ||
                     (IsExtreme(accumulator) && delta_.signs == ivm::Signs::Removed);
    if (unchanged) continue;
    sets.push_back({{sql::Identifier(Name(accumulator.column))}, std::move(merged)});
  }
  for (size_t position : derived) {
    sets.push_back(
        {{sql::Identifier(Name(position))}, DerivedValue(position, scope, RowCount(scope))});
  }
  return sets;
}

GroupLowering::FreshRow GroupLowering::NewRow(const std::vector<size_t>& derived) const {
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

bool GroupLowering::IsKey(size_t position) const {
  const std::vector<size_t>& key = program_.storage.key;
  return std::find(key.begin(), key.end(), position) != key.end();
}

sql::Expr GroupLowering::AnyChange() const {
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

}  // namespace tricklec::codegen::lower
