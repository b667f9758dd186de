#include "tricklec/codegen/print/statement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tricklec/codegen/print/expr.h"
#include "tricklec/codegen/print/quote.h"

namespace tricklec::codegen::print {

namespace {

using namespace sqltree;

std::string CommentLine(const std::string& text) {
  std::string line = "-- ";
  for (char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
  return line;
}

Doc Comma() { return Concat({Text(","), Line()}); }

Doc Names(const std::vector<Identifier>& names) {
  std::vector<Doc> docs;
  for (const Identifier& name : names) docs.push_back(Text(Quote(name)));
  Doc list = Join(Comma(), docs);
  return Group(Concat({Nest(2, Concat({SoftLine(), list})), SoftLine()}));
}

std::string NameList(const std::vector<Identifier>& names) {
  std::string text;
  for (const Identifier& name : names) text += (text.empty() ? "" : ", ") + Quote(name);
  return text;
}

Doc Conditions(const char* word, const std::vector<Expr>& conditions) {
  std::vector<Doc> docs;
  // One condition may be anything, several are parts of an AND.
  Precedence precedence = conditions.size() == 1 ? Precedence::Lowest : Precedence::Not;
  for (const Expr& condition : conditions) {
    Doc doc = ExprDoc(condition, precedence);
    docs.push_back(docs.empty() ? Concat({Text(word), doc})
                                : Nest(2, Concat({Line(), Text("AND "), doc})));
  }
  return Group(Concat(std::move(docs)));
}

Doc ExprsDoc(const std::vector<Expr>& exprs) {
  std::vector<Doc> docs;
  for (const Expr& expr : exprs) docs.push_back(ExprDoc(expr));
  return Group(Align(Join(Comma(), docs)));
}

Doc ItemsDoc(const std::vector<SelectItem>& items) {
  std::vector<Doc> docs;
  for (const SelectItem& item : items) {
    Doc doc = ExprDoc(item.expr);
    const auto* column = std::get_if<Column>(&item.expr->node);
    if (item.alias && !(column != nullptr && column->name == *item.alias)) {
      doc = Concat({doc, Text(" AS " + Quote(*item.alias))});
    }
    docs.push_back(doc);
  }
  return Group(Align(Join(Comma(), docs)));
}

struct SourceWriter {
  Doc operator()(const FromTable& n) const {
    if (!n.alias || (!n.table.schema && n.table.name == *n.alias)) return Text(Quote(n.table));
    return Text(Quote(n.table) + " AS " + Quote(*n.alias));
  }
  Doc operator()(const FromQuery& n) const {
    return Concat(
        {Text(n.lateral ? "LATERAL " : ""), Parenthesized(n.query), Text(" AS " + Quote(n.alias))});
  }
  Doc operator()(const FromFunction& n) const {
    return Concat({ExprDoc(n.call), Text(" AS " + Quote(n.alias))});
  }
};

const char* JoinWord(JoinKind kind) {
  switch (kind) {
    case JoinKind::Left: return "LEFT JOIN ";
    case JoinKind::Full: return "FULL JOIN ";
    default: return "JOIN ";
  }
}

std::string TypeList(const std::vector<RawSql>& types) {
  std::vector<std::string> texts;
  for (const RawSql& type : types) texts.push_back(type.text);
  return fmt::format("({})", fmt::join(texts, ", "));
}

Doc FromDoc(const char* word, const std::vector<FromItem>& items) {
  std::vector<Doc> parts = {Text(word)};
  for (size_t i = 0; i < items.size(); ++i) {
    Doc source = std::visit(SourceWriter{}, items[i].source);
    if (i == 0) {
      parts.push_back(source);
      continue;
    }
    switch (items[i].join) {
      case JoinKind::Comma: parts.push_back(Nest(2, Concat({Text(","), Line(), source}))); break;
      case JoinKind::Cross:
        parts.push_back(Nest(2, Concat({Line(), Text("CROSS JOIN "), source})));
        break;
      case JoinKind::Inner:
      case JoinKind::Left:
      case JoinKind::Full:
        parts.push_back(Nest(2, Concat({Line(), Text(JoinWord(items[i].join)), source, Text(" ON "),
                                        Align(ExprDoc(items[i].on))})));
        break;
    }
  }
  return Group(Concat(std::move(parts)));
}

Doc SetsDoc(const std::vector<SetItem>& sets) {
  std::vector<Doc> docs;
  for (const SetItem& set : sets) {
    Doc target = set.columns.size() == 1 ? Text(Quote(set.columns[0]))
                                         : Concat({Text("("), Names(set.columns), Text(")")});
    docs.push_back(Concat({target, Text(" = "), ExprDoc(set.value)}));
  }
  return Concat({Text("SET "), Group(Align(Join(Comma(), docs)))});
}

// WITH and what follows it; the queries of WITH always stand on lines of their own.
Doc WithDoc(const std::vector<Cte>& ctes, Doc body) {
  if (ctes.empty()) return body;
  std::vector<Doc> parts = {Text("WITH ")};
  for (const Cte& cte : ctes) {
    if (parts.size() > 1) parts.push_back(Text(", "));
    parts.push_back(Text(Quote(cte.name) + (cte.materialized ? " AS MATERIALIZED (" : " AS (")));
    parts.push_back(Nest(2, Concat({HardLine(), StatementDoc(cte.body)})));
    parts.push_back(Concat({HardLine(), Text(")")}));
  }
  parts.push_back(HardLine());
  parts.push_back(std::move(body));
  return Concat(std::move(parts));
}

Doc Clauses(std::vector<Doc> clauses) { return Group(Join(Line(), clauses)); }

Doc ParametersDoc(const StorageParameters& parameters) {
  std::vector<Doc> docs;
  for (const auto& [name, value] : parameters) {
    docs.push_back(Text(value.text.empty() ? name.text : name.text + " = " + value.text));
  }
  Doc list = Join(Comma(), docs);
  return Group(
      Concat({Text("WITH ("), Nest(2, Concat({SoftLine(), list})), SoftLine(), Text(")")}));
}

Doc ColumnDefinitionDoc(const ColumnDefinition& column) {
  std::string text = Quote(column.name) + " " + column.type.text;
  if (column.collation) text += " COLLATE " + Quote(*column.collation);
  if (column.not_null) text += " NOT NULL";
  return Text(text);
}

const char* KindWord(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Table: return "TABLE";
    case ObjectKind::View: return "VIEW";
    case ObjectKind::Function: return "FUNCTION";
    case ObjectKind::Column: return "COLUMN";
  }
  return "";
}

Doc DollarQuoted(const std::string& tag_name, const Doc& body) {
  std::string tag = DollarTag(tag_name, Render(body));
  return Concat({Text(tag), HardLine(), body, HardLine(), Text(tag)});
}

struct StatementWriter {
  Doc operator()(const Select& n) const { return SelectDoc(n, "SELECT"); }
  Doc operator()(const SetOperation& n) const {
    std::vector<Doc> parts;
    const char* word = n.op == SetOperator::UnionAll ? "UNION ALL" : "EXCEPT ALL";
    for (const StatementPtr& part : n.parts) {
      // UNION ALL is associative; everything else keeps its shape by parentheses.
      bool nested = std::holds_alternative<SetOperation>(part->node);
      parts.push_back(nested ? Parenthesized(part) : StatementDoc(part));
    }
    return Group(Join(Concat({Line(), Text(word), Line()}), parts));
  }
  Doc operator()(const Insert& n) const {
    std::vector<Doc> clauses;
    std::string table = "INSERT INTO " + Quote(n.table);
    if (n.alias) table += " AS " + Quote(*n.alias);
    clauses.push_back(n.columns.empty()
                          ? Text(table)
                          : Concat({Text(table + " ("), Names(n.columns), Text(")")}));
    clauses.push_back(StatementDoc(n.query));
    if (n.on_conflict) {
      Doc target = Concat({Text("ON CONFLICT ("), Names(n.on_conflict->target), Text(")")});
      clauses.push_back(n.on_conflict->sets.empty()
                            ? Concat({target, Text(" DO NOTHING")})
                            : Concat({target, Text(" DO UPDATE"),
                                      Nest(2, Concat({Line(), SetsDoc(n.on_conflict->sets)}))}));
    }
    Returning(n.returning, clauses);
    return WithDoc(n.with, Clauses(std::move(clauses)));
  }
  Doc operator()(const Update& n) const {
    std::vector<Doc> clauses = {
        Text(fmt::format("UPDATE {} AS {}", Quote(n.table), Quote(n.alias))), SetsDoc(n.sets)};
    if (!n.from.empty()) clauses.push_back(FromDoc("FROM ", n.from));
    if (!n.where.empty()) clauses.push_back(Conditions("WHERE ", n.where));
    Returning(n.returning, clauses);
    return WithDoc(n.with, Clauses(std::move(clauses)));
  }
  Doc operator()(const Delete& n) const {
    std::string table = "DELETE FROM " + Quote(n.table);
    if (n.alias) table += " AS " + Quote(*n.alias);
    std::vector<Doc> clauses = {Text(table)};
    if (!n.using_items.empty()) clauses.push_back(FromDoc("USING ", n.using_items));
    if (!n.where.empty()) clauses.push_back(Conditions("WHERE ", n.where));
    Returning(n.returning, clauses);
    return WithDoc(n.with, Clauses(std::move(clauses)));
  }
  Doc operator()(const Truncate& n) const { return Text("TRUNCATE " + Quote(n.table)); }
  Doc operator()(const LockTable& n) const {
    return Text("LOCK TABLE " + Quote(n.table) + " IN SHARE ROW EXCLUSIVE MODE");
  }
  Doc operator()(const CreateTable& n) const {
    std::vector<Doc> parts = {Text("CREATE TABLE " + Quote(n.table))};
    if (n.as_query == nullptr) {
      std::vector<Doc> columns;
      for (const ColumnDefinition& column : n.columns)
        columns.push_back(ColumnDefinitionDoc(column));
      if (!n.primary_key.empty()) {
        columns.push_back(Concat({Text("PRIMARY KEY ("), Names(n.primary_key), Text(")")}));
      }
      Doc separator = Concat({Text(","), HardLine()});
      parts.push_back(Text(" ("));
      parts.push_back(Nest(2, Concat({HardLine(), Join(separator, columns)})));
      parts.push_back(Concat({HardLine(), Text(")")}));
    }
    if (!n.parameters.empty()) parts.push_back(Concat({Text(" "), ParametersDoc(n.parameters)}));
    if (n.tablespace) parts.push_back(Text(" TABLESPACE " + Quote(*n.tablespace)));
    if (n.as_query != nullptr) {
      parts.push_back(
          Group(Concat({Text(" AS"), Nest(2, Concat({Line(), StatementDoc(n.as_query)})), Line(),
                        Text("WITH NO DATA")})));
    }
    return Concat(std::move(parts));
  }
  Doc operator()(const AddColumns& n) const {
    std::vector<Doc> columns;
    for (const ColumnDefinition& column : n.columns) {
      columns.push_back(Concat({Text("ADD COLUMN "), ColumnDefinitionDoc(column)}));
    }
    return Concat({Text("ALTER TABLE " + Quote(n.table)),
                   Nest(2, Concat({HardLine(), Join(Concat({Text(","), HardLine()}), columns)}))});
  }
  Doc operator()(const CreateIndex& n) const {
    std::vector<Doc> elements;
    for (const Expr& element : n.elements) {
      bool plain = std::holds_alternative<Column>(element->node) ||
                   std::holds_alternative<Call>(element->node);
      elements.push_back(plain ? ExprDoc(element)
                               : Concat({Text("("), ExprDoc(element), Text(")")}));
    }
    std::vector<Doc> clauses = {
        Text(fmt::format("CREATE {}INDEX {}", n.unique ? "UNIQUE " : "", Quote(n.name))),
        Concat(
            {Text("ON " + Quote(n.table) + (n.method.empty() ? "" : " USING " + n.method) + " ("),
             Group(Align(Join(Comma(), elements))),
             Text(n.nulls_not_distinct ? ") NULLS NOT DISTINCT" : ")")})};
    if (n.predicate != nullptr) clauses.push_back(Conditions("WHERE ", {n.predicate}));
    return Group(Nest(2, Join(Line(), clauses)));
  }
  Doc operator()(const CreateView& n) const {
    return Concat(
        {Text("CREATE VIEW " + Quote(n.view) + " AS"), HardLine(), StatementDoc(n.query)});
  }
  Doc operator()(const ConstraintTrigger& n) const {
    return Concat(
        {Text("CREATE CONSTRAINT TRIGGER " + Quote(n.name)),
         Nest(2, Concat({HardLine(), Text("AFTER INSERT ON " + Quote(n.table)), HardLine(),
                         Text("DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"), HardLine(),
                         Text("WHEN ("), ExprDoc(n.when), Text(")"), HardLine(),
                         Text("EXECUTE FUNCTION " + Quote(n.function) + "()")}))});
  }
  Doc operator()(const CommentOn& n) const {
    std::string object = Quote(n.object);
    if (n.kind == ObjectKind::Function) object += TypeList(n.argument_types);
    if (n.column) object += "." + Quote(*n.column);
    return Group(Concat({Text(fmt::format("COMMENT ON {} {}", KindWord(n.kind), object)),
                         Nest(2, Concat({Line(), Text("IS " + Quote(Literal(n.text)))}))}));
  }
  Doc operator()(const RevokeFunction& n) const {
    return Text(fmt::format("REVOKE ALL ON FUNCTION {}{} FROM PUBLIC", Quote(n.function),
                            TypeList(n.argument_types)));
  }
  Doc operator()(const RevokeTable& n) const {
    return Text(fmt::format("REVOKE ALL ON TABLE {} FROM PUBLIC", Quote(n.table)));
  }
  Doc operator()(const CreateFunction& n) const {
    std::vector<std::string> parameters;
    for (const Parameter& parameter : n.parameters) {
      parameters.push_back(Quote(parameter.name) + " " + parameter.type.text);
    }
    std::string settings = " SET search_path = pg_catalog, pg_temp";
    if (n.plans_each_time) settings += " SET plan_cache_mode = force_custom_plan";
    return Concat({Text(fmt::format("CREATE FUNCTION {}({}) RETURNS {}", Quote(n.function),
                                    fmt::join(parameters, ", "), n.result.text)),
                   HardLine(), Text("LANGUAGE plpgsql SECURITY DEFINER" + settings), HardLine(),
                   Text("AS "), DollarQuoted("function", BodyDoc(n.body))});
  }
  Doc operator()(const DoBlock& n) const {
    return Concat({Text("DO "), DollarQuoted(n.tag.name, BodyDoc(n.body))});
  }
  Doc operator()(const Commented& n) const {
    return Concat({Text(CommentLine(n.comment)), HardLine(), StatementDoc(n.statement)});
  }

