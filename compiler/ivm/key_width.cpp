// A key goes into a unique index only if no value can ever be too large for it: otherwise the
// application's own INSERT would fail with "index row size exceeds btree maximum".
//
//   Σ max_bytes(column) + overhead ≤ 2704, or the columns are part of a unique index of the source,
//   which holds these very values already.

#include "tricklec/ivm/key_width.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/ivm/excerpt.h"

namespace tricklec::ivm {

namespace {

constexpr size_t kMaxIndexColumns = 32;
constexpr uint64_t kMaxEntryBytes = 2704;
constexpr uint64_t kHeaderBytes = 16;    // IndexTupleData and the bitmap of NULLs, aligned
constexpr uint64_t kAlignmentBytes = 7;  // at most, before each column

std::string TypeName(const ir::Type& type) { return type.sql.empty() ? "unknown type" : type.sql; }

// A key of one occurrence of a source that has all the columns.
const ir::Key* KeyThatHolds(const std::vector<KeyPart>& parts) {
  if (parts.empty() || !parts[0].attribute) return nullptr;
  const Attribute& first = *parts[0].attribute;
  for (const ir::Key& key : first.table->keys) {
    bool all = std::all_of(parts.begin(), parts.end(), [&](const KeyPart& part) {
      return part.attribute && part.attribute->alias == first.alias &&
             std::find(key.columns.begin(), key.columns.end(), part.attribute->column) !=
                 key.columns.end();
    });
    if (all) return &key;
  }
  return nullptr;
}

}  // namespace

KeyFit FitKey(const std::vector<KeyPart>& parts) {
  KeyFit fit;
  uint64_t width = kHeaderBytes;
  for (const KeyPart& part : parts) {
    if (!part.type.sortable) {
      fit.reasons.push_back({fmt::format("group key {} is {}, which has no btree order",
                                         Excerpt(part.range, part.name), TypeName(part.type)),
                             "", part.range});
    } else if (!part.type.max_bytes) {
      std::string remedy;
      if (part.type.sql == "text" || part.type.sql == "character varying") {
        remedy = fmt::format("varchar(n) or CHECK (length({}) <= n) bounds it", part.name);
      } else if (part.type.sql == "numeric") {
        remedy = "numeric(p,s) bounds it";
      }
      fit.reasons.push_back({fmt::format("group key {} is {} of unbounded width",
                                         Excerpt(part.range, part.name), TypeName(part.type)),
                             std::move(remedy), part.range});
    } else {
      width += *part.type.max_bytes + kAlignmentBytes;
    }
  }
  if (fit.reasons.empty() && width > kMaxEntryBytes) {
    fit.reasons.push_back(
        {fmt::format("the group key can be {} bytes wide, more than the {} that an index entry "
                     "holds",
                     width, kMaxEntryBytes),
         "group by fewer or shorter columns", parts.front().range});
  }
  if (!fit.reasons.empty()) {
    fit.bounded_by = KeyThatHolds(parts);
    if (fit.bounded_by != nullptr) {
      fit.bounded_by_source = parts[0].attribute->table;
      fit.reasons.clear();
    }
  }
  if (parts.size() > kMaxIndexColumns) {
    fit.reasons.push_back({fmt::format("the group key has {} columns, more than the {} that an "
                                       "index can have",
                                       parts.size(), kMaxIndexColumns),
                           "group by a key of the source", parts.front().range});
  }
  fit.unique_index = fit.reasons.empty();
  return fit;
}

}  // namespace tricklec::ivm
