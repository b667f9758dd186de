#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ivm/plan.h"

namespace tricklec::ivm::test {

inline ir::Type MakeType(std::string sql, ir::Arithmetic arithmetic, std::optional<uint32_t> bytes,
                         bool identity) {
  ir::Type type;
  type.known = true;
  type.sql = std::move(sql);
  type.arithmetic = arithmetic;
  type.max_bytes = bytes;
  type.has_equality = type.sortable = type.hashable = true;
  type.equality_is_identity = identity;
  type.may_be_infinite = arithmetic == ir::Arithmetic::Numeric;
  return type;
}
inline ir::Type Integer() { return MakeType("integer", ir::Arithmetic::Int4, 4, true); }
inline ir::Type Text() { return MakeType("text", ir::Arithmetic::None, std::nullopt, true); }
inline ir::Type Numeric() {
  return MakeType("numeric", ir::Arithmetic::Numeric, std::nullopt, false);
}
inline ir::Type Amount() {  // numeric(10,2)
  ir::Type type = MakeType("numeric(10,2)", ir::Arithmetic::Numeric, 16, false);
  type.fixed_scale = 2;
  type.may_be_infinite = false;
  return type;
}
inline ir::Type Double() { return MakeType("double precision", ir::Arithmetic::Float8, 8, false); }
inline ir::Type Xid() {
  ir::Type type = MakeType("xid", ir::Arithmetic::None, 4, true);
  type.sortable = false;
  return type;
}
inline ir::Type Json() {
  ir::Type type = MakeType("json", ir::Arithmetic::None, std::nullopt, false);
  type.has_equality = type.sortable = type.hashable = false;
  return type;
}

/// Builds one query over one table, by column names.
class Query {
 public:
  explicit Query(ir::SourceTable table)
      : table_(std::make_shared<const ir::SourceTable>(std::move(table))),
        ids_(std::make_shared<ir::ColumnIds>()) {
    std::vector<size_t> attributes;
    std::vector<ir::ColumnId> ids;
    for (size_t i = 0; i < table_->columns.size(); ++i) {
      attributes.push_back(i);
      ids.push_back(ids_->Next());
    }
    rel_ = ir::MakeScan(table_, table_->name.name, attributes, ids, {});
  }

  ir::ExprPtr Col(const std::string& name) const {
    for (const ir::OutputColumn& output : rel_->outputs) {
      if (output.name == name) return ir::Ref(output);
    }
    throw std::logic_error("no column " + name);
  }

  static ir::ExprPtr Op(const char* op, ir::ExprPtr a, ir::ExprPtr b, ir::Type type,
                        bool may_raise = false) {
    ir::Properties props;
    props.type = std::move(type);
    props.nullable = a->props.nullable || b->props.nullable;
    props.may_raise = may_raise;
    return ir::MakeExpr(props, {}, ir::OperatorCall{{"pg_catalog", op}, {a, b}, false});
  }
  static ir::ExprPtr Number(const char* sql) {
    ir::Properties props;
    props.type = Integer();
    props.nullable = false;
    props.may_raise = false;
    return ir::MakeExpr(props, {}, ir::Constant{sql, false, false});
  }

  Query& Where(const ir::ExprPtr& predicate) {
    rel_ = ir::MakeFilter(rel_, predicate);
    return *this;
  }

  Query& GroupBy(const std::vector<std::string>& keys) {
    grouped_ = true;
    for (const std::string& key : keys) keys_.push_back({ids_->Next(), key, Col(key)});
    return *this;
  }
  Query& GroupBy(const std::string& name, ir::ExprPtr expr) {
    grouped_ = true;
    keys_.push_back({ids_->Next(), name, std::move(expr)});
    return *this;
  }
  /// \returns a reference to the aggregate's value
  ir::ExprPtr Agg(ir::AggregateKind kind, const char* function, ir::ExprPtr arg, ir::Type result,
                  ir::ExprPtr filter = nullptr, bool distinct = false) {
    ir::AggregateColumn column;
    column.id = ids_->Next();
    column.name = function;
    column.call.kind = kind;
    column.call.function = {"pg_catalog", function};
    if (arg != nullptr) column.call.args.push_back(arg);
    column.call.filter = filter;
    column.call.distinct = distinct;
    column.props.type = std::move(result);
    column.props.nullable =
        kind != ir::AggregateKind::CountRows && kind != ir::AggregateKind::Count;
    aggregates_.push_back(column);
    return ir::Ref({column.id, column.name, column.props});
  }
  ir::ExprPtr CountRows(ir::ExprPtr filter = nullptr) {
    return Agg(ir::AggregateKind::CountRows, "count", nullptr, ir::Bigint(), filter);
  }
  ir::ExprPtr Count(const std::string& x) {
    return Agg(ir::AggregateKind::Count, "count", Col(x), ir::Bigint());
  }
  ir::ExprPtr Sum(const std::string& x, ir::Type result, ir::ExprPtr filter = nullptr) {
    return Agg(ir::AggregateKind::Sum, "sum", Col(x), std::move(result), filter);
  }
  ir::ExprPtr Avg(const std::string& x, ir::ExprPtr filter = nullptr) {
    return Agg(ir::AggregateKind::Avg, "avg", Col(x), Numeric(), filter);
  }
  ir::ExprPtr Max(const std::string& x, ir::ExprPtr filter = nullptr) {
    return Agg(ir::AggregateKind::Max, "max", Col(x), Col(x)->props.type, filter);
  }
  ir::ExprPtr Key(const std::string& name) const {
    for (const ir::ProjectColumn& key : keys_) {
      if (key.name == name) return ir::Ref({key.id, key.name, key.expr->props});
    }
    throw std::logic_error("no key " + name);
  }

