// CREATE and ALTER of types, domains and collations.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

// Fills the names of a new type; false if the name is taken. A type that was only mentioned before
// (a shell type, or one of an extension) is taken over: it keeps its id.
bool Claim(LoadContext& context, const WrittenName& written, Type& type) {
  type.schema = context.CreationSchemaOf(written);
  type.name = written.name;
  type.definition = written.range;
  return !context.IsTypeTaken({type.schema, type.name}, written.range, false);
}

TypeId Define(LoadContext& context, Type type) {
  const Type* shell = context.catalog.FindType(type.schema, type.name, context.path());
  if (shell == nullptr || shell->kind != TypeKind::Opaque) {
    return context.catalog.AddType(std::move(type));
  }
  type.id = shell->id;
  type.array = shell->array;
  TypeId id = type.id;
  *context.catalog.MutableType(id) = std::move(type);
  return id;
}

void CreateComposite(LoadContext& context, const pgparse::Node& statement) {
  WrittenName name = context.NameOf(statement["typevar"]);
  Relation relation;
  relation.schema = context.CreationSchemaOf(name);
  relation.name = name.name;
  relation.kind = RelationKind::Composite;
  relation.definition = context.statement;
  relation.name_range = name.range;
  if (context.IsTypeTaken(relation.qualified_name(), name.range, false) ||
      context.IsTaken(relation.qualified_name(), name.range, "type", false)) {
    return;
  }
  Relation& made = *context.catalog.MutableRelation(context.catalog.AddRelation(relation));
  for (const pgparse::Node& column : statement.List("coldeflist")) {
    AddColumn(context, made, column);
  }
}

void CreateEnum(LoadContext& context, const pgparse::Node& statement) {
  Type type;
  if (!Claim(context, context.NameOf(statement.Names("type_name")), type)) return;
  type.kind = TypeKind::Enum;
  type.category = 'E';
  type.length = 4;
  type.enum_labels = statement.Names("vals");
  Define(context, std::move(type));
}

// The type an ALTER names, or nullptr after reporting it.
Type* FindTypeToChange(LoadContext& context, const WrittenName& name, std::string_view what) {
  const Type* type = context.catalog.FindType(name.schema, name.name, context.path());
  if (type == nullptr) {
    context.ReportMissing(name, what, context.catalog.TypeNames(name.schema, context.path()));
    return nullptr;
  }
  return context.catalog.MutableType(type->id);
}

void AlterEnum(LoadContext& context, const pgparse::Node& statement) {
  Type* type = FindTypeToChange(context, context.NameOf(statement.Names("type_name")), "type");
  if (type == nullptr || type->kind != TypeKind::Enum) return;
  std::vector<std::string>& labels = type->enum_labels;
  std::string old_label = statement.Str("old_val");
  std::string new_label = statement.Str("new_val");
  if (!old_label.empty()) {
    std::replace(labels.begin(), labels.end(), old_label, new_label);
    return;
  }
  if (std::find(labels.begin(), labels.end(), new_label) != labels.end()) return;
  std::string neighbor = statement.Str("new_val_neighbor");
  auto place = neighbor.empty() ? labels.end() : std::find(labels.begin(), labels.end(), neighbor);
  if (place != labels.end() && statement.Bool("new_val_is_after")) ++place;
  labels.insert(place, new_label);
}

void AddRangeConstructors(LoadContext& context, const Type& range, const Type& multirange) {
  Function function;
  function.volatility = Volatility::Immutable;
  function.definition = range.definition;
  auto add = [&](const Type& of, std::vector<TypeId> args, TypeId variadic) {
    function.schema = range.schema;  // wherever the multirange is
    function.name = of.name;
    function.returns = of.id;
    function.strict = &of == &multirange;
    function.args = std::move(args);
    function.variadic_element = variadic;
    return context.catalog.AddFunction(function);
  };
  add(range, {range.subtype, range.subtype}, types::kNone);
  add(range, {range.subtype, range.subtype, types::kText}, types::kNone);
  add(multirange, {}, types::kNone);
  Cast cast;
  cast.source = range.id;
  cast.target = multirange.id;
  cast.function = add(multirange, {range.id}, types::kNone);
  cast.definition = range.definition;
  context.catalog.AddCast(std::move(cast));
  add(multirange, {range.array}, range.id);
}

