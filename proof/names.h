#pragma once

#include <string>
#include <string_view>

namespace tricklec::proof {

/// A name as SQL, in double quotes where it needs them.
std::string SqlName(const std::string& name);
std::string SqlName(const std::string& schema, const std::string& name);

/// A string constant.
std::string SqlText(const std::string& text);

}  // namespace tricklec::proof
