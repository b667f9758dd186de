// The program as indented text, for `--emit=program` and goldens: everything codegen acts on, one
// line each, nothing that depends on the machine.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tricklec/ir/print.h"
#include "tricklec/ivm/plan.h"

namespace tricklec::ivm {

namespace {

std::string_view NameOf(Strategy strategy) {
  switch (strategy) {
    case Strategy::Linear: return "linear";
    case Strategy::Algebraic: return "algebraic";
    case Strategy::Keyed: return "keyed";
    case Strategy::Whole: return "whole";
    case Strategy::Full: return "full";
  }
  return "";
}

std::string_view NameOf(LockClass lock_class) {
  switch (lock_class) {
    case LockClass::None: return "none";
    case LockClass::Key: return "key";
    case LockClass::Table: return "table";
  }
  return "";
}

std::string_view NameOf(Event event) {
  switch (event) {
    case Event::Insert: return "insert";
    case Event::Update: return "update";
    case Event::Delete: return "delete";
    case Event::Truncate: return "truncate";
  }
  return "";
}

std::string_view NameOf(StorageKind kind) {
  switch (kind) {
    case StorageKind::KeyedRows: return "keyed rows";
    case StorageKind::Groups: return "groups";
    case StorageKind::SingleRow: return "single row";
    case StorageKind::Bag: return "bag";
  }
  return "";
}

std::string_view NameOf(ColumnRole role) {
  switch (role) {
    case ColumnRole::Key: return "key";
    case ColumnRole::Value: return "value";
    case ColumnRole::Hidden: return "hidden";
  }
  return "";
}

std::string_view NameOf(Compare compare) {
  switch (compare) {
    case Compare::Image: return "by image";
    case Compare::Equal: return "by =";
    case Compare::Approximate: return "approximately";
  }
  return "";
}

std::string_view NameOf(AccumulatorKind kind) {
  switch (kind) {
    case AccumulatorKind::Count: return "count";
    case AccumulatorKind::Sum: return "sum";
    case AccumulatorKind::Min: return "min";
    case AccumulatorKind::Max: return "max";
    case AccumulatorKind::Recomputed: return "recomputed";
  }
  return "";
}

class Printer {
 public:
  explicit Printer(const Program& program) : program_(program) {}

