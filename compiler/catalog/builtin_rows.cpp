#include "tricklec/catalog/builtin_rows.h"

#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

namespace {

TypeKind KindOf(char letter) {
  switch (letter) {
    case 'a': return TypeKind::Array;
    case 'b': return TypeKind::Base;
    case 'd': return TypeKind::Domain;
    case 'e': return TypeKind::Enum;
    case 'c': return TypeKind::Composite;
    case 'r': return TypeKind::Range;
    case 'm': return TypeKind::Multirange;
    case 'p': return TypeKind::Pseudo;
  }
  source::FailInternal(__FILE__, __LINE__, "unknown kind in the table of types");
}

}  // namespace

TypeId ReferenceReader::ReadTypeId(std::string_view text) const {
  return static_cast<TypeId>(ToNumber(text));
}

FunctionId ReferenceReader::ReadFunctionId(std::string_view text) const {
  return static_cast<FunctionId>(ToNumber(text));
}

OperatorId ReferenceReader::ReadOperatorId(std::string_view text) const {
  return static_cast<OperatorId>(ToNumber(text));
}

Type ReadType(const Row& row, size_t at, const ReferenceReader& references) {
  Type type;
  type.id = row.Id(at);
  type.name = row[at + 1];
  type.kind = KindOf(row.Letter(at + 2));
  type.category = row.Letter(at + 3);
  type.preferred = row.Flag(at + 4);
  type.length = static_cast<int16_t>(row.Number(at + 5));
  type.element = references.ReadTypeId(row[at + 6]);
  type.array = references.ReadTypeId(row[at + 7]);
  type.subtype = references.ReadTypeId(row[at + 8]);
  type.base = {references.ReadTypeId(row[at + 9]), static_cast<int32_t>(row.Number(at + 10, -1))};
  type.not_null = row.Flag(at + 11);
  type.default_collation = row[at + 12];
  OperatorId btree_equality = references.ReadOperatorId(row[at + 13]);
  OperatorId hash_equality = references.ReadOperatorId(row[at + 14]);
  type.has_btree = btree_equality != 0;
  type.has_hash = hash_equality != 0;
  type.equality = btree_equality != 0 ? btree_equality : hash_equality;
  switch (row.Letter(at + 15)) {
    case 'a': type.equal_image = EqualImage::Always; break;
    case 'c': type.equal_image = EqualImage::ByCollation; break;
    default: break;
  }
  return type;
}

Function ReadFunction(const Row& row, size_t at, const ReferenceReader& references) {
  Function function;
  function.id = row.Id(at);
  function.name = row[at + 1];
  switch (row.Letter(at + 2)) {
    case 'a': function.kind = FunctionKind::Aggregate; break;
    case 'w': function.kind = FunctionKind::Window; break;
    case 'p': function.kind = FunctionKind::Procedure; break;
    default: break;
  }
  switch (row.Letter(at + 3)) {
    case 'i': function.volatility = Volatility::Immutable; break;
    case 's': function.volatility = Volatility::Stable; break;
    default: break;
  }
  function.strict = row.Flag(at + 4);
  function.leakproof = row.Flag(at + 5);
  function.returns = references.ReadTypeId(row[at + 6]);
  function.returns_set = row.Flag(at + 7);
  for (std::string_view rest = row[at + 8]; !rest.empty();) {
    function.args.push_back(references.ReadTypeId(TakeUpTo(rest, ' ')));
  }
  function.default_count = static_cast<int>(row.Number(at + 9));
  function.variadic_element = references.ReadTypeId(row[at + 10]);
  for (std::string_view rest = row[at + 11]; !rest.empty();) {
    function.arg_names.emplace_back(TakeUpTo(rest, ' '));
  }
  if (function.arg_names.size() != function.args.size()) function.arg_names.clear();
  for (std::string_view rest = row[at + 12]; !rest.empty();) {
    std::string_view name = TakeUpTo(rest, ' ');
    TypeRef type{references.ReadTypeId(TakeUpTo(rest, ' ')), -1};
    function.out_columns.push_back({std::string(name), type, {}});
  }
  switch (row.Letter(at + 13)) {
    case 'o': function.aggregate_kind = AggregateKind::OrderedSet; break;
    case 'h': function.aggregate_kind = AggregateKind::HypotheticalSet; break;
    default: break;
  }
  function.direct_args = static_cast<int>(row.Number(at + 14));
  return function;
}

Operator ReadOperator(const Row& row, size_t at, const ReferenceReader& references) {
  Operator op;
  op.id = row.Id(at);
  op.name = row[at + 1];
  op.left = references.ReadTypeId(row[at + 2]);
  op.right = references.ReadTypeId(row[at + 3]);
  op.result = references.ReadTypeId(row[at + 4]);
  op.function = references.ReadFunctionId(row[at + 5]);
  op.commutator = references.ReadOperatorId(row[at + 6]);
  op.negator = references.ReadOperatorId(row[at + 7]);
  op.merges = row.Flag(at + 8);
  op.hashes = row.Flag(at + 9);
  return op;
}

Cast ReadCast(const Row& row, size_t at, const ReferenceReader& references) {
  Cast cast;
  cast.source = references.ReadTypeId(row[at]);
  cast.target = references.ReadTypeId(row[at + 1]);
  cast.function = references.ReadFunctionId(row[at + 2]);
  switch (row.Letter(at + 3)) {
    case 'i': cast.context = CastContext::Implicit; break;
    case 'a': cast.context = CastContext::Assignment; break;
    default: break;
  }
  switch (row.Letter(at + 4)) {
    case 'b': cast.method = CastMethod::Binary; break;
    case 'i': cast.method = CastMethod::InOut; break;
    default: break;
  }
  return cast;
}

}  // namespace tricklec::catalog
