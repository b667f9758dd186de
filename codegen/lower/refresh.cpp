// A refresh is one statement: it reads the changes, computes what they mean for the stored rows, writes
// the difference, and advances the frontier. So all of it sees one snapshot, at every isolation level.
#include "tricklec/codegen/lower/refresh.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/codegen/lower/copies.h"
#include "tricklec/codegen/lower/cut.h"
#include "tricklec/codegen/lower/group_lowering.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;
using sql::MakePl;
using sql::MakeStatement;

constexpr const char* kCounts = "__pgt_counts";
constexpr const char* kWanted = "wanted";
constexpr const char* kFound = "__pgt_found";
constexpr const char* kRow = "__pgt_row";

sql::QualifiedName Plain(const std::string& name) {
  return sql::QualifiedName{sql::Identifier(name)};
}
sql::Expr Raw(const char* text) { return sql::Make(sql::RawConstant{sql::RawSql(text)}); }
std::vector<sql::SelectItem> One() { return {sql::As(sql::Int(1), "one")}; }

sql::Expr Count(const std::string& query) {
  sql::Select count;
  count.items = {{sql::CountStar(), std::nullopt}};
  count.from = {sql::Table(Plain(query), query)};
  return sql::Make(sql::ScalarSubquery{MakeStatement(std::move(count))});
}

// How many copies of rows come.
sql::Expr CopiesIn(const std::string& query) {
  sql::Expr weight = sql::Col(query, kWeight);
  sql::Select sum;
  sum.items = {{sql::Coalesce(sql::Aggregate("sum", weight), sql::Int(0)), std::nullopt}};
  sum.from = {sql::Table(Plain(query), query)};
  sum.where = {sql::Op(weight, ">", sql::Int(0))};
  return sql::Make(sql::ScalarSubquery{MakeStatement(std::move(sum))});
}

class RefreshLowering {
 public:
  RefreshLowering(const ivm::Program& program, const Names& names)
      : program_(program),
        names_(names),
        storage_(program.storage),
        table_(FreeAlias(program, "t")),
        change_(FreeAlias(program, "d")) {
    for (const ivm::StoredColumn& column : storage_.columns) {
      columns_.push_back(column.name);
      types_.push_back(&column.type);
    }
  }

  GeneratedFunction Differential() const {
    sql::Select frontier;
    for (const char* column : {"snap", "own", "last"}) {
      frontier.items.push_back({sql::Col("f", column), std::nullopt});
    }
    frontier.into = {sql::Identifier(kSnapshot), sql::Identifier(kOwn), sql::Identifier(kLast)};
    frontier.from = {sql::Table(Frontiers(), "f")};
    frontier.where = {IsOurs("f")};
    sql::PlBlock body = {
        MakePl(sql::PlComment{"What was consumed so far. The runtime holds the lock of this row."}),
        MakePl(sql::PlSql{MakeStatement(std::move(frontier))})};
    for (sql::Pl& read : Cut::ReadVariables(program_, names_)) body.push_back(std::move(read));
    RefreshSql refresh;
    StepContext context{program_, program_.pending, nullptr, names_, DeltaOrigin::Buffer};
    if (program_.groups) {
      refresh = GroupLowering(context).Refresh();
    } else {
      refresh = Rows(context);
    }
    return Function("differential",
                    "Read the changes, write what follows from them, advance the frontier.",
                    std::move(refresh), std::move(body),
                    {{sql::Identifier(kSnapshot), sql::RawSql("pg_snapshot")},
                     {sql::Identifier(kOwn), sql::RawSql("xid8")},
                     {sql::Identifier(kLast), sql::RawSql("bigint")}},
                    fmt::format("brings stream table {} up to date with the changes of its sources",
                                names_.id()));
  }

  GeneratedFunction Full() const {
    return Function(
        "full", "Compute all rows, write the difference, advance the frontier.", Difference(),
        Cut::ReadVariables(program_, names_), {},
        fmt::format("computes stream table {} again and applies the difference", names_.id()));
  }

 private:
  static sql::QualifiedName Frontiers() {
    return {sql::Identifier("pgtrickle"), sql::Identifier("pgt_frontiers")};
  }
  static sql::Expr IsOurs(const char* alias) {
    return sql::Op(sql::Col(alias, "pgt_id"), "=", Raw("$1"));
  }

