// A server keeps no text of a view. What it prints of it has the conversions written out, which the
// author left to PostgreSQL, and other words for some forms:
//
//   name = 'a'                (name)::text = 'a'::text
//   name IN ('a', 'b')        (name)::text = ANY ((ARRAY['a'::…, 'b'::…])::text[])
//   x BETWEEN 1 AND 2         (x >= 1) AND (x <= 2)
//   name LIKE 'a%'            (name)::text ~~ 'a%'::text
//
// Inside views one form is made of both, so that files and a live server's catalog give the same
// definition: a cast that does what an implicit conversion would do is left out, a comparison with
// an array's elements becomes IN, BETWEEN two comparisons, and LIKE its operator.

#include <algorithm>

#include "tricklec/analyze/expression.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;

namespace {

// The type that a constant says it has: of a cast, or "number"; empty for anything else.
std::string WrittenType(const Node& element) {
  if (element.Is("TypeCast")) {
    Node type = element["type_name"];
    if (!type.List("array_bounds").empty() || !type.List("typmods").empty()) return {};
    std::string name;
    for (const std::string& part : type.Names("names")) name += "." + part;
    return name;
  }
  bool number = element.Is("A_Const") && (element["ival"] || element["fval"]);
  return number ? "number" : "";
}

TypeId KnownType(const ExprPtr& expr) { return expr->props.type.known ? expr->props.type.id : 0; }

}  // namespace

ExprPtr ExpressionAnalyzer::WithoutImplicitCast(const ExprPtr& expr) const {
  const auto* cast = expr->As<ir::Cast>();
  if (cast == nullptr || !expr->props.type.known || expr->props.type.typmod != -1) return expr;
  TypeId from = KnownType(cast->arg), to = expr->props.type.id;
  if (from == 0 || IsUnknown(cast->arg)) return expr;
  catalog::Coercion implicit = context_.catalog.FindCoercion(from, to, CastContext::Implicit);
  return implicit ? cast->arg : expr;
}

void ExpressionAnalyzer::DropCasts(const std::vector<std::string>& op, ExprPtr& left,
                                   ExprPtr& right) const {
  if (!InView()) return;
  if (left == nullptr) {
    ExprPtr bare = WithoutImplicitCast(right);
    if (bare == right) return;
    OperatorChoice given = resolver_.ResolveOperator(op, 0, KnownType(right), true);
    OperatorChoice choice = resolver_.ResolveOperator(op, 0, KnownType(bare), true);
    bool same = given.status == Resolution::Found && choice.status == Resolution::Found &&
                given.op == choice.op && given.right == choice.right;
    if (same) right = std::move(bare);
    return;
  }
  ExprPtr bare_left = WithoutImplicitCast(left), bare_right = WithoutImplicitCast(right);
  if (bare_left == left && bare_right == right) return;
  auto resolve = [&](const ExprPtr& a, const ExprPtr& b) {
    return resolver_.ResolveOperator(op, KnownType(a), KnownType(b), false);
  };
  OperatorChoice given = resolve(left, right);
  if (given.status != Resolution::Found) return;
  for (const auto& [a, b] : {std::pair{bare_left, bare_right}, std::pair{bare_left, right},
                             std::pair{left, bare_right}}) {
    OperatorChoice choice = resolve(a, b);
    bool same = choice.status == Resolution::Found && choice.op == given.op &&
                choice.left == given.left && choice.right == given.right;
    if (!same) continue;
    left = a;
    right = b;
    return;
  }
}

void ExpressionAnalyzer::DropCasts(const Node& call, FunctionChoice& choice,
                                   std::vector<ExprPtr>& args) const {
  if (!InView() || choice.status != Resolution::Found) return;
  std::vector<Node> arg_nodes = call.List("args");
  for (size_t i = 0; i < args.size(); ++i) {
    std::vector<ExprPtr> bare = args;
    bare[i] = WithoutImplicitCast(args[i]);
    if (bare[i] == args[i]) continue;
    std::vector<CallArgument> given;
    for (size_t k = 0; k < bare.size(); ++k) {
      bool named = k < arg_nodes.size() && arg_nodes[k].Is("NamedArgExpr");
      given.push_back({KnownType(bare[k]), named ? arg_nodes[k].Str("name") : std::string()});
    }
    FunctionChoice other =
        resolver_.ResolveFunction(call.Names("funcname"), given, call.Bool("func_variadic"));
    bool same = other.status == Resolution::Found && other.function == choice.function &&
                other.args == choice.args && other.result == choice.result;
    if (!same) continue;
    choice = std::move(other);
    args = std::move(bare);
  }
}

