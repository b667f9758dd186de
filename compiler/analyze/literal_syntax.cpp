// Which literals the input functions of common types take, so that a slip is an error here and not
// when the script runs. Only what PostgreSQL surely refuses is refused.

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "tricklec/analyze/session.h"

namespace tricklec::analyze {

namespace types = catalog::types;

namespace {

std::string TrimmedLower(std::string_view text) {
  auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// PostgreSQL 16 reads 0x1F and 1_000 as well: everything that could be such a form passes.
bool LooksLikeNumber(const std::string& text, bool fractions) {
  if (text.empty()) return false;
  if (fractions) {
    constexpr std::array<std::string_view, 7> kSpecial = {
        "nan", "inf", "infinity", "+inf", "+infinity", "-infinity", "-inf"};
    if (std::find(kSpecial.begin(), kSpecial.end(), text) != kSpecial.end()) return true;
  }
  std::string_view allowed = fractions ? "0123456789abcdefxo_+-." : "0123456789abcdefxo_+-";
  bool digit = false;
  for (char c : text) {
    if (allowed.find(c) == std::string_view::npos) return false;
    digit = digit || std::isdigit(static_cast<unsigned char>(c)) != 0;
  }
  return digit;
}

bool IsBooleanWord(const std::string& text) {
  constexpr std::array<std::string_view, 6> kWords = {"true", "false", "yes", "no", "on", "off"};
  if (text == "1" || text == "0") return true;
  if (text.empty() || text == "o") return false;  // `o` begins two of them
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return word.starts_with(text); });
}

bool IsUuid(const std::string& text) {
  auto digits = std::count_if(text.begin(), text.end(),
                              [](unsigned char c) { return std::isxdigit(c) != 0; });
  return digits == 32;
}

}  // namespace

bool IsPossibleLiteral(const catalog::Catalog& catalog, catalog::TypeId id,
                       std::string_view literal) {
  const catalog::Type* type = catalog.FindType(catalog.BaseType(id));
  if (type == nullptr) return true;
  std::string text = TrimmedLower(literal);
  switch (type->kind) {
    case catalog::TypeKind::Enum:
      return std::find(type->enum_labels.begin(), type->enum_labels.end(), literal) !=
             type->enum_labels.end();
    case catalog::TypeKind::Array: return text.starts_with('{') || text.starts_with('[');
    case catalog::TypeKind::Range:
      return text == "empty" || text.starts_with('[') || text.starts_with('(');
    case catalog::TypeKind::Multirange: return text.starts_with('{');
    case catalog::TypeKind::Composite: return text.starts_with('(');
    case catalog::TypeKind::Pseudo: return type->id == types::kCString || type->id == types::kVoid;
    case catalog::TypeKind::Base: {
      // Made by the server alone.
      constexpr std::array<std::string_view, 6> kWithoutInput = {
          "pg_node_tree", "pg_ndistinct",          "pg_dependencies",
          "pg_mcv_list",  "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary"};
      if (type->builtin() &&
          std::find(kWithoutInput.begin(), kWithoutInput.end(), type->name) != kWithoutInput.end())
        return false;
      break;
    }
    case catalog::TypeKind::Domain:
    case catalog::TypeKind::Opaque: break;
  }
  switch (type->id) {
    case types::kInt2:
    case types::kInt4:
    case types::kInt8: return LooksLikeNumber(text, false);
    case types::kNumeric:
    case types::kFloat4:
    case types::kFloat8: return LooksLikeNumber(text, true);
    case types::kBool: return IsBooleanWord(text);
    case types::kUuid: return IsUuid(text);
    default: return true;
  }
}

}  // namespace tricklec::analyze
