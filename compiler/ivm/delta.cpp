// Δ of a row-wise query, over Z-sets: bags whose rows have weights.
//
//   Δ(σ_p(R))      = σ_p(ΔR)
//   Δ(π_e(R))      = π_{e, weight}(ΔR)
//   Δ(R ⊎ S)       = ΔR ⊎ ΔS
//   Δ(L ⋈ R)       = ΔL ⋈ new(R)  ⊎  old(L) ⋈ ΔR        weights multiply
//   Δ(L ⟕ R)       = ΔL ⟕ new(R)  ⊎  old(L) ⋈ ΔR  ⊎  −(old(L) ⋈ ΔM, NULLs)
//
// M has one row for whatever of L has a partner in R ("matches"), since L ⟕ R = L ⋈ R ⊎ (L, NULLs) ⊎
// −(L ⋈ M, NULLs): a row that comes to M takes the row with NULLs away.
//
// One term for each occurrence of a changed source. old(L) is a sum as well, so a term with old
// states is multiplied out: each summand then is a plain join in which every index can serve.
//
//   old(S) = { rows of S whose key no change concerns }  ⊎  { rows of S that went }       by key
//   old(S) = S ⊎ −ΔS                                                                     weighted
//
// Both L and R changed: the terms above pair rows of L that went with rows of R that came, and take these
// pairs away again. Where something that is computed on a pair may raise an error, no pairs are made but
// those that were or are there:
//
//   Δ(L ⋈ R)      = Δ⁺L ⋈ new(R)  ⊎  Δ⁻L ⋈ old(R)  ⊎  kept(L) ⋈ ΔR
//   Δ(L ⟕ R)      = Δ⁺L ⟕ new(R)  ⊎  Δ⁻L ⟕ old(R)  ⊎  kept(L) ⋈ ΔR  ⊎  −(kept(L) ⋈ ΔM, NULLs)
//
// which needs keys, and is the only form where M is made of L as well: then M says nothing of rows that went. The weighted form of old states makes pairs that never were as well.

#include "tricklec/ivm/delta.h"

#include <algorithm>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/ir/logic.h"
#include "tricklec/ir/same_value.h"
#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/formulas.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

// Above this many summands of one term, old states are read as they are, without their indexes.
constexpr size_t kMostSummands = 8;

/// A part of a query's state: rows with a weight of +1, or with one that is computed.
struct Part {
  ir::RelPtr rel;
  ir::ExprPtr weight;  ///< over rel's outputs; null: +1
};

ir::ExprPtr Operator(const char* op, std::vector<ir::ExprPtr> args) {
  return ir::MakeExpr(ir::Certain(ir::Bigint()), {},
                      ir::OperatorCall{{"pg_catalog", op}, std::move(args), false});
}

ir::ExprPtr Product(const ir::ExprPtr& a, const ir::ExprPtr& b) {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  return Operator("*", {a, b});
}

// The columns that a part's weight is computed from pass through every projection.
std::vector<ir::ProjectColumn> WithWeightColumns(std::vector<ir::ProjectColumn> columns,
                                                 const Part& part) {
  if (part.weight == nullptr) return columns;
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(part.weight, ids);
  for (ir::ColumnId id : ids) {
    const ir::OutputColumn* output = part.rel->FindOutput(id);
    TRICKLEC_CHECK(output != nullptr, "a weight was lost");
    columns.push_back({id, output->name, ir::Ref(*output)});
  }
  return columns;
}

// Whether the part has the given outputs and, last, its weight.
bool IsFinished(const Part& part, const std::vector<ir::OutputColumn>& outputs) {
  const auto* ref = part.weight->As<ir::ColumnRef>();
  return ref != nullptr && part.rel->outputs.back().id == ref->id &&
         part.rel->outputs.size() == outputs.size() + 1;
}

ir::RelPtr Finished(const Part& part, const std::vector<ir::OutputColumn>& outputs,
                    ir::ColumnId weight) {
  TRICKLEC_CHECK(part.weight != nullptr, "a term without changed rows");
  std::vector<ir::ProjectColumn> columns;
  columns.reserve(outputs.size() + 1);
  for (const ir::OutputColumn& output : outputs) {
    columns.push_back({output.id, output.name, ir::Ref(output)});
  }
  columns.push_back({weight, "weight", part.weight});
  return ir::MakeProject(part.rel, std::move(columns));
}

