// What goes wrong in joins and refreshes: several changes between two refreshes, of one row, of both sides, of
// what no longer belongs together. Each query is maintained inside the statement and by refreshes; each window
// is run as single statements and as one transaction that refreshes before it commits.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

using Strings = std::vector<std::string>;

class WindowTraps : public StreamFixture, public testing::WithParamInterface<bool> {
 protected:
  WindowTraps() {
    // A recomputation would hide what is wrong.
    session_.Run("UPDATE pgtrickle.pgt_settings SET value = '1' WHERE key = 'full_threshold'");
    Schema(R"sql(
CREATE TABLE customer (id int PRIMARY KEY, name text, region int);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer ON DELETE CASCADE ON UPDATE CASCADE,
  amount numeric, weight int);
CREATE TABLE line (order_id int, product text, qty int);
CREATE TABLE person (id int PRIMARY KEY, boss int, v int);
CREATE INDEX ON orders (customer_id); CREATE INDEX ON line (order_id); CREATE INDEX ON person (boss);
CREATE INDEX ON customer (region))sql");
    session_.Run(R"sql(
INSERT INTO customer VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 2), (4, 'd', NULL);
INSERT INTO orders VALUES (1, 1, 10, 1), (2, 1, 2.50, 2), (3, 2, NULL, 3), (4, 3, 7, 4), (5, NULL, 5, 5);
INSERT INTO line VALUES (1, 'p', 1), (1, 'p', 1), (1, 'p', 1), (2, 'q', 2), (2, 'r', NULL), (NULL, 'q', 3);
INSERT INTO person VALUES (1, NULL, 1), (2, 1, 2), (3, 1, 3), (4, 2, 4))sql");
  }

  /// One stream table of each mode.
  void Both(const std::string& name, const std::string& query,
            CompareBy compare = CompareBy::kEqual) {
    Stream(name + "_now", query, compare, "IMMEDIATE");
    Stream(name + "_later", query, compare, "DIFFERENTIAL");
  }

  static bool IsRefreshed(const Stored& stream) { return stream.name.ends_with("_later"); }

  testing::AssertionResult MaintainedOnesHold() {
    for (const Stored& stream : streams_) {
      if (IsRefreshed(stream)) continue;
      testing::AssertionResult holds =
          HoldsQuery(session_, stream.name, "SELECT * FROM " + stream.view, stream.compare);
      if (!holds) return holds << "\nquery: " << stream.query;
    }
    return testing::AssertionSuccess();
  }

  /// Refreshes, in the order of creation, by changes alone, and compares all.
  testing::AssertionResult HoldAfterRefresh(const std::string& action = "DIFFERENTIAL") {
    for (const Stored& stream : streams_) {
      if (!IsRefreshed(stream)) continue;
      session_.Run("SELECT pgtrickle.refresh_stream_table('" + stream.name + "')");
      std::string last = Printed(session_.Rows(
          "SELECT h.action, coalesce(h.reason, '') FROM pgtrickle.pgt_refresh_history h JOIN "
          "pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE s.pgt_name = '" +
          stream.name + "' ORDER BY h.refresh_id DESC LIMIT 1"));
      if (!last.starts_with(action) && last != "NO_DATA|\n") {
        return testing::AssertionFailure() << stream.name << " was refreshed by " << last;
      }
    }
    return AllHold();
  }

  /// Runs a window, compares after each of its statements and after the refresh at its end.
  testing::AssertionResult HoldAfterWindow(const Strings& statements,
                                           const std::string& action = "DIFFERENTIAL") {
    bool one_transaction = GetParam();
    if (one_transaction) session_.Run("BEGIN");
    for (const std::string& statement : statements) {
      std::optional<SqlError> error = session_.TryRun(statement);
      if (error) return testing::AssertionFailure() << error->what();
      testing::AssertionResult holds = MaintainedOnesHold();
      if (!holds) return holds << "\nafter: " << statement;
    }
    testing::AssertionResult holds = HoldAfterRefresh(action);
    if (!holds) return holds << "\nafter: " << testing::PrintToString(statements);
    if (one_transaction) {
      session_.Run("COMMIT");
      // What the transaction itself wrote is not consumed twice.
      return HoldAfterRefresh(action);
    }
    return testing::AssertionSuccess();
  }
};

