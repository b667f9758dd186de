// Identity of joined rows.
//
//   key(σ(R)) = key(π(R)) = key(R)
//   key(L ⋈ R) = key(L) ∪ key(R), without key(R) if the join equates all columns of a unique key of R
//                with columns of L, or with constants
//   key(L ⟕ R) = the same, where the columns of key(R) are NULL for a row of L without partner
//
// What determines what is a closure: a chain of foreign keys needs the first table's key only.

#include "tricklec/ivm/row_key.h"

#include <algorithm>

#include "tricklec/ir/logic.h"
#include "tricklec/ir/same_value.h"
#include "tricklec/ivm/source_key.h"

namespace tricklec::ivm {

namespace {

struct Occurrence {
  const ir::Scan* scan;
  const ir::Key* key;
};

class KeyFinder {
 public:
  explicit KeyFinder(const ir::RelPtr& input) {
    for (const ir::ExprPtr& conjunct : ConjunctsOf(input)) Add(conjunct, input, equations_);
    AddOuterJoins(input);
  }

  const std::vector<Equation>& equations() const { return equations_; }
  const std::vector<Equation>& outer_equations() const { return outer_equations_; }

  // Whether rows of the occurrences in `given` determine those of all others.
  bool Determines(const std::set<std::string>& given, const std::vector<Occurrence>& all) const {
    std::set<std::string> known = given;
    for (bool grown = true; grown;) {
      grown = false;
      for (const Occurrence& occurrence : all) {
        if (known.contains(occurrence.scan->alias) || !Follows(*occurrence.scan, known)) continue;
        known.insert(occurrence.scan->alias);
        grown = true;
      }
    }
    return known.size() == all.size();
  }

 private:
  void Add(const ir::ExprPtr& conjunct, const ir::RelPtr& input, std::vector<Equation>& equations) {
    const auto* call = conjunct->As<ir::OperatorCall>();
    if (call == nullptr || !call->is_default_equality || call->args.size() != 2) return;
    auto left = PlainAttribute(call->args[0], input);
    auto right = PlainAttribute(call->args[1], input);
    if (left && right) equations.push_back({*left, *right, conjunct->range});
    if (left && IsConstant(call->args[1])) constants_.push_back(*left);
    if (right && IsConstant(call->args[0])) constants_.push_back(*right);
  }

  // Within the rows of the right side everything holds that its own conditions say, or all is NULL. A row of
  // the left side determines its partners, and not the other way round.
  void AddOuterJoins(const ir::RelPtr& rel) {
    if (const auto* join = rel->As<ir::OuterJoin>()) {
      for (const ir::ExprPtr& conjunct : ConjunctsOf(join->right)) {
        Add(conjunct, join->right, equations_);
      }
      AddOuterJoins(join->left);
      AddOuterJoins(join->right);
      std::vector<ir::ExprPtr> conjuncts;
      if (join->predicate != nullptr) ir::SplitConjuncts(join->predicate, conjuncts);
      for (const ir::ExprPtr& conjunct : conjuncts) AddOuterEquation(conjunct, *join);
      return;
    }
    for (const ir::RelPtr& input : ir::InputsOf(*rel)) AddOuterJoins(input);
  }

  void AddOuterEquation(const ir::ExprPtr& conjunct, const ir::OuterJoin& join) {
    std::optional<ir::Sameness> same = ir::SamenessOf(conjunct);
    if (!same) return;
    for (int side : {0, 1}) {
      auto left = PlainAttribute(same->left, join.left);
      auto right = PlainAttribute(same->right, join.right);
      // Of rows that are equal with NULLs there is one only where the key compares so, too: in our own tables.
      bool one = !same->with_nulls || !right || right->table->kind == ir::RelationKind::Auxiliary;
      if (left && right && one) outer_equations_.push_back({*left, *right, conjunct->range});
      if (right && one && IsConstant(same->left)) constants_.push_back(*right);
      if (side == 0) std::swap(same->left, same->right);
    }
  }

  static bool IsConstant(const ir::ExprPtr& expr) {
    std::vector<ir::ColumnId> ids;
    ir::CollectColumns(expr, ids);
    return ids.empty() && expr->props.volatility == ir::Volatility::Immutable;
  }