std::vector<ir::ColumnId> IdsOf(const std::vector<ir::OutputColumn>& outputs) {
  std::vector<ir::ColumnId> ids;
  ids.reserve(outputs.size());
  for (const ir::OutputColumn& output : outputs) ids.push_back(output.id);
  return ids;
}

// The same row under other ids, `to` being the ids of `outputs`; the weight's columns stay.
Part Renamed(const Part& part, const std::vector<ir::OutputColumn>& outputs,
             const std::vector<ir::OutputColumn>& to) {
  std::vector<ir::ProjectColumn> columns;
  for (size_t i = 0; i < to.size(); ++i) {
    columns.push_back({to[i].id, to[i].name, ir::Ref(outputs[i])});
  }
  return {ir::MakeProject(part.rel, WithWeightColumns(std::move(columns), part)), part.weight};
}

/// Changes of one kind, or all of them.
enum class Side { Both, Came, Went };

ir::RelPtr OfSide(const ir::RelPtr& delta, Side side) {
  if (side == Side::Both) return delta;
  ir::ExprPtr zero = ir::MakeExpr(ir::Certain(ir::Bigint()), {}, ir::Constant{"0"});
  ir::OperatorCall compare{{"pg_catalog", side == Side::Came ? ">" : "<"},
                           {ir::Ref(delta->outputs.back()), std::move(zero)},
                           false};
  return ir::MakeFilter(delta, ir::MakeExpr(ir::Certain(ir::Boolean()), {}, std::move(compare)));
}

class DeltaBuilder {
 public:
  DeltaBuilder(const DeltaRequest& request, ir::ColumnIds& ids)
      : request_(request),
        ids_(ids),
        pairs_exist_(request.pairs_exist && request.event == Event::Update) {}

  EventProgram Run(const ir::RelPtr& rows) {
    TRICKLEC_CHECK(Changed(rows), "the delta of a query none of whose sources changed");
    std::vector<Part> terms = Terms(rows, Side::Both);
    EventProgram program;
    program.event = request_.event;
    if (terms.empty()) return program;
    std::vector<ir::RelPtr> inputs;
    if (terms.size() == 1 && IsFinished(terms[0], rows->outputs)) {
      inputs.push_back(terms[0].rel);
    } else {
      ir::ColumnId weight = ids_.Next();
      for (const Part& term : terms) inputs.push_back(Finished(term, rows->outputs, weight));
    }
    program.delta =
        inputs.size() == 1 ? inputs[0] : ir::MakeUnionAll(inputs, IdsOf(inputs[0]->outputs));
    // What tells matched rows may say the same again; and a row without partner is taken away from those that
    // a changed row was given partners among.
    bool cancels =
        request_.event == Event::Update ? reads_old_ || negates_ : reads_old_ && negates_;
    program.exact = !weighted_ && !cancels;
    program.reads_sources = reads_sources_;
    if (request_.event == Event::Update || weighted_ || negates_) {
      program.signs = Signs::Both;
    } else {
      program.signs = request_.event == Event::Insert ? Signs::Added : Signs::Removed;
    }
    return program;
  }

 private:
  bool Changed(const ir::RelPtr& rel) const {
    std::vector<const ir::Rel*> scans = ScansOf(rel);
    return std::any_of(scans.begin(), scans.end(), [&](const ir::Rel* scan) {
      return request_.changed(*scan->As<ir::Scan>()->table);
    });
  }

  Part DeltaScan(const ir::RelPtr& scan, Side side, bool negative = false) {
    ir::RelPtr delta = ir::MakeDeltaScan(scan, ids_.Next());
    ir::ExprPtr weight = ir::Ref(delta->outputs.back());
    return {OfSide(delta, side), negative ? Operator("-", {weight}) : weight};
  }

