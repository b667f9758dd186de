// Anchor rows: writers who must not miss each other write the same one first.
#include "tricklec/codegen/lower/steps.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

// The values of one join column in the changed rows of a source, old and new.
sql::StatementPtr JoinValues(const StepContext& context, const ivm::SourceProgram& source,
                             size_t position) {
  const std::string& name = source.source->columns[position].name;
  sql::Select values;
  if (context.origin == DeltaOrigin::Pending) {
    values.from = {sql::Table(context.names.Pending(source.source->name), "p")};
    values.items = {sql::As(sql::Col("p", name), "key")};
  } else {
    // All used columns, since by value a row is unchanged only if none of them changed.
    values.from = {
        sql::Derived(ChangedRows(source, context.origin, source.columns_used, true), "c")};
    values.items = {sql::As(sql::Col("c", name), "key")};
  }
  return sql::MakeStatement(std::move(values));
}

}  // namespace

sql::Expr BucketOf(std::vector<sql::Expr> fields) {
  return sql::Cast(sql::Op(HashOf(std::move(fields)), "&", sql::Int(65535)), "integer");
}

sql::Insert WriteAnchors(const Names& names, sql::Select buckets) {
  sql::Insert insert{{}, names.Anchor()};
  insert.alias = sql::Identifier("a");
  insert.columns = {sql::Identifier("k"), sql::Identifier("v")};
  insert.query = sql::MakeStatement(std::move(buckets));
  insert.on_conflict =
      sql::OnConflict{{sql::Identifier("k")},
                      {{{sql::Identifier("v")}, sql::Op(sql::Col("a", "v"), "+", sql::Int(1))}}};
  return insert;
}

StepSql LowerLockJoinKeys(const StepContext& context) {
  std::vector<sql::StatementPtr> values;
  auto add = [&](const ivm::SourceProgram& source) {
    for (size_t position : source.join_columns) {
      values.push_back(JoinValues(context, source, position));
    }
  };
  if (context.source != nullptr) {
    add(*context.source);
  } else {
    for (const ivm::SourceProgram& source : context.program.sources) add(source);
  }
  sql::StatementPtr all =
      values.size() == 1
          ? values[0]
          : sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(values)});
  sql::Select buckets;
  buckets.distinct = true;
  buckets.items = {sql::As(BucketOf({sql::Col("j", "key")}), "k"), sql::As(sql::Int(0), "v")};
  buckets.from = {sql::Derived(std::move(all), "j")};
  buckets.order_by = {{sql::Int(1), std::nullopt}};
  return {"Take the exclusion of the values that rows are joined by, before anything is read.",
          sql::MakeStatement(WriteAnchors(context.names, std::move(buckets)))};
}

}  // namespace tricklec::codegen::lower
