#pragma once

#include <set>
#include <string>
#include <vector>

#include "tricklec/proof/rng.h"

namespace tricklec::proof {

/// What can be done with a value.
enum class Sort {
  Integer,
  Numeric,
  Float,
  Text,
  Boolean,
  Date,
  Timestamp,
  Json,
  IntegerArray,
  Other
};

/// The sort of a type by its name in pg_type.
Sort SortOf(const std::string& base);

/// An expression and what is known of it.
struct Term {
  std::string text;
  Sort sort = Sort::Other;
  std::string type = {};  ///< as SQL; two terms of one type can be compared
  bool comparable = true;
  bool ordered = true;
  std::vector<std::string> constants = {};  ///< literals of its type
};

/// Expressions over terms. All are immutable and none depends on a session's settings.
class TermWriter {
 public:
  TermWriter(Rng& rng, std::set<std::string>& constructs) : rng_(rng), constructs_(constructs) {}

  /// Whether expressions may raise an error for some values.
  void SetRaising(bool raising) { raising_ = raising; }

  /// One of the columns, or an expression over some.
  Term Value(const std::vector<Term>& columns, int depth = 2);
  /// Of a type with equality; a column if there is none within a few tries.
  Term Key(const std::vector<Term>& columns);
  /// A condition; \param depth of AND, OR and NOT
  std::string Condition(const std::vector<Term>& columns, int depth = 2);
  /// An aggregate over rows of the columns.
  Term Aggregate(const std::vector<Term>& columns);
  /// A literal that the term may be compared with.
  std::string Constant(const Term& term);

 private:
  Term Derived(const Term& term, const std::vector<Term>& columns, int depth);
  std::string Comparison(const std::vector<Term>& columns);

  Rng& rng_;
  std::set<std::string>& constructs_;
  bool raising_ = false;
};

}  // namespace tricklec::proof
