#include "tricklec/testsupport/program.h"

#include <stdexcept>

namespace tricklec::testsupport {
namespace {

std::string OutputOrThrow(const std::vector<std::string>& arguments, std::string_view input = {}) {
  ProcessResult result = Tricklec(arguments, input);
  if (result.exit_code != 0) {
    throw std::runtime_error("tricklec " + arguments[0] + " exited with " +
                             std::to_string(result.exit_code) + ":\n" + result.err);
  }
  return std::move(result.out);
}

}  // namespace

ProcessResult Tricklec(const std::vector<std::string>& arguments, std::string_view input) {
  std::vector<std::string> command{TRICKLEC_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProcess(command, input);
}

std::string Compile(std::string_view input, std::string_view schema,
                    const std::vector<std::string>& options) {
  TemporaryDirectory directory;
  std::vector<std::string> arguments{"compile", "-"};
  if (!schema.empty()) {
    arguments.push_back("--schema");
    arguments.push_back(directory.Write("schema.sql", schema));
  }
  arguments.insert(arguments.end(), options.begin(), options.end());
  return OutputOrThrow(arguments, input);
}

const std::string& RuntimeSql() {
  static const std::string sql = OutputOrThrow({"runtime", "install", "-o", "-"});
  return sql;
}

}  // namespace tricklec::testsupport
