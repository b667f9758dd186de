#pragma once

#include <variant>
#include <vector>

#include "tricklec/codegen/lower/names.h"
#include "tricklec/codegen/sqltree/statement.h"
#include "tricklec/ivm/program.h"

namespace tricklec::codegen::script {

/// A call of the runtime: SELECT in a script, PERFORM in a block.
struct RuntimeCall {
  sqltree::Expr call;
};

/// A part of a stream table's script, with its own comment. Blocks can be part of a larger one.
struct Item {
  std::string comment;  ///< "" for none
  std::variant<sqltree::StatementPtr, RuntimeCall, sqltree::DoBlock> what;
};

/// Everything between the header and the end: checks, objects, registration, filling.
/// \param definition_hash what is registered as the definition's hash; empty: the text to hash
std::vector<Item> DefinitionItems(const ivm::Program& program, const lower::Names& names,
                                  const std::string& definition_hash);

}  // namespace tricklec::codegen::script
