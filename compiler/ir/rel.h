#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tricklec/ir/expr.h"
#include "tricklec/ir/source_table.h"

namespace tricklec::ir {

struct Rel;
/// Relational nodes are immutable and shared.
using RelPtr = std::shared_ptr<const Rel>;

/// A column that a node hands to the node above.
struct OutputColumn {
  ColumnId id;
  std::string name;
  Properties props;
};

/// Which state of a source a scan reads.
enum class SourceState {
  New,    ///< as visible now
  Delta,  ///< its signed changes
  Old,    ///< before the changes; the same as Kept and Gone together
  Kept,   ///< rows of New whose key no change concerns
  Gone,   ///< rows of Old that are not in New, each as often as it went
};

struct Scan {
  SourceTablePtr table;
  std::string alias;               ///< the query's name for it; unique within the definition
  std::vector<size_t> attributes;  ///< positions in `table->columns`, one per output column
  SourceState state = SourceState::New;
  /// Only with state Delta: the output column (the last one) that holds the weight, +n or -n.
  std::optional<ColumnId> weight;
};

struct Filter {
  RelPtr input;
  ExprPtr predicate;
};

struct ProjectColumn {
  ColumnId id;
  std::string name;
  ExprPtr expr;
};
struct Project {
  RelPtr input;
  std::vector<ProjectColumn> columns;
};

/// Aggregates that maintenance rules know by name; `Other` is every aggregate else.
enum class AggregateKind { CountRows, Count, Sum, Avg, Min, Max, Other };

struct SortItem {
  ExprPtr expr;
  std::string suffix;  ///< "", "DESC", "DESC NULLS LAST", "USING OPERATOR(s.<)" …
};

struct AggregateCall {
  AggregateKind kind = AggregateKind::Other;
  ObjectName function;
  std::vector<ExprPtr> args;  ///< empty for count(*)
  bool distinct = false;
  std::vector<SortItem> order_by;  ///< ORDER BY inside, or WITHIN GROUP
  bool within_group = false;
  bool variadic = false;
  ExprPtr filter;  ///< null: none
  Volatility volatility = Volatility::Immutable;
};

struct AggregateColumn {
  ColumnId id;
  std::string name;
  AggregateCall call;
  Properties props;
  source::Range range;
};

/// GROUP BY keys with aggregates. `grouped` is false for an aggregate without GROUP BY, which has
/// exactly one row.
struct Aggregate {
  RelPtr input;
  bool grouped = true;
  std::vector<ProjectColumn> keys;
  std::vector<AggregateColumn> aggregates;
};

struct Distinct {
  RelPtr input;
};

/// Inner or cross join. Outputs: left's, then right's.
struct Join {
  RelPtr left;
  RelPtr right;
  ExprPtr predicate;  ///< over columns of both sides; null: cross
};

/// `left LEFT JOIN right`: every pair of rows that the predicate holds for, and each row of `left`
/// that has none, with NULLs for the columns of `right`. Outputs: left's, then right's, which can all be
/// NULL. A RIGHT JOIN is one with its sides exchanged.
struct OuterJoin {
  RelPtr left;
  RelPtr right;
  ExprPtr predicate;  ///< over columns of both sides; null: always true
  /// Says for maintenance which rows of `left` have a partner: those that `matched` holds for with a
  /// row of `matches`, of which there is one at most. None of its columns is an output. Null before
  /// maintenance is planned.
  RelPtr matches;
  ExprPtr matched;  ///< over columns of `left` and `matches`
  /// Whether `matches` is made of rows of `left` as well, so that it has none for a row that went.
  bool matches_follow_left = false;
};

/// All rows of all inputs. The i-th output stands for the i-th output of every input; their types
/// are equal.
struct UnionAll {
  std::vector<RelPtr> inputs;  ///< at least one
};

struct Rel {
  std::vector<OutputColumn> outputs;
  source::Range range;  ///< where the query says it; nowhere for what the compiler adds
  std::variant<Scan, Filter, Project, Aggregate, Distinct, Join, OuterJoin, UnionAll> node;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
  const OutputColumn* FindOutput(ColumnId id) const;
};

/// Factories compute the output columns. Ids of new columns come from the definition's `ColumnIds`.
RelPtr MakeScan(SourceTablePtr table, std::string alias, std::vector<size_t> attributes,
                const std::vector<ColumnId>& ids, source::Range range);
RelPtr MakeFilter(RelPtr input, ExprPtr predicate, source::Range range = {});
RelPtr MakeProject(RelPtr input, std::vector<ProjectColumn> columns, source::Range range = {});
RelPtr MakeAggregate(RelPtr input, bool grouped, std::vector<ProjectColumn> keys,
                     std::vector<AggregateColumn> aggregates, source::Range range = {});
RelPtr MakeDistinct(RelPtr input, source::Range range = {});
/// \param predicate null: cross
RelPtr MakeJoin(RelPtr left, RelPtr right, ExprPtr predicate, source::Range range = {});
/// \param predicate null: always true
/// \param matches and \param matched are both null, or neither is
RelPtr MakeOuterJoin(RelPtr left, RelPtr right, ExprPtr predicate, source::Range range = {},
                     RelPtr matches = nullptr, ExprPtr matched = nullptr,
                     bool matches_follow_left = false);
/// \param ids of the outputs, which take their names from the first input
RelPtr MakeUnionAll(std::vector<RelPtr> inputs, const std::vector<ColumnId>& ids,
                    source::Range range = {});
/// The same scan as Δ of its source: one more output, the weight (bigint, not NULL).
RelPtr MakeDeltaScan(const RelPtr& scan, ColumnId weight);
/// The same scan of its source in another state than Delta.
RelPtr WithState(const RelPtr& scan, SourceState state);

/// The nodes directly below.
std::vector<RelPtr> InputsOf(const Rel& rel);
/// The same node over other inputs; outputs are computed again.
RelPtr WithInputs(const RelPtr& rel, std::vector<RelPtr> inputs);
/// A reference to an output column.
ExprPtr Ref(const OutputColumn& column);

/// Hands out column ids of one definition.
class ColumnIds {
 public:
  ColumnId Next() { return next_++; }

 private:
  ColumnId next_ = 1;
};

}  // namespace tricklec::ir
