// UNION, INTERSECT and EXCEPT of two branches, each column converted to the common type of its place.
//
//   SELECT a FROM t UNION ALL SELECT 'x' FROM u
//
//   L UNION R       DISTINCT (L UNION ALL R)
//   L INTERSECT R   rows of the groups of (L marked as first UNION ALL R) that both have
//   L EXCEPT R      … that only L has
//
// Types are agreed on in pairs, as the operators nest; a literal without a type takes that of the
// other branch. Names are those of the first branch (manual, "UNION, CASE, and Related Constructs").

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/query.h"
#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/logic.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using ir::RelPtr;
using pgparse::Node;
using source::Code;

namespace {

std::string SetOperationName(const Node& select) {
  std::string_view op = select.Enum("op");
  std::string name = op == "SETOP_UNION"       ? "UNION"
                     : op == "SETOP_INTERSECT" ? "INTERSECT"
                                               : "EXCEPT";
  return select.Bool("all") ? name + " ALL" : name;
}

// A branch's column to be converted: what computes it, where that matters, with its place.
ExprPtr ColumnOfBranch(const ir::Rel& branch, size_t i) {
  const ir::OutputColumn& output = branch.outputs[i];
  const auto* project = branch.As<ir::Project>();
  if (project == nullptr) {
    ir::Expr ref = *ir::Ref(output);
    ref.range = branch.range;
    return std::make_shared<const ir::Expr>(std::move(ref));
  }
  const ExprPtr& expr = project->columns[i].expr;
  if (IsUnknown(expr)) return expr;
  ir::Expr ref = *ir::Ref(output);
  ref.range = expr->range;
  ref.props.collation_explicit = expr->props.collation_explicit;
  return std::make_shared<const ir::Expr>(std::move(ref));
}

RelPtr WithColumns(const RelPtr& branch, const std::vector<ExprPtr>& exprs, ir::ColumnIds& ids) {
  bool same = true;
  std::vector<ir::ProjectColumn> columns;
  for (size_t i = 0; i < exprs.size(); ++i) {
    const auto* ref = exprs[i]->As<ir::ColumnRef>();
    same &= ref != nullptr && ref->id == branch->outputs[i].id;
    columns.push_back({ids.Next(), branch->outputs[i].name, exprs[i]});
  }
  return same ? branch : ir::MakeProject(branch, std::move(columns), branch->range);
}

// The same rows as a projection.
RelPtr Copied(const RelPtr& rel, ir::ColumnIds& ids) {
  std::vector<ir::ProjectColumn> columns;
  for (const ir::OutputColumn& output : rel->outputs) {
    columns.push_back({ids.Next(), output.name, ir::Ref(output)});
  }
  return ir::MakeProject(rel, std::move(columns), rel->range);
}

// The branch with one column more: whether it is the first one.
RelPtr Marked(const RelPtr& branch, bool is_first, ir::ColumnIds& ids) {
  std::vector<ir::ProjectColumn> columns;
  for (const ir::OutputColumn& output : branch->outputs) {
    columns.push_back({ids.Next(), output.name, ir::Ref(output)});
  }
  ir::Constant mark{is_first ? "true" : "false", false, is_first};
  columns.push_back(
      {ids.Next(), "is_first", ir::MakeExpr(ir::Certain(ir::Boolean()), {}, std::move(mark))});
  return ir::MakeProject(branch, std::move(columns), branch->range);
}

// How many rows of a group meet the condition.
ir::AggregateColumn CountOf(const char* name, ExprPtr condition, source::Range range,
                            ir::ColumnIds& ids) {
  ir::AggregateColumn count;
  count.id = ids.Next();
  count.name = name;
  count.call.kind = ir::AggregateKind::CountRows;
  count.call.function = {"pg_catalog", "count"};
  count.call.filter = std::move(condition);
  count.props = ir::Certain(ir::Bigint());
  count.range = range;
  return count;
}

ExprPtr ComparedWithZero(const char* op, const ir::OutputColumn& count) {
  ExprPtr zero = ir::MakeExpr(ir::Certain(ir::Bigint()), {}, ir::Constant{"0"});
  ir::OperatorCall call{{"pg_catalog", op}, {ir::Ref(count), std::move(zero)}, false};
  call.is_default_equality = std::string_view(op) == "=";
  return ir::MakeExpr(ir::Certain(ir::Boolean()), {}, std::move(call));
}

// Each row once that is in the left branch and, according to `op`, in the right one.
RelPtr InBothOrOne(const RelPtr& left, const RelPtr& right, std::string_view op,
                   source::Range range, ir::ColumnIds& ids) {
  std::vector<ir::ColumnId> union_ids;
  for (size_t i = 0; i <= left->outputs.size(); ++i) union_ids.push_back(ids.Next());
  RelPtr all =
      ir::MakeUnionAll({Marked(left, true, ids), Marked(right, false, ids)}, union_ids, range);
  std::vector<ir::ProjectColumn> keys;
  for (size_t i = 0; i < left->outputs.size(); ++i) {
    keys.push_back({ids.Next(), all->outputs[i].name, ir::Ref(all->outputs[i])});
  }
  ExprPtr is_first = ir::Ref(all->outputs.back());
  std::vector<ir::AggregateColumn> counts;
  counts.push_back(CountOf("in_first", is_first, range, ids));
  counts.push_back(
      CountOf("in_second", ir::Combined(ir::LogicalKind::Not, {is_first}), range, ids));
  RelPtr groups = ir::MakeAggregate(all, true, std::move(keys), std::move(counts), range);
  size_t first = left->outputs.size();
  RelPtr kept = ir::MakeFilter(
      groups,
      ir::Combined(ir::LogicalKind::And, {ComparedWithZero(">", groups->outputs[first]),
                                          ComparedWithZero(op == "SETOP_INTERSECT" ? ">" : "=",
                                                           groups->outputs[first + 1])}));
  std::vector<ir::ProjectColumn> columns;
  for (size_t i = 0; i < first; ++i) {
    columns.push_back({ids.Next(), kept->outputs[i].name, ir::Ref(kept->outputs[i])});
  }
  return ir::MakeProject(kept, std::move(columns), range);
}

}  // namespace

