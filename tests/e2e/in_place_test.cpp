// UPDATE of one row: changed in place where nothing is found, joined or grouped by what changed, by the general
// steps otherwise. Both have to come to the same, also for images, NULLs, filters and nested statements.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class InPlace : public StreamFixture {
 protected:
  InPlace() {
    Schema(
        "CREATE TABLE customer (id int PRIMARY KEY, name text, region int NOT NULL);"
        "CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customer, amount int, "
        "price numeric, note text, open boolean NOT NULL);"
        "CREATE INDEX ON orders (customer)");
    session_.Run(
        "INSERT INTO customer SELECT g, 'c' || g, g % 2 FROM generate_series(1, 4) AS g;"
        "INSERT INTO orders SELECT g, nullif(g % 5, 0), g, g, 'n', g % 3 <> 0 "
        "FROM generate_series(1, 12) AS g");
    Stream("joined",
           "SELECT o.id, o.amount * 2 AS twice, o.price, o.customer, c.name "
           "FROM orders o JOIN customer c ON c.id = o.customer",
           CompareBy::kImage);
    Stream("filtered", "SELECT id, price, amount FROM orders WHERE open", CompareBy::kImage);
    Stream("across",
           "SELECT o.id, o.amount, o.amount + c.region AS mixed "
           "FROM orders o JOIN customer c ON c.id = o.customer WHERE c.region = 1",
           CompareBy::kImage);
    Stream("paired",
           "SELECT a.id, b.id AS other, a.price FROM orders a JOIN orders b ON a.customer = "
           "b.customer",
           CompareBy::kImage);
    Stream("grouped",
           "SELECT customer, count(*) AS n, count(amount) AS present, sum(amount) AS total, "
           "avg(price) AS mean, sum(price) FILTER (WHERE amount > 5) AS large FROM orders "
           "GROUP BY customer");
    Stream("grouped_open",
           "SELECT customer, sum(amount) AS total FROM orders WHERE open "
           "GROUP BY customer");
    Stream("grouped_by_value", "SELECT amount, sum(price) AS total FROM orders GROUP BY amount");
    Stream("extremes", "SELECT customer, max(amount) AS high FROM orders GROUP BY customer");
    Stream("read_again", "SELECT id, twice + 1 AS more FROM joined", CompareBy::kImage);
  }
};

TEST_F(InPlace, EveryColumnAlone) {
  for (const char* change :
       {"amount = 100", "amount = NULL", "amount = 3", "amount = 6", "price = 2.50", "price = NULL",
        "price = 'NaN'", "price = 'Infinity'", "price = 7", "note = 'm'", "open = NOT open",
        "customer = 3", "customer = NULL", "customer = 1", "id = id + 100", "id = id - 100",
        "amount = amount, price = price", "amount = 8, customer = 2", "price = 1, open = true"}) {
    for (const char* which : {"2", "3", "5", "7"}) {
      EXPECT_TRUE(HoldAfter(std::string("UPDATE orders SET ") + change + " WHERE id = " + which));
    }
    EXPECT_TRUE(HoldAfter(std::string("UPDATE customer SET name = name || 'x' WHERE id = 3")));
    EXPECT_TRUE(HoldAfter(std::string("UPDATE customer SET region = 1 - region WHERE id = 2")));
  }
}

// 1.0 and 1.00 are equal and not the same: a copied row has to show which of them it is.
TEST_F(InPlace, EqualButNotTheSame) {
  EXPECT_TRUE(HoldAfter("UPDATE orders SET price = 1.0 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET price = 1.00 WHERE id = 1"));
  EXPECT_EQ(session_.Text("SELECT price FROM joined WHERE id = 1"), "1.00");
}

TEST_F(InPlace, NoRowAndSeveralRows) {
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 1 WHERE false"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = amount + 1"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = amount + 1 WHERE id IN (1, 2)"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET id = id + 100, amount = amount + 1 WHERE id IN (1, 2)"));
}

// A session that has made its plans for one kind of statement runs the other.
TEST_F(InPlace, OneRowAfterMany) {
  session_.Run(
      "INSERT INTO orders SELECT g, g % 4 + 1, g, g, 'n', true FROM generate_series(100, 300) AS "
      "g");
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = amount + 1"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = amount + 1 WHERE id = 200"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET price = price + 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM orders WHERE id > 150"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET price = price + 1 WHERE id = 120"));
}

