#include "tricklec/catalog/catalog.h"

#include <algorithm>

#include "tricklec/catalog/builtins.h"
#include "tricklec/catalog/modifier_texts.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

namespace {

constexpr std::string_view kSystemSchema = "pg_catalog";
constexpr std::string_view kTemporarySchema = "pg_temp";

template <typename Index>
void AddName(Index& index, std::string_view name, uint32_t id) {
  auto found = index.find(name);
  if (found == index.end()) found = index.emplace(std::string(name), 0).first;
  found->second.push_back(id);
}

template <typename Index>
void RemoveName(Index& index, std::string_view name, uint32_t id) {
  auto found = index.find(name);
  if (found == index.end()) return;
  std::erase(found->second, id);
  if (found->second.empty()) index.erase(found);
}

template <typename Object>
const Object* Find(const std::map<uint32_t, Object>& objects, uint32_t id) {
  auto found = objects.find(id);
  return found == objects.end() ? nullptr : &found->second;
}

// The object of a name in a schema.
template <typename Object, typename Index>
const Object* FindIn(const std::map<uint32_t, Object>& objects, const Index& index,
                     std::string_view schema, std::string_view name) {
  auto found = index.find(name);
  if (found == index.end()) return nullptr;
  for (uint32_t id : found->second) {
    const Object* object = Find(objects, id);
    if (object->schema == schema) return object;
  }
  return nullptr;
}

bool SameSignature(const Function& a, const Function& b) { return a.args == b.args; }
bool SameSignature(const Operator& a, const Operator& b) {
  return a.left == b.left && a.right == b.right;
}

template <typename Object>
void AddVisible(std::vector<const Object*>& result, const Object* object) {
  bool hidden = std::any_of(result.begin(), result.end(), [&](const Object* other) {
    return other->schema != object->schema && SameSignature(*other, *object);
  });
  if (!hidden) result.push_back(object);
}

}  // namespace

Catalog::Catalog(int server_version, SearchPath default_path)
    : server_version_(server_version),
      builtins_(Builtins::Of(server_version)),
      modifiers_(std::make_shared<ModifierTexts>()),
      default_path_(std::move(default_path)),
      search_path_(default_path_),
      schemas_{"information_schema", std::string(kSystemSchema), "public"} {}

// --- Schemas ---------------------------------------------------------------------------------

bool Catalog::HasSchema(std::string_view schema) const { return schemas_.contains(schema); }

void Catalog::AddSchema(std::string schema) { schemas_.insert(std::move(schema)); }

void Catalog::RemoveSchema(std::string_view schema) {
  if (auto found = schemas_.find(schema); found != schemas_.end()) schemas_.erase(found);
}

std::string Catalog::CreationSchema(const SearchPath& path) const {
  for (const std::string& schema : path.schemas) {
    if (schema == kTemporarySchema || HasSchema(schema)) return schema;
  }
  return {};
}

std::vector<std::string> Catalog::LookupOrder(const SearchPath& path, bool with_temporary) const {
  std::vector<std::string> order;
  auto lists = [&](std::string_view schema) {
    return std::find(path.schemas.begin(), path.schemas.end(), schema) != path.schemas.end();
  };
  if (with_temporary && !lists(kTemporarySchema)) order.emplace_back(kTemporarySchema);
  if (!lists(kSystemSchema)) order.emplace_back(kSystemSchema);
  for (const std::string& schema : path.schemas) {
    if (schema == kTemporarySchema && !with_temporary) continue;
    order.push_back(schema);
  }
  return order;
}

// --- Types -----------------------------------------------------------------------------------

const Type& Catalog::GetType(TypeId id) const {
  const Type* type = FindType(id);
  TRICKLEC_CHECK(type != nullptr, "a type id that the catalog does not have");
  return *type;
}

const Type* Catalog::FindType(TypeId id) const {
  return id < kFirstUserId ? builtins_->FindType(id) : Find(types_, id);
}

