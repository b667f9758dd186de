#pragma once

#include <iosfwd>
#include <string>

#include "tricklec/proof/suite.h"

namespace tricklec::cli {

enum class TestFormat { Human, Junit, Json };

/// What `tricklec test` found out, for people, for CI systems (JUnit's XML: one suite a mode, one case a
/// stream table) or for programs.
void RenderTestReport(const proof::SuiteReport& report, const proof::SuiteOptions& options,
                      TestFormat format, std::ostream& out);

/// One line that is written over and over.
void ShowProgress(const proof::Progress& progress, std::ostream& out);
void EndProgress(std::ostream& out);

/// `failure.sql` becomes `failure-immediate.sql`.
std::string PathForMode(const std::string& path, proof::Mode mode);

}  // namespace tricklec::cli