void CreateRange(LoadContext& context, const pgparse::Node& statement) {
  Type range;
  if (!Claim(context, context.NameOf(statement.Names("type_name")), range)) return;
  range.kind = TypeKind::Range;
  range.category = 'R';
  Type multirange;
  multirange.schema = range.schema;
  multirange.definition = range.definition;
  multirange.kind = TypeKind::Multirange;
  multirange.category = 'R';
  // "range" in the name becomes "multirange", else "_multirange" is added.
  multirange.name = range.name;
  size_t at = multirange.name.find("range");
  if (at != std::string::npos) {
    multirange.name.replace(at, 5, "multirange");
  } else {
    multirange.name += "_multirange";
  }
  for (const pgparse::Node& param : statement.List("params")) {
    std::string name = param.Str("defname");
    if (name == "subtype") range.subtype = context.ResolveType(param["arg"]).type;
    if (name == "multirange_type_name") {
      WrittenName written = context.NameOf(OptionNames(param));
      multirange.name = written.name;
      if (!written.schema.empty()) multirange.schema = written.schema;
    }
  }
  TypeId id = Define(context, std::move(range));
  multirange.subtype = id;
  TypeId multirange_id = context.catalog.AddType(std::move(multirange));
  AddRangeConstructors(context, context.catalog.GetType(id),
                       context.catalog.GetType(multirange_id));
}

void AddDomainConstraint(LoadContext& context, Type& domain, const pgparse::Node& constraint) {
  std::string_view kind = constraint.Enum("contype");
  if (kind == "CONSTR_NOTNULL") domain.not_null = true;
  if (kind == "CONSTR_NULL") domain.not_null = false;
  if (kind != "CONSTR_CHECK") return;
  DomainCheck check;
  std::vector<std::string> taken;
  for (const DomainCheck& other : domain.checks) taken.push_back(other.name);
  check.name = constraint.Str("conname");
  if (check.name.empty()) check.name = ChooseName(domain.name, "", "check", taken);
  check.expression = context.Store(constraint["raw_expr"]);
  check.validated = !constraint.Bool("skip_validation");
  domain.checks.push_back(std::move(check));
}

void CreateDomain(LoadContext& context, const pgparse::Node& statement) {
  Type domain;
  if (!Claim(context, context.NameOf(statement.Names("domainname")), domain)) return;
  domain.kind = TypeKind::Domain;
  domain.base = context.ResolveType(statement["type_name"]);
  if (const Type* base = context.catalog.FindType(domain.base.type)) {
    domain.category = base->category;
    domain.length = base->length;
    domain.default_collation = base->default_collation;
  }
  QualifiedName collation = context.ResolveCollation(statement["coll_clause"]);
  if (collation != context.catalog.CollationOf(domain.base.type)) domain.collation = collation;
  for (const pgparse::Node& constraint : statement.List("constraints")) {
    AddDomainConstraint(context, domain, constraint);
  }
  Define(context, std::move(domain));
}

void AlterDomain(LoadContext& context, const pgparse::Node& statement) {
  Type* domain = FindTypeToChange(context, context.NameOf(statement.Names("type_name")), "domain");
  if (domain == nullptr || domain->kind != TypeKind::Domain) return;
  std::string action = statement.Str("subtype");
  std::string name = statement.Str("name");
  if (action == "N") domain->not_null = false;  // DROP NOT NULL
  if (action == "O") domain->not_null = true;   // SET NOT NULL
  if (action == "C") AddDomainConstraint(context, *domain, statement["def"]);
  if (action == "X") {
    std::erase_if(domain->checks, [&](const DomainCheck& check) { return check.name == name; });
  }
  if (action == "V") {
    for (DomainCheck& check : domain->checks) {
      check.validated = check.validated || check.name == name;
    }
  }
}

