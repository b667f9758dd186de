#pragma once

#include <string>
#include <vector>

#include "tricklec/codegen/lower/cut.h"
#include "tricklec/codegen/lower/steps.h"

namespace tricklec::codegen::lower {

/// The statements that keep groups: one that adds the delta's state, then those that look at what the
/// addition found. All but the first find their rows by ctid, whatever the keys are.
///
/// group_changes.cpp has the delta's state, group_merge.cpp what a row becomes, group_report.cpp what
/// the merging statement tells the next ones, group_recompute.cpp what is read again from the source,
/// in_place.cpp what a single row changes in its group.
class GroupLowering {
 public:
  explicit GroupLowering(const StepContext& context)
      : context_(context),
        program_(context.program),
        groups_(*context.program.groups),
        delta_(LowerDelta(context)),
        table_(FreeAlias(program_, "t")),
        change_(FreeAlias(program_, "d")),
        merged_(FreeAlias(program_, "m")),
        again_(FreeAlias(program_, "again")),
        lost_groups_(FreeAlias(program_, "lost")) {
    for (const ivm::Step& step : context.event.steps) {
      if (const auto* recompute = std::get_if<ivm::RecomputeGroups>(&step)) {
        (recompute->only_lost_extremes ? lost_ : all_) = recompute;
      }
      if (std::holds_alternative<ivm::PruneGroups>(step)) prunes_ = true;
      if (std::holds_alternative<ivm::DeriveColumns>(step)) derives_ = true;
    }
    counts_weights_ = delta_.signs == ivm::Signs::Both;
  }

  std::vector<StepSql> Run();

  /// All of it in one statement, for a refresh: nobody else writes the stream table, and everything
  /// is read in the statement's one snapshot.
  RefreshSql Refresh();

  /// Of an UPDATE: what changes the one group of a row that is changed in place.
  sqltree::PlBlock ChangeGroup() const;

 private:
  const ivm::StoredColumn& Column(size_t position) const;
  const std::string& Name(size_t position) const { return Column(position).name; }
  sqltree::Expr OfTable(size_t position) const { return sqltree::Col(table_, Name(position)); }

  // ---- the delta's state, group by group ---------------------------------------------------------

  sqltree::Expr Positive() const { return sqltree::Op(delta_.weight, "=", sqltree::Int(1)); }
  sqltree::Expr Negative() const { return sqltree::Op(delta_.weight, "=", sqltree::Int(-1)); }

  sqltree::Expr FilterOf(const ivm::Accumulator& accumulator) const;

  sqltree::Expr CountChange(const ivm::Accumulator& accumulator) const;

  sqltree::Expr SumChange(const ivm::Accumulator& accumulator) const;

  // The deleted values take part: they were in the stored extreme already, or are caught as lost.
  sqltree::Expr ExtremeOf(const ivm::Accumulator& accumulator, sqltree::Expr condition) const;

  static std::string LostName(size_t position);
  static std::string AddedName(size_t position);

  bool IsExtreme(const ivm::Accumulator& accumulator) const;
  // Whether a loss of this extreme is looked for in this event.
  bool IsWatched(const ivm::Accumulator& accumulator) const;
  // The rows of the delta that take values away.
  sqltree::Expr Removed() const { return counts_weights_ ? Negative() : nullptr; }
  // An added value replaces a lost one only if it is still there.
  bool AddedValuesAreThere() const { return delta_.signs == ivm::Signs::Both && delta_.exact; }

  sqltree::Select Changes() const;

  // What one row counts for in an accumulator; a sum of nothing is NULL where `may_be_null`, else 0.
  sqltree::Expr Contribution(const ivm::Accumulator& accumulator, const Scope& scope,
                             bool may_be_null) const;
  // What the delta's only row changes in an accumulator.
  sqltree::Expr OneRowChange(const ivm::Accumulator& accumulator) const;

  static sqltree::Expr GroupBy(const ir::ExprPtr& expr, sqltree::Expr key);

  // ---- merging -----------------------------------------------------------------------------------

  static sqltree::Expr IsZero(sqltree::Expr value, const ir::Type& type);
  // NULL when nothing is summed; a sum that is not 0 stays, for rows that come later.
  sqltree::Expr NullWhenZero(const ivm::Accumulator& accumulator, const sqltree::Expr& count,
                             const sqltree::Expr& sum) const;

  const ivm::Accumulator& AccumulatorOf(size_t position) const;

  // The stored state after the change; `change` names the change's columns.
  sqltree::Expr Merged(const ivm::Accumulator& accumulator, const std::string& change) const;

  // The state of a group that is new.
  sqltree::Expr Fresh(const ivm::Accumulator& accumulator) const;

