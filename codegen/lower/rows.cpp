#include <algorithm>

#include "tricklec/codegen/lower/copies.h"
#include "tricklec/codegen/lower/steps.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

sql::QualifiedName Plain(const std::string& name) {
  return sql::QualifiedName{sql::Identifier(name)};
}

// What the two ways to keep rows have in common: the delta's rows as values of the stored columns.
class RowLowering {
 public:
  explicit RowLowering(const StepContext& context)
      : context_(context),
        program_(context.program),
        storage_(context.program.storage),
        delta_(LowerDelta(context)),
        table_(FreeAlias(program_, "t")),
        change_(FreeAlias(program_, "d")) {
    for (const ivm::StoredColumn& column : storage_.columns) columns_.push_back(column.name);
  }

 protected:
  // The values of the delta's rows, with the weight where `weighted`.
  sql::Select Values(bool weighted) const {
    sql::Select values = delta_.block.select;
    for (size_t i = 0; i < columns_.size(); ++i) {
      values.items.push_back(
          sql::As(Lower(program_.row_values[i], delta_.block.scope), columns_[i]));
    }
    if (weighted) values.items.push_back(sql::As(delta_.weight, kWeight));
    return values;
  }

  bool AllIdentity() const {
    return std::all_of(storage_.columns.begin(), storage_.columns.end(), [](const auto& column) {
      return column.type.known && column.type.has_equality && column.type.equality_is_identity;
    });
  }

  // Each row image once, with the sum of its weights.
  sql::StatementPtr NetRows() const {
    if (!AllIdentity()) return NetByImage(sql::MakeStatement(Values(true)), columns_);
    sql::Select values = delta_.block.select;
    for (size_t i = 0; i < columns_.size(); ++i) {
      sql::Expr value = Lower(program_.row_values[i], delta_.block.scope);
      bool constant = std::holds_alternative<sql::RawConstant>(value->node);
      values.items.push_back(sql::As(value, columns_[i]));
      values.group_by.push_back(constant ? sql::Cast(value, program_.row_values[i]->props.type.sql)
                                         : value);
    }
    sql::Expr total = sql::Aggregate("sum", delta_.weight);
    values.items.push_back(sql::As(total, kWeight));
    values.having = {sql::Op(total, "<>", sql::Int(0))};
    return sql::MakeStatement(std::move(values));
  }

  std::vector<sql::SelectItem> ColumnsOf(const std::string& alias) const {
    std::vector<sql::SelectItem> items;
    for (const std::string& column : columns_) {
      items.push_back(sql::As(sql::Col(alias, column), column));
    }
    return items;
  }

  std::vector<sql::Identifier> ColumnList() const {
    std::vector<sql::Identifier> list;
    for (const std::string& column : columns_) list.push_back(sql::Identifier(column));
    return list;
  }

  sql::Expr Weight() const { return sql::Col(change_, kWeight); }

  sql::Insert InsertInto() const {
    sql::Insert insert{{}, context_.names.Table()};
    insert.columns = ColumnList();
    return insert;
  }

  const StepContext& context_;
  const ivm::Program& program_;
  const ivm::Storage& storage_;
  Delta delta_;
  std::string table_, change_;
  std::vector<std::string> columns_;
};

// ---- keyed rows -----------------------------------------------------------------------------------

class KeyedLowering : public RowLowering {
 public:
  using RowLowering::RowLowering;

  StepSql Run(const ivm::ApplyKeyedRows& step) const {
    TRICKLEC_CHECK(storage_.unique_index, "keyed rows without a unique index");
    TRICKLEC_CHECK(!step.nets || (step.deletes && step.inserts), "rows of one sign do not cancel");
    if (!step.deletes) return {"Add the new rows.", sql::MakeStatement(Upsert(Values(false), ""))};
    if (!step.inserts)
      return {"Delete the rows that went.", sql::MakeStatement(DeleteKeys(Values(false)))};

    // Both: keys that have no row any more are deleted, the others get their new row.
    sql::Insert upsert = Upsert(FromChanges(sql::Op(Weight(), ">", sql::Int(0))), change_);
    sql::StatementPtr changes = step.nets ? NetRows() : sql::MakeStatement(Values(true));
    upsert.with = {{sql::Identifier(change_), std::move(changes), true}};
    sql::Delete gone{{}, context_.names.Table(), sql::Identifier(table_)};
    gone.using_items = {sql::Table(Plain(change_), change_)};
    gone.where = KeyMatch(program_, table_, change_);
    gone.where.push_back(sql::Op(Weight(), "<", sql::Int(0)));
    const std::string other = FreeAlias(program_, "n");
    sql::Select stays;
    stays.from = {sql::Table(Plain(change_), other)};
    stays.where = KeyMatch(program_, other, change_);
    stays.where.push_back(sql::Op(sql::Col(other, kWeight), ">", sql::Int(0)));
    gone.where.push_back(sql::Make(sql::Exists{sql::MakeStatement(std::move(stays)), true}));
    upsert.with.push_back({sql::Identifier("gone"), sql::MakeStatement(std::move(gone))});
    return {"Delete the keys that went, then set the rows of the others.",
            sql::MakeStatement(std::move(upsert))};
  }

