#include "tricklec/codegen/script/definition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "tricklec/codegen/lower/functions.h"
#include "tricklec/codegen/print/quote.h"
#include "tricklec/codegen/print/statement.h"
#include "tricklec/codegen/script/script.h"
#include "tricklec/ivm/auxiliaries.h"

namespace tricklec::codegen::script {

namespace {

namespace sql = sqltree;
using sql::MakePl;
using sql::MakeStatement;

constexpr int kCompilerFormat = 1;
/// What the scripts of this version call exists from this runtime on.
constexpr int kRuntimeMajor = 0, kRuntimeMinor = 4;

sql::Expr Typed(std::string text, const char* type) {
  return sql::Make(sql::StringConstant{sql::Literal(std::move(text)), sql::RawSql(type)});
}
sql::Expr Regclass(const sql::QualifiedName& name) { return Typed(print::Quote(name), "regclass"); }
sql::Expr Regprocedure(const sql::QualifiedName& name) {
  return Typed(print::Quote(name) + "()", "regprocedure");
}
// Of the functions that the runtime calls with the stream table's number.
sql::Expr RefreshFunction(const sql::QualifiedName& name) {
  return Typed(print::Quote(name) + "(bigint)", "regprocedure");
}
sql::Expr True() { return sql::Make(sql::RawConstant{sql::RawSql("true")}); }

sql::QualifiedName Runtime(const char* function) {
  return {sql::Identifier("pgtrickle"), sql::Identifier(function)};
}
sql::Expr CallRuntime(const char* function, std::vector<sql::Expr> args) {
  sql::Call call{Runtime(function)};
  call.args = std::move(args);
  return sql::Make(std::move(call));
}

sql::Expr TextArray(const std::vector<std::string>& texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (char c : text) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return Typed(array + "}", "text[]");
}

sql::Pl Raise(const char* condition, sql::Expr message, std::string hint) {
  sql::PlRaise raise;
  raise.condition = condition;
  raise.message = std::move(message);
  if (!hint.empty()) raise.hint = sql::Str(std::move(hint));
  return MakePl(std::move(raise));
}
sql::Pl If(sql::Expr condition, sql::PlBlock then) {
  return MakePl(sql::PlIf{{{std::move(condition), std::move(then)}}, {}});
}

class DefinitionScript {
 public:
  DefinitionScript(const ivm::Program& program, const lower::Names& names)
      : program_(program), names_(names), storage_(program.storage) {}

  std::vector<Item> Run(const std::string& definition_hash) {
    AddChecks();
    for (const ivm::Program& inner : program_.auxiliaries) {
      lower::Names names(inner.definition.name);
      DefinitionScript script(inner, names);
      script.is_inner_ = true;
      script.indexed_ = std::move(indexed_);
      std::vector<Item> items = script.RunUnchecked(definition_hash);
      indexed_ = std::move(script.indexed_);
      items_.insert(items_.end(), std::make_move_iterator(items.begin()),
                    std::make_move_iterator(items.end()));
    }
    return RunUnchecked(definition_hash);
  }

 private:
  std::vector<Item> RunUnchecked(const std::string& definition_hash) {
    AddView();
    AddTable();
    AddIndexes();
    AddIndexesOfInnerResults();
    if (IsImmediate()) AddPending();
    AddFunctions();
    AddRegistration(definition_hash);
    AddStart();
    return std::move(items_);
  }

  bool IsImmediate() const { return program_.mode == ir::RefreshMode::Immediate; }

  void Add(sql::StatementPtr statement, std::string comment = "") {
    items_.push_back({std::move(comment), std::move(statement)});
  }
  void Call(sql::Expr call, std::string comment = "") {
    items_.push_back({std::move(comment), RuntimeCall{std::move(call)}});
  }
  void Block(const char* tag, sql::PlBody body, std::string comment) {
    items_.push_back({std::move(comment), sql::DoBlock{sql::Identifier(tag), std::move(body)}});
  }

  // ---- checks -----------------------------------------------------------------------------------

