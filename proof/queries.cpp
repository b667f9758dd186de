// Random queries: FROM first, then what its columns allow.
#include "tricklec/proof/queries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "tricklec/proof/query_terms.h"

namespace tricklec::proof {

class QueryGenerator::Writer {
 public:
  Writer(const Facts& facts, const QueryOptions& options, Rng rng)
      : facts_(facts), options_(options), rng_(rng), terms_(rng_, constructs_) {}

  RandomQuery Next() {
    constructs_.clear();
    with_.clear();
    aliases_ = 0;
    rejected_ = rng_.Chance(options_.with_rejected);
    terms_.SetRaising(rng_.Chance(options_.with_raising));
    Output output;
    std::string body = Query(options_.deepest, output);
    std::string text;
    if (!with_.empty()) {
      text = fmt::format("WITH {} ", fmt::join(with_, ", "));
      constructs_.insert("WITH");
    }
    return {text + body, constructs_};
  }

 private:
  /// What a query gives: column names are c1, c2, … .
  struct Output {
    std::vector<Term> columns;  ///< with their plain names as text
  };
  /// An item of FROM, or a join of some.
  struct From {
    std::string text;
    std::vector<Term> columns;
  };

  std::string Alias() { return "r" + std::to_string(++aliases_); }

  /// Something that incremental maintenance rejects today, if this query may have it.
  bool Rejected(const char* construct, unsigned percent) {
    if (!rejected_ || !rng_.Chance(percent)) return false;
    constructs_.insert(construct);
    return true;
  }

  // ---- FROM -------------------------------------------------------------------------------------

  From TableItem(const Table& table) {
    From from;
    std::string alias = Alias();
    from.text = table.sql + (rng_.Chance(50) ? " AS " : " ") + alias;
    for (const Column& column : table.columns) {
      Term term;
      term.text = alias + "." + column.name;
      term.sort = column.kind == 'b' ? SortOf(column.base) : Sort::Other;
      term.type = column.type;
      term.comparable = column.comparable;
      term.ordered = column.ordered;
      term.constants = column.common;
      from.columns.push_back(std::move(term));
    }
    return from;
  }

  From Subquery(int depth) {
    Output output;
    constructs_.insert("subquery in FROM");
    std::string query = Query(depth - 1, output);
    return Named("(" + query + ")", output);
  }

  From Named(const std::string& what, const Output& output) {
    std::string alias = Alias();
    From from{what + " AS " + alias, output.columns};
    for (Term& column : from.columns) column.text = alias + "." + column.text;
    return from;
  }

  From Item(int depth) {
    if (depth > 0 && rng_.Chance(18)) return Subquery(depth);
    if (depth == options_.deepest && rng_.Chance(8)) {
      // Named first, read once or twice.
      Output output;
      std::string name = "q" + std::to_string(with_.size() + 1);
      std::string query = Query(depth - 1, output);
      with_.push_back(name + (Rejected("MATERIALIZED", 20) ? " AS MATERIALIZED (" : " AS (") +
                      query + ")");
      From from = Named(name, output);
      if (rng_.Chance(30)) return Joined(std::move(from), Named(name, output));
      return from;
    }
    return TableItem(rng_.Pick(facts_.tables));
  }

  /// Columns that can be compared with each other, one of each side.
  std::optional<std::pair<Term, Term>> Pair(const From& left, const From& right) {
    for (int i = 0; i < 40; ++i) {
      const Term& a = rng_.Pick(left.columns);
      const Term& b = rng_.Pick(right.columns);
      bool numbers = (a.sort == Sort::Integer || a.sort == Sort::Numeric) &&
                     (b.sort == Sort::Integer || b.sort == Sort::Numeric);
      if ((a.type == b.type || numbers) && a.comparable && b.comparable) return std::pair(a, b);
    }
    return std::nullopt;
  }

  From Joined(From left, From right) {
    From joined;
    joined.columns = left.columns;
    joined.columns.insert(joined.columns.end(), right.columns.begin(), right.columns.end());
    auto pair = Pair(left, right);
    if (!pair || rng_.Chance(4)) {
      constructs_.insert("cross join");
      joined.text = left.text + " CROSS JOIN " + right.text;
      return joined;
    }
    std::string on = pair->first.text + " = " + pair->second.text;
    if (rng_.Chance(20)) on += " AND " + terms_.Condition(joined.columns, 1);
    if (rng_.Chance(8) && pair->first.ordered) {
      on = pair->first.text + " < " + pair->second.text;
      constructs_.insert("join without equality");
    }
    const char* kind = "JOIN";
    if (rng_.Chance(40)) kind = rng_.Pick<const char*>({"LEFT JOIN", "RIGHT JOIN", "FULL JOIN"});
    constructs_.insert(kind);
    joined.text = fmt::format("{} {} {} ON {}", left.text, kind, right.text, on);
    return joined;
  }

