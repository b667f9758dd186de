#pragma once

#include <random>
#include <string>
#include <vector>

namespace tricklec::testsupport {

/// Tables that are joined in every way: with a foreign key that cascades, without one, with
/// themselves, without a key, fed by a trigger; and random changes of them.
class Shop {
 public:
  explicit Shop(uint64_t seed) : random_(seed) {}

  static const char* Ddl() {
    return R"sql(
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, region int);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer ON DELETE CASCADE ON UPDATE CASCADE,
  amount numeric(10,2), placed date NOT NULL DEFAULT '2026-01-01');
CREATE TABLE line (order_id int, product text, qty int);
CREATE TABLE person (id int PRIMARY KEY, boss int, v int);
CREATE INDEX ON orders (customer_id); CREATE INDEX ON line (order_id); CREATE INDEX ON line (product);
CREATE INDEX ON line (qty); CREATE INDEX ON customer (region); CREATE INDEX ON customer (name);
CREATE INDEX ON person (boss);
CREATE FUNCTION add_gift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id % 5 = 0 THEN
    UPDATE orders SET amount = amount + 1 WHERE id = NEW.id;
    INSERT INTO line VALUES (NEW.id, 'gift', 2);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER add_gift AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION add_gift())sql";
  }

  /// One statement, at times one that fails.
  std::string Statement() {
    const std::string i = Int(1, 12);
    switch (Below(22)) {
      case 0:
        return "INSERT INTO customer VALUES (" + i + ", 'c" + Int(0, 4) + "', " + Value(0, 3) +
               ") ON CONFLICT (id) DO UPDATE SET name = excluded.name || '!', region = "
               "excluded.region";
      case 1:
        return "INSERT INTO orders SELECT g, " + SomeCustomer() +
               ", (g * 7 % 40)::numeric FROM generate_series(" + i + ", " + i + " + " + Int(0, 4) +
               ") AS g ON CONFLICT (id) DO UPDATE SET amount = orders.amount + 3";
      case 2:
        return "INSERT INTO line SELECT " + Value(1, 12) + ", 'p" + Int(0, 3) + "', " +
               Value(0, 5) + " FROM generate_series(1, " + Int(1, 3) + ")";
      case 3:
        return "UPDATE orders SET customer_id = " + SomeCustomer() + " WHERE id % " + Int(1, 4) +
               " = 0";
      case 4:
        return "UPDATE customer SET region = " + Value(0, 3) + ", name = 'c" + Int(0, 4) +
               "' WHERE id % " + Int(1, 4) + " = 0";
      case 5: return "DELETE FROM orders WHERE id = " + i;
      case 6: return "DELETE FROM line WHERE order_id = " + i + " OR qty = " + Int(0, 5);
      case 7:
        return "UPDATE line SET qty = " + Value(0, 5) + ", order_id = " + Value(1, 12) +
               " WHERE product = 'p" + Int(0, 3) + "'";
      case 8:
        return "INSERT INTO person SELECT g, " + Value(1, 12) + ", " + Value(-3, 6) +
               " FROM generate_series(" + i + ", " + i + " + " + Int(0, 3) +
               ") AS g ON CONFLICT (id) DO UPDATE SET boss = excluded.boss, v = person.v + 1";
      case 9:
        return "UPDATE person SET v = " + Value(-3, 6) + ", boss = " + Value(1, 12) +
               " WHERE id % " + Int(1, 5) + " = 0";
      case 10: return "DELETE FROM person WHERE id = " + i;
      case 11: return "UPDATE person SET id = id + 100 WHERE id IN (" + i + ", " + Int(1, 12) + ")";
      case 12:
        return "WITH a AS (UPDATE customer SET region = " + Value(0, 3) +
               " WHERE id % 2 = 0 RETURNING id), b AS (UPDATE orders SET amount = amount * 2 "
               "WHERE id % 3 = 0) INSERT INTO line SELECT id, 'cte', 3 FROM orders WHERE id % 4 = "
               "1";
      case 13:
        return "WITH d AS (DELETE FROM orders WHERE customer_id = " + i +
               ") DELETE FROM customer WHERE id = " + i;
      case 14: return "DELETE FROM customer WHERE id = " + i;
      case 15: return "UPDATE customer SET id = id + 50 WHERE id = " + i;
      case 16:
        return "MERGE INTO orders AS o USING (SELECT g AS id FROM generate_series(" + i + ", " + i +
               " + 3) AS g) AS s ON o.id = s.id WHEN MATCHED AND o.amount > 20 THEN DELETE "
               "WHEN MATCHED THEN UPDATE SET amount = o.amount + 9 "
               "WHEN NOT MATCHED THEN INSERT VALUES (s.id, " +
               SomeCustomer() + ", 12)";
      case 17:
        if (Below(4) != 0) return "UPDATE line SET qty = qty";
        return Below(2) == 0 ? "TRUNCATE line" : "TRUNCATE person";
      case 18: return "DELETE FROM person WHERE v = " + Int(0, 6);
      case 19:
        return "WITH a AS (INSERT INTO person VALUES (" + i + " + 200, " + Value(1, 12) + ", " +
               Value(-3, 6) +
               ") ON CONFLICT DO NOTHING), b AS (DELETE FROM person WHERE id = " + Int(1, 12) +
               ") UPDATE person SET v = v + 1 WHERE id % 4 = 1";
      case 20: return "INSERT INTO line SELECT order_id, product, qty FROM line LIMIT " + Int(1, 5);
      default:
        return "DELETE FROM line WHERE ctid IN (SELECT ctid FROM line LIMIT " + Int(1, 6) + ")";
    }
  }

  /// Statements of one transaction, sometimes with a savepoint that is rolled back, or all of it.
  std::vector<std::string> Transaction() {
    uint64_t kind = Below(10);
    if (kind < 6) return {Statement()};
    if (kind < 8) {
      return {"BEGIN ISOLATION LEVEL REPEATABLE READ", Statement(), Statement(), "COMMIT"};
    }
    return {"BEGIN",
            Statement(),
            "SAVEPOINT a",
            Statement(),
            "ROLLBACK TO a",
            Statement(),
            Below(5) == 0 ? "ROLLBACK" : "COMMIT"};
  }

  uint64_t Below(uint64_t end) { return random_() % end; }

 private:
  std::string Int(int low, int high) {
    return std::to_string(low + static_cast<int>(Below(static_cast<uint64_t>(high - low + 1))));
  }
  std::string Value(int low, int high) { return Below(7) == 0 ? "NULL" : Int(low, high); }
  std::string SomeCustomer() {
    if (Below(10) == 0) return "NULL";
    return "(SELECT id FROM customer ORDER BY (id * " + Int(3, 90) + ") % 17, id LIMIT 1)";
  }

  std::mt19937_64 random_;
};

}  // namespace tricklec::testsupport
