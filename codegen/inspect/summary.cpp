#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tricklec/codegen/inspect/inspect.h"
#include "tricklec/codegen/script/script.h"
#include "tricklec/ivm/auxiliaries.h"

namespace tricklec::codegen::inspect {

namespace {

const char* NameOf(ivm::StorageKind kind) {
  switch (kind) {
    case ivm::StorageKind::KeyedRows: return "one row per key of the source";
    case ivm::StorageKind::Groups: return "one row per group";
    case ivm::StorageKind::SingleRow: return "a single row";
    case ivm::StorageKind::Bag: return "rows without a key, duplicates included";
  }
  return "";
}

const char* NameOf(ivm::Event event) {
  switch (event) {
    case ivm::Event::Insert: return "insert";
    case ivm::Event::Update: return "update";
    case ivm::Event::Delete: return "delete";
    case ivm::Event::Truncate: return "truncate";
  }
  return "";
}

// What a step does, and the class of what it costs beyond O(Δ).
struct StepText {
  std::string what;
  std::string cost;
};

struct StepDescriber {
  const ivm::Program& program;
  const ivm::SourceProgram& source;

  // Recomputing reads the rows of a group; without an index that is the whole source.
  std::string GroupCost() const {
    bool single = program.storage.kind == ivm::StorageKind::SingleRow;
    bool missing = std::any_of(
        program.indexes.begin(), program.indexes.end(),
        [&](const auto& need) { return need.source == source.source && !need.present; });
    return single || missing ? "O(source)" : "O(group)";
  }

  StepText operator()(const ivm::LockAnchors&) const { return {"take the groups' exclusion", ""}; }
  StepText operator()(const ivm::LockJoinKeys&) const {
    return {"take the join keys' exclusion", ""};
  }
  StepText operator()(const ivm::UpsertGroups&) const {
    return {"add the changes to their groups", ""};
  }
  StepText operator()(const ivm::MergeGroups&) const {
    return {"add the changes to the groups that exist, then the other groups", ""};
  }
  StepText operator()(const ivm::UpdateSingle&) const { return {"add the changes to the row", ""}; }
  StepText operator()(const ivm::RecomputeGroups& step) const {
    if (step.only_lost_extremes) {
      return {"find the extremes of groups that lost theirs",
              GroupCost() + " when an extreme goes"};
    }
    return {"recompute the affected groups", GroupCost()};
  }
  StepText operator()(const ivm::DeriveColumns&) const {
    return {"compute the columns that follow", ""};
  }
  StepText operator()(const ivm::PruneGroups&) const { return {"remove groups without rows", ""}; }
  StepText operator()(const ivm::ApplyKeyedRows& step) const {
    if (!step.deletes) return {"add the new rows", ""};
    return {step.inserts ? "delete the keys that went, set the rows of the others"
                         : "delete the rows that went",
            ""};
  }
  StepText operator()(const ivm::ApplyBag& step) const {
    if (!step.deletes) return {"add the new rows", ""};
    return {step.inserts ? "delete the copies that went, add those that came"
                         : "delete the copies that went",
            program.storage.hash_columns.empty() ? "O(stream table)" : ""};
  }
  StepText operator()(const ivm::TruncateStorage&) const { return {"empty the stream table", ""}; }
  StepText operator()(const ivm::Refill&) const { return {"recompute everything", "O(source)"}; }
};

class SummaryWriter {
 public:
  explicit SummaryWriter(const ivm::Program& program, bool is_inner = false)
      : program_(program), is_inner_(is_inner) {}

  std::string Run() {
    const ir::ObjectName& name = program_.definition.name;
    Line(0, fmt::format("{} {}.{}", is_inner_ ? "inner result" : "stream table", name.schema,
                        name.name));
    Line(1, fmt::format("mode        {}", script::NameOf(program_.mode)));
    Line(1, fmt::format("strategy    {}", script::NameOf(ivm::WorstStrategy(program_))));
    WriteReasons(program_.strategy_reasons);
    Line(1, fmt::format("lock class  {}", script::NameOf(ivm::StrongestLock(program_))));
    WriteReasons(program_.lock_reasons);
    WriteStorage();
    for (const ivm::SourceProgram& source : program_.sources) WriteSource(source);
    WriteIndexes();
    WriteFacts();
    for (const ivm::Program& inner : program_.auxiliaries) {
      text_ += SummaryWriter(inner, true).Run();
    }
    return std::move(text_);
  }

 private:
  void Line(int depth, const std::string& text) {
    text_ += std::string(static_cast<size_t>(depth) * 2, ' ') + text + "\n";
  }

  static std::string PlaceOf(const source::Range& range) {
    if (!range.valid()) return "";
    source::Position position = range.buffer->PositionOf(range.begin);
    return fmt::format(" ({}:{}:{})", range.buffer->name(), position.line, position.column);
  }

