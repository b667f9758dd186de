#include "tricklec/ir/print.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tricklec/ir/template_text.h"

namespace tricklec::ir {

namespace {

std::string_view NameOf(SourceState state) {
  switch (state) {
    case SourceState::New: return "scan";
    case SourceState::Delta: return "delta of";
    case SourceState::Old: return "old";
    case SourceState::Kept: return "kept of";
    case SourceState::Gone: return "gone of";
  }
  return "";
}

std::string NameOf(const ObjectName& name) {
  return name.schema.empty() || name.schema == "pg_catalog"
             ? name.name
             : fmt::format("{}.{}", name.schema, name.name);
}

std::string Joined(const std::vector<ExprPtr>& exprs, std::string_view separator);

// Whether an expression needs no parentheses as a part of another.
bool IsPrimary(const Expr& expr) {
  if (const auto* text = expr.As<Template>()) return text->is_primary;
  return expr.As<OperatorCall>() == nullptr && expr.As<Logical>() == nullptr &&
         expr.As<NullTest>() == nullptr;
}

std::string Part(const ExprPtr& expr) {
  return IsPrimary(*expr) ? Print(expr) : fmt::format("({})", Print(expr));
}

struct ExprPrinter {
  const Expr& expr;

  std::string operator()(const ColumnRef& n) const { return fmt::format("{}#{}", n.name, n.id); }
  std::string operator()(const Constant& n) const { return n.sql; }
  std::string operator()(const FunctionCall& n) const {
    std::string args;
    for (size_t i = 0; i < n.args.size(); ++i) {
      if (i > 0) args += ", ";
      if (n.variadic && i + 1 == n.args.size()) args += "VARIADIC ";
      args += Print(n.args[i]);
    }
    return fmt::format("{}({})", NameOf(n.function), args);
  }
  std::string operator()(const OperatorCall& n) const {
    std::string op = NameOf(n.op);
    if (n.args.size() == 1) return fmt::format("{} {}", op, Part(n.args[0]));
    return fmt::format("{} {} {}", Part(n.args[0]), op, Part(n.args[1]));
  }
  std::string operator()(const Cast& n) const {
    return fmt::format("CAST({} AS {})", Print(n.arg), expr.props.type.sql);
  }
  std::string operator()(const Logical& n) const {
    switch (n.kind) {
      case LogicalKind::And: return Joined(n.args, " AND ");
      case LogicalKind::Or: return Joined(n.args, " OR ");
      case LogicalKind::Not: return fmt::format("NOT {}", Part(n.args[0]));
    }
    return {};
  }
  std::string operator()(const NullTest& n) const {
    return fmt::format("{} IS {}", Part(n.arg), n.is_not ? "NOT NULL" : "NULL");
  }
  std::string operator()(const Case& n) const {
    std::string text = "CASE";
    for (const auto& [when, then] : n.whens) {
      text += fmt::format(" WHEN {} THEN {}", Print(when), Print(then));
    }
    if (n.otherwise != nullptr) text += fmt::format(" ELSE {}", Print(n.otherwise));
    return text + " END";
  }
  std::string operator()(const Template& n) const {
    std::string text;
    for (const TemplatePiece& piece : SplitTemplate(n.text)) {
      text +=
          piece.hole == 0 || piece.hole > n.args.size() ? piece.text : Part(n.args[piece.hole - 1]);
    }
    return text;
  }
};

std::string Joined(const std::vector<ExprPtr>& exprs, std::string_view separator) {
  std::vector<std::string> parts;
  for (const ExprPtr& expr : exprs) parts.push_back(Part(expr));
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string PrintCall(const AggregateCall& call) {
  std::vector<std::string> args;
  for (size_t i = 0; i < call.args.size(); ++i) {
    bool variadic = call.variadic && i + 1 == call.args.size();
    args.push_back((variadic ? "VARIADIC " : "") + Print(call.args[i]));
  }
  std::vector<std::string> order;
  for (const SortItem& item : call.order_by) {
    order.push_back(Print(item.expr) + (item.suffix.empty() ? "" : " " + item.suffix));
  }
  std::string text = fmt::format(
      "{}({}{}", NameOf(call.function), call.distinct ? "DISTINCT " : "",
      call.kind == AggregateKind::CountRows ? "*" : fmt::format("{}", fmt::join(args, ", ")));
  if (call.within_group) {
    text += fmt::format(") WITHIN GROUP (ORDER BY {})", fmt::join(order, ", "));
  } else {
    if (!order.empty()) text += fmt::format(" ORDER BY {}", fmt::join(order, ", "));
    text += ")";
  }
  if (call.filter != nullptr) text += fmt::format(" FILTER (WHERE {})", Print(call.filter));
  return text;
}

std::string PrintColumns(const std::vector<ProjectColumn>& columns) {
  std::vector<std::string> parts;
  for (const ProjectColumn& column : columns) {
    const auto* ref = column.expr->As<ColumnRef>();
    parts.push_back(ref != nullptr && ref->id == column.id
                        ? Print(column.expr)
                        : fmt::format("{}#{} := {}", column.name, column.id, Print(column.expr)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

struct RelPrinter {
  const Rel& rel;

  std::string operator()(const Scan& n) const {
    std::vector<std::string> columns;
    for (const OutputColumn& output : rel.outputs) {
      columns.push_back(fmt::format("{}#{}", output.name, output.id));
    }
    std::string_view state = NameOf(n.state);
    return fmt::format("{} {}.{} as {} [{}]", state, n.table->name.schema, n.table->name.name,
                       n.alias, fmt::join(columns, ", "));
  }
  std::string operator()(const Filter& n) const { return "filter " + Print(n.predicate); }
  std::string operator()(const Project& n) const {
    return fmt::format("project [{}]", PrintColumns(n.columns));
  }
  std::string operator()(const Aggregate& n) const {
    std::vector<std::string> calls;
    for (const AggregateColumn& column : n.aggregates) {
      calls.push_back(fmt::format("{}#{} := {}", column.name, column.id, PrintCall(column.call)));
    }
    std::string keys = n.grouped ? fmt::format("by [{}]", PrintColumns(n.keys)) : "all rows";
    return fmt::format("aggregate {} compute [{}]", keys, fmt::join(calls, ", "));
  }
  std::string operator()(const Distinct&) const { return "distinct"; }
  std::string operator()(const Join& n) const {
    return n.predicate == nullptr ? "cross join" : "join on " + Print(n.predicate);
  }
  std::string operator()(const OuterJoin& n) const {
    std::string on = n.predicate == nullptr ? "true" : Print(n.predicate);
    if (n.matched == nullptr) return "left join on " + on;
    return fmt::format("left join on {} matched by {}", on, Print(n.matched));
  }
  std::string operator()(const UnionAll& n) const {
    std::vector<std::string> columns;
    for (size_t i = 0; i < rel.outputs.size(); ++i) {
      std::vector<std::string> parts;
      for (const RelPtr& input : n.inputs) {
        parts.push_back(fmt::format("#{}", input->outputs[i].id));
      }
      columns.push_back(fmt::format("{}#{} := {}", rel.outputs[i].name, rel.outputs[i].id,
                                    fmt::join(parts, " | ")));
    }
    return fmt::format("union all [{}]", fmt::join(columns, ", "));
  }
};

void PrintTree(const Rel& rel, size_t depth, std::string& text) {
  text += std::string(depth * 2, ' ') + std::visit(RelPrinter{rel}, rel.node) + "\n";
  for (const RelPtr& input : InputsOf(rel)) PrintTree(*input, depth + 1, text);
}

}  // namespace

std::string Print(const ExprPtr& expr) { return std::visit(ExprPrinter{*expr}, expr->node); }

std::string Print(const RelPtr& rel) {
  std::string text;
  PrintTree(*rel, 0, text);
  return text;
}

}  // namespace tricklec::ir
