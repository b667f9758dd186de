// Views and tables made from a query: their columns are found by analysis when they are used.

#include "tricklec/catalog/load_context.h"
#include "tricklec/syntax/scanner.h"

namespace tricklec::catalog {

namespace {

std::vector<std::string> NamesOf(const std::vector<pgparse::Node>& strings) {
  std::vector<std::string> names;
  for (const pgparse::Node& node : strings) names.push_back(node.Str("sval"));
  return names;
}

// The text of the query in CREATE … AS query, which has no place of its own in the parse tree:
// after the first AS outside of parentheses, before WITH [NO] DATA or WITH … CHECK OPTION.
source::Range QueryText(source::Range statement) {
  std::vector<syntax::Token> tokens;
  for (const syntax::Token& token : syntax::ScanAll(statement.text())) {
    if (!token.IsTrivia()) tokens.push_back(token);
  }
  auto text = [&](size_t i) {
    return statement.text().substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
  };
  auto is = [&](size_t i, std::string_view word) { return syntax::IsWord(text(i), word); };
  size_t first = 0;
  int depth = 0;
  for (size_t i = 0; i < tokens.size() && first == 0; ++i) {
    if (text(i) == "(") ++depth;
    if (text(i) == ")") --depth;
    if (depth == 0 && is(i, "as")) first = i + 1;
  }
  size_t end = tokens.size();
  if (end > first + 2 && (is(end - 1, "data") || is(end - 1, "option"))) {
    // At most two words stand between WITH and the last one.
    for (size_t i = end - 2; i > first && i + 4 >= end; --i) {
      if (is(i, "with")) {
        end = i;
        break;
      }
    }
  }
  return first >= end ? statement : statement.Sub(tokens[first].begin, tokens[end - 1].end);
}

// Adds a relation with a query, or replaces the query of a view.
void Define(LoadContext& context, Relation relation, bool replace, bool if_not_exists,
            std::string_view what) {
  const Relation* other =
      context.catalog.FindRelation(relation.schema, relation.name, context.path());
  bool replaces = replace && other != nullptr &&
                  (other->kind == RelationKind::View || other->kind == RelationKind::Unknown);
  if (replaces) {
    Relation& view = *context.catalog.MutableRelation(other->id);
    view.kind = relation.kind;
    view.view = std::move(relation.view);
    view.columns.clear();
    view.columns_known = false;
    view.unknown_reason.clear();
    view.definition = relation.definition;
    view.name_range = relation.name_range;
    return;
  }
  if (context.IsTaken(relation.qualified_name(), relation.name_range, what, if_not_exists)) return;
  context.catalog.AddRelation(std::move(relation));
}

Relation NewRelation(LoadContext& context, const pgparse::Node& range_var) {
  WrittenName name = context.NameOf(range_var);
  Relation relation;
  relation.name = name.name;
  bool temporary = range_var.Str("relpersistence") == "t";
  relation.persistence = temporary ? Persistence::Temporary : Persistence::Permanent;
  relation.schema = temporary ? "pg_temp" : context.CreationSchemaOf(name);
  relation.columns_known = false;
  relation.definition = context.statement;
  relation.name_range = name.range;
  return relation;
}

}  // namespace

void LoadView(LoadContext& context, const pgparse::Node& statement) {
  Relation relation = NewRelation(context, statement["view"]);
  relation.kind = RelationKind::View;
  ViewQuery view;
  view.query = statement["query"];
  view.text = QueryText(context.statement);
  view.path = context.path();
  view.column_names = NamesOf(statement.List("aliases"));
  for (const pgparse::Node& option : statement.List("options")) {
    if (option.Str("defname") == "security_barrier") {
      view.security_barrier = OptionBool(option, true);
    }
    if (option.Str("defname") == "security_invoker") {
      view.security_invoker = OptionBool(option, true);
    }
  }
  relation.view = std::move(view);
  Define(context, std::move(relation), statement.Bool("replace"), false, "view");
}

void LoadCreateTableAs(LoadContext& context, const pgparse::Node& into, const pgparse::Node& query,
                       bool materialized, bool if_not_exists) {
  Relation relation = NewRelation(context, into["rel"]);
  relation.kind = materialized ? RelationKind::MaterializedView : RelationKind::Table;
  if (query.Is("SelectStmt")) {
    ViewQuery view;
    view.query = query;
    view.text = QueryText(context.statement);
    view.path = context.path();
    view.column_names = NamesOf(into.List("col_names"));
    relation.view = std::move(view);
  }
  Define(context, std::move(relation), false, if_not_exists,
         materialized ? "materialized view" : "table");
}

}  // namespace tricklec::catalog
