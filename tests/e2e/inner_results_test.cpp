// Queries with aggregates below other nodes: HAVING, groups of groups, groups and distinct rows that are
// joined. Each inner result is stored and maintained with the stream table.
#include <chrono>
#include <future>
#include <thread>

#include "shop_fixture.h"

namespace tricklec::testsupport {
namespace {

// What is computed of an inner result alone.
const std::vector<Query>& Alone() {
  static const std::vector<Query> kQueries = {
      {"filtered",
       "SELECT product, sum(qty) AS s, count(*) AS n FROM line GROUP BY product HAVING sum(qty) > "
       "3"},
      {"having_few",
       "SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id HAVING count(*) < 3"},
      {"having_extreme",
       "SELECT region, max(id) AS hi FROM customer GROUP BY region HAVING max(id) > 5"},
      {"having_joined",
       "SELECT c.region, sum(o.amount) AS total FROM orders o JOIN customer c ON c.id = "
       "o.customer_id "
       "GROUP BY c.region HAVING sum(o.amount) > 20 OR c.region IS NULL"},
      {"having_of_one_row", "SELECT count(*) AS n, max(qty) AS m FROM line HAVING count(*) > 5"},
      {"may_raise",
       "SELECT product, 100 / count(*) AS share FROM line GROUP BY product HAVING count(*) < 4"},
      {"sizes",
       "SELECT n, count(*) AS groups FROM (SELECT customer_id, count(*) AS n FROM orders "
       "GROUP BY customer_id) c GROUP BY n"},
      {"best",
       "SELECT max(s) AS best, count(*) AS n FROM (SELECT product, sum(qty) AS s FROM line "
       "GROUP BY product) p"},
      {"three_levels",
       "SELECT m, count(*) AS n FROM (SELECT boss, max(c) AS m FROM (SELECT boss, v, count(*) AS c "
       "FROM person GROUP BY boss, v) a GROUP BY boss HAVING count(*) > 1) b GROUP BY m"},
      {"distinct_counted",
       "SELECT region, count(*) AS names FROM (SELECT DISTINCT region, name FROM customer) d "
       "GROUP BY region"},
      {"listed",
       "SELECT count(*) AS n, string_agg(names, ';' ORDER BY names) AS l FROM (SELECT region, "
       "string_agg(name, ',' ORDER BY name) AS names FROM customer GROUP BY region) r"},
      {"self_joined",
       "WITH t AS (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) "
       "SELECT t.customer_id, t.total FROM t WHERE t.total > 30"}};
  return kQueries;
}

// Together with other sources, the inner result's own among them.
const std::vector<Query>& BesideOthers() {
  static const std::vector<Query> kQueries = {
      {"totals",
       "SELECT c.id, c.name, t.total FROM customer c JOIN (SELECT customer_id, sum(amount) AS "
       "total "
       "FROM orders GROUP BY customer_id) t ON t.customer_id = c.id"},
      {"above_average",
       "SELECT o.id, o.amount FROM orders o JOIN (SELECT customer_id, avg(amount) AS a FROM orders "
       "GROUP BY customer_id) t ON t.customer_id = o.customer_id WHERE o.amount > t.a"},
      {"distinct_joined",
       "SELECT c.name, d.product FROM customer c JOIN (SELECT DISTINCT o.customer_id, l.product "
       "FROM orders o JOIN line l ON l.order_id = o.id) d ON d.customer_id = c.id"},
      {"beside_one_row",
       "SELECT p.id, p.v, t.n FROM person p CROSS JOIN (SELECT count(*) AS n FROM person) t"},
      {"two_groups",
       "SELECT a.product, a.n, b.m FROM (SELECT product, count(*) AS n FROM line GROUP BY product) "
       "a "
       "JOIN (SELECT product, max(qty) AS m FROM line GROUP BY product) b ON b.product = "
       "a.product"},
      {"union_of_groups",
       "SELECT region AS k, count(*) AS n FROM customer GROUP BY region UNION ALL "
       "SELECT qty, count(*) FROM line GROUP BY qty"},
      {"grouped_again",
       "SELECT c.region, sum(t.n) AS orders, max(t.n) AS most FROM customer c JOIN (SELECT "
       "customer_id, "
       "count(*) AS n FROM orders GROUP BY customer_id HAVING count(*) > 1) t ON t.customer_id = "
       "c.id "
       "GROUP BY c.region"}};
  return kQueries;
}

class InnerResults : public ShopFixture {};

TEST_F(InnerResults, ImmediateHoldsAfterEveryTransaction) {
  Create(Alone(), "IMMEDIATE");
  HoldAfterEveryTransaction(80);
}

TEST_F(InnerResults, ImmediateHoldsBesideOtherSources) {
  Create(BesideOthers(), "IMMEDIATE");
  HoldAfterEveryTransaction(80);
}

TEST_F(InnerResults, RefreshesHoldWheneverTheyHappen) {
  Create(Alone(), "DIFFERENTIAL");
  HoldAfterEveryRefresh(60);
}

TEST_F(InnerResults, RefreshesHoldBesideOtherSources) {
  // What is refreshed after an inner result, and reads a table without a key, is FULL.
  Create({}, "DIFFERENTIAL");
  for (const Query& query : BesideOthers()) Stream(query.name, query.text, query.compare, "AUTO");
  HoldAfterEveryRefresh(60);
  EXPECT_EQ(session_.Text("SELECT string_agg(name, ',' ORDER BY name) FROM pgtrickle.pgt_status() "
                          "WHERE refresh_mode = 'FULL'"),
            "public.two_groups,public.union_of_groups");
}

// Between the statement that refreshes the inner result and the one that refreshes the stream table, others
// commit: neither their rows of one table nor of the other may be seen.
TEST_F(InnerResults, ARefreshReadsAllSourcesAsOfOneTime) {
  Schema(Shop::Ddl());
  session_.Run(
      "INSERT INTO customer SELECT g, 'c' || g, g % 3 FROM generate_series(1, 8) AS g;"
      "INSERT INTO orders SELECT g, 1 + g % 8, g FROM generate_series(1, 40) AS g");
  for (const char* name : {"totals", "above_average", "grouped_again"}) {
    for (const Query& query : BesideOthers()) {
      if (query.name == std::string(name))
        Stream(query.name, query.text, query.compare, "DIFFERENTIAL");
    }
  }
  for (bool anew : {false, true}) {
    for (const Stored& stream : streams_) {
      SCOPED_TRACE(stream.name + (anew ? ", computed again" : ", by its changes"));
      session_.Run(
          "UPDATE orders SET amount = amount + 1 WHERE id % 5 = 0; DELETE FROM orders WHERE id % "
          "11 = 3;"
          "UPDATE customer SET name = name || '+', region = region + 1 WHERE id % 2 = 0");
      if (anew) {
        session_.Run(
            "UPDATE pgtrickle.pgt_stream_tables SET needs_reinit = true, reinit_reason = 'test' "
            "WHERE pgt_name = '" +
            stream.name + "'");
      }
      session_.Run("DROP TABLE IF EXISTS expected; CREATE TABLE expected AS SELECT * FROM " +
                   stream.view);
      Session holder = database_.Connect();
      holder.Run(
          "BEGIN; SELECT FROM pgtrickle.pgt_frontiers f JOIN pgtrickle.pgt_stream_tables s USING "
          "(pgt_id) "
          "WHERE s.pgt_name = '" +
          stream.name + "' FOR UPDATE OF f");
      std::string pid = session_.Text("SELECT pg_backend_pid()");
      auto refresh = std::async(std::launch::async, [&] {
        return session_.TryRun("SELECT pgtrickle.refresh_stream_table('" + stream.name + "')");
      });
      Session writer = database_.Connect();
      while (writer.Text(
                 "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = " +
                 pid) == "0") {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      writer.Run(
          "UPDATE orders SET amount = amount * 3, customer_id = 1 + id % 4 WHERE id % 3 = 0;"
          "INSERT INTO orders SELECT max(id) + 1, 2, 7 FROM orders;"
          "UPDATE customer SET name = name || '-', region = region - 1 WHERE id % 3 = 0;"
          "INSERT INTO customer SELECT max(id) + 1, 'new', 1 FROM customer;"
          "DELETE FROM orders WHERE id = (SELECT min(id) FROM orders)");
      holder.Run("COMMIT");
      std::optional<SqlError> error = refresh.get();
      ASSERT_FALSE(error.has_value()) << error->what();
      EXPECT_TRUE(HoldsQuery(session_, stream.name, "SELECT * FROM expected"));
      session_.Run("SELECT pgtrickle.refresh_stream_table('" + stream.name + "')");
      EXPECT_TRUE(HoldsQuery(session_, stream.name, "SELECT * FROM " + stream.view));
      EXPECT_EQ(session_.Text(
                    "SELECT count(*) FROM pgtrickle.pgt_refresh_history WHERE was_full_fallback"),
                "0");
    }
  }
}

TEST_F(InnerResults, ComeAndGoWithTheStreamTable) {
  const std::string tables =
      "SELECT string_agg(oid::regclass::text, ',' ORDER BY oid) FROM pg_class WHERE relkind IN "
      "('r', 'v') "
      "AND relnamespace IN ('pgtrickle_state'::regnamespace, 'pgtrickle_changes'::regnamespace)";
  std::string before = session_.Text(tables);
  Create(Alone(), "IMMEDIATE");
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pgtrickle.pgt_status()"),
            std::to_string(streams_.size()));
  for (const Stored& stream : streams_) {
    session_.Run("SELECT pgtrickle.drop_stream_table('" + stream.name + "')");
  }
  EXPECT_EQ(session_.Text("SELECT (SELECT count(*) FROM pgtrickle.pgt_stream_tables) + "
                          "(SELECT count(*) FROM pgtrickle.pgt_objects) + "
                          "(SELECT count(*) FROM pgtrickle_state.version) + "
                          "(SELECT count(*) FROM pg_proc WHERE pronamespace = "
                          "'pgtrickle_impl'::regnamespace)"),
            "0");
  EXPECT_EQ(session_.Text(tables), before);
}

TEST_F(InnerResults, AreReadByNobodyElseAndDroppedByNobodyElse) {
  Create({Alone()[0]}, "DIFFERENTIAL");
  std::optional<SqlError> error = session_.TryRun(
      "SELECT pgtrickle.drop_stream_table('pgtrickle_state.\"public.filtered/groups\"')");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->sqlstate(), "2BP01");
  EXPECT_EQ(session_.Text("SELECT has_table_privilege('public', "
                          "'pgtrickle_state.\"public.filtered/groups\"', 'SELECT')"),
            "f");
}

TEST_F(InnerResults, WithNoDataTheFirstRefreshFillsThem) {
  Schema(Shop::Ddl());
  session_.Run("INSERT INTO line SELECT g, 'p' || g % 3, g FROM generate_series(1, 9) AS g");
  for (const char* mode : {"IMMEDIATE", "DIFFERENTIAL"}) {
    session_.Run(CompileBeside(std::string("CREATE STREAM TABLE later ") + mode + " AS " +
                               Alone()[0].text + " WITH NO DATA;\n"));
    EXPECT_EQ(session_.Text("SELECT count(*) FROM later"), "0");
    session_.Run("INSERT INTO line VALUES (1, 'p1', 7)");
    EXPECT_EQ(session_.Text("SELECT count(*) FROM later"), "0");
    session_.Run("SELECT pgtrickle.refresh_stream_table('later')");
    EXPECT_TRUE(HoldsQuery(session_, "later", Alone()[0].text));
    session_.Run("INSERT INTO line VALUES (1, 'p1', 8); DELETE FROM line WHERE product = 'p2'");
    if (std::string(mode) == "DIFFERENTIAL") {
      session_.Run("SELECT pgtrickle.refresh_stream_table('later')");
    }
    EXPECT_TRUE(HoldsQuery(session_, "later", Alone()[0].text));
    session_.Run("SELECT pgtrickle.drop_stream_table('later')");
  }
}

}  // namespace
}  // namespace tricklec::testsupport
