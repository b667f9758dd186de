// Joins of FROM: their conditions, and the names that a join brings.
//
//   a JOIN b USING (x)        join on a.x = b.x; columns x, the others of a, the others of b
//
// Within a join its items keep their names, but only the join itself offers columns to unqualified
// names. An alias of the join hides its items; an alias of USING is one more item, with the merged
// columns only (manual, "Joined Tables").

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/query.h"
#include "tricklec/ir/builtin_types.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using pgparse::Node;
using source::Code;

namespace {

std::string_view OuterJoinName(std::string_view type) {
  if (type == "JOIN_LEFT") return "LEFT JOIN";
  if (type == "JOIN_RIGHT") return "RIGHT JOIN";
  return "FULL JOIN";
}

std::vector<const ScopeColumn*> ColumnsNamed(const RangeItem& item, const std::string& name) {
  std::vector<const ScopeColumn*> found;
  for (const ScopeColumn& column : item.columns) {
    if (column.name == name) found.push_back(&column);
  }
  return found;
}

std::vector<std::string> CommonNames(const RangeItem& left, const RangeItem& right) {
  std::vector<std::string> names;
  for (const ScopeColumn& column : left.columns) {
    if (!ColumnsNamed(right, column.name).empty()) names.push_back(column.name);
  }
  return names;
}

ExprPtr AllOf(std::vector<ExprPtr> conditions) {
  if (conditions.empty()) return nullptr;
  if (conditions.size() == 1) return conditions[0];
  ir::Properties props;
  props.type = ir::Boolean();
  props.nullable = false;
  props.may_raise = false;
  for (const ExprPtr& condition : conditions) {
    props.nullable |= condition->props.nullable;
    props.may_raise |= condition->props.may_raise;
    props.volatility = std::max(props.volatility, condition->props.volatility);
  }
  source::Range range = conditions[0]->range;
  return ir::MakeExpr(std::move(props), range,
                      ir::Logical{ir::LogicalKind::And, std::move(conditions)});
}

}  // namespace

bool QueryAnalyzer::CheckNames(const std::vector<RangeItem>& names, const RangeItem& added) {
  if (!added.has_alias) return true;
  for (const RangeItem& item : names) {
    if (!item.has_alias || item.alias != added.alias) continue;
    // Tables of different schemas may stand side by side under their own names.
    bool two_tables =
        !item.relation.empty() && !added.relation.empty() && !(item.relation == added.relation);
    if (two_tables) continue;
    context_.diagnostics.Report(Code::RepeatedFromItem, added.range, added.alias)
        .AddLabel(item.range, "the other one")
        .AddHelp("give one of them another name with AS");
    return false;
  }
  return true;
}

std::optional<QueryAnalyzer::MergedColumns> QueryAnalyzer::MergeColumns(const Node& node,
                                                                        const RangeItem& left,
                                                                        const RangeItem& right) {
  bool natural = node.Bool("is_natural");
  std::vector<std::string> names = natural ? CommonNames(left, right) : node.Names("using_clause");
  std::string_view clause = natural ? "NATURAL JOIN" : "USING";
  // The one column of that name of one side.
  auto find = [&](const RangeItem& side, std::string_view which,
                  const std::string& name) -> const ScopeColumn* {
    std::vector<const ScopeColumn*> found = ColumnsNamed(side, name);
    if (found.size() == 1) return found[0];
    auto report = context_.diagnostics.Report(
        found.empty() ? Code::UnknownColumn : Code::AmbiguousColumn, node.range(), name);
    report.AddNote(fmt::format("{} needs one such column on the {} side", clause, which));
    std::vector<std::string> others;
    for (const ScopeColumn& column : side.columns) others.push_back(column.name);
    if (auto near = source::ClosestMatch(name, others); near && found.empty()) {
      report.AddHelp(fmt::format("did you mean `{}`?", *near));
    }
    return nullptr;
  };
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::On);
  MergedColumns merged;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (!natural &&
        std::count(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), name) > 0) {
      context_.diagnostics.Report(Code::RepeatedName, node.range(), name)
          .AddNote("USING takes each column once");
      return std::nullopt;
    }
    const ScopeColumn* a = find(left, "left", name);
    const ScopeColumn* b = a == nullptr ? nullptr : find(right, "right", name);
    if (b == nullptr) return std::nullopt;
    ExprPtr column = analyzer.MergeColumns(a->expr, b->expr, node.range());
    ExprPtr equality =
        column == nullptr ? nullptr : analyzer.MakeUsingEquality(a->expr, b->expr, node.range());
    if (equality == nullptr) return std::nullopt;
    merged.columns.push_back({name, std::move(column)});
    merged.equalities.push_back(std::move(equality));
    merged.replaced.insert(merged.replaced.end(), {a, b});
  }
  return merged;
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeJoin(const Node& node) {
  std::string_view type = node.Enum("jointype");
  if (type != "JOIN_INNER") {
    context_.diagnostics.Report(Code::QueryNotSupported, node.range(), OuterJoinName(type));
    return std::nullopt;
  }
  MaybeItem left = AnalyzeFromItem(node["larg"]);
  MaybeItem right = AnalyzeFromItem(node["rarg"]);
  if (!left || !right) return std::nullopt;
  std::vector<RangeItem> names = left->names;
  for (const RangeItem& item : right->names) {
    if (!CheckNames(left->names, item)) return std::nullopt;
    names.push_back(item);
  }
  const RangeItem& a = left->names.back();
  const RangeItem& b = right->names.back();
  std::optional<MergedColumns> merged = MergeColumns(node, a, b);
  if (!merged) return std::nullopt;
  std::vector<ExprPtr> conditions = merged->equalities;
  if (Node on = node["quals"]) {
    Scope scope{names};
    ExpressionAnalyzer analyzer(context_, path_, scope, Clause::On);
    ExprPtr condition = analyzer.AnalyzeBoolean(on, "ON");
    if (condition == nullptr) return std::nullopt;
    conditions.push_back(std::move(condition));
  }

  RangeItem join;
  join.range = node.range();
  join.has_alias = false;
  join.columns = merged->columns;
  for (const RangeItem* side : {&a, &b}) {
    for (const ScopeColumn& column : side->columns) {
      bool once = std::find(merged->replaced.begin(), merged->replaced.end(), &column) !=
                  merged->replaced.end();
      if (!once) join.columns.push_back(column);
    }
  }
  for (RangeItem& item : names) item.offers_columns = false;
  if (Node using_alias = node["join_using_alias"]) {
    RangeItem item;
    item.alias = using_alias.Str("aliasname");
    item.range = node.range();
    item.columns = merged->columns;
    item.offers_columns = false;
    if (!CheckNames(names, item)) return std::nullopt;
    names.push_back(std::move(item));
  }
  if (Node alias = node["alias"]) {
    join.alias = alias.Str("aliasname");
    join.has_alias = true;
    if (!RenameColumns(join, alias)) return std::nullopt;
    names.clear();
  }
  names.push_back(std::move(join));
  return FromItem{ir::MakeJoin(left->rel, right->rel, AllOf(std::move(conditions)), node.range()),
                  std::move(names)};
}

}  // namespace tricklec::analyze
