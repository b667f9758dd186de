// Joins of FROM: their conditions, and the names that a join brings.
//
//   a JOIN b USING (x)        join on a.x = b.x; columns x, the others of a, the others of b
//
// Within a join its items keep their names, but only the join itself offers columns to unqualified
// names. An alias of the join hides its items; an alias of USING is one more item, with the merged
// columns only (manual, "Joined Tables").

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tricklec/analyze/query.h"
#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/clone.h"
#include "tricklec/ir/logic.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using ir::RelPtr;
using pgparse::Node;
using source::Code;

namespace {

using MergedFrom = ExpressionAnalyzer::MergedFrom;

MergedFrom MergedFromOf(std::string_view type) {
  if (type == "JOIN_LEFT") return MergedFrom::Left;
  if (type == "JOIN_RIGHT") return MergedFrom::Right;
  return type == "JOIN_FULL" ? MergedFrom::FirstPresent : MergedFrom::Either;
}

// What a join makes of the columns below it.
using Columns = std::map<ir::ColumnId, ir::OutputColumn>;

// An expression over the columns of a join.
ExprPtr Above(const ExprPtr& expr, const Columns& columns) {
  ExprPtr above = ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ExprPtr {
    auto found = columns.find(id);
    return found == columns.end() ? nullptr : ir::Ref(found->second);
  });
  if (above == expr || above->props.nullable || expr->As<ir::ColumnRef>() != nullptr) return above;
  ir::Expr nullable = *above;
  nullable.props.nullable = true;
  return std::make_shared<const ir::Expr>(std::move(nullable));
}

std::vector<ir::ColumnId> ColumnsOf(const ExprPtr& expr) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  return ids;
}

// Whether an expression reads a side of a join, and no other.
bool ReadsOnly(const ExprPtr& expr, const ir::Rel& side) {
  std::vector<ir::ColumnId> ids = ColumnsOf(expr);
  return !ids.empty() && std::all_of(ids.begin(), ids.end(), [&](ir::ColumnId id) {
    return side.FindOutput(id) != nullptr;
  });
}

void Replace(std::vector<ScopeColumn>& scope, const Columns& columns) {
  for (ScopeColumn& column : scope) column.expr = Above(column.expr, columns);
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
    ExprPtr column =
        analyzer.MergeColumns(a->expr, b->expr, MergedFromOf(node.Enum("jointype")), node.range());
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
  MaybeItem left = AnalyzeFromItem(node["larg"]);
  MaybeItem right = AnalyzeFromItem(node["rarg"]);
  if (!left || !right) return std::nullopt;
  std::string_view type = node.Enum("jointype");
  std::vector<RangeItem> names;
  for (RangeItem item : left->names) {
    item.may_be_missing |= type == "JOIN_RIGHT" || type == "JOIN_FULL";
    names.push_back(std::move(item));
  }
  for (RangeItem item : right->names) {
    if (!CheckNames(left->names, item)) return std::nullopt;
    item.may_be_missing |= type == "JOIN_LEFT" || type == "JOIN_FULL";
    names.push_back(std::move(item));
  }
  const RangeItem& a = left->names.back();
  const RangeItem& b = right->names.back();
  std::optional<MergedColumns> merged = MergeColumns(node, a, b);
  if (!merged) return std::nullopt;
  std::vector<ExprPtr> conditions = merged->equalities;
  RelPtr filtered;
  if (Node on = node["quals"]) {
    // As for WHERE, subqueries stand beside the rows, which is not possible where rows without partner follow.
    bool is_inner = type == "JOIN_INNER";
    Scope scope{names, scope_.outer, is_inner ? this : nullptr};
    RelPtr from = std::exchange(input_, ir::MakeJoin(left->rel, right->rel, nullptr));
    ExpressionAnalyzer analyzer(context_, path_, scope, Clause::On);
    on_scope_ = &scope;
    ExprPtr condition = analyzer.AnalyzeBoolean(on, "ON");
    on_scope_ = nullptr;
    RelPtr joined = std::exchange(input_, std::move(from));
    if (condition == nullptr) return std::nullopt;
    if (subqueries_.empty()) {
      conditions.push_back(std::move(condition));
    } else {
      filtered = ir::MakeFilter(WithSubqueries(joined, true), condition, condition->range);
    }
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
  ExprPtr predicate = ir::Conjunction(std::move(conditions));
  if (type == "JOIN_FULL" && !CheckFullJoin(*left->rel, *right->rel, predicate, node.range())) {
    return std::nullopt;
  }
  FromItem result{filtered, std::move(names)};
  if (filtered != nullptr) return result;
  result.rel = Joined(type, left->rel, right->rel, predicate, node.range(), result.names);
  return result;
}

bool QueryAnalyzer::CheckFullJoin(const ir::Rel& left, const ir::Rel& right,
                                  const ExprPtr& predicate, source::Range range) {
  if (predicate == nullptr) return true;
  std::vector<ExprPtr> conjuncts;
  ir::SplitConjuncts(predicate, conjuncts);
  bool has_equality = std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ExprPtr& conjunct) {
    const auto* call = conjunct->As<ir::OperatorCall>();
    return call != nullptr && call->op.name == "=" && call->args.size() == 2 &&
           ((ReadsOnly(call->args[0], left) && ReadsOnly(call->args[1], right)) ||
            (ReadsOnly(call->args[0], right) && ReadsOnly(call->args[1], left)));
  });
  bool is_constant = std::all_of(conjuncts.begin(), conjuncts.end(), [](const ExprPtr& conjunct) {
    return ColumnsOf(conjunct).empty();
  });
  if (has_equality || is_constant) return true;
  context_.diagnostics
      .Report(Code::QueryNotPossible, range, "a FULL JOIN without an equality of its two sides")
      .AddNote("PostgreSQL cannot run it either");
  return false;
}

