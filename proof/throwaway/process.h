#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tricklec::throwaway {

struct ProcessResult {
  int exit_code = 0;  ///< 128 + signal number where a signal ended the process
  std::string out;
  std::string err;
};

/// Runs a program (searched in PATH) with `input` as its standard input and collects what it
/// prints. Throws std::runtime_error if it cannot be started.
ProcessResult RunProcess(const std::vector<std::string>& arguments, std::string_view input = {});

/// A new directory that is removed with everything in it at the end of its scope.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file into the directory (with the folders of `name`) and returns its path.
  std::string Write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The text of a file. Throws std::runtime_error if it cannot be read.
std::string ReadFile(const std::filesystem::path& path);

}  // namespace tricklec::throwaway
