#include "tricklec/runtime/runtime.h"

#include "runtime_data.h"

namespace tricklec::runtime {

std::string_view CurrentVersion() { return kCurrentVersion; }

std::vector<std::string_view> Versions() { return {CurrentVersion()}; }

std::string_view InstallScript(std::string_view version) {
  return version == CurrentVersion() ? std::string_view(kInstallScript) : std::string_view();
}

}  // namespace tricklec::runtime
