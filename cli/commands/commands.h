#pragma once

namespace CLI {
class App;
}

/// Every command registers itself with one function: it adds its subcommand and options to the
/// program and makes `Context::action` do the work when the command is chosen. `Run` (run.cpp)
/// calls all of them.
namespace tricklec::cli {

class Context;

void RegisterCompile(CLI::App& program, Context& context);
void RegisterCheck(CLI::App& program, Context& context);
void RegisterInspect(CLI::App& program, Context& context);
void RegisterExplain(CLI::App& program, Context& context);
void RegisterVersion(CLI::App& program, Context& context);

void RegisterApply(CLI::App& program, Context& context);
void RegisterVerify(CLI::App& program, Context& context);
void RegisterTest(CLI::App& program, Context& context);
void RegisterStatus(CLI::App& program, Context& context);
void RegisterRuntime(CLI::App& program, Context& context);

}  // namespace tricklec::cli
