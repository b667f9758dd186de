#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tricklec/proof/definitions.h"
#include "tricklec/proof/runner.h"
#include "tricklec/throwaway/server.h"

namespace tricklec::proof {

struct Progress {
  Mode mode = Mode::Declared;
  size_t cases = 0;  ///< done in this mode
  double share = 0;  ///< of everything, 0 to 1
  size_t statements = 0;
  bool shrinking = false;
};

struct SuiteOptions {
  bool all_modes = false;
  size_t cases = 20;                         ///< histories in each mode
  int transactions = 16;                     ///< most of them in one history
  std::optional<std::chrono::seconds> time;  ///< instead of `cases`, over all modes
  uint64_t seed = 1;
  int sessions = 0;        ///< more than one: they write at the same time
  std::string database;    ///< target of an existing server; empty: a new one
  bool copies = false;     ///< COPY FROM PROGRAM on an existing server, too
  bool rows_first = true;  ///< some stream tables are made over rows
  std::vector<std::string> nested_settings = {};  ///< GeneratorOptions::nested_settings
  throwaway::ServerOptions server;
  std::chrono::seconds shrink_time{60};
  bool coverage = false;  ///< which branches of the generated functions ran
  codegen::CompileOptions compile;
  std::function<void(const Progress&)> progress = [](const Progress&) {};
  std::function<bool()> stop = [] { return false; };
  /// SetupOptions::edit
  std::function<std::string(const std::string&)> edit = {};
};

/// A failure as it is reported.
struct FoundFailure {
  size_t number = 0;  ///< of the history
  Failure failure;
  size_t statements = 0;  ///< after shrinking, rows included
  size_t statements_before = 0;
  size_t stream_tables = 0;  ///< that it takes
  std::string script;        ///< replays with psql
};

/// What came out in one mode.
struct ModeReport {
  Mode mode = Mode::Declared;
  std::vector<std::string> stream_tables;
  std::vector<Rejection> rejections;
  size_t cases = 0;
  double seconds = 0;
  Counters counters;
  std::vector<std::string> functions;     ///< generated ones that change events or refreshes call
  std::vector<Branch> branches;           ///< of these functions, with SuiteOptions::coverage
  std::vector<std::string> empty_tables;  ///< sources that never had a row
  std::optional<FoundFailure> failure;    ///< the first one ends the mode
};

/// What kept the suite from running at all.
struct SuiteError {
  std::string message;              ///< about the server; else:
  std::optional<SetupError> setup;  ///< the server refused a statement
};

struct SuiteReport {
  int server_version = 0;
  std::vector<ModeReport> modes;
  bool interrupted = false;

  bool failed() const;
};

/// Runs everything.
/// \param diagnostics receives what is wrong with the inputs; then the report is empty
/// \param kept buffers that diagnostics point into
SuiteReport RunSuite(const std::vector<codegen::Input>& inputs, const SuiteOptions& options,
                     source::Diagnostics& diagnostics, std::vector<source::BufferPtr>& kept,
                     std::optional<SuiteError>& error);

}  // namespace tricklec::proof
