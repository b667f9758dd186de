#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tricklec/ir/type.h"
#include "tricklec/source/buffer.h"

namespace tricklec::ir {

/// A column of some relational node, unique within one definition.
using ColumnId = uint32_t;

struct Expr;
/// Expressions are immutable and shared.
using ExprPtr = std::shared_ptr<const Expr>;

/// A name as the server knows it; `schema` is never empty for resolved objects.
struct ObjectName {
  std::string schema;
  std::string name;
  friend bool operator==(const ObjectName&, const ObjectName&) = default;
};

enum class Volatility { Immutable, Stable, Volatile };

/// What is known of an expression's value.
struct Properties {
  Type type;
  std::string collation_schema;  ///< non-default collation of the value, else empty
  std::string collation_name;
  /// The collation comes from a COLLATE clause inside the expression, so that it wins over those of
  /// columns and contradicts another such clause (manual, "Collation Support").
  bool collation_explicit = false;
  bool nullable = true;   ///< false: proven never NULL
  bool may_raise = true;  ///< false: proven never to raise an error on any input
  Volatility volatility = Volatility::Immutable;
};

struct ColumnRef {
  ColumnId id;
  std::string name;  ///< for printing trees; SQL names come from the scope it is printed in
};

/// A literal as SQL text that means the same in any place: `42`, `'x'`, `'2020-01-01'::date`,
/// `NULL::integer`. Never depends on session settings.
struct Constant {
  std::string sql;
  bool is_null = false;
  bool is_true = false;  ///< the boolean TRUE
};

/// `schema.name(args)`; functions of pg_catalog are printed without schema.
struct FunctionCall {
  ObjectName function;
  std::vector<ExprPtr> args;
  bool variadic = false;  ///< the last argument is written `VARIADIC x`
};

/// A prefix (one argument) or infix (two) operator; outside pg_catalog it is printed as
/// `OPERATOR(schema.op)`.
struct OperatorCall {
  ObjectName op;
  std::vector<ExprPtr> args;
  /// It is the equality of the default btree or hash operator class of its argument types, so it
  /// matches what GROUP BY, DISTINCT and unique indexes call equal.
  bool is_default_equality = false;
};

/// `CAST(arg AS type)`; the target is the expression's own type.
struct Cast {
  ExprPtr arg;
};

enum class LogicalKind { And, Or, Not };
struct Logical {
  LogicalKind kind;
  std::vector<ExprPtr> args;
};

struct NullTest {
  ExprPtr arg;
  bool is_not;  ///< `IS NOT NULL`
};

/// Searched CASE; `otherwise` may be null (ELSE NULL).
struct Case {
  std::vector<std::pair<ExprPtr, ExprPtr>> whens;
  ExprPtr otherwise;
};

/// Any other expression: PostgreSQL text with holes `$1` … `$n` for its arguments. Everything named
/// in the text is in pg_catalog or schema-qualified. A hole is replaced by the printed argument,
/// in parentheses unless it is a primary.
struct Template {
  std::string text;
  std::vector<ExprPtr> args;
  bool is_primary =
      false;  ///< never needs parentheses around itself (`COALESCE($1, $2)`, `CASE … END`)
};

struct Expr {
  Properties props;
  source::Range range;  ///< where the query says it; nowhere for what the compiler adds
  std::variant<ColumnRef, Constant, FunctionCall, OperatorCall, Cast, Logical, NullTest, Case,
               Template>
      node;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
};

template <typename Node>
ExprPtr MakeExpr(Properties props, source::Range range, Node node) {
  return std::make_shared<const Expr>(Expr{std::move(props), range, std::move(node)});
}

/// The expressions directly below, in print order.
std::vector<ExprPtr> ChildrenOf(const Expr& expr);
/// The same expression over other children (same number and order as `ChildrenOf`).
ExprPtr WithChildren(const ExprPtr& expr, std::vector<ExprPtr> children);
/// Replaces every column reference for which `replacement` returns an expression (else nullptr).
template <typename Function>
ExprPtr ReplaceColumns(const ExprPtr& expr, const Function& replacement) {
  if (const auto* column = expr->As<ColumnRef>()) {
    ExprPtr other = replacement(column->id);
    return other != nullptr ? other : expr;
  }
  std::vector<ExprPtr> children = ChildrenOf(*expr);
  bool changed = false;
  for (ExprPtr& child : children) {
    ExprPtr other = ReplaceColumns(child, replacement);
    changed |= other != child;
    child = std::move(other);
  }
  return changed ? WithChildren(expr, std::move(children)) : expr;
}
/// Adds the ids of all columns an expression reads, each once, in order of first use.
void CollectColumns(const ExprPtr& expr, std::vector<ColumnId>& ids);
/// Structural equality, ranges ignored.
bool SameExpr(const ExprPtr& a, const ExprPtr& b);

}  // namespace tricklec::ir
