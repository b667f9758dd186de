// Sources in the states that a delta reads: changed rows, and what was there before.
#include <algorithm>
#include <map>
#include <set>

#include "tricklec/codegen/lower/cut.h"
#include "tricklec/codegen/lower/delta.h"
#include "tricklec/ir/fit_name.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

sql::QualifiedName Plain(const std::string& name) {
  return sql::QualifiedName{sql::Identifier(name)};
}

bool SameTable(const ir::ObjectName& a, const ir::ObjectName& b) {
  return a.schema == b.schema && a.name == b.name;
}

class DeltaLowering {
 public:
  explicit DeltaLowering(const StepContext& context) : context_(context), cut_(context.program) {
    CountReferences(*context.event.delta);
    CollectAliases(*context.event.delta);
  }

  Delta Run() {
    Delta delta;
    delta.signs = context_.event.signs;
    delta.exact = context_.event.exact;
    delta.block = LowerBlock(context_.event.delta,
                             [this](const ir::Rel&, const ir::Scan& scan) { return Lower(scan); });
    delta.weight = delta.block.scope.At(context_.event.delta->outputs.back().id);
    delta.block.select.with = cut_.With();
    for (sql::Cte& query : with_) delta.block.select.with.push_back(std::move(query));
    for (const auto& [source, name] : shared_) delta.buffers.push_back(name);
    std::sort(delta.buffers.begin(), delta.buffers.end());
    return delta;
  }

 private:
  void CountReferences(const ir::Rel& rel) {
    const auto* scan = rel.As<ir::Scan>();
    if (scan != nullptr && scan->state != ir::SourceState::New) {
      // An old state needs the changes twice: their keys, and the rows that went.
      references_[&SourceOf(*scan)] += scan->state == ir::SourceState::Old ? 2 : 1;
    }
    for (const ir::RelPtr& input : ir::InputsOf(rel)) CountReferences(*input);
  }

  void CollectAliases(const ir::Rel& rel) {
    if (const auto* scan = rel.As<ir::Scan>()) aliases_.insert(scan->alias);
    for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectAliases(*input);
  }

  std::string FreeName(const std::string& wanted) {
    std::string name = ir::FitName(wanted);
    for (int& number = numbers_[wanted]; !aliases_.insert(name).second; ++number) {
      name = ir::FitName(wanted + std::to_string(number + 2));
    }
    return name;
  }

  const ivm::SourceProgram& SourceOf(const ir::Scan& scan) const {
    for (const ivm::SourceProgram& source : context_.program.sources) {
      if (SameTable(source.source->name, scan.table->name)) return source;
    }
    TRICKLEC_CHECK(false, "a scan of a table that is no source");
    return context_.program.sources.front();
  }

  bool InTransitionTable() const {
    return context_.origin == DeltaOrigin::Inserted || context_.origin == DeltaOrigin::Deleted;
  }

  // The changed rows of both kinds, without those that cancel. Computed once where they are read
  // several times.
  sql::FromItem Changes(const ivm::SourceProgram& source, const std::string& alias) {
    if (references_.at(&source) == 1 && context_.origin != DeltaOrigin::Buffer) {
      if (context_.origin == DeltaOrigin::Updated) {
        return sql::Derived(ChangedRows(source, context_.origin, source.columns_used, true), alias);
      }
      if (source.cancel == ivm::CancelKind::None) {
        return sql::Table(context_.names.Pending(source.source->name), alias);
      }
      return sql::Derived(NetPendingRows(source, context_.names), alias);
    }
    return sql::Table(Plain(SharedChanges(source)), alias);
  }

