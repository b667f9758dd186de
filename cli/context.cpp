#include "tricklec/cli/context.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tricklec/cli/choice.h"
#include "tricklec/cli/render/render.h"

namespace tricklec::cli {

namespace {

// Findings about files, configuration and databases: the job could not be done. The rest are
// findings about the input.
bool IsFailure(const source::Diagnostic& diagnostic) {
  std::string_view id = source::InfoOf(diagnostic.code).id;
  return id.substr(0, 3) == "ST5" || id.substr(0, 4) == "ST60";
}

bool WantsColor(Color color, const std::ostream& stream) {
  switch (color) {
    case Color::Always: return true;
    case Color::Never: return false;
    case Color::Auto: break;
  }
  // https://no-color.org: any non-empty value.
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  return &stream == &std::cerr && isatty(STDERR_FILENO) == 1;
}

}  // namespace

const source::Buffer& Context::Keep(source::BufferPtr buffer) {
  buffers_.push_back(std::move(buffer));
  return *buffers_.back();
}

int Context::ExitCodeOfFindings() const {
  int code = kFine;
  for (const source::Diagnostic& diagnostic : diagnostics.all()) {
    bool counts =
        diagnostic.severity == source::Severity::Error ||
        (diagnostic.severity == source::Severity::Warning && common.fail_on == FailOn::Warning);
    if (counts) code = std::max<int>(code, IsFailure(diagnostic) ? kFailed : kNo);
  }
  return code;
}

void Context::Render() const {
  std::vector<source::Diagnostic> shown = diagnostics.Sorted();
  if (common.quiet) {
    auto minor = [](const source::Diagnostic& d) { return d.severity != source::Severity::Error; };
    shown.erase(std::remove_if(shown.begin(), shown.end(), minor), shown.end());
  }
  switch (common.format) {
    case Format::Human: RenderHuman(shown, WantsColor(common.color, err), err); break;
    case Format::Json: RenderJson(shown, err); break;
  }
}

void AddCommonOptions(CLI::App& command, Context& context) {
  CommonOptions& options = context.common;
  // A command that prints a report has a choice of its own.
  if (command.get_option_no_throw("--format") == nullptr) {
    AddChoice(command, "--format", options.format, "how messages are printed",
              {{"human", Format::Human}, {"json", Format::Json}})
        ->option_text("FORMAT")
        ->group("Common");
  }
  AddChoice(command, "--color", options.color, "when to use colour",
            {{"auto", Color::Auto}, {"always", Color::Always}, {"never", Color::Never}})
      ->option_text("WHEN")
      ->group("Common");
  AddChoice(command, "--fail-on", options.fail_on, "what makes the exit code 1",
            {{"error", FailOn::Error}, {"warning", FailOn::Warning}})
      ->option_text("SEVERITY")
      ->group("Common");
  command.add_option("--stdin-filename", options.stdin_filename, "name of `-` in messages")
      ->option_text("NAME")
      ->group("Common");
  command.add_flag("-q,--quiet", options.quiet, "print errors only")->group("Common");
  command.add_flag("-v,--verbose", options.verbose, "say what is being done")->group("Common");
}

}  // namespace tricklec::cli
