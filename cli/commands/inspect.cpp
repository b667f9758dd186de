#include "tricklec/codegen/inspect/inspect.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "tricklec/cli/choice.h"
#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/compilation.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/output.h"

namespace tricklec::cli {

namespace {

struct InspectArguments {
  CompilationArguments compilation;
  std::string stream_table;  ///< empty: all
  std::string source;
  std::optional<ivm::Event> event;
};

bool IsNamed(const ir::ObjectName& name, const std::string& wanted) {
  return wanted.empty() || wanted == name.name || wanted == name.schema + "." + name.name;
}

int Inspect(const InspectArguments& arguments, Context& context) {
  codegen::CompileResult result = CompileInputs(arguments.compilation, {}, context);
  if (context.has_errors()) return kFine;
  std::string text;
  bool found_table = false, found_source = false;
  bool wants_sql = !arguments.source.empty() || arguments.event.has_value();
  for (const codegen::CompiledStreamTable& table : result.stream_tables) {
    if (!IsNamed(table.program.definition.name, arguments.stream_table)) continue;
    found_table = true;
    if (!text.empty()) text += '\n';
    if (!wants_sql) {
      text += codegen::inspect::Summary(table.program);
    } else if (auto sql =
                   codegen::inspect::EventSql(table.program, arguments.source, arguments.event)) {
      found_source = true;
      text += *sql;
    }
  }
  if (!arguments.stream_table.empty() && !found_table) {
    context.diagnostics.Report(source::Code::NothingToInspect, {}, "stream table",
                               arguments.stream_table);
  } else if (!arguments.source.empty() && found_table && !found_source) {
    context.diagnostics.Report(source::Code::NothingToInspect, {}, "source", arguments.source);
  }
  if (!context.has_errors()) WriteResult("-", text, context);
  return kFine;
}

}  // namespace

void RegisterInspect(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand(
      "inspect", "Explain how stream tables are maintained: storage, strategy, locks, cost, SQL");
  auto arguments = std::make_shared<InspectArguments>();
  AddCompilationOptions(*command, arguments->compilation);
  AddLiveCatalogOption(*command, arguments->compilation);
  command->add_option("--stream-table", arguments->stream_table, "only this stream table")
      ->option_text("NAME");
  command
      ->add_option("--source", arguments->source, "show the SQL that runs when this source changes")
      ->option_text("NAME");
  // The choice cannot fill an optional: it goes through a value of its own.
  auto event = std::make_shared<ivm::Event>();
  CLI::Option* option =
      AddChoice(*command, "--event", *event, "show the SQL that runs at this event",
                {{"insert", ivm::Event::Insert},
                 {"update", ivm::Event::Update},
                 {"delete", ivm::Event::Delete}});
  option->option_text("EVENT");
  command->callback([&context, arguments, event, option] {
    if (option->count() > 0) arguments->event = *event;
    context.action = [&context, arguments] { return Inspect(*arguments, context); };
  });
}

}  // namespace tricklec::cli
