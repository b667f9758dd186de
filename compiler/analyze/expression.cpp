// Dispatch over the kinds of expressions, and the plain ones: constants, columns, logic, tests,
// collations, SQL value functions.

#include "tricklec/analyze/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "tricklec/analyze/type_facts.h"
#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/print.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;
using source::Code;

std::string_view NameOf(Clause clause) {
  switch (clause) {
    case Clause::Select: return "the select list";
    case Clause::Where: return "WHERE";
    case Clause::On: return "ON";
    case Clause::GroupBy: return "GROUP BY";
    case Clause::Having: return "HAVING";
    case Clause::OrderBy: return "ORDER BY";
    case Clause::AggregateArgument: return "the argument of another aggregate";
    case Clause::AggregateFilter: return "FILTER";
  }
  return {};
}

bool IsUnknown(const ExprPtr& expr) {
  return expr->props.type.known && expr->props.type.id == types::kUnknown;
}

std::string QuoteLiteral(std::string_view text) {
  // E'' means the same whatever standard_conforming_strings is.
  bool escapes = text.find('\\') != std::string_view::npos;
  std::string quoted = escapes ? "E'" : "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string UnquoteLiteral(std::string_view literal) {
  bool escapes = literal.starts_with("E'");
  literal.remove_prefix(escapes ? 2 : 1);
  literal.remove_suffix(1);
  std::string text;
  for (size_t i = 0; i < literal.size(); ++i) {
    text += literal[i];
    if (literal[i] == '\'' || (escapes && literal[i] == '\\')) ++i;
  }
  return text;
}

source::Diagnostics::Builder ExpressionAnalyzer::Report(Code code, source::Range range) {
  return context_.diagnostics.Report(code, range);
}

std::string ExpressionAnalyzer::TypeText(const ir::Expr& expr) const {
  return expr.props.type.known ? expr.props.type.sql : "a type we do not know";
}

ExprPtr ExpressionAnalyzer::NotSupported(std::string_view what, source::Range range) {
  context_.diagnostics.Report(Code::ExpressionNotSupported, range, what);
  return nullptr;
}

ir::Properties ExpressionAnalyzer::Props(TypeRef type) {
  ir::Properties props;
  props.type = TypeFacts(context_.catalog, type);
  props.may_raise = false;
  return props;
}

ExprPtr ExpressionAnalyzer::MakeTemplate(ir::Properties props, source::Range range,
                                         std::string text, std::vector<ExprPtr> args,
                                         bool is_primary) {
  return ir::MakeExpr(std::move(props), range,
                      ir::Template{std::move(text), std::move(args), is_primary});
}

void ExpressionAnalyzer::Absorb(ir::Properties& props, const ir::Expr& operand) {
  props.volatility = std::max(props.volatility, operand.props.volatility);
  props.may_raise = props.may_raise || operand.props.may_raise;
}

void ExpressionAnalyzer::Absorb(ir::Properties& props, const Effects& effects, source::Range range,
                                const std::string& what) {
  props.volatility = std::max(props.volatility, effects.volatility);
  props.may_raise = props.may_raise || effects.may_raise;
  if (effects.volatility == ir::Volatility::Immutable) return;
  auto kind = effects.volatility == ir::Volatility::Volatile ? Instability::Kind::Volatile
                                                             : Instability::Kind::Stable;
  context_.instabilities.push_back(
      {kind, range, what, effects.depends_on, "", context_.diagnostics.detours()});
}