  From RandomFrom(int depth) {
    From from = Item(depth);
    size_t more = rng_.Below(100);
    for (size_t joins = more < 45 ? 0 : more < 80 ? 1 : more < 95 ? 2 : 3; joins > 0; --joins) {
      From next = Item(depth > 0 ? depth - 1 : 0);
      if (rng_.Chance(15)) {
        if (auto pair = Pair(from, next)) {
          constructs_.insert("join by WHERE");
          where_.push_back(pair->first.text + " = " + pair->second.text);
          from.text += ", " + next.text;
          from.columns.insert(from.columns.end(), next.columns.begin(), next.columns.end());
          continue;
        }
      }
      from = Joined(std::move(from), std::move(next));
    }
    return from;
  }

  // ---- SELECT -----------------------------------------------------------------------------------

  static Term Shown(const Term& term, size_t position) {
    Term shown = term;
    shown.text = "c" + std::to_string(position);
    return shown;
  }

  std::string Where(const From& from, std::vector<std::string> conditions) {
    if (rng_.Chance(45)) conditions.push_back(terms_.Condition(from.columns));
    if (rng_.Chance(15)) conditions.push_back(SubqueryCondition(from));
    if (conditions.empty()) return "";
    return fmt::format(" WHERE {}", fmt::join(conditions, " AND "));
  }

  /// A condition over a subquery, and what it is.
  std::string Of(const char* construct, std::string condition) {
    constructs_.insert(construct);
    return condition;
  }

  std::string SubqueryCondition(const From& outer) {
    From inner = TableItem(rng_.Pick(facts_.tables));
    auto pair = Pair(outer, inner);
    if (!pair) return Of("EXISTS", "EXISTS (SELECT 1 FROM " + inner.text + ")");
    const auto& [of_outer, of_inner] = *pair;
    std::string more = rng_.Chance(40) ? terms_.Condition(inner.columns, 1) : "true";
    std::string correlated =
        fmt::format("FROM {} WHERE {} = {} AND {}", inner.text, of_outer.text, of_inner.text, more);
    std::string values =
        fmt::format("(SELECT {} FROM {} WHERE {})", of_inner.text, inner.text, more);
    switch (rng_.Below(7)) {
      case 0:
      case 1: return Of("EXISTS", "EXISTS (SELECT 1 " + correlated + ")");
      case 2: return Of("NOT EXISTS", "NOT EXISTS (SELECT 1 " + correlated + ")");
      case 3: return Of("IN (subquery)", of_outer.text + " IN " + values);
      case 4: return Of("NOT IN (subquery)", of_outer.text + " NOT IN " + values);
      case 5: return Of("= ANY (subquery)", of_outer.text + " = ANY " + values);
      default:
        return Of("value of a subquery", fmt::format("(SELECT count(*) {}) {} {}", correlated,
                                                     rng_.Chance(50) ? ">" : "<=", rng_.Below(3)));
    }
  }

  std::string Query(int depth, Output& output) {
    if (depth > 0 && rng_.Chance(10)) return SetOperation(output);
    std::vector<std::string> outer_where = std::move(where_);
    where_.clear();
    From from = RandomFrom(depth);
    std::vector<std::string> conditions = std::move(where_);
    where_ = std::move(outer_where);
    size_t shape = rng_.Below(100);
    if (shape < 40) return Rows(from, std::move(conditions), output);
    if (shape < 52) return DistinctRows(from, std::move(conditions), output);
    return Groups(from, std::move(conditions), output);
  }

  std::string List(const std::vector<Term>& terms, Output& output) {
    std::string list;
    for (const Term& term : terms) {
      output.columns.push_back(Shown(term, output.columns.size() + 1));
      list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", term.text,
                          output.columns.back().text);
    }
    return list;
  }

  /// How many rows, or which largest value, a table has for a row.
  Term SubqueryValue(const From& outer) {
    constructs_.insert("value of a subquery");
    From inner = TableItem(rng_.Pick(facts_.tables));
    auto pair = Pair(outer, inner);
    Term count{"(SELECT count(*) FROM " + inner.text + ")", Sort::Integer, "bigint"};
    if (!pair) return count;
    std::string rest =
        fmt::format(" FROM {} WHERE {} = {})", inner.text, pair->second.text, pair->first.text);
    const Term& value = rng_.Pick(inner.columns);
    bool adds = value.sort == Sort::Integer || value.sort == Sort::Numeric;
    count.text = "(SELECT count(*)" + rest;
    if (!adds || rng_.Chance(40)) return count;
    Term largest = value;
    largest.constants.clear();
    largest.text = "(SELECT max(" + value.text + ")" + rest;
    if (value.type.find('(') != std::string::npos) largest.type = "numeric";
    return largest;
  }

  std::string Rows(const From& from, std::vector<std::string> conditions, Output& output) {
    std::vector<Term> terms;
    for (size_t i = 1 + rng_.Below(4); i > 0; --i) terms.push_back(terms_.Value(from.columns));
    if (Rejected("window function", 25)) {
      terms.push_back(
          {fmt::format("count(*) OVER (PARTITION BY {})", terms_.Key(from.columns).text),
           Sort::Integer, "bigint"});
    }
    if (rng_.Chance(8)) terms.push_back(SubqueryValue(from));
    std::string where = Where(from, std::move(conditions));
    std::string text = "SELECT " + List(terms, output) + " FROM " + from.text + where;
    if (Rejected("LIMIT", 10)) text += " ORDER BY 1 LIMIT 3";
    return text;
  }

