#pragma once

namespace tricklec::runtime {

// Defined in a file that the build generates from parts/*.sql.
extern const char* const kCurrentVersion;
extern const char* const kInstallScript;

}  // namespace tricklec::runtime
