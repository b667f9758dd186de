#pragma once

#include <optional>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/expr.h"

namespace tricklec::analyze {

/// What later stages have to know of a type, resolved so that they need no catalog.
/// \param collation of the value; decides whether equal texts are identical. Empty: the default.
ir::Type TypeFacts(const catalog::Catalog& catalog, catalog::TypeRef type,
                   const catalog::QualifiedName& collation = {});

/// The type of a value that is not known.
ir::Type UnknownType();

/// The catalog's name for the type of an expression; no type where it is not known.
inline catalog::TypeRef TypeOf(const ir::Expr& expr) {
  return {expr.props.type.id, expr.props.type.typmod};
}

/// Upper bound in bytes that a CHECK on the text's length puts on `column`: conjunctions of
/// `length(c) <= n`, `char_length`, `octet_length`, with =, <, BETWEEN, in either order.
std::optional<uint32_t> BoundByCheck(const pgparse::Node& check, std::string_view column,
                                     bool is_bytes);

/// Declared bounds of a table's column: its type, domain checks, and the table's valid CHECKs.
std::optional<uint32_t> ColumnBytes(const catalog::Catalog& catalog,
                                    const catalog::Relation& relation,
                                    const catalog::Column& column, const ir::Type& type);

}  // namespace tricklec::analyze
