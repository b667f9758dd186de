#include <CLI/CLI.hpp>
#include <memory>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/inputs.h"
#include "tricklec/syntax/parser.h"

namespace tricklec::cli {

void RegisterCheck(CLI::App& program, Context& context) {
  CLI::App* command =
      program.add_subcommand("check", "Report everything that is wrong; write nothing");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "files, directories or `-`")->required()->option_text(" ");
  command->callback([&context, files] {
    context.action = [&context, files] {
      for (const source::BufferPtr& buffer : ReadInputs(*files, context)) {
        syntax::ParseFile(*buffer, context.diagnostics);
      }
      return kFine;
    };
  });
}

}  // namespace tricklec::cli
