// The delta's state, group by group: what the changed rows of a group add up to.
#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

sql::Expr GroupLowering::FilterOf(const ivm::Accumulator& accumulator) const {
  if (accumulator.filter == nullptr) return nullptr;
  return Lower(accumulator.filter, delta_.block.scope);
}

sql::Expr GroupLowering::CountChange(const ivm::Accumulator& accumulator) const {
  sql::Expr filter = FilterOf(accumulator);
  if (counts_weights_) {
    if (accumulator.arg != nullptr && accumulator.arg->props.nullable) {
      sql::Expr arg = Lower(accumulator.arg, delta_.block.scope);
      filter = sql::AllOf({sql::Make(sql::IsNull{std::move(arg), true}), filter});
    }
    bool always = filter == nullptr && program_.storage.kind == ivm::StorageKind::Groups;
    sql::Expr sum = sql::Aggregate("sum", delta_.weight, filter);
    return always ? sum : sql::Coalesce(std::move(sum), sql::Int(0));
  }
  sql::Expr count =
      accumulator.arg == nullptr || !accumulator.arg->props.nullable
          ? sql::CountStar(filter)
          : sql::Aggregate("count", Lower(accumulator.arg, delta_.block.scope), filter);
  if (delta_.signs == ivm::Signs::Added) return count;
  return sql::Make(sql::OperatorCall{std::nullopt, "-", {std::move(count)}});
}

sql::Expr GroupLowering::SumChange(const ivm::Accumulator& accumulator) const {
  const ir::Type& type = Column(accumulator.column).type;
  sql::Expr filter = FilterOf(accumulator);
  sql::Expr arg = Lower(accumulator.arg, delta_.block.scope);
  auto sum = [&](sql::Expr condition) {
    return sql::Aggregate("sum", arg, sql::AllOf({condition, filter}));
  };
  if (counts_weights_) {
    return sql::Op(sql::Coalesce(sum(Positive()), Zero(type)), "-",
                   sql::Coalesce(sum(Negative()), Zero(type)));
  }
  sql::Expr change = sum(nullptr);
  if (!accumulator.null_when_zero) change = sql::Coalesce(std::move(change), Zero(type));
  if (delta_.signs == ivm::Signs::Added) return change;
  return sql::Op(Zero(type), "-", std::move(change));
}

sql::Expr GroupLowering::ExtremeOf(const ivm::Accumulator& accumulator, sql::Expr condition) const {
  sql::Expr aggregate = Lower(accumulator.call, delta_.block.scope);
  if (condition == nullptr) return aggregate;
  sql::Call call = std::get<sql::Call>(aggregate->node);
  call.filter = sql::AllOf({std::move(condition), call.filter});
  return sql::Make(std::move(call));
}

std::string GroupLowering::LostName(size_t position) {
  return "__pgt_lost_" + std::to_string(position + 1);
}

std::string GroupLowering::AddedName(size_t position) {
  return "__pgt_added_" + std::to_string(position + 1);
}

bool GroupLowering::IsExtreme(const ivm::Accumulator& accumulator) const {
  return accumulator.kind == AccumulatorKind::Min || accumulator.kind == AccumulatorKind::Max;
}

bool GroupLowering::IsWatched(const ivm::Accumulator& accumulator) const {
  if (lost_ == nullptr || !IsExtreme(accumulator)) return false;
  return std::find(lost_->columns.begin(), lost_->columns.end(), accumulator.column) !=
         lost_->columns.end();
}

sql::Select GroupLowering::Changes() const {
  sql::Select select = delta_.block.select;
  for (size_t i = 0; i < groups_.keys.size(); ++i) {
    sql::Expr key = Lower(groups_.keys[i], delta_.block.scope);
    select.items.push_back(sql::As(key, Name(program_.storage.key[i])));
    if (!context_.one_row) select.group_by.push_back(GroupBy(groups_.keys[i], std::move(key)));
  }
  if (context_.one_row) {
    for (const ivm::Accumulator& accumulator : groups_.accumulators) {
      select.items.push_back(sql::As(OneRowChange(accumulator), Name(accumulator.column)));
    }
    return select;
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

sql::Expr GroupLowering::GroupBy(const ir::ExprPtr& expr, sql::Expr key) {
  bool constant = std::holds_alternative<sql::RawConstant>(key->node);
  return constant && !expr->props.type.sql.empty() ? sql::Cast(std::move(key), expr->props.type.sql)
                                                   : key;
}

}  // namespace tricklec::codegen::lower