  void WriteReasons(const std::vector<ivm::Reason>& reasons) {
    for (const ivm::Reason& reason : reasons) {
      Line(2, fmt::format("because {}{}", reason.text, PlaceOf(reason.range)));
      if (!reason.remedy.empty()) Line(3, fmt::format("better: {}", reason.remedy));
    }
  }

  std::string ColumnList(const std::vector<size_t>& positions) const {
    std::vector<std::string> names;
    for (size_t position : positions) names.push_back(program_.storage.columns[position].name);
    return fmt::format("({})", fmt::join(names, ", "));
  }

  void WriteStorage() {
    const ivm::Storage& storage = program_.storage;
    std::string how;
    if (!storage.key.empty() && storage.unique_index) {
      how = fmt::format(", unique index on {}", ColumnList(storage.key));
    } else if (!storage.hash_columns.empty()) {
      how = fmt::format(", hash index on {}", ColumnList(storage.hash_columns));
    }
    Line(1, fmt::format("storage     {}{}", NameOf(storage.kind), how));
    size_t widest_name = 0, widest_type = 0;
    for (const ivm::StoredColumn& column : storage.columns) {
      widest_name = std::max(widest_name, column.name.size());
      widest_type = std::max(widest_type, TypeOf(column).size());
    }
    for (const ivm::StoredColumn& column : storage.columns) {
      std::string role = column.visible ? "" : "hidden";
      if (column.role == ivm::ColumnRole::Key) role += role.empty() ? "key" : " key";
      if (!column.comment.empty())
        role += fmt::format("{}{}", role.empty() ? "" : ": ", column.comment);
      std::string line = fmt::format("{:<{}}  {:<{}}  {}", column.name, widest_name, TypeOf(column),
                                     widest_type, role);
      Line(2, line.substr(0, line.find_last_not_of(' ') + 1));
    }
  }

  static std::string TypeOf(const ivm::StoredColumn& column) {
    return column.type.known ? column.type.sql : "(as the server finds)";
  }

  void WriteSource(const ivm::SourceProgram& source) {
    std::vector<std::string> columns;
    for (size_t position : source.columns_used)
      columns.push_back(source.source->columns[position].name);
    Line(1, fmt::format("source      {}.{} ({})", source.source->name.schema,
                        source.source->name.name, fmt::join(columns, ", ")));
    for (const ivm::EventProgram& event : source.events) {
      std::string cost = event.event == ivm::Event::Truncate ? "O(1)" : "O(Δ)";
      std::vector<StepText> steps;
      for (const ivm::Step& step : event.steps) {
        steps.push_back(std::visit(StepDescriber{program_, source}, step));
        if (steps.back().cost == "O(source)" && event.event == ivm::Event::Truncate)
          cost = "O(source)";
        else if (!steps.back().cost.empty())
          cost += fmt::format(", {}", steps.back().cost);
      }
      if (steps.empty()) cost = "nothing to do";
      Line(2, fmt::format("{:<8}  {}", NameOf(event.event), cost));
      if (event.event == ivm::Event::Update && source.in_place) WriteInPlace(source);
      for (const StepText& step : steps) Line(3, step.what);
    }
  }

  void WriteInPlace(const ivm::SourceProgram& source) {
    std::vector<std::string> fixed;
    for (size_t position : source.in_place->fixed) {
      fixed.push_back(source.source->columns[position].name);
    }
    Line(3, fmt::format("one row whose {} {} the same: change {} in place", fmt::join(fixed, ", "),
                        fixed.size() == 1 ? "stays" : "stay", ColumnList(source.in_place->stored)));
  }

  void WriteIndexes() {
    if (program_.indexes.empty()) return;
    Line(1, "indexes");
    for (const ivm::IndexNeed& need : program_.indexes) {
      const ir::ObjectName& name = need.source->name;
      Line(2, fmt::format("{}.{} ({}): {}", name.schema, name.name, fmt::join(need.columns, ", "),
                          need.present ? fmt::format("served by {}", need.index_name) : "missing"));
      Line(3, need.reason);
      if (!need.present && !need.statement.empty())
        Line(3, fmt::format("better: {}", need.statement));
    }
  }

  void WriteFacts() {
    if (program_.facts.empty()) return;
    Line(1, "facts relied on");
    for (const ivm::Fact& fact : program_.facts) {
      Line(2, fmt::format("{}.{} {}: {} (protected by {})", fact.relation.schema,
                          fact.relation.name, fact.constraint, fact.used_for, fact.protection));
    }
  }

  const ivm::Program& program_;
  bool is_inner_;
  std::string text_;
};

}  // namespace

std::string Summary(const ivm::Program& program) { return SummaryWriter(program).Run(); }

}  // namespace tricklec::codegen::inspect