  sql::Update AdvanceFrontier() const {
    sql::Select last;
    last.items = {{sql::Col("c", "last_value"), std::nullopt}};
    last.from = {sql::Table({sql::Identifier("pgtrickle_state"), sql::Identifier("change")}, "c")};
    sql::Select system;
    system.items = {{sql::Col("c", "system_identifier"), std::nullopt}};
    system.from = {{sql::FromFunction{sql::Fn("pg_control_system", {}), sql::Identifier("c")}}};
    sql::Update advance{{}, Frontiers(), sql::Identifier("f")};
    advance.sets = {
        {{sql::Identifier("snap")},
         program_.cut_from ? sql::Var(kCutSnapshot) : sql::Fn("pg_current_snapshot", {})},
        {{sql::Identifier("own")}, sql::Fn("pg_current_xact_id", {})},
        {{sql::Identifier("last")}, sql::Make(sql::ScalarSubquery{MakeStatement(std::move(last))})},
        {{sql::Identifier("system_identifier")},
         sql::Make(sql::ScalarSubquery{MakeStatement(std::move(system))})}};
    advance.where = {IsOurs("f")};
    return advance;
  }

  GeneratedFunction Function(const char* part, const char* what, RefreshSql refresh,
                             sql::PlBlock body, std::vector<sql::Declaration> declarations,
                             std::string comment) const {
    sql::Select statement;
    statement.with = std::move(refresh.with);
    statement.with.push_back({sql::Identifier("advanced"), MakeStatement(AdvanceFrontier())});
    for (sql::Expr& count : std::vector<sql::Expr>{refresh.inserted, refresh.updated,
                                                   refresh.deleted, refresh.changes}) {
      statement.items.push_back({std::move(count), std::nullopt});
    }
    statement.into = {sql::Identifier(kCounts)};
    body.push_back(MakePl(sql::PlComment{what}));
    body.push_back(MakePl(sql::PlSql{MakeStatement(std::move(statement))}));
    body.push_back(MakePl(sql::PlReturn{false, sql::Var(kCounts)}));
    if (program_.cut_from) {
      for (sql::Declaration& variable : Cut::Variables()) declarations.push_back(variable);
    }
    declarations.push_back({sql::Identifier(kCounts), sql::RawSql("pgtrickle.refresh_counts")});
    sql::CreateFunction function{names_.Function(part), sql::RawSql("pgtrickle.refresh_counts"),
                                 sql::PlBody{std::move(declarations), std::move(body), true}};
    function.parameters = {{sql::Identifier("pgt_id"), sql::RawSql("bigint")}};
    function.plans_each_time = true;
    return {std::move(function), std::move(comment)};
  }

  // ---- what is written --------------------------------------------------------------------------
  //
  // `from` is a query in WITH that has the stored columns.

  void Remove(RefreshSql& refresh, const std::string& from, std::vector<sql::Expr> where) const {
    sql::Delete gone{{}, names_.Table(), sql::Identifier(table_)};
    gone.using_items = {sql::Table(Plain(from), from)};
    gone.where = std::move(where);
    gone.returning = One();
    refresh.with.push_back({sql::Identifier("gone"), MakeStatement(std::move(gone))});
    refresh.deleted = Count("gone");
  }

  void Change(RefreshSql& refresh, const std::string& from, std::vector<sql::Expr> where) const {
    sql::Update changed{{}, names_.Table(), sql::Identifier(table_)};
    for (const std::string& column : columns_) {
      changed.sets.push_back({{sql::Identifier(column)}, sql::Col(from, column)});
    }
    changed.from = {sql::Table(Plain(from), from)};
    changed.where = std::move(where);
    changed.returning = One();
    refresh.with.push_back({sql::Identifier("changed"), MakeStatement(std::move(changed))});
    refresh.updated = Count("changed");
  }

  void Add(RefreshSql& refresh, const std::string& from, std::vector<sql::Expr> where) const {
    sql::Insert added{{}, names_.Table()};
    for (const std::string& column : columns_) added.columns.push_back(sql::Identifier(column));
    sql::Select rows;
    rows.items = StoredColumnsOf(program_, from);
    rows.from = {sql::Table(Plain(from), from)};
    rows.where = std::move(where);
    added.query = MakeStatement(std::move(rows));
    added.returning = One();
    refresh.with.push_back({sql::Identifier("added"), MakeStatement(std::move(added))});
    refresh.inserted = Count("added");
  }

