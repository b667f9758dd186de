// Groups in a refresh. The runtime has made sure that nobody else writes the stream table, so stored and
// changed state are simply joined:
//
//   changed   groups that exist and still have rows
//   gone      groups that exist and have none any more
//   added     groups that do not exist yet
//
// What cannot be merged is read again from the source, once for all groups concerned and in the
// snapshot that the changes are read in.
#include <algorithm>

#include "tricklec/codegen/lower/group_lowering.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

namespace {

constexpr const char* kFound = "__pgt_found";

sql::Expr CountOf(const std::string& query) {
  sql::Select count;
  count.items = {{sql::CountStar(), std::nullopt}};
  count.from = {sql::Table(sql::QualifiedName{sql::Identifier(query)}, query)};
  return sql::Make(sql::ScalarSubquery{sql::MakeStatement(std::move(count))});
}

std::vector<sql::SelectItem> One() { return {sql::As(sql::Int(1), "one")}; }

}  // namespace

bool GroupLowering::IsReadAgain(const ivm::Accumulator& accumulator) const {
  if (IsExtreme(accumulator)) return IsWatched(accumulator) || all_ != nullptr;
  return accumulator.kind == AccumulatorKind::Recomputed;
}

// The groups of which a stored extreme, or one that the changes bring, is among the removed values.
sql::Select GroupLowering::LostGroups() const {
  sql::Select lost;
  for (size_t position : program_.storage.key) {
    lost.items.push_back(sql::As(sql::Col(change_, Name(position)), Name(position)));
  }
  lost.from = {sql::Table(Plain(change_), change_), sql::Table(context_.names.Table(), table_)};
  lost.from.back().join = sql::JoinKind::Left;
  std::vector<sql::Expr> match = KeyMatch(program_, table_, change_);
  lost.from.back().on = match.empty() ? sql::Make(sql::RawConstant{sql::RawSql("true")})
                                      : sql::AllOf(std::move(match));
  std::vector<sql::Expr> reached;
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    if (!IsWatched(accumulator)) continue;
    reached.push_back(Reaches(accumulator, sql::Col(change_, LostName(accumulator.column)),
                              Merged(accumulator, change_)));
  }
  lost.where = {sql::AnyOf(std::move(reached))};
  return lost;
}

sql::Expr GroupLowering::SameGroup(const std::string& a, const std::string& b) const {
  std::vector<sql::Expr> parts;
  for (size_t position : program_.storage.key) {
    const ivm::StoredColumn& column = Column(position);
    sql::Expr of_a = sql::Col(a, column.name), of_b = sql::Col(b, column.name);
    // Equality of records takes NULLs as equal and can be hashed or merged.
    parts.push_back(column.not_null ? Equals(column.type, of_a, of_b)
                                    : sql::Op(sql::RecordOf({of_a}), "=", sql::RecordOf({of_b})));
  }
  if (parts.empty()) return sql::Make(sql::RawConstant{sql::RawSql("true")});
  return sql::AllOf(std::move(parts));
}