  const ivm::DerivedColumn& DerivedOf(size_t position) const;

  bool IsDerived(size_t position) const;

  sqltree::Expr DerivedValue(size_t position, const Scope& scope,
                             const sqltree::Expr& row_count) const;

  // The count of rows where a group may be empty after the change, else null.
  sqltree::Expr RowCount(const Scope& scope) const;

  // UPDATE of a stored row by a change.
  std::vector<sqltree::SetItem> MergeSets(const std::string& change,
                                          const std::vector<size_t>& derived) const;

  struct FreshRow {
    std::vector<sqltree::Identifier> columns;
    std::vector<sqltree::SelectItem> values;
  };
  // A new group's row, in terms of the change.
  FreshRow NewRow(const std::vector<size_t>& derived) const;

  bool IsKey(size_t position) const;

  // Whether any count or sum of the change is not 0; null where that is certain or not to be asked.
  sqltree::Expr AnyChange() const;

  // ---- what the merging statement returns ------------------------------------------------------------

  bool Reports() const { return prunes_ || lost_ != nullptr || all_ != nullptr || derives_; }

  sqltree::Expr IsGone(const std::string& row) const;

  bool HasRowCount() const;
  sqltree::Expr Exists(const std::string& row) const;

  // `a <= b` (or `>=`) by the order of the type's default operator class.
  static sqltree::Expr Reaches(const ivm::Accumulator& accumulator, sqltree::Expr a,
                               sqltree::Expr b);

  // A stored extreme is among the deleted values and no added one takes its place.
  sqltree::Expr HasLost() const;

  // Columns of written rows that the report looks at.
  std::vector<sqltree::SelectItem> Returned(const std::string& alias) const;

  // Sorts the written rows by what has to be done with them.
  sqltree::Select Report(sqltree::FromItem written) const;

  static sqltree::QualifiedName Plain(const std::string& name);

  std::string ReportComment() const;

  // ---- steps ------------------------------------------------------------------------------------

  std::vector<sqltree::Expr> HashFields() const;

  StepSql LockAnchors() const;

  std::vector<sqltree::OrderItem> KeyOrder(const std::string& alias) const;

  StepSql Upsert(const ivm::UpsertGroups& step) const;

  // Whether a new row's values are the columns of the change as they are.
  bool IsPlain(const FreshRow& row) const;

  // The change's columns in the order of a row's values.
  static sqltree::Select Arrange(sqltree::Select changes, const FreshRow& row);

  // Under the exclusion of anchor rows: change the groups that exist, add the others.
  StepSql Merge(const ivm::MergeGroups& step) const;

  StepSql UpdateSingle(const ivm::UpdateSingle& step) const;

  // ---- recomputation ------------------------------------------------------------------------------

  // The source's rows of one group, the group's key being that of the outer row.
  Block RowsOfGroup() const;

  enum class KeyForm { Equal, BothNull, OrBothNull };
  sqltree::Expr KeyCondition(const Block& rows, size_t key, KeyForm form,
                             const std::string& group) const;

  StepSql Recompute(const ivm::RecomputeGroups& step) const;

  static sqltree::Expr FromScratchOf(const ivm::Accumulator& accumulator, const Scope& scope,
                                     const ir::Type& type);
  sqltree::Expr FromScratch(const ivm::Accumulator& accumulator, const Scope& scope) const;

  sqltree::Expr RowsIn(const char* variable) const;

  StepSql Derive(const ivm::DeriveColumns& step) const;

  StepSql Prune() const;

  // ---- a refresh -----------------------------------------------------------------------------------

  bool IsReadAgain(const ivm::Accumulator& accumulator) const;
  sqltree::Select LostGroups() const;
  sqltree::Select ReadAgain(const std::string& driver, Cut& cut) const;
  sqltree::Expr SameGroup(const std::string& a, const std::string& b) const;
  std::vector<sqltree::FromItem> ChangesAndReadAgain(bool again) const;
  sqltree::Expr Current(const ivm::Accumulator& accumulator, sqltree::Expr merged) const;
  sqltree::Update ChangeGroups(bool again) const;
  sqltree::Delete RemoveGroups() const;
  sqltree::Insert AddGroups(bool again) const;

  const StepContext& context_;
  const ivm::Program& program_;
  const ivm::GroupState& groups_;
  Delta delta_;
  std::string table_, change_, merged_, again_, lost_groups_;
  const ivm::RecomputeGroups* lost_ = nullptr;
  const ivm::RecomputeGroups* all_ = nullptr;
  bool prunes_ = false;
  bool derives_ = false;
  bool counts_weights_ = false;
};

}  // namespace tricklec::codegen::lower
