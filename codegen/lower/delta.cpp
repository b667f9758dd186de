// Changed rows: in transition tables, in pending tables, netted.
#include "tricklec/codegen/lower/delta.h"

#include <algorithm>
#include <functional>
#include <set>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

sql::QualifiedName Transition(const char* table) {
  return sql::QualifiedName{sql::Identifier(table)};
}

const std::string& ColumnName(const ivm::SourceProgram& source, size_t position) {
  return source.source->columns[position].name;
}

std::vector<std::string> ColumnNames(const ivm::SourceProgram& source,
                                     const std::vector<size_t>& positions) {
  std::vector<std::string> names;
  for (size_t position : positions) names.push_back(ColumnName(source, position));
  return names;
}

sql::Select SelectColumns(const std::vector<std::string>& columns, const std::string& alias,
                          sql::FromItem from) {
  sql::Select select;
  for (const std::string& column : columns) {
    select.items.push_back(sql::As(sql::Col(alias, column), column));
  }
  select.from = {std::move(from)};
  return select;
}

sql::Expr Record(const std::string& alias, const std::vector<std::string>& columns) {
  std::vector<sql::Expr> fields;
  for (const std::string& column : columns) fields.push_back(sql::Col(alias, column));
  return sql::RecordOf(std::move(fields));
}

void AddWeight(sql::Select& select, sql::Expr weight) {
  select.items.push_back(sql::As(std::move(weight), kWeight));
}

// The rows of one transition table that have no twin of the same key and image in the other one.
sql::Expr HasNoTwin(const ivm::SourceProgram& source, const std::string& alias,
                    const char* other_table, const std::string& other) {
  sql::Select twin;
  twin.from = {sql::Table(Transition(other_table), other)};
  for (size_t position : source.cancel_key) {
    const ir::SourceColumn& column = source.source->columns[position];
    twin.where.push_back(EqualsOrBothNull(
        column.type, !column.not_null, sql::Col(other, column.name), sql::Col(alias, column.name)));
  }
  std::vector<std::string> used = ColumnNames(source, source.columns_used);
  twin.where.push_back(sql::Op(Record(other, used), "*=", Record(alias, used)));
  return sql::Make(sql::Exists{sql::MakeStatement(std::move(twin)), true});
}

sql::StatementPtr OneSide(const ivm::SourceProgram& source, const std::vector<size_t>& columns,
                          const char* table, const char* other, int weight, bool cancel) {
  std::string alias = weight > 0 ? "n" : "o";
  sql::Select side =
      SelectColumns(ColumnNames(source, columns), alias, sql::Table(Transition(table), alias));
  AddWeight(side, sql::Int(weight));
  if (cancel && source.cancel == ivm::CancelKind::ByKey) {
    side.where.push_back(HasNoTwin(source, alias, other, weight > 0 ? "o" : "n"));
  }
  return sql::MakeStatement(std::move(side));
}

// `(rows of table EXCEPT ALL rows of other) with a weight`, for columns whose equality is identity.
sql::StatementPtr OneSideByValue(const std::vector<std::string>& columns, sql::StatementPtr rows,
                                 sql::StatementPtr others, int weight) {
  sql::StatementPtr difference = sql::MakeStatement(
      sql::SetOperation{sql::SetOperator::ExceptAll, {std::move(rows), std::move(others)}});
  std::string alias = weight > 0 ? "n" : "o";
  sql::Select side = SelectColumns(columns, alias, sql::Derived(std::move(difference), alias));
  AddWeight(side, sql::Int(weight));
  return sql::MakeStatement(std::move(side));
}

sql::StatementPtr UnionAll(sql::StatementPtr a, sql::StatementPtr b) {
  return sql::MakeStatement(
      sql::SetOperation{sql::SetOperator::UnionAll, {std::move(a), std::move(b)}});
}

}  // namespace

