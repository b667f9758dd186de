#pragma once

#include <string>
#include <vector>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// A column of a key that a unique index would hold.
struct KeyPart {
  std::string name;  ///< as messages call it
  ir::Type type;
  source::Range range;
  /// The source's column, if the key column is nothing but that.
  std::optional<Attribute> attribute;
};

struct KeyFit {
  bool unique_index = true;
  std::vector<Reason> reasons;  ///< why no unique index can hold the key
  /// The source's own key that bounds the width, if that is needed.
  const ir::Key* bounded_by = nullptr;
  ir::SourceTablePtr bounded_by_source = nullptr;
};

/// Whether every value of the key fits a btree entry: at most 2704 bytes in at most 32 columns
/// (PostgreSQL: BTMaxItemSize of 8 kB pages, INDEX_MAX_KEYS), all columns with a btree order.
KeyFit FitKey(const std::vector<KeyPart>& parts);

}  // namespace tricklec::ivm