  void AddChecks() {
    const std::string version = fmt::format("{}.{}", kRuntimeMajor, kRuntimeMinor);
    sql::PlBlock checks;
    checks.push_back(
        If(sql::Make(sql::IsNull{sql::Fn("to_regprocedure", {sql::Str("pgtrickle.version()")})}),
           {Raise("object_not_in_prerequisite_state",
                  sql::Str("this database has no stream table runtime"),
                  "tricklec apply installs it; tricklec runtime install prints its SQL.")}));
    sql::Expr installed = sql::Cast(
        sql::Fn("string_to_array", {CallRuntime("version", {}), sql::Str(".")}), "integer[]");
    checks.push_back(
        If(sql::Op(installed, "<",
                   Typed(fmt::format("{{{},{}}}", kRuntimeMajor, kRuntimeMinor), "integer[]")),
           {Raise("object_not_in_prerequisite_state",
                  sql::Op(sql::Str(fmt::format(
                              "stream table {} needs runtime {} or later, this database has ",
                              names_.id(), version)),
                          "||", CallRuntime("version", {})),
                  "tricklec apply upgrades it.")}));
    checks.push_back(
        If(sql::Op(sql::Fn("current_setting", {sql::Str("transaction_isolation")}), "<>",
                   sql::Str("read committed")),
           {Raise("active_sql_transaction",
                  sql::Str(fmt::format(
                      "stream table {} can only be created in a READ COMMITTED transaction",
                      names_.id())),
                  "Its snapshot must not be older than the locks on its sources.")}));
    // The text below leaves out pg_catalog; nothing may stand before it.
    sql::Expr path =
        sql::Fn("array_remove",
                {sql::Fn("current_schemas", {True()}),
                 sql::Cast(sql::Cast(sql::Fn("pg_my_temp_schema", {}), "regnamespace"), "name")});
    sql::Expr position = sql::Fn("array_position", {std::move(path), Typed("pg_catalog", "name")});
    checks.push_back(If(sql::Op(std::move(position), "<>", sql::Int(1)),
                        {Raise("object_not_in_prerequisite_state",
                               sql::Str("search_path puts other schemas before pg_catalog"),
                               "RESET search_path, or leave pg_catalog out of it.")}));
    sql::Expr taken = sql::Make(
        sql::IsNull{sql::Fn("to_regclass", {sql::Str(print::Quote(names_.Table()))}), true});
    if (program_.definition.if_not_exists) {
      sql::Select known;
      known.from = {
          sql::Table({sql::Identifier("pgtrickle"), sql::Identifier("pgt_stream_tables")}, "s")};
      known.where = {sql::Op(sql::Col("s", "pgt_relid"), "=",
                             sql::Fn("to_regclass", {sql::Str(print::Quote(names_.Table()))}))};
      sql::PlRaise notice;
      notice.notice = true;
      notice.message =
          sql::Str(fmt::format("stream table {} already exists, skipping", names_.id()));
      checks.push_back(MakePl(sql::PlPerform{std::move(known)}));
      checks.push_back(If(sql::Var("found"), {MakePl(std::move(notice)), MakePl(sql::PlReturn{})}));
    }
    checks.push_back(
        If(taken, {Raise("duplicate_table",
                         sql::Str(fmt::format("relation {} already exists", names_.id())), "")}));
    Block("check", {{}, std::move(checks), false}, "");
  }

  // ---- the objects of the stream table ----------------------------------------------------------

  void AddView() {
    lower::Block block = lower::LowerBlock(program_.definition.query, lower::ScanTable);
    Add(MakeStatement(sql::CreateView{names_.View(),
                                      lower::Finish(block, &program_.definition.column_names)}),
        is_inner_ ? "An inner result of the query."
                  : "The definition: what the table always equals.");
    Comment(sql::ObjectKind::View, names_.View(),
            fmt::format("definition of stream table {}", names_.id()));
  }

  void Comment(sql::ObjectKind kind, sql::QualifiedName object, std::string text,
               std::optional<sql::Identifier> column = std::nullopt) {
    Add(MakeStatement(sql::CommentOn{kind, std::move(object), std::move(column), std::move(text)}));
  }

  static sql::ColumnDefinition Definition(const ivm::StoredColumn& column) {
    sql::ColumnDefinition definition{sql::Identifier(column.name), sql::RawSql(column.type.sql),
                                     std::nullopt, column.not_null};
    if (!column.collation_name.empty()) {
      definition.collation = sql::QualifiedName{sql::Identifier(column.collation_schema),
                                                sql::Identifier(column.collation_name)};
    }
    return definition;
  }

