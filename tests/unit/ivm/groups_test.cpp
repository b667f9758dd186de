#include <gtest/gtest.h>

#include "fixture.h"
#include "tricklec/ir/print.h"

namespace tricklec::ivm::test {
namespace {

using Strings = std::vector<std::string>;

const Accumulator* AccumulatorOf(const Planned& p, const std::string& column) {
  for (const Accumulator& accumulator : p->groups->accumulators) {
    if (p->storage.columns[accumulator.column].name == column) return &accumulator;
  }
  return nullptr;
}

std::string DerivedText(const Planned& p, const std::string& column) {
  for (const DerivedColumn& derived : p->groups->derived) {
    if (p->storage.columns[derived.column].name == column) return ir::Print(derived.value);
  }
  return "";
}

TEST(Groups, VisibleCountServesAsCountOfRows) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}}));
  EXPECT_TRUE(p.HiddenColumns().empty());
  EXPECT_EQ(p->groups->row_count, 1u);
  EXPECT_EQ(p->lock_class, LockClass::None);
  EXPECT_EQ(p->strategy, Strategy::Algebraic);
  EXPECT_TRUE(p->storage.unique_index);
  EXPECT_TRUE(p->storage.columns[0].not_null);
}

TEST(Groups, CountOfANotNullColumnServesAsCountOfRows) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.Count("y");
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}}));
  EXPECT_TRUE(p.HiddenColumns().empty());
  bool recorded = false;
  for (const Fact& fact : p->facts) recorded |= fact.constraint == "t_y_not_null";
  EXPECT_TRUE(recorded);
}

TEST(Groups, CountOfANullableColumnOrWithFilterDoesNot) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.Count("x");
  auto f = q.CountRows(q.Op(">", q.Col("x"), q.Number("0"), ir::Boolean()));
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}, {"f", f}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count"});
}

TEST(Groups, NullableSumNeedsACountOfItsValues) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  auto s = q.Sum("x", ir::Bigint());
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}, {"s", s}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count_x"});
  const Accumulator* sum = AccumulatorOf(p, "s");
  ASSERT_NE(sum, nullptr);
  EXPECT_EQ(sum->null_when_zero, 3u);
  EXPECT_FALSE(p.Find("s")->not_null);
}

TEST(Groups, NotNullSumNeedsNone) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  auto s = q.Sum("y", ir::Bigint());
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}, {"s", s}}));
  EXPECT_TRUE(p.HiddenColumns().empty());
  EXPECT_FALSE(AccumulatorOf(p, "s")->null_when_zero.has_value());
  EXPECT_TRUE(p.Find("s")->not_null);
}

TEST(Groups, FilteredSumOfANotNullColumnCountsTheFilteredRows) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  auto filter = q.Op(">", q.Col("y"), q.Number("0"), ir::Boolean());
  auto s = q.Sum("y", ir::Bigint(), filter);
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}, {"s", s}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count_s"});
  EXPECT_EQ(AccumulatorOf(p, "__pgt_count_s")->arg, nullptr);
}