INSTANTIATE_TEST_SUITE_P(, WindowTraps, testing::Bool(), [](const auto& test) {
  return std::string(test.param ? "OneTransaction" : "Statements");
});

constexpr const char* kOrderNames =
    "SELECT o.id, c.name, o.amount FROM orders o JOIN customer c ON c.id = o.customer_id";
constexpr const char* kRegionTotals =
    "SELECT c.region, count(*) AS n, sum(o.amount) AS total, max(o.amount) AS high FROM orders o "
    "JOIN customer c "
    "ON c.id = o.customer_id GROUP BY c.region";

TEST_P(WindowTraps, JoinKeyUpdatedAndItsOldPartnerDeleted) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("totals", kRegionTotals);
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET customer_id = 2 WHERE customer_id = 1",
                               "DELETE FROM customer WHERE id = 1"}));
  EXPECT_TRUE(HoldAfterWindow({"UPDATE customer SET region = 9 WHERE id = 2",
                               "UPDATE orders SET customer_id = 3 WHERE id = 1",
                               "DELETE FROM customer WHERE id = 2"}));
}

TEST_P(WindowTraps, BothSidesChangeInOneWindow) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("totals", kRegionTotals);
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO customer VALUES (7, 'new', 1)", "INSERT INTO orders VALUES (7, 7, 70, 1)",
       "UPDATE customer SET name = 'newer', region = 2 WHERE id = 7",
       "UPDATE orders SET amount = amount + 1 WHERE customer_id IN (1, 7)"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"WITH d AS (DELETE FROM orders WHERE id = 7) UPDATE customer SET region = 3 WHERE id IN (1, "
       "7)",
       "WITH d AS (DELETE FROM orders WHERE customer_id = 1) DELETE FROM customer WHERE id = 1"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE customer SET id = id + 10 WHERE id IN (2, 3)", "DELETE FROM customer"}));
}

TEST_P(WindowTraps, ChildAndParentGoAndComeBack) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("totals", kRegionTotals);
  EXPECT_TRUE(HoldAfterWindow(
      {"DELETE FROM orders WHERE customer_id = 1", "DELETE FROM customer WHERE id = 1"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO customer VALUES (1, 'again', 2)", "INSERT INTO orders VALUES (1, 1, 3, 3)",
       "DELETE FROM orders WHERE id = 1", "DELETE FROM customer WHERE id = 1",
       "INSERT INTO customer VALUES (1, 'third', 1)", "INSERT INTO orders VALUES (1, 1, 4, 4)"}));
}

TEST_P(WindowTraps, TableJoinedWithItself) {
  Both("bosses", "SELECT p.id, p.v, b.v AS boss_v FROM person p JOIN person b ON b.id = p.boss",
       CompareBy::kImage);
  Both("teams",
       "SELECT b.id, count(*) AS n, sum(p.v) AS total FROM person p JOIN person b ON b.id = p.boss "
       "GROUP BY b.id");
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE person SET id = 9 WHERE id = 1", "UPDATE person SET id = 1 WHERE id = 2",
       "UPDATE person SET id = 2 WHERE id = 9", "UPDATE person SET boss = 4 WHERE id = 3",
       "DELETE FROM person WHERE id = 2"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE person SET boss = id", "UPDATE person SET v = v + 1, boss = NULL WHERE id = 1",
       "INSERT INTO person VALUES (5, 5, 5), (6, 5, 6)", "DELETE FROM person WHERE id IN (4, 5)"}));
}