  void AddTable() {
    bool all_known = std::all_of(storage_.columns.begin(), storage_.columns.end(),
                                 [](const auto& column) { return column.type.known; });
    sql::CreateTable table{names_.Table()};
    for (const auto& [name, value] : program_.definition.storage_parameters) {
      table.parameters.emplace_back(sql::RawSql(name), sql::RawSql(value));
    }
    if (program_.definition.tablespace) {
      table.tablespace = sql::Identifier(*program_.definition.tablespace);
    }
    sql::AddColumns hidden{names_.Table(), {}};
    for (const ivm::StoredColumn& column : storage_.columns) {
      if (all_known || column.visible) continue;
      hidden.columns.push_back(Definition(column));
    }
    if (all_known) {
      for (const ivm::StoredColumn& column : storage_.columns)
        table.columns.push_back(Definition(column));
      Add(MakeStatement(std::move(table)),
          is_inner_ ? "Where it is kept, for the stream table to follow its changes."
                    : "The stream table.");
    } else {
      sql::Select visible;
      for (const ivm::StoredColumn& column : storage_.columns) {
        if (column.visible)
          visible.items.push_back(sql::As(sql::Col("v", column.name), column.name));
      }
      visible.from = {sql::Table(names_.View(), "v")};
      table.as_query = MakeStatement(std::move(visible));
      Add(MakeStatement(std::move(table)),
          "The stream table, with the types that its query has here.");
      if (!hidden.columns.empty()) Add(MakeStatement(std::move(hidden)));
    }
    for (const ivm::StoredColumn& column : storage_.columns) {
      if (column.visible || column.comment.empty()) continue;
      Comment(sql::ObjectKind::Column, names_.Table(), column.comment,
              sql::Identifier(column.name));
    }
    if (all_known) AddTypeCheck();
  }

  // What the compiler took the types for, against what they are on this server.
  void AddTypeCheck() {
    sql::Select compare;
    auto type_of = [](const char* alias) {
      return sql::Op(
          sql::Fn("format_type", {sql::Col(alias, "atttypid"), sql::Col(alias, "atttypmod")}), "||",
          sql::IfThenElse(
              sql::Op(sql::Col(alias, "attcollation"), "<>", sql::Int(0)),
              sql::Op(
                  sql::Str(" COLLATE "), "||",
                  sql::Cast(sql::Cast(sql::Col(alias, "attcollation"), "regcollation"), "text")),
              sql::Str("")));
    };
    sql::Expr text =
        sql::Fn("format", {sql::Str("column %I is %s in the definition and %s in the table"),
                           sql::Col("v", "attname"), type_of("v"), type_of("t")});
    sql::Call all{sql::QualifiedName{sql::Identifier("string_agg")}};
    all.args = {std::move(text), sql::Str("; ")};
    all.order_by = {{sql::Col("v", "attnum"), std::nullopt}};
    compare.items = {{sql::Make(std::move(all)), std::nullopt}};
    compare.into = {sql::Identifier("__pgt_difference")};
    sql::QualifiedName attributes{sql::Identifier("pg_attribute")};
    compare.from = {sql::Table(attributes, "v"), sql::Table(attributes, "t")};
    compare.from[1].join = sql::JoinKind::Inner;
    compare.from[1].on = sql::Op(sql::Col("t", "attnum"), "=", sql::Col("v", "attnum"));
    auto key = [](const char* alias) {
      return sql::RecordOf({sql::Col(alias, "attname"), sql::Col(alias, "atttypid"),
                            sql::Col(alias, "atttypmod"), sql::Col(alias, "attcollation")});
    };
    compare.where = {sql::Op(sql::Col("v", "attrelid"), "=", Regclass(names_.View())),
                     sql::Op(sql::Col("t", "attrelid"), "=", Regclass(names_.Table())),
                     sql::Op(sql::Col("v", "attnum"), ">", sql::Int(0)),
                     sql::Op(key("v"), "<>", key("t"))};
    sql::PlRaise raise;
    raise.condition = "datatype_mismatch";
    raise.message =
        sql::Str(fmt::format("stream table {} was compiled for other types", names_.id()));
    raise.detail = sql::Var("__pgt_difference");
    raise.hint = sql::Str("Compile it again with the schema of this database.");
    sql::PlBody body;
    body.declarations = {{sql::Identifier("__pgt_difference"), sql::RawSql("text")}};
    body.statements = {
        MakePl(sql::PlSql{MakeStatement(std::move(compare))}),
        If(sql::Make(sql::IsNull{sql::Var("__pgt_difference"), true}), {MakePl(std::move(raise))})};
    Block("types", std::move(body), "");
  }

