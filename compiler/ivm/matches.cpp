// Which rows of an outer join's left side have partners, as rows of their own:
//
//   L ⟕ R ON l.x = r.y AND p(l) AND q(r)        M = γ_{y}(σ_q(R)),   matched by l.x = m.y AND p(l)
//   … where y is a unique key of R              M = σ_q(R) itself
//   L ⟕ R ON p(l) AND q(r)                      M = γ_{; count(*) AS n}(σ_q(R)),  matched by m.n > 0 AND p(l)
//   L ⟕ R ON any condition over columns c of L  M = γ_{c}(L ⋈ R),   matched by l.c = m.c
//
// In each case at most one row of M belongs to a row of L, so that what comes to M and goes from it says
// which rows of L find their first partner, or lose their last one.

#include "tricklec/ivm/matches.h"

#include <algorithm>
#include <set>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/clone.h"
#include "tricklec/ir/logic.h"
#include "tricklec/ir/same_value.h"
#include "tricklec/ivm/formulas.h"
#include "tricklec/ivm/row_key.h"
#include "tricklec/rewrite/block.h"
#include "tricklec/rewrite/substitute.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

// Conditions by what they read.
struct Conditions {
  struct Pair {
    ir::ExprPtr condition;  ///< says that two values are the same
    ir::ExprPtr right;      ///< the one of the right side
  };
  std::vector<ir::ExprPtr> left;   ///< of the left side, or of neither
  std::vector<ir::ExprPtr> right;  ///< of the right side
  std::vector<Pair> pairs;
  bool mixed = false;  ///< there is another one of both sides
};

bool ReadsOnly(const ir::ExprPtr& expr, const ir::Rel& side) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  return std::all_of(ids.begin(), ids.end(),
                     [&](ir::ColumnId id) { return side.FindOutput(id) != nullptr; });
}

Conditions ConditionsOf(const ir::OuterJoin& join) {
  std::vector<ir::ExprPtr> conjuncts;
  if (join.predicate != nullptr) ir::SplitConjuncts(join.predicate, conjuncts);
  Conditions conditions;
  for (const ir::ExprPtr& conjunct : conjuncts) {
    if (ReadsOnly(conjunct, *join.left)) {
      conditions.left.push_back(conjunct);
      continue;
    }
    if (ReadsOnly(conjunct, *join.right)) {
      conditions.right.push_back(conjunct);
      continue;
    }
    bool is_pair = false;
    if (std::optional<ir::Sameness> same = ir::SamenessOf(conjunct)) {
      if (!ReadsOnly(same->left, *join.left)) std::swap(same->left, same->right);
      is_pair = ReadsOnly(same->left, *join.left) && ReadsOnly(same->right, *join.right);
      if (is_pair) conditions.pairs.push_back({conjunct, same->right});
    }
    conditions.mixed |= !is_pair;
  }
  return conditions;
}

class MatchFinder {
 public:
  MatchFinder(const ir::OuterJoin& join, ir::ColumnIds& ids,
              const std::function<std::string(const std::string&)>& new_alias)
      : join_(join), ids_(ids), new_alias_(new_alias), conditions_(ConditionsOf(join)) {}

  Matches Find() {
    if (conditions_.mixed) return ByLeftColumns();
    if (HasUniqueKey()) return BySource();
    return conditions_.pairs.empty() ? ByNumber() : ByKeys();
  }

 private:
  // The rows again, and what expressions over them are over the copy.
  struct Copy {
    ir::RelPtr rows;
    std::vector<ir::ProjectColumn> columns;  ///< for rewrite::Substitute
  };
  Copy CopyOf(const ir::RelPtr& rows) {
    Copy copy{ir::Clone(rows, ids_, new_alias_), {}};
    for (size_t i = 0; i < rows->outputs.size(); ++i) {
      const ir::OutputColumn& output = rows->outputs[i];
      copy.columns.push_back({output.id, output.name, ir::Ref(copy.rows->outputs[i])});
    }
    return copy;
  }

