#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "tricklec/codegen/inspect/inspect.h"
#include "tricklec/codegen/lower/functions.h"
#include "tricklec/codegen/print/statement.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::inspect {

namespace {

const char* PartOf(ivm::Event event) {
  switch (event) {
    case ivm::Event::Insert: return "insert";
    case ivm::Event::Update: return "update";
    case ivm::Event::Delete: return "delete";
    case ivm::Event::Truncate: return "truncate";
  }
  return "";
}

lower::DeltaOrigin OriginOf(ivm::Event event) {
  switch (event) {
    case ivm::Event::Insert: return lower::DeltaOrigin::Inserted;
    case ivm::Event::Update: return lower::DeltaOrigin::Updated;
    case ivm::Event::Delete: return lower::DeltaOrigin::Deleted;
    case ivm::Event::Truncate: break;
  }
  TRICKLEC_CHECK(false, "TRUNCATE has no changed rows");
  return lower::DeltaOrigin::Pending;
}

}  // namespace

std::optional<std::string> EventSql(const ivm::Program& program, std::string_view source,
                                    std::optional<ivm::Event> event) {
  lower::Names names(program.definition.name);
  std::vector<lower::GeneratedFunction> functions = lower::LowerFunctions(program, names);
  std::vector<ivm::Event> events = {ivm::Event::Insert, ivm::Event::Update, ivm::Event::Delete};
  if (event) events = {*event};
  std::string text;
  bool found = false;
  for (const ivm::Program& inner : program.auxiliaries) {
    std::optional<std::string> of_inner = EventSql(inner, source, event);
    if (!of_inner) continue;
    found = true;
    if (!text.empty()) text += "\n";
    text += *of_inner;
  }
  for (const ivm::SourceProgram& candidate : program.sources) {
    const ir::ObjectName& name = candidate.source->name;
    bool wanted = source.empty() || source == name.name ||
                  source == fmt::format("{}.{}", name.schema, name.name);
    if (!wanted) continue;
    found = true;
    for (ivm::Event one : events) {
      sqltree::QualifiedName function = names.SourceFunction(name, PartOf(one));
      for (const lower::GeneratedFunction& generated : functions) {
        if (generated.function.function.name != function.name) continue;
        if (!text.empty()) text += "\n";
        text += print::Print(sqltree::MakeStatement(generated.function)) + ";\n";
      }
    }
  }
  if (!found) return std::nullopt;
  return text;
}

std::string DeltaSql(const ivm::Program& program) {
  lower::Names names(program.definition.name);
  std::string text;
  for (const ivm::Program& inner : program.auxiliaries) {
    if (!text.empty()) text += "\n";
    text += DeltaSql(inner);
  }
  auto add = [&](const lower::StepContext& context, const std::string& title) {
    if (!text.empty()) text += "\n";
    text += fmt::format("-- {}: {}\n", names.id(), title);
    text += print::Print(lower::Finish(lower::LowerDelta(context).block)) + ";\n";
  };
  for (const ivm::SourceProgram& source : program.sources) {
    for (const ivm::EventProgram& event : source.events) {
      if (event.delta == nullptr) continue;
      std::string name = PartOf(event.event);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      add({program, event, &source, names, OriginOf(event.event)},
          fmt::format("changes by {} on {}.{}", name, source.source->name.schema,
                      source.source->name.name));
    }
  }
  add({program, program.pending, nullptr, names, lower::DeltaOrigin::Pending},
      "changes by nested statements");
  return text;
}

}  // namespace tricklec::codegen::inspect
