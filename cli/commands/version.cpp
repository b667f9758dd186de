#include <CLI/CLI.hpp>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"
#include "tricklec/runtime/runtime.h"

namespace tricklec::cli {

void RegisterVersion(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("version", "Version of the program and its runtime");
  command->callback([&context] {
    context.action = [&context] {
      context.out << "tricklec " << TRICKLEC_VERSION << " (runtime " << runtime::CurrentVersion()
                  << ")\n";
      return kFine;
    };
  });
}

}  // namespace tricklec::cli
