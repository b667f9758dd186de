#include "tricklec/ivm/auxiliaries.h"

#include <gtest/gtest.h>

#include "fixture.h"

namespace tricklec::ivm::test {
namespace {

ir::Definition CountedGroups(const char* condition, const char* aggregate) {
  Query q(Table());
  q.GroupBy({"g"});
  auto value = std::string_view(aggregate) == "max"
                   ? q.Agg(ir::AggregateKind::Max, "max", q.Col("x"), Integer())
                   : q.CountRows();
  q.Having(q.Op(condition, value, q.Number("1"), ir::Boolean()));
  return q.Select({{"n", value}});
}

TEST(Auxiliaries, HavingReadsStoredGroupsThatHaveRows) {
  Planned p(CountedGroups(">", "count"));
  ASSERT_TRUE(p.program.has_value());
  ASSERT_EQ(p->auxiliaries.size(), 1u);
  const Program& groups = p->auxiliaries[0];
  EXPECT_EQ(groups.definition.name.schema, "pgtrickle_state");
  EXPECT_TRUE(groups.definition.name.name.ends_with("/groups"));
  EXPECT_EQ(groups.storage.kind, StorageKind::Groups);
  ASSERT_EQ(p->sources.size(), 1u);
  EXPECT_TRUE(IsAuxiliary(p->sources[0]));
  EXPECT_EQ(p->sources[0].source->name, groups.definition.name);
  EXPECT_EQ(p->groups, std::nullopt);
  const auto* filter = p->rows->As<ir::Filter>();
  ASSERT_NE(filter, nullptr);
  EXPECT_NE(filter->input->As<ir::Scan>(), nullptr);
}

TEST(Auxiliaries, TheDefinitionStaysTheUsers) {
  ir::Definition definition = CountedGroups(">", "count");
  Planned p(definition);
  EXPECT_EQ(p->definition.query, definition.query);
}

TEST(Auxiliaries, ModeAndLocksAreThoseOfTheWhole) {
  ir::Definition definition = CountedGroups(">", "max");
  Planned immediate(definition);
  EXPECT_EQ(immediate->lock_class, LockClass::None);
  EXPECT_EQ(StrongestLock(*immediate), LockClass::Key);
  EXPECT_EQ(immediate->strategy, Strategy::Linear);
  EXPECT_EQ(WorstStrategy(*immediate), Strategy::Algebraic);
  definition.mode = ir::RefreshMode::Differential;
  Planned differential(definition);
  EXPECT_EQ(differential->auxiliaries[0].mode, ir::RefreshMode::Differential);
  EXPECT_EQ(StrongestLock(*differential), LockClass::None);
}

TEST(Auxiliaries, NothingFollowsThemInFullMode) {
  ir::Definition definition = CountedGroups(">", "count");
  definition.mode = ir::RefreshMode::Full;
  Planned p(definition);
  EXPECT_TRUE(p->auxiliaries.empty());
  EXPECT_EQ(p->strategy, Strategy::Full);
}

TEST(Auxiliaries, AggregatesAtTheTopNeedNone) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}}));
  EXPECT_TRUE(p->auxiliaries.empty());
}

}  // namespace
}  // namespace tricklec::ivm::test