const Type* Catalog::FindType(std::string_view schema, std::string_view name,
                              const SearchPath& path) const {
  auto in = [&](std::string_view where) -> const Type* {
    if (where == kSystemSchema) {
      if (const Type* type = builtins_->FindType(name)) return type;
    }
    return FindIn(types_, type_index_, where, name);
  };
  if (!schema.empty()) return in(schema);
  for (const std::string& where : LookupOrder(path, true)) {
    if (const Type* type = in(where)) return type;
  }
  return nullptr;
}

TypeRef Catalog::BaseType(TypeRef type) const {
  while (const Type* found = FindType(type.type)) {
    if (found->kind != TypeKind::Domain) break;
    // The modifier belongs to the innermost type that has one.
    type = {found->base.type, type.typmod == -1 ? found->base.typmod : type.typmod};
  }
  return type;
}

bool Catalog::HasDomainConstraints(TypeId id) const {
  for (const Type* type = FindType(id); type != nullptr && type->kind == TypeKind::Domain;
       type = FindType(type->base.type)) {
    if (type->not_null || !type->checks.empty()) return true;
  }
  return false;
}

TypeId Catalog::ArrayOf(TypeId element) const {
  const Type* type = FindType(element);
  return type == nullptr ? types::kNone : type->array;
}

TypeId Catalog::ElementOf(TypeId array) const {
  const Type* type = FindType(BaseType(array));
  return type != nullptr && type->kind == TypeKind::Array ? type->element : types::kNone;
}

QualifiedName Catalog::CollationOf(TypeId id) const {
  const Type* type = FindType(id);
  while (type != nullptr && type->kind == TypeKind::Domain && type->collation.empty()) {
    type = FindType(type->base.type);
  }
  if (type == nullptr) return {};
  if (!type->collation.empty()) return type->collation;
  if (type->kind == TypeKind::Array && type->default_collation.empty()) {
    return CollationOf(type->element);
  }
  if (type->default_collation.empty()) return {};
  return {std::string(kSystemSchema), type->default_collation};
}

std::vector<CompositeAttribute> Catalog::AttributesOf(TypeId id) const {
  const Type* type = FindType(BaseType(id));
  if (type == nullptr) return {};
  if (type->relation == 0) return type->attributes;
  std::vector<CompositeAttribute> attributes;
  for (const Column& column : GetRelation(type->relation).columns) {
    if (!column.dropped) attributes.push_back({column.name, column.type, column.collation});
  }
  return attributes;
}

TypeId Catalog::AddType(Type type) {
  TypeId id = next_id_++;
  type.id = id;
  bool wants_array =
      type.array == types::kNone && type.kind != TypeKind::Array && type.kind != TypeKind::Pseudo;
  if (wants_array) type.array = next_id_++;
  if (wants_array) {
    Type array;
    array.id = type.array;
    array.schema = type.schema;
    array.name = "_" + type.name;
    while (FindIn(types_, type_index_, array.schema, array.name) != nullptr) {
      array.name.insert(0, "_");
    }
    array.kind = TypeKind::Array;
    array.category = 'A';
    array.element = id;
    array.default_collation = type.default_collation;
    array.extension = type.extension;
    array.definition = type.definition;
    AddName(type_index_, array.name, array.id);
    types_.emplace(array.id, std::move(array));
  }
  AddName(type_index_, type.name, id);
  types_.emplace(id, std::move(type));
  return id;
}

Type* Catalog::MutableType(TypeId id) { return const_cast<Type*>(Find(types_, id)); }

void Catalog::RenameType(TypeId id, std::string schema, std::string name) {
  Type* type = MutableType(id);
  TRICKLEC_CHECK(type != nullptr, "renaming a type that is not there");
  RemoveName(type_index_, type->name, id);
  type->schema = schema;
  type->name = name;
  AddName(type_index_, type->name, id);
  if (Type* array = MutableType(type->array); array != nullptr) {
    RemoveName(type_index_, array->name, array->id);
    array->schema = std::move(schema);
    array->name = "_" + name;
    while (FindIn(types_, type_index_, array->schema, array->name) != nullptr) {
      array->name.insert(0, "_");
    }
    AddName(type_index_, array->name, array->id);
  }
}

