// Groups recomputed from the source, columns derived from the result, groups removed.
#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

Block GroupLowering::RowsOfGroup() const {
  Block rows = LowerBlock(program_.rows, ScanTable);
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
      filter.push_back(KeyCondition(rows, i, KeyForm::OrBothNull, table_));
    }
    rows.select.where = std::move(filter);
    return rows;
  }
  std::vector<sql::StatementPtr> branches;
  std::vector<std::string> names = DistinctNames(rows.outputs);
  for (size_t set = 0; set < (size_t{1} << nullable.size()); ++set) {
    Block branch = rows;
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      auto place = std::find(nullable.begin(), nullable.end(), i);
      bool is_null = place != nullable.end() && (set >> (place - nullable.begin()) & 1) != 0;
      branch.select.where.push_back(
          KeyCondition(rows, i, is_null ? KeyForm::BothNull : KeyForm::Equal, table_));
    }
    branches.push_back(Finish(branch, &names));
  }
  std::string alias = FreeAlias(program_, "s");
  Block all;
  all.outputs = rows.outputs;
  for (size_t i = 0; i < names.size(); ++i) {
    all.scope.Set(rows.outputs[i].id, sql::Col(alias, names[i]));
  }
  all.select.from = {sql::Derived(
      sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(branches)}),
      alias)};
  return all;
}

sql::Expr GroupLowering::KeyCondition(const Block& rows, size_t key, KeyForm form,
                                      const std::string& group) const {
  const ir::ExprPtr& expr = groups_.keys[key];
  sql::Expr of_row = Lower(expr, rows.scope);
  if (expr->props.may_raise && !rows.select.where.empty()) {
    // Only rows that the query's own condition lets through may be evaluated.
    of_row = sql::IfThenElse(sql::AllOf(rows.select.where), std::move(of_row), nullptr);
  }
  sql::Expr of_group = sql::Col(group, Name(program_.storage.key[key]));
  switch (form) {
    case KeyForm::Equal: return Equals(expr->props.type, of_row, of_group);
    case KeyForm::BothNull:
      return sql::AllOf({sql::Make(sql::IsNull{of_row}), sql::Make(sql::IsNull{of_group})});
    case KeyForm::OrBothNull:
      return EqualsOrBothNull(expr->props.type, expr->props.nullable, of_row, of_group);
  }
  return nullptr;
}

StepSql GroupLowering::Recompute(const ivm::RecomputeGroups& step) const {
  Block rows = RowsOfGroup();
  sql::Select state = rows.select;
  std::vector<sql::Identifier> columns;
  std::string alias = FreeAlias(program_, "r");
  Scope scope;
  for (size_t position : program_.storage.key) scope.Set(Column(position).id, OfTable(position));
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    size_t position = accumulator.column;
    bool set = std::find(step.columns.begin(), step.columns.end(), position) != step.columns.end();
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
  std::string comment = step.only_lost_extremes ? "Find the extremes of groups that lost theirs."
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

sql::Expr GroupLowering::FromScratchOf(const ivm::Accumulator& accumulator, const Scope& scope,
                                       const ir::Type& type) {
  sql::Expr value = Lower(accumulator.call, scope);
  bool never_null = accumulator.kind == AccumulatorKind::Sum && !accumulator.null_when_zero;
  return never_null ? sql::Coalesce(std::move(value), Zero(type)) : value;
}

sql::Expr GroupLowering::FromScratch(const ivm::Accumulator& accumulator,
                                     const Scope& scope) const {
  return FromScratchOf(accumulator, scope, Column(accumulator.column).type);
}

sql::Expr GroupLowering::RowsIn(const char* variable) const {
  return sql::Make(sql::EqualsAny{sql::Col(table_, "ctid"), sql::Var(variable)});
}

StepSql GroupLowering::Derive(const ivm::DeriveColumns& step) const {
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

StepSql GroupLowering::Prune() const {
  sql::Delete prune{{}, context_.names.Table(), sql::Identifier(table_)};
  prune.where = {RowsIn(kGone)};
  return {"Remove the groups without rows.", sql::MakeStatement(std::move(prune)), false,
          sql::Make(sql::IsNull{sql::Var(kGone), true})};
}

}  // namespace tricklec::codegen::lower
