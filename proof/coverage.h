#pragma once

#include <string>
#include <vector>

namespace tricklec::proof {

/// A branch of a generated function.
struct Branch {
  std::string function;  ///< "public.totals/apply"
  std::string
      condition;  ///< the line that it begins with: "IF __pgt_lost IS NOT NULL THEN", "ELSE"
};

/// The script of a stream table in which every branch of its functions, except those that only raise an
/// error, tells that it ran: it draws from a sequence of its own, which no ROLLBACK undoes, by an
/// ASSERT, which leaves FOUND alone.
///
/// \param branches receives them; number n, counted from 0, draws from `schema.branch_n`
std::string Instrumented(const std::string& script, const std::string& schema,
                         std::vector<Branch>& branches);

}  // namespace tricklec::proof
