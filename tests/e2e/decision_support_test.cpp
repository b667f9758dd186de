// The queries of a data warehouse, kept while its tables change: all inside the statement, and all refreshed.
#include <random>

#include "trade.h"

namespace tricklec::testsupport {
namespace {

class DecisionSupport : public StreamFixture {
 protected:
  DecisionSupport() : random_(FromEnvironment("TRICKLEC_RANDOM_SEED", 1)) { Schema(kTradeDdl); }

  // Small, so that everything meets, and every query has rows.
  void Load() {
    session_.Run(R"sql(
INSERT INTO continent VALUES (1, 'north'), (2, 'south');
INSERT INTO country SELECT g, 'n' || g, g % 2 + 1 FROM generate_series(1, 4) AS g;
INSERT INTO vendor SELECT g, 'v' || g, g % 4 + 1, g * 10 - 20,
    CASE WHEN g % 5 = 0 THEN 'a complaint' ELSE 'fine' END FROM generate_series(1, 9) AS g;
INSERT INTO client SELECT g, 'c' || g, g % 4 + 1, (g * 37 % 100) - 20, 'b' || g % 2, (ARRAY['13', '31', '23', '40'])[g % 4 + 1] || '-' || g
    FROM generate_series(1, 20) AS g;
INSERT INTO product SELECT g, 'p' || g || CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, 'm' || g % 4,
    'k' || g % 3 || CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, g % 9, (ARRAY['x', 'y', 'z'])[g % 3 + 1], g * 3
    FROM generate_series(1, 15) AS g;
INSERT INTO offer SELECT p, v, (p * v) % 50 + 1, (p * 7 + v * 3) % 20 + 1
    FROM generate_series(1, 15) AS p, generate_series(1, 9) AS v WHERE (p + v) % 3 <> 0;
INSERT INTO deal SELECT g, g % 14 + 1, (ARRAY['F', 'O'])[g % 2 + 1], g * 11, date '2025-01-01' + g * 5, (g % 4)::text,
    CASE WHEN g % 6 = 0 THEN 'a special one' ELSE '' END FROM generate_series(1, 50) AS g;
INSERT INTO item SELECT d, n, o.product, o.vendor, (d * n) % 40 + 1, (d * 13 + n) % 90 + 1, ((d + n) % 10) / 100.0, 0.05,
    (ARRAY['R', 'A', 'N'])[(d + n) % 3 + 1], (ARRAY['F', 'O'])[d % 2 + 1], date '2025-01-01' + (d * 5 + n * 8 % 11),
    date '2025-01-01' + (d * 5 + 10), date '2025-01-01' + (d * 5 + n * 5), (ARRAY['rail', 'ship', 'air'])[d % 3 + 1]
    FROM generate_series(1, 50) AS d, generate_series(1, 3) AS n,
      LATERAL (SELECT * FROM offer ORDER BY (product * 31 + vendor * 17 + d * 7 + n) % 101 LIMIT 1) AS o)sql");
  }

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string Any(int n) { return std::to_string(Below(n) + 1); }

  std::string Change() {
    switch (Below(16)) {
      case 0:
        return "UPDATE item SET amount = amount + 1, rebate = 0.0" + Any(9) +
               " WHERE deal % 7 = " + Any(6);
      case 1: return "UPDATE item SET received = received + 4 WHERE deal = " + Any(50);
      case 2: return "DELETE FROM item WHERE deal = " + Any(50) + " AND pos = " + Any(3);
      case 3:
        return "INSERT INTO item SELECT " + Any(50) +
               ", (SELECT coalesce(max(pos), 0) + 1 FROM item), o.product, o.vendor, " + Any(60) +
               ", " + Any(90) + ", 0.05, 0.1, 'R', 'F', date '2025-06-01' + " + Any(60) +
               ", date '2025-07-01', date '2025-07-01' + " + Any(9) +
               ", 'rail' FROM offer o WHERE o.product = " + Any(15) + " ORDER BY o.vendor LIMIT 1";
      case 4: return "UPDATE vendor SET country = " + Any(4) + " WHERE id = " + Any(9);
      case 5: return "UPDATE vendor SET remark = 'a complaint' WHERE id = " + Any(9);
      case 6:
        return "UPDATE offer SET cost = " + Any(20) + ", stock = " + Any(50) +
               " WHERE product = " + Any(15);
      case 7:
        return "UPDATE deal SET client = " + Any(20) + ", state = 'F' WHERE id % 9 = " + Any(8);
      case 8:
        return "UPDATE deal SET remark = 'special', placed = placed - 20 WHERE id = " + Any(50);
      case 9:
        return "UPDATE client SET balance = balance - 15 + " + Any(30) +
               " WHERE id % 5 = " + Any(4);
      case 10:
        return "UPDATE client SET country = " + Any(4) +
               ", phone = '31-' || id WHERE id = " + Any(20);
      case 11:
        return "UPDATE product SET maker = 'm" + Any(3) + "', size = " + Any(8) +
               " WHERE id = " + Any(15);
      case 12:
        return "WITH gone AS (DELETE FROM item WHERE deal = " + Any(50) +
               " RETURNING deal) UPDATE deal SET total = total + 1 WHERE id IN (SELECT deal FROM "
               "gone)";
      case 13: return "UPDATE country SET name = 'n" + Any(4) + "' WHERE id = " + Any(4);
      case 14:
        return "UPDATE continent SET name = CASE name WHEN 'north' THEN 'south' ELSE 'north' END";
      default:
        return "INSERT INTO deal SELECT max(id) + 1, " + Any(20) +
               ", 'F', 7, '2025-02-01', '1', '' FROM deal";
    }
  }

  bool HasRows(const std::string& name) {
    return session_.Text("SELECT EXISTS (SELECT FROM " + name + ")") == "t";
  }

  std::mt19937_64 random_;
};

TEST_F(DecisionSupport, InsideTheStatement) {
  StreamsAtOnce(TradeQueries(), "IMMEDIATE");
  Load();
  ASSERT_TRUE(AllHold());
  for (const Stored& stream : streams_) EXPECT_TRUE(HasRows(stream.name)) << stream.name;
  for (int step = 0; step < 30; ++step) {
    std::string change = Change();
    session_.Run(change);
    ASSERT_TRUE(AllHold()) << "step " << step << ": " << change;
  }
}

TEST_F(DecisionSupport, Refreshed) {
  Load();
  StreamsAtOnce(TradeQueries(), "DIFFERENTIAL");
  for (int round = 0; round < 8; ++round) {
    std::string changes;
    for (int n = Below(5); n >= 0; --n) changes += Change() + ";\n";
    session_.Run(changes);
    for (const Stored& stream : streams_) {
      session_.Run("SELECT pgtrickle.refresh_stream_table('" + stream.name + "')");
    }
    ASSERT_TRUE(AllHold()) << "round " << round << ":\n" << changes;
  }
  // No refresh failed and was repeated as a whole.
  EXPECT_EQ(session_.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history "
                          "WHERE was_full_fallback"),
            "0");
}

}  // namespace
}  // namespace tricklec::testsupport
