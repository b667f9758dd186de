// Projection and filter over one source.
//
//   Δ(π(σ(S))) = π(σ(ΔS))
//
// With a key of the source every row has an identity: the key is stored, hidden where the query does
// not show it, and Δ is netted by it. A key fits our unique index because it fits the source's own.
// Without a key the table is a bag: equal rows are counted off one by one.

#include "tricklec/ivm/linear.h"

#include <fmt/format.h>

#include <map>

#include "tricklec/ivm/excerpt.h"
#include "tricklec/ivm/facts.h"
#include "tricklec/ivm/hidden_names.h"
#include "tricklec/ivm/source_key.h"
#include "tricklec/ivm/source_rels.h"

namespace tricklec::ivm {

namespace {

class LinearPlanner {
 public:
  LinearPlanner(const Shape& shape, Program& program, source::Diagnostics& diagnostics)
      : shape_(shape),
        program_(program),
        diagnostics_(diagnostics),
        ids_(*program.definition.ids),
        input_(shape.input),
        source_(ScanBelow(shape.input).As<ir::Scan>()->table) {}

  void Plan() {
    StoreVisibleColumns();
    const ir::Key* key = BestKey(*source_, Shown());
    if (key != nullptr) {
      StoreKey(*key);
    } else {
      StoreBag();
    }
    AddSource(key);
    program_.strategy = Strategy::Linear;
    program_.lock_class = LockClass::None;
  }

 private:
  void StoreVisibleColumns() {
    for (size_t i = 0; i < shape_.columns.size(); ++i) {
      const VisibleColumn& visible = shape_.columns[i];
      Store(visible.name, visible.props, visible.expr);
      if (auto attribute = PlainAttribute(visible.expr, input_)) {
        plain_.emplace(*attribute, i);
      }
    }
  }

  StoredColumn& Store(std::string name, const ir::Properties& props, const ir::ExprPtr& value) {
    StoredColumn column;
    column.id = ids_.Next();
    column.name = std::move(name);
    column.type = props.type;
    column.collation_schema = props.collation_schema;
    column.collation_name = props.collation_name;
    column.compare = Compare::Image;
    program_.row_values.push_back(value);
    return program_.storage.columns.emplace_back(std::move(column));
  }

  std::set<size_t> Shown() const {
    std::set<size_t> shown;
    for (const auto& [attribute, position] : plain_) shown.insert(attribute);
    return shown;
  }

  void StoreKey(const ir::Key& key) {
    program_.storage.kind = StorageKind::KeyedRows;
    std::vector<std::string> visible;
    for (const VisibleColumn& column : shape_.columns) visible.push_back(column.name);
    HiddenNames names(visible);
    FactRecorder facts(*source_, program_.facts);
    facts.UniqueKey(key, "key of the stored rows", kByFingerprint);
    for (size_t attribute : key.columns) {
      const ir::SourceColumn& column = source_->columns[attribute];
      size_t position;
      if (auto found = plain_.find(attribute); found != plain_.end()) {
        position = found->second;
        program_.storage.columns[position].role = ColumnRole::Key;
      } else {
        position = program_.storage.columns.size();
        auto [input, output] = WithAttribute(input_, attribute, ids_);
        input_ = input;
        StoredColumn& hidden = Store(names.Make(column.name), output.props, ir::Ref(output));
        hidden.visible = false;
        hidden.role = ColumnRole::Hidden;
        hidden.comment = fmt::format(
            "`{}` of {}.{}: part of the row's key, which the query does "
            "not select",
            column.name, source_->name.schema, source_->name.name);
      }
      program_.storage.key.push_back(position);
      StoredColumn& stored = program_.storage.columns[position];
      stored.not_null = column.not_null;
      if (column.not_null) {
        facts.NotNull(program_.row_values[position], input_,
                      fmt::format("key column {} is never NULL", Excerpt({}, column.name)),
                      kByStorage);
      }
    }
  }

  void StoreBag() {
    program_.storage.kind = StorageKind::Bag;
    program_.storage.unique_index = false;
    for (size_t i = 0; i < program_.storage.columns.size(); ++i) {
      if (program_.storage.columns[i].type.hashable) program_.storage.hash_columns.push_back(i);
    }
    if (!program_.storage.hash_columns.empty()) return;
    diagnostics_
        .Report(source::Code::BagWithoutHash, program_.definition.query_range,
                program_.definition.name.name)
        .AddNote(fmt::format("{}.{} has no key, and no selected column has a type that can be "
                             "hashed, so no index finds a row",
                             source_->name.schema, source_->name.name))
        .AddHelp("give the source a primary key, or select a column that can be hashed");
  }

  void AddSource(const ir::Key* key) {
    SourceProgram& source = program_.sources.emplace_back();
    source.source = source_;
    std::vector<ir::ColumnId> needed;
    for (const ir::ExprPtr& value : program_.row_values) ir::CollectColumns(value, needed);
    SourceRels rels = MakeSourceRels(input_, needed, ids_);
    source.rows = rels.rows;
    source.delta = rels.delta;
    source.columns_used = rels.columns_used;
    if (key != nullptr) {
      source.cancel = CancelKind::ByKey;
      source.cancel_key = key->columns;
    } else {
      ChooseCancel(source);
    }
    source.events = {{Event::Insert, {Apply(false, true)}},
                     {Event::Update, {Apply(true, true)}},
                     {Event::Delete, {Apply(true, false)}},
                     {Event::Truncate, {Empty()}}};
    source.pending = {Event::Update, {Apply(true, true)}};
  }

  Step Apply(bool deletes, bool inserts) const {
    if (program_.storage.kind == StorageKind::KeyedRows) return ApplyKeyedRows{deletes, inserts};
    return ApplyBag{deletes, inserts};
  }

  // A partitioned source is not empty when one of its partitions is truncated.
  Step Empty() const {
    if (source_->kind == ir::RelationKind::Partitioned) return Refill{};
    return TruncateStorage{};
  }

  const Shape& shape_;
  Program& program_;
  source::Diagnostics& diagnostics_;
  ir::ColumnIds& ids_;
  ir::RelPtr input_;  ///< with key columns that the query does not read
  ir::SourceTablePtr source_;
  std::map<size_t, size_t> plain_;  ///< source column → first stored column that is just it
};

}  // namespace

void PlanLinear(const Shape& shape, Program& program, source::Diagnostics& diagnostics) {
  LinearPlanner(shape, program, diagnostics).Plan();
}

}  // namespace tricklec::ivm