void Catalog::RemoveType(TypeId id) {
  const Type* type = Find(types_, id);
  if (type == nullptr) return;
  TypeId array = type->kind == TypeKind::Array ? types::kNone : type->array;
  RemoveName(type_index_, type->name, id);
  types_.erase(id);
  RemoveType(array);
}

// --- Relations -------------------------------------------------------------------------------

const Relation& Catalog::GetRelation(RelationId id) const {
  const Relation* relation = FindRelation(id);
  TRICKLEC_CHECK(relation != nullptr, "a relation id that the catalog does not have");
  return *relation;
}

const Relation* Catalog::FindRelation(RelationId id) const { return Find(relations_, id); }

const Relation* Catalog::FindRelation(std::string_view schema, std::string_view name,
                                      const SearchPath& path) const {
  if (!schema.empty()) return FindIn(relations_, relation_index_, schema, name);
  for (const std::string& where : LookupOrder(path, true)) {
    // An unqualified name of a system table hides one of the same name in the path.
    if (where == kSystemSchema && builtins_->HasSystemRelation(where, name)) return nullptr;
    const Relation* relation = FindIn(relations_, relation_index_, where, name);
    if (relation != nullptr) return relation;
  }
  return nullptr;
}

bool Catalog::IsSystemRelation(std::string_view schema, std::string_view name,
                               const SearchPath& path) const {
  if (!schema.empty()) return builtins_->HasSystemRelation(schema, name);
  for (const std::string& where : LookupOrder(path, true)) {
    if (builtins_->HasSystemRelation(where, name)) return true;
    if (FindIn(relations_, relation_index_, where, name) != nullptr) return false;
  }
  return false;
}

RelationId Catalog::AddRelation(Relation relation) {
  TRICKLEC_CHECK(FindIn(relations_, relation_index_, relation.schema, relation.name) == nullptr,
                 "adding a relation whose name is taken");
  RelationId id = next_id_++;
  relation.id = id;
  if (relation.kind != RelationKind::Sequence && relation.kind != RelationKind::Unknown) {
    Type row;
    row.schema = relation.schema;
    row.name = relation.name;
    row.kind = TypeKind::Composite;
    row.category = 'C';
    row.relation = id;
    row.extension = relation.extension;
    row.definition = relation.definition;
    relation.row_type = AddType(std::move(row));
  }
  AddName(relation_index_, relation.name, id);
  relations_.emplace(id, std::move(relation));
  return id;
}

Relation* Catalog::MutableRelation(RelationId id) {
  return const_cast<Relation*>(FindRelation(id));
}

void Catalog::SetColumns(RelationId id, std::vector<Column> columns) {
  Relation* relation = MutableRelation(id);
  TRICKLEC_CHECK(relation != nullptr, "columns for a relation that is not there");
  relation->columns = std::move(columns);
  relation->columns_known = true;
}

void Catalog::RenameRelation(RelationId id, std::string schema, std::string name) {
  Relation* relation = MutableRelation(id);
  TRICKLEC_CHECK(relation != nullptr, "renaming a relation that is not there");
  RemoveName(relation_index_, relation->name, id);
  for (auto& [other_id, other] : relations_) {
    for (Constraint& constraint : other.constraints) {
      if (constraint.ref_relation == id) constraint.ref_name = {schema, name};
    }
  }
  for (Index& index : relation->indexes) index.schema = schema;
  relation->schema = std::move(schema);
  relation->name = std::move(name);
  AddName(relation_index_, relation->name, id);
  if (relation->row_type != types::kNone) {
    RenameType(relation->row_type, relation->schema, relation->name);
  }
}

void Catalog::RemoveRelation(RelationId id) {
  const Relation* relation = FindRelation(id);
  if (relation == nullptr) return;
  RemoveType(relation->row_type);
  RemoveName(relation_index_, relation->name, id);
  relations_.erase(id);
  for (auto& [other_id, other] : relations_) {
    std::erase(other.parents, id);
    std::erase(other.children, id);
    for (Constraint& constraint : other.constraints) {
      if (constraint.ref_relation == id) constraint.ref_relation = 0;
    }
  }
}

