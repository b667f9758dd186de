// Projections, filters, joins and unions whose rows themselves are stored.
//
// With keys of the sources every row has an identity: the key is stored, hidden where the query does
// not show it, and Δ is netted by it. The key of one source fits our unique index because it fits the
// source's own. Without a key the table is a bag: equal rows are counted off one by one.

#include "tricklec/ivm/linear.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/deltas.h"
#include "tricklec/ivm/excerpt.h"
#include "tricklec/ivm/facts.h"
#include "tricklec/ivm/hidden_names.h"
#include "tricklec/ivm/key_width.h"
#include "tricklec/ivm/locks.h"
#include "tricklec/ivm/row_key.h"
#include "tricklec/ivm/single_rows.h"
#include "tricklec/ivm/truncate.h"

namespace tricklec::ivm {

namespace {

class LinearPlanner {
 public:
  LinearPlanner(const Shape& shape, Program& program, source::Diagnostics& diagnostics)
      : shape_(shape),
        program_(program),
        diagnostics_(diagnostics),
        ids_(*program.definition.ids),
        input_(shape.input) {}

  void Plan() {
    StoreVisibleColumns();
    std::optional<RowKey> key = FindRowKey(input_, Shown());
    if (key && !key->columns.empty() && Fits(*key)) {
      StoreKey(*key);
    } else {
      StoreBag();
    }
    PlanEvents();
    program_.strategy = Strategy::Linear;
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

  std::set<Attribute> Shown() const {
    std::set<Attribute> shown;
    for (const auto& [attribute, position] : plain_) shown.insert(attribute);
    return shown;
  }

  // Keys of several sources side by side may be wider than any of them.
  static bool Fits(const RowKey& key) {
    std::vector<KeyPart> parts;
    for (const Attribute& attribute : key.columns) {
      const ir::SourceColumn& column = attribute.source_column();
      parts.push_back({column.name, column.type, {}, attribute});
    }
    return FitKey(parts).unique_index;
  }

  void StoreKey(const RowKey& key) {
    program_.storage.kind = StorageKind::KeyedRows;
    std::vector<std::string> visible;
    for (const VisibleColumn& column : shape_.columns) visible.push_back(column.name);
    HiddenNames names(visible);
    FactRecorder facts(program_.facts);
    for (const RowKey::Use& use : key.uses) {
      // Two rows for one would be an error of our unique index.
      facts.UniqueKey(
          *use.table, *use.key,
          use.determined ? "finds one row for each row it is joined to" : "key of the stored rows",
          use.determined ? kByStorage : kByFingerprint);
    }
    for (const Attribute& attribute : key.columns) {
      const ir::SourceColumn& column = attribute.source_column();
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
            column.name, attribute.table->name.schema, attribute.table->name.name);
      }
      program_.storage.key.push_back(position);
      StoredColumn& stored = program_.storage.columns[position];
      // NULL where an outer join found no partner.
      stored.not_null = column.not_null && !program_.row_values[position]->props.nullable;
      if (stored.not_null) {
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
        .AddNote(
            "its rows have no key, and no selected column has a type that can be hashed, so no "
            "index "
            "finds a row")
        .AddHelp("give the source a primary key, or select a column that can be hashed");
  }

  void PlanEvents() {
    std::vector<ir::ColumnId> needed;
    for (const ir::ExprPtr& value : program_.row_values) ir::CollectColumns(value, needed);
    program_.rows = WithColumns(input_, needed);
    bool raises = std::any_of(program_.row_values.begin(), program_.row_values.end(),
                              [](const ir::ExprPtr& value) { return value->props.may_raise; });
    PlanDeltas(program_, true, raises);
    RaiseLockForJoins(program_);
    for (SourceProgram& source : program_.sources) {
      for (EventProgram& event : source.events) {
        if (event.event == Event::Truncate) {
          event.steps = {TruncateStep(program_, source)};
        } else {
          AddSteps(event);
        }
      }
    }
    AddSteps(program_.pending);
    program_.recompute = RefillOf(program_);
    PlanSingleRows(program_);
  }

  void AddSteps(EventProgram& event) const {
    AddLockSteps(program_, event.steps);
    if (event.delta != nullptr) event.steps.push_back(Apply(event));
  }

  Step Apply(const EventProgram& event) const {
    bool deletes = event.signs != Signs::Added, inserts = event.signs != Signs::Removed;
    if (program_.storage.kind == StorageKind::Bag) return ApplyBag{deletes, inserts};
    // Pending rows of one source are netted where they are read.
    bool nets = !event.exact && event.reads_sources;
    return ApplyKeyedRows{deletes, inserts, nets};
  }

  const Shape& shape_;
  Program& program_;
  source::Diagnostics& diagnostics_;
  ir::ColumnIds& ids_;
  ir::RelPtr input_;                   ///< with key columns that the query does not read
  std::map<Attribute, size_t> plain_;  ///< source column → first stored column that is just it
};

}  // namespace

void PlanLinear(const Shape& shape, Program& program, source::Diagnostics& diagnostics) {
  LinearPlanner(shape, program, diagnostics).Plan();
}

}  // namespace tricklec::ivm
