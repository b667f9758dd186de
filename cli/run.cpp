#include "tricklec/cli/run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <ostream>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"

namespace tricklec::cli {

namespace {

void RegisterAll(CLI::App& program, Context& context) {
  RegisterCompile(program, context);
  RegisterCheck(program, context);
  RegisterInspect(program, context);
  RegisterExplain(program, context);
  RegisterVersion(program, context);
  RegisterApply(program, context);
  RegisterVerify(program, context);
  RegisterTest(program, context);
  RegisterStatus(program, context);
  RegisterRuntime(program, context);
}

int RunCommand(std::vector<std::string> args, Context& context) {
  CLI::App program("Compiles CREATE STREAM TABLE into plain PostgreSQL", "tricklec");
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::simple);
  RegisterAll(program, context);
  for (CLI::App* command : program.get_subcommands(nullptr)) AddCommonOptions(*command, context);
  std::reverse(args.begin(), args.end());  // the order CLI11 takes
  try {
    program.parse(std::move(args));
  } catch (const CLI::Success& request) {
    program.exit(request, context.out, context.err);  // --help
    return kFine;
  } catch (const CLI::ParseError& error) {
    std::string command;
    for (const CLI::App* chosen : program.get_subcommands()) command += chosen->get_name() + " ";
    context.diagnostics.Report(source::Code::UsageError, {}, error.what())
        .AddHelp("`tricklec " + command + "--help` lists what there is");
    context.Render();
    return kFailed;
  }
  int code = context.action();
  code = std::max(code, context.ExitCodeOfFindings());
  context.Render();
  return code;
}

}  // namespace

int Run(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err) {
  Context context(in, out, err);
  try {
    int code = RunCommand(std::move(args), context);
    out.flush();
    if (!out) {
      err << "tricklec: cannot write to standard output\n";
      return kFailed;
    }
    return code;
  } catch (const std::exception& error) {
    err << "tricklec: internal error: " << error.what() << '\n'
        << "tricklec: this is a bug of tricklec; please report this line and the input\n";
    return kInternal;
  }
}

}  // namespace tricklec::cli
