#include "tricklec/codegen/print/quote.h"

#include <fmt/format.h>

#include "tricklec/catalog/catalog.h"

namespace tricklec::codegen::print {

std::string Quote(const sqltree::Identifier& identifier) {
  return catalog::QuoteIdentifier(identifier.name);
}

std::string Quote(const sqltree::QualifiedName& name) {
  if (!name.schema) return Quote(name.name);
  return fmt::format("{}.{}", Quote(*name.schema), Quote(name.name));
}

std::string Quote(const sqltree::Literal& literal) {
  const std::string& value = literal.value;
  if (value.find('\n') != std::string::npos) {
    std::string tag = DollarTag("text", value);
    return tag + value + tag;
  }
  bool escapes = value.find('\\') != std::string::npos;
  std::string quoted = escapes ? "E'" : "'";
  for (char c : value) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

std::string DollarTag(std::string_view tag, std::string_view text) {
  // Text that ends in a part of the tag would close it early together with the tag itself.
  std::string candidate = fmt::format("${}$", tag);
  for (int number = 2; text.find(candidate.substr(0, candidate.size() - 1)) != std::string::npos;
       ++number) {
    candidate = fmt::format("${}{}$", tag, number);
  }
  return candidate;
}

}  // namespace tricklec::codegen::print