TEST_F(InPlace, NestedStatements) {
  session_.Run(
      "CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "UPDATE public.orders SET amount = amount + 1 WHERE id = new.id; RETURN NULL; END $$;"
      "CREATE TRIGGER again AFTER UPDATE ON orders FOR EACH ROW WHEN (pg_trigger_depth() = 0) "
      "EXECUTE FUNCTION again()");
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 50 WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET customer = 4 WHERE id = 2"));
  EXPECT_TRUE(
      HoldAfter("WITH c AS (UPDATE customer SET name = 'w' WHERE id = 1) "
                "UPDATE orders SET amount = 9 WHERE id = 1"));
  EXPECT_TRUE(
      HoldAfter("WITH a AS (UPDATE orders SET amount = 1 WHERE id = 1) "
                "UPDATE orders SET amount = 2 WHERE id = 2"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO orders VALUES (2, 2, 2, 2, '', true), (90, 1, 1, 1, '', true) "
                "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount"));
  EXPECT_TRUE(
      HoldAfter("MERGE INTO orders o USING (VALUES (1), (91)) AS v (id) ON o.id = v.id "
                "WHEN MATCHED THEN UPDATE SET amount = 77 "
                "WHEN NOT MATCHED THEN INSERT VALUES (v.id, 1, 1, 1, '', true)"));
}

TEST_F(InPlace, EveryIsolationLevelAndSavepoints) {
  for (const char* level : {"REPEATABLE READ", "SERIALIZABLE"}) {
    EXPECT_TRUE(HoldAfter(std::string("BEGIN ISOLATION LEVEL ") + level +
                          "; UPDATE orders SET amount = amount + 7 WHERE id = 4;"
                          "UPDATE orders SET customer = 1 WHERE id = 4; COMMIT"));
  }
  EXPECT_TRUE(
      HoldAfter("BEGIN; UPDATE orders SET amount = 70 WHERE id = 4; SAVEPOINT s;"
                "UPDATE orders SET price = 70 WHERE id = 4; ROLLBACK TO s;"
                "UPDATE orders SET price = 71 WHERE id = 6; COMMIT"));
}

// What an expression cannot be computed for is left out by a condition, before and after.
TEST_F(InPlace, ErrorsOnlyWhereTheQueryHasThem) {
  Stream("divided", "SELECT id, 100 / amount AS q FROM orders WHERE open");
  Stream("divided_by_customer",
         "SELECT customer, sum(100 / amount) AS q FROM orders WHERE open GROUP BY customer");
  session_.Run("UPDATE orders SET open = false WHERE id = 3");
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 0 WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET price = 5 WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 4 WHERE id = 3"));
  EXPECT_TRUE(FailsWith(session_, "22012", "UPDATE orders SET amount = 0 WHERE id = 1"));
  EXPECT_TRUE(AllHold());
}

// A single row counts 1, of the type of count(*): what is computed from that has room, too.
TEST_F(InPlace, CountsOfOneRowAreWide) {
  Stream("scaled",
         "SELECT customer, count(*) * 2000000000 * 2 AS n, sum(id) * 2000000000 * 2 AS s "
         "FROM orders GROUP BY customer");
  EXPECT_TRUE(HoldAfter("INSERT INTO customer VALUES (9, 'new', 0)"));
  EXPECT_TRUE(HoldAfter("INSERT INTO orders VALUES (900, 9, 1, 1, '', true)"));
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 7 WHERE id = 900"));
  EXPECT_TRUE(HoldAfter("DELETE FROM orders WHERE id = 900"));
  EXPECT_TRUE(HoldAfter("INSERT INTO orders VALUES (901, 9, NULL, NULL, '', false)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM orders WHERE id = 901"));
  EXPECT_TRUE(HoldAfter("DELETE FROM orders WHERE customer IS NULL"));
}

// Sums that do not fit the type of the column that is summed.
TEST_F(InPlace, DifferencesHaveTheRoomOfTheSum) {
  EXPECT_TRUE(HoldAfter("UPDATE orders SET amount = 1000000000 WHERE id = 1"));
  Schema("CREATE TABLE wide (id int PRIMARY KEY, k int NOT NULL, b bigint NOT NULL, s smallint)");
  session_.Run("INSERT INTO wide VALUES (1, 1, 9223372036854775807, 32767), (2, 1, 1, 1)");
  Stream("widest", "SELECT k, sum(b) AS b, sum(s) AS s FROM wide GROUP BY k");
  EXPECT_TRUE(HoldAfter("UPDATE wide SET b = -9223372036854775808, s = -32768 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE wide SET b = 9223372036854775807, s = NULL WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE wide SET s = NULL WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("UPDATE wide SET s = 5 WHERE id = 2"));
}

}  // namespace
}  // namespace tricklec::testsupport
