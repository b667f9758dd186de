#include "tricklec/analyze/type_facts.h"

#include <algorithm>

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::TypeRef;

namespace {

// Longest a character can be in any server encoding, and what a long varlena value adds.
constexpr uint32_t kMaxCharacterBytes = 4;
constexpr uint32_t kVarlenaHeader = 4;
constexpr int32_t kTypmodHeader = 4;

ir::Arithmetic ArithmeticOf(catalog::TypeId type) {
  switch (type) {
    case types::kInt2: return ir::Arithmetic::Int2;
    case types::kInt4: return ir::Arithmetic::Int4;
    case types::kInt8: return ir::Arithmetic::Int8;
    case types::kNumeric: return ir::Arithmetic::Numeric;
    case types::kFloat4: return ir::Arithmetic::Float4;
    case types::kFloat8: return ir::Arithmetic::Float8;
    case types::kMoney: return ir::Arithmetic::Money;
    case types::kInterval: return ir::Arithmetic::Interval;
    default: return ir::Arithmetic::None;
  }
}

// numeric.c: precision in the upper 16 bits, scale as 11 bits in two's complement.
int NumericScale(int32_t typmod) {
  int32_t bits = (typmod - kTypmodHeader) & 0x7FF;
  return (bits ^ 1024) - 1024;
}

uint32_t NumericPrecision(int32_t typmod) {
  return static_cast<uint32_t>((typmod - kTypmodHeader) >> 16) & 0xFFFF;
}

std::optional<int> FixedScale(TypeRef type) {
  switch (type.type) {
    case types::kInt2:
    case types::kInt4:
    case types::kInt8: return 0;
    case types::kNumeric:
      // A negative scale rounds to tens; such values are displayed with scale 0.
      if (type.typmod >= kTypmodHeader) return std::max(0, NumericScale(type.typmod));
      return std::nullopt;
    default: return std::nullopt;
  }
}

bool MayBeInfinite(TypeRef type) {
  switch (type.type) {
    case types::kNumeric: return type.typmod < kTypmodHeader;
    case types::kInt2:
    case types::kInt4:
    case types::kInt8:
    case types::kMoney:
    case types::kBool: return false;
    default: return true;
  }
}

std::optional<uint32_t> DomainBound(const catalog::Catalog& catalog, catalog::TypeId id,
                                    bool is_bytes) {
  std::optional<uint32_t> best;
  for (const catalog::Type* type = catalog.FindType(id);
       type != nullptr && type->kind == catalog::TypeKind::Domain;
       type = catalog.FindType(type->base.type)) {
    for (const catalog::DomainCheck& check : type->checks) {
      if (!check.validated || !check.expression) continue;
      auto bound = BoundByCheck(check.expression.node, "value", is_bytes);
      if (bound && (!best || *bound < *best)) best = bound;
    }
  }
  return best;
}

std::optional<uint32_t> MaxBytes(const catalog::Catalog& catalog, TypeRef declared) {
  TypeRef base = catalog.BaseType(declared);
  const catalog::Type* type = catalog.FindType(base.type);
  if (type == nullptr) return std::nullopt;
  if (type->kind == catalog::TypeKind::Enum) return 4;
  if (type->kind == catalog::TypeKind::Range) {
    // Header, type id, flags, and two aligned bounds.
    auto bound = MaxBytes(catalog, {type->subtype, -1});
    if (!bound) return std::nullopt;
    return kVarlenaHeader + 4 + 1 + 2 * (*bound + 8);
  }
  if (type->kind != catalog::TypeKind::Base) return std::nullopt;
  if (type->length > 0) return static_cast<uint32_t>(type->length);
  switch (base.type) {
    case types::kVarChar:
    case types::kBpChar:
      if (base.typmod >= kTypmodHeader) {
        return static_cast<uint32_t>(base.typmod - kTypmodHeader) * kMaxCharacterBytes +
               kVarlenaHeader;
      }
      break;
    case types::kBit:
    case types::kVarBit:
      if (base.typmod >= 0) {
        return (static_cast<uint32_t>(base.typmod) + 7) / 8 + 4 + kVarlenaHeader;
      }
      break;
    case types::kNumeric:
      // Base-10000 digits of two bytes, one more on each side of the point, and headers.
      if (base.typmod >= kTypmodHeader) {
        return 2 * (NumericPrecision(base.typmod) / 4 + 3) + 4 + kVarlenaHeader;
      }
      break;
    default: break;
  }
  constexpr catalog::TypeId kInet = 869, kCidr = 650;
  if (base.type == kInet || base.type == kCidr) return 24;
  return DomainBound(catalog, declared.type, base.type == types::kBytea);
}

bool IsDeterministic(const catalog::Catalog& catalog, const catalog::QualifiedName& collation) {
  if (collation.empty() || collation.schema == "pg_catalog") return true;
  const catalog::Collation* found = catalog.FindCollation(collation.schema, collation.name, {});
  return found != nullptr && found->deterministic;
}

bool EqualityIsIdentity(const catalog::Catalog& catalog, TypeRef type,
                        const catalog::Equality& equality,
                        const catalog::QualifiedName& collation) {
  // Every value of numeric(p,s) is displayed with the same scale.
  if (type.type == types::kNumeric && type.typmod >= kTypmodHeader) return true;
  switch (equality.equal_image) {
    case catalog::EqualImage::Always: return true;
    case catalog::EqualImage::ByCollation: break;
    case catalog::EqualImage::No: return false;
  }
  // char(n) is padded to n; without n trailing blanks differ and are not compared.
  if (type.type == types::kBpChar && type.typmod < kTypmodHeader) return false;
  return IsDeterministic(catalog, collation);
}

bool IsTextual(catalog::TypeId base) {
  return base == types::kText || base == types::kVarChar || base == types::kBpChar ||
         base == types::kBytea;
}

}  // namespace

