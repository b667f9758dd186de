#include "tricklec/ir/fit_name.h"

#include <fmt/format.h>

#include <cstdint>

namespace tricklec::ir {

namespace {

constexpr size_t kNameBytes = 63;

std::string NameHash(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return fmt::format("{:08x}", hash);
}

}  // namespace

std::string FitName(std::string_view name) {
  if (name.size() <= kNameBytes) return std::string(name);
  size_t end = kNameBytes - 9;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}~{}", name.substr(0, end), NameHash(name));
}

}  // namespace tricklec::ir