  void AddIndexes() {
    std::string table = program_.definition.name.name;
    auto column = [&](size_t position) {
      return sql::Make(sql::Column{std::nullopt, sql::Identifier(storage_.columns[position].name)});
    };
    if (!storage_.key.empty() && storage_.unique_index) {
      sql::CreateIndex index{true, names_.Index("key"), names_.Table()};
      for (size_t position : storage_.key) {
        index.elements.push_back(column(position));
        index.nulls_not_distinct |= !storage_.columns[position].not_null;
      }
      Add(MakeStatement(std::move(index)));
    } else if (!storage_.hash_columns.empty()) {
      sql::CreateIndex index{false, names_.Index("hash"), names_.Table()};
      index.method = "hash";
      std::vector<sql::Expr> fields;
      for (size_t position : storage_.hash_columns) fields.push_back(column(position));
      index.elements = {lower::HashOf(std::move(fields))};
      Add(MakeStatement(std::move(index)));
    }
  }

  // An inner result is found by the columns that its readers join or group it by.
  void AddIndexesOfInnerResults() {
    for (const ivm::IndexNeed& need : program_.indexes) {
      if (need.source->kind != ir::RelationKind::Auxiliary || need.present) continue;
      lower::Names inner(need.source->name);
      // Several readers may find it by the same columns.
      if (!indexed_.insert({inner.id(), need.columns}).second) continue;
      sql::CreateIndex index{false, inner.Index(fmt::format("{}", fmt::join(need.columns, "_"))),
                             inner.Table()};
      for (const std::string& name : need.columns) {
        for (const ir::SourceColumn& column : need.source->columns) {
          if (column.name != name) continue;
          sql::Expr element = sql::Make(sql::Column{std::nullopt, sql::Identifier(name)});
          if (!column.type.max_bytes) {
            // A long value would not fit into an entry of a btree.
            index.method = "hash";
            index.elements = {std::move(element)};
          } else if (index.method.empty()) {
            index.elements.push_back(std::move(element));
          }
        }
      }
      if (!index.elements.empty()) Add(MakeStatement(std::move(index)));
    }
  }