 private:
  static void Returning(const std::vector<SelectItem>& items, std::vector<Doc>& clauses) {
    if (!items.empty()) clauses.push_back(Concat({Text("RETURNING "), ItemsDoc(items)}));
  }
};

}  // namespace

Doc SelectDoc(const Select& n, const std::string& verb) {
  std::vector<Doc> clauses;
  std::string word = n.distinct ? verb + " DISTINCT" : verb;
  clauses.push_back(n.items.empty() ? Text(word) : Concat({Text(word + " "), ItemsDoc(n.items)}));
  if (!n.into.empty()) clauses.push_back(Text("INTO " + NameList(n.into)));
  if (!n.from.empty()) clauses.push_back(FromDoc("FROM ", n.from));
  if (!n.where.empty()) clauses.push_back(Conditions("WHERE ", n.where));
  if (!n.group_by.empty()) clauses.push_back(Concat({Text("GROUP BY "), ExprsDoc(n.group_by)}));
  if (!n.having.empty()) clauses.push_back(Conditions("HAVING ", n.having));
  if (!n.order_by.empty()) {
    clauses.push_back(Concat({Text("ORDER BY "), OrderDoc(n.order_by)}));
  }
  if (n.limit != nullptr) clauses.push_back(Concat({Text("LIMIT "), ExprDoc(n.limit)}));
  if (n.locking) clauses.push_back(Text(n.locking->text));
  return WithDoc(n.with, Clauses(std::move(clauses)));
}

Doc StatementDoc(const StatementPtr& statement) {
  return std::visit(StatementWriter{}, statement->node);
}

Doc Parenthesized(const StatementPtr& statement) {
  return Group(Concat(
      {Text("("), Nest(2, Concat({SoftLine(), StatementDoc(statement)})), SoftLine(), Text(")")}));
}

std::string Print(const StatementPtr& statement) { return Render(StatementDoc(statement)); }

std::string Print(const Expr& expr) { return Render(ExprDoc(expr)); }

}  // namespace tricklec::codegen::print
