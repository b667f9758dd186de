#include "tricklec/codegen/lower/functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/codegen/lower/refresh.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;
using sql::MakePl;
using sql::MakeStatement;
using sql::Var;

// Twice the number of statements that the current one is nested in, plus one while rows are pending.
constexpr const char* kDepth = "__pgt_depth";
constexpr const char* kSetting = "__pgt_setting";
constexpr const char* kRows = "__pgt_rows";

sql::Pl Comment(std::string text) { return MakePl(sql::PlComment{std::move(text)}); }
sql::Pl Run(sql::StatementPtr statement) { return MakePl(sql::PlSql{std::move(statement)}); }
sql::Pl ReturnNull() { return MakePl(sql::PlReturn{true}); }
sql::Pl If(sql::Expr condition, sql::PlBlock then) {
  return MakePl(sql::PlIf{{{std::move(condition), std::move(then)}}, {}});
}
sql::Pl Assign(const char* variable, sql::Expr value) {
  return MakePl(sql::PlAssign{sql::Identifier(variable), std::move(value)});
}
void Append(sql::PlBlock& block, sql::PlBlock other) {
  block.insert(block.end(), other.begin(), other.end());
}
sql::Declaration Declare(const char* name, const char* type) {
  return {sql::Identifier(name), sql::RawSql(type)};
}

const ivm::EventProgram& EventOf(const ivm::SourceProgram& source, ivm::Event event) {
  for (const ivm::EventProgram& program : source.events) {
    if (program.event == event) return program;
  }
  TRICKLEC_CHECK(false, "a source has no program for an event");
  return source.events.front();
}

class FunctionLowering {
 public:
  FunctionLowering(const ivm::Program& program, const Names& names)
      : program_(program), names_(names) {}

  std::vector<GeneratedFunction> Run() {
    std::vector<GeneratedFunction> functions = {LowerFillFunction(program_, names_), Apply()};
    for (const ivm::SourceProgram& source : program_.sources) {
      functions.push_back(Pending(source));
      functions.push_back(Before(source));
      functions.push_back(After(source, ivm::Event::Insert, DeltaOrigin::Inserted, "insert"));
      functions.push_back(After(source, ivm::Event::Update, DeltaOrigin::Updated, "update"));
      functions.push_back(After(source, ivm::Event::Delete, DeltaOrigin::Deleted, "delete"));
      functions.push_back(AfterTruncate(source));
    }
    return functions;
  }

 private:
  static std::string NameOf(const ivm::SourceProgram& source) {
    return fmt::format("{}.{}", source.source->name.schema, source.source->name.name);
  }

  GeneratedFunction Make(sql::QualifiedName name, const char* result, sql::PlBlock statements,
                         std::vector<sql::Declaration> declarations, std::string comment) const {
    sql::PlBody body{std::move(declarations), std::move(statements), true};
    return {{std::move(name), sql::RawSql(result), std::move(body)}, std::move(comment)};
  }

  // ---- the nesting depth ----------------------------------------------------------------------------

  sql::Expr Setting() const {
    return sql::Fn("current_setting", {sql::Str(names_.DepthSetting()),
                                       sql::Make(sql::RawConstant{sql::RawSql("true")})});
  }
  sql::Pl ReadSetting() const { return Assign(kSetting, Setting()); }
  static sql::Expr DepthInSetting() {
    sql::Expr value = sql::Coalesce(
        sql::Make(sql::SyntaxCall{sql::SyntaxFunction::NullIf, {Var(kSetting), sql::Str("")}}),
        sql::Str("0"));
    return sql::Cast(std::move(value), "integer");
  }
  // An assignment, not PERFORM: it costs half.
  sql::Pl SetDepth(sql::Expr value) const {
    return Assign(kSetting,
                  sql::Fn("set_config", {sql::Str(names_.DepthSetting()), std::move(value),
                                         sql::Make(sql::RawConstant{sql::RawSql("true")})}));
  }
  sql::Pl SetDepthVariable() const { return SetDepth(sql::Cast(Var(kDepth), "text")); }
  // What the setting was before anyone set it. `2` and this are compared as text, for they are nearly all it
  // ever is, and each expression is prepared again in every transaction.
  sql::Pl SetNoDepth() const { return SetDepth(sql::Str("")); }

  static std::vector<sql::Declaration> Counters() {
    return {Declare(kDepth, "integer"), Declare(kSetting, "text")};
  }

