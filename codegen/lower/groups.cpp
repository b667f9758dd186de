#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

std::vector<StepSql> GroupLowering::Run() {
  std::vector<StepSql> result;
  for (const ivm::Step& step : context_.event.steps) {
    if (std::holds_alternative<ivm::LockAnchors>(step)) {
      result.push_back(LockAnchors());
    } else if (std::holds_alternative<ivm::LockJoinKeys>(step)) {
      result.push_back(LowerLockJoinKeys(context_));
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

const ivm::StoredColumn& GroupLowering::Column(size_t position) const {
  return program_.storage.columns[position];
}

std::vector<sql::Expr> GroupLowering::HashFields() const {
  std::vector<sql::Expr> fields;
  for (size_t i = 0; i < groups_.keys.size(); ++i) {
    const std::vector<size_t>& hashed = program_.storage.hash_columns;
    bool hashes = std::find(hashed.begin(), hashed.end(), program_.storage.key[i]) != hashed.end();
    if (hashes) fields.push_back(Lower(groups_.keys[i], delta_.block.scope));
  }
  return fields;
}

StepSql GroupLowering::LockAnchors() const {
  std::vector<sql::Expr> fields = HashFields();
  sql::Select buckets = delta_.block.select;
  buckets.distinct = true;
  sql::Expr bucket = fields.empty() ? sql::Int(0) : BucketOf(std::move(fields));
  buckets.items = {sql::As(std::move(bucket), "k"), sql::As(sql::Int(0), "v")};
  buckets.order_by = {{sql::Int(1), std::nullopt}};
  sql::Insert insert = WriteAnchors(context_.names, std::move(buckets));
  return {"Take the exclusion of the affected groups, in order, before anything is read.",
          sql::MakeStatement(std::move(insert))};
}

std::vector<sql::OrderItem> GroupLowering::KeyOrder(const std::string& alias) const {
  std::vector<sql::OrderItem> order;
  for (size_t position : program_.storage.key) {
    order.push_back({sql::Col(alias, Name(position)), std::nullopt});
  }
  return order;
}

StepSql GroupLowering::Upsert(const ivm::UpsertGroups& step) const {
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
    if (!context_.one_row) values.order_by = KeyOrder(change_);
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
  std::string comment =
      (context_.one_row ? "Add the row to its group" : "Add the changes to their groups") +
      ReportComment() + ".";
  if (!Reports()) return {comment, sql::MakeStatement(std::move(insert))};

  insert.returning = Returned(table_);
  with.push_back({sql::Identifier(merged_), sql::MakeStatement(std::move(insert))});
  sql::Select report = Report(sql::Table(Plain(merged_), merged_));
  report.with = std::move(with);
  return {comment, sql::MakeStatement(std::move(report))};
}

bool GroupLowering::IsPlain(const FreshRow& row) const {
  return std::all_of(row.values.begin(), row.values.end(), [](const sql::SelectItem& item) {
    const auto* column = std::get_if<sql::Column>(&item.expr->node);
    return column != nullptr && column->name == *item.alias;
  });
}

sql::Select GroupLowering::Arrange(sql::Select changes, const FreshRow& row) {
  std::vector<sql::SelectItem> items;
  for (const sql::SelectItem& value : row.values) {
    for (const sql::SelectItem& item : changes.items) {
      if (*item.alias == *value.alias) items.push_back(item);
    }
  }
  changes.items = std::move(items);
  return changes;
}

StepSql GroupLowering::Merge(const ivm::MergeGroups& step) const {
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

  std::string comment =
      "Add the changes to the groups that exist, then add the other groups" + ReportComment() + ".";
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

StepSql GroupLowering::UpdateSingle(const ivm::UpdateSingle& step) const {
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
  std::string comment =
      "Add the changes to the row" + std::string(lost_ != nullptr ? "; note a lost extreme." : ".");
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

std::vector<StepSql> LowerGroupSteps(const StepContext& context) {
  return GroupLowering(context).Run();
}

}  // namespace tricklec::codegen::lower
