#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tricklec::proof {

/// Random numbers that are the same on every platform for one seed (splitmix64).
class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}
  /// The sequence of part `number` of what `seed` stands for.
  Rng(uint64_t seed, uint64_t number) : state_(seed) {
    state_ = Next() ^ (number * 0x9e3779b97f4a7c15);
  }

  /// A number from 0 to `limit` - 1.
  size_t Below(size_t limit) { return static_cast<size_t>(Next() % limit); }
  /// A number from `low` to `high`.
  int Between(int low, int high) {
    return low + static_cast<int>(Below(static_cast<size_t>(high - low) + 1));
  }
  /// True in about `percent` of 100 calls.
  bool Chance(unsigned percent) { return Below(100) < percent; }

  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

 private:
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  uint64_t state_;
};

}  // namespace tricklec::proof
