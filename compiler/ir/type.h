#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tricklec::ir {

/// Types whose arithmetic the maintenance rules know.
enum class Arithmetic { None, Int2, Int4, Int8, Numeric, Float4, Float8, Money, Interval };

/// What the compiler has to know of a value's type, resolved once by the analyzer so that later
/// stages need no catalog. A type that could not be resolved costs a strategy, never correctness.
struct Type {
  bool known = false;
  /// As `format_type` prints it under `search_path = pg_catalog`: "numeric(10,2)", "public.mood".
  /// Empty when not known.
  std::string sql;
  uint32_t id = 0;  ///< the catalog's TypeId
  int32_t typmod = -1;
  Arithmetic arithmetic = Arithmetic::None;
  /// Scale that every value of a numeric expression is known to have (numeric(p,s), integers: 0,
  /// sums and products of those). Needed where a result's digits depend on its operands' scales.
  std::optional<int> fixed_scale;
  /// Whether a numeric value may be Infinity (not with a typmod; NaN is always possible).
  bool may_be_infinite = true;
  /// Upper bound in bytes of one value inside an index tuple; nothing: unbounded. A btree entry may
  /// have 2704 bytes in all (PostgreSQL manual, "B-Tree Indexes", page layout).
  std::optional<uint32_t> max_bytes;
  bool has_equality = false;  ///< a default btree or hash operator class gives it an equality
  /// Schema and symbol of that equality operator ("pg_catalog", "="; "public", "=" for citext).
  std::string equality_schema;
  std::string equality_name;
  bool sortable = false;  ///< default btree operator class
  bool hashable = false;  ///< default hash operator class, with the extended function
  /// Equal values always have the same image: true for integers, text under a deterministic
  /// collation, dates, uuid …; false for numeric (1.0, 1.00), floats (-0), interval, citext.
  bool equality_is_identity = false;
};

}  // namespace tricklec::ir
