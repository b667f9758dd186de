#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "tricklec/cli/choice.h"
#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/compilation.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/inputs.h"
#include "tricklec/cli/output.h"
#include "tricklec/codegen/inspect/inspect.h"
#include "tricklec/ir/print.h"
#include "tricklec/ivm/plan.h"
#include "tricklec/rewrite/normalise.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/printer.h"

namespace tricklec::cli {

namespace {

enum class Emit { Sql, Ast, Ir, Program, Delta, Catalog };

struct CompileArguments {
  CompilationArguments compilation;
  std::string output = "-";
  std::string out_dir;
  Emit emit = Emit::Sql;
  std::string print_after;
};

std::string NameOf(const ir::ObjectName& name) { return name.schema + "." + name.name; }

std::string Ast(const std::vector<std::string>& files, Context& context) {
  std::string text;
  for (const source::BufferPtr& buffer : ReadInputs(files, context)) {
    text += syntax::PrintTree(syntax::ParseFile(*buffer, context.diagnostics));
  }
  return text;
}

// The texts of all outputs, or what else was asked for, one after the other.
std::string Text(const codegen::CompileResult& result, Emit emit) {
  std::string text;
  if (emit == Emit::Catalog) return result.catalog;
  if (emit == Emit::Sql) {
    for (const codegen::Output& output : result.outputs) text += output.script;
    return text;
  }
  if (emit == Emit::Ir) {
    for (const ir::Definition& definition : result.definitions) {
      text += "stream table " + NameOf(definition.name) + "\n" + ir::Print(definition.query);
    }
    return text;
  }
  for (const codegen::CompiledStreamTable& table : result.stream_tables) {
    const ivm::Program& program = table.program;
    if (emit == Emit::Delta) {
      text += codegen::inspect::DeltaSql(program);
    } else {
      text += ivm::Print(program);
    }
  }
  return text;
}

// One file for each input, with the input's own file name.
std::vector<OutputFile> FilesOf(const codegen::CompileResult& result,
                                const std::string& directory) {
  std::vector<OutputFile> files;
  for (const codegen::Output& output : result.outputs) {
    std::filesystem::path name = std::filesystem::path(output.input->name()).filename();
    files.push_back({(std::filesystem::path(directory) / name).string(), output.script});
  }
  return files;
}

// Prints the tree after the passes that --print-after names, to the messages.
void PrintAfter(codegen::CompileOptions& options, const std::string& wanted, Context& context) {
  if (wanted.empty()) return;
  options.after_pass = [&context, wanted](std::string_view pass, const ir::ObjectName& definition,
                                          const ir::RelPtr& tree) {
    if (wanted != "all" && wanted != pass) return;
    context.err << "-- " << NameOf(definition) << " after " << pass << '\n' << ir::Print(tree);
  };
}

int Compile(CompileArguments arguments, Context& context) {
  const std::vector<std::string>& inputs = arguments.compilation.files;
  if (inputs.empty() && arguments.emit != Emit::Catalog) {
    context.diagnostics.Report(source::Code::UsageError, {}, "FILE is required")
        .AddHelp("`tricklec compile --help` lists what there is");
    return kFailed;
  }
  arguments.compilation.prints_catalog = arguments.emit == Emit::Catalog;
  if (arguments.emit == Emit::Ast) {
    std::string text = Ast(inputs, context);
    if (!context.has_errors()) WriteResult(arguments.output, text, context, inputs);
    return kFine;
  }
  codegen::CompileOptions options;
  options.report_planning = arguments.emit != Emit::Ir;
  PrintAfter(options, arguments.print_after, context);
  codegen::CompileResult result = CompileInputs(arguments.compilation, std::move(options), context);
  if (context.has_errors()) return kFine;
  if (!arguments.out_dir.empty()) {
    WriteFiles(FilesOf(result, arguments.out_dir), context, inputs);
  } else {
    WriteResult(arguments.output, Text(result, arguments.emit), context, inputs);
  }
  return kFine;
}

}  // namespace

void RegisterCompile(CLI::App& program, Context& context) {
  CLI::App* command = program.add_subcommand("compile", "Compile stream tables into plain SQL");
  auto arguments = std::make_shared<CompileArguments>();
  AddCompilationOptions(*command, arguments->compilation);
  AddLiveCatalogOption(*command, arguments->compilation);
  // What exists can be printed alone.
  command->get_option("FILE")->required(false);
  CLI::Option* output =
      command->add_option("-o,--output", arguments->output, "file for the result, `-` is stdout");
  output->option_text("FILE");
  CLI::Option* emit = AddChoice(*command, "--emit", arguments->emit, "what to print",
                                {{"sql", Emit::Sql},
                                 {"ast", Emit::Ast},
                                 {"ir", Emit::Ir},
                                 {"program", Emit::Program},
                                 {"delta", Emit::Delta},
                                 {"catalog", Emit::Catalog}});
  emit->option_text("WHAT");
  command->add_option("--out-dir", arguments->out_dir, "directory for one file per input")
      ->option_text("DIR")
      ->excludes(output)
      ->excludes(emit);
  command
      ->add_option_function<std::string>(
          "--print-after",
          [arguments](const std::string& pass) {
            const auto& names = rewrite::PassNames();
            if (pass != "all" && std::find(names.begin(), names.end(), pass) == names.end()) {
              std::string known = "all";
              for (std::string_view name : names) known += ", " + std::string(name);
              throw CLI::ValidationError("--print-after",
                                         "there is no pass `" + pass + "`; there is: " + known);
            }
            arguments->print_after = pass;
          },
          "print the tree after a rewrite pass, or after `all`")
      ->option_text("PASS");
  command->callback([&context, arguments] {
    context.action = [&context, arguments] { return Compile(*arguments, context); };
  });
}

}  // namespace tricklec::cli
