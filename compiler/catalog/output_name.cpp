#include "tricklec/catalog/output_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tricklec::catalog {

namespace {

using pgparse::Node;

// How good a name is: a cast's argument only lends its name if that is a strong one.
enum class Strength { None, Weak, Strong };

struct NameGuess {
  Strength strength = Strength::None;
  std::string name;
};

NameGuess Strong(std::string name) { return {Strength::Strong, std::move(name)}; }

std::string LastString(const std::vector<Node>& nodes) {
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    if (node->Is("String")) return node->Str("sval");
  }
  return {};
}

std::string SqlValueName(std::string_view op) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kNames = {{
      {"SVFOP_CURRENT_DATE", "current_date"},
      {"SVFOP_CURRENT_TIME", "current_time"},
      {"SVFOP_CURRENT_TIME_N", "current_time"},
      {"SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
      {"SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
      {"SVFOP_LOCALTIME", "localtime"},
      {"SVFOP_LOCALTIME_N", "localtime"},
      {"SVFOP_LOCALTIMESTAMP", "localtimestamp"},
      {"SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
      {"SVFOP_CURRENT_ROLE", "current_role"},
      {"SVFOP_CURRENT_USER", "current_user"},
      {"SVFOP_USER", "user"},
      {"SVFOP_SESSION_USER", "session_user"},
      {"SVFOP_CURRENT_CATALOG", "current_catalog"},
      {"SVFOP_CURRENT_SCHEMA", "current_schema"},
  }};
  for (const auto& [code, name] : kNames) {
    if (code == op) return std::string(name);
  }
  return {};
}

std::string XmlName(std::string_view op) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames = {{
      {"IS_XMLCONCAT", "xmlconcat"},
      {"IS_XMLELEMENT", "xmlelement"},
      {"IS_XMLFOREST", "xmlforest"},
      {"IS_XMLPARSE", "xmlparse"},
      {"IS_XMLPI", "xmlpi"},
      {"IS_XMLROOT", "xmlroot"},
      {"IS_XMLSERIALIZE", "xmlserialize"},
  }};
  for (const auto& [code, name] : kNames) {
    if (code == op) return std::string(name);
  }
  return {};
}

NameGuess Guess(const Node& node);

NameGuess GuessSublink(const Node& node) {
  std::string_view type = node.Enum("sub_link_type");
  if (type == "EXISTS_SUBLINK") return Strong("exists");
  if (type == "ARRAY_SUBLINK") return Strong("array");
  if (type != "EXPR_SUBLINK") return {};
  Node select = node["subselect"];
  while (select && select["larg"]) select = select["larg"];
  if (!select) return {};
  std::vector<Node> targets = select.List("target_list");
  if (targets.empty()) return {};
  std::string name = targets[0].Str("name");
  return name.empty() ? Guess(targets[0]["val"]) : Strong(name);
}

NameGuess Guess(const Node& node) {
  if (!node) return {};
  std::string_view kind = node.kind();
  if (kind == "ColumnRef") {
    std::string name = LastString(node.List("fields"));
    return name.empty() ? NameGuess{} : Strong(name);
  }
  if (kind == "A_Indirection") {
    std::string name = LastString(node.List("indirection"));
    return name.empty() ? Guess(node["arg"]) : Strong(name);
  }
  if (kind == "FuncCall") return Strong(node.Names("funcname").back());
  if (kind == "A_Expr") {
    return node.Enum("kind") == "AEXPR_NULLIF" ? Strong("nullif") : NameGuess{};
  }
  if (kind == "TypeCast") {
    NameGuess inner = Guess(node["arg"]);
    if (inner.strength == Strength::Strong) return inner;
    return {Strength::Weak, node["type_name"].Names("names").back()};
  }
  if (kind == "CollateClause") return Guess(node["arg"]);
  if (kind == "CaseExpr") {
    NameGuess inner = Guess(node["defresult"]);
    return inner.strength == Strength::Strong ? inner : NameGuess{Strength::Weak, "case"};
  }
  if (kind == "A_ArrayExpr") return Strong("array");
  if (kind == "RowExpr") return Strong("row");
  if (kind == "CoalesceExpr") return Strong("coalesce");
  if (kind == "MinMaxExpr") return Strong(node.Enum("op") == "IS_LEAST" ? "least" : "greatest");
  if (kind == "GroupingFunc") return Strong("grouping");
  if (kind == "SubLink") return GuessSublink(node);
  if (kind == "XmlSerialize") return Strong("xmlserialize");
  if (kind == "SQLValueFunction") return Strong(SqlValueName(node.Enum("op")));
  if (kind == "XmlExpr") {
    std::string name = XmlName(node.Enum("op"));
    return name.empty() ? NameGuess{} : Strong(name);
  }
  return {};
}

}  // namespace

std::string OutputName(const Node& expression) {
  NameGuess guess = Guess(expression);
  return guess.name.empty() ? "?column?" : guess.name;
}

}  // namespace tricklec::catalog
