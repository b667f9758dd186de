#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/inputs.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/printer.h"

namespace tricklec::cli {

namespace {

enum class Emit { Ast };

struct CompileArguments {
  std::vector<std::string> files;
  Emit emit = Emit::Ast;
};

}  // namespace

void RegisterCompile(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("compile", "Compile stream tables into plain SQL");
  auto arguments = std::make_shared<CompileArguments>();
  command->add_option("FILE", arguments->files, "files, directories or `-`")
      ->required()
      ->option_text(" ");
  command->add_option("--emit", arguments->emit, "what to print: ast")
      ->transform(CLI::Transformer(std::map<std::string, Emit>{{"ast", Emit::Ast}}))
      ->required();
  command->callback([&context, arguments] {
    context.action = [&context, arguments] {
      std::string text;
      for (const source::BufferPtr& buffer : ReadInputs(arguments->files, context)) {
        text += syntax::PrintTree(syntax::ParseFile(*buffer, context.diagnostics));
      }
      context.out << text;
      return kFine;
    };
  });
}

}  // namespace tricklec::cli
