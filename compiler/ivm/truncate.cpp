#include "tricklec/ivm/truncate.h"

#include <algorithm>

#include "tricklec/ivm/deltas.h"

namespace tricklec::ivm {
namespace {

/// Whether a row-wise query has no rows where one of its sources has none.
bool NeedsRowsOf(const ir::RelPtr& rel, const ir::SourceTable& source) {
  if (const auto* scan = rel->As<ir::Scan>()) return SameTable(*scan->table, source);
  if (const auto* join = rel->As<ir::OuterJoin>()) return NeedsRowsOf(join->left, source);
  std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
  auto needs = [&](const ir::RelPtr& input) { return NeedsRowsOf(input, source); };
  if (rel->As<ir::UnionAll>() != nullptr) return std::all_of(inputs.begin(), inputs.end(), needs);
  return std::any_of(inputs.begin(), inputs.end(), needs);
}

}  // namespace

Refill RefillOf(const Program& program) {
  // Under class table the version row has met every other writer. TRUNCATE itself keeps away those of
  // its own table.
  Refill refill;
  refill.excludes_writers = program.lock_class != LockClass::Table && program.sources.size() > 1;
  return refill;
}

Step TruncateStep(const Program& program, const SourceProgram& source) {
  bool groups_of_nothing = program.storage.kind == StorageKind::SingleRow;
  if (!groups_of_nothing && source.source->kind != ir::RelationKind::Partitioned &&
      NeedsRowsOf(program.rows, *source.source)) {
    return TruncateStorage{};
  }
  return RefillOf(program);
}

}  // namespace tricklec::ivm