void ExpressionAnalyzer::DropCasts(std::vector<ExprPtr>& exprs) const {
  if (!InView()) return;
  auto common = [&](const std::vector<ExprPtr>& list) {
    std::vector<TypeId> all;
    for (const ExprPtr& expr : list) all.push_back(KnownType(expr));
    return resolver_.CommonType(all);
  };
  std::optional<TypeId> given = common(exprs);
  for (size_t i = 0; i < exprs.size(); ++i) {
    std::vector<ExprPtr> bare = exprs;
    bare[i] = WithoutImplicitCast(exprs[i]);
    if (bare[i] != exprs[i] && common(bare) == given) exprs = std::move(bare);
  }
}

bool ExpressionAnalyzer::DropNullElse(std::vector<ExprPtr>& results) {
  const auto* constant = results[0]->As<ir::Constant>();
  if (!InView() || constant == nullptr || !constant->is_null || IsUnknown(results[0])) return false;
  std::vector<TypeId> given;
  for (const ExprPtr& result : results) given.push_back(KnownType(result));
  std::optional<TypeId> with = resolver_.CommonType(given);
  given[0] = types::kUnknown;
  if (resolver_.CommonType(given) != with) return false;
  ir::Constant null_value;
  null_value.sql = "NULL";
  null_value.is_null = true;
  results[0] = ir::MakeExpr(Props({types::kUnknown, -1}), results[0]->range, null_value);
  return true;
}

std::optional<std::string> ExpressionAnalyzer::PlainConstant(std::string_view value,
                                                             TypeRef type) const {
  if (!InView() || type.typmod != -1) return std::nullopt;
  if (type.type == types::kBool) {
    if (value == "true" || value == "t") return "true";
    if (value == "false" || value == "f") return "false";
    return std::nullopt;
  }
  // Of at most 9 digits it is an integer without a cast, too.
  constexpr size_t kSurelyInteger = 9;
  std::string_view digits = value.substr(value.starts_with('-') ? 1 : 0);
  bool integer =
      type.type == types::kInt4 && !digits.empty() && digits.size() <= kSurelyInteger &&
      (digits.size() == 1 || digits[0] != '0') &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return integer ? std::optional(std::string(value)) : std::nullopt;
}

std::optional<std::vector<Node>> ExpressionAnalyzer::ElementsOfInList(
    const Node& comparison) const {
  if (!InView()) return std::nullopt;
  std::vector<std::string> op = comparison.Names("name");
  bool any = comparison.Enum("kind") == "AEXPR_OP_ANY";
  if (op.back() != (any ? "=" : "<>")) return std::nullopt;
  // Of text[], which is how names of varchar become an array that text is compared with.
  Node array = comparison["rexpr"];
  while (array.Is("TypeCast")) {
    Node type = array["type_name"];
    if (type.Names("names").back() != "text" || type.List("array_bounds").empty()) {
      return std::nullopt;
    }
    array = array["arg"];
  }
  if (!array.Is("A_ArrayExpr")) return std::nullopt;
  std::vector<Node> elements = array.List("elements");
  if (elements.size() < 2) return std::nullopt;  // one alone was never an IN list
  // All of one type as they stand, as a server writes them: untyped ones have another type in an
  // array than next to the operator.
  std::string first = WrittenType(elements[0]);
  bool alike = !first.empty() && std::all_of(elements.begin(), elements.end(), [&](const Node& e) {
    return WrittenType(e) == first;
  });
  if (!alike) return std::nullopt;
  return elements;
}

}  // namespace tricklec::analyze