void ExpressionAnalyzer::DeriveCollation(ir::Properties& props,
                                         const std::vector<ExprPtr>& inputs) {
  TypeRef type{props.type.id, props.type.typmod};
  if (!props.type.known || context_.catalog.CollationOf(type.type).empty()) return;
  const ir::Expr* chosen = nullptr;
  bool chosen_explicit = false, any_collatable = false;
  for (const ExprPtr& input : inputs) {
    if (!input->props.type.known || context_.catalog.CollationOf(input->props.type.id).empty()) {
      continue;
    }
    any_collatable = true;
    if (input->props.collation_name.empty() && !input->props.collation_explicit) continue;
    bool is_explicit = input->props.collation_explicit;
    if (chosen != nullptr && is_explicit == chosen_explicit &&
        chosen->props.collation_name != input->props.collation_name) {
      context_.diagnostics.Report(Code::CollationConflict, input->range,
                                  chosen->props.collation_name, input->props.collation_name);
      continue;
    }
    if (chosen == nullptr || (is_explicit && !chosen_explicit)) {
      chosen = input.get();
      chosen_explicit = is_explicit;
    }
  }
  catalog::QualifiedName collation;
  if (chosen != nullptr) {
    collation = {chosen->props.collation_schema, chosen->props.collation_name};
  } else if (!any_collatable) {
    collation = context_.catalog.CollationOf(type.type);
    if (collation.name == "default") collation = {};
  }
  props.collation_schema = collation.schema;
  props.collation_name = collation.name;
  props.collation_explicit = chosen_explicit;
  if (!collation.empty()) {
    props.type.equality_is_identity =
        TypeFacts(context_.catalog, type, collation).equality_is_identity;
  }
}

ExprPtr ExpressionAnalyzer::Analyze(const Node& node) {
  bool passes_on = node.Is("SubLink") || (node.Is("BoolExpr") && node.Enum("boolop") != "NOT_EXPR");
  bool before = null_is_false_;
  null_is_false_ = before && passes_on;
  ExprPtr expr = AnalyzeNode(node);
  null_is_false_ = before;
  return expr;
}

ExprPtr ExpressionAnalyzer::AnalyzeNode(const Node& node) {
  using Method = ExprPtr (ExpressionAnalyzer::*)(const Node&);
  constexpr std::array<std::pair<std::string_view, Method>, 18> kMethods = {{
      {"A_Const", &ExpressionAnalyzer::AnalyzeConstant},
      {"ColumnRef", &ExpressionAnalyzer::AnalyzeColumn},
      {"BoolExpr", &ExpressionAnalyzer::AnalyzeLogical},
      {"NullTest", &ExpressionAnalyzer::AnalyzeNullTest},
      {"BooleanTest", &ExpressionAnalyzer::AnalyzeBooleanTest},
      {"CollateClause", &ExpressionAnalyzer::AnalyzeCollate},
      {"SQLValueFunction", &ExpressionAnalyzer::AnalyzeSqlValue},
      {"A_Expr", &ExpressionAnalyzer::AnalyzeOperator},
      {"FuncCall", &ExpressionAnalyzer::AnalyzeCall},
      {"TypeCast", &ExpressionAnalyzer::AnalyzeCast},
      {"CaseExpr", &ExpressionAnalyzer::AnalyzeCase},
      {"CoalesceExpr", &ExpressionAnalyzer::AnalyzeCoalesce},
      {"MinMaxExpr", &ExpressionAnalyzer::AnalyzeMinMax},
      {"RowExpr", &ExpressionAnalyzer::AnalyzeRow},
      {"A_Indirection", &ExpressionAnalyzer::AnalyzeIndirection},
      {"XmlExpr", &ExpressionAnalyzer::AnalyzeXml},
      {"XmlSerialize", &ExpressionAnalyzer::AnalyzeXmlSerialize},
      {"SubLink", &ExpressionAnalyzer::AnalyzeSublink},
  }};
  for (const auto& [kind, method] : kMethods) {
    if (node.Is(kind)) return (this->*method)(node);
  }
  if (node.Is("A_ArrayExpr")) return AnalyzeArray(node, 0);
  if (node.Is("GroupingFunc")) return NotSupported("GROUPING()", node.range());
  if (node.Is("ParamRef") || node.Is("SetToDefault")) {
    context_.diagnostics.Report(Code::QueryNotPossible, node.range(),
                                node.Is("ParamRef") ? "a parameter" : "DEFAULT");
    return nullptr;
  }
  return NotSupported(fmt::format("this expression ({})", node.kind()), node.range());
}

ExprPtr ExpressionAnalyzer::AnalyzeBoolean(const Node& node, std::string_view what) {
  ExprPtr expr = Analyze(node);
  if (expr == nullptr) return nullptr;
  if (IsUnknown(expr)) return TypedLiteral(expr, {types::kBool, -1});
  const ir::Type& type = expr->props.type;
  if (!type.known || context_.catalog.BaseType(type.id) == types::kBool) {
    return type.known && type.id != types::kBool
               ? MakeCast(expr, {types::kBool, -1}, catalog::CastContext::Implicit, expr->range)
               : expr;
  }
  if (resolver_.CanCoerce(type.id, types::kBool, catalog::CastContext::Assignment)) {
    return MakeCast(expr, {types::kBool, -1}, catalog::CastContext::Assignment, expr->range);
  }
  context_.diagnostics.Report(Code::NotBoolean, node.range(), what, type.sql);
  return nullptr;
}