// CREATE TYPE name (INPUT = …) or, without a definition, a shell for it.
void CreateBaseType(LoadContext& context, const pgparse::Node& statement) {
  WrittenName written = context.NameOf(statement.Names("defnames"));
  Type type;
  if (!Claim(context, written, type)) return;
  std::vector<pgparse::Node> definition = statement.List("definition");
  if (definition.empty()) {
    if (context.catalog.FindType(type.schema, type.name, context.path()) == nullptr) {
      type.kind = TypeKind::Opaque;
      context.catalog.AddType(std::move(type));
    }
    return;
  }
  for (const pgparse::Node& option : definition) {
    std::string name = option.Str("defname");
    if (name == "category" && !OptionText(option).empty()) type.category = OptionText(option)[0];
    if (name == "preferred") type.preferred = OptionBool(option, true);
    if (name == "collatable" && OptionBool(option, true)) type.default_collation = "default";
    if (name == "internallength" && option["arg"].Is("Integer")) {
      type.length = static_cast<int16_t>(option["arg"].Int("ival"));
    }
    if (name == "like" && option["arg"].Is("TypeName")) {
      TypeRef like = context.ResolveTypeQuietly(option["arg"]);
      if (const Type* model = context.catalog.FindType(like.type)) type.length = model->length;
    }
  }
  Define(context, std::move(type));
}

void CreateCollation(LoadContext& context, const pgparse::Node& statement) {
  WrittenName written = context.NameOf(statement.Names("defnames"));
  Collation collation;
  collation.schema = context.CreationSchemaOf(written);
  collation.name = written.name;
  collation.definition = context.statement;
  for (const pgparse::Node& option : statement.List("definition")) {
    std::string name = option.Str("defname");
    if (name == "deterministic") collation.deterministic = OptionBool(option, true);
    if (name == "from") {
      WrittenName model = context.NameOf(OptionNames(option));
      const Collation* found =
          context.catalog.FindCollation(model.schema, model.name, context.path());
      if (found != nullptr) collation.deterministic = found->deterministic;
    }
  }
  for (const Collation& other : context.catalog.user_collations()) {
    if (other.schema != collation.schema || other.name != collation.name) continue;
    if (statement.Bool("if_not_exists")) return;
    auto builder =
        context.diagnostics.Report(source::Code::DuplicateObject, context.statement, "collation",
                                   QuoteQualified({other.schema, other.name}));
    builder.AddLabel(other.definition, "first defined here");
    return;
  }
  context.catalog.AddCollation(std::move(collation));
}

}  // namespace

bool LoadTypeStatement(LoadContext& context, const pgparse::Node& statement) {
  if (statement.Is("CompositeTypeStmt")) {
    CreateComposite(context, statement);
  } else if (statement.Is("CreateEnumStmt")) {
    CreateEnum(context, statement);
  } else if (statement.Is("AlterEnumStmt")) {
    AlterEnum(context, statement);
  } else if (statement.Is("CreateRangeStmt")) {
    CreateRange(context, statement);
  } else if (statement.Is("CreateDomainStmt")) {
    CreateDomain(context, statement);
  } else if (statement.Is("AlterDomainStmt")) {
    AlterDomain(context, statement);
  } else if (statement.Is("DefineStmt") && statement.Enum("kind") == "OBJECT_TYPE") {
    CreateBaseType(context, statement);
  } else if (statement.Is("DefineStmt") && statement.Enum("kind") == "OBJECT_COLLATION") {
    CreateCollation(context, statement);
  } else {
    return false;
  }
  return true;
}

}  // namespace tricklec::catalog