  sql::Pl RaiseUnexpectedDepth() const {
    sql::PlRaise raise;
    raise.condition = "object_not_in_prerequisite_state";
    raise.message =
        sql::Str(fmt::format("the setting {} has an unexpected value", names_.DepthSetting()));
    raise.hint = sql::Str("Stream tables keep count in it; nothing else may set it.");
    return MakePl(std::move(raise));
  }

  /// \param alone what is done where no other statement is under way; the depth stays NULL then
  sql::PlBlock LeaveStatement(sql::PlBlock alone = {}) const {
    sql::PlBlock outermost = {SetNoDepth()};
    Append(outermost, std::move(alone));
    sql::PlBlock nested = {ReadSetting(),
                           Assign(kDepth, sql::Op(DepthInSetting(), "-", sql::Int(2))),
                           If(sql::Op(Var(kDepth), "<=", sql::Int(0)), {RaiseUnexpectedDepth()})};
    return {Comment("Leave the statement. The setting is twice the nesting depth, plus one while "
                    "rows are pending."),
            MakePl(sql::PlIf{{{sql::Op(Setting(), "=", sql::Str("2")), std::move(outermost)}},
                             std::move(nested)})};
  }

  sql::PlBlock EnterStatement() const {
    sql::Expr deeper =
        sql::Cast(sql::Op(sql::Cast(Var(kSetting), "integer"), "+", sql::Int(2)), "text");
    return {
        Comment(
            "Enter a statement. The setting is twice the nesting depth, plus one while rows are "
            "pending."),
        MakePl(sql::PlIf{{{sql::Op(Setting(), "<>", sql::Str("")),
                           {ReadSetting(), SetDepth(std::move(deeper))}}},
                         {SetDepth(sql::Str("2"))}})};
  }

  GeneratedFunction Before(const ivm::SourceProgram& source) const {
    sql::PlBlock body;
    if (program_.lock_class == ivm::LockClass::Table) body = LockVersion();
    Append(body, EnterStatement());
    body.push_back(ReturnNull());
    return Make(names_.SourceFunction(source.source->name, "before"), "trigger", std::move(body),
                {Declare(kSetting, "text")},
                fmt::format("counts the nested statements that change {} for stream table {}",
                            NameOf(source), names_.id()));
  }

  sql::Select VersionRow(std::vector<sql::Expr> conditions) const {
    sql::Select row;
    row.from = {sql::Table({sql::Identifier("pgtrickle_state"), sql::Identifier("version")}, "v")};
    row.where = {sql::Op(sql::Col("v", "id"), "=", sql::Str(names_.id()))};
    row.where.insert(row.where.end(), conditions.begin(), conditions.end());
    return row;
  }

  sql::Pl RaiseTooYoung() const {
    sql::PlRaise raise;
    raise.condition = "serialization_failure";
    raise.message = sql::Str(fmt::format(
        "stream table {} was created after the snapshot of this transaction", names_.id()));
    raise.hint = sql::Str("Retry the transaction.");
    return MakePl(std::move(raise));
  }

  // A lock alone would leave no trace for a transaction with an older snapshot: a new version of the
  // row does. One for each transaction is enough.
  sql::PlBlock LockVersion() const {
    sql::Expr xid = sql::Col("v", "xid"), current = sql::Fn("pg_current_xact_id", {});
    sql::Select row = VersionRow({sql::Op(xid, "<>", current)});
    sql::Update update{
        {}, {sql::Identifier("pgtrickle_state"), sql::Identifier("version")}, sql::Identifier("v")};
    update.sets = {{{sql::Identifier("xid")}, current}};
    update.where = row.where;
    sql::PlBlock not_updated = {MakePl(sql::PlPerform{VersionRow({sql::Op(xid, "=", current)})}),
                                If(sql::Make(sql::Not{Var("found")}), {RaiseTooYoung()})};
    return {Comment("One writer at a time: rows of several sources meet in this stream table."),
            lower::Run(MakeStatement(std::move(update))),
            If(sql::Make(sql::Not{Var("found")}), std::move(not_updated))};
  }

  // ---- maintenance ----------------------------------------------------------------------------------