ExprPtr ExpressionAnalyzer::TextIfUnknown(const ExprPtr& expr) {
  return IsUnknown(expr) ? TypedLiteral(expr, {types::kText, -1}) : expr;
}

ExprPtr ExpressionAnalyzer::AnalyzeValue(const Node& node) {
  ExprPtr expr = Analyze(node);
  return expr == nullptr ? nullptr : TextIfUnknown(expr);
}

namespace {

// The type of a numeric literal: integer if it fits, bigint if that fits, else numeric.
TypeRef TypeOfFloat(const std::string& text) {
  bool integral = std::all_of(text.begin(), text.end(),
                              [](unsigned char c) { return std::isdigit(c) || c == '-'; });
  if (integral) {
    errno = 0;
    char* end = nullptr;
    long long value = std::strtoll(text.c_str(), &end, 10);
    // The smallest integer is read as a minus and a number that is too large.
    bool small = value >= std::numeric_limits<int32_t>::min() &&
                 value <= std::numeric_limits<int32_t>::max();
    if (errno == 0 && *end == '\0') return {small ? types::kInt4 : types::kInt8, -1};
  }
  return {types::kNumeric, -1};
}

// Digits after the point that numeric_in gives the literal.
int ScaleOfLiteral(const std::string& text) {
  size_t exponent_at = text.find_first_of("eE");
  std::string mantissa = text.substr(0, exponent_at);
  size_t point = mantissa.find('.');
  int scale = point == std::string::npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
  if (exponent_at != std::string::npos) scale -= std::atoi(text.c_str() + exponent_at + 1);
  return std::max(scale, 0);
}

}  // namespace

ExprPtr ExpressionAnalyzer::AnalyzeConstant(const Node& node) {
  source::Range range = node.range();
  ir::Constant constant;
  TypeRef type;
  std::optional<int> scale;
  if (node.Bool("isnull")) {
    constant.sql = "NULL";
    constant.is_null = true;
    type = {types::kUnknown, -1};
  } else if (Node value = node["ival"]) {
    constant.sql = fmt::format("{}", value.Int("ival"));
    type = {types::kInt4, -1};
    scale = 0;
  } else if (value = node["fval"]; value) {
    constant.sql = value.Str("fval");
    type = TypeOfFloat(constant.sql);
    scale = ScaleOfLiteral(constant.sql);
  } else if (value = node["boolval"]; value) {
    constant.is_true = value.Bool("boolval");
    constant.sql = constant.is_true ? "true" : "false";
    type = {types::kBool, -1};
  } else if (value = node["bsval"]; value) {
    std::string bits = value.Str("bsval");
    constant.sql = fmt::format("{}'{}'", bits.empty() || bits[0] == 'b' ? 'B' : 'X',
                               bits.empty() ? bits : bits.substr(1));
    type = {types::kBit, -1};
  } else {
    value = node["sval"];
    TRICKLEC_CHECK(static_cast<bool>(value), "a constant of a new kind");
    constant.sql = QuoteLiteral(value.Str("sval"));
    type = {types::kUnknown, -1};
  }
  // As an operand `-2` would bind differently: (-2) ^ 2.
  if (constant.sql.starts_with('-')) constant.sql = "(" + constant.sql + ")";
  ir::Properties props = Props(type);
  props.nullable = constant.is_null;
  if (scale && props.type.arithmetic != ir::Arithmetic::None) {
    props.type.fixed_scale = scale;
    props.type.may_be_infinite = false;
  }
  return ir::MakeExpr(std::move(props), range, std::move(constant));
}

