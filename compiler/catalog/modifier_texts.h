#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tricklec::catalog {

/// Modifiers such as the `Point,4326` of `geometry(Point,4326)`, whose number only the extension
/// knows: here a typmod is the place of its text. Shared by copies of a catalog.
class ModifierTexts {
 public:
  int32_t Intern(const std::string& text) {
    std::lock_guard lock(mutex_);
    auto found = std::find(texts_.begin(), texts_.end(), text);
    if (found == texts_.end()) found = texts_.insert(texts_.end(), text);
    return static_cast<int32_t>(found - texts_.begin());
  }
  std::string Text(int32_t typmod) const {
    std::lock_guard lock(mutex_);
    auto at = static_cast<size_t>(typmod);
    return at < texts_.size() ? texts_[at] : std::string();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> texts_;
};

}  // namespace tricklec::catalog
