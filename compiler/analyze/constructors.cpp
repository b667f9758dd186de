// Expressions that build or take apart values: CASE, COALESCE, GREATEST, arrays, rows, fields,
// subscripts, XML.

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/type_facts.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;
using source::Code;

namespace {

bool AnyMissing(const std::vector<ExprPtr>& exprs) {
  return std::any_of(exprs.begin(), exprs.end(), [](const ExprPtr& e) { return e == nullptr; });
}

std::string Holes(size_t count) {
  std::string text;
  for (size_t i = 1; i <= count; ++i) text += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  return text;
}

}  // namespace

std::vector<ExprPtr> ExpressionAnalyzer::AnalyzeList(const std::vector<Node>& nodes) {
  std::vector<ExprPtr> result;
  for (const Node& node : nodes) result.push_back(Analyze(node));
  return result;
}

std::vector<ExprPtr> ExpressionAnalyzer::AnalyzeRowArguments(const std::vector<Node>& nodes) {
  std::vector<ExprPtr> result;
  for (const Node& node : nodes) {
    if (node.Is("ColumnRef") && node.List("fields").back().Is("A_Star")) {
      auto columns = ExpandStar(node);
      if (!columns) return {nullptr};
      for (const ScopeColumn& column : *columns) result.push_back(UseOf(column, node.range()));
    } else {
      result.push_back(Analyze(node));
    }
  }
  return result;
}

ExprPtr ExpressionAnalyzer::AnalyzeCase(const Node& node) {
  Node arg_node = node["arg"];
  ExprPtr arg = arg_node ? AnalyzeValue(arg_node) : nullptr;
  if (arg_node && arg == nullptr) return nullptr;
  bool is_builtin = true, failed = false;
  std::vector<ExprPtr> conditions, results;
  // PostgreSQL looks at ELSE first when it chooses the common type.
  Node else_node = node["defresult"];
  if (else_node) {
    results.push_back(Analyze(else_node));
  } else {
    ir::Constant null_value;
    null_value.sql = "NULL";
    null_value.is_null = true;
    results.push_back(ir::MakeExpr(Props({types::kUnknown, -1}), node.range(), null_value));
  }
  ir::Properties props;
  props.may_raise = false;
  for (const Node& when : node.List("args")) {
    ExprPtr condition;
    if (arg == nullptr) {
      condition = AnalyzeBoolean(when["expr"], "CASE WHEN");
    } else if (ExprPtr value = Analyze(when["expr"])) {
      condition = Compare("=", arg, value, when["expr"], is_builtin);
    }
    ExprPtr result = Analyze(when["result"]);
    failed = failed || condition == nullptr || result == nullptr;
    if (condition != nullptr) Absorb(props, *condition);
    conditions.push_back(std::move(condition));
    results.push_back(std::move(result));
  }
  if (failed || AnyMissing(results)) return nullptr;
  if (else_node && DropNullElse(results)) else_node = Node();
  if (!Unify(results, "CASE", node.range(), props)) return nullptr;
  props.nullable = std::any_of(results.begin(), results.end(),
                               [](const ExprPtr& e) { return e->props.nullable; });
  if (arg != nullptr && is_builtin) {
    std::vector<ExprPtr> args{conditions[0]->As<ir::OperatorCall>()->args[0]};
    std::string text = "CASE $1";
    for (size_t i = 0; i < conditions.size(); ++i) {
      args.push_back(conditions[i]->As<ir::OperatorCall>()->args[1]);
      args.push_back(results[i + 1]);
      text += fmt::format(" WHEN ${} THEN ${}", args.size() - 1, args.size());
    }
    if (else_node) {
      args.push_back(results[0]);
      text += fmt::format(" ELSE ${}", args.size());
    }
    return MakeTemplate(std::move(props), node.range(), text + " END", std::move(args), true);
  }
  if (arg != nullptr && arg->props.volatility != ir::Volatility::Immutable) {
    return NotSupported("CASE over a value that changes between calls", node.range());
  }
  ir::Case result;
  for (size_t i = 0; i < conditions.size(); ++i) {
    result.whens.emplace_back(conditions[i], results[i + 1]);
  }
  if (else_node) result.otherwise = results[0];
  return ir::MakeExpr(std::move(props), node.range(), std::move(result));
}