TEST_P(WindowTraps, DiamondChangesInOneWindow) {
  Stream("totals_now",
         "SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders WHERE customer_id IS "
         "NOT NULL "
         "GROUP BY customer_id");
  Stream("regions_now", "SELECT region, count(*) AS customers FROM customer GROUP BY region");
  Stream(
      "both_now",
      "SELECT c.id, t.total, r.customers FROM customer c JOIN totals_now t ON t.customer_id = c.id "
      "JOIN regions_now r ON r.region = c.region");
  Stream("totals_later",
         "SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders WHERE customer_id IS "
         "NOT NULL "
         "GROUP BY customer_id",
         CompareBy::kEqual, "DIFFERENTIAL");
  Stream("regions_later", "SELECT region, count(*) AS customers FROM customer GROUP BY region",
         CompareBy::kEqual, "DIFFERENTIAL");
  Stream("both_later",
         "SELECT c.id, t.total, r.customers FROM customer c JOIN totals_later t ON t.customer_id = "
         "c.id "
         "JOIN regions_later r ON r.region = c.region",
         CompareBy::kEqual, "DIFFERENTIAL");
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET customer_id = 3, amount = 8 WHERE id < 3",
                               "UPDATE customer SET region = 2 WHERE id < 3",
                               "DELETE FROM customer WHERE id = 1"}));
  EXPECT_TRUE(
      HoldAfterWindow({"WITH d AS (UPDATE customer SET region = 5) UPDATE orders SET amount = 1",
                       "DELETE FROM orders WHERE id = 4", "INSERT INTO customer VALUES (9, 'i', 5)",
                       "INSERT INTO orders VALUES (9, 9, 9, 9)"}));
}

TEST_P(WindowTraps, PairsThatNeverCoexistedAreNotComputed) {
  session_.Run("UPDATE customer SET region = 1 WHERE region IS NULL");
  Both("shares",
       "SELECT o.id, o.weight / c.region AS share FROM orders o JOIN customer c ON c.id = "
       "o.customer_id");
  Both("kept",
       "SELECT c.id, o.weight FROM orders o JOIN customer c ON c.id = o.customer_id AND o.weight / "
       "c.region > 0");
  Both("sums",
       "SELECT c.name, sum(o.weight / c.region) AS total FROM orders o JOIN customer c ON c.id = "
       "o.customer_id GROUP BY c.name");
  Both("ratios", "SELECT p.id, p.v / b.v AS ratio FROM person p JOIN person b ON b.id = p.boss");
  Both("chains",
       "SELECT p.id, p.v, o.weight / c.region AS share FROM orders o JOIN customer c ON c.id = "
       "o.customer_id "
       "JOIN person p ON p.id = o.id");
  // Orders of customer 1 never met region 0, but their old rows and its new one do.
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET customer_id = 2 WHERE customer_id = 1",
                               "UPDATE customer SET region = 0 WHERE id = 1"}));
  EXPECT_TRUE(HoldAfterWindow({"UPDATE customer SET region = 3 WHERE id = 1",
                               "UPDATE orders SET customer_id = 1, weight = 9 WHERE id = 1"}));
  // The same within one statement.
  EXPECT_TRUE(
      HoldAfterWindow({"WITH o AS (UPDATE orders SET customer_id = 3 WHERE customer_id = 2) "
                       "UPDATE customer SET region = 0 WHERE id = 2",
                       "WITH o AS (UPDATE orders SET customer_id = 2 WHERE id = 2) "
                       "UPDATE customer SET region = 2 WHERE id = 2"}));
  EXPECT_TRUE(
      HoldAfterWindow({"UPDATE person SET v = CASE id WHEN 1 THEN 0 ELSE v END, boss = CASE boss "
                       "WHEN 1 THEN 4 ELSE boss END",
                       "WITH o AS (DELETE FROM orders WHERE id = 2), c AS (UPDATE customer SET "
                       "region = region + 1) "
                       "UPDATE person SET v = 0 WHERE id = 3",
                       "UPDATE person SET v = id + 5, boss = 5 - id"}));
}

TEST_P(WindowTraps, NullsInJoinKeysNeverMatch) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("products", "SELECT a.product, b.qty FROM line a JOIN line b ON a.order_id = b.order_id",
       CompareBy::kImage);
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET customer_id = NULL WHERE id = 1",
                               "UPDATE orders SET customer_id = 1 WHERE id = 5",
                               "UPDATE line SET order_id = NULL WHERE qty = 2",
                               "UPDATE line SET order_id = 1 WHERE qty = 3"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE line SET order_id = 7", "UPDATE line SET order_id = NULL WHERE product <> 'p'"}));
}

