#pragma once

#include <string_view>
#include <vector>

namespace tricklec::runtime {

/// Version of the runtime that this program installs, and the lowest that its scripts need.
std::string_view CurrentVersion();

/// All versions that `InstallScript` knows, oldest first.
std::vector<std::string_view> Versions();

/// The SQL that installs a version of the runtime in a database without one. To be run in one
/// transaction (it checks that), by any role that may create schemas.
/// \return empty if the version is unknown
std::string_view InstallScript(std::string_view version);

}  // namespace tricklec::runtime