const Relation* Catalog::FindIndex(std::string_view schema, std::string_view name,
                                   const SearchPath& path, size_t& index) const {
  auto in = [&](std::string_view where) -> const Relation* {
    for (const auto& [id, relation] : relations_) {
      for (size_t i = 0; i < relation.indexes.size(); ++i) {
        if (relation.indexes[i].name != name || relation.indexes[i].schema != where) continue;
        index = i;
        return &relation;
      }
    }
    return nullptr;
  };
  if (!schema.empty()) return in(schema);
  for (const std::string& where : LookupOrder(path, true)) {
    if (const Relation* relation = in(where)) return relation;
  }
  return nullptr;
}

// --- Functions and operators -----------------------------------------------------------------

const Function* Catalog::FindFunction(FunctionId id) const {
  return id < kFirstUserId ? builtins_->FindFunction(id) : Find(functions_, id);
}

const Function& Catalog::GetFunction(FunctionId id) const {
  const Function* function = FindFunction(id);
  TRICKLEC_CHECK(function != nullptr, "a function id that the catalog does not have");
  return *function;
}

const Operator* Catalog::FindOperator(OperatorId id) const {
  return id < kFirstUserId ? builtins_->FindOperator(id) : Find(operators_, id);
}

const Operator& Catalog::GetOperator(OperatorId id) const {
  const Operator* op = FindOperator(id);
  TRICKLEC_CHECK(op != nullptr, "an operator id that the catalog does not have");
  return *op;
}

std::vector<const Function*> Catalog::FindFunctions(std::string_view schema, std::string_view name,
                                                    const SearchPath& path) const {
  std::vector<const Function*> result;
  auto add_from = [&](std::string_view where) {
    if (where == kSystemSchema) {
      for (const Function* function : builtins_->FindFunctions(name)) AddVisible(result, function);
    }
    auto found = function_index_.find(name);
    if (found == function_index_.end()) return;
    for (FunctionId id : found->second) {
      const Function* function = Find(functions_, id);
      if (function->schema == where) AddVisible(result, function);
    }
  };
  if (!schema.empty()) {
    add_from(schema);
  } else {
    for (const std::string& where : LookupOrder(path, false)) add_from(where);
  }
  return result;
}

std::vector<const Operator*> Catalog::FindOperators(std::string_view schema, std::string_view name,
                                                    const SearchPath& path) const {
  std::vector<const Operator*> result;
  auto add_from = [&](std::string_view where) {
    if (where == kSystemSchema) {
      for (const Operator* op : builtins_->FindOperators(name)) AddVisible(result, op);
    }
    auto found = operator_index_.find(name);
    if (found == operator_index_.end()) return;
    for (OperatorId id : found->second) {
      const Operator* op = Find(operators_, id);
      if (op->schema == where) AddVisible(result, op);
    }
  };
  if (!schema.empty()) {
    add_from(schema);
  } else {
    for (const std::string& where : LookupOrder(path, false)) add_from(where);
  }
  return result;
}

const Operator* Catalog::FindOperator(std::string_view schema, std::string_view name, TypeId left,
                                      TypeId right, const SearchPath& path) const {
  for (const Operator* op : FindOperators(schema, name, path)) {
    if (op->left == left && op->right == right) return op;
  }
  return nullptr;
}

FunctionId Catalog::AddFunction(Function function) {
  FunctionId id = next_id_++;
  function.id = id;
  AddName(function_index_, function.name, id);
  functions_.emplace(id, std::move(function));
  return id;
}

OperatorId Catalog::AddOperator(Operator op) {
  OperatorId id = next_id_++;
  op.id = id;
  AddName(operator_index_, op.name, id);
  operators_.emplace(id, std::move(op));
  return id;
}

Function* Catalog::MutableFunction(FunctionId id) {
  return const_cast<Function*>(Find(functions_, id));
}

Operator* Catalog::MutableOperator(OperatorId id) {
  return const_cast<Operator*>(Find(operators_, id));
}

