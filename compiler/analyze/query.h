#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/subquery.h"
#include "tricklec/ir/source_table.h"

namespace tricklec::analyze {

/// Turns one SelectStmt into IR. What is outside the dialect of today is reported and never left
/// out silently.
class QueryAnalyzer : private SubqueryHost {
 public:
  /// \param path in force where the query stands
  /// \param outer the query around this one, whose WITH it may use; null: none
  /// \param around the names of the query in whose expression this one stands; null: what `outer` sees
  QueryAnalyzer(Context& context, const catalog::SearchPath& path, QueryAnalyzer* outer = nullptr,
                const Scope* around = nullptr)
      : context_(context), path_(path), outer_(outer) {
    scope_.outer = around != nullptr ? around : outer != nullptr ? outer->scope_.outer : nullptr;
  }

  /// What becomes of a literal that nothing gives a type: text, or the type of the other branches
  /// of a set operation (manual, "UNION, CASE, and Related Constructs").
  enum class UntypedColumns { Text, Keep };

  /// \returns the query as a tree whose outputs are its columns, or nullptr after reporting
  ir::RelPtr Analyze(const pgparse::Node& select, UntypedColumns untyped = UntypedColumns::Text);

 private:
  /// One result column before grouping is sorted out.
  struct Target {
    std::string name;
    ir::ExprPtr expr;
    source::Range range;
  };

  /// A query of WITH.
  struct WithQuery {
    std::string name;
    ir::RelPtr rel;  ///< null after an error, which was reported
    std::vector<std::string> column_names;
    std::vector<Instability> instabilities;  ///< that count where it is used
    bool used = false;
  };

  /// An item of FROM: its rows, and the names it brings; the last of them is the item itself.
  struct FromItem {
    ir::RelPtr rel;
    std::vector<RangeItem> names;
  };
  using MaybeItem = std::optional<FromItem>;

  // supported.cpp: everything a SelectStmt may have, and what of it is not for us (yet).
  bool CheckSupported(const pgparse::Node& select);

  // from.cpp
  /// The items of FROM, crossed, and the names they bring into scope.
  bool AnalyzeFrom(const pgparse::Node& select);
  MaybeItem AnalyzeFromItem(const pgparse::Node& item);
  MaybeItem AnalyzeRangeVar(const pgparse::Node& node);
  MaybeItem AnalyzeTable(const catalog::Relation& relation, const pgparse::Node& node);
  MaybeItem AnalyzeView(const catalog::Relation& relation, const pgparse::Node& node);
  MaybeItem AnalyzeSubselect(const pgparse::Node& node);
  bool CheckSource(const catalog::Relation& relation, const pgparse::Node& node);
  MaybeItem MakeItem(RangeItem item, ir::RelPtr rel, const pgparse::Node& alias,
                     source::Range range);
  bool RenameColumns(RangeItem& item, const pgparse::Node& alias);
  std::string UniqueScanAlias(const std::string& name);

  // join.cpp
  MaybeItem AnalyzeJoin(const pgparse::Node& node);
  /// Whether PostgreSQL can run a full join on this condition; reports if not.
  bool CheckFullJoin(const ir::Rel& left, const ir::Rel& right, const ir::ExprPtr& predicate,
                     source::Range range);
  /// \param type as the parser calls it
  /// \param names of the result; their columns become those of the join
  ir::RelPtr Joined(std::string_view type, const ir::RelPtr& left, const ir::RelPtr& right,
                    const ir::ExprPtr& predicate, source::Range range,
                    std::vector<RangeItem>& names);
  ir::RelPtr FullJoin(const ir::RelPtr& left, const ir::RelPtr& right, const ir::ExprPtr& predicate,
                      source::Range range);
  /// USING and NATURAL: conditions on equal columns, which the join then has once.
  struct MergedColumns {
    std::vector<ScopeColumn> columns;
    std::vector<ir::ExprPtr> equalities;
    std::vector<const ScopeColumn*> replaced;
  };
  std::optional<MergedColumns> MergeColumns(const pgparse::Node& node, const RangeItem& left,
                                            const RangeItem& right);
  /// \param added an item more; reports a name that is there already
  bool CheckNames(const std::vector<RangeItem>& names, const RangeItem& added);

  // with.cpp
  bool AnalyzeWith(const pgparse::Node& with);
  WithQuery* FindWithQuery(const std::string& name);
  MaybeItem AnalyzeWithReference(WithQuery& query, const pgparse::Node& node);

  // set_operation.cpp
  ir::RelPtr AnalyzeSetOperation(const pgparse::Node& select);
  /// Says that ORDER BY does not matter.
  void ReportOrder(const pgparse::Node& item);
  bool CheckSetOrder(const pgparse::Node& select, const ir::Rel& rel);

  // subquery.cpp
  ir::RelPtr AnalyzeSubquery(const pgparse::Node& select) override;
  ir::RelPtr RowsOfFrom() const override { return input_; }
  SubqueryHost* Around() const override {
    return scope_.outer == nullptr ? nullptr : scope_.outer->subqueries;
  }
  std::string NewScanAlias(const std::string& name) override { return UniqueScanAlias(name); }
  void JoinSubquery(SubqueryJoin join) override { subqueries_.push_back(std::move(join)); }
  /// Joins the subqueries found so far: all, or those that are read below a GROUP BY.
  ir::RelPtr WithSubqueries(ir::RelPtr rel, bool all);

  // query.cpp
  ir::RelPtr AnalyzeSelect(const pgparse::Node& select, UntypedColumns untyped);
  bool AnalyzeTargets(const pgparse::Node& select, UntypedColumns untyped);
  bool AnalyzeGroupBy(const pgparse::Node& select);
  bool AnalyzeOrderBy(const pgparse::Node& select);
  ir::ExprPtr AnalyzeGroupItem(const pgparse::Node& item);
  ir::ExprPtr ValueOf(Target& target);
  bool CheckEquality(const ir::ExprPtr& expr, std::string_view clause);

  // grouping.cpp
  /// Puts group keys and aggregates between the rows and the result; rewrites targets and HAVING
  /// to read them.
  ir::RelPtr Group(ir::RelPtr input, bool grouped);
  ir::ExprPtr OverGroups(const ir::ExprPtr& expr);
  bool DependsOnKey(ir::ColumnId column) const;
  ir::ColumnId BelowFullJoins(ir::ColumnId column) const;

  Context& context_;
  const catalog::SearchPath& path_;
  QueryAnalyzer* outer_;
  std::vector<WithQuery> with_;
  Scope scope_;
  const Scope* on_scope_ = nullptr;  ///< of the ON that is being analysed
  ir::RelPtr input_;
  /// The tables of FROM and its joins: their primary keys make all their columns groupable.
  std::vector<ir::RelPtr> plain_scans_;
  /// Columns of FULL JOINs, and those of their sides that they are.
  std::map<ir::ColumnId, ir::ColumnId> full_join_columns_;
  std::vector<Target> targets_;
  std::vector<ir::AggregateColumn> aggregates_;
  std::vector<ir::ProjectColumn> keys_;
  std::vector<ir::ExprPtr> order_;
  ir::ExprPtr having_;
  std::vector<ir::ColumnId> reported_;
  std::vector<SubqueryJoin> subqueries_;  ///< found and not joined yet
};

}  // namespace tricklec::analyze