namespace {

// What a transaction wrote itself is told by its number, the rest by the snapshot.
sql::Expr IsBefore(const char* snapshot, const char* own, const char* last) {
  sql::Expr xid = sql::Col("b", "__pgt_xid");
  return sql::IfThenElse(sql::Op(xid, "=", sql::Var(own)),
                         sql::Op(sql::Col("b", "__pgt_change"), "<=", sql::Var(last)),
                         sql::Fn("pg_visible_in_snapshot", {xid, sql::Var(snapshot)}));
}

// `rows` gives the columns asked for, to which the weight under `alias` is added.
sql::StatementPtr NetOf(const ivm::SourceProgram& source, const std::string& alias,
                        const std::function<sql::Select(const std::vector<size_t>&)>& rows) {
  sql::Expr weight = sql::Col(alias, kWeight);
  if (source.cancel == ivm::CancelKind::ByValue) {
    std::vector<std::string> columns = ColumnNames(source, source.columns_used);
    auto side = [&](int sign) {
      sql::Select select = rows(source.columns_used);
      select.where.push_back(sql::Op(weight, "=", sql::Int(sign)));
      return sql::MakeStatement(std::move(select));
    };
    return UnionAll(OneSideByValue(columns, side(1), side(-1), 1),
                    OneSideByValue(columns, side(-1), side(1), -1));
  }
  TRICKLEC_CHECK(source.cancel == ivm::CancelKind::ByKey, "rows are netted without a way");
  // One key has at most one row at any time, so the net weight of an image is +1, 0 or -1.
  std::vector<size_t> all = PendingColumns(source);
  sql::Select select = rows(all);
  AddWeight(select, weight);
  std::vector<const ir::Type*> types;
  for (size_t position : all) types.push_back(&source.source->columns[position].type);
  return Net(sql::MakeStatement(std::move(select)), ColumnNames(source, all), types);
}

sql::Select UnweightedBufferedRows(const ivm::SourceProgram& source,
                                   const std::vector<size_t>& columns, BufferRange range) {
  sql::Select rows = SelectColumns(ColumnNames(source, columns), "b",
                                   sql::Table(Names::Buffer(source.source->name), "b"));
  sql::Expr consumed = IsBefore(kSnapshot, kOwn, kLast);
  sql::Expr before_cut = IsBefore(kCutSnapshot, kCutOwn, kCutLast);
  bool since_cut = range == BufferRange::SinceCut;
  // The first condition follows from the second; it is what the index is for.
  rows.where = {
      sql::Op(sql::Col("b", "__pgt_xid"),
              ">=", sql::Fn("pg_snapshot_xmin", {sql::Var(since_cut ? kCutSnapshot : kSnapshot)})),
      sql::Make(sql::Not{since_cut ? before_cut : consumed})};
  if (range == BufferRange::UntilCut) rows.where.push_back(std::move(before_cut));
  return rows;
}

}  // namespace

BufferRange RangeOf(const ivm::Program& program, const ivm::SourceProgram& source) {
  bool is_cut = program.cut_from && source.source->kind != ir::RelationKind::Auxiliary;
  return is_cut ? BufferRange::UntilCut : BufferRange::SinceFrontier;
}

sql::StatementPtr BufferedRows(const ivm::SourceProgram& source, const std::vector<size_t>& columns,
                               BufferRange range) {
  sql::Select rows = UnweightedBufferedRows(source, columns, range);
  AddWeight(rows, sql::Col("b", kWeight));
  return sql::MakeStatement(std::move(rows));
}

sql::StatementPtr NetBufferedRows(const ivm::SourceProgram& source, BufferRange range) {
  return NetOf(source, "b", [&](const std::vector<size_t>& columns) {
    return UnweightedBufferedRows(source, columns, range);
  });
}

sql::StatementPtr NetPendingRows(const ivm::SourceProgram& source, const Names& names) {
  return NetOf(source, "p", [&](const std::vector<size_t>& columns) {
    return SelectColumns(ColumnNames(source, columns), "p",
                         sql::Table(names.Pending(source.source->name), "p"));
  });
}