  bool LocksAnchors() const {
    for (const ivm::SourceProgram& source : program_.sources) {
      for (const ivm::EventProgram& event : source.events) {
        for (const ivm::Step& step : event.steps) {
          if (std::holds_alternative<ivm::LockAnchors>(step) ||
              std::holds_alternative<ivm::LockJoinKeys>(step)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  void AddPending() {
    if (LocksAnchors()) {
      sql::CreateTable anchor{names_.Anchor()};
      anchor.columns = {{sql::Identifier("k"), sql::RawSql("integer"), std::nullopt, false},
                        {sql::Identifier("v"), sql::RawSql("bigint"), std::nullopt, true}};
      anchor.primary_key = {sql::Identifier("k")};
      anchor.parameters = {{sql::RawSql("fillfactor"), sql::RawSql("50")}};
      Add(MakeStatement(std::move(anchor)), "Rows that writers of one key meet at; never deleted.");
      Comment(sql::ObjectKind::Table, names_.Anchor(),
              fmt::format(
                  "one row per hash of a key of stream table {}, written before what it stands for",
                  names_.id()));
    }
    for (const ivm::SourceProgram& source : program_.sources) {
      sql::QualifiedName pending = names_.Pending(source.source->name);
      sql::CreateTable table{pending};
      sql::Select columns;
      for (size_t position : lower::PendingColumns(source)) {
        const std::string& name = source.source->columns[position].name;
        columns.items.push_back(sql::As(sql::Col("s", name), name));
      }
      columns.from = {sql::Table(lower::ToSql(source.source->name), "s")};
      table.as_query = MakeStatement(std::move(columns));
      table.parameters = {{sql::RawSql("autovacuum_vacuum_scale_factor"), sql::RawSql("0")},
                          {sql::RawSql("autovacuum_vacuum_threshold"), sql::RawSql("1000")}};
      Add(MakeStatement(std::move(table)),
          "Changes by nested statements, until the outermost one ends; empty at every commit.");
      sql::AddColumns added{pending, {}};
      added.columns = {
          {sql::Identifier(lower::kWeight), sql::RawSql("smallint"), std::nullopt, true},
          {sql::Identifier(lower::kBatch), sql::RawSql("uuid"), std::nullopt, false}};
      Add(MakeStatement(std::move(added)));
      sql::Expr batch = sql::Make(sql::Column{std::nullopt, sql::Identifier(lower::kBatch)});
      sql::CreateIndex index{false, names_.PendingIndex(source.source->name), pending};
      index.elements = {batch};
      index.predicate = sql::Make(sql::IsNull{batch, true});
      Add(MakeStatement(std::move(index)));
      Comment(sql::ObjectKind::Table, pending,
              fmt::format("changes of {}.{} that wait for the end of the outermost statement",
                          source.source->name.schema, source.source->name.name));
    }
  }

  void AddFunctions() {
    functions_ = lower::LowerFunctions(program_, names_);
    for (const lower::GeneratedFunction& function : functions_) {
      const sql::QualifiedName& name = function.function.function;
      std::vector<sql::RawSql> types;
      for (const sql::Parameter& parameter : function.function.parameters) {
        types.push_back(parameter.type);
      }
      Add(MakeStatement(function.function));
      Add(MakeStatement(sql::RevokeFunction{name, types}));
      Add(MakeStatement(
          sql::CommentOn{sql::ObjectKind::Function, name, std::nullopt, function.comment, types}));
    }
    if (!IsImmediate()) return;
    for (const ivm::SourceProgram& source : program_.sources) {
      Add(MakeStatement(sql::ConstraintTrigger{
              sql::Identifier("pgt_pending"), names_.Pending(source.source->name),
              sql::Make(sql::IsNull{sql::Col("new", lower::kBatch), true}),
              names_.SourceFunction(source.source->name, "pending")}),
          "Nothing pending may be committed, whatever happened to the setting that counts "
          "statements.");
    }
  }

  // ---- registration ---------------------------------------------------------------------------------

  sql::Expr Self() const { return Regclass(names_.Table()); }

  void AddRegistration(const std::string& definition_hash) {
    lower::Block block = lower::LowerBlock(program_.definition.query, lower::ScanTable);
    std::string query = print::Print(lower::Finish(block, &program_.definition.column_names));
    // The hash is over what is deployed, however the query was written.
    std::string original =
        definition_hash.empty() ? "" : std::string(program_.definition.query_range.text());
    Call(CallRuntime("register_stream_table",
                     {Self(), sql::Str(NameOf(program_.mode)),
                      sql::Str(NameOf(ivm::WorstStrategy(program_))),
                      sql::Str(NameOf(ivm::StrongestLock(program_))), sql::Str(query),
                      sql::Str(original), sql::Str(definition_hash), sql::Int(kCompilerFormat),
                      Regprocedure(names_.Function("fill"))}),
         "Make it known to the runtime.");
    for (const ivm::Program& inner : program_.auxiliaries) {
      Call(CallRuntime("register_auxiliary",
                       {Self(), Regclass(lower::Names(inner.definition.name).Table())}));
    }
    for (const ivm::StoredColumn& column : storage_.columns) {
      Call(CallRuntime("register_column",
                       {Self(), sql::Str(column.name), sql::Str(NameOf(column.role)),
                        sql::Str(NameOf(column.compare))}));
    }
    std::vector<const ivm::SourceProgram*> sources = SourcesByName();
    if (program_.mode == ir::RefreshMode::Differential) {
      bool first = true;
      for (const ivm::SourceProgram* source : sources) {
        Call(CallRuntime("ensure_capture", {Regclass(lower::ToSql(source->source->name)),
                                            TextArray(ColumnsOf(*source))}),
             first ? "Keep the changes of the sources for the next refresh." : "");
        first = false;
      }
    }
    for (const ivm::SourceProgram* source : sources) {
      Call(CallRuntime("register_dependency", {Self(), Regclass(lower::ToSql(source->source->name)),
                                               TextArray(ColumnsOf(*source))}));
    }
    for (const ir::ObjectName& view : program_.definition.views) {
      Call(CallRuntime("register_dependency",
                       {Self(), Regclass(lower::ToSql(view)), TextArray({})}));
    }
    for (const ivm::Fact& fact : program_.facts) {
      Call(CallRuntime("register_fact",
                       {Self(), Regclass(lower::ToSql(fact.relation)), sql::Str(fact.constraint),
                        sql::Str(fact.used_for), sql::Str(fact.protection)}));
    }
    auto object = [&](const char* kind, std::string identity) {
      Call(CallRuntime("register_object", {Self(), sql::Str(kind), sql::Str(std::move(identity))}));
    };
    object("view", print::Quote(names_.View()));
    if (IsImmediate()) {
      if (LocksAnchors()) object("table", print::Quote(names_.Anchor()));
      for (const ivm::SourceProgram& source : program_.sources) {
        object("table", print::Quote(names_.Pending(source.source->name)));
      }
    }
    for (const lower::GeneratedFunction& function : functions_) {
      // The fill function was registered with the stream table.
      if (function.function.function.name == names_.Function("fill").name) continue;
      if (!function.function.parameters.empty()) continue;  // attach_refresh records them
      object("function", print::Quote(function.function.function) + "()");
    }
    if (program_.definition.properties.Any()) {
      Call(SetProperties(names_.Table(), program_.definition.properties),
           "When and how it is refreshed; ALTER STREAM TABLE changes it.");
    }
  }

  static std::vector<std::string> ColumnsOf(const ivm::SourceProgram& source) {
    std::vector<std::string> columns;
    for (size_t position : lower::PendingColumns(source)) {
      columns.push_back(source.source->columns[position].name);
    }
    return columns;
  }

  // The order in which locks on them are taken.
  std::vector<const ivm::SourceProgram*> SourcesByName() const {
    std::vector<const ivm::SourceProgram*> sources;
    for (const ivm::SourceProgram& source : program_.sources) sources.push_back(&source);
    std::sort(sources.begin(), sources.end(), [](const auto* a, const auto* b) {
      return std::pair(a->source->name.schema, a->source->name.name) <
             std::pair(b->source->name.schema, b->source->name.name);
    });
    return sources;
  }

  // Triggers first, since creating them waits for writers; then the fill sees all they did.
  void AddStart() {
    auto call = [](sql::Expr expr) {
      sql::Select select;
      select.items = {{std::move(expr), std::nullopt}};
      return MakePl(sql::PlPerform{std::move(select)});
    };
    bool fill = program_.definition.with_data;
    if (!IsImmediate()) {
      sql::Expr differential = program_.mode == ir::RefreshMode::Differential
                                   ? RefreshFunction(names_.Function("differential"))
                                   : sql::Null();
      sql::PlBody body;
      body.statements = {
          call(CallRuntime("attach_refresh", {Self(), std::move(differential),
                                              RefreshFunction(names_.Function("full"))})),
          call(CallRuntime(fill ? "populate" : "postpone", {Self()}))};
      Block("start", std::move(body),
            fill ? "How it is refreshed, and its first content."
                 : "How it is refreshed; its first refresh fills it.");
      return;
    }
    std::vector<const ivm::SourceProgram*> sources = SourcesByName();
    sql::PlBody body;
    for (const ivm::SourceProgram* source : sources) {
      const ir::ObjectName& name = source->source->name;
      std::vector<sql::Expr> args = {Self(), Regclass(lower::ToSql(name))};
      for (const char* part : {"before", "insert", "update", "delete", "truncate"}) {
        args.push_back(Regprocedure(names_.SourceFunction(name, part)));
      }
      body.statements.push_back(call(CallRuntime("attach_immediate", std::move(args))));
    }
    body.statements.push_back(call(CallRuntime(fill ? "populate" : "postpone", {Self()})));
    Block("start", std::move(body),
          fill ? "Triggers on the sources first, which waits for writers; then the content."
               : "Triggers on the sources, disabled until the first refresh.");
  }

  const ivm::Program& program_;
  const lower::Names& names_;
  const ivm::Storage& storage_;
  bool is_inner_ = false;
  /// Inner results and their columns that an index was made for.
  std::set<std::pair<std::string, std::vector<std::string>>> indexed_;
  std::vector<lower::GeneratedFunction> functions_;
  std::vector<Item> items_;
};

}  // namespace

std::vector<Item> DefinitionItems(const ivm::Program& program, const lower::Names& names,
                                  const std::string& definition_hash) {
  return DefinitionScript(program, names).Run(definition_hash);
}

}  // namespace tricklec::codegen::script
