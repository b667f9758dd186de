// UPDATE of one row that stays what it was found by (`ivm::InPlace`): no netting, no aggregates, and in a join
// no other table is read.
#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

constexpr const char* kNewRow = "n";
constexpr const char* kOldRow = "o";

sql::FromItem Transition(const char* table, const char* alias) {
  return sql::Table(sql::QualifiedName{sql::Identifier(table)}, alias);
}

// Whether the old and the new row have the same images in these columns. Never NULL.
sql::Expr Same(const ivm::SourceProgram& source, const std::vector<size_t>& columns) {
  std::vector<sql::Expr> parts, old_fields, new_fields;
  for (size_t position : columns) {
    const ir::SourceColumn& column = source.source->columns[position];
    sql::Expr before = sql::Col(kOldRow, column.name), after = sql::Col(kNewRow, column.name);
    const ir::Type& type = column.type;
    if (column.not_null && type.known && type.has_equality && type.equality_is_identity) {
      parts.push_back(Equals(type, before, after));
    } else {
      old_fields.push_back(before);
      new_fields.push_back(after);
    }
  }
  if (!old_fields.empty()) {
    parts.push_back(
        sql::Op(sql::RecordOf(std::move(old_fields)), "*=", sql::RecordOf(std::move(new_fields))));
  }
  return sql::AllOf(std::move(parts));
}

// `__pgt_new AS n JOIN __pgt_old AS o` where nothing changed that the row is found by.
std::vector<sql::FromItem> FoundAsBefore(const ivm::SourceProgram& source) {
  std::vector<sql::FromItem> rows = {Transition(kNewTable, kNewRow),
                                     Transition(kOldTable, kOldRow)};
  sql::Expr same = Same(source, source.in_place->fixed);
  rows[1].join = same == nullptr ? sql::JoinKind::Cross : sql::JoinKind::Inner;
  rows[1].on = std::move(same);
  return rows;
}

sql::Expr HasChanged(const ivm::SourceProgram& source) {
  return sql::Make(sql::Not{Same(source, source.in_place->values)});
}

// The program's rows with the changed source read from a transition table.
Block RowsOf(const StepContext& context, const char* table, const char* alias) {
  const ir::ObjectName& changed = context.source->source->name;
  return LowerBlock(context.program.rows, [&](const ir::Rel& rel, const ir::Scan& scan) {
    bool is_changed =
        scan.table->name.schema == changed.schema && scan.table->name.name == changed.name;
    return is_changed ? ScanSql{Transition(table, alias), alias, nullptr, {}}
                      : ScanTable(rel, scan);
  });
}

sql::Pl Comment(std::string text) { return sql::MakePl(sql::PlComment{std::move(text)}); }
sql::Pl Run(sql::StatementPtr statement) { return sql::MakePl(sql::PlSql{std::move(statement)}); }
sql::Pl If(sql::Expr condition, sql::PlBlock then) {
  return sql::MakePl(sql::PlIf{{{std::move(condition), std::move(then)}}, {}});
}
sql::Pl ReturnNull() { return sql::MakePl(sql::PlReturn{true}); }

// The stored row of the same key gets the values of the new row.
sql::Update SetValues(const StepContext& context) {
  const ivm::Program& program = context.program;
  const Scope scope = RowsOf(context, kNewTable, kNewRow).scope;
  sql::Update update{{}, context.names.Table(), sql::Identifier("t")};
  for (size_t position : context.source->in_place->stored) {
    update.sets.push_back({{sql::Identifier(program.storage.columns[position].name)},
                           Lower(program.row_values[position], scope)});
  }
  for (size_t position : program.storage.key) {
    const ivm::StoredColumn& column = program.storage.columns[position];
    update.where.push_back(EqualsOrBothNull(column.type, !column.not_null,
                                            sql::Col("t", column.name),
                                            Lower(program.row_values[position], scope)));
  }
  return update;
}

sql::PlBlock ChangeRow(const StepContext& context) {
  const ivm::SourceProgram& source = *context.source;
  sql::Update update = SetValues(context);
  if (source.join_columns.empty()) {
    update.from = FoundAsBefore(source);
    update.where.push_back(HasChanged(source));
    return {Comment("Set its values in the row of the same key."),
            Run(sql::MakeStatement(std::move(update))), If(sql::Var("found"), {ReturnNull()})};
  }
  const std::string& joined_by = source.source->columns[source.join_columns.front()].name;
  sql::Select bucket;
  bucket.items = {sql::As(BucketOf({sql::Col(kNewRow, joined_by)}), "k"),
                  sql::As(sql::Int(0), "v")};
  bucket.from = FoundAsBefore(source);
  bucket.where = {HasChanged(source)};
  update.from = {Transition(kNewTable, kNewRow)};
  return {
      Comment(
          "Take the exclusion of the value that it is joined by; its row has the rest already."),
      Run(sql::MakeStatement(WriteAnchors(context.names, std::move(bucket)))),
      If(sql::Var("found"), {Comment("Set its values in the row of the same key."),
                             Run(sql::MakeStatement(std::move(update))), ReturnNull()})};
}

}  // namespace

