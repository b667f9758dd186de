#include "tricklec/ivm/delta.h"

#include <gtest/gtest.h>

#include "fixture.h"
#include "tricklec/ir/print.h"
#include "tricklec/ivm/row_key.h"

namespace tricklec::ivm::test {
namespace {

/// Scans of small tables `name(id integer primary key, r integer)`, joined by hand.
class Sources {
 public:
  ir::RelPtr Scan(const std::string& name, const std::string& alias) {
    ir::SourceTable table;
    table.name = {"public", name};
    table.columns = {Column("id", Integer(), true), Column("r", Integer())};
    table.keys = {{name + "_pkey", {0}, true, false}};
    auto shared = std::make_shared<const ir::SourceTable>(std::move(table));
    std::vector<ir::ColumnId> ids = {ids_.Next(), ids_.Next()};
    return ir::MakeScan(shared, alias, {0, 1}, ids, {});
  }

  static ir::ExprPtr Equal(const ir::OutputColumn& a, const ir::OutputColumn& b) {
    ir::OperatorCall call{{"pg_catalog", "="}, {ir::Ref(a), ir::Ref(b)}, true};
    ir::Properties props;
    props.type = ir::Boolean();
    props.may_raise = false;
    return ir::MakeExpr(props, {}, call);
  }
  /// `left ⋈ right` on left.r = right.id.
  static ir::RelPtr Join(const ir::RelPtr& left, const ir::RelPtr& right) {
    return ir::MakeJoin(left, right, Equal(left->outputs[1], right->outputs[0]));
  }

  EventProgram Delta(const ir::RelPtr& rows, Event event, std::set<std::string> changed,
                     OldForm form = OldForm::ByKey, bool pairs_exist = false) {
    DeltaRequest request{
        event,
        [changed](const ir::SourceTable& table) { return changed.contains(table.name.name); },
        [form](const ir::SourceTable&) { return form; }, pairs_exist};
    return DeltaOf(rows, request, ids_);
  }

  /// The states in which a term reads its scans: `orders delta, customer new`.
  static std::string States(const ir::RelPtr& rel) {
    if (const auto* scan = rel->As<ir::Scan>()) {
      switch (scan->state) {
        case ir::SourceState::New: return scan->alias + " new";
        case ir::SourceState::Delta: return scan->alias + " delta";
        case ir::SourceState::Old: return scan->alias + " old";
        case ir::SourceState::Kept: return scan->alias + " kept";
        case ir::SourceState::Gone: return scan->alias + " gone";
      }
    }
    std::string text;
    for (const ir::RelPtr& input : ir::InputsOf(*rel)) {
      if (!text.empty()) text += ", ";
      text += States(input);
    }
    return text;
  }
  static std::vector<std::string> Terms(const EventProgram& program) {
    std::vector<std::string> terms;
    const auto* all = program.delta->As<ir::UnionAll>();
    if (all == nullptr) return {States(program.delta)};
    for (const ir::RelPtr& input : all->inputs) terms.push_back(States(input));
    return terms;
  }

  ir::ColumnIds& ids() { return ids_; }

 private:
  ir::ColumnIds ids_;
};

using Texts = std::vector<std::string>;

TEST(Delta, OneChangedSideMeetsTheOtherAsItIs) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("orders", "o"), s.Scan("customer", "c"));
  for (Event event : {Event::Insert, Event::Update, Event::Delete}) {
    EXPECT_EQ(s.Terms(s.Delta(rows, event, {"orders"})), Texts{"o delta, c new"});
    EventProgram other = s.Delta(rows, event, {"customer"});
    EXPECT_EQ(s.Terms(other), Texts{"o new, c delta"});
    EXPECT_TRUE(other.exact);
    EXPECT_TRUE(other.reads_sources);
  }
}