// State of the groups in `driver`, from the rows of the sources.
sql::Select GroupLowering::ReadAgain(const std::string& driver, Cut& cut) const {
  Block rows = LowerBlock(program_.rows, cut.Scans());
  auto exists = [&](std::vector<sql::Expr> where) {
    sql::Select group;
    group.from = {sql::Table(Plain(driver), driver)};
    group.where = std::move(where);
    return sql::Make(sql::Exists{sql::MakeStatement(std::move(group)), false});
  };
  sql::Select state;
  Scope scope;
  if (groups_.keys.empty()) {
    rows.select.where.push_back(exists({}));
    rows.select.having.push_back(exists({}));
    state = rows.select;
    scope = rows.scope;
  } else {
    std::vector<size_t> nullable;
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      if (groups_.keys[i]->props.nullable) nullable.push_back(i);
    }
    constexpr size_t kMostBranches = 3;
    bool by_branches = nullable.size() <= kMostBranches;
    size_t sets = by_branches ? size_t{1} << nullable.size() : 1;
    std::vector<sql::StatementPtr> branches;
    std::vector<std::string> names = DistinctNames(rows.outputs);
    for (size_t set = 0; set < sets; ++set) {
      Block branch = rows;
      std::vector<sql::Expr> match;
      for (size_t i = 0; i < groups_.keys.size(); ++i) {
        auto place = std::find(nullable.begin(), nullable.end(), i);
        bool is_null =
            by_branches && place != nullable.end() && (set >> (place - nullable.begin()) & 1) != 0;
        KeyForm form =
            !by_branches ? KeyForm::OrBothNull : (is_null ? KeyForm::BothNull : KeyForm::Equal);
        match.push_back(KeyCondition(rows, i, form, driver));
      }
      branch.select.where.push_back(exists(std::move(match)));
      if (sets == 1) {
        state = branch.select;
        scope = branch.scope;
      } else {
        branches.push_back(Finish(branch, &names));
      }
    }
    if (sets > 1) {
      std::string alias = FreeAlias(program_, "s");
      for (size_t i = 0; i < names.size(); ++i) {
        scope.Set(rows.outputs[i].id, sql::Col(alias, names[i]));
      }
      state.from = {sql::Derived(
          sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(branches)}),
          alias)};
    }
    for (size_t i = 0; i < groups_.keys.size(); ++i) {
      sql::Expr key = Lower(groups_.keys[i], scope);
      state.items.push_back(sql::As(key, Name(program_.storage.key[i])));
      state.group_by.push_back(GroupBy(groups_.keys[i], std::move(key)));
    }
  }
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    if (!IsReadAgain(accumulator)) continue;
    state.items.push_back(sql::As(FromScratch(accumulator, scope), Name(accumulator.column)));
  }
  state.items.push_back(sql::As(sql::Make(sql::RawConstant{sql::RawSql("true")}), kFound));
  return state;
}

std::vector<sql::FromItem> GroupLowering::ChangesAndReadAgain(bool again) const {
  std::vector<sql::FromItem> from = {sql::Table(Plain(change_), change_)};
  if (!again) return from;
  from.push_back(sql::Table(Plain(again_), again_));
  from.back().join = sql::JoinKind::Left;
  from.back().on = SameGroup(again_, change_);
  return from;
}

// What was read again stands for what would be merged.
sql::Expr GroupLowering::Current(const ivm::Accumulator& accumulator, sql::Expr merged) const {
  if (!IsReadAgain(accumulator)) return merged;
  sql::Expr read = sql::Col(again_, Name(accumulator.column));
  if (accumulator.kind == AccumulatorKind::Recomputed) return read;
  return sql::IfThenElse(sql::Col(again_, kFound), std::move(read), std::move(merged));
}

sql::Update GroupLowering::ChangeGroups(bool again) const {
  sql::Update update{{}, context_.names.Table(), sql::Identifier(table_)};
  Scope scope;
  for (size_t position : program_.storage.key) scope.Set(Column(position).id, OfTable(position));
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    sql::Expr current = Current(accumulator, Merged(accumulator, change_));
    scope.Set(Column(accumulator.column).id, current);
    update.sets.push_back({{sql::Identifier(Name(accumulator.column))}, std::move(current)});
  }
  for (const ivm::DerivedColumn& derived : groups_.derived) {
    update.sets.push_back({{sql::Identifier(Name(derived.column))}, Lower(derived.value, scope)});
  }
  update.from = ChangesAndReadAgain(again);
  update.where = KeyMatch(program_, table_, change_);
  if (HasRowCount()) {
    sql::Expr count = Merged(AccumulatorOf(*groups_.row_count), change_);
    update.where.push_back(sql::Op(std::move(count), "<>", sql::Int(0)));
  }
  if (!again) {
    if (sql::Expr any = AnyChange()) update.where.push_back(std::move(any));
  }
  update.returning = One();
  return update;
}

