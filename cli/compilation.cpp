#include "tricklec/cli/compilation.h"

#include <CLI/CLI.hpp>

#include "tricklec/catalog/snapshot.h"
#include "tricklec/cli/inputs.h"
#include "tricklec/cli/live_catalog.h"

namespace tricklec::cli {

void AddCompilationOptions(CLI::App& command, CompilationArguments& arguments) {
  command.add_option("FILE", arguments.files, "files, directories or `-`")
      ->required()
      ->option_text(" ");
  command
      .add_option("--schema", arguments.schemas,
                  "what exists: a file or directory of DDL, or a catalog snapshot (.json); may be "
                  "given several times")
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

void AddLiveCatalogOption(CLI::App& command, CompilationArguments& arguments) {
  command
      .add_option("--db", arguments.database,
                  "read what exists from this database: a URL or key=value string; what it leaves "
                  "out comes from PG* variables, the service file and the password file")
      ->option_text("URL")
      ->excludes("--schema")
      ->excludes("--migrations");
}

namespace {

bool IsSnapshot(const source::Buffer& buffer) { return buffer.name().ends_with(".json"); }

// What exists, from the database or the files that describe it.
std::vector<codegen::Input> ReadSchema(const CompilationArguments& arguments, Context& context) {
  std::vector<codegen::Input> inputs;
  if (arguments.database) {
    if (auto snapshot = ReadLiveCatalog(*arguments.database, context)) {
      source::BufferPtr buffer = source::MakeBuffer("the database", std::move(*snapshot));
      context.Keep(buffer);
      inputs.push_back({buffer, codegen::InputRole::Snapshot});
    }
    return inputs;
  }
  if (!arguments.schemas.empty()) {
    for (const source::BufferPtr& buffer : ReadInputs(arguments.schemas, context)) {
      inputs.push_back({buffer, IsSnapshot(*buffer) ? codegen::InputRole::Snapshot
                                                    : codegen::InputRole::Schema});
    }
  }
  for (const std::string& directory : arguments.migrations) {
    for (const source::BufferPtr& buffer : ReadMigrations(directory, context)) {
      inputs.push_back({buffer, codegen::InputRole::Schema});
    }
  }
  return inputs;
}

// A printed catalog is that of the server it was read from, unless another one is asked for.
std::optional<int> VersionToPrint(const std::vector<codegen::Input>& inputs) {
  for (const codegen::Input& input : inputs) {
    if (input.role != codegen::InputRole::Snapshot) continue;
    return catalog::SnapshotServerVersion(input.buffer->text());
  }
  return std::nullopt;
}

}  // namespace

std::vector<codegen::Input> ReadCompilationInputs(const CompilationArguments& arguments,
                                                  Context& context) {
  std::vector<codegen::Input> inputs = ReadSchema(arguments, context);
  if (arguments.files.empty()) return inputs;
  for (const source::BufferPtr& buffer : ReadInputs(arguments.files, context)) {
    inputs.push_back({buffer, codegen::InputRole::Compile});
  }
  return inputs;
}

codegen::CompileResult CompileInputs(const CompilationArguments& arguments,
                                     codegen::CompileOptions options, Context& context) {
  std::vector<codegen::Input> inputs = ReadCompilationInputs(arguments, context);
  std::optional<int> target = arguments.target_version;
  if (!target && arguments.prints_catalog) target = VersionToPrint(inputs);
  options.target_version = target.value_or(catalog::Catalog::kFirstVersion);
  options.verify_each = arguments.verify_each;
  // What cannot be read would only cause errors about names that it defines.
  if (context.has_errors()) return {};
  codegen::CompileResult result = codegen::CompileUnit(inputs, options, context.diagnostics);
  for (const source::BufferPtr& buffer : result.derived) context.Keep(buffer);
  return result;
}

}  // namespace tricklec::cli
