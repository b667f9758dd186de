// Subqueries in expressions, in every place and of every kind; maintained inside the statement, refreshed,
// and computed as a whole. Random changes, compared with the queries after every step.
#include "shop_fixture.h"

namespace tricklec::testsupport {
namespace {

const std::vector<Query>& Existence() {
  static const std::vector<Query> kQueries = {
      {"exists",
       "SELECT c.id, c.name FROM customer c WHERE EXISTS (SELECT 1 FROM orders o "
       "WHERE o.customer_id = c.id AND o.amount > 5)",
       CompareBy::kImage},
      {"not_exists",
       "SELECT c.id, c.name FROM customer c WHERE NOT EXISTS (SELECT FROM orders o "
       "WHERE o.customer_id = c.id)",
       CompareBy::kImage},
      {"by_key",
       "SELECT o.id, o.amount FROM orders o WHERE EXISTS (SELECT 1 FROM customer c "
       "WHERE c.id = o.customer_id AND c.region = 1)",
       CompareBy::kImage},
      {"as_values",
       "SELECT c.id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AS has_orders, "
       "NOT EXISTS (SELECT 1 FROM person p WHERE p.boss = c.id) AS alone FROM customer c",
       CompareBy::kImage},
      {"under_or",
       "SELECT c.id FROM customer c WHERE c.region IS NULL OR EXISTS (SELECT 1 FROM orders o "
       "WHERE o.customer_id = c.id) OR NOT (c.id IN (SELECT boss FROM person WHERE boss > 2))",
       CompareBy::kImage},
      {"others",
       "SELECT p.id FROM person p WHERE EXISTS (SELECT 1 FROM person q WHERE q.boss = p.boss "
       "AND q.id <> p.id) AND NOT EXISTS (SELECT 1 FROM person q WHERE q.boss = p.boss "
       "AND q.id <> p.id AND q.v > p.v)",
       CompareBy::kImage},
      {"nulls_meet",
       "SELECT p.id FROM person p WHERE EXISTS (SELECT 1 FROM customer c "
       "WHERE c.region IS NOT DISTINCT FROM p.v)",
       CompareBy::kImage},
      {"two_levels",
       "SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = "
       "c.id "
       "AND NOT EXISTS (SELECT 1 FROM person p WHERE p.boss = o.id AND p.v > c.region))",
       CompareBy::kImage},
      {"uncorrelated",
       "SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM orders WHERE amount > 30) "
       "AND NOT EXISTS (SELECT 1 FROM person WHERE v = 3 AND c.region = 1)",
       CompareBy::kImage},
      {"of_join",
       "SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o LEFT JOIN person p "
       "ON p.boss = o.id WHERE o.customer_id = c.id AND p.id IS NULL)",
       CompareBy::kImage},
      {"of_groups",
       "SELECT c.id FROM customer c WHERE EXISTS (SELECT o.customer_id FROM orders o "
       "WHERE o.customer_id = c.id GROUP BY o.customer_id HAVING count(*) > 1)",
       CompareBy::kImage},
      {"of_aggregate",
       "SELECT c.id, EXISTS (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS always, "
       "EXISTS (SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id HAVING count(*) < 2) "
       "AS few FROM customer c",
       CompareBy::kImage},
      {"in_on",
       "SELECT c.id, o.id AS o_id FROM customer c JOIN orders o ON o.customer_id = c.id "
       "AND EXISTS (SELECT 1 FROM person p WHERE p.boss = o.id)",
       CompareBy::kImage}};
  return kQueries;
}

const std::vector<Query>& Membership() {
  static const std::vector<Query> kQueries = {
      {"in_list",
       "SELECT o.id FROM orders o WHERE o.customer_id IN (SELECT id FROM customer WHERE region > "
       "0)",
       CompareBy::kImage},
      {"not_in", "SELECT c.id FROM customer c WHERE c.region NOT IN (SELECT v FROM person)",
       CompareBy::kImage},
      {"not_in_without_nulls",
       "SELECT c.id FROM customer c WHERE c.id NOT IN (SELECT id FROM person)", CompareBy::kImage},
      {"as_values",
       "SELECT c.id, c.region IN (SELECT v FROM person) AS i, "
       "c.region NOT IN (SELECT boss FROM person WHERE boss IS NOT NULL) AS n FROM customer c",
       CompareBy::kImage},
      {"correlated",
       "SELECT p.id, p.v NOT IN (SELECT q.v FROM person q WHERE q.boss = p.boss AND q.id <> p.id) "
       "AS differs FROM person p",
       CompareBy::kImage},
      {"rows",
       "SELECT p.id FROM person p WHERE (p.boss, p.v) IN (SELECT customer_id, id FROM orders)",
       CompareBy::kImage},
      {"not_rows",
       "SELECT p.id, (p.boss, p.v) NOT IN (SELECT id, region FROM customer) AS n FROM person p",
       CompareBy::kImage},
      {"any_less",
       "SELECT p.id, p.v < ANY (SELECT q.v FROM person q WHERE q.boss = p.id) AS less FROM person "
       "p",
       CompareBy::kImage},
      {"all_greater",
       "SELECT p.id FROM person p WHERE p.v >= ALL (SELECT v FROM person q WHERE q.boss = p.boss)",
       CompareBy::kImage},
      {"not_all",
       "SELECT c.id, c.region <> ALL (SELECT v FROM person) AS a, "
       "NOT (c.id = ANY (SELECT boss FROM person)) AS b FROM customer c",
       CompareBy::kImage},
      {"of_aggregate",
       "SELECT c.id FROM customer c WHERE c.region IN (SELECT max(v) FROM person p "
       "WHERE p.boss = c.id)",
       CompareBy::kImage},
      {"counted",
       "SELECT c.region, count(*) AS n FROM customer c WHERE c.id IN (SELECT customer_id "
       "FROM orders) GROUP BY c.region HAVING c.region IN (SELECT v FROM person)"}};
  return kQueries;
}

const std::vector<Query>& Values() {
  static const std::vector<Query> kQueries = {
      {"aggregates",
       "SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, "
       "(SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id) AS s, "
       "(SELECT max(id) FROM orders o WHERE o.customer_id = c.id AND amount > 5) AS d "
       "FROM customer c"},
      {"above_average",
       "SELECT o.id, o.amount FROM orders o WHERE o.amount > (SELECT avg(i.amount) FROM orders i "
       "WHERE i.customer_id = o.customer_id)"},
      {"uncorrelated", "SELECT p.id, p.v, (SELECT count(*) FROM orders) AS n FROM person p"},
      {"by_key",
       "SELECT o.id, (SELECT name FROM customer c WHERE c.id = o.customer_id) AS name "
       "FROM orders o",
       CompareBy::kImage},
      {"by_key_of_groups",
       "WITH t AS (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) "
       "SELECT c.id, (SELECT n FROM t WHERE t.customer_id = c.id) AS n FROM customer c"},
      {"over_conditions",
       "SELECT c.id, (SELECT count(*) FROM person p WHERE p.boss = c.id AND p.v > c.region) AS n "
       "FROM customer c"},
      {"in_case",
       "SELECT p.id, CASE WHEN p.id = ANY (SELECT boss FROM person) THEN (SELECT min(id) FROM "
       "orders) ELSE (SELECT max(amount) FROM orders o WHERE o.customer_id = p.boss) END AS x "
       "FROM person p"},
      {"in_aggregates",
       "SELECT c.region, sum((SELECT count(*) FROM orders o WHERE o.customer_id = c.id)) AS n, "
       "count(*) FILTER (WHERE EXISTS (SELECT 1 FROM person p WHERE p.boss = c.id)) AS m, "
       "(SELECT count(*) FROM person p WHERE p.v = c.region) AS k FROM customer c "
       "GROUP BY c.region"},
      {"as_group",
       "SELECT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AS has, "
       "count(*) AS n FROM customer c GROUP BY 1"},
      {"in_having",
       "SELECT o.customer_id, sum(o.amount) AS s FROM orders o GROUP BY o.customer_id "
       "HAVING sum(o.amount) > (SELECT avg(v) FROM person p WHERE p.boss = o.customer_id)"},
      {"with_having",
       "SELECT c.id, (SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id "
       "HAVING count(*) > 1) AS s FROM customer c"},
      {"beside_left_join",
       "SELECT c.id, o.id AS o_id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id "
       "WHERE o.amount IS NULL OR o.amount >= (SELECT avg(amount) FROM orders i "
       "WHERE i.customer_id = c.id)"},
      {"in_subquery_of_from",
       "SELECT x.n, count(*) AS m FROM (SELECT c.id, (SELECT count(*) FROM orders o "
       "WHERE o.customer_id = c.id) AS n FROM customer c) x GROUP BY x.n"},
      {"nested",
       "SELECT b.id, (SELECT count(*) FROM person p WHERE p.boss = b.id AND EXISTS (SELECT 1 FROM "
       "orders o WHERE o.customer_id = p.v AND o.id > b.id)) AS n FROM person b"},
      {"best",
       "SELECT DISTINCT o.customer_id, o.amount FROM orders o WHERE o.amount = (SELECT "
       "max(i.amount) "
       "FROM orders i WHERE i.customer_id = o.customer_id)"},
      {"united",
       "SELECT id FROM customer WHERE region = (SELECT max(v) FROM person) UNION SELECT boss "
       "FROM person WHERE boss NOT IN (SELECT customer_id FROM orders)"},
      {"self_value",
       "SELECT p.id, (SELECT p.v + count(*) FROM person q WHERE q.boss = p.id) AS n FROM person "
       "p"}};
  return kQueries;
}

class Subqueries : public ShopFixture {
 protected:
  Subqueries() { Schema(std::string(Shop::Ddl()) + "; CREATE INDEX ON person (v)"); }
};

TEST_F(Subqueries, ExistenceIsImmediate) {
  StreamsAtOnce(Existence(), "IMMEDIATE");
  HoldAfterEveryTransaction(20);
}

TEST_F(Subqueries, MembershipIsImmediate) {
  StreamsAtOnce(Membership(), "IMMEDIATE");
  HoldAfterEveryTransaction(20);
}

TEST_F(Subqueries, ValuesAreImmediate) {
  StreamsAtOnce(Values(), "IMMEDIATE");
  HoldAfterEveryTransaction(20);
}

TEST_F(Subqueries, ExistenceAndMembershipAreRefreshed) {
  StreamsAtOnce(Existence(), "DIFFERENTIAL");
  StreamsAtOnce(Membership(), "DIFFERENTIAL");
  HoldAfterEveryRefresh(15);
}

TEST_F(Subqueries, ValuesAreRefreshed) {
  StreamsAtOnce(Values(), "DIFFERENTIAL");
  // Between the statements that bring a maximum up to date, this difference could overflow.
  StreamsAtOnce(
      {{"difference",
        "SELECT c.id, (SELECT max(id) - min(id) FROM orders o WHERE o.customer_id = c.id) AS d "
        "FROM customer c"}},
      "DIFFERENTIAL");
  StreamsAtOnce(Values(), "FULL");
  HoldAfterEveryRefresh(15);
}

// A value of which there are two is PostgreSQL's own error, raised by the refresh that finds them, and only
// while a row asks for it.
TEST_F(Subqueries, SeveralValuesAreAnErrorWhereTheyAreAskedFor) {
  StreamsAtOnce(
      {{"boss_of",
        "SELECT c.id, (SELECT p.v FROM person p WHERE p.boss = c.id) AS v FROM customer c",
        CompareBy::kImage}},
      "DIFFERENTIAL");
  session_.Run(
      "INSERT INTO customer VALUES (1, 'a', 1); INSERT INTO person VALUES (1, 1, 5), (2, 7, 1), "
      "(3, 7, 2)");
  session_.Run("SELECT pgtrickle.refresh_stream_table('boss_of_0')");
  EXPECT_TRUE(AllHold());
  session_.Run("INSERT INTO customer VALUES (7, 'g', 1)");
  EXPECT_TRUE(FailsWith(session_, "21000", "SELECT pgtrickle.refresh_stream_table('boss_of_0')"));
  session_.Run("DELETE FROM person WHERE id = 3");
  session_.Run("SELECT pgtrickle.refresh_stream_table('boss_of_0')");
  EXPECT_TRUE(AllHold());
}

// "Orders above their customer's average": a change of one order reads that customer's orders.
TEST_F(Subqueries, OneRowCostsItsGroup) {
  session_.Run("ALTER TABLE orders DISABLE TRIGGER add_gift");
  StreamsAtOnce(
      {{"above",
        "SELECT o.id, o.amount FROM orders o WHERE o.amount > (SELECT avg(i.amount) FROM orders i "
        "WHERE i.customer_id = o.customer_id)"},
       {"without",
        "SELECT c.id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM orders o "
        "WHERE o.customer_id = c.id AND o.amount > 7)",
        CompareBy::kImage}},
      "IMMEDIATE");
  session_.Run(
      "INSERT INTO customer SELECT g, 'c', 1 FROM generate_series(1, 50000) AS g; "
      "INSERT INTO orders SELECT g, g % 50000 + 1, g % 10 FROM generate_series(1, 100000) AS g; "
      "ANALYZE");
  for (const char* statement :
       {"UPDATE orders SET amount = amount + 3 WHERE id = 5",
        "UPDATE orders SET customer_id = 17 WHERE id = 6", "DELETE FROM orders WHERE id = 7",
        "INSERT INTO orders VALUES (200000, 9, 8)",
        "UPDATE customer SET name = 'x' WHERE id = 4"}) {
    // What the session did before may be counted as well.
    auto scanned_rows = [&] {
      return std::stol(
          session_.Text("SELECT sum(seq_tup_read)::bigint FROM pg_stat_xact_user_tables"));
    };
    session_.Run("BEGIN");
    long before = scanned_rows();
    session_.Run(statement);
    long scanned = scanned_rows() - before;
    session_.Run("COMMIT");
    EXPECT_LT(scanned, 500) << statement;
  }
  EXPECT_TRUE(AllHold());
}

}  // namespace
}  // namespace tricklec::testsupport
