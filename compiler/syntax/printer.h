#pragma once

#include <string>

#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// The tree of a file as indented text, one line per part, for people and goldens
/// (`--emit=ast`). Positions are `line:column`, names are always quoted.
std::string PrintTree(const File& file);

/// One name in double quotes, quotes in it doubled.
std::string Quote(const Name& name);
std::string Quote(const QualifiedName& name);

}  // namespace tricklec::syntax