  static std::vector<ir::ExprPtr> Over(const Copy& copy, const std::vector<ir::ExprPtr>& exprs) {
    std::vector<ir::ExprPtr> result;
    result.reserve(exprs.size());
    for (const ir::ExprPtr& expr : exprs) {
      result.push_back(rewrite::Substitute(expr, copy.columns));
    }
    return result;
  }

  // ---- by the right side --------------------------------------------------------------------------

  bool HasUniqueKey() const {
    if (ScansOf(join_.right).size() != 1) return false;
    std::set<Attribute> equated;
    for (const Conditions::Pair& pair : conditions_.pairs) {
      if (auto attribute = PlainAttribute(pair.right, join_.right)) equated.insert(*attribute);
    }
    std::optional<RowKey> key = FindRowKey(join_.right, equated);
    return key && std::all_of(key->columns.begin(), key->columns.end(),
                              [&](const Attribute& column) { return equated.contains(column); });
  }

  Matches BySource() {
    Copy right = CopyOf(join_.right);
    Matches matches;
    matches.rows = rewrite::FilterAll(right.rows, Over(right, conditions_.right), {});
    std::vector<ir::ExprPtr> conjuncts = conditions_.left;
    for (const Conditions::Pair& pair : conditions_.pairs) {
      conjuncts.push_back(rewrite::Substitute(pair.condition, right.columns));
    }
    if (conjuncts.empty()) {
      conjuncts.push_back(
          ir::MakeExpr(ir::Certain(ir::Boolean()), {}, ir::Constant{"true", false, true}));
    }
    matches.matched = ir::Conjunction(std::move(conjuncts));
    std::vector<ir::ColumnId> needed;
    ir::CollectColumns(matches.matched, needed);
    matches.rows = WithColumns(matches.rows, needed);
    return matches;
  }

  Matches ByKeys() {
    Copy right = CopyOf(join_.right);
    std::vector<ir::ProjectColumn> keys;
    std::vector<ir::ExprPtr> conjuncts = conditions_.left;
    for (const Conditions::Pair& pair : conditions_.pairs) {
      ir::ExprPtr value = rewrite::Substitute(pair.right, right.columns);
      auto known = std::find_if(keys.begin(), keys.end(), [&](const ir::ProjectColumn& key) {
        return ir::SameExpr(key.expr, value);
      });
      if (known == keys.end()) {
        const auto* ref = value->As<ir::ColumnRef>();
        known = keys.insert(keys.end(), {ids_.Next(), ref != nullptr ? ref->name : "", value});
      }
      conjuncts.push_back(ir::ReplacePart(pair.condition, pair.right, KeyRef(*known)));
    }
    ir::RelPtr rows = rewrite::FilterAll(right.rows, Over(right, conditions_.right), {});
    return {ir::MakeAggregate(std::move(rows), true, std::move(keys), {}),
            ir::Conjunction(std::move(conjuncts))};
  }

  static ir::ExprPtr KeyRef(const ir::ProjectColumn& key) {
    return ir::Ref({key.id, key.name, key.expr->props});
  }

  Matches ByNumber() {
    Copy right = CopyOf(join_.right);
    ir::RelPtr rows = rewrite::FilterAll(right.rows, Over(right, conditions_.right), {});
    ir::AggregateColumn count;
    count.id = ids_.Next();
    count.name = "matches";
    count.call.kind = ir::AggregateKind::CountRows;
    count.call.function = {"pg_catalog", "count"};
    count.props = ir::Certain(ir::Boolean());
    count.props.type = ir::Bigint();
    ir::RelPtr number = ir::MakeAggregate(std::move(rows), false, {}, {count});
    std::vector<ir::ExprPtr> conjuncts = conditions_.left;
    conjuncts.push_back(IsPositive(ir::Ref(number->outputs[0])));
    return {std::move(number), ir::Conjunction(std::move(conjuncts))};
  }

