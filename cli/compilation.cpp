#include "tricklec/cli/compilation.h"

#include <CLI/CLI.hpp>

#include "tricklec/cli/inputs.h"

namespace tricklec::cli {

void AddCompilationOptions(CLI::App& command, CompilationArguments& arguments) {
  command.add_option("FILE", arguments.files, "files, directories or `-`")
      ->required()
      ->option_text(" ");
  command
      .add_option("--schema", arguments.schemas,
                  "file or directory that describes what exists; may be given several times")
      ->option_text("PATH")
      ->allow_extra_args(false);
  command.add_option("--migrations", arguments.migrations, "directory of migrations that have run")
      ->option_text("DIR")
      ->allow_extra_args(false);
  command
      .add_option("--target-version", arguments.target_version,
                  "oldest PostgreSQL version the output has to run on, 15 to 18")
      ->option_text("N")
      ->check(CLI::Range(15, 18));
  command.add_flag("--verify-each", arguments.verify_each,
                   "check the compiler's own tree after every pass");
}

std::vector<codegen::Input> ReadCompilationInputs(const CompilationArguments& arguments,
                                                  Context& context) {
  std::vector<codegen::Input> inputs;
  auto add = [&](const std::vector<source::BufferPtr>& buffers, codegen::InputRole role) {
    for (const source::BufferPtr& buffer : buffers) inputs.push_back({buffer, role});
  };
  if (!arguments.schemas.empty()) {
    add(ReadInputs(arguments.schemas, context), codegen::InputRole::Schema);
  }
  for (const std::string& directory : arguments.migrations) {
    add(ReadMigrations(directory, context), codegen::InputRole::Schema);
  }
  add(ReadInputs(arguments.files, context), codegen::InputRole::Compile);
  return inputs;
}

codegen::CompileResult CompileInputs(const CompilationArguments& arguments,
                                     codegen::CompileOptions options, Context& context) {
  std::vector<codegen::Input> inputs = ReadCompilationInputs(arguments, context);
  options.target_version = arguments.target_version;
  options.verify_each = arguments.verify_each;
  // What cannot be read would only cause errors about names that it defines.
  if (context.has_errors()) return {};
  codegen::CompileResult result = codegen::CompileUnit(inputs, options, context.diagnostics);
  for (const source::BufferPtr& buffer : result.derived) context.Keep(buffer);
  return result;
}

}  // namespace tricklec::cli
