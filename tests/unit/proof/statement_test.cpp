#include "tricklec/proof/statement.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tricklec/proof/runner.h"

namespace tricklec::proof {
namespace {

Sql Insert() {
  return {"INSERT INTO t VALUES ",
          Piece::List(
              {{"(1, ", Piece::Choice({{"'long'"}, {"NULL"}}), ")"}, {"(2, 'b')"}, {"(3, 'c')"}})};
}

std::vector<std::string> Texts(const std::vector<Sql>& all) {
  std::vector<std::string> texts;
  for (const Sql& sql : all) texts.push_back(Render(sql));
  return texts;
}

TEST(StatementTest, RendersListsAndChoices) {
  EXPECT_EQ(Render(Insert()), "INSERT INTO t VALUES (1, 'long'), (2, 'b'), (3, 'c')");
}

TEST(StatementTest, SimplerOnesLeaveOutItemsAndTakeSimplerChoices) {
  std::vector<std::string> texts = Texts(Simpler(Insert()));
  auto has = [&](const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  EXPECT_TRUE(has("INSERT INTO t VALUES (2, 'b'), (3, 'c')"));
  EXPECT_TRUE(has("INSERT INTO t VALUES (1, 'long'), (2, 'b')"));
  EXPECT_TRUE(has("INSERT INTO t VALUES (1, NULL), (2, 'b'), (3, 'c')"));
  EXPECT_FALSE(has("INSERT INTO t VALUES "));
}

TEST(StatementTest, SimplifyingEndsAtOneItemWithTheSimplestChoice) {
  Sql sql = Insert();
  for (std::vector<Sql> simpler = Simpler(sql); !simpler.empty(); simpler = Simpler(sql)) {
    sql = simpler.back();
  }
  std::string text = Render(sql);
  EXPECT_TRUE(text == "INSERT INTO t VALUES (1, NULL)" || text == "INSERT INTO t VALUES (2, 'b')" ||
              text == "INSERT INTO t VALUES (3, 'c')")
      << text;
}

TEST(StatementTest, StepsThatGoBackToNoSavepointAreDropped) {
  Transaction transaction;
  transaction.begin = "BEGIN";
  auto add = [&](Step::Kind kind, int level) {
    transaction.steps.push_back({kind, StatementKind::Insert, {}, level});
  };
  add(Step::Kind::RollbackTo, 1);
  add(Step::Kind::Savepoint, 1);
  add(Step::Kind::Savepoint, 2);
  add(Step::Kind::RollbackTo, 1);
  add(Step::Kind::Release, 2);
  add(Step::Kind::Release, 1);
  std::vector<std::string> kept;
  for (const Step& step : WithoutLostSavepoints(transaction).steps)
    kept.push_back(SavepointSql(step));
  EXPECT_EQ(kept, (std::vector<std::string>{"SAVEPOINT s1", "SAVEPOINT s2",
                                            "ROLLBACK TO SAVEPOINT s1", "RELEASE SAVEPOINT s1"}));
}

}  // namespace
}  // namespace tricklec::proof
