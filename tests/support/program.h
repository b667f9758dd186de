#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tricklec/testsupport/process.h"

namespace tricklec::testsupport {

/// Runs build/tricklec with these arguments and `input` as its standard input.
ProcessResult Tricklec(const std::vector<std::string>& arguments, std::string_view input = {});

/// The script that `tricklec compile` makes of `input`. `schema` is DDL that describes what exists
/// (it becomes a --schema file and is not part of the output). Throws std::runtime_error with the
/// program's diagnostics unless it exits 0.
std::string Compile(std::string_view input, std::string_view schema = {},
                    const std::vector<std::string>& options = {});

/// What `tricklec runtime install -o -` prints. Throws std::runtime_error unless it exits 0.
const std::string& RuntimeSql();

}  // namespace tricklec::testsupport
