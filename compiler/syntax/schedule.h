#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tricklec::syntax {

/// Reads `30s`, `1h30m`, `2d`, `1w`: whole numbers with the units w, d, h, m, s, the larger before
/// the smaller, each at most once, more than zero and at most 100 years together.
std::optional<std::chrono::seconds> ParseDuration(std::string_view text);

/// Checks a cron expression: 5 fields (minute, hour, day of month, month, day of week), 6 with
/// seconds before them, or `@hourly`, `@daily`, `@weekly`, `@monthly`.
///
/// \returns nullopt if it is valid, else what is wrong with it
std::optional<std::string> CheckCron(std::string_view text);

}  // namespace tricklec::syntax
