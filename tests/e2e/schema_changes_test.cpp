// Functions and views that a query uses and that are replaced: noticed by refreshes, by the scheduler and by
// health_check, and never after the fact.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class SchemaChanges : public StreamFixture {
 protected:
  SchemaChanges() {
    Schema(
        "CREATE TABLE sales (id int PRIMARY KEY, shop int, price int);"
        "CREATE FUNCTION rate() RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT 2; END;"
        "CREATE FUNCTION tax(price int) RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC "
        "SELECT price * rate(); END;"
        "CREATE FUNCTION nearly(a int, b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT "
        "abs(a - b) < 3';"
        "CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = nearly);"
        "CREATE VIEW dear AS SELECT id, shop, price FROM sales WHERE price > 3;"
        "CREATE VIEW dearest AS SELECT id, price FROM dear WHERE price > 5");
    session_.Run("INSERT INTO sales SELECT g, g % 3, g FROM generate_series(1, 9) AS g");
  }

  std::string Text(const std::string& query) { return session_.Text(query); }
  void Refresh(const std::string& name) {
    session_.Run("SELECT pgtrickle.refresh_stream_table('" + name + "')");
  }
  std::string LatestReason(const std::string& name) {
    return Printed(
        session_.Rows("SELECT h.action, h.reason FROM pgtrickle.pgt_refresh_history h JOIN "
                      "pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE s.pgt_name = '" +
                      name + "' ORDER BY h.refresh_id DESC LIMIT 1"));
  }
  std::string Health(const std::string& name) {
    return Printed(
        session_.Rows("SELECT check_name, severity, detail FROM pgtrickle.health_check() WHERE "
                      "check_name = '" +
                      name + "'"));
  }
};

TEST_F(SchemaChanges, ReplacedFunctionsMeanARecomputation) {
  Stream("taxes", "SELECT shop, sum(tax(price)) AS t FROM sales GROUP BY shop", CompareBy::kEqual,
         "DIFFERENTIAL");
  Stream("full_taxes", "SELECT id, tax(price) AS t FROM sales", CompareBy::kEqual, "FULL");
  Stream("pairs",
         "SELECT a.id AS one, b.id AS two FROM sales a JOIN sales b ON a.price ~~~ b.price",
         CompareBy::kEqual, "DIFFERENTIAL");
  EXPECT_EQ(Health("function"), "function|OK|no function that a query uses was replaced\n");
  // One that is called by another.
  session_.Run(
      "CREATE OR REPLACE FUNCTION rate() RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT 3; "
      "END; UPDATE sales SET price = price + 1 WHERE id = 4");
  EXPECT_EQ(Health("function"),
            "function|WARN|function public.rate(), which stream table public.taxes uses, was "
            "replaced; refresh_stream_table('public.taxes') recomputes it\n");
  for (const char* name : {"taxes", "full_taxes", "pairs"}) Refresh(name);
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(LatestReason("taxes"), "REINITIALIZE|function public.rate() was replaced\n");
  EXPECT_EQ(LatestReason("pairs"), "DIFFERENTIAL|NULL\n");
  EXPECT_EQ(Health("function"), "function|OK|no function that a query uses was replaced\n");
  // Once is enough.
  session_.Run("UPDATE sales SET price = price + 1 WHERE id = 5");
  for (const char* name : {"taxes", "full_taxes", "pairs"}) Refresh(name);
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(LatestReason("taxes"), "DIFFERENTIAL|NULL\n");
  // One behind an operator, and nobody changed a row.
  session_.Run(
      "CREATE OR REPLACE FUNCTION nearly(a int, b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS "
      "'SELECT a = b'");
  Refresh("pairs");
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(LatestReason("pairs"),
            "REINITIALIZE|function public.nearly(integer,integer) was replaced\n");
  // The same again is no change.
  session_.Run(
      "CREATE OR REPLACE FUNCTION nearly(a int, b int) RETURNS boolean IMMUTABLE LANGUAGE sql AS "
      "'SELECT a = b'");
  Refresh("pairs");
  EXPECT_EQ(LatestReason("pairs"), "NO_DATA|NULL\n");
}

