#pragma once

#include <cstdlib>

#include "shop.h"
#include "stream_fixture.h"

/// Stream tables over the tables of a shop, under random changes.
/// TRICKLEC_RANDOM_SEED=<n> and TRICKLEC_RANDOM_ROUNDS=<n> look further.
namespace tricklec::testsupport {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

class ShopFixture : public StreamFixture {
 protected:
  void Create(const std::vector<Query>& queries, const std::string& mode) {
    Schema(Shop::Ddl());
    for (const Query& query : queries) Stream(query.name, query.text, query.compare, mode);
  }

  /// Random transactions; compared after each.
  void HoldAfterEveryTransaction(int steps) {
    uint64_t seed = FromEnvironment("TRICKLEC_RANDOM_SEED", 1);
    uint64_t rounds = FromEnvironment("TRICKLEC_RANDOM_ROUNDS", 1);
    for (uint64_t round = 0; round < rounds; ++round) {
      Shop shop(seed + round);
      for (int step = 0; step < steps; ++step) {
        std::vector<std::string> transaction = shop.Transaction();
        ASSERT_TRUE(Run(transaction));
        ASSERT_TRUE(AllHold()) << "seed " << seed + round << ", step " << step << ", after "
                               << testing::PrintToString(transaction);
      }
    }
  }

  /// The same with several changes between refreshes; at times inside a transaction that writes, too.
  void HoldAfterEveryRefresh(int steps) {
    uint64_t seed = FromEnvironment("TRICKLEC_RANDOM_SEED", 1);
    uint64_t rounds = FromEnvironment("TRICKLEC_RANDOM_ROUNDS", 1);
    for (uint64_t round = 0; round < rounds; ++round) {
      Shop shop(seed + round);
      for (int step = 0; step < steps; ++step) {
        std::vector<std::string> transaction = shop.Transaction();
        ASSERT_TRUE(Run(transaction));
        switch (shop.Below(4)) {
          case 0:
          case 1: continue;
          case 2: RefreshAll(session_); break;
          default:
            session_.Run("BEGIN ISOLATION LEVEL REPEATABLE READ");
            session_.Run("UPDATE orders SET amount = amount + 1 WHERE id % 2 = 0");
            RefreshAll(session_);
            session_.Run("COMMIT");
        }
        ASSERT_TRUE(AllHold()) << "seed " << seed + round << ", step " << step << ", after "
                               << testing::PrintToString(transaction);
      }
    }
    EXPECT_EQ(session_.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history "
                            "WHERE status <> 'COMPLETED' "
                            "OR was_full_fallback AND reason NOT LIKE '%was truncated'"),
              "0");
    EXPECT_NE(session_.Text("SELECT count(*) FROM pgtrickle.pgt_refresh_history "
                            "WHERE action = 'DIFFERENTIAL' AND rows_updated > 0"),
              "0");
  }

  void RefreshAll(Session& session) {
    for (const Stored& stream : streams_) {
      session.Run("SELECT pgtrickle.refresh_stream_table('" + stream.name + "')");
    }
  }

  /// Runs a transaction whose statements may fail by constraints of the tables; nothing else may.
  testing::AssertionResult Run(const std::vector<std::string>& transaction) {
    for (const std::string& statement : transaction) {
      std::optional<SqlError> error = session_.TryRun(statement);
      if (!error) continue;
      // What reads the truncated table and another one is not recomputed under an older snapshot.
      bool refused = error->sqlstate() == "25001" && statement.starts_with("TRUNCATE");
      if (error->sqlstate() != "23505" && !refused) {
        return testing::AssertionFailure() << statement << ": " << error->what();
      }
      if (transaction.size() > 1) session_.Run("ROLLBACK");
      break;
    }
    return testing::AssertionSuccess();
  }
};

}  // namespace tricklec::testsupport
