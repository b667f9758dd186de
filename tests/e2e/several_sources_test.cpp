// Stream tables over several sources: joins of all kinds, unions, chains; maintained inside the
// statement, or refreshed. Random changes, compared with the queries after every step.
#include "shop_fixture.h"

namespace tricklec::testsupport {
namespace {

const std::vector<Query>& Queries() {
  static const std::vector<Query> kQueries = {
      {"by_foreign_key",
       "SELECT o.id, c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer_id",
       CompareBy::kImage},
      {"grouped",
       "SELECT c.region, count(*) AS n, sum(o.amount) AS total "
       "FROM orders o JOIN customer c ON c.id = o.customer_id GROUP BY c.region"},
      {"self_join", "SELECT p.id, b.v AS boss_v FROM person p JOIN person b ON p.boss = b.id",
       CompareBy::kImage},
      {"without_key",
       "SELECT o.customer_id, l.product, sum(l.qty) AS q, max(l.qty) AS m "
       "FROM orders o JOIN line l ON l.order_id = o.id WHERE o.amount > 10 "
       "GROUP BY o.customer_id, l.product"},
      {"three_tables",
       "SELECT l.product, c.name FROM customer c, orders o, line l "
       "WHERE l.order_id = o.id AND o.customer_id = c.id AND l.qty > 2",
       CompareBy::kImage},
      {"union_all", "SELECT id AS k, 'o' AS src FROM orders UNION ALL SELECT id, 'c' FROM customer",
       CompareBy::kImage},
      {"inequality", "SELECT a.v, b.v AS w FROM person a JOIN person b ON a.v < b.v",
       CompareBy::kImage},
      {"keyless_self_join",
       "SELECT count(*) AS n, sum(l1.qty * l2.qty) AS s FROM line l1 JOIN line l2 USING "
       "(order_id)"},
      {"grouped_union",
       "SELECT u.k, count(*) AS n, min(u.v) AS m "
       "FROM (SELECT id AS k, v FROM person UNION ALL SELECT region, id FROM customer) u "
       "GROUP BY u.k"},
      {"recomputed",
       "SELECT c.name, string_agg(o.id::text, ',' ORDER BY o.id) AS ids "
       "FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY c.name"},
      {"same_names",
       "SELECT b.v, string_agg(a.id::text, ',' ORDER BY a.id, b.id) AS ids, max(a.v) AS m "
       "FROM person a JOIN person b ON a.boss = b.id GROUP BY b.v"},
      {"may_raise",
       "SELECT p.v / q.v AS d, count(*) AS n FROM person p JOIN person q ON p.boss = q.id "
       "WHERE q.v <> 0 GROUP BY p.v / q.v"},
      {"keyless_may_raise",
       "SELECT l.product, 100 / l2.qty AS d FROM line l "
       "JOIN line l2 ON l.order_id = l2.order_id AND l2.qty <> 0",
       CompareBy::kImage},
      {"common_table",
       "WITH big AS (SELECT id, customer_id FROM orders WHERE amount > 5) "
       "SELECT a.id, b.id AS other FROM big a JOIN big b USING (customer_id)",
       CompareBy::kImage},
      {"extremes",
       "SELECT region, count(*) AS n, min(id) AS lo, max(name) AS hi FROM customer GROUP BY "
       "region"},
      {"one_row", "SELECT count(*) AS n, sum(qty) AS s, min(qty) AS lo, avg(qty) AS a FROM line"},
      {"bag", "SELECT order_id, product, qty FROM line WHERE qty > 1", CompareBy::kImage},
      {"distinct_rows", "SELECT DISTINCT product FROM line"},
      {"lists",
       "SELECT product, array_agg(qty ORDER BY qty, order_id) AS l, max(qty) AS m, sum(qty) AS s "
       "FROM line GROUP BY product"}};
  return kQueries;
}

class SeveralSources : public ShopFixture {};

TEST_F(SeveralSources, ImmediateHoldsAfterEveryTransaction) {
  Create(Queries(), "IMMEDIATE");
  HoldAfterEveryTransaction(80);
}

TEST_F(SeveralSources, RefreshesHoldWheneverTheyHappen) {
  Create(Queries(), "DIFFERENTIAL");
  Stream("chained", "SELECT region, n FROM grouped WHERE n > 1", CompareBy::kImage, "DIFFERENTIAL");
  Stream("chained_join",
         "SELECT c.region, count(*) AS m FROM by_foreign_key f JOIN customer c ON c.name = f.name "
         "GROUP BY c.region",
         CompareBy::kEqual, "DIFFERENTIAL");
  Stream("whole", "SELECT product, sum(qty) AS s FROM line GROUP BY product HAVING sum(qty) > 3",
         CompareBy::kEqual, "AUTO");
  Stream("whole_groups", "SELECT region, count(*) AS n FROM customer GROUP BY region",
         CompareBy::kEqual, "FULL");
  Stream("whole_row", "SELECT sum(amount) AS s FROM orders", CompareBy::kEqual, "FULL");
  HoldAfterEveryRefresh(120);
}

TEST_F(SeveralSources, ImmediateChains) {
  Schema(Shop::Ddl());
  Stream("joined",
         "SELECT o.id, c.region, o.amount FROM orders o JOIN customer c ON c.id = o.customer_id",
         CompareBy::kImage);
  Stream("totals", "SELECT region, count(*) AS n, sum(amount) AS s FROM joined GROUP BY region");
  Stream("large", "SELECT region, n FROM totals WHERE n > 1", CompareBy::kImage);
  Stream("beside", "SELECT t.region, c.name FROM totals t JOIN customer c ON c.region = t.region",
         CompareBy::kImage);
  Shop shop(FromEnvironment("TRICKLEC_RANDOM_SEED", 1));
  for (int step = 0; step < 120; ++step) {
    std::vector<std::string> transaction = shop.Transaction();
    ASSERT_TRUE(Run(transaction));
    ASSERT_TRUE(AllHold()) << "step " << step << ", after " << testing::PrintToString(transaction);
  }
}

}  // namespace
}  // namespace tricklec::testsupport