  // Whether a unique key of the scan's table is equal to columns of known rows. NULLs match nothing,
  // so it does not matter how the key treats them.
  bool Follows(const ir::Scan& scan, const std::set<std::string>& known) const {
    return std::any_of(scan.table->keys.begin(), scan.table->keys.end(), [&](const ir::Key& key) {
      return std::all_of(key.columns.begin(), key.columns.end(), [&](size_t column) {
        return IsKnown({scan.alias, scan.table, column}, known);
      });
    });
  }

  bool IsKnown(const Attribute& attribute, const std::set<std::string>& known) const {
    if (std::find(constants_.begin(), constants_.end(), attribute) != constants_.end()) return true;
    bool follows = std::any_of(
        outer_equations_.begin(), outer_equations_.end(), [&](const Equation& equation) {
          return equation.right == attribute && known.contains(equation.left.alias);
        });
    if (follows) return true;
    return std::any_of(equations_.begin(), equations_.end(), [&](const Equation& equation) {
      return (equation.left == attribute && known.contains(equation.right.alias)) ||
             (equation.right == attribute && known.contains(equation.left.alias));
    });
  }

  std::vector<Equation> equations_;
  std::vector<Equation> outer_equations_;  ///< a column of the left side, one of the right side
  std::vector<Attribute> constants_;
};

// The scans whose rows the query's rows consist of: not those that only say which rows have partners.
void CollectOutputScans(const ir::Rel& rel, std::vector<const ir::Rel*>& scans) {
  if (rel.As<ir::Scan>() != nullptr) scans.push_back(&rel);
  if (const auto* join = rel.As<ir::OuterJoin>()) {
    CollectOutputScans(*join->left, scans);
    CollectOutputScans(*join->right, scans);
    return;
  }
  for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectOutputScans(*input, scans);
}

}  // namespace

std::optional<RowKey> FindRowKey(const ir::RelPtr& input, const std::set<Attribute>& shown) {
  if (HasUnion(input)) return std::nullopt;
  std::vector<Occurrence> occurrences;
  std::set<std::string> kept;
  std::vector<const ir::Rel*> scans;
  CollectOutputScans(*input, scans);
  for (const ir::Rel* rel : scans) {
    const auto* scan = rel->As<ir::Scan>();
    std::set<size_t> columns;
    for (const Attribute& attribute : shown) {
      if (attribute.alias == scan->alias) columns.insert(attribute.column);
    }
    const ir::Key* key = BestKey(*scan->table, columns);
    occurrences.push_back({scan, key});
    if (!HasOneRow(*scan->table)) kept.insert(scan->alias);
  }
  KeyFinder finder(input);
  auto is_shown = [&](const Occurrence& occurrence) {
    return occurrence.key != nullptr &&
           std::all_of(
               occurrence.key->columns.begin(), occurrence.key->columns.end(), [&](size_t column) {
                 return shown.contains({occurrence.scan->alias, occurrence.scan->table, column});
               });
  };
  // What costs a hidden column goes first, and later tables before earlier ones.
  for (bool only_hidden : {true, false}) {
    for (auto occurrence = occurrences.rbegin(); occurrence != occurrences.rend(); ++occurrence) {
      if (only_hidden && is_shown(*occurrence)) continue;
      std::set<std::string> others = kept;
      others.erase(occurrence->scan->alias);
      if (!others.empty() && finder.Determines(others, occurrences)) kept = std::move(others);
    }
  }
  RowKey result;
  for (const Occurrence& occurrence : occurrences) {
    bool determined = !kept.contains(occurrence.scan->alias);
    if (!determined && occurrence.key == nullptr) return std::nullopt;
    if (occurrence.key != nullptr && !HasOneRow(*occurrence.scan->table)) {
      result.uses.push_back({occurrence.scan->table, occurrence.key, determined});
    }
    if (determined) continue;
    for (size_t column : occurrence.key->columns) {
      result.columns.push_back({occurrence.scan->alias, occurrence.scan->table, column});
    }
  }
  return result;
}

std::vector<Equation> EquationsOf(const ir::RelPtr& input) { return KeyFinder(input).equations(); }

std::vector<Equation> OuterEquationsOf(const ir::RelPtr& input) {
  return KeyFinder(input).outer_equations();
}

}  // namespace tricklec::ivm