  const std::string& SharedChanges(const ivm::SourceProgram& source) {
    auto [found, is_new] = shared_.try_emplace(&source);
    if (!is_new) return found->second;
    // The name of an inner result begins with that of the stream table it belongs to.
    std::string stem = source.source->name.name;
    if (source.source->kind == ir::RelationKind::Auxiliary) stem.erase(0, stem.rfind('/') + 1);
    found->second = FreeName(stem + "_delta");
    sql::StatementPtr rows;
    if (context_.origin == DeltaOrigin::Updated) {
      rows = ChangedRows(source, context_.origin, PendingColumns(source), true);
    } else if (context_.origin == DeltaOrigin::Buffer) {
      BufferRange range = RangeOf(context_.program, source);
      rows = source.cancel == ivm::CancelKind::None
                 ? BufferedRows(source, PendingColumns(source), range)
                 : NetBufferedRows(source, range);
    } else if (source.cancel != ivm::CancelKind::None) {
      rows = NetPendingRows(source, context_.names);
    } else {
      sql::Select all;
      for (size_t position : PendingColumns(source)) {
        const std::string& name = source.source->columns[position].name;
        all.items.push_back(sql::As(sql::Col("p", name), name));
      }
      all.items.push_back(sql::As(sql::Col("p", kWeight), kWeight));
      all.from = {sql::Table(context_.names.Pending(source.source->name), "p")};
      rows = sql::MakeStatement(std::move(all));
    }
    with_.push_back({sql::Identifier(found->second), std::move(rows), true});
    return found->second;
  }

  // ---- states ---------------------------------------------------------------------------------

  ScanSql Lower(const ir::Scan& scan) {
    switch (scan.state) {
      case ir::SourceState::New: return cut_.Read(SourceOf(scan), scan.alias);
      case ir::SourceState::Delta: return ReadDelta(SourceOf(scan), scan.alias);
      case ir::SourceState::Kept: return ReadKept(SourceOf(scan), scan.alias);
      case ir::SourceState::Gone: return ReadGone(SourceOf(scan), scan.alias);
      case ir::SourceState::Old: return ReadOld(SourceOf(scan), scan.alias);
    }
    TRICKLEC_CHECK(false, "unknown state of a source");
    return cut_.Read(SourceOf(scan), scan.alias);
  }

  ScanSql ReadDelta(const ivm::SourceProgram& source, const std::string& alias) {
    if (context_.origin == DeltaOrigin::Inserted) {
      return {sql::Table(Plain(kNewTable), alias), alias, sql::Int(1), {}};
    }
    if (context_.origin == DeltaOrigin::Deleted) {
      return {sql::Table(Plain(kOldTable), alias), alias, sql::Int(-1), {}};
    }
    return {Changes(source, alias), alias, sql::Col(alias, kWeight), {}};
  }

  ScanSql ReadKept(const ivm::SourceProgram& source, const std::string& alias) {
    ScanSql result = cut_.Read(source, alias);
    result.where.push_back(NotChanged(source, alias));
    return result;
  }

  sql::Expr NotChanged(const ivm::SourceProgram& source, const std::string& alias) {
    const std::string changed = FreeName("c");
    sql::Select concerned;
    concerned.from = {
        InTransitionTable()
            ? sql::Table(Plain(context_.origin == DeltaOrigin::Inserted ? kNewTable : kOldTable),
                         changed)
            : Changes(source, changed)};
    for (size_t position : source.cancel_key) {
      const ir::SourceColumn& column = source.source->columns[position];
      concerned.where.push_back(EqualsOrBothNull(column.type, !column.not_null,
                                                 sql::Col(changed, column.name),
                                                 sql::Col(alias, column.name)));
    }
    return sql::Make(sql::Exists{sql::MakeStatement(std::move(concerned)), true});
  }

  ScanSql ReadGone(const ivm::SourceProgram& source, const std::string& alias) {
    if (context_.origin == DeltaOrigin::Deleted) {
      return {sql::Table(Plain(kOldTable), alias), alias, nullptr, {}};
    }
    return {Changes(source, alias),
            alias,
            nullptr,
            {sql::Op(sql::Col(alias, kWeight), "<", sql::Int(0))}};
  }

