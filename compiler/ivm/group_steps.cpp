// Steps that bring groups up to date with changes of the sources.
//
//   merge       state(g) += state(Δ_g)                       takes the group's row: lock and version
//   recompute   state(g) := agg(σ_{key = g}(source))         in the next statement, by UPDATE
//   derive      value(g) := f(state(g))                      where the recomputation did not, and where f
//                                                            may raise an error over the delta alone
//   prune       g goes when its count of rows and all other additive state is 0
//
// Inserts take nothing away: no extreme is lost and no group goes. Nested triggers that would turn this
// around are held back by the depth counter and run as pending rows. A derived column is set by the
// first step after which all it reads is right, and only there.

#include "tricklec/ivm/group_steps.h"

#include <algorithm>

#include "tricklec/ivm/locks.h"
#include "tricklec/ivm/single_rows.h"
#include "tricklec/ivm/truncate.h"

namespace tricklec::ivm {

namespace {

// What a derived column waits for.
enum class Reads { Additive, Extremes, Recomputed };

class EventPlanner {
 public:
  explicit EventPlanner(Program& program)
      : program_(program), storage_(program.storage), state_(*program.groups) {
    for (const Accumulator& accumulator : state_.accumulators) {
      if (IsExtreme(accumulator)) extremes_.push_back(accumulator.column);
      if (accumulator.kind == AccumulatorKind::Recomputed) {
        recomputed_.push_back(accumulator.column);
      }
    }
  }

  std::vector<Step> Steps(const EventProgram& event) const {
    bool takes_away = event.signs != Signs::Added;
    std::vector<Step> steps;
    AddLockSteps(program_, steps);
    if (event.delta == nullptr) return steps;
    RecomputeGroups recompute;
    DeriveColumns derive;
    std::vector<size_t> merged;  // derived columns that the merge sets
    recompute.columns = recomputed_;
    if (takes_away) Append(recompute.columns, extremes_);
    recompute.only_lost_extremes = recomputed_.empty();
    // An upsert forms the row of a new group before it finds that the group is there: an expression would be
    // computed over the delta alone, over values that the query may never see.
    bool upserts = storage_.kind == StorageKind::Groups && storage_.unique_index;
    auto add_merged = [&](const DerivedColumn& derived) {
      bool later = upserts && derived.value->props.may_raise;
      std::vector<size_t>& columns = !later                         ? merged
                                     : recompute.only_lost_extremes ? derive.columns
                                                                    : recompute.columns;
      columns.push_back(derived.column);
    };
    for (const DerivedColumn& derived : state_.derived) {
      switch (ReadsOf(derived)) {
        case Reads::Additive: add_merged(derived); break;
        case Reads::Extremes:
          if (!takes_away) {
            add_merged(derived);
          } else if (!recompute.only_lost_extremes) {
            recompute.columns.push_back(derived.column);
          } else if (!derived.value->props.may_raise) {
            merged.push_back(derived.column);
            recompute.columns.push_back(derived.column);
          } else {
            derive.columns.push_back(derived.column);
          }
          break;
        case Reads::Recomputed: recompute.columns.push_back(derived.column); break;
      }
    }
    AddMerge(event.signs, std::move(merged), steps);
    if (!recompute.columns.empty()) steps.push_back(std::move(recompute));
    if (!derive.columns.empty()) steps.push_back(std::move(derive));
    if (takes_away && storage_.kind == StorageKind::Groups) steps.push_back(PruneGroups{});
    return steps;
  }

 private:
  static bool IsExtreme(const Accumulator& accumulator) {
    return accumulator.kind == AccumulatorKind::Min || accumulator.kind == AccumulatorKind::Max;
  }

  static void Append(std::vector<size_t>& to, const std::vector<size_t>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  void AddMerge(Signs signs, std::vector<size_t> derived, std::vector<Step>& steps) const {
    // An insert's or a delete's delta is never zero: each of its rows counts. For a single row it can
    // be, since its rows may all fail a FILTER or be NULL and nothing else counts them.
    bool skip_zero = recomputed_.empty() && extremes_.empty() && storage_.unique_index &&
                     (signs == Signs::Both || storage_.kind == StorageKind::SingleRow);
    if (storage_.kind == StorageKind::SingleRow) {
      steps.push_back(UpdateSingle{skip_zero, std::move(derived)});
    } else if (storage_.unique_index) {
      steps.push_back(UpsertGroups{skip_zero, std::move(derived)});
    } else {
      // Under class table no other writer is there.
      if (program_.lock_class != LockClass::Table) steps.push_back(LockAnchors{});
      steps.push_back(MergeGroups{std::move(derived)});
    }
  }

  Reads ReadsOf(const DerivedColumn& derived) const {
    std::vector<ir::ColumnId> ids;
    ir::CollectColumns(derived.value, ids);
    auto reads_any = [&](const std::vector<size_t>& positions) {
      return std::any_of(positions.begin(), positions.end(), [&](size_t position) {
        return std::find(ids.begin(), ids.end(), storage_.columns[position].id) != ids.end();
      });
    };
    if (reads_any(recomputed_)) return Reads::Recomputed;
    return reads_any(extremes_) ? Reads::Extremes : Reads::Additive;
  }

  const Program& program_;
  const Storage& storage_;
  const GroupState& state_;
  std::vector<size_t> extremes_;
  std::vector<size_t> recomputed_;
};

}  // namespace

void PlanGroupEvents(Program& program) {
  EventPlanner planner(program);
  for (SourceProgram& source : program.sources) {
    for (EventProgram& event : source.events) {
      event.steps = event.event == Event::Truncate
                        ? std::vector<Step>{TruncateStep(program, source)}
                        : planner.Steps(event);
    }
  }
  program.pending.steps = planner.Steps(program.pending);
  program.recompute = RefillOf(program);
  PlanSingleRows(program);
}

}  // namespace tricklec::ivm
