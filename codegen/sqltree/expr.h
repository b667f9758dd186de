#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// SQL as a tree. Texts of three kinds never convert into each other: an `Identifier` is quoted
/// where it has to be, a `Literal` becomes a string constant, and `RawSql` is printed as it is.
namespace tricklec::codegen::sqltree {

struct Identifier {
  std::string name;
  explicit Identifier(std::string text) : name(std::move(text)) {}
  friend bool operator==(const Identifier&, const Identifier&) = default;
};

struct Literal {
  std::string value;
  explicit Literal(std::string text) : value(std::move(text)) {}
};

/// SQL text made by PostgreSQL's own deparser, or a fixed word of the language such as a type name.
struct RawSql {
  std::string text;
  explicit RawSql(std::string sql) : text(std::move(sql)) {}
};

/// `schema.name`; without schema for objects of pg_catalog, transition tables and CTEs.
struct QualifiedName {
  std::optional<Identifier> schema;
  Identifier name;

  explicit QualifiedName(Identifier plain) : name(std::move(plain)) {}
  QualifiedName(Identifier in_schema, Identifier plain)
      : schema(std::move(in_schema)), name(std::move(plain)) {}
};

struct ExprNode;
using Expr = std::shared_ptr<const ExprNode>;
struct Statement;
using StatementPtr = std::shared_ptr<const Statement>;

/// A column, or a variable of plpgsql (without table).
struct Column {
  std::optional<Identifier> table = {};
  Identifier name;
};

struct StringConstant {
  Literal value;
  std::optional<RawSql> type = {};  ///< `'x'::type`
};

struct IntegerConstant {
  int64_t value;
};

/// Any constant or keyword expression that stands for itself: `NULL`, `true`, `'1'::numeric`.
struct RawConstant {
  RawSql sql;
};

struct OrderItem {
  Expr expr = {};
  std::optional<RawSql> suffix = {};  ///< `DESC`, `USING OPERATOR(pg_catalog.*<)`
};

struct Window {
  std::vector<Expr> partition_by = {};
  std::vector<OrderItem> order_by = {};
};

/// A function, aggregate or window function.
struct Call {
  QualifiedName function;
  std::vector<Expr> args = {};
  std::vector<std::pair<Identifier, Expr>> named_args = {};  ///< `name => value`, after the others
  bool star = false;
  bool distinct = false;
  bool variadic = false;
  std::vector<OrderItem> order_by = {};
  bool within_group = false;
  Expr filter = {};
  std::optional<Window> over = {};
};

/// What looks like a function but is grammar: COALESCE, LEAST, GREATEST, NULLIF, ROW.
enum class SyntaxFunction { Coalesce, NullIf, Least, Greatest, Row };
struct SyntaxCall {
  SyntaxFunction function;
  std::vector<Expr> args = {};
};

/// A prefix (one argument) or infix (two) operator; `schema` is nothing for pg_catalog's.
struct OperatorCall {
  std::optional<Identifier> schema = {};
  std::string op = {};
  std::vector<Expr> args = {};
};

struct CastTo {
  Expr arg = {};
  RawSql type;
};

struct And {
  std::vector<Expr> args = {};
};
struct Or {
  std::vector<Expr> args = {};
};
struct Not {
  Expr arg = {};
};
struct IsNull {
  Expr arg = {};
  bool negated = false;
};

struct CaseWhen {
  std::vector<std::pair<Expr, Expr>> whens = {};
  Expr otherwise = {};  ///< may be null
};

/// Raw text with expressions in its holes, which get parentheses unless they are primaries.
struct TemplateText {
  struct Piece {
    std::string text;
    Expr hole;  ///< null: text
  };
  std::vector<Piece> pieces = {};
  bool is_primary = false;
};

struct ScalarSubquery {
  StatementPtr query = {};
};
struct Exists {
  StatementPtr query = {};
  bool negated = false;
};
/// `left = ANY (array)`
struct EqualsAny {
  Expr left = {};
  Expr array = {};
};

struct ExprNode {
  std::variant<Column, StringConstant, IntegerConstant, RawConstant, Call, SyntaxCall, OperatorCall,
               CastTo, And, Or, Not, IsNull, CaseWhen, TemplateText, ScalarSubquery, Exists,
               EqualsAny>
      node;
};

template <typename Node>
Expr Make(Node node) {
  return std::make_shared<const ExprNode>(ExprNode{std::move(node)});
}

// Shorthands for what generated SQL says often.

Expr Col(const std::string& table, const std::string& column);
Expr Var(const std::string& variable);
Expr Str(std::string text);
Expr Int(int64_t value);
Expr Null();
Expr Fn(const std::string& function, std::vector<Expr> args);
Expr CountStar(Expr filter = nullptr);
Expr Aggregate(const std::string& function, Expr arg, Expr filter = nullptr);
/// An operator of pg_catalog.
Expr Op(Expr left, const std::string& op, Expr right);
Expr Coalesce(Expr value, Expr otherwise);
Expr RowOf(std::vector<Expr> fields);
/// `ROW(…)::record`: what the record operators compare field by field, NULLs being equal.
Expr RecordOf(std::vector<Expr> fields);
/// AND of the parts, flattened; a single part stands for itself, none is nullptr.
Expr AllOf(std::vector<Expr> parts);
/// OR of the parts, likewise.
Expr AnyOf(std::vector<Expr> parts);
Expr Cast(Expr arg, std::string type);
Expr IfThenElse(Expr condition, Expr then, Expr otherwise);

}  // namespace tricklec::codegen::sqltree
