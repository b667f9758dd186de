#pragma once

#include "tricklec/codegen/print/doc.h"
#include "tricklec/codegen/sqltree/statement.h"

namespace tricklec::codegen::print {

/// How tightly an expression binds (PostgreSQL manual, "Operator Precedence"); what binds less than
/// its place demands gets parentheses.
enum class Precedence {
  Lowest,
  Or,
  And,
  Not,
  Is,
  Comparison,
  Like,
  Operator,
  Additive,
  Multiplicative,
  Power,
  AtTimeZone,
  Collate,
  Unary,
  Subscript,
  Cast,
  Primary,
};

Doc ExprDoc(const sqltree::Expr& expr, Precedence at_least = Precedence::Lowest);
Doc OrderDoc(const std::vector<sqltree::OrderItem>& items);

}  // namespace tricklec::codegen::print
