#pragma once

#include <string>
#include <vector>

#include "tricklec/ir/source_table.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// A column of a key that a unique index would hold.
struct KeyPart {
  std::string name;  ///< as messages call it
  ir::Type type;
  source::Range range;
  /// Position in the source's columns, if the key column is nothing but that column.
  std::optional<size_t> attribute;
};

struct KeyFit {
  bool unique_index = true;
  std::vector<Reason> reasons;  ///< why no unique index can hold the key
  const ir::Key* bounded_by =
      nullptr;  ///< the source's own key that bounds the width, if that is needed
};

/// Whether every value of the key fits a btree entry: at most 2704 bytes in at most 32 columns
/// (PostgreSQL: BTMaxItemSize of 8 kB pages, INDEX_MAX_KEYS), all columns with a btree order.
KeyFit FitKey(const std::vector<KeyPart>& parts, const ir::SourceTable& source);

}  // namespace tricklec::ivm
