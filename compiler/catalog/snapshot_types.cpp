// Types, collations, functions, operators and casts of a snapshot.

#include "tricklec/catalog/snapshot_reader.h"

namespace tricklec::catalog {

namespace {

const std::vector<std::string_view> kTypeKinds = {"base",  "domain",     "enum",   "composite",
                                                  "range", "multirange", "pseudo", "unknown"};

TypeKind KindOf(const SnapshotItem& item) {
  switch (item.OneOf("kind", kTypeKinds)) {
    case 1: return TypeKind::Domain;
    case 2: return TypeKind::Enum;
    case 3: return TypeKind::Composite;
    case 4: return TypeKind::Range;
    case 5: return TypeKind::Multirange;
    case 6: return TypeKind::Pseudo;
    case 7: return TypeKind::Opaque;
    default: return TypeKind::Base;
  }
}

const Type* FindOwn(const SnapshotReader& reader, const QualifiedName& name) {
  return reader.catalog.FindType(name.schema, name.name, {});
}

// Whether a new type may take this name; a type that was only mentioned so far gives way.
bool IsFree(SnapshotReader& reader, const QualifiedName& name) {
  const Type* other = FindOwn(reader, name);
  if (other == nullptr) return true;
  reader.ReportDuplicate("type", QuoteQualified(name));
  return false;
}

void FillBase(SnapshotReader& reader, const SnapshotItem& item, Type& type) {
  std::string category = item.Str("category");
  if (!category.empty()) type.category = category[0];
  type.preferred = item.Flag("preferred");
  type.length = static_cast<int16_t>(item.Int("length", -1));
  type.element = reader.TypeAt(item, "element").type;
  type.default_collation = item.Str("default_collation");
  type.has_btree = item.Flag("sortable", true);
  type.has_hash = item.Flag("hashable", true);
  QualifiedName equality = item.OperatorNameAt("equality");
  if (!equality.empty()) {
    const Operator* op =
        reader.catalog.FindOperator(equality.schema, equality.name, type.id, type.id, {});
    if (op == nullptr) item.Report("equality", "is not among the operators");
    if (op != nullptr) type.equality = op->id;
  }
  switch (item.OneOf("equal_image", {"no", "by collation", "always"})) {
    case 1: type.equal_image = EqualImage::ByCollation; break;
    case 2: type.equal_image = EqualImage::Always; break;
    default: break;
  }
}

void FillDomain(SnapshotReader& reader, const SnapshotItem& item, Type& type) {
  type.base = reader.TypeAt(item, "base");
  type.not_null = item.Flag("not_null");
  type.collation = item.NameAt("collation");
  for (const SnapshotItem& check : item.Items("checks")) {
    std::string name = check.Str("name");
    type.checks.push_back({name, reader.ExpressionAt(check, "expression", "check " + name),
                           check.Flag("validated", true)});
  }
}

// What a domain has from its base type, whose own domain may come later in the list.
void InheritFromBase(const Catalog& catalog, Type& type) {
  const Type* base = catalog.FindType(catalog.BaseType(type.base.type));
  if (base == nullptr) return;
  type.category = base->category;
  type.length = base->length;
  type.default_collation = base->default_collation;
}

FunctionId FunctionAt(SnapshotReader& reader, const SnapshotItem& item) {
  QualifiedName name = item.NameAt("function");
  if (name.empty()) return 0;
  std::vector<TypeId> args = reader.TypesAt(item, "function_args");
  for (const Function* function : reader.catalog.FindFunctions(name.schema, name.name, {})) {
    if (function->args == args) return function->id;
  }
  // One that no query can call, and no snapshot lists.
  return 0;
}

}  // namespace

void MakeTypes(SnapshotReader& reader, const SnapshotItem& root) {
  for (const SnapshotItem& item : root.Items("types")) {
    QualifiedName name = item.Name();
    if (name.empty() || !IsFree(reader, name)) continue;
    Type type;
    type.schema = name.schema;
    type.name = name.name;
    type.kind = KindOf(item);
    type.extension = item.Str("extension");
    type.enum_labels = item.Names("labels");
    switch (type.kind) {
      case TypeKind::Enum:
        type.category = 'E';
        type.length = 4;
        break;
      case TypeKind::Range:
      case TypeKind::Multirange: type.category = 'R'; break;
      case TypeKind::Base:
      case TypeKind::Domain:
      case TypeKind::Composite:
      case TypeKind::Array:
      case TypeKind::Pseudo:
      case TypeKind::Opaque: break;
    }
    reader.catalog.AddSchema(type.schema);
    reader.catalog.AddType(std::move(type));
  }
}

void FillTypes(SnapshotReader& reader, const SnapshotItem& root) {
  std::vector<SnapshotItem> items = root.Items("types");
  std::vector<TypeId> domains;
  for (const SnapshotItem& item : items) {
    const Type* found = FindOwn(reader, item.Name());
    Type* type = found == nullptr ? nullptr : reader.catalog.MutableType(found->id);
    if (type == nullptr) continue;
    if (type->kind == TypeKind::Base) FillBase(reader, item, *type);
    if (type->kind == TypeKind::Domain) {
      FillDomain(reader, item, *type);
      domains.push_back(type->id);
    }
    type->subtype = reader.TypeAt(item, "subtype").type;
  }
  for (TypeId id : domains) InheritFromBase(reader.catalog, *reader.catalog.MutableType(id));
  // Arrays were made before their elements' collations were known.
  std::vector<TypeId> arrays;
  for (const auto& [id, type] : reader.catalog.user_types()) {
    if (type.kind == TypeKind::Array) arrays.push_back(id);
  }
  for (TypeId id : arrays) {
    Type& array = *reader.catalog.MutableType(id);
    array.default_collation = reader.catalog.GetType(array.element).default_collation;
  }
}

void ReadCollations(SnapshotReader& reader, const SnapshotItem& root) {
  for (const SnapshotItem& item : root.Items("collations")) {
    QualifiedName name = item.Name();
    reader.catalog.AddCollation({name.schema, name.name, item.Flag("deterministic", true), {}});
  }
}

void ReadFunctions(SnapshotReader& reader, const SnapshotItem& root) {
  for (const SnapshotItem& item : root.Items("functions")) {
    Function function;
    QualifiedName name = item.Name();
    function.schema = name.schema;
    function.name = name.name;
    switch (item.OneOf("kind", {"function", "aggregate", "window", "procedure"})) {
      case 1: function.kind = FunctionKind::Aggregate; break;
      case 2: function.kind = FunctionKind::Window; break;
      case 3: function.kind = FunctionKind::Procedure; break;
      default: break;
    }
    function.extension = item.Str("extension");
    function.args = reader.TypesAt(item, "args");
    function.arg_names = item.Names("arg_names");
    function.default_count = item.Int("defaults");
    function.variadic_element = reader.TypeAt(item, "variadic").type;
    function.returns = reader.TypeAt(item, "returns").type;
    function.returns_set = item.Flag("returns_set");
    for (const auto& [column, type] : item.Pairs("columns")) {
      function.out_columns.push_back({column, {reader.TypeOf(type).type, -1}, {}});
    }
    switch (item.OneOf("volatility", {"volatile", "stable", "immutable"})) {
      case 1: function.volatility = Volatility::Stable; break;
      case 2: function.volatility = Volatility::Immutable; break;
      default: break;
    }
    function.strict = item.Flag("strict");
    function.leakproof = item.Flag("leakproof");
    switch (item.OneOf("aggregate", {"", "ordered-set", "hypothetical-set"})) {
      case 1: function.aggregate_kind = AggregateKind::OrderedSet; break;
      case 2: function.aggregate_kind = AggregateKind::HypotheticalSet; break;
      default: break;
    }
    function.direct_args = item.Int("direct_args");
    reader.catalog.AddFunction(std::move(function));
  }
}

void ReadOperators(SnapshotReader& reader, const SnapshotItem& root) {
  std::vector<std::pair<OperatorId, SnapshotItem>> made;
  for (const SnapshotItem& item : root.Items("operators")) {
    Operator op;
    QualifiedName name = item.OperatorNameAt("name");
    op.schema = name.schema;
    op.name = name.name;
    op.left = reader.TypeAt(item, "left").type;
    op.right = reader.TypeAt(item, "right").type;
    op.result = reader.TypeAt(item, "result").type;
    op.function = FunctionAt(reader, item);
    op.merges = item.Flag("merges");
    op.hashes = item.Flag("hashes");
    op.extension = item.Str("extension");
    made.emplace_back(reader.catalog.AddOperator(std::move(op)), item);
  }
  for (const auto& [id, item] : made) {
    Operator& op = *reader.catalog.MutableOperator(id);
    auto find = [&](const char* key, TypeId left, TypeId right) -> OperatorId {
      QualifiedName name = item.OperatorNameAt(key);
      if (name.empty()) return 0;
      const Operator* other = reader.catalog.FindOperator(name.schema, name.name, left, right, {});
      return other == nullptr ? 0 : other->id;
    };
    op.commutator = find("commutator", op.right, op.left);
    op.negator = find("negator", op.left, op.right);
  }
}

void ReadCasts(SnapshotReader& reader, const SnapshotItem& root) {
  for (const SnapshotItem& item : root.Items("casts")) {
    Cast cast;
    cast.source = reader.TypeAt(item, "source").type;
    cast.target = reader.TypeAt(item, "target").type;
    cast.function = FunctionAt(reader, item);
    cast.extension = item.Str("extension");
    switch (item.OneOf("context", {"explicit", "assignment", "implicit"})) {
      case 1: cast.context = CastContext::Assignment; break;
      case 2: cast.context = CastContext::Implicit; break;
      default: break;
    }
    switch (item.OneOf("method", {"function", "binary", "inout"})) {
      case 1: cast.method = CastMethod::Binary; break;
      case 2: cast.method = CastMethod::InOut; break;
      default: break;
    }
    reader.catalog.RemoveCast(cast.source, cast.target);
    reader.catalog.AddCast(std::move(cast));
  }
}

}  // namespace tricklec::catalog
