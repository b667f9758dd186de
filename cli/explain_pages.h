#pragma once

#include <string_view>

namespace tricklec::cli {

/// The page docs/diagnostics/<id>.md as it was when the program was built, or empty. `id` is in
/// upper case.
std::string_view ExplainPage(std::string_view id);

}  // namespace tricklec::cli
