#pragma once

#include <string>
#include <vector>

#include "tricklec/cli/context.h"

namespace tricklec::cli {

struct OutputFile {
  std::string path;
  std::string text;
};

/// Writes files all or none as far as a file system allows it: each is written beside its place
/// under a temporary name, and only when all are complete they are renamed. Missing directories are
/// made. A failure is reported, what was made is removed. Existing files with the same content are
/// left untouched, so that build tools see no change.
///
/// \param inputs paths that must not be overwritten
bool WriteFiles(const std::vector<OutputFile>& files, Context& context,
                const std::vector<std::string>& inputs = {});

/// Writes one text to a file, or to the results' stream for `-`.
bool WriteResult(const std::string& path, const std::string& text, Context& context,
                 const std::vector<std::string>& inputs = {});

}  // namespace tricklec::cli
