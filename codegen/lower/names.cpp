#include "tricklec/codegen/lower/names.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "tricklec/ir/fit_name.h"

namespace tricklec::codegen::lower {

namespace {

using ir::FitName;
using sqltree::Identifier;
using sqltree::QualifiedName;

std::string Hash8(std::string_view text) {
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0)).substr(0, 8);
}

std::string IdOf(const ir::ObjectName& name) {
  return fmt::format("{}.{}", name.schema, name.name);
}

}  // namespace

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