TEST_P(WindowTraps, DuplicatesWithoutAKey) {
  Both("lines", "SELECT product, qty FROM line", CompareBy::kImage);
  Both("pairs", "SELECT l.product, o.weight FROM line l JOIN orders o ON o.id = l.order_id",
       CompareBy::kImage);
  Both("products", "SELECT DISTINCT product FROM line");
  const std::string one = "(SELECT min(ctid) FROM line WHERE product = 'p')";
  EXPECT_TRUE(HoldAfterWindow(
      {"DELETE FROM line WHERE ctid = " + one,
       "UPDATE line SET product = 'p', qty = 1, order_id = 1 WHERE product = 'q'"}));
  EXPECT_TRUE(
      HoldAfterWindow({"UPDATE line SET qty = 8 WHERE ctid = " + one,
                       "INSERT INTO line VALUES (1, 'p', 8)", "DELETE FROM line WHERE qty = 1"}));
}

TEST_P(WindowTraps, SetOperationsWithDuplicates) {
  Both("either", "SELECT product AS name FROM line UNION SELECT name FROM customer");
  Both("common", "SELECT order_id, qty FROM line INTERSECT SELECT id, amount FROM orders");
  Both("only", "SELECT order_id FROM line EXCEPT SELECT id FROM orders");
  Both("branches",
       "SELECT DISTINCT customer_id AS id FROM orders UNION ALL SELECT id FROM customer UNION ALL "
       "(SELECT id FROM orders UNION SELECT id FROM customer)");
  Both("nested",
       "SELECT id FROM orders EXCEPT (SELECT order_id FROM line INTERSECT SELECT id FROM orders) "
       "UNION SELECT id FROM customer");
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO line VALUES (1, 'c1', 1), (1, 'c1', 1), (NULL, NULL, NULL), (NULL, NULL, NULL)",
       "DELETE FROM orders WHERE id = 1", "UPDATE line SET order_id = 2 WHERE order_id = 3"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"DELETE FROM line WHERE ctid = (SELECT min(ctid) FROM line WHERE order_id IS NULL)",
       "INSERT INTO orders VALUES (1, 1, 1, 1)", "UPDATE line SET qty = 1 WHERE qty IS NOT NULL"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"DELETE FROM line", "INSERT INTO line VALUES (2, 'q', 2)", "DELETE FROM orders"}));
}

TEST_P(WindowTraps, OneRowComesChangesAndGoes) {
  Both("copied", "SELECT id, amount, weight FROM orders", CompareBy::kImage);
  Both("names", kOrderNames, CompareBy::kImage);
  EXPECT_TRUE(HoldAfterWindow({"INSERT INTO orders VALUES (8, 1, 8, 8)",
                               "UPDATE orders SET id = 9, amount = 9 WHERE id = 8",
                               "DELETE FROM orders WHERE id = 9",
                               "INSERT INTO orders VALUES (8, 2, 1, 1)"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE orders SET id = 9 WHERE id = 1", "UPDATE orders SET id = 1 WHERE id = 2",
       "UPDATE orders SET id = 2 WHERE id = 9", "DELETE FROM orders WHERE id = 1",
       "UPDATE orders SET id = 1 WHERE id = 2"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO orders VALUES (1, 3, 1.0, 1), (11, 3, 1, 1) ON CONFLICT (id) DO UPDATE SET "
       "amount = excluded.amount",
       "MERGE INTO orders o USING (VALUES (1), (3), (12)) s(id) ON o.id = s.id "
       "WHEN MATCHED AND o.id = 3 THEN DELETE WHEN MATCHED THEN UPDATE SET weight = 7 "
       "WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1, 1.5, 5)"}));
}

TEST_P(WindowTraps, SumsOfCasesNullsAndGroupsThatReappear) {
  Both("flips",
       "SELECT customer_id, sum(CASE WHEN weight > 2 THEN amount END) AS heavy, sum(amount) AS "
       "total, "
       "count(amount) AS n FROM orders GROUP BY customer_id");
  Both("halves", "SELECT weight / 2 AS weight, min(amount) AS low FROM orders GROUP BY weight / 2");
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET weight = 5 - weight",
                               "UPDATE orders SET amount = NULL WHERE customer_id = 1"}));
  EXPECT_TRUE(HoldAfterWindow({"DELETE FROM orders WHERE customer_id IS NULL",
                               "UPDATE orders SET customer_id = NULL WHERE id = 4",
                               "UPDATE orders SET amount = 4 WHERE id = 1"}));
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET customer_id = 3 WHERE customer_id IS NULL",
                               "INSERT INTO orders VALUES (20, NULL, NULL, NULL)",
                               "DELETE FROM orders WHERE customer_id = 1"}));
}