  std::string Print() {
    const ir::Definition& definition = program_.definition;
    Line(0, "program {}.{}", definition.name.schema, definition.name.name);
    Line(1, "strategy {}", NameOf(program_.strategy));
    PrintReasons(program_.strategy_reasons);
    Line(1, "lock class {}", NameOf(program_.lock_class));
    PrintReasons(program_.lock_reasons);
    PrintStorage();
    if (program_.groups) PrintGroups(*program_.groups);
    if (!program_.row_values.empty()) {
      Line(1, "row");
      for (size_t i = 0; i < program_.row_values.size(); ++i) {
        Line(2, "{} := {}", Name(i), ir::Print(program_.row_values[i]));
      }
    }
    PrintRel(1, "rows", program_.rows);
    for (const SourceProgram& source : program_.sources) PrintSource(source);
    Line(1, "pending");
    PrintSteps(program_.pending, program_.sources.size() > 1);
    for (const Fact& fact : program_.facts) {
      Line(1, "fact {}.{} {}: {}, protected by {}", fact.relation.schema, fact.relation.name,
           fact.constraint, fact.used_for, fact.protection);
    }
    for (const IndexNeed& need : program_.indexes) {
      Line(1, "index {}.{} ({}): {}, {}", need.source->name.schema, need.source->name.name,
           fmt::join(need.columns, ", "), need.reason,
           need.present ? "served by " + need.index_name : "missing: " + need.statement);
    }
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Line(size_t depth, fmt::format_string<Args...> format, Args&&... args) {
    text_ += std::string(depth * 2, ' ') + fmt::format(format, std::forward<Args>(args)...) + "\n";
  }

  std::string Name(size_t column) const { return program_.storage.columns[column].name; }

  std::string Names(const std::vector<size_t>& columns) const {
    std::vector<std::string> names;
    for (size_t column : columns) names.push_back(Name(column));
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void PrintReasons(const std::vector<Reason>& reasons) {
    for (const Reason& reason : reasons) {
      Line(2, "because {}{}", reason.text,
           reason.remedy.empty() ? "" : fmt::format("; {}", reason.remedy));
    }
  }

  void PrintStorage() {
    const Storage& storage = program_.storage;
    Line(1, "storage {}", NameOf(storage.kind));
    for (const StoredColumn& column : storage.columns) {
      std::string collation =
          column.collation_name.empty()
              ? ""
              : fmt::format(" collate {}.{}", column.collation_schema, column.collation_name);
      Line(2, "{}#{} {}{}{}: {}{}{}", column.name, column.id,
           column.type.known ? column.type.sql : "unknown", collation,
           column.not_null ? " not null" : "", NameOf(column.role),
           column.visible ? fmt::format(", compared {}", NameOf(column.compare)) : "",
           column.comment.empty() ? "" : fmt::format(" ({})", column.comment));
    }
    if (!storage.key.empty()) {
      Line(2, "{} ({})", storage.unique_index ? "unique" : "key without unique index",
           Names(storage.key));
    }
    if (!storage.hash_columns.empty()) Line(2, "hash ({})", Names(storage.hash_columns));
  }

  void PrintGroups(const GroupState& state) {
    Line(1, "group state{}",
         state.row_count ? fmt::format(", rows counted by {}", Name(*state.row_count)) : "");
    for (size_t i = 0; i < state.keys.size(); ++i) {
      Line(2, "{} := key {}", Name(program_.storage.key[i]), ir::Print(state.keys[i]));
    }
    for (const Accumulator& accumulator : state.accumulators) {
      std::string what{NameOf(accumulator.kind)};
      if (accumulator.kind == AccumulatorKind::Recomputed) {
        what += " " + accumulator.call.function.name;
        for (size_t i = 0; i < accumulator.call.args.size(); ++i) {
          what += (i == 0 ? " " : ", ") + ir::Print(accumulator.call.args[i]);
        }
      } else {
        what += accumulator.arg == nullptr ? " rows" : " " + ir::Print(accumulator.arg);
      }
      ir::ExprPtr filter = accumulator.kind == AccumulatorKind::Recomputed ? accumulator.call.filter
                                                                           : accumulator.filter;
      if (filter != nullptr) what += " where " + ir::Print(filter);
      if (accumulator.null_when_zero) what += ", null without " + Name(*accumulator.null_when_zero);
      Line(2, "{} := {}", Name(accumulator.column), what);
    }
    for (const DerivedColumn& derived : state.derived) {
      Line(2, "{} := {}", Name(derived.column), ir::Print(derived.value));
    }
  }

  std::string SourceColumns(const SourceProgram& source, const std::vector<size_t>& columns) const {
    std::vector<std::string> names;
    for (size_t column : columns) names.push_back(source.source->columns[column].name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void PrintSource(const SourceProgram& source) {
    Line(1, "source {}.{}", source.source->name.schema, source.source->name.name);
    Line(2, "columns used ({})", SourceColumns(source, source.columns_used));
    switch (source.cancel) {
      case CancelKind::None: break;
      case CancelKind::ByKey:
        Line(2, "unchanged rows by key ({})", SourceColumns(source, source.cancel_key));
        break;
      case CancelKind::ByValue: Line(2, "unchanged rows by value"); break;
    }
    if (!source.join_columns.empty()) {
      Line(2, "joined by ({})", SourceColumns(source, source.join_columns));
    }
    const EventProgram* shown = nullptr;
    for (const EventProgram& event : source.events) {
      Line(2, "on {}", NameOf(event.event));
      if (event.event == Event::Update && source.in_place) PrintInPlace(source);
      if (event.adds_one_row) Line(3, "one row: without an aggregate");
      bool same = shown != nullptr && shown->delta == event.delta;
      PrintSteps(event, !same && event.delta != nullptr);
      if (event.delta != nullptr) shown = &event;
    }
    Line(2, "small up to {} rows", source.small_limit);
  }

  void PrintInPlace(const SourceProgram& source) {
    const InPlace& in_place = *source.in_place;
    Line(3, "one row with other ({}) and the same ({}): set {} in place",
         SourceColumns(source, in_place.values), SourceColumns(source, in_place.fixed),
         Names(in_place.stored));
  }

  void PrintRel(size_t depth, std::string_view title, const ir::RelPtr& rel) {
    Line(depth, "{}", title);
    std::string tree = ir::Print(rel);
    for (size_t begin = 0; begin < tree.size();) {
      size_t end = tree.find('\n', begin);
      Line(depth + 1, "{}", tree.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  void PrintSteps(const EventProgram& event, bool with_delta = true) {
    if (with_delta && event.delta != nullptr) PrintRel(3, "delta", event.delta);
    for (const Step& step : event.steps) {
      Line(3, "{}", std::visit([&](const auto& kind) { return Describe(kind); }, step));
    }
  }

  std::string Deriving(std::string text, const std::vector<size_t>& derived) const {
    return derived.empty() ? text : text + ", deriving " + Names(derived);
  }
  static std::string Changes(std::string_view what, bool deletes, bool inserts) {
    return fmt::format("apply {}:{}{}", what, deletes ? " delete" : "", inserts ? " insert" : "");
  }

  std::string Describe(const LockAnchors&) const { return "lock anchors"; }
  std::string Describe(const LockJoinKeys&) const { return "lock join keys"; }
  std::string Describe(const UpsertGroups& step) const {
    return Deriving(step.skip_zero ? "upsert groups, none whose change is zero" : "upsert groups",
                    step.derived);
  }
  std::string Describe(const MergeGroups& step) const {
    return Deriving("merge groups", step.derived);
  }
  std::string Describe(const UpdateSingle& step) const {
    return Deriving(step.skip_zero ? "update the row, unless its change is zero" : "update the row",
                    step.derived);
  }
  std::string Describe(const RecomputeGroups& step) const {
    return fmt::format("recompute {}{}", Names(step.columns),
                       step.only_lost_extremes ? " where an extreme was lost" : "");
  }
  std::string Describe(const DeriveColumns& step) const { return "derive " + Names(step.columns); }
  std::string Describe(const PruneGroups&) const { return "prune empty groups"; }
  std::string Describe(const ApplyKeyedRows& step) const {
    return Changes(step.nets ? "net rows by key" : "rows by key", step.deletes, step.inserts);
  }
  std::string Describe(const ApplyBag& step) const {
    return Changes("rows by image", step.deletes, step.inserts);
  }
  std::string Describe(const TruncateStorage&) const { return "truncate"; }
  std::string Describe(const Refill&) const { return "refill from the definition"; }

  const Program& program_;
  std::string text_;
};

}  // namespace

std::string Print(const Program& program) {
  std::string text;
  for (const Program& inner : program.auxiliaries) text += Print(inner);
  return text + Printer(program).Print();
}

}  // namespace tricklec::ivm
