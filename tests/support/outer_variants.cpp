#include "tricklec/testsupport/outer_variants.h"

#include <array>

namespace tricklec::testsupport {

namespace {

constexpr std::array<const char*, 3> kKinds = {" LEFT", " RIGHT", " FULL"};

/// \param step added to the kind after each join
std::string Variant(const std::string& query, size_t first, size_t step) {
  std::string variant;
  size_t kind = first, done = 0;
  for (size_t join = query.find(" JOIN "); join != std::string::npos;
       join = query.find(" JOIN ", join + 1)) {
    variant += query.substr(done, join - done);
    done = join;
    bool is_cross = query.compare(join - 6, 6, " CROSS") == 0;
    if (is_cross) continue;
    variant += kKinds[kind];
    kind = (kind + step) % kKinds.size();
  }
  return variant + query.substr(done);
}

}  // namespace

std::vector<std::string> OuterVariants(const std::string& query) {
  std::vector<std::string> variants;
  for (size_t first = 0; first < kKinds.size(); ++first) {
    std::string same = Variant(query, first, 0), mixed = Variant(query, first, 1);
    if (same == query) return variants;
    variants.push_back(same);
    if (mixed != same) variants.push_back(mixed);
  }
  return variants;
}

}  // namespace tricklec::testsupport
