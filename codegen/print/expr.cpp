#include "tricklec/codegen/print/expr.h"

#include <fmt/format.h>

#include "tricklec/codegen/print/quote.h"
#include "tricklec/codegen/print/statement.h"

namespace tricklec::codegen::print {

namespace {

using namespace sqltree;

Precedence Next(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

Precedence OfInfix(const OperatorCall& call) {
  if (call.schema) return Precedence::Operator;
  const std::string& op = call.op;
  if (op == "^") return Precedence::Power;
  if (op == "*" || op == "/" || op == "%") return Precedence::Multiplicative;
  if (op == "+" || op == "-") return Precedence::Additive;
  if (op == "=" || op == "<" || op == ">" || op == "<=" || op == ">=" || op == "<>") {
    return Precedence::Comparison;
  }
  return Precedence::Operator;
}

struct PrecedenceOf {
  Precedence operator()(const Column&) const { return Precedence::Primary; }
  Precedence operator()(const StringConstant& n) const {
    return n.type ? Precedence::Cast : Precedence::Primary;
  }
  Precedence operator()(const IntegerConstant& n) const {
    return n.value < 0 ? Precedence::Unary : Precedence::Primary;
  }
  Precedence operator()(const RawConstant& n) const {
    if (n.sql.text.starts_with("-")) return Precedence::Unary;
    return n.sql.text.find("::") == std::string::npos ? Precedence::Primary : Precedence::Cast;
  }
  Precedence operator()(const Call&) const { return Precedence::Primary; }
  Precedence operator()(const SyntaxCall&) const { return Precedence::Primary; }
  Precedence operator()(const OperatorCall& n) const {
    if (n.args.size() == 2) return OfInfix(n);
    return !n.schema && (n.op == "-" || n.op == "+") ? Precedence::Unary : Precedence::Operator;
  }
  Precedence operator()(const CastTo&) const { return Precedence::Cast; }
  Precedence operator()(const And&) const { return Precedence::And; }
  Precedence operator()(const Or&) const { return Precedence::Or; }
  Precedence operator()(const Not&) const { return Precedence::Not; }
  Precedence operator()(const IsNull&) const { return Precedence::Is; }
  Precedence operator()(const CaseWhen&) const { return Precedence::Primary; }
  Precedence operator()(const TemplateText& n) const {
    return n.is_primary ? Precedence::Primary : Precedence::Lowest;
  }
  Precedence operator()(const ScalarSubquery&) const { return Precedence::Primary; }
  Precedence operator()(const Exists& n) const {
    return n.negated ? Precedence::Not : Precedence::Primary;
  }
  Precedence operator()(const EqualsAny&) const { return Precedence::Comparison; }
};

Doc List(const std::vector<Doc>& parts) {
  return Group(Align(Join(Concat({Text(","), Line()}), parts)));
}

// Arguments between parentheses that are already there.
Doc Arguments(const std::vector<Doc>& parts) {
  if (parts.empty()) return Text("");
  Doc list = Join(Concat({Text(","), Line()}), parts);
  return Group(Concat({Nest(2, Concat({SoftLine(), list})), SoftLine()}));
}

std::vector<Doc> Args(const std::vector<Expr>& args, bool variadic = false) {
  std::vector<Doc> docs;
  for (size_t i = 0; i < args.size(); ++i) {
    Doc doc = ExprDoc(args[i]);
    if (variadic && i + 1 == args.size()) doc = Concat({Text("VARIADIC "), doc});
    docs.push_back(doc);
  }
  return docs;
}

Doc WindowDoc(const Window& window) {
  std::vector<Doc> parts;
  if (!window.partition_by.empty()) {
    parts.push_back(Concat({Text("PARTITION BY "), List(Args(window.partition_by))}));
  }
  if (!window.order_by.empty()) {
    parts.push_back(Concat({Text("ORDER BY "), OrderDoc(window.order_by)}));
  }
  return Concat({Text(" OVER ("), Group(Align(Join(Line(), parts))), Text(")")});
}

struct ExprWriter {
  Doc operator()(const Column& n) const {
    return Text(n.table ? Quote(QualifiedName(*n.table, n.name)) : Quote(n.name));
  }
  Doc operator()(const StringConstant& n) const {
    return Text(Quote(n.value) + (n.type ? "::" + n.type->text : ""));
  }
  Doc operator()(const IntegerConstant& n) const { return Text(std::to_string(n.value)); }
  Doc operator()(const RawConstant& n) const { return Text(n.sql.text); }
  Doc operator()(const Call& n) const {
    std::vector<Doc> parts = {Text(Quote(n.function) + "(" + (n.distinct ? "DISTINCT " : ""))};
    if (n.star) {
      parts.push_back(Text("*"));
    } else if (n.order_by.empty() || n.within_group) {
      std::vector<Doc> args = Args(n.args, n.variadic);
      for (const auto& [name, value] : n.named_args) {
        args.push_back(Concat({Text(Quote(name) + " => "), ExprDoc(value)}));
      }
      parts.push_back(Arguments(std::move(args)));
    } else {
      parts.push_back(List(Args(n.args, n.variadic)));
      parts.push_back(Concat({Text(" ORDER BY "), OrderDoc(n.order_by)}));
    }
    parts.push_back(Text(")"));
    if (n.within_group) {
      parts.push_back(Concat({Text(" WITHIN GROUP (ORDER BY "), OrderDoc(n.order_by), Text(")")}));
    }
    if (n.filter != nullptr) {
      parts.push_back(Concat({Text(" FILTER (WHERE "), Align(ExprDoc(n.filter)), Text(")")}));
    }
    if (n.over) parts.push_back(WindowDoc(*n.over));
    return Concat(std::move(parts));
  }
  Doc operator()(const SyntaxCall& n) const {
    const char* name = "";
    switch (n.function) {
      case SyntaxFunction::Coalesce: name = "coalesce("; break;
      case SyntaxFunction::NullIf: name = "nullif("; break;
      case SyntaxFunction::Least: name = "LEAST("; break;
      case SyntaxFunction::Greatest: name = "GREATEST("; break;
      case SyntaxFunction::Row: name = "ROW("; break;
    }
    return Concat({Text(name), Arguments(Args(n.args)), Text(")")});
  }
  Doc operator()(const OperatorCall& n) const {
    std::string op = n.schema ? fmt::format("OPERATOR({}.{})", Quote(*n.schema), n.op) : n.op;
    Precedence own = PrecedenceOf{}(n);
    if (n.args.size() == 1) {
      bool sign = own == Precedence::Unary;
      return Concat({Text(sign ? op : op + " "),
                     ExprDoc(n.args[0], sign ? Precedence::Subscript : Precedence::Unary)});
    }
    Precedence left = own == Precedence::Comparison ? Next(own) : own;
    return Group(
        Concat({ExprDoc(n.args[0], left),
                Nest(2, Concat({Line(), Text(op + " "), ExprDoc(n.args[1], Next(own))}))}));
  }
  Doc operator()(const CastTo& n) const {
    return Concat({ExprDoc(n.arg, Precedence::Cast), Text("::" + n.type.text)});
  }
  Doc operator()(const And& n) const { return Chain(n.args, "AND ", Precedence::Not); }
  Doc operator()(const Or& n) const { return Chain(n.args, "OR ", Precedence::And); }
  Doc operator()(const Not& n) const {
    return Concat({Text("NOT "), ExprDoc(n.arg, Precedence::Not)});
  }
  Doc operator()(const IsNull& n) const {
    return Concat(
        {ExprDoc(n.arg, Next(Precedence::Is)), Text(n.negated ? " IS NOT NULL" : " IS NULL")});
  }
  Doc operator()(const CaseWhen& n) const {
    std::vector<Doc> parts;
    for (const auto& [when, then] : n.whens) {
      parts.push_back(Line());
      parts.push_back(Group(Concat({Text("WHEN "), Align(ExprDoc(when)),
                                    Nest(2, Concat({Line(), Text("THEN "), ExprDoc(then)}))})));
    }
    if (n.otherwise != nullptr) {
      parts.push_back(Line());
      parts.push_back(Concat({Text("ELSE "), Align(ExprDoc(n.otherwise))}));
    }
    return Group(
        Align(Concat({Text("CASE"), Nest(2, Concat(std::move(parts))), Line(), Text("END")})));
  }
  Doc operator()(const TemplateText& n) const {
    std::vector<Doc> parts;
    for (const TemplateText::Piece& piece : n.pieces) {
      parts.push_back(piece.hole == nullptr ? Text(piece.text)
                                            : ExprDoc(piece.hole, Precedence::Primary));
    }
    return Concat(std::move(parts));
  }
  Doc operator()(const ScalarSubquery& n) const { return Parenthesized(n.query); }
  Doc operator()(const Exists& n) const {
    return Concat({Text(n.negated ? "NOT EXISTS " : "EXISTS "), Parenthesized(n.query)});
  }
  Doc operator()(const EqualsAny& n) const {
    return Concat({ExprDoc(n.left, Next(Precedence::Comparison)), Text(" = ANY ("),
                   ExprDoc(n.array), Text(")")});
  }

 private:
  static Doc Chain(const std::vector<Expr>& args, const char* word, Precedence precedence) {
    std::vector<Doc> docs;
    for (const Expr& arg : args) docs.push_back(ExprDoc(arg, precedence));
    return Group(Align(Join(Concat({Line(), Text(word)}), docs)));
  }
};

}  // namespace

Doc ExprDoc(const Expr& expr, Precedence at_least) {
  Doc doc = std::visit(ExprWriter{}, expr->node);
  if (std::visit(PrecedenceOf{}, expr->node) >= at_least) return doc;
  return Concat({Text("("), Align(doc), Text(")")});
}

Doc OrderDoc(const std::vector<OrderItem>& items) {
  std::vector<Doc> docs;
  for (const OrderItem& item : items) {
    Doc doc = ExprDoc(item.expr);
    docs.push_back(item.suffix ? Concat({doc, Text(" " + item.suffix->text)}) : doc);
  }
  return List(docs);
}

}  // namespace tricklec::codegen::print
