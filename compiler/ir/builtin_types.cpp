#include "tricklec/ir/builtin_types.h"

namespace tricklec::ir {

namespace {

Type Plain(const char* sql, uint32_t oid, uint32_t bytes) {
  Type type;
  type.known = true;
  type.sql = sql;
  type.id = oid;
  type.max_bytes = bytes;
  type.has_equality = type.sortable = type.hashable = type.equality_is_identity = true;
  type.equality_schema = "pg_catalog";
  type.equality_name = "=";
  type.may_be_infinite = false;
  return type;
}

}  // namespace

Type Bigint() {
  constexpr uint32_t kInt8Oid = 20;
  Type type = Plain("bigint", kInt8Oid, 8);
  type.arithmetic = Arithmetic::Int8;
  type.fixed_scale = 0;
  return type;
}

Type Boolean() {
  constexpr uint32_t kBoolOid = 16;
  return Plain("boolean", kBoolOid, 1);
}

}  // namespace tricklec::ir