ExprPtr ExpressionAnalyzer::AnalyzeCoalesce(const Node& node) {
  std::vector<ExprPtr> args = AnalyzeList(node.List("args"));
  if (AnyMissing(args)) return nullptr;
  ir::Properties props;
  props.may_raise = false;
  if (!Unify(args, "COALESCE", node.range(), props)) return nullptr;
  props.nullable =
      std::all_of(args.begin(), args.end(), [](const ExprPtr& e) { return e->props.nullable; });
  std::string text = fmt::format("COALESCE({})", Holes(args.size()));
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::AnalyzeMinMax(const Node& node) {
  std::string_view name = node.Enum("op") == "IS_LEAST" ? "LEAST" : "GREATEST";
  std::vector<ExprPtr> args = AnalyzeList(node.List("args"));
  if (AnyMissing(args)) return nullptr;
  ir::Properties props;
  props.may_raise = false;
  if (!Unify(args, name, node.range(), props)) return nullptr;
  const catalog::Type* type = context_.catalog.FindType(props.type.id);
  props.may_raise = props.may_raise || type == nullptr || !type->builtin() ||
                    type->kind != catalog::TypeKind::Base;
  props.nullable =
      std::all_of(args.begin(), args.end(), [](const ExprPtr& e) { return e->props.nullable; });
  std::string text = fmt::format("{}({})", name, Holes(args.size()));
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::AnalyzeArray(const Node& node, TypeId wanted) {
  std::vector<Node> elements = node.List("elements");
  std::vector<ExprPtr> args;
  for (const Node& element : elements) {
    args.push_back(element.Is("A_ArrayExpr") ? AnalyzeArray(element, wanted) : Analyze(element));
  }
  if (AnyMissing(args)) return nullptr;
  // Arrays as elements make one array of more dimensions.
  bool nested = std::any_of(args.begin(), args.end(), [&](const ExprPtr& arg) {
    return arg->props.type.known && !IsUnknown(arg) &&
           context_.catalog.ElementOf(arg->props.type.id) != 0;
  });
  ir::Properties props;
  props.may_raise = nested;  // parts of different lengths
  TypeId array = 0;
  if (wanted != 0) {
    // ARRAY[…]::t[]: every element is cast.
    array = context_.catalog.ArrayOf(wanted);
    for (ExprPtr& arg : args) {
      bool is_part =
          nested && arg->props.type.known && context_.catalog.ElementOf(arg->props.type.id) != 0;
      if (!is_part) arg = MakeCast(arg, {wanted, -1}, CastContext::Explicit, arg->range);
      if (arg == nullptr) return nullptr;
      Absorb(props, *arg);
    }
  } else if (args.empty()) {
    context_.diagnostics
        .Report(Code::InvalidExpression, node.range(), "an empty array needs a cast to its type")
        .AddHelp("write for example `ARRAY[]::integer[]`");
    return nullptr;
  } else {
    if (!Unify(args, "ARRAY", node.range(), props)) return nullptr;
    if (props.type.known) {
      TypeId common = props.type.id;
      array = nested && context_.catalog.ElementOf(common) != 0 ? common
                                                                : context_.catalog.ArrayOf(common);
    }
  }
  std::string collation_schema = props.collation_schema, collation = props.collation_name;
  if (wanted == 0 && !props.type.known) {
    props.type = UnknownType();
  } else if (array == 0) {
    context_.diagnostics.Report(
        Code::InvalidExpression, node.range(),
        fmt::format("there is no array type over `{}`",
                    wanted != 0 ? context_.catalog.FormatType(wanted) : props.type.sql));
    return nullptr;
  } else {
    int32_t typmod = wanted == 0 ? props.type.typmod : -1;
    props.type = TypeFacts(context_.catalog, {array, typmod});
  }
  props.collation_schema = collation_schema;
  props.collation_name = collation;
  if (wanted != 0) DeriveCollation(props, args);
  props.nullable = false;
  std::string text = fmt::format("ARRAY[{}]", Holes(args.size()));
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::AnalyzeRow(const Node& node) {
  std::vector<ExprPtr> args = AnalyzeRowArguments(node.List("args"));
  if (AnyMissing(args)) return nullptr;
  ir::Properties props = Props({types::kRecord, -1});
  props.nullable = false;
  for (ExprPtr& arg : args) {
    arg = TextIfUnknown(arg);
    Absorb(props, *arg);
  }
  std::string text = fmt::format("ROW({})", Holes(args.size()));
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::SelectField(const ExprPtr& row, const std::string& field,
                                        const Node& node) {
  ir::Properties props;
  props.may_raise = false;
  Absorb(props, *row);
  std::string text = fmt::format("($1).{}", catalog::QuoteIdentifier(field));
  bool opaque = !row->props.type.known || resolver_.IsOpaque(row->props.type.id);
  if (opaque) {
    props.type = UnknownType();
    return MakeTemplate(std::move(props), node.range(), std::move(text), {row}, true);
  }
  std::vector<catalog::CompositeAttribute> attributes =
      context_.catalog.AttributesOf(context_.catalog.BaseType(row->props.type.id));
  std::vector<std::string> names;
  for (const catalog::CompositeAttribute& attribute : attributes) {
    names.push_back(attribute.name);
    if (attribute.name != field) continue;
    props.type = TypeFacts(context_.catalog, attribute.type, attribute.collation);
    props.collation_schema = attribute.collation.schema;
    props.collation_name = attribute.collation.name;
    return MakeTemplate(std::move(props), node.range(), std::move(text), {row}, true);
  }
  auto report = context_.diagnostics.Report(Code::UnknownColumn, node.range(),
                                            fmt::format("{}.{}", row->props.type.sql, field));
  if (auto near = source::ClosestMatch(field, names)) {
    report.AddHelp(fmt::format("did you mean `{}`?", *near));
  }
  return nullptr;
}

ExprPtr ExpressionAnalyzer::AnalyzeIndirection(const Node& node) {
  ExprPtr value = AnalyzeValue(node["arg"]);
  std::vector<Node> steps = node.List("indirection");
  std::vector<Node> indices;
  for (const Node& step : steps) {
    if (value == nullptr) return nullptr;
    if (step.Is("A_Indices")) {
      indices.push_back(step);
      continue;
    }
    if (!indices.empty()) value = AnalyzeSubscript(value, indices, node);
    indices.clear();
    if (value == nullptr) return nullptr;
    if (!step.Is("String")) {
      return NotSupported("`.*` of an expression", node.range());
    }
    value = SelectField(value, step.Str("sval"), node);
  }
  if (value != nullptr && !indices.empty()) value = AnalyzeSubscript(value, indices, node);
  return value;
}

ExprPtr ExpressionAnalyzer::AnalyzeSubscript(ExprPtr base, const std::vector<Node>& indices,
                                             const Node& node) {
  bool slice = std::any_of(indices.begin(), indices.end(),
                           [](const Node& index) { return index.Bool("is_slice"); });
  TypeId container = base->props.type.known ? context_.catalog.BaseType(base->props.type.id) : 0;
  bool opaque = resolver_.IsOpaque(container);
  bool is_json = container == types::kJsonb;
  const catalog::Type* type = opaque ? nullptr : context_.catalog.FindType(container);
  TypeId element = type == nullptr ? 0 : type->element;
  if (!opaque && !is_json && element == 0 && type->builtin()) {
    context_.diagnostics.Report(Code::InvalidExpression, node.range(),
                                fmt::format("type `{}` has no subscripts", base->props.type.sql));
    return nullptr;
  }
  ir::Properties props = is_json                 ? Props({types::kJsonb, -1})
                         : slice && element != 0 ? Props({container, base->props.type.typmod})
                         : element != 0          ? Props({element, base->props.type.typmod})
                                                 : ir::Properties{};
  props.may_raise = slice || element == 0;
  std::vector<ExprPtr> args{base};
  std::string text = "($1)";
  auto add = [&](const Node& index) -> bool {
    ExprPtr expr = Analyze(index);
    if (expr == nullptr) return false;
    bool integral =
        expr->props.type.known && context_.catalog.BaseType(expr->props.type.id) == types::kInt4;
    if (IsUnknown(expr)) {
      expr = TypedLiteral(expr, {is_json || element == 0 ? types::kText : types::kInt4, -1});
    } else if (element != 0 && !is_json && !integral) {
      expr = MakeCast(expr, {types::kInt4, -1}, CastContext::Assignment, expr->range);
      if (expr == nullptr) return false;
    }
    args.push_back(expr);
    text += fmt::format("${}", args.size());
    return true;
  };
  for (const Node& index : indices) {
    text += "[";
    Node low = index["lidx"], high = index["uidx"];
    if (low && !add(low)) return nullptr;
    if (index.Bool("is_slice")) text += ":";
    if (high && !add(high)) return nullptr;
    text += "]";
  }
  for (const ExprPtr& arg : args) Absorb(props, *arg);
  DeriveCollation(props, {base});
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::AnalyzeXml(const Node& node) {
  ir::Properties props = Props({node.Enum("op") == "IS_DOCUMENT" ? types::kBool : types::kXml, -1});
  props.may_raise = true;
  std::vector<pgparse::Hole> holes;
  std::vector<ExprPtr> args;
  bool failed = false;
  auto add = [&](const Node& value) {
    ExprPtr arg = AnalyzeValue(value);
    if (arg == nullptr) {
      failed = true;
      return;
    }
    Absorb(props, *arg);
    if (auto setting = arg->props.type.known ? OutputSetting(context_.catalog, arg->props.type.id)
                                             : std::nullopt;
        setting && *setting != "DateStyle") {  // XML has dates in the ISO form
      Effects effects;
      effects.volatility = ir::Volatility::Stable;
      effects.depends_on = fmt::format("the setting `{}`", *setting);
      Absorb(props, effects, value.range(), arg->props.type.sql + " in XML");
    }
    holes.push_back({value});
    args.push_back(std::move(arg));
  };
  for (const Node& named : node.List("named_args")) add(named["val"]);
  // XMLPARSE keeps a flag as its second argument, XMLROOT its STANDALONE as its third.
  std::vector<Node> values = node.List("args");
  if (node.Enum("op") == "IS_XMLPARSE") values.resize(1);
  if (node.Enum("op") == "IS_XMLROOT") values.resize(2);
  for (const Node& value : values) {
    bool is_null = value.Is("A_Const") && value.Bool("isnull");
    if (!is_null) add(value);
  }
  if (failed) return nullptr;
  std::string text = pgparse::DeparseExpression(node, holes);
  bool is_primary = node.Enum("op") != "IS_DOCUMENT";
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), is_primary);
}

ExprPtr ExpressionAnalyzer::AnalyzeXmlSerialize(const Node& node) {
  std::optional<TypeRef> target = ResolveType(node["type_name"]);
  ExprPtr arg = AnalyzeValue(node["expr"]);
  if (!target || arg == nullptr) return nullptr;
  ir::Properties props = Props(*target);
  props.may_raise = true;
  Absorb(props, *arg);
  std::string_view option = node.Enum("xmloption") == "XMLOPTION_DOCUMENT" ? "DOCUMENT" : "CONTENT";
  std::string text = fmt::format("XMLSERIALIZE({} $1 AS {})", option, props.type.sql);
  return MakeTemplate(std::move(props), node.range(), std::move(text), {arg}, true);
}

}  // namespace tricklec::analyze
