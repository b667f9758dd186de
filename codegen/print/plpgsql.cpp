#include <fmt/format.h>

#include "tricklec/codegen/print/expr.h"
#include "tricklec/codegen/print/quote.h"
#include "tricklec/codegen/print/statement.h"

namespace tricklec::codegen::print {

namespace {

using namespace sqltree;

Doc BlockDoc(const PlBlock& block);

Doc Indented(const PlBlock& block) { return Nest(2, Concat({HardLine(), BlockDoc(block)})); }

Doc Semicolon(Doc doc) { return Concat({std::move(doc), Text(";")}); }

std::string NameList(const std::vector<Identifier>& names) {
  std::string text;
  for (const Identifier& name : names) text += (text.empty() ? "" : ", ") + Quote(name);
  return text;
}

// The query without INTO, which EXECUTE has itself.
StatementPtr TakeInto(const StatementPtr& statement, std::vector<Identifier>& into) {
  const auto* select = std::get_if<Select>(&statement->node);
  if (select == nullptr || select->into.empty()) return statement;
  Select other = *select;
  into = std::move(other.into);
  other.into.clear();
  return MakeStatement(std::move(other));
}

struct PlWriter {
  Doc operator()(const PlSql& n) const {
    if (!n.execute) return Semicolon(StatementDoc(n.statement));
    std::vector<Identifier> into;
    Doc body = StatementDoc(TakeInto(n.statement, into));
    std::string tag = DollarTag("large", Render(body));
    std::string after = tag;
    if (!into.empty()) after += " INTO " + NameList(into);
    if (!n.using_values.empty()) after += " USING " + NameList(n.using_values);
    return Concat({Text("EXECUTE " + tag), Nest(2, Concat({HardLine(), body})), HardLine(),
                   Text(after + ";")});
  }
  Doc operator()(const PlAssign& n) const {
    return Semicolon(Concat({Text(Quote(n.variable) + " := "), Align(ExprDoc(n.value))}));
  }
  Doc operator()(const PlIf& n) const {
    std::vector<Doc> parts;
    for (const auto& [condition, block] : n.branches) {
      if (!parts.empty()) parts.push_back(HardLine());
      parts.push_back(Concat({Text(parts.empty() ? "IF " : "ELSIF "), Align(ExprDoc(condition)),
                              Text(" THEN"), Indented(block)}));
    }
    if (!n.otherwise.empty()) {
      parts.push_back(Concat({HardLine(), Text("ELSE"), Indented(n.otherwise)}));
    }
    parts.push_back(Concat({HardLine(), Text("END IF;")}));
    return Concat(std::move(parts));
  }
  Doc operator()(const PlRaise& n) const {
    std::vector<Doc> options = {Concat({Text("MESSAGE = "), ExprDoc(n.message)})};
    if (n.detail != nullptr) options.push_back(Concat({Text("DETAIL = "), ExprDoc(n.detail)}));
    if (n.hint != nullptr) options.push_back(Concat({Text("HINT = "), ExprDoc(n.hint)}));
    return Semicolon(
        Group(Concat({Text(n.notice ? "RAISE NOTICE USING" : "RAISE " + n.condition + " USING"),
                      Nest(2, Concat({Line(), Join(Concat({Text(","), Line()}), options)}))})));
  }
  Doc operator()(const PlReturn& n) const {
    if (n.value != nullptr) return Semicolon(Concat({Text("RETURN "), ExprDoc(n.value)}));
    return Text(n.null_value ? "RETURN NULL;" : "RETURN;");
  }
  Doc operator()(const PlComment& n) const { return Text("-- " + n.text); }
  Doc operator()(const PlPerform& n) const { return Semicolon(SelectDoc(n.query, "PERFORM")); }
  Doc operator()(const PlRowCount& n) const {
    return Text("GET DIAGNOSTICS " + Quote(n.variable) + " = ROW_COUNT;");
  }
};

Doc BlockDoc(const PlBlock& block) {
  std::vector<Doc> parts;
  for (const Pl& statement : block) parts.push_back(std::visit(PlWriter{}, statement->node));
  return Join(HardLine(), parts);
}

}  // namespace

Doc BodyDoc(const PlBody& body) {
  std::vector<Doc> parts;
  if (body.use_column) parts.push_back(Concat({Text("#variable_conflict use_column"), HardLine()}));
  if (!body.declarations.empty()) {
    std::vector<Doc> lines;
    for (const Declaration& declaration : body.declarations) {
      lines.push_back(HardLine());
      lines.push_back(Text(Quote(declaration.name) + " " + declaration.type.text + ";"));
    }
    parts.push_back(Concat({Text("DECLARE"), Nest(2, Concat(std::move(lines))), HardLine()}));
  }
  parts.push_back(Concat({Text("BEGIN"), Indented(body.statements), HardLine(), Text("END")}));
  return Concat(std::move(parts));
}

}  // namespace tricklec::codegen::print
