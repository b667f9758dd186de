#include <CLI/CLI.hpp>
#include <memory>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/compilation.h"
#include "tricklec/cli/context.h"

namespace tricklec::cli {

void RegisterCheck(CLI::App& program, Context& context) {
  CLI::App* command =
      program.add_subcommand("check", "Report everything that is wrong; write nothing");
  auto arguments = std::make_shared<CompilationArguments>();
  AddCompilationOptions(*command, *arguments);
  AddLiveCatalogOption(*command, *arguments);
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      CompileInputs(*arguments, {}, context);
      return kFine;
    };
  });
}

}  // namespace tricklec::cli