TEST(Delta, KeepsTheOutputsAndEndsWithTheWeight) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("orders", "o"), s.Scan("customer", "c"));
  for (const std::set<std::string>& changed :
       {std::set<std::string>{"customer"}, std::set<std::string>{"orders", "customer"}}) {
    EventProgram delta = s.Delta(rows, Event::Update, changed);
    ASSERT_EQ(delta.delta->outputs.size(), rows->outputs.size() + 1);
    for (size_t i = 0; i < rows->outputs.size(); ++i) {
      EXPECT_EQ(delta.delta->outputs[i].id, rows->outputs[i].id);
    }
    EXPECT_EQ(delta.delta->outputs.back().name, "weight");
  }
}

TEST(Delta, OnlyPairsThatExistWhereTheyMayRaiseAnError) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("orders", "o"), s.Scan("customer", "c"));
  auto terms = [&](Event event, std::set<std::string> changed) {
    return s.Terms(s.Delta(rows, event, std::move(changed), OldForm::ByKey, true));
  };
  // Orders that came meet what is there, those that went what was there, the others the changed customers.
  EXPECT_EQ(terms(Event::Update, {"orders", "customer"}),
            (Texts{"o delta, c new", "o delta, c kept", "o delta, c gone", "o kept, c delta"}));
  EXPECT_EQ(terms(Event::Update, {"orders"}), Texts{"o delta, c new"});
  EXPECT_EQ(terms(Event::Update, {"customer"}), Texts{"o new, c delta"});
  // Of three, the two that changed are told apart, whatever stands between them.
  ir::RelPtr three = s.Join(rows, s.Scan("region", "r"));
  EXPECT_EQ(s.Terms(s.Delta(three, Event::Update, {"orders", "region"}, OldForm::ByKey, true)),
            (Texts{"o delta, c new, r new", "o delta, c new, r kept", "o delta, c new, r gone",
                   "o kept, c new, r delta"}));
}

TEST(Delta, BothSidesChangedNeedTheOldStateOfOne) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("orders", "o"), s.Scan("customer", "c"));
  EventProgram delta = s.Delta(rows, Event::Update, {"orders", "customer"});
  EXPECT_EQ(s.Terms(delta), (Texts{"o delta, c new", "o kept, c delta", "o gone, c delta"}));
  EXPECT_FALSE(delta.exact);
  EXPECT_EQ(delta.signs, Signs::Both);
}

TEST(Delta, SelfJoinReadsItsOwnOldState) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("person", "a"), s.Scan("person", "b"));
  EventProgram insert = s.Delta(rows, Event::Insert, {"person"});
  EXPECT_EQ(s.Terms(insert), (Texts{"a delta, b new", "a kept, b delta"}));  // nothing went
  EXPECT_EQ(insert.signs, Signs::Added);
  EXPECT_TRUE(insert.exact);
  EventProgram remove = s.Delta(rows, Event::Delete, {"person"});
  EXPECT_EQ(s.Terms(remove), (Texts{"a delta, b new", "a new, b delta", "a gone, b delta"}));
  EXPECT_EQ(remove.signs, Signs::Removed);
  EventProgram update = s.Delta(rows, Event::Update, {"person"});
  EXPECT_EQ(s.Terms(update), (Texts{"a delta, b new", "a kept, b delta", "a gone, b delta"}));
  EXPECT_FALSE(update.exact);
}

TEST(Delta, WithoutAKeyOldIsNewMinusTheChanges) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("person", "a"), s.Scan("person", "b"));
  EventProgram insert = s.Delta(rows, Event::Insert, {"person"}, OldForm::Weighted);
  EXPECT_EQ(s.Terms(insert), (Texts{"a delta, b new", "a new, b delta", "a delta, b delta"}));
  EXPECT_EQ(insert.signs, Signs::Both);  // the last term takes back
  EXPECT_FALSE(insert.exact);
  EventProgram netted = s.Delta(rows, Event::Update, {"person"}, OldForm::Netted);
  EXPECT_EQ(s.Terms(netted), (Texts{"a delta, b new", "a old, b delta"}));
}