TEST_F(SchemaChanges, TheSchedulerRecomputesImmediateOnes) {
  Stream("taxes", "SELECT id, tax(price) AS t FROM sales");
  session_.Run(
      "CREATE OR REPLACE FUNCTION tax(price int) RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC "
      "SELECT price + 100; END");
  EXPECT_FALSE(AllHold());
  session_.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(LatestReason("taxes"), "FULL|function public.tax(integer) was replaced\n");
  EXPECT_TRUE(HoldAfter("UPDATE sales SET price = price * 2"));
}

TEST_F(SchemaChanges, InnerResultsAreRecomputedToo) {
  Stream("rich",
         "SELECT s.id, g.t FROM sales s JOIN (SELECT shop, sum(tax(price)) AS t FROM sales GROUP "
         "BY shop) g ON g.shop = s.shop",
         CompareBy::kEqual, "DIFFERENTIAL");
  session_.Run(
      "CREATE OR REPLACE FUNCTION tax(price int) RETURNS int IMMUTABLE LANGUAGE sql BEGIN ATOMIC "
      "SELECT price + 100; END; INSERT INTO sales VALUES (50, 1, 7)");
  Refresh("rich");
  EXPECT_TRUE(AllHold());
  session_.Run("UPDATE sales SET price = 0 WHERE id = 50");
  Refresh("rich");
  EXPECT_TRUE(AllHold());
}

TEST_F(SchemaChanges, AFunctionThatIsNoLongerImmutableCannotBeMaintained) {
  Stream("taxes", "SELECT shop, sum(tax(price)) AS t FROM sales GROUP BY shop", CompareBy::kEqual,
         "DIFFERENTIAL");
  session_.Run("ALTER FUNCTION tax(int) VOLATILE");
  EXPECT_TRUE(FailsWith(session_, "55000", "SELECT pgtrickle.refresh_stream_table('taxes')",
                        "function public.tax(integer) is not IMMUTABLE any more"));
  session_.Run("ALTER FUNCTION tax(int) IMMUTABLE");
  Refresh("taxes");
  EXPECT_TRUE(AllHold());
}

TEST_F(SchemaChanges, AReplacedViewNeedsANewDefinition) {
  Stream("best", "SELECT id, price FROM dearest", CompareBy::kImage, "DIFFERENTIAL");
  Stream("best_now", "SELECT count(*) AS n FROM dearest");
  EXPECT_EQ(Printed(session_.Rows(
                "SELECT source_table, source_type FROM pgtrickle.list_sources('best') ORDER BY 1")),
            "public.dear|VIEW\npublic.dearest|VIEW\npublic.sales|TABLE\n");
  session_.Run("CREATE OR REPLACE VIEW dear AS SELECT id, shop, price FROM sales WHERE price > 3");
  Refresh("best");
  EXPECT_TRUE(AllHold());
  session_.Run("CREATE OR REPLACE VIEW dear AS SELECT id, shop, price FROM sales WHERE price > 7");
  EXPECT_TRUE(FailsWith(session_, "55000", "SELECT pgtrickle.refresh_stream_table('best')",
                        "view public.dear has another query or name than when it was compiled"));
  EXPECT_EQ(Health("source"),
            "source|ERROR|public.dear, a source of stream table public.best, has another query or "
            "name than when it was compiled\n"
            "source|ERROR|public.dear, a source of stream table public.best_now, has another query "
            "or name than when it was compiled\n");
  session_.Run("CALL pgtrickle.scheduler_tick()");
  EXPECT_EQ(Text("SELECT string_agg(status, ' ') FROM pgtrickle.pgt_stream_tables"), "ERROR ERROR");
  // The old query again: nothing has to be compiled, but what happened meanwhile is not known.
  session_.Run(
      "UPDATE sales SET price = price + 1;"
      "CREATE OR REPLACE VIEW dear AS SELECT id, shop, price FROM sales WHERE price > 3");
  Refresh("best");
  Refresh("best_now");
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(Text("SELECT string_agg(status, ' ') FROM pgtrickle.pgt_stream_tables"),
            "ACTIVE ACTIVE");
}

}  // namespace
}  // namespace tricklec::testsupport