  // ---- by the left side ---------------------------------------------------------------------------

  Matches ByLeftColumns() {
    std::vector<ir::ColumnId> read, needed;
    ir::CollectColumns(join_.predicate, read);
    for (ir::ColumnId id : read) {
      if (join_.left->FindOutput(id) != nullptr) needed.push_back(id);
    }
    Copy left = CopyOf(join_.left), right = CopyOf(join_.right);
    ir::ExprPtr predicate =
        rewrite::Substitute(rewrite::Substitute(join_.predicate, left.columns), right.columns);
    std::vector<ir::ColumnId> copied;
    std::vector<ir::ProjectColumn> keys;
    std::vector<ir::ExprPtr> conjuncts;
    for (ir::ColumnId id : needed) {
      const ir::OutputColumn& output = *join_.left->FindOutput(id);
      ir::ExprPtr value = rewrite::Substitute(ir::Ref(output), left.columns);
      copied.push_back(value->As<ir::ColumnRef>()->id);
      keys.push_back({ids_.Next(), output.name, value});
      conjuncts.push_back(Same(output, KeyRef(keys.back())));
    }
    ir::RelPtr pairs =
        ir::MakeJoin(WithColumns(left.rows, copied), right.rows, std::move(predicate));
    return {ir::MakeAggregate(std::move(pairs), true, std::move(keys), {}),
            ir::Conjunction(std::move(conjuncts)), true};
  }

  // NULLs are asked for only where they may have partners.
  ir::ExprPtr Same(const ir::OutputColumn& column, const ir::ExprPtr& key) const {
    return ir::SameValue(ir::Ref(column), key, column.props.nullable && !RefusesNull(column.id));
  }

  // Whether one of the conditions compares the column, by an operator that NULL never satisfies.
  bool RefusesNull(ir::ColumnId id) const {
    static const std::set<std::string> kComparisons = {"=", "<>", "<", ">", "<=", ">="};
    std::vector<ir::ExprPtr> conjuncts;
    ir::SplitConjuncts(join_.predicate, conjuncts);
    return std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ir::ExprPtr& conjunct) {
      const auto* call = conjunct->As<ir::OperatorCall>();
      if (call == nullptr || call->op.schema != "pg_catalog" ||
          !kComparisons.contains(call->op.name)) {
        return false;
      }
      return std::any_of(call->args.begin(), call->args.end(), [&](const ir::ExprPtr& arg) {
        const auto* ref = arg->As<ir::ColumnRef>();
        return ref != nullptr && ref->id == id;
      });
    });
  }

  const ir::OuterJoin& join_;
  ir::ColumnIds& ids_;
  const std::function<std::string(const std::string&)>& new_alias_;
  Conditions conditions_;
};

}  // namespace

Matches FindMatches(const ir::OuterJoin& join, ir::ColumnIds& ids,
                    const std::function<std::string(const std::string&)>& new_alias) {
  return MatchFinder(join, ids, new_alias).Find();
}

void RecordMatchFacts(const ir::RelPtr& rows, FactRecorder& facts) {
  const auto* join = rows->As<ir::OuterJoin>();
  if (join != nullptr && join->matches != nullptr) {
    const auto* scan = ScansOf(join->matches)[0]->As<ir::Scan>();
    std::set<Attribute> all;
    for (size_t column : scan->attributes) all.insert({scan->alias, scan->table, column});
    if (scan->table->kind != ir::RelationKind::Auxiliary) {
      std::optional<RowKey> key = FindRowKey(join->matches, all);
      TRICKLEC_CHECK(key && key->uses.size() == 1, "matches that have no key");
      facts.UniqueKey(*key->uses[0].table, *key->uses[0].key,
                      "at most one row of it is a partner in an outer join", kByFingerprint);
    }
  }
  for (const ir::RelPtr& input : ir::InputsOf(*rows)) RecordMatchFacts(input, facts);
}

}  // namespace tricklec::ivm
