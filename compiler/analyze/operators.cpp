// Operators, and the forms that choose an operator by name without a place to qualify it (IN,
// BETWEEN, LIKE, NULLIF, IS DISTINCT FROM, row comparison, ANY/ALL): these keep their syntax where
// the operator is pg_catalog's own, and become explicit operator calls where it is not, since the
// generated functions look names up in pg_catalog only.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/type_facts.h"
#include "tricklec/ir/arithmetic.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;
using source::Code;

namespace {

// Scale and infinity of numeric results: numeric.c gives + and - the larger scale of their
// operands and * the sum of them.
void InferNumeric(const std::string& op, const std::vector<ExprPtr>& args, ir::Type& type) {
  if (type.arithmetic != ir::Arithmetic::Numeric) return;
  bool exact = std::all_of(args.begin(), args.end(), [](const ExprPtr& arg) {
    return ir::IsExact(arg->props.type.arithmetic);
  });
  if (!exact || (op != "+" && op != "-" && op != "*" && op != "/" && op != "%")) return;
  type.may_be_infinite = std::any_of(
      args.begin(), args.end(), [](const ExprPtr& arg) { return arg->props.type.may_be_infinite; });
  if (op == "/" || op == "%") return;
  int scale = 0;
  for (const ExprPtr& arg : args) {
    if (!arg->props.type.fixed_scale) return;
    int own = *arg->props.type.fixed_scale;
    scale = op == "*" ? scale + own : std::max(scale, own);
  }
  type.fixed_scale = scale;
}

std::string OperatorText(const OperatorChoice& choice) {
  if (choice.op->schema == "pg_catalog") return choice.op->name;
  return fmt::format("OPERATOR({}.{})", catalog::QuoteIdentifier(choice.op->schema),
                     choice.op->name);
}

// An expression that may be written twice: the same value both times, and cheap.
bool CanRepeat(const ir::Expr& expr) { return expr.props.volatility == ir::Volatility::Immutable; }

}  // namespace

ExprPtr ExpressionAnalyzer::MakeOperator(const std::vector<std::string>& name, ExprPtr left,
                                         ExprPtr right, source::Range range, source::Range token) {
  auto type_of = [](const ExprPtr& expr) -> TypeId {
    return expr->props.type.known ? expr->props.type.id : 0;
  };
  bool prefix = left == nullptr;
  DropCasts(name, left, right);
  OperatorChoice choice =
      resolver_.ResolveOperator(name, prefix ? 0 : type_of(left), type_of(right), prefix);
  auto shown = [&] {
    std::string operand = IsUnknown(right) ? "unknown" : TypeText(*right);
    if (prefix) return fmt::format("{} {}", name.back(), operand);
    return fmt::format("{} {} {}", IsUnknown(left) ? "unknown" : TypeText(*left), name.back(),
                       operand);
  };
  ir::OperatorCall call;
  ir::Properties props;
  props.may_raise = false;
  props.nullable = true;
  switch (choice.status) {
    case Resolution::NotFound:
      context_.diagnostics.Report(Code::UnknownOperator, token, shown())
          .AddHelp("a cast of an operand can choose an operator");
      return nullptr;
    case Resolution::Ambiguous:
      context_.diagnostics.Report(Code::AmbiguousOperator, token, shown())
          .AddHelp("a cast of an operand can choose one");
      return nullptr;
    case Resolution::Undecided: {
      // A type we know nothing of: all its operators are in one schema, or must be named with it.
      std::string schema = name.size() > 1 ? name[name.size() - 2] : "pg_catalog";
      if (name.size() == 1 && resolver_.HasUnknownExtensions()) {
        for (const auto& extension : context_.catalog.extensions()) {
          if (!extension.known) schema = extension.schema;
        }
      }
      call.op = {schema, name.back()};
      props.type = UnknownType();
      props.may_raise = true;
      if (!prefix) call.args.push_back(TextIfUnknown(left));
      call.args.push_back(TextIfUnknown(right));
      for (const ExprPtr& arg : call.args) Absorb(props, *arg);
      return ir::MakeExpr(std::move(props), range, std::move(call));
    }
    case Resolution::Found: break;
  }
  const catalog::Operator& op = *choice.op;
  props = Props({choice.result, -1});
  props.nullable = true;
  bool outside = op.schema != "pg_catalog";
  auto convert = [&](ExprPtr& expr, TypeId wanted) {
    bool differs = expr->props.type.known && expr->props.type.id != wanted;
    if (outside && differs && wanted != 0 && !IsPolymorphic(wanted) && wanted != types::kAny) {
      expr = MakeCast(expr, {wanted, -1}, CastContext::Implicit, expr->range);
      if (expr != nullptr) Absorb(props, *expr);
    } else {
      expr = Convert(expr, wanted, props);
    }
    return expr != nullptr;
  };
  if (!prefix && !convert(left, choice.left)) return nullptr;
  if (!convert(right, choice.right)) return nullptr;
  if (!prefix) call.args.push_back(left);
  call.args.push_back(right);
  if (op.function != 0) {
    std::vector<TypeId> given;
    for (const ExprPtr& arg : call.args) given.push_back(type_of(arg));
    Effects effects = EffectsOf(context_.catalog, context_.catalog.GetFunction(op.function), given);
    effects.may_raise =
        !IsTotalOperator(context_.catalog, op, prefix ? 0 : type_of(left), type_of(right));
    Absorb(props, effects, range, shown());
  } else {
    props.may_raise = true;
  }
  if (IsNullOnlyForNull(context_.catalog, op)) {
    props.nullable = std::any_of(call.args.begin(), call.args.end(),
                                 [](const ExprPtr& arg) { return arg->props.nullable; });
  }
  InferNumeric(op.name, call.args, props.type);
  call.op = {op.schema, op.name};
  if (!prefix && op.left == op.right) {
    catalog::Equality left_equality = context_.catalog.EqualityOf(type_of(left));
    catalog::Equality right_equality = context_.catalog.EqualityOf(type_of(right));
    call.is_default_equality = left_equality.equality == op.id && right_equality.equality == op.id;
  }
  DeriveCollation(props, call.args);
  return ir::MakeExpr(std::move(props), range, std::move(call));
}

