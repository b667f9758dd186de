#pragma once

#include <optional>
#include <vector>

#include "tricklec/analyze/context.h"
#include "tricklec/pgparse/node.h"

namespace tricklec::analyze {

/// Rows that a query reads beside those of its FROM, on behalf of a subquery in one of its expressions. It has
/// as many rows with them as without.
struct SubqueryJoin {
  ir::RelPtr rows;
  ir::ExprPtr predicate;  ///< with at most one of `rows` for each row; null: they are exactly one
  bool in_aggregate = false;  ///< an argument of an aggregate reads them
};

/// The query level that subqueries of its expressions become joins of.
class SubqueryHost {
 public:
  virtual ~SubqueryHost() = default;
  /// \returns the subquery, whose expressions may read columns of this level and those around it; nullptr
  ///     after reporting
  virtual ir::RelPtr AnalyzeSubquery(const pgparse::Node& select) = 0;
  /// All rows that the subquery can be asked for.
  virtual ir::RelPtr RowsOfFrom() const = 0;
  /// The level around this one; null: there is none, or it is out of reach.
  virtual SubqueryHost* Around() const = 0;
  virtual std::string NewScanAlias(const std::string& name) = 0;
  virtual void JoinSubquery(SubqueryJoin join) = 0;
};

/// A subquery by itself, and what has to hold between one of its rows and a row of the query around it.
struct Decorrelated {
  ir::RelPtr rows;
  std::vector<ir::ExprPtr> values;     ///< its select list, over outputs of `rows`
  std::vector<ir::ExprPtr> conjuncts;  ///< over columns of the query around and outputs of `rows`
  /// It is an aggregate without GROUP BY: where no row of `rows` meets the conjuncts, its result is that of
  /// no rows.
  bool is_aggregate = false;
  ir::ExprPtr having;  ///< of such an aggregate: without it there is no row
};

/// Conditions between a query's rows and those of a subquery, by which at most one group of these
/// belongs to each of those.
struct KeyCondition {
  ir::ExprPtr condition;
  ir::ExprPtr inner;  ///< the part of it that reads the subquery's rows
};

/// Takes subqueries of one query level apart.
class Decorrelator {
 public:
  Decorrelator(Context& context, SubqueryHost& host) : context_(context), host_(host) {}

  /// \param rel an analysed subquery
  /// \param once rows that are equal count once, so that DISTINCT does not matter
  /// \returns nothing where it cannot be taken apart
  std::optional<Decorrelated> Run(const ir::RelPtr& rel, bool once);
  /// The same rows read a second time.
  Decorrelated Copy(const Decorrelated& subquery);
  /// Makes all conditions that read the subquery's rows equalities with a part of them.
  /// \param keys receives them
  /// \param others receives the conditions that only read the query around
  /// \param once equal rows count once
  /// \returns the rows; nullptr where a value to be compared has no equality
  ir::RelPtr Key(const Decorrelated& subquery, bool once, std::vector<KeyCondition>& keys,
                 std::vector<ir::ExprPtr>& others);

 private:
  struct Pulled {
    ir::RelPtr rows;  ///< null: not possible
    std::vector<ir::ExprPtr> conjuncts = {};
  };
  Pulled Pull(const ir::RelPtr& rel);
  Pulled PullProject(const ir::RelPtr& rel, const ir::Project& project);
  Pulled PullAggregate(const ir::RelPtr& rel, const ir::Aggregate& aggregate);

  /// Columns of the query around that are read, and where they stand among rows of its FROM that the
  /// subquery is joined to.
  struct Domain {
    ir::RelPtr rows;
    std::vector<ir::ExprPtr> outer;
    std::vector<ir::OutputColumn> columns;
  };
  std::optional<Domain> MakeDomain(const std::vector<ir::ExprPtr>& outer, bool distinct);
  ir::RelPtr OverDomain(const ir::RelPtr& rel, Domain& domain);
  ir::ExprPtr InDomain(const ir::ExprPtr& expr, const Domain& domain) const;
  /// \param conjuncts hold for all rows of the domain that are left
  static std::vector<ir::ExprPtr> SameAsDomain(const Domain& domain,
                                               const std::vector<ir::ExprPtr>& conjuncts);

  bool ReadsOuter(const ir::ExprPtr& expr) const;
  bool ReadsInner(const ir::ExprPtr& expr) const;
  bool ReadsOuter(const ir::RelPtr& rel) const;
  bool HasOuterAggregate(const ir::Rel& rel) const;
  void CollectOuter(const ir::ExprPtr& expr, std::vector<ir::ExprPtr>& outer) const;
  std::optional<KeyCondition> KeyOf(const ir::ExprPtr& conjunct) const;

  Context& context_;
  SubqueryHost& host_;
  std::set<ir::ColumnId> inner_;  ///< columns of the subquery
};

/// Whether an expression compares by an operator of pg_catalog, which says NULL where an operand is NULL.
bool IsComparison(const ir::ExprPtr& expr);
/// All columns that nodes of a query make.
void CollectDefined(const ir::Rel& rel, std::set<ir::ColumnId>& ids);
/// All expressions of a node itself.
std::vector<ir::ExprPtr> ExpressionsOf(const ir::Rel& rel);

}  // namespace tricklec::analyze
