#include "tricklec/testsupport/bag.h"

#include <fmt/format.h>

namespace tricklec::testsupport {
namespace {

std::string_view WithoutTerminator(std::string_view query) {
  size_t end = query.find_last_not_of("; \t\n");
  return query.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

/// Both queries stand in a materialised CTE, so that each is evaluated once.
constexpr std::string_view kEqualComparison = R"(
WITH actual_rows AS MATERIALIZED (
{}
), expected_rows AS MATERIALIZED (
{}
), difference AS (
  SELECT 'extra' AS side, __row::text AS row_text
  FROM (SELECT * FROM actual_rows EXCEPT ALL SELECT * FROM expected_rows) AS __row
  UNION ALL
  SELECT 'missing', __row::text
  FROM (SELECT * FROM expected_rows EXCEPT ALL SELECT * FROM actual_rows) AS __row
)
SELECT side, row_text, count(*) FROM difference GROUP BY side, row_text ORDER BY row_text, side)";

constexpr std::string_view kImageComparison = R"(
WITH actual_rows AS MATERIALIZED (
{}
), expected_rows AS MATERIALIZED (
{}
), weighted AS (
  SELECT __row::text COLLATE "C" AS row_text, 1 AS weight FROM actual_rows AS __row
  UNION ALL
  SELECT __row::text COLLATE "C", -1 FROM expected_rows AS __row
)
SELECT CASE WHEN sum(weight) > 0 THEN 'extra' ELSE 'missing' END, row_text, abs(sum(weight))
FROM weighted GROUP BY row_text HAVING sum(weight) <> 0 ORDER BY row_text)";

}  // namespace

testing::AssertionResult SameRows(Session& session, std::string_view actual,
                                  std::string_view expected, CompareBy compare) {
  std::vector<Row> difference = session.Rows(
      fmt::format(fmt::runtime(compare == CompareBy::kEqual ? kEqualComparison : kImageComparison),
                  WithoutTerminator(actual), WithoutTerminator(expected)));
  if (difference.empty()) return testing::AssertionSuccess();
  constexpr size_t kMostListed = 20;
  std::string text;
  for (size_t i = 0; i < difference.size() && i < kMostListed; ++i) {
    const Row& row = difference[i];
    text += fmt::format("  {} {}× {}\n", row[0].value_or(""), row[2].value_or(""),
                        row[1].value_or("NULL"));
  }
  if (difference.size() > kMostListed) {
    text += fmt::format("  and {} more\n", difference.size() - kMostListed);
  }
  return testing::AssertionFailure()
         << "rows differ:\n"
         << text << "actual:   " << actual << "\nexpected: " << expected;
}

std::string VisibleColumns(Session& session, std::string_view table) {
  return session.Text(
      fmt::format("SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
                  "WHERE attrelid = {}::regclass AND attnum > 0 AND NOT attisdropped "
                  "AND attname NOT LIKE '\\_\\_pgt\\_%'",
                  QuoteLiteral(table)));
}

testing::AssertionResult HoldsQuery(Session& session, std::string_view table,
                                    std::string_view query, CompareBy compare) {
  return SameRows(session, fmt::format("SELECT {} FROM {}", VisibleColumns(session, table), table),
                  query, compare);
}

}  // namespace tricklec::testsupport