sql::Delete GroupLowering::RemoveGroups() const {
  sql::Delete gone{{}, context_.names.Table(), sql::Identifier(table_)};
  gone.using_items = {sql::Table(Plain(change_), change_)};
  gone.where = KeyMatch(program_, table_, change_);
  gone.where.push_back(
      sql::Op(Merged(AccumulatorOf(*groups_.row_count), change_), "=", sql::Int(0)));
  gone.returning = One();
  return gone;
}

sql::Insert GroupLowering::AddGroups(bool again) const {
  sql::Insert insert{{}, context_.names.Table()};
  sql::Select rows;
  Scope scope;
  std::vector<sql::Expr> values(program_.storage.columns.size());
  for (size_t position : program_.storage.key) {
    values[position] = sql::Col(change_, Name(position));
  }
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    values[accumulator.column] = Current(accumulator, Fresh(accumulator));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != nullptr) scope.Set(Column(i).id, values[i]);
  }
  for (const ivm::DerivedColumn& derived : groups_.derived) {
    values[derived.column] = Lower(derived.value, scope);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    insert.columns.push_back(sql::Identifier(Name(i)));
    rows.items.push_back(sql::As(values[i], Name(i)));
  }
  rows.from = ChangesAndReadAgain(again);
  sql::Select present;
  present.from = {sql::Table(context_.names.Table(), table_)};
  present.where = KeyMatch(program_, table_, change_);
  rows.where = {sql::Op(sql::Col(change_, Name(*groups_.row_count)), "<>", sql::Int(0)),
                sql::Make(sql::Exists{sql::MakeStatement(std::move(present)), true})};
  insert.query = sql::MakeStatement(std::move(rows));
  insert.returning = One();
  return insert;
}

RefreshSql GroupLowering::Refresh() {
  RefreshSql refresh;
  sql::Select changes = Changes();
  refresh.with = std::move(changes.with);
  changes.with.clear();
  if (groups_.keys.empty()) {
    changes.having.push_back(sql::Op(sql::CountStar(), ">", sql::Int(0)));
  }
  refresh.with.push_back({sql::Identifier(change_), sql::MakeStatement(std::move(changes)), true});
  bool recomputes =
      std::any_of(groups_.accumulators.begin(), groups_.accumulators.end(),
                  [](const ivm::Accumulator& a) { return a.kind == AccumulatorKind::Recomputed; });
  bool again = recomputes || lost_ != nullptr;
  if (again) {
    if (!recomputes) {
      refresh.with.push_back(
          {sql::Identifier(lost_groups_), sql::MakeStatement(LostGroups()), true});
    }
    Cut cut(program_);
    sql::Select state = ReadAgain(recomputes ? change_ : lost_groups_, cut);
    for (sql::Cte& query : cut.With()) {
      bool is_there =
          std::any_of(refresh.with.begin(), refresh.with.end(),
                      [&](const sql::Cte& other) { return other.name.name == query.name.name; });
      if (!is_there) refresh.with.push_back(std::move(query));
    }
    refresh.with.push_back({sql::Identifier(again_), sql::MakeStatement(std::move(state)), true});
  }
  refresh.with.push_back({sql::Identifier("changed"), sql::MakeStatement(ChangeGroups(again))});
  refresh.updated = CountOf("changed");
  refresh.inserted = refresh.deleted = sql::Int(0);
  if (HasRowCount()) {
    refresh.with.push_back({sql::Identifier("gone"), sql::MakeStatement(RemoveGroups())});
    refresh.with.push_back({sql::Identifier("added"), sql::MakeStatement(AddGroups(again))});
    refresh.inserted = CountOf("added");
    refresh.deleted = CountOf("gone");
  }
  for (const std::string& buffer : delta_.buffers) {
    sql::Expr count = CountOf(buffer);
    refresh.changes = refresh.changes == nullptr ? count : sql::Op(refresh.changes, "+", count);
  }
  return refresh;
}

}  // namespace tricklec::codegen::lower
