#include "tricklec/cli/inputs.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <optional>
#include <system_error>

namespace tricklec::cli {

namespace {

namespace fs = std::filesystem;
using source::Code;

constexpr uintmax_t kMostBytes = UINT32_MAX;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string> Slurp(std::istream& in) {
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return text;
}

/// Reads one file; reports why it cannot.
std::optional<std::string> ReadFile(const std::string& path, Context& context) {
  auto fail = [&](const std::string& why) {
    context.diagnostics.Report(Code::CannotRead, {}, path, why);
    return std::nullopt;
  };
  std::error_code error;
  if (fs::is_regular_file(path, error) && fs::file_size(path, error) > kMostBytes) {
    return fail("the file is larger than 4 GiB");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(errno != 0 ? std::strerror(errno) : "it cannot be opened");
  std::optional<std::string> text = Slurp(in);
  if (!text) return fail(errno != 0 ? std::strerror(errno) : "read error");
  return text;
}

std::vector<std::string> SqlFilesOf(const std::string& directory, Context& context) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".sql" && !at->is_directory()) files.push_back(at->path());
  }
  if (error) {
    context.diagnostics.Report(Code::CannotRead, {}, directory, error.message());
    return {};
  }
  if (files.empty()) context.diagnostics.Report(Code::NoSqlFiles, {}, directory);
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return NumericAwareLess(a.filename().string(), b.filename().string());
  });
  std::vector<std::string> paths;
  for (const fs::path& file : files) paths.push_back(file.string());
  return paths;
}

bool UndoesMigration(const fs::path& path) {
  std::string name = path.filename().string();
  if (name.size() > 9 && name.substr(name.size() - 9) == ".down.sql") return true;
  // Flyway's undo migrations: U, a version, two underscores.
  return name.size() > 1 && name[0] == 'U' && IsDigit(name[1]) &&
         name.find("__") != std::string::npos;
}

}  // namespace

std::vector<source::BufferPtr> ReadInputs(const std::vector<std::string>& paths, Context& context) {
  std::vector<source::BufferPtr> buffers;
  auto add = [&](std::string name, std::string text) {
    buffers.push_back(source::MakeBuffer(std::move(name), std::move(text)));
    context.Keep(buffers.back());
  };
  bool stdin_read = false;
  for (const std::string& path : paths) {
    if (path == "-") {
      if (stdin_read) {
        context.diagnostics.Report(Code::UsageError, {}, "standard input `-` is given twice");
        continue;
      }
      stdin_read = true;
      std::optional<std::string> text = Slurp(context.in);
      if (text) {
        add(context.common.stdin_filename, std::move(*text));
      } else {
        context.diagnostics.Report(Code::CannotRead, {}, "-", "read error");
      }
      continue;
    }
    std::error_code error;
    std::vector<std::string> files = {path};
    if (fs::is_directory(path, error)) files = SqlFilesOf(path, context);
    for (const std::string& file : files) {
      if (std::optional<std::string> text = ReadFile(file, context)) add(file, std::move(*text));
    }
  }
  return buffers;
}

std::vector<source::BufferPtr> ReadMigrations(const std::string& directory, Context& context) {
  std::vector<source::BufferPtr> buffers;
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    context.diagnostics.Report(Code::CannotRead, {}, directory, "it is not a directory");
    return buffers;
  }
  for (const std::string& file : SqlFilesOf(directory, context)) {
    if (UndoesMigration(file)) continue;
    std::optional<std::string> text = ReadFile(file, context);
    if (!text) continue;
    buffers.push_back(source::MakeBuffer(file, BlankDownParts(std::move(*text))));
    context.Keep(buffers.back());
  }
  return buffers;
}

bool NumericAwareLess(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (!IsDigit(a[i]) || !IsDigit(b[k])) {
      if (a[i] != b[k]) {
        return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[k]);
      }
      ++i;
      ++k;
      continue;
    }
    auto number = [](std::string_view text, size_t& at) {
      while (at + 1 < text.size() && text[at] == '0' && IsDigit(text[at + 1])) ++at;
      size_t begin = at;
      while (at < text.size() && IsDigit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    std::string_view x = number(a, i);
    std::string_view y = number(b, k);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if (a.size() - i != b.size() - k) return a.size() - i < b.size() - k;
  return a < b;  // `01` and `1`
}

std::string BlankDownParts(std::string text) {
  struct Marker {
    std::string_view line;
    bool down;
  };
  static constexpr Marker kMarkers[] = {{"-- +goose Up", false},   {"-- +goose Down", true},
                                        {"-- migrate:up", false},  {"-- migrate:down", true},
                                        {"-- +migrate Up", false}, {"-- +migrate Down", true}};
  bool down = false;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = std::string_view(text).substr(begin, end - begin);
    for (const Marker& marker : kMarkers) {
      if (line.substr(0, marker.line.size()) == marker.line) down = marker.down;
    }
    if (down)
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
                text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    begin = end + 1;
  }
  return text;
}

}  // namespace tricklec::cli