RelPtr QueryAnalyzer::AnalyzeSetOperation(const Node& select) {
  std::string_view op = select.Enum("op");
  bool all = select.Bool("all");
  if (op != "SETOP_UNION" && all) {
    context_.diagnostics.Report(Code::QueryNotSupported, select["rarg"].range(),
                                SetOperationName(select));
    return nullptr;
  }
  RelPtr left = QueryAnalyzer(context_, path_, this).Analyze(select["larg"], UntypedColumns::Keep);
  RelPtr right = QueryAnalyzer(context_, path_, this).Analyze(select["rarg"], UntypedColumns::Keep);
  if (left == nullptr || right == nullptr) return nullptr;
  if (left->outputs.size() != right->outputs.size()) {
    context_.diagnostics.Report(Code::BranchesDiffer, select["rarg"].range(),
                                SetOperationName(select), left->outputs.size(),
                                right->outputs.size());
    return nullptr;
  }
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Select);
  std::vector<ExprPtr> left_columns, right_columns;
  std::vector<ir::ColumnId> ids;
  bool failed = false;
  for (size_t i = 0; i < left->outputs.size(); ++i) {
    ExprPtr a = ColumnOfBranch(*left, i), b = ColumnOfBranch(*right, i);
    if (!analyzer.UnifyBranches(a, b, SetOperationName(select))) failed = true;
    left_columns.push_back(std::move(a));
    right_columns.push_back(std::move(b));
  }
  if (failed) return nullptr;
  left = WithColumns(left, left_columns, *context_.ids);
  right = WithColumns(right, right_columns, *context_.ids);
  for (size_t i = 0; i < left->outputs.size(); ++i) ids.push_back(context_.ids->Next());
  if (!all) {
    for (size_t i = 0; i < left->outputs.size(); ++i) {
      if (!CheckEquality(left_columns[i], SetOperationName(select))) return nullptr;
    }
  }
  RelPtr rel;
  if (op == "SETOP_UNION") {
    rel = ir::MakeUnionAll({left, right}, ids, select.range());
    if (!all) rel = ir::MakeDistinct(Copied(rel, *context_.ids), select.range());
  } else {
    rel = InBothOrOne(left, right, op, select.range(), *context_.ids);
  }
  return CheckSetOrder(select, *rel) ? rel : nullptr;
}

bool QueryAnalyzer::CheckSetOrder(const Node& select, const ir::Rel& rel) {
  std::vector<Node> items = select.List("sort_clause");
  for (const Node& item : items) {
    Node value = item["node"];
    std::vector<Node> fields = value.Is("ColumnRef") ? value.List("fields") : std::vector<Node>{};
    if (fields.size() == 1 && fields[0].Is("String")) {
      std::string name = fields[0].Str("sval");
      bool found = std::any_of(rel.outputs.begin(), rel.outputs.end(),
                               [&](const ir::OutputColumn& output) { return output.name == name; });
      if (found) continue;
      context_.diagnostics.Report(Code::UnknownColumn, value.range(), name)
          .AddNote("ORDER BY of a set operation can only name columns of its first branch");
      return false;
    }
    if (value.Is("A_Const") && value["ival"]) {
      int64_t position = value["ival"].Int("ival");
      if (position >= 1 && position <= static_cast<int64_t>(rel.outputs.size())) continue;
      context_.diagnostics.Report(Code::BadPosition, value.range(), "ORDER BY", position);
      return false;
    }
    context_.diagnostics.Report(Code::InvalidExpression, value.range(),
                                "ORDER BY of a set operation can only name result columns");
    return false;
  }
  if (!items.empty()) ReportOrder(items.front());
  return true;
}

}  // namespace tricklec::analyze
