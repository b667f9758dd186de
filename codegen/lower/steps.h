#pragma once

#include "tricklec/codegen/lower/delta.h"

namespace tricklec::codegen::lower {

/// Variables that the statements of a maintenance function share: rows of the stream table by their
/// ctid. They were written by this transaction a statement ago, so no one else can move them.
inline constexpr const char* kKept = "__pgt_kept";    ///< groups of the delta that exist
inline constexpr const char* kLost = "__pgt_lost";    ///< groups that lost an extreme value
inline constexpr const char* kGone = "__pgt_gone";    ///< groups without rows
inline constexpr const char* kShort = "__pgt_short";  ///< copies of rows that were not found

/// One statement of a maintenance function with what it is for.
struct StepSql {
  std::string comment = {};
  sqltree::StatementPtr statement = {};
  /// It reads the delta: planned once for small deltas, each time for large ones.
  bool reads_delta = true;
  sqltree::Expr condition = {};  ///< null: always
  sqltree::PlBlock after = {};   ///< checks of what it returned
};

/// What a refresh does to the stream table: queries in WITH of its one statement, the last of which
/// write, and how many rows they wrote.
struct RefreshSql {
  std::vector<sqltree::Cte> with = {};
  sqltree::Expr inserted = {}, updated = {}, deleted = {}, changes = {};
};

/// The statements of the event's steps, in order.
std::vector<StepSql> LowerSteps(const StepContext& context);

/// What comes before the steps of an UPDATE of a source with `in_place`: does what a single row needs and
/// returns from the function, or leaves it to the steps.
sqltree::PlBlock LowerInPlace(const StepContext& context);

/// Under REPEATABLE READ: meets the affected groups, so that a group deleted since the snapshot was
/// taken is a serialization failure and not a second row. Null where nothing needs it.
std::optional<sqltree::Select> LowerProbe(const StepContext& context);

/// `INSERT INTO stream table SELECT …` of its whole content, hidden columns included.
sqltree::StatementPtr LowerFill(const ivm::Program& program, const Names& names,
                                const ScanLowering& scans = ScanTable);

// ---- shared by the files of this folder ----------------------------------------------------------

std::vector<StepSql> LowerGroupSteps(const StepContext& context);
StepSql LowerLockJoinKeys(const StepContext& context);
StepSql LowerApplyKeyedRows(const StepContext& context, const ivm::ApplyKeyedRows& step);
StepSql LowerApplyBag(const StepContext& context, const ivm::ApplyBag& step);

/// Name for the stream table (or a query of ours) that no scan of the program uses.
std::string FreeAlias(const ivm::Program& program, const std::string& wanted);

/// The match of rows by key, over the names of two tables whose columns are called like the stored
/// ones: by equality where a unique index serves, else by the hash index and equality.
std::vector<sqltree::Expr> KeyMatch(const ivm::Program& program, const std::string& a,
                                    const std::string& b);
/// `hash_record_extended(ROW(columns), 0)`, what hash indexes are on. The fields are written by the
/// caller, in the order of `Storage::hash_columns`.
sqltree::Expr HashOf(std::vector<sqltree::Expr> fields);
/// The number of the anchor row of a key.
sqltree::Expr BucketOf(std::vector<sqltree::Expr> fields);
/// Gives the anchor rows `buckets` (columns k, v) a new version.
sqltree::Insert WriteAnchors(const Names& names, sqltree::Select buckets);

}  // namespace tricklec::codegen::lower