TEST(Delta, AChainHasOneTermForEachChangedOccurrence) {
  Sources s;
  ir::RelPtr rows = s.Join(s.Scan("a", "a"), s.Scan("b", "b"));
  rows = ir::MakeJoin(rows, s.Scan("c", "c"), nullptr);
  EXPECT_EQ(s.Terms(s.Delta(rows, Event::Update, {"b"})), Texts{"a new, b delta, c new"});
  EXPECT_EQ(s.Terms(s.Delta(rows, Event::Update, {"a", "c"})),
            (Texts{"a delta, b new, c new", "a kept, b new, c delta", "a gone, b new, c delta"}));
}

TEST(Delta, ManyOldStatesAreNotMultipliedOut) {
  Sources s;
  ir::RelPtr rows = s.Scan("t0", "t0");
  std::set<std::string> changed = {"t0"};
  for (int i = 1; i < 6; ++i) {
    std::string name = "t" + std::to_string(i);
    rows = ir::MakeJoin(rows, s.Scan(name, name), nullptr);
    changed.insert(name);
  }
  Texts terms = s.Terms(s.Delta(rows, Event::Update, changed));
  EXPECT_EQ(terms.size(), 1u + 2 + 4 + 8 + 1 + 1);
  EXPECT_EQ(terms.back(), "t0 old, t1 old, t2 old, t3 old, t4 old, t5 delta");
}

TEST(Delta, BranchesOfAUnionAddUp) {
  Sources s;
  ir::RelPtr a = s.Scan("a", "a"), b = s.Scan("b", "b"), again = s.Scan("a", "a2");
  ir::RelPtr rows = ir::MakeUnionAll({a, b, again}, {s.ids().Next(), s.ids().Next()});
  EventProgram delta = s.Delta(rows, Event::Update, {"a"});
  EXPECT_EQ(s.Terms(delta), (Texts{"a delta", "a2 delta"}));
  EXPECT_FALSE(delta.reads_sources);
  EXPECT_TRUE(delta.exact);
  EXPECT_EQ(delta.delta->outputs[0].id, rows->outputs[0].id);
}

TEST(RowKey, OfAJoinedTableIsNotNeededWhereItsRowIsDetermined) {
  Sources s;
  ir::RelPtr orders = s.Scan("orders", "o"), customer = s.Scan("customer", "c");
  std::optional<RowKey> key = FindRowKey(s.Join(orders, customer), {});
  ASSERT_TRUE(key.has_value());
  ASSERT_EQ(key->columns.size(), 1u);
  EXPECT_EQ(key->columns[0].alias, "o");
  EXPECT_TRUE(key->uses[1].determined);
}

TEST(RowKey, OfRowsThatDetermineEachOtherIsTheOneShown) {
  Sources s;
  ir::RelPtr a = s.Scan("a", "a"), b = s.Scan("b", "b");
  ir::RelPtr rows = ir::MakeJoin(a, b, s.Equal(a->outputs[0], b->outputs[0]));
  const auto* scan = b->As<ir::Scan>();
  std::optional<RowKey> key = FindRowKey(rows, {{"b", scan->table, 0}});
  ASSERT_TRUE(key.has_value());
  ASSERT_EQ(key->columns.size(), 1u);
  EXPECT_EQ(key->columns[0].alias, "b");
  key = FindRowKey(rows, {});
  EXPECT_EQ(key->columns.at(0).alias, "a");
}

TEST(RowKey, OfACrossJoinHasBothKeys) {
  Sources s;
  ir::RelPtr rows = ir::MakeJoin(s.Scan("a", "a"), s.Scan("b", "b"), nullptr);
  EXPECT_EQ(FindRowKey(rows, {})->columns.size(), 2u);
}

TEST(RowKey, OfAUnionIsNone) {
  Sources s;
  ir::RelPtr rows =
      ir::MakeUnionAll({s.Scan("a", "a"), s.Scan("b", "b")}, {s.ids().Next(), s.ids().Next()});
  EXPECT_FALSE(FindRowKey(rows, {}).has_value());
}

}  // namespace
}  // namespace tricklec::ivm::test