TEST_P(WindowTraps, ConditionOnGroupsIsCrossedBothWays) {
  Both("large",
       "SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id HAVING "
       "sum(amount) > 6");
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE orders SET amount = 1 WHERE id = 1", "UPDATE orders SET amount = 60 WHERE id = 3"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE orders SET amount = amount + 9", "DELETE FROM orders WHERE id = 3",
       "UPDATE orders SET amount = 0 WHERE id = 2", "UPDATE orders SET amount = 7 WHERE id = 2"}));
}

TEST_P(WindowTraps, EqualIsNotIdentical) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("amounts", "SELECT a.id, b.amount FROM orders a JOIN orders b ON a.amount = b.amount",
       CompareBy::kImage);
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET amount = 10.0 WHERE id = 1",
                               "UPDATE orders SET amount = 5.00 WHERE id = 5"}));
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE orders SET amount = 10.00 WHERE id = 2", "DELETE FROM orders WHERE id = 1"}));
}

TEST_P(WindowTraps, OperatorsOfOtherSchemasInJoins) {
  Schema("CREATE EXTENSION citext");
  Schema(
      "CREATE TABLE code (code citext, n int); CREATE TABLE label (code citext, text "
      "text); "
      "CREATE INDEX ON code (code); CREATE INDEX ON label (code)");
  Both("labels", "SELECT n, text FROM code JOIN label USING (code)", CompareBy::kImage);
  Both("some",
       "SELECT n, text FROM code c JOIN label l ON c.code = l.code AND (l.code LIKE 'A%' OR "
       "nullif(l.code, 'b') IS NULL)",
       CompareBy::kImage);
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO code VALUES ('a', 1), ('B', 2), (NULL, 3)",
       "INSERT INTO label VALUES ('A', 'first'), ('b', 'second'), ('ab', 'third')"}));
  EXPECT_TRUE(HoldAfterWindow({"UPDATE code SET code = 'aB'",
                               "UPDATE label SET code = upper(code::text) WHERE text <> 'first'",
                               "DELETE FROM label WHERE code = 'A'"}));
}

TEST_P(WindowTraps, NamesOfColumnsCannotCollide) {
  Schema(
      R"(CREATE TABLE "Left" (w int PRIMARY KEY, "new_rows" int, action text, lsn int, "x y" int);
            CREATE TABLE b (d int PRIMARY KEY, t int, f text, "select" int, "ä""q" int))");
  Both("odd", R"(SELECT w, action, t, "ä""q" AS "as", "x y" FROM "Left" JOIN b ON lsn = d)",
       CompareBy::kImage);
  Both(
      "added",
      R"(SELECT "select", sum("x y") AS d, count(*) AS w FROM "Left" l JOIN b ON l.lsn = b.d GROUP BY "select")");
  EXPECT_TRUE(HoldAfterWindow(
      {R"(INSERT INTO "Left" VALUES (1, 1, 'a', 1, 1), (2, 2, 'b', 1, 2), (3, 3, NULL, 2, 3))",
       "INSERT INTO b VALUES (1, 1, 'f', 4, 5), (2, 2, 'g', NULL, 6)"}));
  EXPECT_TRUE(HoldAfterWindow({R"(UPDATE "Left" SET lsn = 3 - lsn, "x y" = 9)",
                               R"(UPDATE b SET t = 0, "select" = 1)",
                               R"(DELETE FROM "Left" WHERE w = 1)"}));
}

TEST_P(WindowTraps, DroppedAddedAndGeneratedColumnsAreCaptured) {
  Schema(
      "CREATE TABLE made (a int, gone text, id int PRIMARY KEY, twice int GENERATED ALWAYS AS (a * "
      "2) STORED); "
      "ALTER TABLE made DROP COLUMN gone");
  Both("doubled", "SELECT m.id, m.twice, c.name FROM made m JOIN customer c ON c.id = m.a",
       CompareBy::kImage);
  EXPECT_TRUE(HoldAfterWindow(
      {"INSERT INTO made (a, id) VALUES (1, 1), (2, 2)", "UPDATE made SET a = 3 WHERE id = 1"}));
  session_.Run(
      "ALTER TABLE made ADD COLUMN later text DEFAULT 'x'; ALTER TABLE customer DROP COLUMN "
      "region");
  EXPECT_TRUE(
      HoldAfterWindow({"INSERT INTO made VALUES (1, 3, DEFAULT, 'y')",
                       "UPDATE made SET later = 'z', a = 2", "DELETE FROM customer WHERE id = 1"}));
}