ExprPtr ExpressionAnalyzer::WholeRow(const RangeItem& item, const Node& node) {
  if (item.row_type == 0) {
    return NotSupported("a subquery's row as one value", node.range());
  }
  if (item.may_be_missing) {
    return NotSupported("a row that an outer join may leave out, as one value", node.range());
  }
  std::vector<ExprPtr> args;
  std::string holes;
  for (const ScopeColumn& column : item.columns) {
    args.push_back(UseOf(column, node.range()));
    holes += fmt::format("{}${}", holes.empty() ? "" : ", ", args.size());
  }
  ir::Properties props = Props({item.row_type, -1});
  props.nullable = false;
  std::string text = fmt::format("CAST(ROW({}) AS {})", holes, props.type.sql);
  return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(args), true);
}

ExprPtr ExpressionAnalyzer::ColumnOf(const RangeItem& item, const std::string& name,
                                     const Node& node) {
  const ScopeColumn* found = nullptr;
  for (const ScopeColumn& column : item.columns) {
    if (column.name != name) continue;
    if (found != nullptr) {
      context_.diagnostics.Report(Code::AmbiguousColumn, node.range(), name);
      return nullptr;
    }
    found = &column;
  }
  if (found == nullptr) {
    constexpr std::array<std::string_view, 6> kSystem = {"ctid", "xmin", "xmax",
                                                         "cmin", "cmax", "tableoid"};
    if (std::find(kSystem.begin(), kSystem.end(), name) != kSystem.end()) {
      context_.diagnostics
          .Report(Code::QueryNotPossible, node.range(), fmt::format("the system column `{}`", name))
          .AddNote("changes of a table are delivered without system columns");
      return nullptr;
    }
    std::vector<std::string> names;
    for (const ScopeColumn& column : item.columns) names.push_back(column.name);
    auto report = context_.diagnostics.Report(Code::UnknownColumn, node.range(),
                                              fmt::format("{}.{}", item.alias, name));
    if (auto near = source::ClosestMatch(name, names)) {
      report.AddHelp(fmt::format("did you mean `{}`?", *near));
    }
    return nullptr;
  }
  return UseOf(*found, node.range());
}

const RangeItem* ExpressionAnalyzer::FindItem(const std::vector<std::string>& table,
                                              const Node& node) {
  // With three parts the first is the database's name, which PostgreSQL checks.
  for (const Scope* scope = &scope_; scope != nullptr; scope = scope->outer) {
    if (table.size() > 1) {
      const RangeItem* item = scope->FindItem(table[table.size() - 2], table.back());
      if (item != nullptr) return item;
      continue;
    }
    std::vector<const RangeItem*> found = scope->FindItems(table[0]);
    if (found.size() == 1) return found[0];
    if (found.size() > 1) {
      context_.diagnostics.Report(Code::RepeatedFromItem, node.range(), table[0])
          .AddHelp("give each an alias, or write the schema before its name");
      return nullptr;
    }
  }
  auto report = context_.diagnostics.Report(Code::UnknownFromItem, node.range(),
                                            fmt::format("{}", fmt::join(table, ".")));
  std::vector<std::string> aliases = scope_.ItemNames();
  if (auto near = source::ClosestMatch(table.back(), aliases)) {
    report.AddHelp(fmt::format("did you mean `{}`?", *near));
  } else if (aliases.size() == 1) {
    report.AddNote(fmt::format("FROM calls it `{}`", aliases.front()));
  }
  return nullptr;
}

ExprPtr ExpressionAnalyzer::AnalyzeColumn(const Node& node) {
  std::vector<Node> fields = node.List("fields");
  bool star = fields.back().Is("A_Star");
  if (star) fields.pop_back();
  std::vector<std::string> names;
  for (const Node& field : fields) names.push_back(field.Str("sval"));
  if (star && names.empty()) {
    context_.diagnostics.Report(Code::InvalidExpression, node.range(), "`*` is not a value");
    return nullptr;
  }
  // `x.y`: a column of an item; `s.x.y`: of a table by its full name; `t.*` as a value: its row.
  size_t table_parts = star ? names.size() : names.size() - 1;
  if (table_parts == 0) {
    for (const Scope* scope = &scope_; scope != nullptr; scope = scope->outer) {
      std::vector<const ScopeColumn*> found = scope->FindColumns(names[0]);
      if (found.size() > 1) {
        context_.diagnostics.Report(Code::AmbiguousColumn, node.range(), names[0]);
        return nullptr;
      }
      if (found.size() == 1) return UseOf(*found[0], node.range());
    }
    for (const Scope* scope = &scope_; scope != nullptr; scope = scope->outer) {
      if (scope->FindItems(names[0]).empty()) continue;
      const RangeItem* item = FindItem(names, node);
      return item != nullptr ? WholeRow(*item, node) : nullptr;
    }
    if (scope_.items.size() == 1 && names[0].size() > 3) {
      constexpr std::array<std::string_view, 6> kSystem = {"ctid", "xmin", "xmax",
                                                           "cmin", "cmax", "tableoid"};
      if (std::find(kSystem.begin(), kSystem.end(), names[0]) != kSystem.end()) {
        return ColumnOf(scope_.items[0], names[0], node);
      }
    }
    auto report = context_.diagnostics.Report(Code::UnknownColumn, node.range(), names[0]);
    if (auto near = source::ClosestMatch(names[0], scope_.ColumnNames())) {
      report.AddHelp(fmt::format("did you mean `{}`?", *near));
    }
    return nullptr;
  }
  std::vector<std::string> table(names.begin(),
                                 names.begin() + static_cast<std::ptrdiff_t>(table_parts));
  const RangeItem* item = FindItem(table, node);
  if (item == nullptr) return nullptr;
  return star ? WholeRow(*item, node) : ColumnOf(*item, names.back(), node);
}

