#pragma once

#include <iosfwd>
#include <vector>

#include "tricklec/source/diagnostic.h"

namespace tricklec::cli {

/// For people: `file:line:column: error[ST1004]: message`, the source line with carets, further
/// places, notes and helps.
///
/// \param color uses ANSI escape sequences
void RenderHuman(const std::vector<source::Diagnostic>& diagnostics, bool color, std::ostream& out);

/// For programs: one JSON document `{"diagnostics": [...]}`. Columns count code points from 1, the
/// end is exclusive; file, line and column are null for findings without a place.
void RenderJson(const std::vector<source::Diagnostic>& diagnostics, std::ostream& out);

}  // namespace tricklec::cli
