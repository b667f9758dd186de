// Names of hidden columns: `__pgt_` and what the column is. A name over 63 bytes keeps its first
// bytes (whole characters) and ends in `~` and 8 hex digits of its hash; a taken one gets a number.

#include "tricklec/ivm/hidden_names.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tricklec::ivm {

namespace {

constexpr size_t kMaxNameBytes = 63;  // NAMEDATALEN - 1

// What statements of maintenance call columns and variables of their own.
constexpr std::string_view kReserved[] = {
    "added", "batch", "change", "counts", "cut",   "cut_last", "cut_own",  "depth",  "difference",
    "found", "gone",  "image",  "kept",   "last",  "lost",     "net",      "new",    "old",
    "own",   "place", "row",    "rows",   "short", "setting",  "snapshot", "weight", "xid"};

std::string Fit(const std::string& name) {
  if (name.size() <= kMaxNameBytes) return name;
  std::string tail = fmt::format("~{:08x}", XXH64(name.data(), name.size(), 0) >> 32);
  size_t keep = kMaxNameBytes - tail.size();
  // Bytes 10xxxxxx continue a character: do not cut before one.
  while (keep > 0 && (static_cast<unsigned char>(name[keep]) & 0xC0) == 0x80) --keep;
  return name.substr(0, keep) + tail;
}

}  // namespace

HiddenNames::HiddenNames(const std::vector<std::string>& visible)
    : taken_(visible.begin(), visible.end()) {
  for (std::string_view name : kReserved) taken_.insert(fmt::format("{}{}", kHiddenPrefix, name));
}

std::string HiddenNames::Make(std::string_view stem) {
  std::string base = fmt::format("{}{}", kHiddenPrefix, stem);
  std::string name = Fit(base);
  for (int number = 2; !taken_.insert(name).second; ++number) {
    name = Fit(fmt::format("{}_{}", base, number));
  }
  return name;
}

}  // namespace tricklec::ivm