  std::string DistinctRows(const From& from, std::vector<std::string> conditions, Output& output) {
    constructs_.insert("DISTINCT");
    std::vector<Term> terms;
    for (size_t i = 1 + rng_.Below(3); i > 0; --i) terms.push_back(terms_.Key(from.columns));
    std::string where = Where(from, std::move(conditions));
    return "SELECT DISTINCT " + List(terms, output) + " FROM " + from.text + where;
  }

  std::string Groups(const From& from, std::vector<std::string> conditions, Output& output) {
    std::vector<Term> keys, shown;
    for (size_t i = rng_.Below(4); i > 0; --i) keys.push_back(terms_.Key(from.columns));
    for (const Term& key : keys) {
      if (rng_.Chance(80)) shown.push_back(key);
    }
    for (size_t i = 1 + rng_.Below(3); i > 0; --i) shown.push_back(terms_.Aggregate(from.columns));
    constructs_.insert(keys.empty() ? "aggregate without GROUP BY" : "GROUP BY");
    std::string where = Where(from, std::move(conditions));
    std::string text = "SELECT " + List(shown, output) + " FROM " + from.text + where;
    std::vector<std::string> groups;
    for (const Term& key : keys) groups.push_back(key.text);
    if (!groups.empty()) {
      text += Rejected("grouping sets", 10)
                  ? fmt::format(" GROUP BY ROLLUP ({})", fmt::join(groups, ", "))
                  : fmt::format(" GROUP BY {}", fmt::join(groups, ", "));
      if (rng_.Chance(20)) {
        constructs_.insert("HAVING");
        text += rng_.Chance(60)
                    ? fmt::format(" HAVING count(*) > {}", rng_.Below(3))
                    : fmt::format(" HAVING max({}) IS NOT NULL AND count(*) < 5", OrderedOf(from));
      }
    }
    return text;
  }

  std::string OrderedOf(const From& from) {
    for (int i = 0; i < 50; ++i) {
      const Term& term = rng_.Pick(from.columns);
      if (term.sort == Sort::Integer || term.sort == Sort::Text) return term.text;
    }
    return "1";
  }

  // ---- several queries ----------------------------------------------------------------------------

  std::string SetOperation(Output& output) {
    // Two selections of the same columns, of one table or of two of the same types.
    const Table& table = rng_.Pick(facts_.tables);
    From first = TableItem(table), second = TableItem(table);
    std::vector<Term> left, right;
    for (size_t i = 1 + rng_.Below(3); i > 0; --i) {
      size_t position = rng_.Below(first.columns.size());
      left.push_back(first.columns[position]);
      right.push_back(second.columns[position]);
    }
    bool comparable =
        std::all_of(left.begin(), left.end(), [](const Term& t) { return t.comparable; });
    const char* word = "UNION ALL";
    if (comparable && Rejected("EXCEPT ALL", 30)) {
      word = rng_.Chance(50) ? "INTERSECT ALL" : "EXCEPT ALL";
    } else {
      if (comparable) word = rng_.Pick<const char*>({"UNION ALL", "UNION", "INTERSECT", "EXCEPT"});
      constructs_.insert(word);
    }
    auto select = [&] {
      return std::string(comparable && rng_.Chance(20) ? "SELECT DISTINCT " : "SELECT ");
    };
    std::string a = select() + List(left, output) + " FROM " + first.text + Where(first, {});
    Output same;
    std::string b = select() + List(right, same) + " FROM " + second.text + Where(second, {});
    if (comparable && rng_.Chance(20)) {
      From third = TableItem(table);
      std::vector<Term> others;
      for (const Term& term : left) {
        auto at = std::find_if(first.columns.begin(), first.columns.end(),
                               [&](const Term& column) { return column.text == term.text; });
        others.push_back(third.columns[static_cast<size_t>(at - first.columns.begin())]);
      }
      Output again;
      b = fmt::format("({} {} SELECT {} FROM {})", b,
                      rng_.Pick<const char*>({"UNION ALL", "UNION", "INTERSECT", "EXCEPT"}),
                      List(others, again), third.text);
    }
    return fmt::format("{} {} {}", a, word, b);
  }

  const Facts& facts_;
  const QueryOptions options_;
  Rng rng_;
  std::set<std::string> constructs_;
  TermWriter terms_;
  std::vector<std::string> with_;
  std::vector<std::string> where_;  ///< join conditions of the FROM that is being written
  int aliases_ = 0;
  bool rejected_ = false;
};

QueryGenerator::QueryGenerator(const Facts& facts, const QueryOptions& options, Rng rng)
    : writer_(std::make_unique<Writer>(facts, options, rng)) {}
QueryGenerator::~QueryGenerator() = default;

RandomQuery QueryGenerator::Next() { return writer_->Next(); }

}  // namespace tricklec::proof
