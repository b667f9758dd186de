// A refresh of several nodes in READ COMMITTED: each node's statement sees a later snapshot than the one
// before. The first inner result's frontier is the cut for all.
//
//   R as of the cut   =   σ(no change of the key since)(R)  ⊎  the old rows of changes since
#include "tricklec/codegen/lower/cut.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/codegen/lower/steps.h"
#include "tricklec/codegen/print/quote.h"
#include "tricklec/ir/fit_name.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;
using sql::MakePl;
using sql::MakeStatement;

sql::FromItem Query(const std::string& name, const std::string& alias) {
  return sql::Table(sql::QualifiedName{sql::Identifier(name)}, alias);
}

void SelectColumns(const ivm::SourceProgram& source, const std::string& alias,
                   sql::Select& select) {
  for (size_t position : PendingColumns(source)) {
    const std::string& name = source.source->columns[position].name;
    select.items.push_back(sql::As(sql::Col(alias, name), name));
  }
}

}  // namespace

std::string Cut::NameOf(const ivm::SourceProgram& source) const {
  // Tables of several schemas may have one name.
  std::string wanted = source.source->name.name + "_since";
  for (const ivm::SourceProgram& other : program_.sources) {
    if (&other == &source) break;
    if (other.source->name.name == source.source->name.name) wanted += "_too";
  }
  return ir::FitName(FreeAlias(program_, wanted));
}

bool Cut::Applies(const ivm::SourceProgram& source) const {
  return program_.cut_from && source.source->kind != ir::RelationKind::Auxiliary;
}

ScanSql Cut::Read(const ivm::SourceProgram& source, const std::string& alias) {
  if (!Applies(source)) return {sql::Table(ToSql(source.source->name), alias), alias, nullptr, {}};
  return {sql::Derived(MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, Parts(source)}),
                       alias),
          alias,
          nullptr,
          {IsPart(source, alias)}};
}

std::vector<sql::StatementPtr> Cut::Parts(const ivm::SourceProgram& source) {
  const std::string now = FreeAlias(program_, "k"), went = FreeAlias(program_, "g");
  sql::Select rows;
  SelectColumns(source, now, rows);
  rows.items.push_back(sql::As(sql::Make(sql::RawConstant{sql::RawSql("NULL::integer")}), kWeight));
  rows.from = {sql::Table(ToSql(source.source->name), now)};
  std::vector<sql::StatementPtr> parts = {MakeStatement(std::move(rows))};
  if (!Applies(source)) return parts;
  TRICKLEC_CHECK(source.cancel == ivm::CancelKind::ByKey, "a cut through a table without a key");
  used_.insert(static_cast<size_t>(&source - program_.sources.data()));
  sql::Select changes;
  SelectColumns(source, went, changes);
  changes.items.push_back(sql::As(sql::Col(went, kWeight), kWeight));
  changes.from = {Query(NameOf(source), went)};
  changes.where = {sql::Op(sql::Col(went, kWeight), "<", sql::Int(0))};
  parts.push_back(MakeStatement(std::move(changes)));
  return parts;
}

sql::Expr Cut::IsPart(const ivm::SourceProgram& source, const std::string& alias) const {
  const std::string change = FreeAlias(program_, "c");
  sql::Select concerned;
  concerned.from = {Query(NameOf(source), change)};
  for (size_t column_position : source.cancel_key) {
    const ir::SourceColumn& column = source.source->columns[column_position];
    concerned.where.push_back(EqualsOrBothNull(column.type, !column.not_null,
                                               sql::Col(change, column.name),
                                               sql::Col(alias, column.name)));
  }
  sql::Expr is_kept = sql::Make(sql::Exists{MakeStatement(std::move(concerned)), true});
  sql::Expr went_since = sql::Make(sql::IsNull{sql::Col(alias, kWeight), true});
  return sql::AnyOf({std::move(went_since), std::move(is_kept)});
}

ScanLowering Cut::Scans() {
  return [this](const ir::Rel& rel, const ir::Scan& scan) {
    for (const ivm::SourceProgram& source : program_.sources) {
      if (source.source->name == scan.table->name) return Read(source, scan.alias);
    }
    TRICKLEC_CHECK(false, "a scan of a table that is no source");
    return ScanTable(rel, scan);
  };
}

std::vector<sql::Cte> Cut::With() const {
  std::vector<sql::Cte> with;
  for (size_t position : used_) {
    const ivm::SourceProgram& source = program_.sources[position];
    with.push_back(
        {sql::Identifier(NameOf(source)), NetBufferedRows(source, BufferRange::SinceCut), true});
  }
  return with;
}

sql::PlBlock Cut::ReadVariables(const ivm::Program& program, const Names& names) {
  if (!program.cut_from) return {};
  const sql::QualifiedName inner = ToSql(*program.cut_from);
  sql::Select cut;
  for (const char* column : {"snap", "own", "last"}) {
    cut.items.push_back({sql::Col("f", column), std::nullopt});
  }
  cut.into = {sql::Identifier(kCutSnapshot), sql::Identifier(kCutOwn), sql::Identifier(kCutLast)};
  sql::Identifier schema("pgtrickle");
  cut.from = {sql::Table({schema, sql::Identifier("pgt_frontiers")}, "f"),
              sql::Table({schema, sql::Identifier("pgt_stream_tables")}, "s")};
  cut.from.back().join = sql::JoinKind::Inner;
  cut.from.back().on = sql::Op(sql::Col("s", "pgt_id"), "=", sql::Col("f", "pgt_id"));
  cut.where = {sql::Op(sql::Col("s", "pgt_relid"), "=",
                       sql::Make(sql::StringConstant{sql::Literal(print::Quote(inner)),
                                                     sql::RawSql("regclass")})),
               sql::Op(sql::Col("f", "own"), "=", sql::Fn("pg_current_xact_id", {}))};
  sql::PlRaise raise;
  raise.condition = "object_not_in_prerequisite_state";
  raise.message =
      sql::Str(fmt::format("the inner results of stream table {} were not refreshed in "
                           "this transaction",
                           names.id()));
  return {MakePl(sql::PlComment{"The sources are read as they were when the inner result was."}),
          MakePl(sql::PlSql{MakeStatement(std::move(cut))}),
          MakePl(sql::PlIf{{{sql::Make(sql::Not{sql::Var("found")}), {MakePl(std::move(raise))}}},
                           {}})};
}

std::vector<sql::Declaration> Cut::Variables() {
  return {{sql::Identifier(kCutSnapshot), sql::RawSql("pg_snapshot")},
          {sql::Identifier(kCutOwn), sql::RawSql("xid8")},
          {sql::Identifier(kCutLast), sql::RawSql("bigint")}};
}

}  // namespace tricklec::codegen::lower
