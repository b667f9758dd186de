#pragma once

#include "tricklec/codegen/sqltree/expr.h"

namespace tricklec::codegen::sqltree {

struct SelectItem {
  Expr expr = {};
  std::optional<Identifier> alias = {};
};

struct FromTable {
  QualifiedName table;
  std::optional<Identifier> alias = {};
};
struct FromQuery {
  StatementPtr query = {};
  Identifier alias;
  bool lateral = false;
};
struct FromFunction {
  Expr call = {};
  Identifier alias;
};
using FromSource = std::variant<FromTable, FromQuery, FromFunction>;

enum class JoinKind { Comma, Cross, Inner, Left, Full };
struct FromItem {
  FromSource source;
  JoinKind join = JoinKind::Comma;  ///< how it is joined to the items before it
  Expr on = {};                     ///< of Inner, Left and Full
};

/// A query in WITH, with what it is for.
struct Cte {
  Identifier name;
  StatementPtr body = {};
  bool materialized = false;
};

struct Select {
  std::vector<Cte> with = {};
  bool distinct = false;
  std::vector<SelectItem> items = {};  ///< may be empty: `SELECT FROM …`
  std::vector<Identifier> into = {};   ///< variables of plpgsql
  std::vector<FromItem> from = {};
  std::vector<Expr> where = {};  ///< joined by AND
  std::vector<Expr> group_by = {};
  std::vector<Expr> having = {};  ///< joined by AND
  std::vector<OrderItem> order_by = {};
  Expr limit = {};
  std::optional<RawSql> locking = {};  ///< `FOR NO KEY UPDATE OF t`
};

enum class SetOperator { UnionAll, ExceptAll };
struct SetOperation {
  SetOperator op;
  std::vector<StatementPtr> parts = {};
};

/// `column = value` or `(columns) = (subquery)`.
struct SetItem {
  std::vector<Identifier> columns = {};
  Expr value = {};
};

struct OnConflict {
  std::vector<Identifier> target = {};
  std::vector<SetItem> sets = {};  ///< empty: DO NOTHING
};

struct Insert {
  std::vector<Cte> with = {};
  QualifiedName table;
  std::optional<Identifier> alias = {};
  std::vector<Identifier> columns = {};
  StatementPtr query = {};
  std::optional<OnConflict> on_conflict = {};
  std::vector<SelectItem> returning = {};
};

struct Update {
  std::vector<Cte> with = {};
  QualifiedName table;
  Identifier alias;
  std::vector<SetItem> sets = {};
  std::vector<FromItem> from = {};
  std::vector<Expr> where = {};
  std::vector<SelectItem> returning = {};
};

struct Delete {
  std::vector<Cte> with = {};
  QualifiedName table;
  std::optional<Identifier> alias = {};
  std::vector<FromItem> using_items = {};
  std::vector<Expr> where = {};
  std::vector<SelectItem> returning = {};
};

struct Truncate {
  QualifiedName table;
};

/// `LOCK TABLE … IN SHARE ROW EXCLUSIVE MODE`: readers pass, writers wait.
struct LockTable {
  QualifiedName table;
};

// ---- definitions --------------------------------------------------------------------------------

struct ColumnDefinition {
  Identifier name;
  RawSql type;
  std::optional<QualifiedName> collation = {};
  bool not_null = false;
};

using StorageParameters = std::vector<std::pair<RawSql, RawSql>>;

struct CreateTable {
  QualifiedName table;
  std::vector<ColumnDefinition> columns = {};
  std::vector<Identifier> primary_key = {};
  StatementPtr as_query = {};  ///< `AS … WITH NO DATA` in place of columns
  StorageParameters parameters = {};
  std::optional<Identifier> tablespace = {};
};

struct AddColumns {
  QualifiedName table;
  std::vector<ColumnDefinition> columns = {};
};

struct IndexElement {
  Expr expr = {};
};
struct CreateIndex {
  bool unique = false;
  Identifier name;
  QualifiedName table;
  std::string method = {};  ///< empty: btree
  std::vector<Expr> elements = {};
  bool nulls_not_distinct = false;
  Expr predicate = {};
};

struct CreateView {
  QualifiedName view;
  StatementPtr query = {};
};

struct ConstraintTrigger {
  Identifier name;
  QualifiedName table;
  Expr when = {};
  QualifiedName function;
};

enum class ObjectKind { Table, View, Function, Column };
struct CommentOn {
  ObjectKind kind;
  QualifiedName object;  ///< the table of a column
  std::optional<Identifier> column = {};
  std::string text = {};
  std::vector<RawSql> argument_types = {};  ///< of a function
};

struct RevokeFunction {
  QualifiedName function;
  std::vector<RawSql> argument_types = {};
};
struct RevokeTable {
  QualifiedName table;
};

// ---- plpgsql ------------------------------------------------------------------------------------

struct PlNode;
using Pl = std::shared_ptr<const PlNode>;
using PlBlock = std::vector<Pl>;

/// A SQL statement; as the body of EXECUTE it is planned for the real size of its input.
struct PlSql {
  StatementPtr statement = {};
  bool execute = false;
  std::vector<Identifier> using_values = {};  ///< of EXECUTE: the values of $1 …
};
struct PlAssign {
  Identifier variable;
  Expr value = {};
};
struct PlIf {
  std::vector<std::pair<Expr, PlBlock>> branches = {};
  PlBlock otherwise = {};
};
struct PlRaise {
  bool notice = false;
  std::string condition = {};  ///< name of the condition; empty for a notice
  Expr message = {};
  Expr detail = {};  ///< null: none
  Expr hint = {};    ///< null: none
};
struct PlReturn {
  bool null_value = false;  ///< `RETURN NULL` of a trigger function
  Expr value = {};          ///< null: none
};
struct PlComment {
  std::string text = {};
};
/// A query of which only FOUND matters; without WITH.
struct PlPerform {
  Select query;
};

/// `GET DIAGNOSTICS`: how many rows the statement before it was about.
struct PlRowCount {
  Identifier variable;
};

struct PlNode {
  std::variant<PlSql, PlAssign, PlIf, PlRaise, PlReturn, PlComment, PlPerform, PlRowCount> node;
};

template <typename Node>
Pl MakePl(Node node) {
  return std::make_shared<const PlNode>(PlNode{std::move(node)});
}

struct Declaration {
  Identifier name;
  RawSql type;
};

struct PlBody {
  std::vector<Declaration> declarations = {};
  PlBlock statements = {};
  bool use_column = false;  ///< `#variable_conflict use_column`
};

struct Parameter {
  Identifier name;
  RawSql type;
};

struct CreateFunction {
  QualifiedName function;
  RawSql result;
  PlBody body = {};
  std::vector<Parameter> parameters = {};
  /// Its statements are planned for the values they run with, not once for all.
  bool plans_each_time = false;
};

struct DoBlock {
  Identifier tag;
  PlBody body = {};
};

/// A statement with the one line above it that says what it is for.
struct Commented {
  std::string comment = {};
  StatementPtr statement = {};
};

struct Statement {
  std::variant<Select, SetOperation, Insert, Update, Delete, Truncate, LockTable, CreateTable,
               AddColumns, CreateIndex, CreateView, ConstraintTrigger, CommentOn, RevokeFunction,
               RevokeTable, CreateFunction, DoBlock, Commented>
      node;
};

template <typename Node>
StatementPtr MakeStatement(Node node) {
  return std::make_shared<const Statement>(Statement{std::move(node)});
}

/// `FROM table AS alias`
FromItem Table(QualifiedName table, const std::string& alias);
/// `FROM (query) AS alias`
FromItem Derived(StatementPtr query, const std::string& alias);
FromItem CrossLateral(StatementPtr query, const std::string& alias);
SelectItem As(Expr expr, const std::string& alias);

}  // namespace tricklec::codegen::sqltree
