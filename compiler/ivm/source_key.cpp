// Identity of a source's rows, and the rows of an UPDATE that did not change.
//
//   ByKey     Δ(old, new) without rows whose key and image of used columns are in both
//   ByValue   Δ(old, new) summed by the used columns, where equal means identical
//
// An update of columns that the query does not read then costs one look and writes nothing.

#include "tricklec/ivm/source_key.h"

#include <algorithm>

namespace tricklec::ivm {

bool HasOneRow(const ir::SourceTable& source) {
  return std::any_of(source.keys.begin(), source.keys.end(),
                     [](const ir::Key& key) { return key.columns.empty(); });
}

const ir::Key* BestKey(const ir::SourceTable& source, const std::set<size_t>& shown) {
  const ir::Key* best = nullptr;
  int best_rank = 0;
  for (const ir::Key& key : source.keys) {
    if (key.columns.empty()) continue;
    bool identifies = key.nulls_not_distinct ||
                      std::all_of(key.columns.begin(), key.columns.end(),
                                  [&](size_t column) { return source.columns[column].not_null; });
    if (!identifies) continue;
    bool stored = std::all_of(key.columns.begin(), key.columns.end(),
                              [&](size_t column) { return shown.contains(column); });
    int rank = 1 + (stored ? 2 : 0) + (key.primary ? 1 : 0);
    if (rank <= best_rank) continue;
    best = &key;
    best_rank = rank;
  }
  return best;
}

const ir::Key* ChooseCancel(SourceProgram& program, const std::set<size_t>& shown) {
  const ir::SourceTable& source = *program.source;
  if (const ir::Key* key = BestKey(source, shown)) {
    program.cancel = CancelKind::ByKey;
    program.cancel_key = key->columns;
    return key;
  }
  bool identical =
      std::all_of(program.columns_used.begin(), program.columns_used.end(),
                  [&](size_t column) { return source.columns[column].type.equality_is_identity; });
  program.cancel = identical ? CancelKind::ByValue : CancelKind::None;
  return nullptr;
}

}  // namespace tricklec::ivm
