#include <fmt/format.h>

#include "tricklec/codegen/inspect/inspect.h"
#include "tricklec/codegen/lower/functions.h"
#include "tricklec/codegen/print/statement.h"

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

struct Origin {
  lower::DeltaOrigin origin;
  const char* name;
};
constexpr Origin kOrigins[] = {{lower::DeltaOrigin::Inserted, "INSERT"},
                               {lower::DeltaOrigin::Updated, "UPDATE"},
                               {lower::DeltaOrigin::Deleted, "DELETE"},
                               {lower::DeltaOrigin::Pending, "nested statements"}};

}  // namespace

std::optional<std::string> EventSql(const ivm::Program& program, std::string_view source,
                                    std::optional<ivm::Event> event) {
  lower::Names names(program.definition.name);
  std::vector<lower::GeneratedFunction> functions = lower::LowerFunctions(program, names);
  std::vector<ivm::Event> events = {ivm::Event::Insert, ivm::Event::Update, ivm::Event::Delete};
  if (event) events = {*event};
  std::string text;
  bool found = false;
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
  for (const ivm::SourceProgram& source : program.sources) {
    for (const Origin& origin : kOrigins) {
      lower::Delta delta = lower::LowerDelta(source, origin.origin, names);
      if (!text.empty()) text += "\n";
      text += fmt::format("-- {}: changes by {} on {}.{}\n", names.id(), origin.name,
                          source.source->name.schema, source.source->name.name);
      text += print::Print(lower::Finish(delta.block)) + ";\n";
    }
  }
  return text;
}

}  // namespace tricklec::codegen::inspect