void Catalog::RenameFunction(FunctionId id, std::string schema, std::string name) {
  Function* function = MutableFunction(id);
  TRICKLEC_CHECK(function != nullptr, "renaming a function that is not there");
  RemoveName(function_index_, function->name, id);
  function->schema = std::move(schema);
  function->name = std::move(name);
  AddName(function_index_, function->name, id);
}

void Catalog::RemoveFunction(FunctionId id) {
  const Function* function = Find(functions_, id);
  if (function == nullptr) return;
  RemoveName(function_index_, function->name, id);
  functions_.erase(id);
}

void Catalog::RemoveOperator(OperatorId id) {
  const Operator* op = Find(operators_, id);
  if (op == nullptr) return;
  RemoveName(operator_index_, op->name, id);
  operators_.erase(id);
}

// --- Collations ------------------------------------------------------------------------------

namespace {

// Collations of operating systems and ICU differ from server to server; pg_catalog has them under
// names such as "de_DE", "en_US.utf8", "sr_RS@latin", "und-x-icu". All of them are deterministic.
bool LooksLikeLocale(std::string_view name) {
  if (name.ends_with("-x-icu") || name.starts_with("C.")) return true;
  auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  size_t i = 0;
  while (i < name.size() && is_lower(name[i])) ++i;
  if (i < 2 || i > 3) return false;
  std::string_view rest = name.substr(i);
  return rest.starts_with("_") || rest.starts_with(".");
}

}  // namespace

const Collation* Catalog::FindCollation(std::string_view schema, std::string_view name,
                                        const SearchPath& path) const {
  auto in = [&](std::string_view where) -> const Collation* {
    if (where == kSystemSchema) {
      if (const Collation* collation = builtins_->FindCollation(name)) return collation;
    }
    for (const Collation& collation : collations_) {
      if (collation.schema == where && collation.name == name) return &collation;
    }
    return nullptr;
  };
  if (!schema.empty()) {
    if (const Collation* collation = in(schema)) return collation;
    if (schema != kSystemSchema) return nullptr;
  } else {
    for (const std::string& where : LookupOrder(path, false)) {
      if (const Collation* collation = in(where)) return collation;
    }
  }
  return LooksLikeLocale(name) ? builtins_->LocaleCollation(name) : nullptr;
}

void Catalog::AddCollation(Collation collation) { collations_.push_back(std::move(collation)); }

void Catalog::RemoveCollation(std::string_view schema, std::string_view name) {
  std::erase_if(collations_,
                [&](const Collation& c) { return c.schema == schema && c.name == name; });
}

// --- Names near by ---------------------------------------------------------------------------

namespace {

// Names of objects a lookup could have found, without those of extensions and arrays.
template <typename Object>
void CollectNames(const std::map<uint32_t, Object>& objects, std::string_view schema,
                  const std::vector<std::string>& order, std::vector<std::string>& names) {
  for (const auto& [id, object] : objects) {
    bool visible = schema.empty()
                       ? std::find(order.begin(), order.end(), object.schema) != order.end()
                       : object.schema == schema;
    if (visible) names.push_back(object.name);
  }
}

}  // namespace

std::vector<std::string> Catalog::RelationNames(std::string_view schema,
                                                const SearchPath& path) const {
  std::vector<std::string> names;
  CollectNames(relations_, schema, LookupOrder(path, true), names);
  return names;
}

std::vector<std::string> Catalog::TypeNames(std::string_view schema, const SearchPath& path) const {
  std::vector<std::string> names;
  CollectNames(types_, schema, LookupOrder(path, true), names);
  std::erase_if(names, [](const std::string& name) { return name.starts_with("_"); });
  if (schema.empty() || schema == kSystemSchema) {
    for (std::string& name : builtins_->TypeNames()) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> Catalog::FunctionNames(std::string_view schema,
                                                const SearchPath& path) const {
  std::vector<std::string> names;
  CollectNames(functions_, schema, LookupOrder(path, false), names);
  if (schema.empty() || schema == kSystemSchema) {
    for (std::string& name : builtins_->FunctionNames()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace tricklec::catalog
