#pragma once

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tricklec/source/buffer.h"

namespace tricklec::source {

enum class Severity { Note, Warning, Error };

/// Every diagnostic of the program; `codes.def` is the one list of them.
enum class Code {
#define TRICKLEC_DIAGNOSTIC(name, code, severity, format) name,
#include "tricklec/source/codes.def"
#undef TRICKLEC_DIAGNOSTIC
};

/// What the registry knows of a code.
struct CodeInfo {
  Code code;
  std::string_view id;      ///< "ST2001"
  std::string_view name;    ///< "UnknownTable"
  Severity severity;        ///< its severity unless the command line changes it
  std::string_view format;  ///< fmt format string of the message
};

const CodeInfo& InfoOf(Code code);
/// All codes in the order of their ids.
const std::vector<CodeInfo>& AllCodes();
/// Finds a code by its id ("ST2001", any case), or nullptr.
const CodeInfo* FindCode(std::string_view id);

/// A replacement of source text that repairs the input.
struct Fix {
  Range range;
  std::string replacement;
};

struct Label {
  Range range;
  std::string text;
};

struct Help {
  std::string text;
  std::optional<Fix> fix;
};

/// One finding, complete: renderers only lay it out.
struct Diagnostic {
  Code code;
  Severity severity;
  Range range;  ///< nowhere (invalid) for findings about the command line or a file as a whole
  std::string message;
  std::vector<Label> labels;       ///< further places, each with a text
  std::vector<std::string> notes;  ///< reasons
  std::vector<Help> helps;         ///< what to write instead
};

/// Collects diagnostics. Not thread safe: one engine per compilation.
class Diagnostics {
 public:
  /// Adds to the diagnostic just reported; use at once, before the next report.
  class Builder {
   public:
    explicit Builder(Diagnostic& diagnostic) : diagnostic_(&diagnostic) {}
    Builder& AddLabel(Range range, std::string text);
    Builder& AddNote(std::string text);
    Builder& AddHelp(std::string text);
    Builder& AddFix(std::string text, Range range, std::string replacement);

   private:
    Diagnostic* diagnostic_;
  };

  /// Reports a finding. The arguments fill the code's format string, checked at run time by a
  /// unit test over all codes; a mismatch is an internal error.
  template <typename... Args>
  Builder Report(Code code, Range range, const Args&... args) {
    return Add(code, range, fmt::make_format_args(args...));
  }

  /// Adds all findings of another collection after its own.
  void Append(const Diagnostics& other);

  const std::vector<Diagnostic>& all() const { return diagnostics_; }
  bool has_errors() const { return error_count_ > 0; }
  size_t error_count() const { return error_count_; }
  /// Order of output: by buffer in order of first report, then position, then code.
  std::vector<Diagnostic> Sorted() const;

 private:
  Builder Add(Code code, Range range, fmt::format_args args);

  std::vector<Diagnostic> diagnostics_;
  size_t error_count_ = 0;
};

/// A bug of the compiler, never of its input. Only the command line catches it (exit 70).
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void FailInternal(const char* file, int line, std::string_view what);

/// Closest of `candidates` to `word` by edit distance, or nullopt if none is near enough to be
/// worth a "did you mean". Ties go to the earlier candidate.
std::optional<std::string> ClosestMatch(std::string_view word,
                                        const std::vector<std::string>& candidates);

}  // namespace tricklec::source

/// Checks an assumption about our own code; failing is an internal error.
#define TRICKLEC_CHECK(condition, what)                                           \
  do {                                                                            \
    if (!(condition)) ::tricklec::source::FailInternal(__FILE__, __LINE__, what); \
  } while (false)
