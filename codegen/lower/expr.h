#pragma once

#include <map>

#include "tricklec/codegen/sqltree/expr.h"
#include "tricklec/ir/rel.h"

namespace tricklec::codegen::lower {

/// How the columns of the IR are written at one place of a query.
class Scope {
 public:
  void Set(ir::ColumnId id, sqltree::Expr expr) { columns_[id] = std::move(expr); }
  const sqltree::Expr& At(ir::ColumnId id) const;

 private:
  std::map<ir::ColumnId, sqltree::Expr> columns_;
};

sqltree::Expr Lower(const ir::ExprPtr& expr, const Scope& scope);
sqltree::Expr Lower(const ir::AggregateCall& call, const Scope& scope);

/// `a = b` by the equality of the type's default operator class, wherever that stands.
sqltree::Expr Equals(const ir::Type& type, sqltree::Expr a, sqltree::Expr b);
/// `a = b`, NULLs being equal where `nullable`. For few rows only: it prevents hash and merge joins.
sqltree::Expr EqualsOrBothNull(const ir::Type& type, bool nullable, const sqltree::Expr& a,
                               const sqltree::Expr& b);

/// 0 of a type that sums are stored as.
sqltree::Expr Zero(const ir::Type& type);

}  // namespace tricklec::codegen::lower