RelPtr QueryAnalyzer::Joined(std::string_view type, const RelPtr& left, const RelPtr& right,
                             const ExprPtr& predicate, source::Range range,
                             std::vector<RangeItem>& names) {
  if (type == "JOIN_INNER") return ir::MakeJoin(left, right, predicate, range);
  RelPtr rel = type == "JOIN_LEFT"    ? ir::MakeOuterJoin(left, right, predicate, range)
               : type == "JOIN_RIGHT" ? ir::MakeOuterJoin(right, left, predicate, range)
                                      : FullJoin(left, right, predicate, range);
  Columns columns;
  if (type == "JOIN_FULL") {
    size_t place = 0;
    for (const RelPtr& side : {left, right}) {
      for (const ir::OutputColumn& output : side->outputs) {
        columns.emplace(output.id, rel->outputs[place]);
        full_join_columns_[rel->outputs[place].id] = output.id;
        ++place;
      }
    }
  } else {
    for (const ir::OutputColumn& output : rel->outputs) columns.emplace(output.id, output);
  }
  for (RangeItem& item : names) Replace(item.columns, columns);
  return rel;
}

// L FULL JOIN R is L LEFT JOIN R with the rows of R that have no partner in L. For these, both sides are
// read a second time.
RelPtr QueryAnalyzer::FullJoin(const RelPtr& left, const RelPtr& right, const ExprPtr& predicate,
                               source::Range range) {
  ir::ColumnIds& ids = *context_.ids;
  auto copy = [&](const RelPtr& rel) {
    return ir::Clone(rel, ids, [this](const std::string& alias) { return UniqueScanAlias(alias); });
  };
  RelPtr left_copy = copy(left), right_copy = copy(right);
  Columns copies;
  for (size_t i = 0; i < left->outputs.size(); ++i) {
    copies.emplace(left->outputs[i].id, left_copy->outputs[i]);
  }
  for (size_t i = 0; i < right->outputs.size(); ++i) {
    copies.emplace(right->outputs[i].id, right_copy->outputs[i]);
  }
  std::vector<ir::ProjectColumn> marked;
  for (const ir::OutputColumn& output : left_copy->outputs) {
    marked.push_back({output.id, output.name, ir::Ref(output)});
  }
  ir::ColumnId mark = ids.Next();
  marked.push_back(
      {mark, "has_partner",
       ir::MakeExpr(ir::Certain(ir::Boolean()), {}, ir::Constant{"true", false, true})});
  ExprPtr on = predicate == nullptr ? nullptr : ir::ReplaceColumns(predicate, [&](ir::ColumnId id) {
    return ir::Ref(copies.at(id));
  });
  RelPtr partners = ir::MakeOuterJoin(
      right_copy, ir::MakeProject(left_copy, std::move(marked), range), on, range);
  RelPtr alone = ir::MakeFilter(
      partners, ir::MakeExpr(ir::Certain(ir::Boolean()), {},
                             ir::NullTest{ir::Ref(*partners->FindOutput(mark)), false}));

  RelPtr pairs = ir::MakeOuterJoin(left, right, predicate, range);
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Select);
  std::vector<ir::ProjectColumn> with_partner, without;
  std::vector<ir::ColumnId> outputs;
  for (size_t i = 0; i < pairs->outputs.size(); ++i) {
    const ir::OutputColumn& output = pairs->outputs[i];
    ExprPtr value = ir::Ref(output), other;
    if (i < left->outputs.size()) {
      ir::Properties props = ir::Certain(output.props.type);
      props.nullable = true;
      other = ir::MakeExpr(std::move(props), range,
                           ir::Constant{"NULL::" + output.props.type.sql, true});
      // The same type, and the collation of the column.
      analyzer.UnifyBranches(value, other, "FULL JOIN");
    } else {
      other = ir::Ref(right_copy->outputs[i - left->outputs.size()]);
    }
    with_partner.push_back({ids.Next(), output.name, value});
    without.push_back({ids.Next(), output.name, other});
    outputs.push_back(ids.Next());
  }
  return ir::MakeUnionAll({ir::MakeProject(pairs, std::move(with_partner), range),
                           ir::MakeProject(alone, std::move(without), range)},
                          outputs, range);
}

}  // namespace tricklec::analyze
