#include "tricklec/analyze/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/catalog/output_name.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using ir::RelPtr;
using pgparse::Node;
using source::Code;

namespace {

// A lone column name, as GROUP BY and ORDER BY may use for an output column; else "".
std::string LoneName(const Node& node) {
  if (!node.Is("ColumnRef")) return {};
  std::vector<Node> fields = node.List("fields");
  return fields.size() == 1 && fields[0].Is("String") ? fields[0].Str("sval") : std::string();
}

}  // namespace

RelPtr QueryAnalyzer::Analyze(const Node& select, UntypedColumns untyped) {
  TRICKLEC_CHECK(select.Is("SelectStmt"), "a query that is no SELECT");
  bool supported = CheckSupported(select);
  bool failed = false;
  if (Node with = select["with_clause"]) {
    if (with.Bool("recursive")) return nullptr;
    failed = !AnalyzeWith(with);
  }
  RelPtr rel;
  if (select["larg"]) {
    rel = AnalyzeSetOperation(select);
  } else if (!select.List("from_clause").empty()) {
    rel = AnalyzeSelect(select, untyped);
  }
  return supported && !failed ? rel : nullptr;
}

RelPtr QueryAnalyzer::AnalyzeSelect(const Node& select, UntypedColumns untyped) {
  if (!AnalyzeFrom(select)) return nullptr;
  RelPtr rel = input_;
  scope_.subqueries = this;
  bool failed = false;
  if (Node where = select["where_clause"]) {
    ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Where);
    ExprPtr predicate = analyzer.AnalyzeBoolean(where, "WHERE");
    failed = failed || predicate == nullptr;
    if (predicate != nullptr) {
      rel = ir::MakeFilter(WithSubqueries(rel, true), predicate, predicate->range);
    }
  }
  // DISTINCT compares, so it gives every column a type.
  bool distinct = !select.List("distinct_clause").empty();
  bool targets_found = AnalyzeTargets(select, distinct ? UntypedColumns::Text : untyped);
  failed = !targets_found || failed;
  // GROUP BY and ORDER BY may name result columns: without those, errors would follow from errors.
  if (!targets_found) return nullptr;
  if (!AnalyzeGroupBy(select)) failed = true;
  if (Node having = select["having_clause"]) {
    ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Having, &aggregates_);
    having_ = analyzer.AnalyzeBoolean(having, "HAVING");
    failed = failed || having_ == nullptr;
  }
  if (!AnalyzeOrderBy(select)) failed = true;
  if (failed) return nullptr;

  bool grouped = !select.List("group_clause").empty();
  if (grouped || !aggregates_.empty() || having_ != nullptr) {
    rel = Group(WithSubqueries(std::move(rel), false), grouped);
    if (rel == nullptr) return nullptr;
  } else {
    rel = WithSubqueries(std::move(rel), true);
  }
  std::vector<ir::ProjectColumn> columns;
  for (const Target& target : targets_) {
    columns.push_back({context_.ids->Next(), target.name, target.expr});
  }
  rel = ir::MakeProject(std::move(rel), std::move(columns), select.range());
  if (distinct) {
    for (const Target& target : targets_) {
      if (!CheckEquality(target.expr, "DISTINCT")) return nullptr;
    }
    for (const ExprPtr& expr : order_) {
      bool selected = std::any_of(targets_.begin(), targets_.end(), [&](const Target& target) {
        return ir::SameExpr(target.expr, expr);
      });
      if (selected) continue;
      context_.diagnostics.Report(Code::InvalidExpression, expr->range,
                                  "with DISTINCT, ORDER BY can only use result columns");
      return nullptr;
    }
    rel = ir::MakeDistinct(std::move(rel), select.range());
  }
  return rel;
}

bool QueryAnalyzer::AnalyzeTargets(const Node& select, UntypedColumns untyped) {
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Select, &aggregates_);
  bool failed = false;
  for (const Node& target : select.List("target_list")) {
    Node value = target["val"];
    if (value.Is("ColumnRef") && value.List("fields").back().Is("A_Star")) {
      auto columns = analyzer.ExpandStar(value);
      if (!columns) {
        failed = true;
        continue;
      }
      for (const ScopeColumn& column : *columns) {
        targets_.push_back({column.name, UseOf(column, value.range()), value.range()});
      }
      continue;
    }
    ExprPtr expr = analyzer.Analyze(value);
    if (expr == nullptr) {
      failed = true;
      continue;
    }
    if (untyped == UntypedColumns::Text) expr = analyzer.TextIfUnknown(expr);
    std::string name = target.Str("name");
    targets_.push_back({name.empty() ? catalog::OutputName(value) : name, expr, target.range()});
  }
  return !failed;
}

bool QueryAnalyzer::CheckEquality(const ExprPtr& expr, std::string_view clause) {
  Resolver resolver(context_.catalog, path_);
  const ir::Type& type = expr->props.type;
  if (!type.known || type.has_equality || resolver.IsOpaque(type.id)) return true;
  context_.diagnostics.Report(Code::NoEquality, expr->range, type.sql, clause)
      .AddHelp("cast it to a type that can be compared, such as `text` or `jsonb`");
  return false;
}

