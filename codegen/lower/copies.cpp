// Rows without identity: so many copies of each image.
#include "tricklec/codegen/lower/copies.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

std::vector<sql::Expr> Fields(const ivm::Program& program, const std::string& alias,
                              const std::vector<size_t>& positions) {
  std::vector<sql::Expr> fields;
  for (size_t position : positions) {
    fields.push_back(sql::Col(alias, program.storage.columns[position].name));
  }
  return fields;
}

}  // namespace

std::vector<sql::SelectItem> StoredColumnsOf(const ivm::Program& program,
                                             const std::string& alias) {
  std::vector<sql::SelectItem> items;
  for (const ivm::StoredColumn& column : program.storage.columns) {
    items.push_back(sql::As(sql::Col(alias, column.name), column.name));
  }
  return items;
}

sql::StatementPtr DoomedCopies(const ivm::Program& program, const Names& names,
                               const std::string& table, const std::string& change) {
  const std::vector<size_t>& hashed = program.storage.hash_columns;
  std::vector<size_t> all(program.storage.columns.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  sql::Expr weight = sql::Col(change, kWeight);
  sql::Select copies;
  copies.items = {sql::As(sql::Col(table, "ctid"), "__pgt_row")};
  copies.from = {sql::Table(names.Table(), table)};
  if (!hashed.empty()) {
    copies.where.push_back(sql::Op(HashOf(Fields(program, table, hashed)), "=",
                                   HashOf(Fields(program, change, hashed))));
  }
  copies.where.push_back(sql::Op(sql::RecordOf(Fields(program, table, all)),
                                 "*=", sql::RecordOf(Fields(program, change, all))));
  copies.order_by = {{sql::Col(table, "ctid"), std::nullopt}};
  copies.limit = sql::Make(sql::OperatorCall{std::nullopt, "-", {weight}});
  copies.locking = sql::RawSql("FOR UPDATE SKIP LOCKED");
  sql::Select doomed;
  doomed.items = {sql::As(sql::Col("c", "__pgt_row"), "__pgt_row")};
  doomed.from = {sql::Table(sql::QualifiedName{sql::Identifier(change)}, change),
                 sql::CrossLateral(sql::MakeStatement(std::move(copies)), "c")};
  doomed.where = {sql::Op(weight, "<", sql::Int(0))};
  return sql::MakeStatement(std::move(doomed));
}

sql::Insert AddedCopies(const ivm::Program& program, const Names& names,
                        const std::string& change) {
  sql::Expr weight = sql::Col(change, kWeight);
  sql::Select rows;
  rows.items = StoredColumnsOf(program, change);
  rows.from = {
      sql::Table(sql::QualifiedName{sql::Identifier(change)}, change),
      {sql::FromFunction{sql::Fn("generate_series", {sql::Int(1), weight}), sql::Identifier("c")},
       sql::JoinKind::Cross}};
  rows.where = {sql::Op(weight, ">", sql::Int(0))};
  sql::Insert insert{{}, names.Table()};
  for (const ivm::StoredColumn& column : program.storage.columns) {
    insert.columns.push_back(sql::Identifier(column.name));
  }
  insert.query = sql::MakeStatement(std::move(rows));
  return insert;
}

}  // namespace tricklec::codegen::lower