  // ---- rows -------------------------------------------------------------------------------------

  RefreshSql Rows(const StepContext& context) const {
    Delta delta = LowerDelta(context);
    RefreshSql refresh;
    refresh.with = std::move(delta.block.select.with);
    sql::Select values = delta.block.select;
    values.with.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      values.items.push_back(
          sql::As(Lower(program_.row_values[i], delta.block.scope), columns_[i]));
    }
    values.items.push_back(sql::As(delta.weight, kWeight));
    refresh.with.push_back(
        {sql::Identifier(change_), Net(MakeStatement(std::move(values)), columns_, types_), true});
    if (storage_.kind == ivm::StorageKind::Bag) {
      ApplyCopies(refresh);
    } else {
      ApplyByKey(refresh);
    }
    for (const std::string& buffer : delta.buffers) {
      sql::Expr count = Count(buffer);
      refresh.changes = refresh.changes == nullptr ? count : sql::Op(refresh.changes, "+", count);
    }
    return refresh;
  }

  void ApplyCopies(RefreshSql& refresh) const {
    refresh.with.push_back(
        {sql::Identifier("doomed"), DoomedCopies(program_, names_, table_, change_)});
    Remove(refresh, "doomed", {sql::Op(sql::Col(table_, "ctid"), "=", sql::Col("doomed", kRow))});
    refresh.with.push_back(
        {sql::Identifier("added"), MakeStatement(AddedCopies(program_, names_, change_))});
    refresh.inserted = CopiesIn(change_);
    refresh.updated = sql::Int(0);
  }

  // Keys with an old and a new row change, those with one of them come or go.
  void ApplyByKey(RefreshSql& refresh) const {
    const std::string other = FreeAlias(program_, "n");
    auto has_no = [&](const char* comparison) {
      sql::Select select;
      select.from = {sql::Table(Plain(change_), other)};
      select.where = KeyMatch(program_, other, change_);
      select.where.push_back(sql::Op(sql::Col(other, kWeight), comparison, sql::Int(0)));
      return sql::Make(sql::Exists{MakeStatement(std::move(select)), true});
    };
    sql::Expr goes = sql::Op(sql::Col(change_, kWeight), "<", sql::Int(0));
    sql::Expr comes = sql::Op(sql::Col(change_, kWeight), ">", sql::Int(0));
    std::vector<sql::Expr> gone = KeyMatch(program_, table_, change_), changed = gone;
    gone.insert(gone.end(), {goes, has_no(">")});
    changed.push_back(comes);
    Remove(refresh, change_, std::move(gone));
    Change(refresh, change_, std::move(changed));
    Add(refresh, change_, {comes, has_no("<")});
  }

  // ---- the difference to all rows ---------------------------------------------------------------------

  void Want(RefreshSql& refresh, bool found) const {
    Cut cut(program_);
    sql::Select wanted = std::get<sql::Select>(
        std::get<sql::Insert>(LowerFill(program_, names_, cut.Scans())->node).query->node);
    if (found) wanted.items.push_back(sql::As(Raw("true"), kFound));
    refresh.with = cut.With();
    refresh.with.push_back({sql::Identifier(kWanted), MakeStatement(std::move(wanted)), true});
  }

  sql::Expr Record(const std::string& alias) const {
    std::vector<sql::Expr> fields;
    for (const std::string& column : columns_) fields.push_back(sql::Col(alias, column));
    return sql::RecordOf(std::move(fields));
  }

  RefreshSql Difference() const {
    bool sortable = std::all_of(storage_.key.begin(), storage_.key.end(), [&](size_t position) {
      return storage_.columns[position].type.sortable;
    });
    if (storage_.kind == ivm::StorageKind::SingleRow) return DifferenceOfRow();
    if (storage_.kind == ivm::StorageKind::Bag || !sortable) return DifferenceOfCopies();
    return DifferenceByKey();
  }

  RefreshSql DifferenceOfRow() const {
    RefreshSql refresh;
    Want(refresh, false);
    Change(refresh, kWanted, {sql::Op(Record(table_), "*<>", Record(kWanted))});
    sql::Select stored;
    stored.from = {sql::Table(names_.Table(), table_)};
    Add(refresh, kWanted, {sql::Make(sql::Exists{MakeStatement(std::move(stored)), true})});
    refresh.deleted = sql::Int(0);
    refresh.changes = Count(kWanted);
    return refresh;
  }

  RefreshSql DifferenceByKey() const {
    RefreshSql refresh;
    Want(refresh, true);
    sql::Select difference;
    difference.items = {sql::As(sql::Col(table_, "ctid"), kRow),
                        sql::As(sql::Col(kWanted, kFound), kFound)};
    for (const std::string& column : columns_) {
      difference.items.push_back(sql::As(sql::Col(kWanted, column), column));
    }
    difference.from = {sql::Table(Plain(kWanted), kWanted), sql::Table(names_.Table(), table_)};
    difference.from.back().join = sql::JoinKind::Full;
    std::vector<sql::Expr> same;
    for (size_t position : storage_.key) {
      const ivm::StoredColumn& column = storage_.columns[position];
      sql::Expr a = sql::Col(table_, column.name), b = sql::Col(kWanted, column.name);
      same.push_back(column.not_null ? Equals(column.type, a, b)
                                     : sql::Op(sql::RecordOf({a}), "=", sql::RecordOf({b})));
    }
    difference.from.back().on = sql::AllOf(std::move(same));
    difference.where = {sql::AnyOf({sql::Make(sql::IsNull{sql::Col(table_, "ctid")}),
                                    sql::Make(sql::IsNull{sql::Col(kWanted, kFound)}),
                                    sql::Op(Record(table_), "*<>", Record(kWanted))})};
    refresh.with.push_back({sql::Identifier(change_), MakeStatement(std::move(difference)), true});

    sql::Expr is_row = sql::Op(sql::Col(table_, "ctid"), "=", sql::Col(change_, kRow));
    sql::Expr wanted = sql::Col(change_, kFound);
    Remove(refresh, change_, {is_row, sql::Make(sql::IsNull{wanted})});
    Change(refresh, change_, {is_row, wanted});
    Add(refresh, change_, {sql::Make(sql::IsNull{sql::Col(change_, kRow)})});
    refresh.changes = Count(kWanted);
    return refresh;
  }

  // All rows that there should be, minus all that there are, image by image.
  RefreshSql DifferenceOfCopies() const {
    RefreshSql refresh;
    Want(refresh, false);
    auto side = [&](sql::FromItem from, const std::string& alias, int weight) {
      sql::Select select;
      select.items = StoredColumnsOf(program_, alias);
      select.items.push_back(sql::As(sql::Int(weight), kWeight));
      select.from = {std::move(from)};
      return MakeStatement(std::move(select));
    };
    sql::StatementPtr all =
        MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll,
                                        {side(sql::Table(Plain(kWanted), kWanted), kWanted, 1),
                                         side(sql::Table(names_.Table(), table_), table_, -1)}});
    refresh.with.push_back({sql::Identifier(change_), Net(std::move(all), columns_, types_), true});
    ApplyCopies(refresh);
    refresh.changes = Count(kWanted);
    return refresh;
  }

  const ivm::Program& program_;
  const Names& names_;
  const ivm::Storage& storage_;
  std::string table_, change_;
  std::vector<std::string> columns_;
  std::vector<const ir::Type*> types_;
};

}  // namespace

GeneratedFunction LowerFillFunction(const ivm::Program& program, const Names& names) {
  sql::PlBlock body = {
      MakePl(sql::PlComment{"Replace the whole content."}),
      MakePl(sql::PlSql{MakeStatement(sql::Delete{{}, names.Table(), sql::Identifier("t")})}),
      MakePl(sql::PlSql{LowerFill(program, names)})};
  return {{names.Function("fill"), sql::RawSql("void"), sql::PlBody{{}, std::move(body), true}},
          fmt::format("computes stream table {} from its sources", names.id())};
}

std::vector<GeneratedFunction> LowerRefreshFunctions(const ivm::Program& program,
                                                     const Names& names) {
  std::vector<GeneratedFunction> functions = {LowerFillFunction(program, names)};
  RefreshLowering lowering(program, names);
  functions.push_back(lowering.Full());
  if (program.mode == ir::RefreshMode::Differential) functions.push_back(lowering.Differential());
  return functions;
}

}  // namespace tricklec::codegen::lower