  // Raises where this transaction cannot see the stream table, or groups deleted since its snapshot.
  sql::PlBlock Guard(std::optional<sql::Select> probe) const {
    // Under class table the version row has met everyone before.
    if (program_.lock_class == ivm::LockClass::Table) return {};
    sql::PlBlock guard = {MakePl(sql::PlPerform{VersionRow({})}),
                          If(sql::Make(sql::Not{Var("found")}), {RaiseTooYoung()})};
    if (probe) {
      guard.push_back(
          Comment("A group deleted since the snapshot must fail, not become a second row."));
      guard.push_back(MakePl(sql::PlPerform{std::move(*probe)}));
    }
    return {If(sql::Op(sql::Fn("current_setting", {sql::Str("transaction_isolation")}), "<>",
                       sql::Str("read committed")),
               std::move(guard))};
  }

  static void AppendStep(sql::PlBlock& block, const StepSql& step, bool execute) {
    sql::PlBlock statements = {Comment(step.comment),
                               MakePl(sql::PlSql{step.statement, execute, {}})};
    Append(statements, step.after);
    if (step.condition == nullptr) {
      Append(block, std::move(statements));
    } else {
      block.push_back(If(step.condition, std::move(statements)));
    }
  }

  int64_t SmallLimit(const StepContext& context) const {
    if (context.source != nullptr) return context.source->small_limit;
    int64_t limit = program_.sources.front().small_limit;
    for (const ivm::SourceProgram& source : program_.sources) {
      limit = std::min(limit, source.small_limit);
    }
    return limit;
  }

  // The statements of an event: those that read the delta in both sizes.
  sql::PlBlock Maintain(const StepContext& context) const {
    sql::PlBlock small, large, block;
    for (const StepSql& step : LowerSteps(context)) {
      if (step.reads_delta) {
        TRICKLEC_CHECK(block.empty(), "a step reads the delta after one that does not");
        AppendStep(small, step, false);
        AppendStep(large, step, true);
      } else {
        AppendStep(block, step, false);
      }
    }
    large.insert(large.begin(), Comment("The same, planned for the real number of rows."));
    sql::PlIf by_size;
    if (context.event.adds_one_row) {
      StepContext single = context;
      single.one_row = true;
      sql::PlBlock one;
      for (const StepSql& step : LowerSteps(single)) {
        if (step.reads_delta) AppendStep(one, step, false);
      }
      by_size.branches.emplace_back(sql::Op(Var(kRows), "=", sql::Int(1)), std::move(one));
    }
    by_size.branches.emplace_back(sql::Op(Var(kRows), "<=", sql::Int(SmallLimit(context))),
                                  std::move(small));
    by_size.otherwise = std::move(large);
    block.insert(block.begin(), MakePl(std::move(by_size)));
    return block;
  }

  static std::vector<sql::Declaration> StepVariables(const sql::PlBlock& block) {
    std::vector<sql::Declaration> declarations;
    struct Known {
      const char* name;
      const char* type;
    };
    for (Known known :
         {Known{kGone, "tid[]"}, {kLost, "tid[]"}, {kKept, "tid[]"}, {kShort, "bigint"}}) {
      if (Assigns(block, known.name)) declarations.push_back(Declare(known.name, known.type));
    }
    return declarations;
  }

  static bool Assigns(const sql::PlBlock& block, const char* variable) {
    for (const sql::Pl& statement : block) {
      if (const auto* choice = std::get_if<sql::PlIf>(&statement->node)) {
        for (const auto& [condition, inner] : choice->branches) {
          if (Assigns(inner, variable)) return true;
        }
        if (Assigns(choice->otherwise, variable)) return true;
      } else if (const auto* run = std::get_if<sql::PlSql>(&statement->node)) {
        const auto* select = std::get_if<sql::Select>(&run->statement->node);
        if (select == nullptr) continue;
        for (const sql::Identifier& target : select->into) {
          if (target.name == variable) return true;
        }
      }
    }
    return false;
  }

  sql::Pl CallFunction(std::string_view part) const {
    sql::Select call;
    call.items = {{sql::Make(sql::Call{names_.Function(part)}), std::nullopt}};
    return MakePl(sql::PlPerform{std::move(call)});
  }

  // Keeps the rows of a nested statement until the outermost one ends, in which they are applied.
  sql::PlBlock Defer(sql::PlBlock store) const {
    sql::PlBlock block = {
        Comment("Nested in another statement, or after one: kept until the outermost one ends.")};
    Append(block, std::move(store));
    block.push_back(SetDepthVariable());
    block.push_back(If(sql::Op(Var(kDepth), "=", sql::Int(1)), {CallFunction("apply")}));
    block.push_back(ReturnNull());
    return block;
  }