ExprPtr ExpressionAnalyzer::Compare(const std::string& op, const ExprPtr& left,
                                    const ExprPtr& right, const Node& node, bool& is_builtin) {
  ExprPtr result = MakeOperator({op}, left, right, node.range(), node.token());
  if (result != nullptr) {
    is_builtin = is_builtin && result->As<ir::OperatorCall>()->op.schema == "pg_catalog";
  }
  return result;
}

ExprPtr ExpressionAnalyzer::AnalyzeOperator(const Node& node) {
  std::string_view kind = node.Enum("kind");
  if (kind == "AEXPR_IN") return AnalyzeIn(node);
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") return AnalyzeLike(node);
  if (kind == "AEXPR_NULLIF") return AnalyzeNullIf(node);
  if (kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT") return AnalyzeDistinctFrom(node);
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") return AnalyzeArrayComparison(node);
  if (kind.starts_with("AEXPR_BETWEEN") || kind.starts_with("AEXPR_NOT_BETWEEN")) {
    return AnalyzeBetween(node);
  }
  TRICKLEC_CHECK(kind == "AEXPR_OP" || kind == "AEXPR_SIMILAR", "an A_Expr of a new kind");
  Node left_node = node["lexpr"], right_node = node["rexpr"];
  if (left_node.Is("RowExpr") && right_node.Is("RowExpr")) return AnalyzeRowComparison(node);
  ExprPtr left = left_node ? Analyze(left_node) : nullptr;
  ExprPtr right = Analyze(right_node);
  if ((left_node && left == nullptr) || right == nullptr) return nullptr;
  return MakeOperator(node.Names("name"), left, right, node.range(), node.token());
}

// a IN (b, c): with a foreign operator a = b OR a = c; NOT IN: a <> b AND a <> c.
ExprPtr ExpressionAnalyzer::AnalyzeIn(const Node& node) {
  std::vector<std::string> op = node.Names("name");
  bool negated = op.back() == "<>";
  Node left_node = node["lexpr"];
  std::vector<Node> items = node["rexpr"].List("items");
  if (left_node.Is("RowExpr")) {
    // Row by row, as PostgreSQL does; each row comparison is one of its own.
    std::vector<ExprPtr> rows;
    ir::Properties props = Props({types::kBool, -1});
    for (const Node& item : items) {
      if (!item.Is("RowExpr") || item.List("args").size() != left_node.List("args").size()) {
        context_.diagnostics.Report(Code::InvalidExpression, item.range(),
                                    "rows of IN have different numbers of columns");
        return nullptr;
      }
      std::vector<ExprPtr> lefts = AnalyzeList(left_node.List("args"));
      std::vector<ExprPtr> rights = AnalyzeList(item.List("args"));
      ir::Logical row{negated ? ir::LogicalKind::Or : ir::LogicalKind::And, {}};
      for (size_t i = 0; i < lefts.size(); ++i) {
        if (lefts[i] == nullptr || rights[i] == nullptr) return nullptr;
        ExprPtr pair =
            MakeOperator({negated ? "<>" : "="}, lefts[i], rights[i], node.range(), node.token());
        if (pair == nullptr) return nullptr;
        Absorb(props, *pair);
        row.args.push_back(std::move(pair));
      }
      rows.push_back(row.args.size() == 1 ? row.args[0]
                                          : ir::MakeExpr(props, item.range(), std::move(row)));
    }
    if (rows.size() == 1) return rows[0];
    return ir::MakeExpr(props, node.range(),
                        ir::Logical{negated ? ir::LogicalKind::And : ir::LogicalKind::Or, rows});
  }
  return MakeIn(node, items, op);
}

ExprPtr ExpressionAnalyzer::MakeIn(const Node& node, const std::vector<Node>& items,
                                   const std::vector<std::string>& op) {
  bool negated = op.back() == "<>";
  ExprPtr left = Analyze(node["lexpr"]);
  std::vector<ExprPtr> rights = AnalyzeList(items);
  if (left == nullptr ||
      std::any_of(rights.begin(), rights.end(), [](const ExprPtr& e) { return e == nullptr; })) {
    return nullptr;
  }
  // Several constants are compared as an array of the common type of all, where there is one.
  std::vector<TypeId> given{left->props.type.known ? left->props.type.id : 0};
  size_t constants = 0;
  for (const ExprPtr& right : rights) {
    std::vector<ir::ColumnId> columns;
    ir::CollectColumns(right, columns);
    if (!columns.empty()) continue;
    given.push_back(right->props.type.known ? right->props.type.id : 0);
    ++constants;
  }
  TypeId common = constants > 1 ? resolver_.CommonType(given).value_or(0) : 0;
  if (common != 0 && context_.catalog.ArrayOf(common) == 0) common = 0;
  ir::Properties props = Props({types::kBool, -1});
  props.nullable = false;
  bool is_builtin = true;
  std::vector<ExprPtr> comparisons, operands;
  for (ExprPtr& right : rights) {
    std::vector<ir::ColumnId> columns;
    ir::CollectColumns(right, columns);
    if (common != 0 && columns.empty() && IsUnknown(right)) {
      right = TypedLiteral(right, {common, -1});
    }
    ExprPtr compared = MakeOperator(op, left, right, node.range(), node.token());
    if (compared == nullptr) return nullptr;
    is_builtin = is_builtin && compared->As<ir::OperatorCall>()->op.schema == "pg_catalog";
    Absorb(props, *compared);
    props.nullable = props.nullable || compared->props.nullable;
    const auto& args = compared->As<ir::OperatorCall>()->args;
    if (operands.empty()) operands.push_back(args[0]);
    operands.push_back(args[1]);
    comparisons.push_back(std::move(compared));
  }
  if (InView() && comparisons.size() == 1) return comparisons[0];
  if (is_builtin) {
    std::string holes;
    for (size_t i = 2; i <= operands.size(); ++i) {
      holes += fmt::format("{}${}", holes.empty() ? "" : ", ", i);
    }
    std::string text = fmt::format("$1 {}IN ({})", negated ? "NOT " : "", holes);
    return MakeTemplate(std::move(props), node.range(), std::move(text), std::move(operands),
                        false);
  }
  if (!CanRepeat(*left))
    return NotSupported("IN over a value that changes between calls", node.range());
  if (comparisons.size() == 1) return comparisons[0];
  return ir::MakeExpr(
      std::move(props), node.range(),
      ir::Logical{negated ? ir::LogicalKind::And : ir::LogicalKind::Or, std::move(comparisons)});
}

ExprPtr ExpressionAnalyzer::AnalyzeBetween(const Node& node) {
  std::string_view kind = node.Enum("kind");
  bool negated = kind.starts_with("AEXPR_NOT");
  bool symmetric = kind.ends_with("_SYM");
  std::vector<Node> limits = node["rexpr"].List("items");
  TRICKLEC_CHECK(limits.size() == 2, "BETWEEN without two limits");
  ExprPtr value = Analyze(node["lexpr"]);
  ExprPtr low = Analyze(limits[0]), high = Analyze(limits[1]);
  if (value == nullptr || low == nullptr || high == nullptr) return nullptr;
  ir::Properties props = Props({types::kBool, -1});
  bool is_builtin = true;
  std::vector<ExprPtr> operands;
  auto inside = [&](const ExprPtr& from, const ExprPtr& to) -> ExprPtr {
    ExprPtr above = Compare(negated ? "<" : ">=", value, from, node, is_builtin);
    ExprPtr below = Compare(negated ? ">" : "<=", value, to, node, is_builtin);
    if (above == nullptr || below == nullptr) return nullptr;
    Absorb(props, *above);
    Absorb(props, *below);
    props.nullable = above->props.nullable || below->props.nullable;
    if (operands.empty()) {
      operands = {above->As<ir::OperatorCall>()->args[0], above->As<ir::OperatorCall>()->args[1],
                  below->As<ir::OperatorCall>()->args[1]};
    }
    return ir::MakeExpr(
        props, node.range(),
        ir::Logical{negated ? ir::LogicalKind::Or : ir::LogicalKind::And, {above, below}});
  };
  ExprPtr result = inside(low, high);
  if (result == nullptr) return nullptr;
  if (symmetric) {
    ExprPtr other = inside(high, low);
    if (other == nullptr) return nullptr;
    result = ir::MakeExpr(
        props, node.range(),
        ir::Logical{negated ? ir::LogicalKind::And : ir::LogicalKind::Or, {result, other}});
  }
  if (is_builtin && !InView()) {
    std::string text = fmt::format("$1 {}BETWEEN {}$2 AND $3", negated ? "NOT " : "",
                                   symmetric ? "SYMMETRIC " : "");
    return MakeTemplate(props, node.range(), std::move(text), std::move(operands), false);
  }
  if (!is_builtin && !CanRepeat(*value)) {
    return NotSupported("BETWEEN over a value that changes between calls", node.range());
  }
  return result;
}

ExprPtr ExpressionAnalyzer::AnalyzeLike(const Node& node) {
  ExprPtr left = Analyze(node["lexpr"]), right = Analyze(node["rexpr"]);
  if (left == nullptr || right == nullptr) return nullptr;
  std::vector<std::string> name = node.Names("name");
  ExprPtr call = MakeOperator(name, left, right, node.range(), node.token());
  if (call == nullptr) return nullptr;
  const auto* op = call->As<ir::OperatorCall>();
  if (op->op.schema != "pg_catalog") return call;
  // Only a pattern that ends in a backslash is an error.
  const auto* pattern = op->args[1]->As<ir::Constant>();
  if (pattern != nullptr && pattern->sql.find('\\') == std::string::npos) {
    ir::Expr total = *call;
    total.props.may_raise = op->args[0]->props.may_raise;
    call = std::make_shared<const ir::Expr>(std::move(total));
    op = call->As<ir::OperatorCall>();
  }
  if (InView()) return call;
  std::string_view words = name.back() == "~~"    ? "LIKE"
                           : name.back() == "!~~" ? "NOT LIKE"
                           : name.back() == "~~*" ? "ILIKE"
                                                  : "NOT ILIKE";
  return MakeTemplate(call->props, node.range(), fmt::format("$1 {} $2", words), op->args, false);
}

// NULLIF(a, b): with a foreign operator CASE WHEN a = b THEN NULL ELSE a END.
ExprPtr ExpressionAnalyzer::AnalyzeNullIf(const Node& node) {
  ExprPtr left = Analyze(node["lexpr"]), right = Analyze(node["rexpr"]);
  if (left == nullptr || right == nullptr) return nullptr;
  bool is_builtin = true;
  ExprPtr equal = Compare("=", left, right, node, is_builtin);
  if (equal == nullptr) return nullptr;
  const auto* op = equal->As<ir::OperatorCall>();
  // The value is the operand as the operator gets it: NULLIF(1, 2.5) is numeric.
  OperatorChoice choice =
      resolver_.ResolveOperator({"="}, left->props.type.known ? left->props.type.id : 0,
                                right->props.type.known ? right->props.type.id : 0, false);
  ir::Properties props = op->args[0]->props;
  if (choice.status == Resolution::Found && props.type.known && choice.left != props.type.id &&
      choice.left != 0 && !IsPolymorphic(choice.left)) {
    props = Props({choice.left, -1});
    DeriveCollation(props, {op->args[0]});
  }
  Absorb(props, *equal);
  props.nullable = true;
  if (is_builtin) {
    return MakeTemplate(std::move(props), node.range(), "NULLIF($1, $2)", op->args, true);
  }
  if (!CanRepeat(*left)) {
    return NotSupported("NULLIF over a value that changes between calls", node.range());
  }
  ir::Case result;
  ir::Properties null_props = Props(TypeOf(*op->args[0]));
  ir::Constant null_value;
  null_value.is_null = true;
  null_value.sql = fmt::format("NULL::{}", null_props.type.sql);
  result.whens.emplace_back(equal, ir::MakeExpr(null_props, node.range(), null_value));
  result.otherwise = op->args[0];
  return ir::MakeExpr(std::move(props), node.range(), std::move(result));
}

// a IS DISTINCT FROM b: with a foreign operator
// CASE WHEN a IS NULL THEN b IS NOT NULL WHEN b IS NULL THEN true ELSE NOT a = b END.
ExprPtr ExpressionAnalyzer::AnalyzeDistinctFrom(const Node& node) {
  bool negated = node.Enum("kind") == "AEXPR_NOT_DISTINCT";
  std::string_view words = negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM";
  Node left_node = node["lexpr"], right_node = node["rexpr"];
  if (left_node.Is("RowExpr") && right_node.Is("RowExpr")) {
    std::vector<ExprPtr> lefts = AnalyzeList(left_node.List("args"));
    std::vector<ExprPtr> rights = AnalyzeList(right_node.List("args"));
    if (lefts.size() != rights.size()) {
      context_.diagnostics.Report(Code::InvalidExpression, node.range(),
                                  "rows of different lengths are compared");
      return nullptr;
    }
    ir::Properties props = Props({types::kBool, -1});
    bool is_builtin = true;
    std::vector<ExprPtr> args;
    std::string left_holes, right_holes;
    for (size_t i = 0; i < lefts.size(); ++i) {
      if (lefts[i] == nullptr || rights[i] == nullptr) return nullptr;
      ExprPtr pair = Compare("=", lefts[i], rights[i], node, is_builtin);
      if (pair == nullptr) return nullptr;
      Absorb(props, *pair);
      lefts[i] = pair->As<ir::OperatorCall>()->args[0];
      rights[i] = pair->As<ir::OperatorCall>()->args[1];
      left_holes += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
      right_holes += fmt::format("{}${}", i == 0 ? "" : ", ", lefts.size() + i + 1);
    }
    if (!is_builtin) {
      return NotSupported("IS DISTINCT FROM of rows with an operator outside pg_catalog",
                          node.range());
    }
    args = lefts;
    args.insert(args.end(), rights.begin(), rights.end());
    props.nullable = false;
    return MakeTemplate(std::move(props), node.range(),
                        fmt::format("ROW({}) {} ROW({})", left_holes, words, right_holes),
                        std::move(args), false);
  }
  ExprPtr left = Analyze(left_node), right = Analyze(right_node);
  if (left == nullptr || right == nullptr) return nullptr;
  auto is_null = [](const ExprPtr& expr) {
    const auto* constant = expr->As<ir::Constant>();
    return constant != nullptr && constant->is_null;
  };
  if (is_null(right) || is_null(left)) {
    ExprPtr arg = TextIfUnknown(is_null(right) ? left : right);
    ir::Properties props = Props({types::kBool, -1});
    props.nullable = false;
    Absorb(props, *arg);
    return ir::MakeExpr(std::move(props), node.range(), ir::NullTest{arg, !negated});
  }
  bool is_builtin = true;
  ExprPtr equal = Compare("=", left, right, node, is_builtin);
  if (equal == nullptr) return nullptr;
  const auto& args = equal->As<ir::OperatorCall>()->args;
  ir::Properties props = Props({types::kBool, -1});
  props.nullable = false;
  Absorb(props, *equal);
  if (is_builtin && negated && InView()) {
    ExprPtr distinct = MakeTemplate(props, node.range(), "$1 IS DISTINCT FROM $2", args, false);
    return ir::MakeExpr(std::move(props), node.range(),
                        ir::Logical{ir::LogicalKind::Not, {std::move(distinct)}});
  }
  if (is_builtin) {
    return MakeTemplate(std::move(props), node.range(), fmt::format("$1 {} $2", words), args,
                        false);
  }
  if (!CanRepeat(*args[0]) || !CanRepeat(*args[1])) {
    return NotSupported("IS DISTINCT FROM over a value that changes between calls", node.range());
  }
  ir::Properties plain = Props({types::kBool, -1});
  plain.nullable = false;
  auto null_test = [&](const ExprPtr& arg, bool is_not) {
    return ir::MakeExpr(plain, node.range(), ir::NullTest{arg, is_not});
  };
  ir::Constant verdict;
  verdict.sql = negated ? "false" : "true";
  verdict.is_true = !negated;
  ir::Case result;
  result.whens.emplace_back(null_test(args[0], false), null_test(args[1], !negated));
  result.whens.emplace_back(null_test(args[1], false), ir::MakeExpr(plain, node.range(), verdict));
  result.otherwise = negated ? equal
                             : ir::MakeExpr(equal->props, node.range(),
                                            ir::Logical{ir::LogicalKind::Not, {equal}});
  return ir::MakeExpr(std::move(props), node.range(), std::move(result));
}

// a = ANY (array): the operator has a place to be qualified.
ExprPtr ExpressionAnalyzer::AnalyzeArrayComparison(const Node& node) {
  std::string_view word = node.Enum("kind") == "AEXPR_OP_ANY" ? "ANY" : "ALL";
  if (auto items = ElementsOfInList(node)) return MakeIn(node, *items, node.Names("name"));
  ExprPtr left = Analyze(node["lexpr"]);
  Node right_node = node["rexpr"];
  ExprPtr right = Analyze(right_node);
  if (left == nullptr || right == nullptr) return nullptr;
  std::vector<std::string> name = node.Names("name");
  TypeId element = types::kUnknown;
  if (!IsUnknown(right)) {
    element = right->props.type.known
                  ? context_.catalog.ElementOf(context_.catalog.BaseType(right->props.type.id))
                  : 0;
    if (element == 0 && !resolver_.IsOpaque(right->props.type.known ? right->props.type.id : 0)) {
      context_.diagnostics.Report(Code::InvalidExpression, right_node.range(),
                                  fmt::format("{} needs an array on its right side, not `{}`", word,
                                              right->props.type.sql));
      return nullptr;
    }
  }
  OperatorChoice choice = resolver_.ResolveOperator(
      name, left->props.type.known ? left->props.type.id : 0, element, false);
  ir::Properties props = Props({types::kBool, -1});
  props.may_raise = true;
  std::string op_text;
  switch (choice.status) {
    case Resolution::NotFound:
    case Resolution::Ambiguous: {
      std::string shown = fmt::format(
          "{} {} {}", IsUnknown(left) ? "unknown" : TypeText(*left), name.back(),
          element == types::kUnknown ? "unknown" : context_.catalog.FormatType(element));
      context_.diagnostics.Report(
          choice.status == Resolution::NotFound ? Code::UnknownOperator : Code::AmbiguousOperator,
          node.token(), shown);
      return nullptr;
    }
    case Resolution::Undecided:
      left = TextIfUnknown(left);
      right = TextIfUnknown(right);
      op_text = name.size() > 1 ? fmt::format("OPERATOR({}.{})",
                                              catalog::QuoteIdentifier(name.front()), name.back())
                                : name.back();
      Absorb(props, *left);
      Absorb(props, *right);
      break;
    case Resolution::Found: {
      const catalog::Operator& op = *choice.op;
      op_text = OperatorText(choice);
      left = Convert(left, choice.left, props);
      TypeId array = context_.catalog.ArrayOf(choice.right);
      if (IsUnknown(right) && array != 0) right = TypedLiteral(right, {array, -1});
      right = Convert(right, right->props.type.id, props);
      if (op.function != 0) {
        Effects effects =
            EffectsOf(context_.catalog, context_.catalog.GetFunction(op.function),
                      {left->props.type.id, element == types::kUnknown ? choice.right : element});
        effects.may_raise =
            !IsTotalOperator(context_.catalog, op, left->props.type.id, choice.right);
        props.may_raise = false;
        Absorb(props, *left);
        Absorb(props, *right);
        Absorb(props, effects, node.range(), fmt::format("{} {}", name.back(), word));
      }
      break;
    }
  }
  return MakeTemplate(std::move(props), node.range(), fmt::format("$1 {} {} ($2)", op_text, word),
                      {left, right}, false);
}

// (a, b) = (c, d) with foreign operators: a = c AND b = d; <>: a <> c OR b <> d.
ExprPtr ExpressionAnalyzer::AnalyzeRowComparison(const Node& node) {
  std::vector<std::string> name = node.Names("name");
  const std::string& op = name.back();
  std::vector<ExprPtr> lefts = AnalyzeRowArguments(node["lexpr"].List("args"));
  std::vector<ExprPtr> rights = AnalyzeRowArguments(node["rexpr"].List("args"));
  if (lefts.size() != rights.size() || lefts.empty()) {
    context_.diagnostics.Report(Code::InvalidExpression, node.range(),
                                "rows of different lengths are compared");
    return nullptr;
  }
  constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
  if (std::find(kComparisons.begin(), kComparisons.end(), op) == kComparisons.end()) {
    return NotSupported(fmt::format("the operator `{}` over rows", op), node.range());
  }
  ir::Properties props = Props({types::kBool, -1});
  bool is_builtin = name.size() == 1;
  std::vector<ExprPtr> pairs, args;
  std::string left_holes, right_holes;
  for (size_t i = 0; i < lefts.size(); ++i) {
    if (lefts[i] == nullptr || rights[i] == nullptr) return nullptr;
    ExprPtr pair = MakeOperator(name, lefts[i], rights[i], node.range(), node.token());
    if (pair == nullptr) return nullptr;
    const auto* call = pair->As<ir::OperatorCall>();
    is_builtin = is_builtin && call->op.schema == "pg_catalog";
    Absorb(props, *pair);
    lefts[i] = call->args[0];
    rights[i] = call->args[1];
    left_holes += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
    right_holes += fmt::format("{}${}", i == 0 ? "" : ", ", lefts.size() + i + 1);
    pairs.push_back(std::move(pair));
  }
  if (!is_builtin || (InView() && (op == "=" || op == "<>"))) {
    if (op != "=" && op != "<>") {
      return NotSupported("an ordering of rows with an operator outside pg_catalog", node.range());
    }
    if (pairs.size() == 1) return pairs[0];
    return ir::MakeExpr(std::move(props), node.range(),
                        ir::Logical{op == "=" ? ir::LogicalKind::And : ir::LogicalKind::Or, pairs});
  }
  args = lefts;
  args.insert(args.end(), rights.begin(), rights.end());
  return MakeTemplate(std::move(props), node.range(),
                      fmt::format("ROW({}) {} ROW({})", left_holes, op, right_holes),
                      std::move(args), false);
}

ExprPtr ExpressionAnalyzer::MakeUsingEquality(const ExprPtr& left, const ExprPtr& right,
                                              source::Range range) {
  ExprPtr equal = MakeOperator({"="}, left, right, range, range);
  if (equal == nullptr) return nullptr;
  const ir::Type& type = equal->props.type;
  if (!type.known || type.id == types::kBool) return equal;
  context_.diagnostics.Report(Code::NotBoolean, range, "JOIN/USING", type.sql);
  return nullptr;
}

}  // namespace tricklec::analyze