std::optional<std::vector<ScopeColumn>> ExpressionAnalyzer::ExpandStar(const Node& node) {
  std::vector<Node> fields = node.List("fields");
  fields.pop_back();
  if (fields.empty()) {
    std::vector<ScopeColumn> all;
    for (const RangeItem& item : scope_.items) {
      if (!item.offers_columns) continue;
      all.insert(all.end(), item.columns.begin(), item.columns.end());
    }
    return all;
  }
  std::vector<std::string> table;
  for (const Node& field : fields) table.push_back(field.Str("sval"));
  const RangeItem* item = FindItem(table, node);
  return item != nullptr ? std::optional(item->columns) : std::nullopt;
}

ExprPtr ExpressionAnalyzer::AnalyzeLogical(const Node& node) {
  std::string_view kind = node.Enum("boolop");
  ir::Logical logical;
  logical.kind = kind == "AND_EXPR"  ? ir::LogicalKind::And
                 : kind == "OR_EXPR" ? ir::LogicalKind::Or
                                     : ir::LogicalKind::Not;
  std::string_view word = logical.kind == ir::LogicalKind::And  ? "AND"
                          : logical.kind == ir::LogicalKind::Or ? "OR"
                                                                : "NOT";
  ir::Properties props = Props({types::kBool, -1});
  props.nullable = false;
  bool failed = false;
  for (const Node& arg : node.List("args")) {
    ExprPtr expr = AnalyzeBoolean(arg, word);
    if (expr == nullptr) {
      failed = true;
      continue;
    }
    Absorb(props, *expr);
    props.nullable = props.nullable || expr->props.nullable;
    logical.args.push_back(std::move(expr));
  }
  if (failed) return nullptr;
  // NOT EXISTS: rows without partner, in the form that rules look for.
  if (logical.kind == ir::LogicalKind::Not && node.List("args")[0].Is("SubLink")) {
    const auto* found = logical.args[0]->As<ir::NullTest>();
    if (found != nullptr) {
      return ir::MakeExpr(std::move(props), node.range(), ir::NullTest{found->arg, !found->is_not});
    }
  }
  return ir::MakeExpr(std::move(props), node.range(), std::move(logical));
}

ExprPtr ExpressionAnalyzer::AnalyzeNullTest(const Node& node) {
  ExprPtr arg = AnalyzeValue(node["arg"]);
  if (arg == nullptr) return nullptr;
  ir::Properties props = Props({types::kBool, -1});
  props.nullable = false;
  Absorb(props, *arg);
  bool is_not = node.Enum("nulltesttype") == "IS_NOT_NULL";
  return ir::MakeExpr(std::move(props), node.range(), ir::NullTest{std::move(arg), is_not});
}

