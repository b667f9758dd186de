// Outer joins: each kind, nested, over and under everything else; maintained inside the statement,
// refreshed, and computed as a whole. Random changes, compared with the queries after every step.
#include "shop_fixture.h"

namespace tricklec::testsupport {
namespace {

const std::vector<Query>& Pairs() {
  static const std::vector<Query> kQueries = {
      {"by_key",
       "SELECT o.id, c.name, o.amount FROM orders o LEFT JOIN customer c ON c.id = o.customer_id",
       CompareBy::kImage},
      {"by_value",
       "SELECT c.id, o.id AS order_id, o.amount FROM customer c LEFT JOIN orders o "
       "ON o.customer_id = c.id",
       CompareBy::kImage},
      {"keyless_left",
       "SELECT l.product, l.qty, o.amount FROM line l LEFT JOIN orders o ON o.id = l.order_id",
       CompareBy::kImage},
      {"right_join",
       "SELECT o.id, c.name, c.region FROM orders o RIGHT JOIN customer c ON c.id = o.customer_id",
       CompareBy::kImage},
      {"full_join",
       "SELECT o.id, o.customer_id, c.id AS c_id, c.name FROM orders o FULL JOIN customer c "
       "ON c.id = o.customer_id",
       CompareBy::kImage},
      {"self_left",
       "SELECT p.id, p.v, b.id AS boss_id, b.v AS boss_v FROM person p LEFT JOIN person b "
       "ON p.boss = b.id",
       CompareBy::kImage},
      {"self_reports",
       "SELECT b.id, p.id AS report FROM person b LEFT JOIN person p ON p.boss = b.id",
       CompareBy::kImage},
      {"self_full", "SELECT a.id, b.id AS other FROM person a FULL JOIN person b ON a.boss = b.v",
       CompareBy::kImage},
      {"one_sided",
       "SELECT o.id, c.name FROM orders o LEFT JOIN customer c ON c.id = o.customer_id "
       "AND c.region > 1 AND o.amount > 10",
       CompareBy::kImage},
      {"only_left_condition",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p ON c.region = 1",
       CompareBy::kImage},
      {"only_right_condition",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p ON p.v > 3",
       CompareBy::kImage},
      {"no_condition", "SELECT c.id, p.v FROM customer c LEFT JOIN person p ON true",
       CompareBy::kImage},
      {"never", "SELECT c.id, p.v FROM customer c LEFT JOIN person p ON false", CompareBy::kImage},
      {"mixed",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p ON p.boss = c.id "
       "AND p.v > c.region",
       CompareBy::kImage},
      {"mixed_nulls",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p "
       "ON coalesce(p.v, 0) = coalesce(c.region, 0) + c.id % 2",
       CompareBy::kImage},
      {"mixed_full",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p ON p.v < c.region "
       "UNION ALL SELECT p.id, c.id FROM person p LEFT JOIN customer c ON p.v < c.region",
       CompareBy::kImage},
      {"expressions",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p ON p.v + 1 = c.region * 2",
       CompareBy::kImage},
      {"anti_join",
       "SELECT c.id, c.name FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE o.id IS NULL",
       CompareBy::kImage},
      {"null_side_filter",
       "SELECT c.id, o.amount FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE coalesce(o.amount, 7) < 20 AND c.region IS NOT NULL",
       CompareBy::kImage},
      {"null_side_refused",
       "SELECT c.id, o.id AS o_id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE o.amount > 5",
       CompareBy::kImage},
      {"may_raise",
       "SELECT p.id, q.id AS q_id, p.v / q.v AS d FROM person p LEFT JOIN person q "
       "ON p.boss = q.id AND q.v <> 0",
       CompareBy::kImage},
      {"may_raise_on",
       "SELECT c.id, p.id AS p_id FROM customer c LEFT JOIN person p "
       "ON p.boss = c.id AND CASE WHEN p.v <> 0 THEN 12 / p.v > c.region END",
       CompareBy::kImage}};
  return kQueries;
}

const std::vector<Query>& Nested() {
  static const std::vector<Query> kQueries = {
      {"chain",
       "SELECT l.product, o.id, c.name FROM line l LEFT JOIN orders o ON o.id = l.order_id "
       "LEFT JOIN customer c ON c.id = o.customer_id",
       CompareBy::kImage},
      {"star",
       "SELECT c.id, o.id AS o_id, p.id AS p_id FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN person p ON p.boss = c.id",
       CompareBy::kImage},
      {"computed",
       "SELECT c.id, x.one, x.text, x.double FROM customer c LEFT JOIN "
       "(SELECT customer_id, 1 AS one, 'x' AS text, amount * 2 AS double FROM orders "
       "WHERE amount > 3) x ON x.customer_id = c.id",
       CompareBy::kImage},
      {"of_aggregate",
       "SELECT c.id, c.name, g.n, g.total FROM customer c LEFT JOIN (SELECT customer_id, "
       "count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer_id) g "
       "ON g.customer_id = c.id"},
      {"of_distinct",
       "SELECT c.id, g.qty FROM customer c LEFT JOIN (SELECT DISTINCT order_id, qty FROM line) g "
       "ON g.order_id = c.id"},
      {"of_joined_groups",
       "SELECT c.id, x.n, x.p_id FROM customer c LEFT JOIN (SELECT g.k, g.n, p.id AS p_id "
       "FROM (SELECT order_id AS k, count(*) AS n FROM line GROUP BY order_id) g "
       "JOIN person p ON p.id = g.n) x ON x.k = c.id"},
      {"of_having",
       "SELECT p.id, g.n FROM person p LEFT JOIN (SELECT order_id, count(*) AS n FROM line "
       "GROUP BY order_id HAVING count(*) > 1) g ON g.order_id = p.boss"},
      {"of_union",
       "SELECT c.id, u.k, u.src FROM customer c LEFT JOIN (SELECT customer_id, id AS k, 'o' AS src "
       "FROM orders UNION ALL SELECT boss, id, 'p' FROM person) u ON u.customer_id = c.id",
       CompareBy::kImage},
      {"union_left",
       "SELECT u.k, c.name FROM (SELECT customer_id AS k FROM orders UNION ALL SELECT boss "
       "FROM person) u LEFT JOIN customer c ON c.id = u.k",
       CompareBy::kImage},
      {"inner_above",
       "SELECT o.id, c.name, l.product FROM orders o LEFT JOIN customer c ON c.id = o.customer_id "
       "JOIN line l ON l.order_id = o.id AND l.qty > coalesce(c.region, 0)",
       CompareBy::kImage},
      {"mixed_then_joined",
       "SELECT p.id, q.id AS q_id, r.id AS r_id FROM person p LEFT JOIN person q "
       "ON q.v = p.boss AND (q.v = p.boss OR q.v < p.v) JOIN person r ON r.boss = p.boss",
       CompareBy::kImage},
      {"raising_then_joined",
       "SELECT p.id, c.name, q.id AS q_id, 60 / q.v AS d FROM person p "
       "LEFT JOIN customer c ON c.id = p.boss JOIN person q ON q.boss = p.boss AND q.v <> 0",
       CompareBy::kImage},
      {"raising_then_left",
       "SELECT p.id, c.id AS c_id, o.id AS o_id, 60 / p.v AS d FROM person p "
       "LEFT JOIN customer c ON c.region = p.boss LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE p.v <> 0",
       CompareBy::kImage},
      {"full_of_three",
       "SELECT id, c.name, p.v, o.amount FROM customer c FULL JOIN person p USING (id) "
       "FULL JOIN orders o USING (id)",
       CompareBy::kImage},
      {"left_using", "SELECT * FROM orders LEFT JOIN person USING (id)", CompareBy::kImage},
      {"right_using", "SELECT * FROM orders RIGHT JOIN person USING (id)", CompareBy::kImage},
      {"full_using", "SELECT * FROM orders FULL JOIN person USING (id)", CompareBy::kImage},
      {"natural_left",
       "SELECT * FROM (SELECT id, name FROM customer) a NATURAL LEFT JOIN (SELECT id, v FROM "
       "person) b",
       CompareBy::kImage},
      {"natural_full",
       "SELECT * FROM (SELECT id, name FROM customer) a NATURAL FULL JOIN (SELECT id, v FROM "
       "person) b",
       CompareBy::kImage},
      {"common_table",
       "WITH big AS (SELECT id, customer_id FROM orders WHERE amount > 5) "
       "SELECT a.id, b.id AS other FROM big a LEFT JOIN big b ON b.customer_id = a.id",
       CompareBy::kImage},
      {"view_left",
       "SELECT c.id, v.o_id, v.who FROM customer c LEFT JOIN named_order v "
       "ON v.o_id = c.id",
       CompareBy::kImage}};
  return kQueries;
}

const std::vector<Query>& Grouped() {
  static const std::vector<Query> kQueries = {
      {"counted",
       "SELECT c.region, count(*) AS n, count(o.id) AS orders, sum(o.amount) AS total "
       "FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region"},
      {"extremes",
       "SELECT c.region, min(o.amount) AS lo, max(o.id) AS hi FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region"},
      {"by_null_side",
       "SELECT c.region, c.name, count(*) AS n FROM orders o LEFT JOIN customer c "
       "ON c.id = o.customer_id GROUP BY c.region, c.name"},
      {"by_left_key",
       "SELECT c.id, c.name, c.region, count(o.id) AS n, sum(o.amount) AS s FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id"},
      {"by_right_key",
       "SELECT c.id, c.name, count(*) AS n FROM orders o LEFT JOIN customer c "
       "ON c.id = o.customer_id GROUP BY c.id"},
      {"full_grouped",
       "SELECT coalesce(o.customer_id, p.boss) AS k, sum(o.amount) AS s, sum(p.v) AS v, "
       "count(*) AS n FROM orders o FULL JOIN person p ON p.boss = o.customer_id "
       "GROUP BY coalesce(o.customer_id, p.boss)"},
      {"lists",
       "SELECT c.region, string_agg(o.id::text, ',' ORDER BY o.id, c.id) AS ids FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region"},
      {"united",
       "SELECT c.region AS k FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE o.id IS NULL UNION SELECT p.v FROM person p LEFT JOIN person b ON b.id = p.boss "
       "WHERE b.id IS NULL"},
      {"without",
       "SELECT c.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "EXCEPT SELECT p.boss FROM person p LEFT JOIN customer c ON c.id = p.v"},
      {"grouped_twice",
       "SELECT x.n, count(*) AS m FROM (SELECT c.id, count(o.id) AS n FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id) x GROUP BY x.n"},
      {"filtered",
       "SELECT c.region, count(*) FILTER (WHERE o.id IS NULL) AS without FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.region"},
      {"divided",
       "SELECT p.v / q.v AS d, count(*) AS n FROM person p LEFT JOIN person q ON p.boss = q.id "
       "WHERE q.v <> 0 OR q.v IS NULL GROUP BY p.v / q.v"}};
  return kQueries;
}

// A refresh of these would need a key of `line`.
const std::vector<Query>& OverBags() {
  static const std::vector<Query> kQueries = {
      {"keyless_right",
       "SELECT o.id, l.product, l.qty FROM orders o LEFT JOIN line l ON l.order_id = o.id",
       CompareBy::kImage},
      {"full_keyless",
       "SELECT a.product, a.qty, b.id, b.v FROM line a FULL JOIN person b ON a.qty = b.v",
       CompareBy::kImage},
      {"chain_down",
       "SELECT c.id, o.id AS o_id, l.product FROM customer c "
       "LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN line l ON l.order_id = o.id",
       CompareBy::kImage},
      {"of_inner_join",
       "SELECT c.id, x.o_id, x.product FROM customer c LEFT JOIN "
       "(SELECT o.id AS o_id, o.customer_id, l.product FROM orders o JOIN line l "
       "ON l.order_id = o.id) x ON x.customer_id = c.id",
       CompareBy::kImage},
      {"of_left_join",
       "SELECT c.id, o.id AS o_id, l.qty FROM customer c "
       "LEFT JOIN (orders o LEFT JOIN line l ON l.order_id = o.id AND l.qty > 1) "
       "ON o.customer_id = c.id",
       CompareBy::kImage},
      {"whole",
       "SELECT count(*) AS n, count(l.qty) AS m, sum(l.qty) AS s FROM orders o "
       "LEFT JOIN line l ON l.order_id = o.id"},
      {"different",
       "SELECT DISTINCT c.region, l.product FROM customer c LEFT JOIN line l ON l.order_id = "
       "c.id"}};
  return kQueries;
}

class OuterJoins : public ShopFixture {
 protected:
  OuterJoins() {
    Schema(std::string(Shop::Ddl()) +
           "; CREATE INDEX ON person (v);"
           "CREATE VIEW named_order AS SELECT o.id AS o_id, coalesce(c.name, 'nobody') AS who "
           "FROM orders o LEFT JOIN customer c ON c.id = o.customer_id");
  }

  /// With columns of the names and types that views of the queries have.
  void Make(const std::vector<std::pair<std::vector<Query>, std::string>>& modes) {
    for (const auto& [queries, mode] : modes) StreamsAtOnce(queries, mode);
    for (const Stored& stream : streams_) {
      EXPECT_EQ(ColumnsOf(stream.name), ColumnsOf(stream.view)) << stream.query;
    }
  }

  std::string ColumnsOf(const std::string& relation) {
    return Printed(session_.Rows(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation "
        "FROM pg_attribute a WHERE a.attrelid = '" +
        relation +
        "'::regclass AND a.attnum > 0 AND a.attname NOT LIKE '\\_\\_pgt\\_%' ORDER BY a.attnum"));
  }
};

TEST_F(OuterJoins, PairsAreImmediate) {
  Make({{Pairs(), "IMMEDIATE"}, {OverBags(), "IMMEDIATE"}});
  HoldAfterEveryTransaction(25);
}

TEST_F(OuterJoins, NestedOnesAndGroupsAreImmediate) {
  Make({{Nested(), "IMMEDIATE"}, {Grouped(), "IMMEDIATE"}});
  HoldAfterEveryTransaction(25);
}

TEST_F(OuterJoins, PairsAreRefreshed) {
  Make({{Pairs(), "DIFFERENTIAL"}, {OverBags(), "FULL"}});
  HoldAfterEveryRefresh(20);
}

TEST_F(OuterJoins, NestedOnesAndGroupsAreRefreshed) {
  Make({{Nested(), "DIFFERENTIAL"}, {Grouped(), "DIFFERENTIAL"}});
  HoldAfterEveryRefresh(20);
}

TEST_F(OuterJoins, ValuesThatAreEqualAndNotTheSame) {
  Schema(
      "CREATE COLLATION anyway (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
      "CREATE DOMAIN code AS varchar(10);"
      "CREATE TABLE price (id int PRIMARY KEY, k numeric, word text COLLATE anyway, c code, big "
      "bigint);"
      "CREATE TABLE rate (k numeric PRIMARY KEY, word text COLLATE anyway, c code, small smallint);"
      "CREATE INDEX ON price (k); CREATE INDEX ON price (word); CREATE INDEX ON rate (word);"
      "CREATE INDEX ON price (c); CREATE INDEX ON rate (c); CREATE INDEX ON price (big);"
      "CREATE INDEX ON rate (small)");
  const std::vector<Query> queries = {
      {"numbers", "SELECT p.id, p.k, r.k AS r_k FROM price p LEFT JOIN rate r ON r.k = p.k",
       CompareBy::kImage},
      {"numbers_back", "SELECT r.k, p.id FROM rate r LEFT JOIN price p ON p.k = r.k",
       CompareBy::kImage},
      {"numbers_full", "SELECT k, p.id, r.c FROM price p FULL JOIN rate r USING (k)",
       CompareBy::kImage},
      {"words", "SELECT word, p.id, r.k FROM price p FULL JOIN rate r USING (word)",
       CompareBy::kImage},
      {"codes", "SELECT p.id, r.k, r.c FROM price p LEFT JOIN rate r ON r.c = p.c",
       CompareBy::kImage},
      {"integers", "SELECT p.id, r.k FROM price p LEFT JOIN rate r ON r.small = p.big",
       CompareBy::kImage},
      {"grouped",
       "SELECT r.word, count(p.id) AS n FROM rate r LEFT JOIN price p ON p.word = r.word "
       "GROUP BY r.word"}};
  Make({{queries, "IMMEDIATE"}, {queries, "DIFFERENTIAL"}, {queries, "FULL"}});
  for (const char* change :
       {"INSERT INTO price VALUES (1, 1.0, 'a', 'x', 1), (2, 1.00, 'A', 'x', 2), (3, NULL, NULL, "
        "NULL, "
        "NULL)",
        "INSERT INTO rate VALUES (1.000, 'A', 'x', 1), (2, 'b', NULL, NULL)",
        "UPDATE rate SET k = 1.0, word = 'a' WHERE k = 1",
        "UPDATE price SET k = k + 0.000, word = upper(word) WHERE id < 3",
        "INSERT INTO price VALUES (4, 2.0, 'B', 'y', 70000)",
        "UPDATE price SET word = 'b', c = 'x' WHERE id = 4",
        "WITH d AS (DELETE FROM rate WHERE k = 1) UPDATE price SET k = 2.00 WHERE id = 1",
        "INSERT INTO rate VALUES (1, 'a', 'y', 2), (7, 'á', 'Y', 3)",
        "DELETE FROM price WHERE id = 2", "TRUNCATE price",
        "INSERT INTO price VALUES (9, 7.00, 'Á', 'Y', 3)"}) {
    session_.Run(change);
    RefreshAll(session_);
    EXPECT_TRUE(AllHold()) << change;
  }
}

TEST_F(OuterJoins, OverEachOther) {
  Stream("first",
         "SELECT c.id, c.name, o.id AS o_id, o.amount FROM customer c LEFT JOIN orders o "
         "ON o.customer_id = c.id",
         CompareBy::kImage);
  Stream("second", "SELECT p.id, f.name, f.o_id FROM person p LEFT JOIN first f ON f.id = p.boss",
         CompareBy::kImage);
  Stream("third", "SELECT s.id, count(s.o_id) AS n FROM second s GROUP BY s.id");
  HoldAfterEveryTransaction(30);
}

}  // namespace
}  // namespace tricklec::testsupport