  // Old and new rows of one key are compared pair by pair only where no key occurs twice. Referential
  // actions can change one row several times in a statement: such rows are netted like pending ones.
  sql::Pl DetectRepeats(const ivm::SourceProgram& source) const {
    sql::Select repeats;
    repeats.from = {
        sql::Derived(ChangedRows(source, DeltaOrigin::Updated, source.cancel_key, false), "d")};
    for (size_t position : source.cancel_key) {
      repeats.group_by.push_back(sql::Col("d", source.source->columns[position].name));
    }
    repeats.group_by.push_back(sql::Col("d", kWeight));
    repeats.having = {sql::Op(sql::CountStar(), ">", sql::Int(1))};
    repeats.limit = sql::Int(1);
    return If(
        sql::Op(Var(kRows), ">", sql::Int(1)),
        {Comment("A row that cascades changed several times: the changes are added up first."),
         MakePl(sql::PlPerform{std::move(repeats)}),
         If(Var("found"), {Assign(kDepth, sql::Int(1))})});
  }

  // Other isolation levels need the guards of the steps: the snapshot may be older than the statement.
  static sql::Pl InPlace(const StepContext& context) {
    sql::PlBlock block = {
        Comment("Where it is found as it was before, only its values change: in place.")};
    Append(block, LowerInPlace(context));
    return If(sql::AllOf({sql::Op(Var(kRows), "=", sql::Int(1)),
                          sql::Op(sql::Fn("current_setting", {sql::Str("transaction_isolation")}),
                                  "=", sql::Str("read committed"))}),
              std::move(block));
  }

  GeneratedFunction After(const ivm::SourceProgram& source, ivm::Event event, DeltaOrigin origin,
                          const char* part) const {
    const ivm::EventProgram& event_program = EventOf(source, event);

    sql::Insert store{{}, names_.Pending(source.source->name)};
    std::vector<size_t> columns = PendingColumns(source);
    sql::Select rows;
    for (size_t position : columns) {
      const std::string& name = source.source->columns[position].name;
      store.columns.push_back(sql::Identifier(name));
      rows.items.push_back(sql::As(sql::Col("d", name), name));
    }
    store.columns.push_back(sql::Identifier(kWeight));
    store.columns.push_back(sql::Identifier(kBatch));
    rows.items.push_back(sql::As(sql::Col("d", kWeight), kWeight));
    // The first row stands for all of them in the check at commit.
    sql::Call number{sql::QualifiedName{sql::Identifier("row_number")}};
    number.over = sql::Window{};
    rows.items.push_back({sql::IfThenElse(sql::Op(sql::Make(std::move(number)), "=", sql::Int(1)),
                                          sql::Fn("gen_random_uuid", {}), nullptr),
                          std::nullopt});
    rows.from = {sql::Derived(ChangedRows(source, origin, columns, false), "d")};
    store.query = MakeStatement(std::move(rows));
    sql::PlBlock keep = {
        sql::MakePl(sql::PlSql{MakeStatement(std::move(store))}),
        If(Var("found"), {Assign(kDepth, sql::Op(Var(kDepth), "|", sql::Int(1)))})};
    StepContext context{program_, event_program, &source, names_, origin};
    sql::PlBlock alone;
    bool maintains = !event_program.steps.empty(), updates = event == ivm::Event::Update;
    if (maintains) alone = CountChanges(context, SmallLimit(context), kRows);
    if (updates && source.in_place) alone.push_back(InPlace(context));
    if (updates && maintains && source.cancel == ivm::CancelKind::ByKey) {
      alone.push_back(DetectRepeats(source));
    }
    sql::PlBlock body = LeaveStatement(std::move(alone));
    body.push_back(If(sql::Op(Var(kDepth), ">", sql::Int(0)), Defer(std::move(keep))));

    std::vector<sql::Declaration> declarations = Counters();
    if (maintains) {
      body.push_back(If(sql::Op(Var(kRows), "=", sql::Int(0)), {ReturnNull()}));
      Append(body, Guard(LowerProbe(context)));
      Append(body, Maintain(context));
      declarations.push_back(Declare(kRows, "bigint"));
      for (sql::Declaration& declaration : StepVariables(body))
        declarations.push_back(std::move(declaration));
    }
    body.push_back(ReturnNull());
    return Make(names_.SourceFunction(source.source->name, part), "trigger", std::move(body),
                std::move(declarations),
                fmt::format("maintains stream table {} after {} on {}", names_.id(),
                            std::string(part) == "insert"   ? "INSERT"
                            : std::string(part) == "update" ? "UPDATE"
                                                            : "DELETE",
                            NameOf(source)));
  }

