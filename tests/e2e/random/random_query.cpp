// Random queries over one table, of the shapes that a stream table over one source may have.
#include "tricklec/randomdml/table_case.h"
#include "tricklec/testsupport/session.h"

namespace tricklec::randomdml {
namespace {

using testsupport::QuoteIdentifier;

/// A column that a query can use: its SQL and what is known of its values.
struct Term {
  std::string text;
  const Kind* kind;
};

/// What stands in FROM, with the columns it offers.
struct From {
  std::string text;
  std::vector<Term> columns;
};

/// A column or, sometimes, an expression over one.
Term RandomTerm(const From& from, proof::Rng& rng) {
  const Term& column = rng.Pick(from.columns);
  if (column.kind->derived.empty() || !rng.Chance(35)) return column;
  const Derived& derived = rng.Pick(column.kind->derived);
  return {Substitute(derived.text, column.text), &FindKind(derived.kind)};
}

/// As RandomTerm, of a kind with equality if there is one within a few tries.
Term RandomKey(const From& from, proof::Rng& rng) {
  Term term = RandomTerm(from, rng);
  for (int i = 0; i < 50 && !term.kind->equality; ++i) term = RandomTerm(from, rng);
  return term;
}

std::string RandomPredicate(const From& from, proof::Rng& rng) {
  const Term& column = rng.Pick(from.columns);
  std::string predicate = Substitute(rng.Pick(column.kind->predicates), column.text);
  if (!rng.Chance(30)) return predicate;
  const Term& other = rng.Pick(from.columns);
  return "(" + predicate + (rng.Chance(50) ? " OR " : ") IS NOT FALSE AND (") +
         Substitute(rng.Pick(other.kind->predicates), other.text) + ")";
}

std::string Where(const From& from, proof::Rng& rng) {
  return rng.Chance(40) ? " WHERE " + RandomPredicate(from, rng) : "";
}

std::string RandomAggregate(const From& from, proof::Rng& rng) {
  Term term = RandomTerm(from, rng);
  std::vector<std::string> calls = {"count(*)", "count(" + term.text + ")"};
  if (term.kind->sum) calls.push_back("sum(" + term.text + ")");
  if (term.kind->avg) calls.push_back("avg(" + term.text + ")");
  if (term.kind->min_max) {
    calls.push_back("min(" + term.text + ")");
    calls.push_back("max(" + term.text + ")");
  }
  size_t chosen = rng.Below(calls.size());
  std::string call = calls[chosen];
  if (rng.Chance(20)) call += " FILTER (WHERE " + RandomPredicate(from, rng) + ")";
  if (chosen < 2 && rng.Chance(20)) return call + " * 2 + count(*)";
  if (chosen >= 2 && rng.Chance(20)) return "coalesce(" + call + ", NULL)";
  return call;
}

std::string Column(size_t position, const std::string& expression) {
  return (position == 0 ? "" : ", ") + expression + " AS c" + std::to_string(position + 1);
}

/// A projection whose rows are copied; `columns`, where given, gets the columns it offers.
std::string Projection(const From& from, proof::Rng& rng, std::vector<Term>* columns) {
  std::string text = "SELECT ";
  size_t count = 1 + rng.Below(4);
  for (size_t i = 0; i < count; ++i) {
    Term term = RandomTerm(from, rng);
    text += Column(i, term.text);
    if (columns != nullptr) columns->push_back({"q.c" + std::to_string(i + 1), term.kind});
  }
  return text + " FROM " + from.text + Where(from, rng);
}

std::string DistinctRows(const From& from, proof::Rng& rng) {
  std::string text = "SELECT DISTINCT ";
  size_t count = 1 + rng.Below(3);
  for (size_t i = 0; i < count; ++i) text += Column(i, RandomKey(from, rng).text);
  return text + " FROM " + from.text + Where(from, rng);
}

std::string Aggregation(const From& from, proof::Rng& rng) {
  std::vector<std::string> keys;
  for (size_t i = rng.Below(4); i > 0; --i) keys.push_back(RandomKey(from, rng).text);
  std::string text = "SELECT ";
  size_t position = 0;
  for (const std::string& key : keys) {
    if (rng.Chance(75)) text += Column(position++, key);
  }
  for (size_t i = 1 + rng.Below(4); i > 0; --i)
    text += Column(position++, RandomAggregate(from, rng));
  text += " FROM " + from.text + Where(from, rng);
  for (size_t i = 0; i < keys.size(); ++i) text += (i == 0 ? " GROUP BY " : ", ") + keys[i];
  return text;
}

bool HasEquality(const From& from) {
  for (const Term& column : from.columns) {
    if (column.kind->equality) return true;
  }
  return false;
}

}  // namespace

StreamQuery RandomQuery(const TableCase& table, proof::Rng& rng) {
  From from{"{t} AS r", {}};
  for (size_t position : table.ReadableColumns()) {
    const TableColumn& column = table.columns[position];
    from.columns.push_back({"r." + QuoteIdentifier(column.name), column.kind});
  }
  if (rng.Chance(25)) {
    From outer;
    outer.text = "(" + Projection(from, rng, &outer.columns) + ") AS q";
    from = outer;
  }
  size_t shape = rng.Below(100);
  if (shape < 30 || !HasEquality(from)) {
    return {Projection(from, rng, nullptr), testsupport::CompareBy::kImage};
  }
  if (shape < 45) return {DistinctRows(from, rng)};
  return {Aggregation(from, rng)};
}

}  // namespace tricklec::randomdml
