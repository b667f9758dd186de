#include "tricklec/cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

namespace tricklec::cli {

namespace {

namespace fs = std::filesystem;
using source::Code;

bool HasContent(const OutputFile& file) {
  std::error_code error;
  if (!fs::is_regular_file(file.path, error) ||
      fs::file_size(file.path, error) != file.text.size()) {
    return false;
  }
  std::ifstream in(file.path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return in && text == file.text;
}

bool IsOneOf(const std::vector<std::string>& inputs, const fs::path& path) {
  return std::any_of(inputs.begin(), inputs.end(), [&path](const std::string& input) {
    std::error_code error;
    if (fs::equivalent(path, input, error)) return true;
    // A file of an input directory is an input, too.
    return path.extension() == ".sql" && fs::is_directory(input, error) &&
           fs::exists(path, error) &&
           fs::equivalent(path.has_parent_path() ? path.parent_path() : fs::path("."), input,
                          error);
  });
}

/// Temporary files; removed unless they were moved to their places.
class Staging {
 public:
  Staging() = default;
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() {
    std::error_code ignored;
    for (const Entry& entry : entries_) fs::remove(entry.temporary, ignored);
  }

  /// \returns the reason if it fails
  std::string Write(const OutputFile& file) {
    fs::path path = file.path;
    std::error_code error;
    if (fs::is_directory(path, error)) return "it is a directory";
    error.clear();  // a file that is not there yet is no error
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (error) return error.message();
    fs::path temporary = path;
    temporary += "." + std::to_string(getpid()) + ".tmp";
    entries_.push_back({temporary, path});
    errno = 0;
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(file.text.data(), static_cast<std::streamsize>(file.text.size()));
    out.close();
    if (!out) return errno != 0 ? std::strerror(errno) : "write error";
    return {};
  }

  std::string Publish() {
    while (!entries_.empty()) {
      std::error_code error;
      fs::rename(entries_.back().temporary, entries_.back().place, error);
      if (error) return error.message();
      entries_.pop_back();
    }
    return {};
  }

 private:
  struct Entry {
    fs::path temporary;
    fs::path place;
  };
  std::vector<Entry> entries_;
};

}  // namespace

bool WriteFiles(const std::vector<OutputFile>& files, Context& context,
                const std::vector<std::string>& inputs) {
  Staging staging;
  for (const OutputFile& file : files) {
    std::string problem;
    if (IsOneOf(inputs, file.path)) {
      problem = "it is one of the inputs";
    } else if (!HasContent(file)) {
      problem = staging.Write(file);
    }
    if (problem.empty()) continue;
    context.diagnostics.Report(Code::CannotWrite, {}, file.path, problem);
    return false;
  }
  std::string problem = staging.Publish();
  if (problem.empty()) return true;
  context.diagnostics.Report(Code::CannotWrite, {}, files.front().path, problem);
  return false;
}

bool WriteResult(const std::string& path, const std::string& text, Context& context,
                 const std::vector<std::string>& inputs) {
  if (path != "-") return WriteFiles({{path, text}}, context, inputs);
  context.out << text;
  return true;
}

}  // namespace tricklec::cli