sql::PlBlock GroupLowering::ChangeGroup() const {
  const ivm::SourceProgram& source = *context_.source;
  Block after = RowsOf(context_, kNewTable, kNewRow);
  const Block before = RowsOf(context_, kOldTable, kOldRow);
  sql::Select difference = after.select;
  difference.from = FoundAsBefore(source);
  for (size_t i = 0; i < groups_.keys.size(); ++i) {
    difference.items.push_back(
        sql::As(Lower(groups_.keys[i], after.scope), Name(program_.storage.key[i])));
  }
  std::vector<sql::Expr> changes;
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    const std::vector<size_t>& stored = source.in_place->stored;
    const ir::Type& type = Column(accumulator.column).type;
    bool is_sum = accumulator.kind == ivm::AccumulatorKind::Sum;
    sql::Expr none = is_sum ? Zero(type) : sql::Int(0), change = sql::Cast(none, type.sql);
    if (std::find(stored.begin(), stored.end(), accumulator.column) != stored.end()) {
      change = sql::Op(Contribution(accumulator, after.scope, false), "-",
                       Contribution(accumulator, before.scope, false));
      changes.push_back(sql::Op(sql::Col(change_, Name(accumulator.column)), "<>", none));
    }
    difference.items.push_back(sql::As(std::move(change), Name(accumulator.column)));
  }

  const auto* step = std::get_if<ivm::UpsertGroups>(&context_.event.steps.front());
  FreshRow row = NewRow(step->derived);
  sql::Select values;
  values.items = row.values;
  values.from = {sql::Derived(sql::MakeStatement(std::move(difference)), change_)};
  values.where = {sql::AnyOf(std::move(changes))};
  sql::Insert insert{{}, context_.names.Table()};
  insert.alias = sql::Identifier(table_);
  insert.columns = row.columns;
  insert.query = sql::MakeStatement(std::move(values));
  sql::OnConflict conflict;
  for (size_t position : program_.storage.key)
    conflict.target.push_back(sql::Identifier(Name(position)));
  conflict.sets = MergeSets("excluded", step->derived);
  insert.on_conflict = std::move(conflict);
  return {Comment("Add the difference to its group."),
          lower::Run(sql::MakeStatement(std::move(insert))), If(sql::Var("found"), {ReturnNull()})};
}

sql::Expr GroupLowering::Contribution(const ivm::Accumulator& accumulator, const Scope& scope,
                                      bool may_be_null) const {
  // What is derived from it has to mean the operators that it means for the stored column.
  const ir::Type& type = Column(accumulator.column).type;
  sql::Expr counts = accumulator.filter == nullptr ? nullptr : Lower(accumulator.filter, scope);
  sql::Expr arg = accumulator.arg == nullptr ? nullptr : Lower(accumulator.arg, scope);
  if (accumulator.kind == ivm::AccumulatorKind::Count) {
    if (arg != nullptr && accumulator.arg->props.nullable) {
      counts = sql::AllOf({sql::Make(sql::IsNull{std::move(arg), true}), std::move(counts)});
    }
    sql::Expr one = counts == nullptr
                        ? sql::Int(1)
                        : sql::IfThenElse(std::move(counts), sql::Int(1), sql::Int(0));
    return sql::Cast(std::move(one), type.sql);
  }
  // Computed in the type of the sum, which has room for differences.
  const ir::Properties& props = accumulator.arg->props;
  bool coalesce = !may_be_null && (counts != nullptr || props.nullable);
  if (props.type.arithmetic != type.arithmetic) arg = sql::Cast(std::move(arg), type.sql);
  if (counts != nullptr) arg = sql::IfThenElse(std::move(counts), std::move(arg), nullptr);
  return coalesce ? sql::Coalesce(std::move(arg), Zero(type)) : arg;
}

sql::Expr GroupLowering::OneRowChange(const ivm::Accumulator& accumulator) const {
  bool is_sum = accumulator.kind == ivm::AccumulatorKind::Sum;
  sql::Expr counted =
      Contribution(accumulator, delta_.block.scope, accumulator.null_when_zero.has_value());
  if (delta_.signs == ivm::Signs::Added) return counted;
  return sql::Op(is_sum ? Zero(Column(accumulator.column).type) : sql::Int(0), "-",
                 std::move(counted));
}

sql::PlBlock LowerInPlace(const StepContext& context) {
  const ivm::SourceProgram& source = *context.source;
  sql::PlBlock block =
      context.program.groups ? GroupLowering(context).ChangeGroup() : ChangeRow(context);
  sql::Select unchanged;
  unchanged.from = FoundAsBefore(source);
  block.push_back(
      Comment("Nothing of it was to be changed, unless it is found in another way now."));
  block.push_back(sql::MakePl(sql::PlPerform{std::move(unchanged)}));
  block.push_back(If(sql::Var("found"), {ReturnNull()}));

  return block;
}

}  // namespace tricklec::codegen::lower