  // ---- TRUNCATE, pending rows, fill ------------------------------------------------------------------

  bool EmptiesAtTruncate(const ivm::SourceProgram& source) const {
    const std::vector<ivm::Step>& steps = EventOf(source, ivm::Event::Truncate).steps;
    return std::any_of(steps.begin(), steps.end(), [](const ivm::Step& step) {
      return std::holds_alternative<ivm::TruncateStorage>(step);
    });
  }

  static bool MayRefuseNull(const ir::Type& type) {
    return !type.known || type.sql.find('.') != std::string::npos;
  }

  // A domain may be NOT NULL, but takes the NULL of an empty scalar subquery over a column of its own
  // (PostgreSQL manual, CREATE DOMAIN, Notes).
  static sql::Expr NullOfColumn(const sql::QualifiedName& table, const std::string& column) {
    sql::Select none;
    none.items = {{sql::Col("p", column), std::nullopt}};
    none.from = {sql::Table(table, "p")};
    none.where = {sql::Make(sql::RawConstant{sql::RawSql("false")})};
    return sql::Make(sql::ScalarSubquery{MakeStatement(std::move(none))});
  }

  /// What has to come before a recomputation inside a statement.
  sql::PlBlock ExcludeWriters(const ivm::Refill& refill) const {
    if (!refill.excludes_writers) return Guard({});
    sql::PlRaise raise;
    raise.condition = "active_sql_transaction";
    raise.message = sql::Str(fmt::format(
        "stream table {} can only be recomputed in a READ COMMITTED transaction", names_.id()));
    raise.detail = sql::Str("A TRUNCATE makes that necessary.");
    raise.hint = sql::Str("Use READ COMMITTED, or DELETE instead of TRUNCATE.");
    return {
        If(sql::Op(sql::Fn("current_setting", {sql::Str("transaction_isolation")}), "<>",
                   sql::Str("read committed")),
           {Comment("What others did since the snapshot would be missed."),
            MakePl(std::move(raise))}),
        Comment(
            "Writers of other sources who are here already are waited for; the next ones wait."),
        lower::Run(MakeStatement(sql::LockTable{names_.Table()}))};
  }

  GeneratedFunction AfterTruncate(const ivm::SourceProgram& source) const {
    sql::PlBlock body = LeaveStatement();
    sql::Insert marker{{}, names_.Pending(source.source->name)};
    sql::Select values;
    for (size_t position : PendingColumns(source)) {
      const ir::SourceColumn& column = source.source->columns[position];
      if (!MayRefuseNull(column.type)) continue;
      marker.columns.push_back(sql::Identifier(column.name));
      values.items.push_back({NullOfColumn(marker.table, column.name), std::nullopt});
    }
    marker.columns.push_back(sql::Identifier(kWeight));
    marker.columns.push_back(sql::Identifier(kBatch));
    values.items.push_back({sql::Int(0), std::nullopt});
    values.items.push_back({sql::Fn("gen_random_uuid", {}), std::nullopt});
    marker.query = MakeStatement(std::move(values));
    body.push_back(If(sql::Op(Var(kDepth), ">", sql::Int(0)),
                      Defer({lower::Run(MakeStatement(std::move(marker))),
                             Assign(kDepth, sql::Op(Var(kDepth), "|", sql::Int(1)))})));
    for (const ivm::Step& step : EventOf(source, ivm::Event::Truncate).steps) {
      if (std::holds_alternative<ivm::TruncateStorage>(step)) {
        body.push_back(Comment("No source row, no row."));
        body.push_back(lower::Run(MakeStatement(sql::Truncate{names_.Table()})));
      } else if (const auto* refill = std::get_if<ivm::Refill>(&step)) {
        Append(body, ExcludeWriters(*refill));
        body.push_back(CallFunction("fill"));
      }
    }
    body.push_back(ReturnNull());
    return Make(
        names_.SourceFunction(source.source->name, "truncate"), "trigger", std::move(body),
        Counters(),
        fmt::format("maintains stream table {} after TRUNCATE on {}", names_.id(), NameOf(source)));
  }