 private:
  sql::Select FromChanges(sql::Expr condition) const {
    sql::Select select;
    select.items = ColumnsOf(change_);
    select.from = {sql::Table(Plain(change_), change_)};
    select.where = {std::move(condition)};
    return select;
  }

  bool IsKey(size_t position) const {
    return std::find(storage_.key.begin(), storage_.key.end(), position) != storage_.key.end();
  }

  // \param alias qualifies the columns of `rows`; "" if their expressions have to be repeated
  sql::Insert Upsert(sql::Select rows, const std::string& alias) const {
    for (size_t position : storage_.key) {
      rows.order_by.push_back(
          {alias.empty() ? rows.items[position].expr : sql::Col(alias, columns_[position]),
           std::nullopt});
    }
    sql::Insert insert = InsertInto();
    insert.query = sql::MakeStatement(std::move(rows));
    sql::OnConflict conflict;
    for (size_t position : storage_.key) {
      conflict.target.push_back(sql::Identifier(columns_[position]));
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      // A key that is equal may look different: 1.0 and 1.00.
      if (IsKey(i) && storage_.columns[i].type.equality_is_identity) continue;
      conflict.sets.push_back({{sql::Identifier(columns_[i])}, sql::Col("excluded", columns_[i])});
    }
    insert.on_conflict = std::move(conflict);
    return insert;
  }

  sql::Delete DeleteKeys(sql::Select keys) const {
    std::vector<sql::SelectItem> items;
    for (size_t position : storage_.key) items.push_back(keys.items[position]);
    keys.items = std::move(items);
    sql::Delete gone{{}, context_.names.Table(), sql::Identifier(table_)};
    gone.using_items = {sql::Derived(sql::MakeStatement(std::move(keys)), change_)};
    gone.where = KeyMatch(program_, table_, change_);
    return gone;
  }
};

// ---- bag ------------------------------------------------------------------------------------------

class BagLowering : public RowLowering {
 public:
  using RowLowering::RowLowering;

  StepSql Run(const ivm::ApplyBag& step) const {
    if (!step.deletes) {
      sql::Insert insert = InsertInto();
      insert.query = sql::MakeStatement(Values(false));
      return {"Add the new rows.", sql::MakeStatement(std::move(insert))};
    }
    sql::Select result;
    result.with.push_back({sql::Identifier(change_), NetRows(), true});
    result.with.push_back(
        {sql::Identifier("gone"), DoomedCopies(program_, context_.names, table_, change_)});
    sql::Delete remove{{}, context_.names.Table(), sql::Identifier(table_)};
    remove.using_items = {sql::Table(Plain("gone"), "gone")};
    remove.where = {sql::Op(sql::Col(table_, "ctid"), "=", sql::Col("gone", "__pgt_row"))};
    remove.returning = {sql::As(sql::Int(1), "one")};
    result.with.push_back({sql::Identifier("deleted"), sql::MakeStatement(std::move(remove))});
    if (step.inserts) {
      result.with.push_back({sql::Identifier("added"),
                             sql::MakeStatement(AddedCopies(program_, context_.names, change_))});
    }
    // How many copies of deleted rows were not there.
    sql::Select wanted;
    wanted.items = {{sql::Coalesce(sql::Aggregate("sum", sql::Make(sql::OperatorCall{
                                                             std::nullopt, "-", {Weight()}})),
                                   sql::Int(0)),
                     std::nullopt}};
    wanted.from = {sql::Table(Plain(change_), change_)};
    wanted.where = {sql::Op(Weight(), "<", sql::Int(0))};
    sql::Select found;
    found.items = {{sql::CountStar(), std::nullopt}};
    found.from = {sql::Table(Plain("deleted"), "deleted")};
    result.items = {
        {sql::Op(sql::Make(sql::ScalarSubquery{sql::MakeStatement(std::move(wanted))}), "-",
                 sql::Make(sql::ScalarSubquery{sql::MakeStatement(std::move(found))})),
         std::nullopt}};
    result.into = {sql::Identifier(kShort)};
    StepSql sql_step{step.inserts
                         ? "Delete as many copies of each row as went, add as many as came."
                         : "Delete as many copies of each row as went.",
                     sql::MakeStatement(std::move(result))};
    sql_step.after = {CheckShort()};
    return sql_step;
  }

 private:
  sql::Pl CheckShort() const {
    sql::PlRaise raise;
    raise.condition = "object_not_in_prerequisite_state";
    raise.message = sql::Str("rows to delete from stream table " + context_.names.id() +
                             " are missing or locked by another session");
    raise.hint = sql::Str(
        "If no one locks its rows, its content was changed from outside: SELECT "
        "pgtrickle.refresh_stream_table() repairs it.");
    return sql::MakePl(sql::PlIf{
        {{sql::Op(sql::Var(kShort), "<>", sql::Int(0)), {sql::MakePl(std::move(raise))}}}, {}});
  }
};

}  // namespace

StepSql LowerApplyKeyedRows(const StepContext& context, const ivm::ApplyKeyedRows& step) {
  return KeyedLowering(context).Run(step);
}

StepSql LowerApplyBag(const StepContext& context, const ivm::ApplyBag& step) {
  return BagLowering(context).Run(step);
}

}  // namespace tricklec::codegen::lower
