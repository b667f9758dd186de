#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tricklec/ir/definition.h"

/// The maintenance program of a stream table: what is stored and what happens on every event of
/// every source. It is data; codegen, inspect, upgrade and the tests all read it, and codegen
/// decides nothing that is not written here.
namespace tricklec::ivm {

/// Ordered from cheapest (DESIGN "Strategies").
enum class Strategy { Linear, Algebraic, Keyed, Whole, Full };
/// Ordered from weakest.
enum class LockClass { None, Key, Table };
enum class Event { Insert, Update, Delete, Truncate };

/// A choice with the reason why it is not a better one; `reasons` is empty for the best choice.
struct Reason {
  std::string text;     ///< "column `region` is text of unbounded width"
  std::string remedy;   ///< what would make it better; may be empty
  source::Range range;  ///< the place in the query that causes it
};

// ---- storage ------------------------------------------------------------------------------------

enum class StorageKind {
  KeyedRows,  ///< one row per key of the source (linear queries)
  Groups,     ///< one row per group
  SingleRow,  ///< an aggregate without GROUP BY: always exactly one row
  Bag,        ///< rows without identity, duplicates included
};

enum class ColumnRole { Key, Value, Hidden };
/// How verification compares a column: rows copied from sources by image (1.0 is not 1.00), groups and
/// aggregates by `=`, float aggregates to 1e-9 relative.
enum class Compare { Image, Equal, Approximate };

struct StoredColumn {
  ir::ColumnId id;  ///< how expressions of the program refer to the stored value
  std::string name;
  ir::Type type;
  std::string collation_schema;
  std::string collation_name;
  bool visible = true;
  bool not_null = false;  ///< declared NOT NULL (only where proven)
  ColumnRole role = ColumnRole::Value;
  Compare compare = Compare::Equal;
  std::string comment;  ///< hidden columns: what it is, for COMMENT ON COLUMN
};

struct Storage {
  StorageKind kind;
  std::vector<StoredColumn>
      columns;              ///< visible ones first, in the query's order, then hidden ones
  std::vector<size_t> key;  ///< positions of the key columns; empty for SingleRow and Bag
  /// The key fits a btree entry in every case, so a unique index (NULLS NOT DISTINCT where a key
  /// column may be NULL) serves ON CONFLICT. Otherwise rows are found through a hash index and
  /// exclusion is by anchor rows.
  bool unique_index = true;
  /// Columns whose types can hash: of the key where `unique_index` is false, of the row for a bag.
  std::vector<size_t> hash_columns;
};

// ---- group state --------------------------------------------------------------------------------

/// How a stored column of a group follows the changes. The special values of numeric are no kinds of
/// their own: they are Counts whose filter says `x = 'NaN'`, and the Sum beside them has a filter
/// that lets only finite values pass.
enum class AccumulatorKind {
  Count,  ///< number of rows (no argument) or of non-NULL arguments: adds
  Sum,    ///< sum of arguments: adds; see `null_when_zero`
  Min,    ///< inserts merge by LEAST; a group that lost its extreme is recomputed
  Max,
  Recomputed,  ///< nothing to merge (NULL in a new group): the group is recomputed from the source
};

struct Accumulator {
  size_t column;  ///< position in Storage::columns
  AccumulatorKind kind;
  ir::ExprPtr arg;     ///< over the delta's columns; null for counts of rows and Recomputed
  ir::ExprPtr filter;  ///< FILTER condition over the delta's columns; null: none
  /// Sum: position of the count of the values summed; the stored sum is NULL iff that count is 0
  /// (and the sum itself is 0). Nothing: the stored sum is never NULL, nothing summed is 0.
  std::optional<size_t> null_when_zero;
  /// The aggregate that computes the column from scratch, over the columns of `rows`, filter
  /// included. Of a sum that is never NULL: in COALESCE(…, 0).
  ir::AggregateCall call;
};

/// A stored column computed from the merged state, e.g. avg = sum / count. Evaluated only on groups
/// that exist in the final state (count of rows not 0; the one row of a SingleRow always), else NULL.
struct DerivedColumn {
  size_t column;
  ir::ExprPtr value;  ///< over the ids of stored keys and accumulators, never of derived
};

/// How groups are formed from a source's rows and kept; shared by all steps of a program.
struct GroupState {
  std::vector<ir::ExprPtr> keys;  ///< over the delta's columns, in the order of Storage::key
  std::vector<Accumulator> accumulators;  ///< every stored column that is neither key nor derived
  std::vector<DerivedColumn> derived;
  /// Position of the count of rows (hidden, or a visible count that always equals it). Always there
  /// for Groups; for SingleRow only where something needs it.
  std::optional<size_t> row_count;
};

// ---- steps --------------------------------------------------------------------------------------
//
// A step that writes a group's row says which derived columns it sets (positions in
// Storage::columns). The others keep their value (NULL in a new row) until a later step of the same
// program sets them: a derived column is never evaluated on an extreme or a recomputed value that is
// out of date, since that could raise an error the query never raises.

/// Takes the key's exclusion where no unique index does: upserts anchor rows (bucket = hash of the
/// key's `hash_columns`; none: one bucket) in order, before anything is read. Never skipped because an
/// aggregated delta is zero.
struct LockAnchors {};

/// Class key over joined rows: upserts the anchor rows of all values that the changed rows have, or had,
/// in `join_columns`, in order, before anything is read. Rows of all sources that can meet have one of
/// these values in common.
struct LockJoinKeys {};

/// `INSERT … ON CONFLICT (key) DO UPDATE`, in key order: adds the delta's state to the groups'.
struct UpsertGroups {
  bool skip_zero = false;  ///< groups whose whole delta is zero are left alone (class none)
  std::vector<size_t> derived = {};
};

/// Under anchors: UPDATE the groups that exist, then INSERT the others.
struct MergeGroups {
  std::vector<size_t> derived = {};
};

/// SingleRow: adds the delta's state to the one row.
struct UpdateSingle {
  bool skip_zero = false;  ///< no write when the whole delta is zero (class none)
  std::vector<size_t> derived = {};
};

/// Recomputes groups from the source, by UPDATE by key (never by a second upsert), in a statement
/// after the one that wrote the groups' rows. SingleRow: the one row from the whole source.
struct RecomputeGroups {
  /// Only groups one of whose stored extremes (Min, Max in `columns`) was, by `=`, among the values
  /// that the delta takes away. Otherwise every group of the delta.
  bool only_lost_extremes = false;
  /// Stored columns that are set: Recomputed, Min and Max from their calls, then derived ones from
  /// these and from what is stored in the other columns.
  std::vector<size_t> columns = {};
};

/// Evaluates derived columns of the delta's groups (or of the one row) after a recomputation that
/// touched only some of them, or after an upsert where they may raise an error. UPDATE by key.
struct DeriveColumns {
  std::vector<size_t> columns = {};
};

/// Deletes affected groups whose count of rows, and all other additive state, is zero.
struct PruneGroups {};

/// KeyedRows: deletes keys that went, then upserts the rest, in key order. Key columns are set as
/// well where equal keys can look different (`!type.equality_is_identity`): rows compare by image.
/// A step with `inserts` only may be a plain INSERT.
struct ApplyKeyedRows {
  bool deletes;
  bool inserts;
  bool nets = false;  ///< rows that cancel are dropped first, image by image
};

/// Bag: deletes n copies per distinct row, image by image, count checked; inserts n copies.
struct ApplyBag {
  bool deletes;
  bool inserts;
};

/// TRUNCATE of a source without whose rows there are no others: the stream table is empty.
struct TruncateStorage {};
/// Recomputes the whole stream table from its definition.
struct Refill {
  /// Others may be changing sources that no lock keeps still: keeps them away from the stream table, and
  /// refuses snapshots that may be older than what they did.
  bool excludes_writers = false;
};

using Step = std::variant<LockAnchors, LockJoinKeys, UpsertGroups, MergeGroups, UpdateSingle,
                          RecomputeGroups, DeriveColumns, PruneGroups, ApplyKeyedRows, ApplyBag,
                          TruncateStorage, Refill>;

/// How an UPDATE's unchanged rows are dropped before anything is done with them.
enum class CancelKind {
  None,  ///< no saving possible or needed (additive state cancels by itself)
  /// Old and new rows joined on the source's key, compared by image over the used columns. Exact
  /// where no key occurs twice in either; where one does (cascades can change a row several times),
  /// rows are summed by key and image, as pending ones are.
  ByKey,
  ByValue,  ///< grouped by the used columns, all of whose types have equality = identity
};

/// Which weights the rows of a delta have.
enum class Signs {
  Added,    ///< all +1
  Removed,  ///< all -1
  Both,
};

struct EventProgram {
  Event event;
  /// Δ of `Program::rows` for this event, under the same column ids; the last output is the weight.
  /// Null for Truncate, and where a foreign key says that the rows meet none.
  ir::RelPtr delta = {};
  Signs signs = Signs::Both;
  /// Every row with +1 is there after the event, every one with -1 was there before it. Otherwise
  /// the delta may also have rows that cancel.
  bool exact = true;
  /// The delta reads more than the changed rows: other sources, or their state before the event.
  bool reads_sources = false;
  /// Groups, INSERT and DELETE: what a single changed row counts for is all that its group changes by, so
  /// that nothing has to be added up.
  bool adds_one_row = false;
  std::vector<Step> steps = {};
};

/// UPDATE of a single row, where it stays what rows are found, joined, filtered and grouped by: those of the
/// stream table that come from it stay, and only values in them change.
///
///   KeyedRows: the row of the same key gets new values, which nothing but the changed row says
///   Groups: the group of the same key gets the difference of the two rows
struct InPlace {
  std::vector<size_t> fixed;   ///< positions in the source's columns: the same before and after
  std::vector<size_t> values;  ///< the others of `columns_used`: one of them has changed
  std::vector<size_t> stored;  ///< the stored columns that follow `values`
};

/// What happens when one source changes.
struct SourceProgram {
  ir::SourceTablePtr source;
  std::vector<size_t>
      columns_used;  ///< positions in source->columns that the query reads, ascending
  /// Of event Update; pending rows are netted the same way (ByKey: per key and image). What pending
  /// rows have to hold is `columns_used` and `cancel_key`.
  CancelKind cancel = CancelKind::None;
  std::vector<size_t> cancel_key;  ///< positions in source->columns (ByKey)
  /// Class key over joined rows: the columns that the occurrences of this source are joined by.
  std::vector<size_t> join_columns;
  std::vector<EventProgram> events;  ///< one for each event
  /// Before the steps of event Update are looked at; nothing: no row can be changed in place.
  std::optional<InPlace> in_place = {};
  /// Rows of Δ up to which the cached static plans are used; above, EXECUTE plans for the real
  /// size.
  int64_t small_limit = 100;
};

/// A constraint the program relies on (pgt_facts).
struct Fact {
  ir::ObjectName relation;
  std::string constraint;
  std::string used_for;    ///< "group key customer_id is never NULL"
  std::string protection;  ///< "storage", "dependency", "fingerprint"
};

/// An index of a source that keeps the work proportional to the change.
struct IndexNeed {
  ir::SourceTablePtr source;
  std::vector<std::string> columns;  ///< column names or expression texts
  std::string reason;
  bool present = false;
  std::string index_name;  ///< the one that serves, when present
  std::string statement;   ///< the CREATE INDEX to add, when not present
};

struct Program {
  ir::Definition definition;  ///< with the normalised query
  /// Immediate, Differential or Full: what AUTO came to.
  ir::RefreshMode mode = ir::RefreshMode::Immediate;
  Storage storage;
  std::optional<GroupState> groups;  ///< Groups and SingleRow
  /// KeyedRows and Bag: for every stored column, in order, its value over the delta's columns.
  std::vector<ir::ExprPtr> row_values;
  /// The query below the stored node over the sources as visible now: its columns are what group
  /// keys, arguments and rows are computed from.
  ir::RelPtr rows;
  std::vector<SourceProgram> sources;  ///< each table once, in the order the query names them
  /// For changes of all kinds to any of the sources, kept until the outermost statement ends.
  EventProgram pending = {Event::Update};
  /// Instead of `pending`, where one of the sources was truncated meanwhile.
  Refill recompute = {};
  Strategy strategy = Strategy::Linear;
  std::vector<Reason> strategy_reasons;
  LockClass lock_class = LockClass::None;
  std::vector<Reason> lock_reasons;
  std::vector<Fact> facts;
  std::vector<IndexNeed> indexes;
  /// Inner results with tables of their own, each a program like this one; a source of kind Auxiliary
  /// is one of them. In the order in which they are filled and refreshed, before this one.
  std::vector<Program> auxiliaries;
  /// DIFFERENTIAL, of a program that is refreshed after an inner result of the same stream table and reads
  /// more than inner results: sources are read, and changes applied, as of the refresh of this one.
  std::optional<ir::ObjectName> cut_from;
};

}  // namespace tricklec::ivm