  sql::StatementPtr UsedColumns(const ivm::SourceProgram& source, ScanSql from) const {
    sql::Select select;
    for (size_t position : source.columns_used) {
      const std::string& name = source.source->columns[position].name;
      select.items.push_back(sql::As(sql::Col(from.alias, name), name));
    }
    select.from = {std::move(from.from)};
    select.where = std::move(from.where);
    return sql::MakeStatement(std::move(select));
  }

  ScanSql ReadOld(const ivm::SourceProgram& source, const std::string& alias) {
    if (source.cancel != ivm::CancelKind::ByKey) return ReadOldByImage(source, alias);
    if (context_.origin == DeltaOrigin::Inserted) return ReadKept(source, alias);
    // A row that went has a weight above 0 here: it is there whatever changed.
    std::vector<sql::StatementPtr> parts = cut_.Parts(source);
    ScanSql gone = ReadGone(source, FreeName("g"));
    sql::Select went;
    for (size_t position : PendingColumns(source)) {
      const std::string& name = source.source->columns[position].name;
      went.items.push_back(sql::As(sql::Col(gone.alias, name), name));
    }
    went.items.push_back(sql::As(sql::Int(1), kWeight));
    went.from = {std::move(gone.from)};
    went.where = std::move(gone.where);
    parts.push_back(sql::MakeStatement(std::move(went)));
    std::vector<sql::Expr> kept = {NotChanged(source, alias)};
    if (cut_.Applies(source)) kept.push_back(cut_.IsPart(source, alias));
    return {sql::Derived(
                sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, std::move(parts)}),
                alias),
            alias,
            nullptr,
            {sql::AnyOf({sql::Op(sql::Col(alias, kWeight), ">", sql::Int(0)),
                         sql::AllOf(std::move(kept))})}};
  }

  // Without a key: all rows, minus the changes, equal images counted.
  ScanSql ReadOldByImage(const ivm::SourceProgram& source, const std::string& alias) {
    auto weighted = [&](ScanSql from, sql::Expr weight) {
      auto select = std::get<sql::Select>(UsedColumns(source, std::move(from))->node);
      select.items.push_back(sql::As(std::move(weight), kWeight));
      return sql::MakeStatement(std::move(select));
    };
    sql::StatementPtr now = weighted(cut_.Read(source, "n"), sql::Int(1));
    ScanSql changes = ReadDelta(source, "c");
    sql::Expr negative = sql::Make(sql::OperatorCall{std::nullopt, "-", {changes.weight}});
    sql::StatementPtr undone = weighted(std::move(changes), std::move(negative));
    std::vector<std::string> columns;
    std::vector<const ir::Type*> types;
    for (size_t position : source.columns_used) {
      columns.push_back(source.source->columns[position].name);
      types.push_back(&source.source->columns[position].type);
    }
    sql::StatementPtr netted =
        Net(sql::MakeStatement(sql::SetOperation{sql::SetOperator::UnionAll, {now, undone}}),
            columns, types);
    const std::string rows = FreeName("b");
    sql::Select copies;
    for (const std::string& column : columns) {
      copies.items.push_back(sql::As(sql::Col(rows, column), column));
    }
    copies.from = {
        sql::Derived(std::move(netted), rows),
        {sql::FromFunction{sql::Fn("generate_series", {sql::Int(1), sql::Col(rows, kWeight)}),
                           sql::Identifier("n")},
         sql::JoinKind::Cross}};
    return {sql::Derived(sql::MakeStatement(std::move(copies)), alias), alias, nullptr, {}};
  }

  const StepContext& context_;
  Cut cut_;
  std::map<const ivm::SourceProgram*, int> references_;
  std::map<const ivm::SourceProgram*, std::string> shared_;
  std::set<std::string> aliases_;
  std::map<std::string, int> numbers_;  ///< how many numbers after a name are known to be taken
  std::vector<sql::Cte> with_;
};

}  // namespace

Delta LowerDelta(const StepContext& context) { return DeltaLowering(context).Run(); }

}  // namespace tricklec::codegen::lower
