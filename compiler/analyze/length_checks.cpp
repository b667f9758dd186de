// Upper bounds of text lengths, read from CHECK constraints as they are written:
//
//   CHECK (length(c) <= 40 AND …)     at most 40 characters, so at most 164 bytes
//   CHECK (octet_length(c) < 100)     at most 103 bytes
//
// What is not of this form proves nothing; a NULL passes a CHECK, and is short enough.

#include <algorithm>

#include "tricklec/analyze/type_facts.h"

namespace tricklec::analyze {

namespace {

using pgparse::Node;

constexpr uint32_t kMaxCharacterBytes = 4;
constexpr uint32_t kVarlenaHeader = 4;
constexpr int64_t kLargestUseful = 1'000'000;

bool IsColumn(const Node& node, std::string_view column) {
  if (node.Is("TypeCast")) return IsColumn(node["arg"], column);
  if (!node.Is("ColumnRef")) return false;
  std::vector<Node> fields = node.List("fields");
  return !fields.empty() && fields.back().Is("String") && fields.back().Str("sval") == column;
}

std::optional<int64_t> IntegerOf(const Node& node) {
  if (!node.Is("A_Const") || !node["ival"]) return std::nullopt;
  int64_t value = node["ival"].Int("ival");
  if (value < 0 || value > kLargestUseful) return std::nullopt;
  return value;
}

// Bytes per unit that `length(column)` or its like counts; 0 if the node is something else.
uint32_t UnitOf(const Node& node, std::string_view column, bool is_bytes) {
  if (!node.Is("FuncCall")) return 0;
  std::vector<std::string> name = node.Names("funcname");
  std::vector<Node> args = node.List("args");
  if (args.size() != 1 || !IsColumn(args[0], column)) return 0;
  if (name.size() > 1 && name.front() != "pg_catalog") return 0;
  if (name.back() == "octet_length") return 1;
  if (name.back() == "length") return is_bytes ? 1 : kMaxCharacterBytes;
  if (name.back() == "char_length" || name.back() == "character_length") return kMaxCharacterBytes;
  return 0;
}

std::optional<uint32_t> Bytes(uint32_t unit, std::optional<int64_t> limit) {
  if (unit == 0 || !limit) return std::nullopt;
  return static_cast<uint32_t>(*limit) * unit + kVarlenaHeader;
}

std::optional<uint32_t> Smaller(std::optional<uint32_t> a, std::optional<uint32_t> b) {
  if (a && b) return std::min(*a, *b);
  return a ? a : b;
}

std::optional<uint32_t> ByComparison(const Node& node, std::string_view column, bool is_bytes) {
  std::vector<std::string> name = node.Names("name");
  if (name.empty()) return std::nullopt;
  std::string op = name.back();
  std::string_view kind = node.Enum("kind");
  Node left = node["lexpr"], right = node["rexpr"];
  if (kind == "AEXPR_BETWEEN") {
    std::vector<Node> limits = right.List("items");
    if (limits.size() != 2) return std::nullopt;
    return Bytes(UnitOf(left, column, is_bytes), IntegerOf(limits[1]));
  }
  if (kind != "AEXPR_OP") return std::nullopt;
  if (op == ">=" || op == ">") {
    std::swap(left, right);
    op = op == ">" ? "<" : "<=";
  }
  if (op == "=" && IntegerOf(left)) std::swap(left, right);
  if (op != "<" && op != "<=" && op != "=") return std::nullopt;
  return Bytes(UnitOf(left, column, is_bytes), IntegerOf(right));
}

}  // namespace

std::optional<uint32_t> BoundByCheck(const Node& check, std::string_view column, bool is_bytes) {
  if (check.Is("A_Expr")) return ByComparison(check, column, is_bytes);
  if (!check.Is("BoolExpr")) return std::nullopt;
  std::string_view kind = check.Enum("boolop");
  std::vector<Node> args = check.List("args");
  if (kind == "AND_EXPR") {
    std::optional<uint32_t> best;
    for (const Node& arg : args) best = Smaller(best, BoundByCheck(arg, column, is_bytes));
    return best;
  }
  if (kind == "OR_EXPR") {
    // Every alternative has to bound it.
    uint32_t widest = 0;
    for (const Node& arg : args) {
      auto bound = BoundByCheck(arg, column, is_bytes);
      if (!bound) return std::nullopt;
      widest = std::max(widest, *bound);
    }
    return widest;
  }
  return std::nullopt;
}

}  // namespace tricklec::analyze