  GeneratedFunction Apply() const {
    StepContext context{program_, program_.pending, nullptr, names_, DeltaOrigin::Pending};

    std::vector<sql::StatementPtr> markers;
    for (const ivm::SourceProgram& source : program_.sources) {
      sql::Select truncated;
      truncated.from = {sql::Table(names_.Pending(source.source->name), "p")};
      truncated.where = {sql::Make(sql::IsNull{sql::Col("p", kBatch), true}),
                         sql::Op(sql::Col("p", kWeight), "=", sql::Int(0))};
      markers.push_back(MakeStatement(std::move(truncated)));
    }
    sql::Select truncated = std::get<sql::Select>(markers[0]->node);
    if (markers.size() > 1) {
      truncated = {};
      truncated.from = {sql::Derived(
          MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(markers)}), "p")};
    }
    sql::PlBlock refill = {Comment(program_.sources.size() == 1
                                       ? "The source was truncated in between: recompute."
                                       : "A source was truncated in between: recompute.")};
    Append(refill, ExcludeWriters(program_.recompute));
    if (std::all_of(program_.sources.begin(), program_.sources.end(),
                    [this](const auto& source) { return EmptiesAtTruncate(source); })) {
      refill.push_back(lower::Run(MakeStatement(sql::Truncate{names_.Table()})));
    }
    refill.push_back(CallFunction("fill"));

    sql::PlBlock maintain = CountChanges(context, SmallLimit(context), kRows);
    Append(maintain, Guard(LowerProbe(context)));
    Append(maintain, Maintain(context));

    sql::PlBlock body = {
        Comment("Only at the end of the outermost statement, with rows pending."),
        ReadSetting(),
        Assign(kDepth, DepthInSetting()),
        If(sql::Op(Var(kDepth), "<>", sql::Int(1)), {RaiseUnexpectedDepth()}),
        MakePl(sql::PlPerform{std::move(truncated)}),
        MakePl(sql::PlIf{{{Var("found"), std::move(refill)}}, std::move(maintain)})};
    for (const ivm::SourceProgram& source : program_.sources) {
      sql::Delete done{{}, names_.Pending(source.source->name), sql::Identifier("p")};
      body.push_back(lower::Run(MakeStatement(std::move(done))));
    }
    body.push_back(SetNoDepth());
    std::vector<sql::Declaration> declarations = Counters();
    declarations.push_back(Declare(kRows, "bigint"));
    for (sql::Declaration& declaration : StepVariables(body))
      declarations.push_back(std::move(declaration));
    return Make(
        names_.Function("apply"), "void", std::move(body), std::move(declarations),
        fmt::format("applies the rows of nested statements to stream table {}", names_.id()));
  }

  // Rows that are still pending at commit mean that someone forged the setting.
  GeneratedFunction Pending(const ivm::SourceProgram& source) const {
    sql::Select left;
    left.from = {sql::Table(names_.Pending(source.source->name), "p")};
    left.where = {sql::Op(sql::Col("p", kBatch), "=", sql::Col("new", kBatch))};
    sql::PlRaise raise;
    raise.condition = "object_not_in_prerequisite_state";
    raise.message = sql::Str(fmt::format("changes of {} were not applied to stream table {}",
                                         NameOf(source), names_.id()));
    raise.hint =
        sql::Str(fmt::format("The setting {} was changed in this transaction; nothing may set it.",
                             names_.DepthSetting()));
    sql::PlBlock body = {MakePl(sql::PlPerform{std::move(left)}),
                         If(Var("found"), {MakePl(std::move(raise))}), ReturnNull()};
    return Make(
        names_.SourceFunction(source.source->name, "pending"), "trigger", std::move(body), {},
        fmt::format("refuses to commit changes of {} that were not applied to stream table {}",
                    NameOf(source), names_.id()));
  }

  const ivm::Program& program_;
  const Names& names_;
};

}  // namespace

std::vector<GeneratedFunction> LowerFunctions(const ivm::Program& program, const Names& names) {
  if (program.mode != ir::RefreshMode::Immediate) return LowerRefreshFunctions(program, names);
  return FunctionLowering(program, names).Run();
}

}  // namespace tricklec::codegen::lower