TEST_P(WindowTraps, WhatIsRolledBackIsNotCaptured) {
  Both("names", kOrderNames, CompareBy::kImage);
  session_.Run(
      "BEGIN; UPDATE orders SET amount = 0; SAVEPOINT a; DELETE FROM orders; ROLLBACK TO a; "
      "UPDATE customer SET name = 'x' WHERE id = 1; SAVEPOINT b; UPDATE orders SET amount = 1 "
      "WHERE id = 1; "
      "RELEASE b; COMMIT");
  EXPECT_TRUE(HoldAfterRefresh());
  session_.Run("BEGIN; DELETE FROM customer; ROLLBACK");
  EXPECT_TRUE(HoldAfterRefresh("NO_DATA"));
}

TEST_P(WindowTraps, UpdateOfUnusedColumnsIsNoChange) {
  Both("names", kOrderNames, CompareBy::kImage);
  EXPECT_TRUE(
      HoldAfterWindow({"UPDATE orders SET weight = weight + 1", "UPDATE customer SET region = 0",
                       "UPDATE orders SET amount = amount", "DELETE FROM orders WHERE id > 100"},
                      "NO_DATA"));
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pgtrickle_changes.\"public.orders/changes\""), "0");
}

TEST_P(WindowTraps, TruncateAndInsertInOneWindow) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("totals", kRegionTotals);
  EXPECT_TRUE(
      HoldAfterWindow({"INSERT INTO orders VALUES (30, 1, 1, 1)", "TRUNCATE orders",
                       "INSERT INTO orders VALUES (30, 2, 3, 1)", "UPDATE customer SET name = 'y'"},
                      "FULL"));
  EXPECT_TRUE(HoldAfterWindow({"UPDATE orders SET amount = 31"}, ""));
}

TEST_P(WindowTraps, RecomputedUpstreamGivesOnlyItsDifference) {
  Stream("whole_later",
         "SELECT region, string_agg(name, ',' ORDER BY id) AS names, count(*) AS n FROM customer "
         "GROUP BY region",
         CompareBy::kEqual, "FULL");
  // The columns of the upstream in another order.
  Stream("over_later",
         "SELECT w.n, o.id, w.names FROM whole_later w JOIN orders o ON o.weight = w.region",
         CompareBy::kEqual, "DIFFERENTIAL");
  EXPECT_TRUE(HoldAfterWindow(
      {"UPDATE customer SET name = 'z' WHERE id = 3", "UPDATE orders SET weight = 2 WHERE id = 1"},
      ""));
  EXPECT_EQ(session_.Text(
                "SELECT h.delta_row_count FROM pgtrickle.pgt_refresh_history h JOIN "
                "pgtrickle.pgt_stream_tables s USING (pgt_id) WHERE s.pgt_name = 'over_later' AND "
                "h.action = 'DIFFERENTIAL' ORDER BY h.refresh_id LIMIT 1"),
            "4");
}

TEST_P(WindowTraps, TransactionOpenAcrossARefresh) {
  Both("names", kOrderNames, CompareBy::kImage);
  Both("totals", kRegionTotals);
  Session other = database_.Connect();
  other.Run("BEGIN; INSERT INTO orders VALUES (40, 3, 40, 1)");
  session_.Run("INSERT INTO orders VALUES (41, 4, 41, 1)");
  EXPECT_TRUE(HoldAfterRefresh());
  session_.Run("UPDATE customer SET name = 'open' WHERE id = 4");
  EXPECT_TRUE(HoldAfterRefresh());
  other.Run(GetParam() ? "COMMIT" : "ROLLBACK");
  EXPECT_TRUE(HoldAfterRefresh());
}

}  // namespace
}  // namespace tricklec::testsupport
