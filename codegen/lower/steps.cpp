#include "tricklec/codegen/lower/steps.h"

#include <algorithm>
#include <set>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

void CollectAliases(const ir::RelPtr& rel, std::set<std::string>& aliases) {
  if (const auto* scan = rel->As<ir::Scan>()) aliases.insert(scan->alias);
  for (const ir::RelPtr& input : ir::InputsOf(*rel)) CollectAliases(input, aliases);
}

bool Has(const std::vector<size_t>& positions, size_t position) {
  return std::find(positions.begin(), positions.end(), position) != positions.end();
}

}  // namespace

std::string FreeAlias(const ivm::Program& program, const std::string& wanted) {
  std::set<std::string> taken;
  CollectAliases(program.rows, taken);
  std::string alias = wanted;
  for (int number = 2; taken.count(alias) != 0; ++number) alias = wanted + std::to_string(number);
  return alias;
}

sql::Expr HashOf(std::vector<sql::Expr> fields) {
  return sql::Fn("hash_record_extended", {sql::RowOf(std::move(fields)), sql::Int(0)});
}

std::vector<sql::Expr> KeyMatch(const ivm::Program& program, const std::string& a,
                                const std::string& b) {
  const ivm::Storage& storage = program.storage;
  std::vector<sql::Expr> conditions;
  std::vector<sql::Expr> hash_a, hash_b, nullable_a, nullable_b;
  for (size_t position : storage.key) {
    const ivm::StoredColumn& column = storage.columns[position];
    sql::Expr of_a = sql::Col(a, column.name), of_b = sql::Col(b, column.name);
    if (!storage.unique_index && Has(storage.hash_columns, position)) {
      hash_a.push_back(of_a);
      hash_b.push_back(of_b);
    }
    if (column.not_null) {
      conditions.push_back(Equals(column.type, of_a, of_b));
    } else if (storage.unique_index) {
      conditions.push_back(EqualsOrBothNull(column.type, true, of_a, of_b));
    } else {
      // Equality of records takes NULLs as equal.
      nullable_a.push_back(of_a);
      nullable_b.push_back(of_b);
    }
  }
  if (!nullable_a.empty()) {
    conditions.push_back(sql::Op(sql::RecordOf(nullable_a), "=", sql::RecordOf(nullable_b)));
  }
  if (!hash_a.empty()) {
    conditions.insert(conditions.begin(), sql::Op(HashOf(hash_a), "=", HashOf(hash_b)));
  }
  return conditions;
}

std::vector<StepSql> LowerSteps(const StepContext& context) {
  // Without a Δ there are only locks to take.
  if (context.program.groups && context.event.delta != nullptr) return LowerGroupSteps(context);
  std::vector<StepSql> result;
  for (const ivm::Step& step : context.event.steps) {
    if (std::holds_alternative<ivm::LockJoinKeys>(step)) {
      result.push_back(LowerLockJoinKeys(context));
    } else if (const auto* keyed = std::get_if<ivm::ApplyKeyedRows>(&step)) {
      result.push_back(LowerApplyKeyedRows(context, *keyed));
    } else if (const auto* bag = std::get_if<ivm::ApplyBag>(&step)) {
      result.push_back(LowerApplyBag(context, *bag));
    }
  }
  return result;
}

std::optional<sql::Select> LowerProbe(const StepContext& context) {
  const std::vector<ivm::Step>& steps = context.event.steps;
  const ivm::Program& program = context.program;
  bool upserts = std::any_of(steps.begin(), steps.end(), [](const ivm::Step& step) {
    return std::holds_alternative<ivm::UpsertGroups>(step);
  });
  if (!upserts) return std::nullopt;
  Delta delta = LowerDelta(context);
  std::string table = FreeAlias(program, "t"), change = FreeAlias(program, "d");
  sql::Select keys = delta.block.select;
  keys.distinct = true;
  sql::Select probe;
  for (size_t i = 0; i < program.groups->keys.size(); ++i) {
    const std::string& name = program.storage.columns[program.storage.key[i]].name;
    keys.items.push_back(sql::As(Lower(program.groups->keys[i], delta.block.scope), name));
    probe.order_by.push_back({sql::Col(change, name), std::nullopt});
  }
  probe.from = {sql::Derived(sql::MakeStatement(std::move(keys)), change),
                sql::Table(context.names.Table(), table)};
  probe.from.back().join = sql::JoinKind::Inner;
  probe.from.back().on = sql::AllOf(KeyMatch(program, table, change));
  probe.locking = sql::RawSql("FOR NO KEY UPDATE OF " + table);
  return probe;
}

sql::StatementPtr LowerFill(const ivm::Program& program, const Names& names,
                            const ScanLowering& scans) {
  const ivm::Storage& storage = program.storage;
  Block rows = LowerBlock(program.rows, scans);
  sql::Select select = rows.select;
  sql::Insert fill{{}, names.Table()};
  for (const ivm::StoredColumn& column : storage.columns) {
    fill.columns.push_back(sql::Identifier(column.name));
  }
  if (!program.groups) {
    for (size_t i = 0; i < storage.columns.size(); ++i) {
      select.items.push_back(
          sql::As(Lower(program.row_values[i], rows.scope), storage.columns[i].name));
    }
    fill.query = sql::MakeStatement(std::move(select));
    return sql::MakeStatement(std::move(fill));
  }
  const ivm::GroupState& groups = *program.groups;
  std::string alias = FreeAlias(program, "g");
  Scope scope;
  std::vector<sql::Expr> from_rows(storage.columns.size()), from_state(storage.columns.size());
  for (size_t i = 0; i < groups.keys.size(); ++i) {
    sql::Expr key = Lower(groups.keys[i], rows.scope);
    bool constant = std::holds_alternative<sql::RawConstant>(key->node);
    select.group_by.push_back(constant ? sql::Cast(key, groups.keys[i]->props.type.sql) : key);
    from_rows[storage.key[i]] = std::move(key);
  }
  for (const ivm::Accumulator& accumulator : groups.accumulators) {
    const ivm::StoredColumn& column = storage.columns[accumulator.column];
    sql::Expr value = Lower(accumulator.call, rows.scope);
    bool never_null = accumulator.kind == ivm::AccumulatorKind::Sum && !accumulator.null_when_zero;
    from_rows[accumulator.column] =
        never_null ? sql::Coalesce(std::move(value), Zero(column.type)) : std::move(value);
  }
  for (size_t i = 0; i < storage.columns.size(); ++i) {
    const ivm::StoredColumn& column = storage.columns[i];
    if (from_rows[i] == nullptr) continue;
    select.items.push_back(sql::As(from_rows[i], column.name));
    from_state[i] = sql::Col(alias, column.name);
    scope.Set(column.id, from_state[i]);
  }
  if (!groups.derived.empty()) {
    for (const ivm::DerivedColumn& derived : groups.derived) {
      from_state[derived.column] = Lower(derived.value, scope);
    }
    sql::Select outer;
    for (size_t i = 0; i < storage.columns.size(); ++i) {
      outer.items.push_back(sql::As(from_state[i], storage.columns[i].name));
    }
    outer.from = {sql::Derived(sql::MakeStatement(std::move(select)), alias)};
    select = std::move(outer);
  }
  fill.query = sql::MakeStatement(std::move(select));
  return sql::MakeStatement(std::move(fill));
}

}  // namespace tricklec::codegen::lower