  /// Finishes the query with these output columns.
  ir::Definition Select(const std::vector<std::pair<std::string, ir::ExprPtr>>& columns) {
    ir::Definition definition;
    definition.name = {"public", "st"};
    definition.mode = ir::RefreshMode::Immediate;
    definition.ids = ids_;
    if (grouped_ || !aggregates_.empty()) {
      rel_ = ir::MakeAggregate(rel_, grouped_, keys_, aggregates_);
    }
    if (having_ != nullptr) rel_ = ir::MakeFilter(rel_, having_);
    std::vector<ir::ProjectColumn> project;
    for (const auto& [name, expr] : columns) {
      project.push_back({ids_->Next(), name, expr});
      definition.column_names.push_back(name);
    }
    definition.query = ir::MakeProject(rel_, project);
    return definition;
  }
  Query& Having(ir::ExprPtr predicate) {
    having_ = std::move(predicate);
    return *this;
  }
  const ir::RelPtr& rel() const { return rel_; }

 private:
  ir::SourceTablePtr table_;
  std::shared_ptr<ir::ColumnIds> ids_;
  ir::RelPtr rel_;
  bool grouped_ = false;
  std::vector<ir::ProjectColumn> keys_;
  std::vector<ir::AggregateColumn> aggregates_;
  ir::ExprPtr having_;
};

inline ir::SourceColumn Column(std::string name, ir::Type type, bool not_null = false) {
  ir::SourceColumn column;
  column.not_null_by = not_null ? "t_" + name + "_not_null" : "";
  column.name = std::move(name);
  column.type = std::move(type);
  column.not_null = not_null;
  return column;
}

/// public.t (id integer primary key, k integer, g integer not null, x integer, y integer not null,
/// a numeric(10,2), n numeric, f double precision, region text, j json, xid xid)
inline ir::SourceTable Table(bool with_key = true) {
  ir::SourceTable table;
  table.name = {"public", "t"};
  table.columns = {
      Column("id", Integer(), true), Column("k", Integer()),       Column("g", Integer(), true),
      Column("x", Integer()),        Column("y", Integer(), true), Column("a", Amount()),
      Column("n", Numeric()),        Column("f", Double()),        Column("region", Text()),
      Column("j", Json()),           Column("tx", Xid())};
  if (with_key) {
    table.keys = {{"t_pkey", {0}, true, false}};
    table.indexes = {{"t_pkey", "btree", {0}, false}};
  }
  return table;
}

/// Plans, expecting no error; warnings stay readable.
struct Planned {
  source::Diagnostics diagnostics;
  std::optional<Program> program;
  explicit Planned(const ir::Definition& definition)
      : program(PlanMaintenance(definition, diagnostics)) {}

  const Program& operator*() const { return program.value(); }
  const Program* operator->() const { return &program.value(); }

  const StoredColumn* Find(const std::string& name) const {
    for (const StoredColumn& column : program->storage.columns) {
      if (column.name == name) return &column;
    }
    return nullptr;
  }
  std::vector<std::string> HiddenColumns() const {
    std::vector<std::string> names;
    for (const StoredColumn& column : program->storage.columns) {
      if (!column.visible) names.push_back(column.name);
    }
    return names;
  }
  const EventProgram& On(Event event) const {
    for (const EventProgram& events : program->sources.at(0).events) {
      if (events.event == event) return events;
    }
    throw std::logic_error("no such event");
  }
  bool Reported(source::Code code) const {
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.code == code) return true;
    }
    return false;
  }
};

template <typename Kind>
const Kind* FindStep(const EventProgram& event) {
  for (const Step& step : event.steps) {
    if (const auto* found = std::get_if<Kind>(&step)) return found;
  }
  return nullptr;
}

}  // namespace tricklec::ivm::test
