#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/cli/context.h"
#include "tricklec/codegen/compile.h"

namespace tricklec::cli {

/// The arguments of every command that compiles: what, against which schema, for which server.
struct CompilationArguments {
  std::vector<std::string> files;
  std::vector<std::string> schemas;     ///< files and directories that describe what exists
  std::vector<std::string> migrations;  ///< directories of migrations, likewise
  std::optional<std::string> database;  ///< a live server that has what exists
  std::optional<int> target_version;
  bool verify_each = false;
  bool prints_catalog = false;  ///< the catalog is the result, as the server has it
};

/// Adds FILE, --schema, --migrations, --target-version and --verify-each to a command.
void AddCompilationOptions(CLI::App& command, CompilationArguments& arguments);
/// Adds --db as the source of what exists to a command that uses the database for nothing else.
void AddLiveCatalogOption(CLI::App& command, CompilationArguments& arguments);

/// Reads all inputs, in the order in which they are compiled. What cannot be read is reported.
std::vector<codegen::Input> ReadCompilationInputs(const CompilationArguments& arguments,
                                                  Context& context);

/// Reads all inputs and compiles them. The buffers live as long as the context. The result is
/// complete only if `context.has_errors()` is false afterwards.
codegen::CompileResult CompileInputs(const CompilationArguments& arguments,
                                     codegen::CompileOptions options, Context& context);

}  // namespace tricklec::cli
