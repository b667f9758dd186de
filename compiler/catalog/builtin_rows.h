#pragma once

#include "tricklec/catalog/functions.h"
#include "tricklec/catalog/table_reader.h"
#include "tricklec/catalog/types.h"

namespace tricklec::catalog {

/// How a table's fields name other objects: by OID here; extensions have names of their own.
class ReferenceReader {
 public:
  virtual ~ReferenceReader() = default;
  virtual TypeId ReadTypeId(std::string_view text) const;
  virtual FunctionId ReadFunctionId(std::string_view text) const;
  virtual OperatorId ReadOperatorId(std::string_view text) const;
};

// The columns of the tables, from `at` on (tools/builtins/generate.py writes them):
//
// types      id, name, kind (a: array, else pg_type.typtype), category, preferred, length, element,
//            array, subtype, base, base typmod, not null, collation, btree `=`, hash `=`,
//            equal image (a: always, c: by collation)
// functions  id, name, kind, volatility, strict, leakproof, result, returns set, arguments,
//            default count, variadic element, argument names, OUT columns (name, type, …),
//            aggregate kind, direct arguments
// operators  id, name, left, right, result, function, commutator, negator, merges, hashes
// casts      source, target, function, context, method
//
// Schemas are not in the tables: the caller sets them.
Type ReadType(const Row& row, size_t at, const ReferenceReader& references);
Function ReadFunction(const Row& row, size_t at, const ReferenceReader& references);
Operator ReadOperator(const Row& row, size_t at, const ReferenceReader& references);
Cast ReadCast(const Row& row, size_t at, const ReferenceReader& references);

}  // namespace tricklec::catalog