ir::Type UnknownType() { return {}; }

ir::Type TypeFacts(const catalog::Catalog& catalog, TypeRef type,
                   const catalog::QualifiedName& collation) {
  if (!type) return UnknownType();
  TypeRef base = catalog.BaseType(type);
  ir::Type facts;
  facts.known = true;
  facts.sql = catalog.FormatType(type);
  facts.id = type.type;
  facts.typmod = type.typmod;
  facts.arithmetic = ArithmeticOf(base.type);
  facts.fixed_scale = FixedScale(base);
  facts.may_be_infinite = MayBeInfinite(base);
  facts.max_bytes = MaxBytes(catalog, type);
  catalog::Equality equality = catalog.EqualityOf(type.type);
  facts.has_equality = static_cast<bool>(equality);
  if (const catalog::Operator* op = catalog.FindOperator(equality.equality)) {
    facts.equality_schema = op->schema;
    facts.equality_name = op->name;
  }
  facts.sortable = equality.has_btree;
  facts.hashable = equality.has_hash;
  facts.equality_is_identity = EqualityIsIdentity(catalog, base, equality, collation);
  return facts;
}

std::optional<uint32_t> ColumnBytes(const catalog::Catalog& catalog,
                                    const catalog::Relation& relation,
                                    const catalog::Column& column, const ir::Type& type) {
  std::optional<uint32_t> best = type.max_bytes;
  catalog::TypeId base = catalog.BaseType(column.type.type);
  if (!IsTextual(base)) return best;
  for (const catalog::Constraint& constraint : relation.constraints) {
    if (constraint.kind != catalog::ConstraintKind::Check || !constraint.reliable() ||
        !constraint.check) {
      continue;
    }
    auto bound = BoundByCheck(constraint.check.node, column.name, base == types::kBytea);
    if (bound && (!best || *bound < *best)) best = bound;
  }
  return best;
}

}  // namespace tricklec::analyze
