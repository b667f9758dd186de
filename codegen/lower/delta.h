#pragma once

#include "tricklec/codegen/lower/names.h"
#include "tricklec/codegen/lower/query.h"
#include "tricklec/ivm/program.h"

namespace tricklec::codegen::lower {

/// Where changed rows are read from.
enum class DeltaOrigin {
  Inserted,  ///< transition table of new rows; all weights +1
  Deleted,   ///< transition table of old rows; all weights -1
  Updated,   ///< both
  Pending,   ///< rows kept from nested statements of all kinds
  Buffer,    ///< changes since the last refresh
};

inline constexpr const char* kNewTable = "__pgt_new";
inline constexpr const char* kOldTable = "__pgt_old";
inline constexpr const char* kWeight = "__pgt_weight";
inline constexpr const char* kBatch = "__pgt_batch";
/// Variables of a refresh: the frontier up to which changes were consumed.
inline constexpr const char* kSnapshot = "__pgt_snapshot";
inline constexpr const char* kOwn = "__pgt_own";
inline constexpr const char* kLast = "__pgt_last";
/// The same of the cut, where the refresh of an inner result came before.
inline constexpr const char* kCutSnapshot = "__pgt_cut";
inline constexpr const char* kCutOwn = "__pgt_cut_own";
inline constexpr const char* kCutLast = "__pgt_cut_last";

/// What a maintenance function is lowered for.
struct StepContext {
  const ivm::Program& program;
  const ivm::EventProgram& event;
  const ivm::SourceProgram* source;  ///< that changed; null: pending rows of any of them
  const Names& names;
  DeltaOrigin origin;
  bool one_row = false;  ///< exactly one row was changed, and the event's `adds_one_row` holds
};

/// The positions in the source's columns that pending rows hold.
std::vector<size_t> PendingColumns(const ivm::SourceProgram& source);

/// The transition tables of an event as one set of rows: the given columns and the weight.
sqltree::StatementPtr ChangedRows(const ivm::SourceProgram& source, DeltaOrigin origin,
                                  const std::vector<size_t>& columns, bool cancel);

/// Which changes of a source are read from its buffer.
enum class BufferRange {
  SinceFrontier,  ///< those not consumed
  UntilCut,       ///< those of them before the cut
  SinceCut,
};
/// The range of a source's changes that a program's refresh applies.
BufferRange RangeOf(const ivm::Program& program, const ivm::SourceProgram& source);

/// Changes of a source that are in its buffer: the given columns, the weight.
sqltree::StatementPtr BufferedRows(const ivm::SourceProgram& source,
                                   const std::vector<size_t>& columns, BufferRange range);

/// The same without those that cancel: the columns of `PendingColumns` where they are netted by key, else
/// those that the query reads.
sqltree::StatementPtr NetBufferedRows(const ivm::SourceProgram& source, BufferRange range);
/// Pending rows of a source with their weight, without those that cancel, with the same columns.
sqltree::StatementPtr NetPendingRows(const ivm::SourceProgram& source, const Names& names);

/// Number of changed rows before anything is dropped from them, counted up to `limit` + 1. Without an
/// aggregate, which would cost as much as the rest of the statement.
sqltree::PlBlock CountChanges(const StepContext& context, int64_t limit,
                              const std::string& variable);

/// The Δ of the program's query: one row for each change, with a weight of +1 or -1.
struct Delta {
  ivm::Signs signs = ivm::Signs::Both;
  bool exact = true;  ///< as in ivm::EventProgram
  Block block;
  sqltree::Expr weight;
  /// Of a refresh: the queries in WITH of `block` that read the buffers.
  std::vector<std::string> buffers = {};
};
Delta LowerDelta(const StepContext& context);

/// Rows netted: by GROUP BY where equal values of all the types are identical, else by record image.
/// `rows` and the result are as for NetByImage.
sqltree::StatementPtr Net(sqltree::StatementPtr rows, const std::vector<std::string>& columns,
                          const std::vector<const ir::Type*>& types);

/// Rows netted by record image: `rows` has the named columns and the weight; the result has the same
/// columns, each image once, with the sum of its weights where that is not 0. Works for every type.
sqltree::StatementPtr NetByImage(sqltree::StatementPtr rows,
                                 const std::vector<std::string>& columns);

}  // namespace tricklec::codegen::lower
