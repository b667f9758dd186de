#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "tricklec/source/diagnostic.h"

namespace CLI {
class App;
}

namespace tricklec::cli {

/// Exit codes of every command (DIALECT §3).
enum ExitCode {
  kFine = 0,      ///< warnings included
  kNo = 1,        ///< errors in the input, differences, a failed verification
  kFailed = 2,    ///< usage, configuration, files, database
  kInternal = 70  ///< a bug of ours
};

enum class Format { Human, Json };
enum class Color { Auto, Always, Never };
enum class FailOn { Error, Warning };

/// Options that every command has.
struct CommonOptions {
  Format format = Format::Human;
  Color color = Color::Auto;
  FailOn fail_on = FailOn::Error;
  bool quiet = false;  ///< errors only
  int verbose = 0;     ///< number of -v
  std::string stdin_filename = "<stdin>";
};

/// One run of the program: its streams, options and findings. A command reports to `diagnostics`;
/// `Run` (run.h) renders them when the command is done, so a command prints results only.
class Context {
 public:
  Context(std::istream& input, std::ostream& results, std::ostream& messages)
      : in(input), out(results), err(messages) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  std::istream& in;
  std::ostream& out;  ///< results
  std::ostream& err;  ///< messages
  CommonOptions common;
  source::Diagnostics diagnostics;

  /// What the chosen command does; returns an exit code, which the findings can make worse.
  std::function<int()> action;

  /// Keeps a buffer alive as long as the diagnostics that point into it.
  const source::Buffer& Keep(source::BufferPtr buffer);

  /// The exit code for the findings so far.
  int ExitCodeOfFindings() const;
  /// Whether something was reported that forbids to write results.
  bool has_errors() const { return ExitCodeOfFindings() != kFine; }

  /// Renders the findings to `err`.
  void Render() const;

 private:
  std::vector<source::BufferPtr> buffers_;
};

/// Adds the options of `CommonOptions` to a command.
void AddCommonOptions(CLI::App& command, Context& context);

}  // namespace tricklec::cli
