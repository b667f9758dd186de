#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "tricklec/cli/commands/commands.h"
#include "tricklec/cli/context.h"
#include "tricklec/cli/explain_pages.h"

namespace tricklec::cli {

namespace {

int Explain(const std::string& code, Context& context) {
  const source::CodeInfo* info = source::FindCode(code);
  if (info == nullptr) {
    auto builder = context.diagnostics.Report(source::Code::UnknownCode, {}, code);
    std::vector<std::string> ids;
    for (const source::CodeInfo& known : source::AllCodes()) ids.emplace_back(known.id);
    if (auto close = source::ClosestMatch(code, ids)) {
      builder.AddHelp("did you mean `" + *close + "`?");
    }
    return kFailed;
  }
  std::string_view page = ExplainPage(info->id);
  TRICKLEC_CHECK(!page.empty(), "a diagnostic has no page");
  context.out << page;
  return kFine;
}

}  // namespace

void RegisterExplain(CLI::App& program, Context& context) {
  CLI::App* command =
      program.add_subcommand("explain", "What a diagnostic means, with an example and the fix");
  auto code = std::make_shared<std::string>();
  command->add_option("CODE", *code, "for example ST1004")->required()->option_text(" ");
  command->callback(
      [&context, code] { context.action = [&context, code] { return Explain(*code, context); }; });
}

}  // namespace tricklec::cli
