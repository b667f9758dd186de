#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tricklec::ivm {

/// What names of hidden columns begin with; visible columns may not.
inline constexpr std::string_view kHiddenPrefix = "__pgt_";

/// Hands out names for hidden columns: readable, at most 63 bytes, different from each other and
/// from the visible columns'.
class HiddenNames {
 public:
  explicit HiddenNames(const std::vector<std::string>& visible);
  /// \param stem what the column is: "count", "sum_amount", a column's name
  std::string Make(std::string_view stem);

 private:
  std::set<std::string> taken_;
};

}  // namespace tricklec::ivm
