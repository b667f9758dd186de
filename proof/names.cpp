#include "tricklec/proof/names.h"

#include "tricklec/codegen/print/quote.h"

namespace tricklec::proof {

using codegen::sqltree::Identifier;

std::string SqlName(const std::string& name) { return codegen::print::Quote(Identifier(name)); }

std::string SqlName(const std::string& schema, const std::string& name) {
  return codegen::print::Quote(
      codegen::sqltree::QualifiedName(Identifier(schema), Identifier(name)));
}

std::string SqlText(const std::string& text) {
  return codegen::print::Quote(codegen::sqltree::Literal(text));
}

}  // namespace tricklec::proof