ExprPtr ExpressionAnalyzer::AnalyzeBooleanTest(const Node& node) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTests = {{
      {"IS_TRUE", "IS TRUE"},
      {"IS_NOT_TRUE", "IS NOT TRUE"},
      {"IS_FALSE", "IS FALSE"},
      {"IS_NOT_FALSE", "IS NOT FALSE"},
      {"IS_UNKNOWN", "IS UNKNOWN"},
      {"IS_NOT_UNKNOWN", "IS NOT UNKNOWN"},
  }};
  std::string_view code = node.Enum("booltesttype");
  for (const auto& [test, words] : kTests) {
    if (test != code) continue;
    ExprPtr arg = AnalyzeBoolean(node["arg"], words);
    if (arg == nullptr) return nullptr;
    ir::Properties props = Props({types::kBool, -1});
    props.nullable = false;
    Absorb(props, *arg);
    return MakeTemplate(std::move(props), node.range(), fmt::format("$1 {}", words), {arg}, false);
  }
  return NotSupported("this test", node.range());
}

ExprPtr ExpressionAnalyzer::AnalyzeCollate(const Node& node) {
  ExprPtr arg = AnalyzeValue(node["arg"]);
  if (arg == nullptr) return nullptr;
  std::vector<std::string> name = node.Names("collname");
  std::string schema = name.size() > 1 ? name[name.size() - 2] : "";
  const catalog::Collation* collation = context_.catalog.FindCollation(schema, name.back(), path_);
  if (collation == nullptr) {
    context_.diagnostics.Report(Code::UnknownCollation, node.range(),
                                fmt::format("{}", fmt::join(name, ".")));
    return nullptr;
  }
  if (arg->props.type.known && context_.catalog.CollationOf(arg->props.type.id).empty()) {
    context_.diagnostics.Report(Code::InvalidExpression, node.range(),
                                fmt::format("type `{}` has no collations", arg->props.type.sql));
    return nullptr;
  }
  bool is_default = collation->schema == "pg_catalog" && collation->name == "default";
  return WithCollation(arg,
                       is_default ? catalog::QualifiedName{}
                                  : catalog::QualifiedName{collation->schema, collation->name},
                       node.range());
}

ExprPtr ExpressionAnalyzer::WithCollation(const ExprPtr& arg,
                                          const catalog::QualifiedName& collation,
                                          source::Range range) {
  ir::Properties props = arg->props;
  props.collation_schema = collation.schema;
  props.collation_name = collation.name;
  props.collation_explicit = true;
  catalog::QualifiedName written =
      collation.empty() ? catalog::QualifiedName{"pg_catalog", "default"} : collation;
  props.type.equality_is_identity =
      TypeFacts(context_.catalog, TypeOf(*arg), written).equality_is_identity;
  std::string text = fmt::format("$1 COLLATE {}", catalog::QuoteQualified(written));
  return MakeTemplate(std::move(props), range, std::move(text), {arg}, false);
}

ExprPtr ExpressionAnalyzer::AnalyzeSqlValue(const Node& node) {
  std::string_view op = node.Enum("op");
  auto starts = [&](std::string_view prefix) { return op.starts_with(prefix); };
  int32_t typmod = static_cast<int32_t>(node.Int("typmod"));
  if (typmod == 0 && !op.ends_with("_N")) typmod = -1;
  TypeRef type = starts("SVFOP_CURRENT_DATE")        ? TypeRef{types::kDate, -1}
                 : starts("SVFOP_CURRENT_TIMESTAMP") ? TypeRef{types::kTimestampTz, typmod}
                 : starts("SVFOP_CURRENT_TIME")      ? TypeRef{types::kTimeTz, typmod}
                 : starts("SVFOP_LOCALTIMESTAMP")    ? TypeRef{types::kTimestamp, typmod}
                 : starts("SVFOP_LOCALTIME")         ? TypeRef{types::kTime, typmod}
                                                     : TypeRef{types::kName, -1};
  ir::Properties props = Props(type);
  props.nullable = op == "SVFOP_CURRENT_SCHEMA";
  std::string text = pgparse::DeparseExpression(node);
  Effects effects;
  effects.volatility = ir::Volatility::Stable;
  effects.may_raise = false;
  effects.depends_on = type.type != types::kName       ? "the current time"
                       : op == "SVFOP_CURRENT_SCHEMA"  ? "the setting `search_path`"
                       : op == "SVFOP_CURRENT_CATALOG" ? "the database's name"
                                                       : "who runs the statement";
  Absorb(props, effects, node.range(), text);
  DeriveCollation(props, {});
  return MakeTemplate(std::move(props), node.range(), text, {}, true);
}

}  // namespace tricklec::analyze
