#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/pgparse/node.h"
#include "tricklec/source/buffer.h"

namespace tricklec::catalog {

/// Identifies a type. Built-in types have PostgreSQL's OIDs; all others get numbers from
/// `kFirstUserId` up in the order of their definition. 0 is "no type".
using TypeId = uint32_t;
using FunctionId = uint32_t;  ///< as TypeId, for functions of all kinds
using OperatorId = uint32_t;  ///< as TypeId, for operators
using RelationId = uint32_t;  ///< as TypeId, for relations (built-in ones are not in the model)

inline constexpr uint32_t kFirstUserId = 0x01000000;

/// OIDs of the built-in types that code refers to by name.
namespace types {
inline constexpr TypeId kNone = 0, kBool = 16, kBytea = 17, kChar = 18, kName = 19, kInt8 = 20,
                        kInt2 = 21, kInt2Vector = 22, kInt4 = 23, kRegProc = 24, kText = 25,
                        kOid = 26, kTid = 27, kXid = 28, kCid = 29, kOidVector = 30, kJson = 114,
                        kXml = 142, kPoint = 600, kFloat4 = 700, kFloat8 = 701, kUnknown = 705,
                        kMoney = 790, kBpChar = 1042, kVarChar = 1043, kDate = 1082, kTime = 1083,
                        kTimestamp = 1114, kTimestampTz = 1184, kInterval = 1186, kTimeTz = 1266,
                        kBit = 1560, kVarBit = 1562, kNumeric = 1700, kRefCursor = 1790,
                        kRegClass = 2205, kRegType = 2206, kRecord = 2249, kCString = 2275,
                        kAny = 2276, kAnyArray = 2277, kVoid = 2278, kTrigger = 2279,
                        kInternal = 2281, kAnyElement = 2283, kRecordArray = 2287,
                        kAnyNonArray = 2776, kUuid = 2950, kAnyEnum = 3500, kTsVector = 3614,
                        kTsQuery = 3615, kJsonb = 3802, kAnyRange = 3831, kAnyMultirange = 4537,
                        kAnyCompatibleMultirange = 4538, kXid8 = 5069, kAnyCompatible = 5077,
                        kAnyCompatibleArray = 5078, kAnyCompatibleNonArray = 5079,
                        kAnyCompatibleRange = 5080, kBoolArray = 1000, kTextArray = 1009,
                        kInt4Array = 1007, kInt8Array = 1016, kCStringArray = 1263;
}  // namespace types

/// A type with its modifier, as a column has it.
struct TypeRef {
  TypeId type = types::kNone;
  int32_t typmod = -1;  ///< pg_attribute.atttypmod; -1 is none

  explicit operator bool() const { return type != types::kNone; }
  friend auto operator<=>(const TypeRef&, const TypeRef&) = default;
};

/// A name with its schema; both empty for "none".
struct QualifiedName {
  std::string schema;
  std::string name;

  bool empty() const { return name.empty(); }
  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

/// The schemas that names are looked up in, as written in `search_path`. pg_catalog is searched
/// first unless it is in the list, as in PostgreSQL; pg_temp before it for relations and types.
struct SearchPath {
  std::vector<std::string> schemas;

  friend bool operator==(const SearchPath&, const SearchPath&) = default;
};

/// An expression of a definition (CHECK, index, default, generated), with what is needed to
/// resolve its names.
struct StoredExpression {
  pgparse::Node node;
  /// Where it stands, for diagnostics; to print it, deparse the node.
  source::Range text;
  SearchPath path;

  explicit operator bool() const { return static_cast<bool>(node); }
};

enum class TypeKind {
  Base,
  Domain,
  Enum,
  Composite,
  Range,
  Multirange,
  Array,  ///< `element` is set; int2vector and the like are Base
  Pseudo,
  Opaque,  ///< named somewhere, definition not known (an extension we have no data of)
};

/// Whether values that are equal by the type's default `=` always have the same image (manual,
/// "B-Tree Support Functions", equalimage).
enum class EqualImage {
  No,           ///< numeric (1.0 = 1.00), float (-0 = 0), interval, citext, arrays, …
  ByCollation,  ///< text: under every deterministic collation
  Always,
};

struct DomainCheck {
  std::string name;
  StoredExpression expression;
  bool validated = true;
};

struct CompositeAttribute {
  std::string name;
  TypeRef type;
  QualifiedName collation;  ///< where not the type's default
};

struct Type {
  TypeId id = types::kNone;
  std::string schema;
  std::string name;
  TypeKind kind = TypeKind::Base;
  char category = 'U';            ///< pg_type.typcategory
  bool preferred = false;         ///< pg_type.typispreferred
  int16_t length = -1;            ///< pg_type.typlen: bytes, -1 varlena, -2 C string
  TypeId element = types::kNone;  ///< of an array, or of a subscriptable base type
  TypeId array = types::kNone;    ///< the array type over this one
  TypeId subtype = types::kNone;  ///< of a range; of a multirange: its range type
  TypeRef base;                   ///< of a domain
  bool not_null = false;          ///< domain with NOT NULL
  std::vector<DomainCheck> checks;
  std::string default_collation;  ///< "" not collatable; else name in pg_catalog ("default", "C")
  QualifiedName collation;        ///< of a domain, where not `default_collation`
  std::vector<std::string> enum_labels;
  std::vector<CompositeAttribute> attributes;
  RelationId relation = 0;  ///< of a row type: its relation
  /// From the type's own default operator classes. For arrays, composites, domains, ranges ask
  /// `Catalog::EqualityOf`, which looks into them.
  bool has_btree = false;
  bool has_hash = false;
  OperatorId equality = 0;  ///< of the default btree class, else of the default hash class
  EqualImage equal_image = EqualImage::No;
  std::string extension;     ///< "" unless made by CREATE EXTENSION
  source::Range definition;  ///< nowhere for built-in types

  bool builtin() const { return id < kFirstUserId; }
};

/// What can be done with values of a type, looked through domains, arrays and composites.
struct Equality {
  bool has_btree = false;  ///< sortable; usable in a unique index and GROUP BY by sorting
  bool has_hash = false;
  OperatorId equality = 0;  ///< 0: the type has no equality
  EqualImage equal_image = EqualImage::No;

  explicit operator bool() const { return equality != 0; }
};

struct Collation {
  std::string schema;
  std::string name;
  bool deterministic = true;
  source::Range definition;
};

}  // namespace tricklec::catalog
