#include <gtest/gtest.h>

#include "fixture.h"

namespace tricklec::ivm::test {
namespace {

TEST(Linear, HiddenKeyWhenTheQueryDoesNotSelectIt) {
  Query q(Table());
  Planned p(q.Select({{"x", q.Col("x")}}));
  EXPECT_EQ(p->storage.kind, StorageKind::KeyedRows);
  EXPECT_EQ(p->strategy, Strategy::Linear);
  EXPECT_EQ(p->lock_class, LockClass::None);
  EXPECT_EQ(p.HiddenColumns(), std::vector<std::string>{"__pgt_id"});
  EXPECT_EQ(p->storage.key, std::vector<size_t>{1});
  EXPECT_TRUE(p->storage.columns[1].not_null);
  EXPECT_EQ(p->sources[0].cancel, CancelKind::ByKey);
  EXPECT_EQ(p->sources[0].columns_used, (std::vector<size_t>{0, 3}));
}

TEST(Linear, SelectedKeyNeedsNoHiddenColumn) {
  Query q(Table());
  Planned p(q.Select({{"x", q.Col("x")}, {"number", q.Col("id")}}));
  EXPECT_TRUE(p.HiddenColumns().empty());
  EXPECT_EQ(p->storage.key, std::vector<size_t>{1});
  EXPECT_EQ(p->storage.columns[1].role, ColumnRole::Key);
}

TEST(Linear, KeyInsideAnExpressionIsNotTheKey) {
  Query q(Table());
  Planned p(q.Select({{"twice", q.Op("*", q.Col("id"), q.Number("2"), Integer())}}));
  EXPECT_EQ(p.HiddenColumns(), std::vector<std::string>{"__pgt_id"});
}

TEST(Linear, AnotherSelectedKeyIsBetterThanAHiddenPrimaryKey) {
  ir::SourceTable table = Table();
  table.keys.push_back({"t_g_key", {2}, false, false});
  Query q(table);
  Planned p(q.Select({{"g", q.Col("g")}}));
  EXPECT_TRUE(p.HiddenColumns().empty());
  ASSERT_EQ(p->facts.size(), 2u);
  EXPECT_EQ(p->facts[0].constraint, "t_g_key");
}

TEST(Linear, NullableUniqueKeyIdentifiesOnlyWithNullsNotDistinct) {
  ir::SourceTable table = Table(false);
  table.keys = {{"t_k_key", {1}, false, false}};
  Query distinct(table);
  EXPECT_EQ(Planned(distinct.Select({{"k", distinct.Col("k")}}))->storage.kind, StorageKind::Bag);
  table.keys[0].nulls_not_distinct = true;
  Query same(table);
  Planned p(same.Select({{"k", same.Col("k")}}));
  EXPECT_EQ(p->storage.kind, StorageKind::KeyedRows);
  EXPECT_FALSE(p->storage.columns[0].not_null);
}

TEST(Linear, BagHashesWhatCanBeHashed) {
  Query q(Table(false));
  Planned p(q.Select({{"j", q.Col("j")}, {"x", q.Col("x")}}));
  EXPECT_EQ(p->storage.kind, StorageKind::Bag);
  EXPECT_FALSE(p->storage.unique_index);
  EXPECT_EQ(p->storage.hash_columns, std::vector<size_t>{1});
  EXPECT_EQ(p->sources[0].cancel, CancelKind::None);  // json has no identity
  EXPECT_FALSE(p.Reported(source::Code::BagWithoutHash));
}

TEST(Linear, BagOfIdenticalWhenEqualCancelsByValue) {
  Query q(Table(false));
  Planned p(q.Select({{"x", q.Col("x")}, {"region", q.Col("region")}}));
  EXPECT_EQ(p->sources[0].cancel, CancelKind::ByValue);
}

TEST(Linear, BagWithoutHashableColumnWarns) {
  Query q(Table(false));
  EXPECT_TRUE(Planned(q.Select({{"j", q.Col("j")}})).Reported(source::Code::BagWithoutHash));
}

TEST(Linear, EventsDeleteAndInsertOnlyWhatTheyCan) {
  Query q(Table());
  Planned p(q.Select({{"x", q.Col("x")}}));
  const auto* insert = FindStep<ApplyKeyedRows>(p.On(Event::Insert));
  const auto* remove = FindStep<ApplyKeyedRows>(p.On(Event::Delete));
  const auto* pending = FindStep<ApplyKeyedRows>(p->pending);
  ASSERT_TRUE(insert != nullptr && remove != nullptr && pending != nullptr);
  EXPECT_TRUE(insert->inserts && !insert->deletes);
  EXPECT_TRUE(!remove->inserts && remove->deletes);
  EXPECT_TRUE(pending->inserts && pending->deletes);
  EXPECT_NE(FindStep<TruncateStorage>(p.On(Event::Truncate)), nullptr);
}

TEST(Linear, TruncatingAPartitionDoesNotEmptyTheTable) {
  ir::SourceTable table = Table();
  table.kind = ir::RelationKind::Partitioned;
  Query q(table);
  Planned p(q.Select({{"x", q.Col("x")}}));
  EXPECT_NE(FindStep<Refill>(p.On(Event::Truncate)), nullptr);
}

TEST(Linear, DeltaReadsOnlyUsedColumnsAndEndsWithTheWeight) {
  Query q(Table());
  q.Where(q.Op(">", q.Col("g"), q.Number("0"), ir::Boolean()));
  Planned p(q.Select({{"x", q.Col("x")}}));
  const SourceProgram& source = p->sources[0];
  EXPECT_EQ(source.columns_used, (std::vector<size_t>{0, 2, 3}));
  for (const EventProgram& event : source.events) {
    if (event.event == Event::Truncate) continue;
    EXPECT_EQ(event.delta->outputs.size(), 4u);
    EXPECT_EQ(event.delta->outputs.back().name, "weight");
    EXPECT_TRUE(event.exact);
    EXPECT_FALSE(event.reads_sources);
  }
  EXPECT_EQ(p->rows->outputs.size(), 3u);
}

TEST(Plan, NamesOfHiddenColumnsAreReserved) {
  Query q(Table());
  Planned p(q.Select({{"__pgt_id", q.Col("x")}}));
  EXPECT_FALSE(p.program.has_value());
  EXPECT_TRUE(p.Reported(source::Code::ReservedColumnName));
}

TEST(Linear, DistinctOverAKeyIsNoDistinct) {
  Query q(Table());
  q.GroupBy({"id", "region"});
  Planned p(q.Select({{"region", q.Key("region")}, {"id", q.Key("id")}}));
  EXPECT_EQ(p->storage.kind, StorageKind::KeyedRows);
  EXPECT_EQ(p->lock_class, LockClass::None);
  EXPECT_TRUE(p.HiddenColumns().empty());
  EXPECT_EQ(p->storage.key, std::vector<size_t>{1});
  Query other(Table());
  other.GroupBy({"g", "region"});
  EXPECT_EQ(Planned(other.Select({{"g", other.Key("g")}}))->storage.kind, StorageKind::Groups);
}

TEST(Plan, AutoIsDifferentialWhereThatIsPossible) {
  Query q(Table());
  ir::Definition definition = q.Select({{"x", q.Col("x")}});
  definition.mode = ir::RefreshMode::Auto;
  Planned p(definition);
  EXPECT_EQ(p->mode, ir::RefreshMode::Differential);
  EXPECT_TRUE(p.diagnostics.all().empty());
}

TEST(Plan, AutoSaysWhyItIsFull) {
  Query q(Table());
  q.GroupBy({"j"});  // groups of json cannot be told apart
  ir::ExprPtr n = q.CountRows();
  ir::Definition definition = q.Select({{"n", n}});
  definition.mode = ir::RefreshMode::Auto;
  Planned p(definition);
  EXPECT_EQ(p->mode, ir::RefreshMode::Full);
  EXPECT_EQ(p->storage.kind, StorageKind::Bag);
  EXPECT_TRUE(p.Reported(source::Code::FullRefreshChosen));
  definition.mode = ir::RefreshMode::Differential;
  EXPECT_FALSE(Planned(definition).program.has_value());
  definition.mode = ir::RefreshMode::Full;
  Planned full(definition);
  EXPECT_EQ(full->strategy, Strategy::Full);
  EXPECT_TRUE(full.diagnostics.all().empty());
}

TEST(Plan, RefreshesTakeNoLocks) {
  Query q(Table());
  q.GroupBy({"g"});
  ir::ExprPtr m = q.Max("x");
  ir::Definition definition = q.Select({{"g", q.Key("g")}, {"m", m}});
  EXPECT_EQ(Planned(definition)->lock_class, LockClass::Key);
  definition.mode = ir::RefreshMode::Differential;
  EXPECT_EQ(Planned(definition)->lock_class, LockClass::None);
}

}  // namespace
}  // namespace tricklec::ivm::test
