#include "tricklec/codegen/sqltree/statement.h"

namespace tricklec::codegen::sqltree {

FromItem Table(QualifiedName table, const std::string& alias) {
  return {FromTable{std::move(table), Identifier(alias)}};
}

FromItem Derived(StatementPtr query, const std::string& alias) {
  return {FromQuery{std::move(query), Identifier(alias)}};
}

FromItem CrossLateral(StatementPtr query, const std::string& alias) {
  return {FromQuery{std::move(query), Identifier(alias), true}, JoinKind::Cross};
}

SelectItem As(Expr expr, const std::string& alias) { return {std::move(expr), Identifier(alias)}; }

}  // namespace tricklec::codegen::sqltree