// A result column that is compared has a type, be it a literal.
ExprPtr QueryAnalyzer::ValueOf(Target& target) {
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::Select);
  target.expr = analyzer.TextIfUnknown(target.expr);
  return target.expr;
}

// In GROUP BY a lone name is first a column of FROM, then a result column; in ORDER BY the other
// way round. A number is the position of a result column (manual, "SELECT").
ExprPtr QueryAnalyzer::AnalyzeGroupItem(const Node& item) {
  std::string name = LoneName(item);
  if (!name.empty() && scope_.FindColumns(name).empty()) {
    Target* found = nullptr;
    for (Target& target : targets_) {
      if (target.name != name) continue;
      if (found != nullptr && !ir::SameExpr(found->expr, target.expr)) {
        context_.diagnostics.Report(Code::AmbiguousColumn, item.range(), name);
        return nullptr;
      }
      found = &target;
    }
    if (found != nullptr) return ValueOf(*found);
  }
  if (item.Is("A_Const")) {
    if (!item["ival"]) {
      context_.diagnostics.Report(Code::InvalidExpression, item.range(),
                                  "a constant in GROUP BY that is no position");
      return nullptr;
    }
    int64_t position = item["ival"].Int("ival");
    if (position < 1 || position > static_cast<int64_t>(targets_.size())) {
      context_.diagnostics.Report(Code::BadPosition, item.range(), "GROUP BY", position);
      return nullptr;
    }
    return ValueOf(targets_[static_cast<size_t>(position - 1)]);
  }
  ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::GroupBy);
  return analyzer.AnalyzeValue(item);
}

bool QueryAnalyzer::AnalyzeGroupBy(const Node& select) {
  bool failed = false;
  for (const Node& item : select.List("group_clause")) {
    if (item.Is("GroupingSet")) return false;  // reported as not supported
    // A row in GROUP BY is a list of keys.
    std::vector<Node> parts =
        item.Is("RowExpr") && item.Enum("row_format") == "COERCE_IMPLICIT_CAST"
            ? item.List("args")
            : std::vector<Node>{item};
    for (const Node& part : parts) {
      ExprPtr key = AnalyzeGroupItem(part);
      if (key == nullptr || !CheckEquality(key, "GROUP BY")) {
        failed = true;
        continue;
      }
      std::vector<ir::ColumnId> columns;
      ir::CollectColumns(key, columns);
      bool aggregated = std::any_of(columns.begin(), columns.end(), [&](ir::ColumnId id) {
        return std::any_of(aggregates_.begin(), aggregates_.end(),
                           [&](const ir::AggregateColumn& column) { return column.id == id; });
      });
      if (aggregated) {
        context_.diagnostics.Report(Code::AggregateNotAllowed, part.range(), "of the select list",
                                    NameOf(Clause::GroupBy));
        failed = true;
        continue;
      }
      bool known = std::any_of(keys_.begin(), keys_.end(), [&](const ir::ProjectColumn& other) {
        return ir::SameExpr(other.expr, key);
      });
      if (known) continue;
      std::string name = LoneName(part);
      if (const auto* ref = key->As<ir::ColumnRef>()) name = ref->name;
      for (const Target& target : targets_) {
        if (name.empty() && ir::SameExpr(target.expr, key)) name = target.name;
      }
      keys_.push_back({context_.ids->Next(), name.empty() ? catalog::OutputName(part) : name, key});
    }
  }
  return !failed;
}

bool QueryAnalyzer::AnalyzeOrderBy(const Node& select) {
  std::vector<Node> items = select.List("sort_clause");
  if (items.empty()) return true;
  bool failed = false;
  for (const Node& item : items) {
    Node value = item["node"];
    std::string name = LoneName(value);
    Target* found = nullptr;
    for (Target& target : targets_) {
      if (!name.empty() && target.name == name) found = &target;
    }
    if (found != nullptr) {
      order_.push_back(ValueOf(*found));
    } else if (value.Is("A_Const") && value["ival"]) {
      int64_t position = value["ival"].Int("ival");
      if (position < 1 || position > static_cast<int64_t>(targets_.size())) {
        context_.diagnostics.Report(Code::BadPosition, value.range(), "ORDER BY", position);
        failed = true;
      } else {
        order_.push_back(ValueOf(targets_[static_cast<size_t>(position - 1)]));
      }
    } else {
      ExpressionAnalyzer analyzer(context_, path_, scope_, Clause::OrderBy, &aggregates_);
      ExprPtr expr = analyzer.AnalyzeValue(value);
      failed = failed || expr == nullptr;
      if (expr != nullptr) order_.push_back(std::move(expr));
    }
  }
  if (!failed && !select["limit_count"]) ReportOrder(items.front());
  return !failed;
}

void QueryAnalyzer::ReportOrder(const Node& item) {
  context_.diagnostics.Report(Code::OrderByNotStored, item.range())
      .AddNote("the rows of a table have no order; sort when you read it");
}

}  // namespace tricklec::analyze