  // What a node makes of each part of its input.
  static std::vector<Part> Over(const ir::RelPtr& rel, std::vector<Part> parts) {
    if (const auto* filter = rel->As<ir::Filter>()) {
      // A condition that nothing meets leaves no part: a refresh has to consume its changes all the same.
      auto has_none = [&](const Part& part) { return HasNone(*part.rel, filter->predicate); };
      if (!std::all_of(parts.begin(), parts.end(), has_none)) std::erase_if(parts, has_none);
    }
    for (Part& part : parts) {
      if (const auto* filter = rel->As<ir::Filter>()) {
        if (HasOnlyNulls(*part.rel, filter->predicate)) continue;
        part.rel = ir::MakeFilter(part.rel, filter->predicate, rel->range);
      } else {
        const auto* project = rel->As<ir::Project>();
        TRICKLEC_CHECK(project != nullptr, "a row-wise query has another node");
        part.rel = ir::MakeProject(part.rel, WithWeightColumns(project->columns, part), rel->range);
      }
    }
    return parts;
  }

  // Whether a condition asks for NULL in a column that has none: pairs of an outer join under a filter that
  // leaves the rows without partner.
  static bool HasNone(const ir::Rel& rel, const ir::ExprPtr& predicate) {
    std::vector<ir::ExprPtr> conjuncts;
    ir::SplitConjuncts(predicate, conjuncts);
    return std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ir::ExprPtr& conjunct) {
      const auto* test = conjunct->As<ir::NullTest>();
      const auto* ref = test == nullptr ? nullptr : test->arg->As<ir::ColumnRef>();
      if (ref == nullptr || test->is_not) return false;
      const ir::OutputColumn* output = rel.FindOutput(ref->id);
      return output != nullptr && !output->props.nullable;
    });
  }

  // Whether a condition asks for NULL where there is nothing else: rows without partner under that filter.
  static bool HasOnlyNulls(const ir::Rel& rel, const ir::ExprPtr& predicate) {
    const auto* test = predicate->As<ir::NullTest>();
    const auto* ref = test == nullptr ? nullptr : test->arg->As<ir::ColumnRef>();
    const auto* project = rel.As<ir::Project>();
    if (ref == nullptr || test->is_not || project == nullptr) return false;
    return std::any_of(project->columns.begin(), project->columns.end(), [&](const auto& column) {
      const auto* constant = column.expr->template As<ir::Constant>();
      return column.id == ref->id && constant != nullptr && constant->is_null;
    });
  }

  // ---- Δ --------------------------------------------------------------------------------------

  std::vector<Part> Terms(const ir::RelPtr& rel, Side side) {
    if (!Changed(rel)) return {};
    if (rel->As<ir::Scan>() != nullptr) return {DeltaScan(rel, side)};
    if (const auto* join = rel->As<ir::Join>()) return JoinTerms(rel, *join, side);
    if (const auto* join = rel->As<ir::OuterJoin>()) return OuterJoinTerms(rel, *join, side);
    if (const auto* all = rel->As<ir::UnionAll>()) {
      std::vector<Part> terms;
      for (const ir::RelPtr& input : all->inputs) {
        for (const Part& term : Terms(input, side)) {
          terms.push_back(Renamed(term, input->outputs, rel->outputs));
        }
      }
      return terms;
    }
    return Over(rel, Terms(ir::InputsOf(*rel)[0], side));
  }

  std::vector<Part> JoinTerms(const ir::RelPtr& rel, const ir::Join& join, Side side) {
    reads_sources_ = true;
    std::vector<Part> terms;
    auto add = [&](const std::vector<Part>& left, const std::vector<Part>& right) {
      for (const Part& a : left) {
        for (const Part& b : right) {
          terms.push_back({ir::MakeJoin(a.rel, b.rel, join.predicate, rel->range),
                           Product(a.weight, b.weight)});
        }
      }
    };
    const std::vector<Part> now = {{join.right, nullptr}};
    if (pairs_exist_ && Changed(join.left) && Changed(join.right)) {
      if (side != Side::Went) add(Terms(join.left, Side::Came), now);
      if (side != Side::Came) add(Terms(join.left, Side::Went), Old(join.right));
      add(Kept(join.left), Terms(join.right, side));
      return terms;
    }
    // Of one side, terms are asked for only where all pairs exist: then what did not change is the same
    // before and after.
    add(Terms(join.left, side), now);
    if (Changed(join.right)) add(Old(join.left), Terms(join.right, side));
    return terms;
  }

  std::vector<Part> OuterJoinTerms(const ir::RelPtr& rel, const ir::OuterJoin& join, Side side) {
    TRICKLEC_CHECK(join.matches != nullptr, "nobody says which rows have partners");
    reads_sources_ = true;
    std::vector<Part> terms;
    auto with_partners = [&](const std::vector<Part>& left, const ir::RelPtr& right) {
      for (const Part& part : left) {
        terms.push_back(
            {ir::MakeOuterJoin(part.rel, right, join.predicate, rel->range), part.weight});
      }
    };
    bool right_changed = Changed(join.right) || Changed(join.matches);
    std::vector<Part> before;
    if (pairs_exist_ && Changed(join.left) && right_changed) {
      if (side != Side::Went) with_partners(Terms(join.left, Side::Came), join.right);
      if (side != Side::Came) {
        with_partners(Terms(join.left, Side::Went), InState(join.right, ir::SourceState::Old));
      }
      before = Kept(join.left);
    } else {
      with_partners(Terms(join.left, side), join.right);
      if (right_changed) before = Old(join.left);
    }
    for (const Part& left : before) {
      for (const Part& right : Terms(join.right, side)) {
        terms.push_back({ir::MakeJoin(left.rel, right.rel, join.predicate, rel->range),
                         Product(left.weight, right.weight)});
      }
      // A match that went lets a row without partner come.
      for (const Part& match : Terms(join.matches, Opposite(side))) {
        terms.push_back(WithoutPartner(rel, join, left, NetMatch(join, match, Opposite(side))));
      }
    }
    return terms;
  }

  static Side Opposite(Side side) {
    switch (side) {
      case Side::Both: return Side::Both;
      case Side::Came: return Side::Went;
      case Side::Went: return Side::Came;
    }
    return Side::Both;
  }

  // A match that went and came, since something else about it changed, did neither. Where all changes are
  // added up it cancels by itself, but not where those that went and those that came meet different states.
  Part NetMatch(const ir::OuterJoin& join, Part match, Side side) {
    if (side == Side::Both) return match;
    std::vector<Part> others = Terms(join.matches, Opposite(side));
    for (const Part& other : others)
      match.rel = Without(match.rel, other.rel, join.matches->outputs);
    return match;
  }

  // Rows of `rel` of which `others` has none that is equal in these columns.
  ir::RelPtr Without(const ir::RelPtr& rel, const ir::RelPtr& others,
                     const std::vector<ir::OutputColumn>& columns) {
    std::vector<ir::ProjectColumn> renamed;
    ir::ExprPtr same;
    for (const ir::OutputColumn& column : columns) {
      const ir::OutputColumn& other = *others->FindOutput(column.id);
      renamed.push_back({ids_.Next(), other.name, ir::Ref(other)});
      ir::ExprPtr equal = ir::SameValue(ir::Ref(*rel->FindOutput(column.id)),
                                        ir::Ref({renamed.back().id, other.name, other.props}),
                                        column.props.nullable);
      same = same == nullptr ? equal : Both(same, equal);
    }
    return NotMarked(rel, ir::MakeProject(others, std::move(renamed)), same);
  }

  Part WithoutPartner(const ir::RelPtr& rel, const ir::OuterJoin& join, const Part& left,
                      const Part& match) {
    ir::ExprPtr weight = Operator("-", {Product(left.weight, match.weight)});
    Part part{ir::MakeJoin(left.rel, match.rel, join.matched, rel->range), std::move(weight)};
    negates_ = true;
    return Extended(rel, join, std::move(part));
  }

  // Rows of the left side with NULLs for the right one.
  static Part Extended(const ir::RelPtr& rel, const ir::OuterJoin& join, Part part) {
    std::vector<ir::ProjectColumn> columns;
    for (const ir::OutputColumn& output : join.left->outputs) {
      columns.push_back({output.id, output.name, ir::Ref(output)});
    }
    for (size_t i = columns.size(); i < rel->outputs.size(); ++i) {
      const ir::OutputColumn& output = rel->outputs[i];
      columns.push_back({output.id, output.name, Null(output.props)});
    }
    part.rel = ir::MakeProject(part.rel, WithWeightColumns(std::move(columns), part), rel->range);
    return part;
  }

  static ir::ExprPtr Null(const ir::Properties& of) {
    ir::Properties props = of;
    props.nullable = true;
    return ir::MakeExpr(std::move(props), {}, ir::Constant{"NULL::" + of.type.sql, true});
  }

  // ---- the state before ---------------------------------------------------------------------------

  std::vector<Part> Old(const ir::RelPtr& rel) {
    if (!Changed(rel)) return {{rel, nullptr}};
    reads_old_ = true;
    if (CountOldParts(rel) > kMostSummands) return {{InState(rel, ir::SourceState::Old), nullptr}};
    std::vector<Part> parts = OldParts(rel);
    for (const Part& part : parts) weighted_ |= part.weight != nullptr;
    return parts;
  }

  // How many summands OldParts would make; counted first, since they can be two to the power of n.
  size_t CountOldParts(const ir::RelPtr& rel) const {
    if (!Changed(rel)) return 1;
    if (rel->As<ir::Scan>() != nullptr) {
      bool one = request_.event == Event::Insert &&
                 request_.old_form(*rel->As<ir::Scan>()->table) == OldForm::ByKey;
      return one ? 1 : 2;
    }
    if (const auto* join = rel->As<ir::OuterJoin>()) return CountOldParts(join->left);
    std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
    bool sums = rel->As<ir::UnionAll>() != nullptr;
    size_t count = sums ? 0 : 1;
    for (const ir::RelPtr& input : inputs) {
      size_t parts = CountOldParts(input);
      count = std::min(sums ? count + parts : count * parts, kMostSummands + 1);
    }
    return count;
  }

  std::vector<Part> OldParts(const ir::RelPtr& rel) {
    if (!Changed(rel)) return {{rel, nullptr}};
    if (rel->As<ir::Scan>() != nullptr) return OldScan(rel);
    if (const auto* join = rel->As<ir::Join>()) {
      std::vector<Part> parts;
      std::vector<Part> right = OldParts(join->right);
      for (const Part& left : OldParts(join->left)) {
        for (const Part& part : right) {
          parts.push_back({ir::MakeJoin(left.rel, part.rel, join->predicate, rel->range),
                           Product(left.weight, part.weight)});
        }
      }
      return parts;
    }
    // Partners of a row are found all together.
    if (const auto* join = rel->As<ir::OuterJoin>()) {
      std::vector<Part> parts = OldParts(join->left);
      for (Part& part : parts) {
        part.rel = ir::MakeOuterJoin(part.rel, InState(join->right, ir::SourceState::Old),
                                     join->predicate, rel->range);
      }
      return parts;
    }
    if (const auto* all = rel->As<ir::UnionAll>()) {
      std::vector<Part> parts;
      for (const ir::RelPtr& input : all->inputs) {
        for (const Part& part : OldParts(input)) {
          parts.push_back(Renamed(part, input->outputs, rel->outputs));
        }
      }
      return parts;
    }
    return Over(rel, OldParts(ir::InputsOf(*rel)[0]));
  }

  std::vector<Part> OldScan(const ir::RelPtr& scan) {
    auto in = [&](ir::SourceState state) { return Part{ir::WithState(scan, state), nullptr}; };
    if (request_.event == Event::Delete) {
      return {{scan, nullptr}, in(ir::SourceState::Gone)};  // nothing came
    }
    switch (request_.old_form(*scan->As<ir::Scan>()->table)) {
      case OldForm::ByKey:
        if (request_.event == Event::Insert) return {in(ir::SourceState::Kept)};  // nothing went
        return {in(ir::SourceState::Kept), in(ir::SourceState::Gone)};
      case OldForm::Weighted: return {{scan, nullptr}, DeltaScan(scan, Side::Both, true)};
      case OldForm::Netted: return {in(ir::SourceState::Old)};
    }
    TRICKLEC_CHECK(false, "unknown form of an old state");
    return {};
  }

  ir::RelPtr InState(const ir::RelPtr& rel, ir::SourceState state) {
    if (!Changed(rel)) return rel;
    if (rel->As<ir::Scan>() != nullptr) return ir::WithState(rel, state);
    if (const auto* join = rel->As<ir::OuterJoin>()) {
      return ir::MakeOuterJoin(InState(join->left, state), InState(join->right, state),
                               join->predicate, rel->range);
    }
    std::vector<ir::RelPtr> inputs;
    for (const ir::RelPtr& input : ir::InputsOf(*rel)) inputs.push_back(InState(input, state));
    return ir::WithInputs(rel, std::move(inputs));
  }

  // ---- rows that no change concerns -----------------------------------------------------------------

  // Of an outer join: pairs of such rows, and those of the left side that had no partner and have none:
  //
  //   kept(L ⟕ R) = kept(L) ⋈ kept(R)  ⊎  (kept(L) ▷ new(M) ▷ gone(M), NULLs)
  std::vector<Part> Kept(const ir::RelPtr& rel) {
    if (!Changed(rel)) return {{rel, nullptr}};
    if (rel->As<ir::Scan>() != nullptr) {
      return {{ir::WithState(rel, ir::SourceState::Kept), nullptr}};
    }
    std::vector<Part> parts;
    auto add = [&](ir::RelPtr part) { parts.push_back({std::move(part), nullptr}); };
    if (const auto* join = rel->As<ir::Join>()) {
      std::vector<Part> right = Kept(join->right);
      for (const Part& left : Kept(join->left)) {
        for (const Part& part : right) {
          add(ir::MakeJoin(left.rel, part.rel, join->predicate, rel->range));
        }
      }
      return parts;
    }
    if (const auto* join = rel->As<ir::OuterJoin>()) {
      std::vector<Part> right = Kept(join->right);
      for (const Part& left : Kept(join->left)) {
        if (!Changed(join->right) && !Changed(join->matches)) {
          add(ir::MakeOuterJoin(left.rel, join->right, join->predicate, rel->range));
          continue;
        }
        for (const Part& part : right) {
          add(ir::MakeJoin(left.rel, part.rel, join->predicate, rel->range));
        }
        ir::RelPtr alone = Unmatched(left.rel, *join, ir::SourceState::New);
        alone = Unmatched(alone, *join, ir::SourceState::Gone);
        parts.push_back(Extended(rel, *join, {std::move(alone), nullptr}));
      }
      return parts;
    }
    if (const auto* all = rel->As<ir::UnionAll>()) {
      for (const ir::RelPtr& input : all->inputs) {
        for (const Part& part : Kept(input)) {
          parts.push_back(Renamed(part, input->outputs, rel->outputs));
        }
      }
      return parts;
    }
    return Over(rel, Kept(ir::InputsOf(*rel)[0]));
  }

  // The rows that none of the matches in that state belongs to.
  ir::RelPtr Unmatched(const ir::RelPtr& left, const ir::OuterJoin& join, ir::SourceState state) {
    if (!Changed(join.matches) && state != ir::SourceState::New) return left;
    ir::RelPtr matches =
        state == ir::SourceState::New ? join.matches : InState(join.matches, state);
    return NotMarked(left, matches, join.matched);
  }

  // Rows of `left` that `predicate` holds for with none of `right`.
  ir::RelPtr NotMarked(const ir::RelPtr& left, const ir::RelPtr& right,
                       const ir::ExprPtr& predicate) {
    const ir::Properties props = ir::Certain(ir::Boolean());
    ir::ColumnId mark = ids_.Next();
    std::vector<ir::ProjectColumn> columns;
    for (const ir::OutputColumn& output : right->outputs) {
      columns.push_back({output.id, output.name, ir::Ref(output)});
    }
    columns.push_back(
        {mark, "is_matched", ir::MakeExpr(props, {}, ir::Constant{"true", false, true})});
    ir::RelPtr joined =
        ir::MakeOuterJoin(left, ir::MakeProject(right, std::move(columns)), predicate);
    ir::ExprPtr alone =
        ir::MakeExpr(props, {}, ir::NullTest{ir::Ref(*joined->FindOutput(mark)), false});
    ir::RelPtr rows = ir::MakeFilter(std::move(joined), std::move(alone));
    std::vector<ir::ProjectColumn> kept;
    for (const ir::OutputColumn& output : left->outputs) {
      kept.push_back({output.id, output.name, ir::Ref(output)});
    }
    return ir::MakeProject(std::move(rows), std::move(kept));
  }

  const DeltaRequest& request_;
  ir::ColumnIds& ids_;
  bool pairs_exist_;
  bool reads_old_ = false;
  bool reads_sources_ = false;
  bool weighted_ = false;
  bool negates_ = false;
};

}  // namespace

EventProgram DeltaOf(const ir::RelPtr& rows, const DeltaRequest& request, ir::ColumnIds& ids) {
  return DeltaBuilder(request, ids).Run(rows);
}

}  // namespace tricklec::ivm