std::vector<size_t> PendingColumns(const ivm::SourceProgram& source) {
  std::vector<size_t> columns = source.columns_used;
  if (source.cancel == ivm::CancelKind::ByKey) {
    columns.insert(columns.end(), source.cancel_key.begin(), source.cancel_key.end());
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

sql::StatementPtr ChangedRows(const ivm::SourceProgram& source, DeltaOrigin origin,
                              const std::vector<size_t>& columns, bool cancel) {
  switch (origin) {
    case DeltaOrigin::Inserted: return OneSide(source, columns, kNewTable, kOldTable, 1, false);
    case DeltaOrigin::Deleted: return OneSide(source, columns, kOldTable, kNewTable, -1, false);
    case DeltaOrigin::Updated: {
      if (cancel && source.cancel == ivm::CancelKind::ByValue) {
        std::vector<std::string> names = ColumnNames(source, columns);
        auto side = [&](const char* table, const std::string& alias) {
          return sql::MakeStatement(
              SelectColumns(names, alias, sql::Table(Transition(table), alias)));
        };
        return UnionAll(OneSideByValue(names, side(kNewTable, "n"), side(kOldTable, "o"), 1),
                        OneSideByValue(names, side(kOldTable, "o"), side(kNewTable, "n"), -1));
      }
      return UnionAll(OneSide(source, columns, kNewTable, kOldTable, 1, cancel),
                      OneSide(source, columns, kOldTable, kNewTable, -1, cancel));
    }
    case DeltaOrigin::Pending:
    case DeltaOrigin::Buffer: break;
  }
  TRICKLEC_CHECK(false, "such rows are not in transition tables");
  return nullptr;
}

sql::PlBlock CountChanges(const StepContext& context, int64_t limit, const std::string& variable) {
  std::vector<sql::StatementPtr> parts;
  auto add = [&](sql::QualifiedName table, const char* alias) {
    sql::Select rows;
    rows.from = {sql::Table(std::move(table), alias)};
    parts.push_back(sql::MakeStatement(std::move(rows)));
  };
  switch (context.origin) {
    case DeltaOrigin::Inserted:
    case DeltaOrigin::Updated: add(Transition(kNewTable), "n"); break;
    case DeltaOrigin::Deleted: add(Transition(kOldTable), "o"); break;
    case DeltaOrigin::Pending:
      for (const ivm::SourceProgram& source : context.program.sources) {
        add(context.names.Pending(source.source->name), "p");
      }
      break;
    case DeltaOrigin::Buffer: TRICKLEC_CHECK(false, "a refresh does not depend on a count"); break;
  }
  sql::Select rows;
  if (parts.size() == 1) {
    rows = std::get<sql::Select>(parts[0]->node);
  } else {
    rows.from = {sql::Derived(
        sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(parts)}), "p")};
  }
  rows.limit = sql::Int(limit + 1);
  return {sql::MakePl(sql::PlPerform{std::move(rows)}),
          sql::MakePl(sql::PlRowCount{sql::Identifier(variable)})};
}

sql::StatementPtr Net(sql::StatementPtr rows, const std::vector<std::string>& columns,
                      const std::vector<const ir::Type*>& types) {
  bool identity = !columns.empty() && std::all_of(types.begin(), types.end(), [](const auto* type) {
    return type->known && type->has_equality && type->equality_is_identity;
  });
  if (!identity) return NetByImage(std::move(rows), columns);
  sql::Select net = SelectColumns(columns, "r", sql::Derived(std::move(rows), "r"));
  for (const std::string& column : columns) net.group_by.push_back(sql::Col("r", column));
  sql::Expr total = sql::Aggregate("sum", sql::Col("r", kWeight));
  AddWeight(net, sql::Cast(total, "integer"));
  net.having = {sql::Op(total, "<>", sql::Int(0))};
  return sql::MakeStatement(std::move(net));
}

sql::StatementPtr NetByImage(sql::StatementPtr rows, const std::vector<std::string>& columns) {
  auto list = [&](const std::string& alias) {
    std::vector<sql::SelectItem> items;
    for (const std::string& column : columns) {
      items.push_back(sql::As(sql::Col(alias, column), column));
    }
    return items;
  };
  const std::string image = "__pgt_image", net = "__pgt_net", place = "__pgt_place";

  // Rows of one image get one rank: the ordering operator's own equality decides.
  sql::Select ranked;
  ranked.items = list("r");
  ranked.items.push_back(sql::As(sql::Col("r", kWeight), kWeight));
  sql::Call rank{sql::QualifiedName{sql::Identifier("rank")}};
  rank.over =
      sql::Window{{}, {{Record("r", columns), sql::RawSql("USING OPERATOR(pg_catalog.*<)")}}};
  ranked.items.push_back(sql::As(sql::Make(std::move(rank)), image));
  ranked.from = {sql::Derived(std::move(rows), "r")};

  sql::Select netted;
  netted.items = list("i");
  sql::Window same_image{{sql::Col("i", image)}, {}};
  sql::Call total{sql::QualifiedName{sql::Identifier("sum")}};
  total.args = {sql::Col("i", kWeight)};
  total.over = same_image;
  sql::Call number{sql::QualifiedName{sql::Identifier("row_number")}};
  number.over = same_image;
  netted.items.push_back(sql::As(sql::Make(std::move(total)), net));
  netted.items.push_back(sql::As(sql::Make(std::move(number)), place));
  netted.from = {sql::Derived(sql::MakeStatement(std::move(ranked)), "i")};

  sql::Select result;
  result.items = list("i");
  result.items.push_back(sql::As(sql::Cast(sql::Col("i", net), "integer"), kWeight));
  result.from = {sql::Derived(sql::MakeStatement(std::move(netted)), "i")};
  result.where = {sql::Op(sql::Col("i", place), "=", sql::Int(1)),
                  sql::Op(sql::Col("i", net), "<>", sql::Int(0))};
  return sql::MakeStatement(std::move(result));
}

}  // namespace tricklec::codegen::lower
