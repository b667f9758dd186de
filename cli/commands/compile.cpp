#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "tricklec/cli/choice.h"
#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/inputs.h"
#include "tricklec/cli/output.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/printer.h"

namespace tricklec::cli {

namespace {

enum class Emit { Ast };

struct CompileArguments {
  std::vector<std::string> files;
  std::string output = "-";
  Emit emit = Emit::Ast;
};

int Compile(const CompileArguments& arguments, Context& context) {
  std::string text;
  for (const source::BufferPtr& buffer : ReadInputs(arguments.files, context)) {
    text += syntax::PrintTree(syntax::ParseFile(*buffer, context.diagnostics));
  }
  if (context.has_errors()) return kFine;
  WriteResult(arguments.output, text, context, arguments.files);
  return kFine;
}

}  // namespace

void RegisterCompile(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("compile", "Compile stream tables into plain SQL");
  auto arguments = std::make_shared<CompileArguments>();
  command->add_option("FILE", arguments->files, "files, directories or `-`")
      ->required()
      ->option_text(" ");
  command->add_option("-o,--output", arguments->output, "file for the result, `-` is stdout")
      ->option_text("FILE");
  AddChoice(*command, "--emit", arguments->emit, "what to print", {{"ast", Emit::Ast}})
      ->option_text("WHAT");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return Compile(*arguments, context); };
  });
}

}  // namespace tricklec::cli