TEST(Groups, SumCountAndAverageShareTheirState) {
  Query q(Table());
  q.GroupBy({"g"});
  auto s = q.Sum("x", ir::Bigint());
  auto c = q.Count("x");
  auto a = q.Avg("x");
  Planned p(q.Select({{"g", q.Key("g")}, {"s", s}, {"c", c}, {"a", a}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count"});
  EXPECT_EQ(AccumulatorOf(p, "s")->null_when_zero, 2u);
  EXPECT_NE(DerivedText(p, "a").find("CAST(s#"), std::string::npos);
}

TEST(Groups, AverageAloneHidesSumAndCount) {
  Query q(Table());
  q.GroupBy({"g"});
  auto a = q.Avg("x");
  Planned p(q.Select({{"g", q.Key("g")}, {"a", a}}));
  EXPECT_EQ(p.HiddenColumns(), (Strings{"__pgt_count", "__pgt_count_x", "__pgt_sum_x"}));
  EXPECT_EQ(p.Find("__pgt_sum_x")->type.sql, "bigint");
}

TEST(Groups, AverageOfANotNullColumnDividesByTheCountOfRows) {
  Query q(Table());
  q.GroupBy({"g"});
  auto a = q.Avg("y");
  Planned p(q.Select({{"g", q.Key("g")}, {"a", a}}));
  EXPECT_EQ(p.HiddenColumns(), (Strings{"__pgt_count", "__pgt_sum_y"}));
  EXPECT_EQ(DerivedText(p, "a").find("CASE"), std::string::npos);
}

TEST(Groups, NumericSumCountsNaNAndWithoutModifierInfinities) {
  Query q(Table());
  q.GroupBy({"g"});
  auto a = q.Sum("a", Numeric());
  auto n = q.Sum("n", Numeric());
  Planned p(q.Select({{"g", q.Key("g")}, {"a", a}, {"n", n}}));
  EXPECT_EQ(p.HiddenColumns(),
            (Strings{"__pgt_count", "__pgt_count_a", "__pgt_sum_a", "__pgt_nan_a", "__pgt_count_n",
                     "__pgt_sum_n", "__pgt_nan_n", "__pgt_pinf_n", "__pgt_ninf_n"}));
  EXPECT_EQ(p->lock_class, LockClass::None);
  EXPECT_NE(DerivedText(p, "n").find("'-Infinity'::numeric"), std::string::npos);
  EXPECT_EQ(DerivedText(p, "a").find("Infinity"), std::string::npos);
}

TEST(Groups, AverageOfNumericsOfUnknownScaleIsRecomputed) {
  Query fixed(Table());
  fixed.GroupBy({"g"});
  auto a = fixed.Avg("a");
  EXPECT_EQ(Planned(fixed.Select({{"a", a}}))->strategy, Strategy::Algebraic);
  Query free(Table());
  free.GroupBy({"g"});
  auto n = free.Avg("n");
  Planned p(free.Select({{"n", n}}));
  EXPECT_EQ(p->strategy, Strategy::Keyed);
  EXPECT_EQ(p->lock_class, LockClass::Key);
  ASSERT_EQ(p->strategy_reasons.size(), 1u);
  EXPECT_FALSE(p->strategy_reasons[0].remedy.empty());
}

TEST(Groups, DigitsOfASumOfUnknownScaleAreOnlyExactWhenRecomputed) {
  for (const char* op : {"*", "/"}) {
    Query q(Table());
    q.GroupBy({"g"});
    auto n = q.Sum("n", Numeric());
    Planned p(q.Select({{"v", q.Op(op, n, q.Number("3"), Numeric(), true)}}));
    EXPECT_EQ(p->strategy, op[0] == '/' ? Strategy::Keyed : Strategy::Algebraic) << op;
  }
}

TEST(Groups, FloatSumIsRecomputedAfterTheGroupsRowIsWritten) {
  Query q(Table());
  q.GroupBy({"g"});
  auto s = q.Agg(ir::AggregateKind::Sum, "sum", q.Col("f"), Double());
  Planned p(q.Select({{"g", q.Key("g")}, {"s", s}}));
  EXPECT_EQ(p->strategy, Strategy::Keyed);
  EXPECT_EQ(p.Find("s")->compare, Compare::Approximate);
  EXPECT_FALSE(p.Find("s")->not_null);
  for (Event event : {Event::Insert, Event::Update, Event::Delete}) {
    const EventProgram& steps = p.On(event);
    const auto* upsert = std::get_if<UpsertGroups>(&steps.steps.at(0));
    const auto* recompute = std::get_if<RecomputeGroups>(&steps.steps.at(1));
    ASSERT_TRUE(upsert != nullptr && recompute != nullptr);
    EXPECT_FALSE(upsert->skip_zero);  // law 4
    EXPECT_FALSE(recompute->only_lost_extremes);
    EXPECT_EQ(FindStep<PruneGroups>(steps) != nullptr, event != Event::Insert);
  }
}

TEST(Groups, DistinctInsideAnAggregateIsRecomputedExceptInMinAndMax) {
  Query q(Table());
  q.GroupBy({"g"});
  auto c = q.Agg(ir::AggregateKind::Count, "count", q.Col("x"), ir::Bigint(), nullptr, true);
  EXPECT_EQ(Planned(q.Select({{"c", c}}))->strategy, Strategy::Keyed);
  Query r(Table());
  r.GroupBy({"g"});
  auto m = r.Agg(ir::AggregateKind::Min, "min", r.Col("x"), Integer(), nullptr, true);
  EXPECT_EQ(Planned(r.Select({{"m", m}}))->strategy, Strategy::Algebraic);
}

TEST(Groups, ExtremesMergeInsertsAndAreRecomputedWhenLost) {
  Query q(Table());
  q.GroupBy({"g"});
  auto m = q.Max("x");
  Planned p(q.Select({{"g", q.Key("g")}, {"m", m}}));
  EXPECT_EQ(p->strategy, Strategy::Algebraic);
  EXPECT_EQ(p->lock_class, LockClass::Key);
  EXPECT_EQ(p->sources[0].cancel, CancelKind::ByKey);
  EXPECT_EQ(FindStep<RecomputeGroups>(p.On(Event::Insert)), nullptr);
  const auto* recompute = FindStep<RecomputeGroups>(p.On(Event::Delete));
  ASSERT_NE(recompute, nullptr);
  EXPECT_TRUE(recompute->only_lost_extremes);
  EXPECT_EQ(recompute->columns, std::vector<size_t>{1});
}

TEST(Groups, RaisingExpressionOverAnExtremeWaitsForTheRecomputation) {
  Query q(Table());
  q.GroupBy({"g"});
  auto m = q.Max("x");
  Planned p(q.Select({{"g", q.Key("g")}, {"v", q.Op("/", q.Number("1"), m, Integer(), true)}}));
  // An upsert would compute it over the changes alone before it finds the group.
  for (Event event : {Event::Insert, Event::Delete}) {
    EXPECT_TRUE(FindStep<UpsertGroups>(p.On(event))->derived.empty());
    ASSERT_NE(FindStep<DeriveColumns>(p.On(event)), nullptr);
    EXPECT_EQ(FindStep<DeriveColumns>(p.On(event))->columns, std::vector<size_t>{1});
  }
}

TEST(Groups, HarmlessExpressionOverAnExtremeNeedsNoStepOfItsOwn) {
  Query q(Table());
  q.GroupBy({"g"});
  auto m = q.Max("x");
  Planned p(q.Select({{"v", q.Op("=", q.Number("1"), m, ir::Boolean())}}));
  const EventProgram& remove = p.On(Event::Delete);
  EXPECT_EQ(FindStep<DeriveColumns>(remove), nullptr);
  EXPECT_EQ(FindStep<UpsertGroups>(remove)->derived, std::vector<size_t>{0});
  EXPECT_EQ(FindStep<RecomputeGroups>(remove)->columns.back(), 0u);
}

TEST(Groups, ZeroChangesAreSkippedOnlyForUpdatesInClassNone) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  Planned p(q.Select({{"g", q.Key("g")}, {"n", n}}));
  EXPECT_EQ(p->sources[0].cancel, CancelKind::None);
  EXPECT_TRUE(FindStep<UpsertGroups>(p.On(Event::Update))->skip_zero);
  EXPECT_TRUE(FindStep<UpsertGroups>(p->pending)->skip_zero);
  EXPECT_FALSE(FindStep<UpsertGroups>(p.On(Event::Insert))->skip_zero);
}

TEST(Groups, RowsThatCameAndWentAreNettedBeforeAnArgumentCanRaise) {
  Query q(Table());
  q.GroupBy({"g"});
  auto quotient = q.Op("/", q.Col("x"), q.Col("y"), Integer(), true);
  auto s = q.Agg(ir::AggregateKind::Sum, "sum", quotient, ir::Bigint());
  Planned p(q.Select({{"g", q.Key("g")}, {"s", s}}));
  EXPECT_EQ(p->lock_class, LockClass::None);
  EXPECT_EQ(p->sources[0].cancel, CancelKind::ByKey);
}

TEST(Groups, UnselectedKeyIsHiddenAndDoesNotTakeTheCountsName) {
  ir::SourceTable table = Table();
  table.columns.push_back(Column("count", Integer()));
  Query q(table);
  q.GroupBy({"count"});
  auto s = q.Sum("y", ir::Bigint());
  Planned p(q.Select({{"s", s}}));
  EXPECT_EQ(p.HiddenColumns(), (Strings{"__pgt_count_2", "__pgt_count"}));
  EXPECT_EQ(p->storage.key, std::vector<size_t>{1});
  EXPECT_EQ(p->groups->row_count, 2u);
}

TEST(Groups, LongHiddenNamesAreCutWithAHash) {
  ir::SourceTable table = Table();
  std::string name = std::string(50, 'x') + "äöüäöü";
  table.columns.push_back(Column(name, Integer()));
  Query q(table);
  q.GroupBy({name});
  Planned p(q.Select({{"one", q.Number("1")}}));
  std::string hidden = p.HiddenColumns().at(0);
  EXPECT_LE(hidden.size(), 63u);
  EXPECT_EQ(hidden[hidden.size() - 9], '~');
  EXPECT_EQ(source::FindInvalidUtf8(hidden), std::string::npos);
}

TEST(Groups, KeySelectedTwiceIsStoredOnceAsKey) {
  Query q(Table());
  q.GroupBy({"g"});
  Planned p(q.Select({{"g", q.Key("g")}, {"again", q.Key("g")}}));
  EXPECT_EQ(p->storage.key, std::vector<size_t>{0});
  EXPECT_EQ(p->groups->derived.size(), 1u);
}

TEST(Groups, ExpressionsOverAggregatesAreDerivedFromHiddenState) {
  Query q(Table());
  q.GroupBy({"g"});
  auto s = q.Sum("x", ir::Bigint());
  auto n = q.CountRows();
  Planned p(q.Select({{"g", q.Key("g")}, {"v", q.Op("/", s, n, ir::Bigint(), true)}}));
  EXPECT_EQ(p.HiddenColumns(), (Strings{"__pgt_count", "__pgt_count_x", "__pgt_sum_x"}));
  EXPECT_NE(DerivedText(p, "v").find("__pgt_sum_x"), std::string::npos);
  EXPECT_EQ(FindStep<DeriveColumns>(p.On(Event::Delete))->columns, std::vector<size_t>{1});
}

TEST(Groups, UnboundedKeyGoesThroughAnchors) {
  Query q(Table());
  q.GroupBy({"region"});
  auto n = q.CountRows();
  Planned p(q.Select({{"region", q.Key("region")}, {"n", n}}));
  EXPECT_FALSE(p->storage.unique_index);
  EXPECT_EQ(p->storage.hash_columns, std::vector<size_t>{0});
  EXPECT_EQ(p->lock_class, LockClass::Key);
  EXPECT_EQ(p->strategy, Strategy::Algebraic);
  EXPECT_EQ(p->lock_reasons.at(0).text, "group key `region` is text of unbounded width");
  for (Event event : {Event::Insert, Event::Update, Event::Delete}) {
    EXPECT_TRUE(std::holds_alternative<LockAnchors>(p.On(event).steps.at(0)));
    EXPECT_TRUE(std::holds_alternative<MergeGroups>(p.On(event).steps.at(1)));
  }
}

TEST(Groups, UniqueIndexOfTheSourceBoundsTheKey) {
  ir::SourceTable table = Table();
  table.keys.push_back({"t_region_key", {8, 2}, false, false});
  Query q(table);
  q.GroupBy({"region"});
  auto n = q.CountRows();
  Planned p(q.Select({{"region", q.Key("region")}, {"n", n}}));
  EXPECT_TRUE(p->storage.unique_index);
  ASSERT_EQ(p->facts.size(), 1u);
  EXPECT_EQ(p->facts[0].constraint, "t_region_key");
  // A further column could make the entry too large.
  Query wider(table);
  wider.GroupBy({"region", "k"});
  EXPECT_FALSE(Planned(wider.Select({{"region", wider.Key("region")}}))->storage.unique_index);
}

TEST(Groups, KeyWiderThanAnIndexEntryInSum) {
  ir::SourceTable table = Table();
  ir::Type wide = Text();
  wide.sql = "character varying(400)";
  wide.max_bytes = 1604;
  table.columns.push_back(Column("v", wide));
  table.columns.push_back(Column("w", wide));
  Query one(table);
  one.GroupBy({"v"});
  EXPECT_TRUE(Planned(one.Select({{"v", one.Key("v")}}))->storage.unique_index);
  Query two(table);
  two.GroupBy({"v", "w"});
  EXPECT_FALSE(Planned(two.Select({{"v", two.Key("v")}}))->storage.unique_index);
}

TEST(Groups, MoreColumnsThanAnIndexCanHave) {
  ir::SourceTable table = Table();
  Query q(table);
  for (int i = 0; i < 33; ++i) q.GroupBy("k" + std::to_string(i), q.Col("g"));
  EXPECT_FALSE(Planned(q.Select({{"v", q.Key("k0")}}))->storage.unique_index);
}

TEST(Groups, KeyThatHashesButDoesNotSort) {
  Query q(Table());
  q.GroupBy({"tx"});
  Planned p(q.Select({{"tx", q.Key("tx")}}));
  EXPECT_FALSE(p->storage.unique_index);
  EXPECT_EQ(p->lock_reasons.at(0).text, "group key `tx` is xid, which has no btree order");
}

TEST(Groups, KeyWithoutEqualityIsRefused) {
  Query q(Table());
  q.GroupBy({"j"});
  Planned p(q.Select({{"j", q.Key("j")}}));
  EXPECT_FALSE(p.program.has_value());
  EXPECT_TRUE(p.Reported(source::Code::GroupKeyWithoutEquality));
}

TEST(SingleRow, SumOfANotNullColumnIsNullOnEmptyInput) {
  Query q(Table());
  auto s = q.Sum("y", ir::Bigint());
  Planned p(q.Select({{"s", s}}));
  EXPECT_EQ(p->storage.kind, StorageKind::SingleRow);
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count"});
  EXPECT_EQ(AccumulatorOf(p, "s")->null_when_zero, 1u);
  EXPECT_NE(FindStep<Refill>(p.On(Event::Truncate)), nullptr);
  EXPECT_EQ(FindStep<PruneGroups>(p.On(Event::Delete)), nullptr);
}

TEST(SingleRow, NoDeadCountOfRows) {
  Query q(Table());
  auto s = q.Sum("x", ir::Bigint());
  Planned p(q.Select({{"s", s}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count_x"});
  EXPECT_FALSE(p->groups->row_count.has_value());
  EXPECT_TRUE(FindStep<UpdateSingle>(p.On(Event::Insert))->skip_zero);
}

TEST(SingleRow, SomethingIsWrittenBeforeARecomputation) {
  Query q(Table());
  auto s = q.Agg(ir::AggregateKind::Sum, "sum", q.Col("f"), Double());
  Planned p(q.Select({{"s", s}}));
  EXPECT_EQ(p.HiddenColumns(), Strings{"__pgt_count"});
  EXPECT_TRUE(std::holds_alternative<UpdateSingle>(p.On(Event::Insert).steps.at(0)));
  EXPECT_TRUE(std::holds_alternative<RecomputeGroups>(p.On(Event::Insert).steps.at(1)));
  EXPECT_TRUE(p.Reported(source::Code::WholeSourceRecomputed));
}

TEST(Indexes, GroupKeyHasToLead) {
  ir::SourceTable table = Table();
  table.indexes.push_back({"t_x_g_idx", "btree", {3, 2}, false});
  Query without(table);
  without.GroupBy({"g"});
  auto m = without.Max("x");
  Planned p(without.Select({{"m", m}}));
  ASSERT_EQ(p->indexes.size(), 1u);
  EXPECT_FALSE(p->indexes[0].present);
  EXPECT_EQ(p->indexes[0].statement, "CREATE INDEX ON public.t (g, x)");
  EXPECT_TRUE(p.Reported(source::Code::MissingIndex));

  table.indexes.push_back({"t_g_idx", "btree", {2}, true});  // partial: does not count
  table.indexes.push_back({"t_g_x_idx", "btree", {2, 3}, false});
  Query with(table);
  with.GroupBy({"g"});
  m = with.Max("x");
  Planned served(with.Select({{"m", m}}));
  EXPECT_TRUE(served->indexes.at(0).present);
  EXPECT_EQ(served->indexes[0].index_name, "t_g_x_idx");
  EXPECT_FALSE(served.Reported(source::Code::MissingIndex));
}

TEST(Indexes, HashIndexServesOnlyKeysThatAreNeverNull) {
  for (bool not_null : {true, false}) {
    ir::SourceTable table = Table();
    table.columns[8].not_null = not_null;
    table.indexes.push_back({"t_region_idx", "hash", {8}, false});
    Query q(table);
    q.GroupBy({"region"});
    auto m = q.Max("x");
    EXPECT_EQ(Planned(q.Select({{"m", m}}))->indexes.at(0).present, not_null);
  }
}

TEST(Indexes, ExpressionKeyIsANoteBecauseExpressionIndexesAreNotKnown) {
  Query q(Table());
  q.GroupBy("half", q.Op("/", q.Col("g"), q.Number("2"), Integer()));
  auto m = q.Max("x");
  Planned p(q.Select({{"half", q.Key("half")}, {"m", m}}));
  EXPECT_TRUE(p.Reported(source::Code::ExpressionIndexNeeded));
  EXPECT_FALSE(p.Reported(source::Code::MissingIndex));
}

TEST(Indexes, AdditiveGroupsNeedNone) {
  Query q(Table());
  q.GroupBy({"g"});
  auto n = q.CountRows();
  EXPECT_TRUE(Planned(q.Select({{"n", n}}))->indexes.empty());
}

TEST(Indexes, SingleRowExtremesNeedTheArgumentLeading) {
  ir::SourceTable table = Table();
  table.indexes.push_back({"t_x_idx", "btree", {3}, false});
  Query q(table);
  auto m = q.Max("x");
  auto y = q.Max("y");
  Planned p(q.Select({{"m", m}, {"y", y}}));
  ASSERT_EQ(p->indexes.size(), 2u);
  EXPECT_TRUE(p->indexes[0].present);
  EXPECT_EQ(p->indexes[1].statement, "CREATE INDEX ON public.t (y)");
}

TEST(Print, IsTheSameTwice) {
  auto print = [] {
    Query q(Table());
    q.GroupBy({"region"});
    auto m = q.Max("x");
    auto n = q.Sum("n", Numeric());
    return Print(*Planned(q.Select({{"m", m}, {"n", n}})));
  };
  EXPECT_EQ(print(), print());
  EXPECT_NE(print().find("lock anchors"), std::string::npos);
}

}  // namespace
}  // namespace tricklec::ivm::test
