#pragma once

#include <memory>
#include <set>
#include <string>

#include "tricklec/proof/facts.h"
#include "tricklec/proof/rng.h"

namespace tricklec::proof {

/// A query that is good SQL most of the time, and what it is made of: "left join", "having".
struct RandomQuery {
  std::string text;
  std::set<std::string> constructs;
};

struct QueryOptions {
  /// Of a hundred queries, how many may contain constructs that incremental maintenance rejects today.
  unsigned with_rejected = 20;
  /// Of a hundred queries, how many may contain expressions that raise an error for some values. How
  /// early PostgreSQL computes them is its choice, so such a query may fail today and not tomorrow.
  unsigned with_raising = 20;
  int deepest = 2;  ///< subqueries in FROM
};

/// Queries over the tables of a database: every construct that the compiler maintains, and those that
/// it has to reject with a diagnostic. Results do not depend on the order of rows or on the time.
class QueryGenerator {
 public:
  /// \param facts outlive the generator; at least one table
  QueryGenerator(const Facts& facts, const QueryOptions& options, Rng rng);
  ~QueryGenerator();
  QueryGenerator(const QueryGenerator&) = delete;
  QueryGenerator& operator=(const QueryGenerator&) = delete;

  RandomQuery Next();

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace tricklec::proof
