#include "tricklec/codegen/lower/names.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace tricklec::codegen::lower {

namespace {

using sqltree::Identifier;
using sqltree::QualifiedName;

constexpr size_t kNameBytes = 63;

std::string Hash8(std::string_view text) {
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0)).substr(0, 8);
}

// FNV-1a with 32 bits: names that the runtime makes have to come out the same here.
std::string NameHash(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return fmt::format("{:08x}", hash);
}

std::string IdOf(const ir::ObjectName& name) {
  return fmt::format("{}.{}", name.schema, name.name);
}

}  // namespace

std::string FitName(std::string_view name) {
  if (name.size() <= kNameBytes) return std::string(name);
  size_t end = kNameBytes - 9;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}~{}", name.substr(0, end), NameHash(name));
}

Names::Names(ir::ObjectName stream_table)
    : stream_table_(std::move(stream_table)), id_(IdOf(stream_table_)) {}

QualifiedName Names::Table() const { return ToSql(stream_table_); }

QualifiedName Names::View() const {
  return {Identifier("pgtrickle_state"), Identifier(FitName(id_))};
}

QualifiedName Names::Anchor() const {
  return {Identifier("pgtrickle_state"), Identifier(FitName(id_ + "/anchor"))};
}

QualifiedName Names::Pending(const ir::ObjectName& source) const {
  return {Identifier("pgtrickle_changes"),
          Identifier(FitName(fmt::format("{}/{}", id_, IdOf(source))))};
}

Identifier Names::PendingIndex(const ir::ObjectName& source) const {
  return Identifier(FitName(fmt::format("{}/{}/batch", id_, IdOf(source))));
}

QualifiedName Names::Buffer(const ir::ObjectName& source) {
  return {Identifier("pgtrickle_changes"), Identifier(FitName(IdOf(source) + "/changes"))};
}

QualifiedName Names::SourceFunction(const ir::ObjectName& source, std::string_view part) const {
  return {Identifier("pgtrickle_impl"),
          Identifier(FitName(fmt::format("{}/{}/{}", id_, IdOf(source), part)))};
}

QualifiedName Names::Function(std::string_view part) const {
  return {Identifier("pgtrickle_impl"), Identifier(FitName(fmt::format("{}/{}", id_, part)))};
}

Identifier Names::Index(std::string_view part) const {
  return Identifier(FitName(fmt::format("{}_pgt_{}", stream_table_.name, part)));
}

std::string Names::DepthSetting() const { return "pgtrickle.depth_" + Hash8(id_); }

QualifiedName ToSql(const ir::ObjectName& name) {
  return {Identifier(name.schema), Identifier(name.name)};
}

}  // namespace tricklec::codegen::lower
