#include "tricklec/catalog/load_context.h"

#include <fmt/format.h>

#include <algorithm>

namespace tricklec::catalog {

namespace {

constexpr size_t kMaxName = 63;

// Cuts at a whole UTF-8 character.
std::string_view CutTo(std::string_view text, size_t length) {
  if (text.size() <= length) return text;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return text.substr(0, length);
}

std::string_view KindName(RelationKind kind) {
  switch (kind) {
    case RelationKind::Table:
    case RelationKind::PartitionedTable: return "table";
    case RelationKind::View: return "view";
    case RelationKind::MaterializedView: return "materialized view";
    case RelationKind::ForeignTable: return "foreign table";
    case RelationKind::Sequence: return "sequence";
    case RelationKind::Composite: return "type";
    case RelationKind::StreamTable: return "stream table";
    case RelationKind::Unknown: return "relation";
  }
  return "relation";
}

}  // namespace

std::string ChooseName(std::string_view table, std::string_view columns, std::string_view label,
                       const std::vector<std::string>& taken) {
  for (int pass = 0;; ++pass) {
    std::string suffix(label);
    if (pass > 0) suffix += std::to_string(pass);
    size_t room = kMaxName - suffix.size() - 1 - (columns.empty() ? 0 : 1);
    // The longer of the two names gives way first.
    size_t first = table.size();
    size_t second = columns.size();
    while (first + second > room) {
      if (first > second) {
        --first;
      } else {
        --second;
      }
    }
    std::string name(CutTo(table, first));
    if (!columns.empty()) name += "_" + std::string(CutTo(columns, second));
    name += "_" + suffix;
    if (std::find(taken.begin(), taken.end(), name) == taken.end()) return name;
  }
}

std::string OptionText(const pgparse::Node& def_elem) {
  pgparse::Node value = def_elem["arg"];
  if (value.Is("String")) return value.Str("sval");
  if (value.Is("Boolean")) return value.Bool("boolval") ? "true" : "false";
  if (value.Is("Integer")) return std::to_string(value.Int("ival"));
  if (value.Is("TypeName")) {
    std::vector<std::string> names = value.Names("names");
    return names.empty() ? std::string() : names.back();
  }
  return {};
}

bool OptionBool(const pgparse::Node& def_elem, bool if_absent) {
  if (!def_elem["arg"]) return if_absent;
  std::string text = OptionText(def_elem);
  return text == "true" || text == "on" || text == "1" || text == "yes" || text == "t";
}

std::vector<std::string> OptionNames(const pgparse::Node& def_elem) {
  pgparse::Node value = def_elem["arg"];
  if (value.Is("TypeName")) return value.Names("names");
  if (value.Is("List")) return value.Names("items");
  if (value.Is("String")) return {value.Str("sval")};
  return {};
}

WrittenName LoadContext::NameOf(const pgparse::Node& range_var) const {
  return {range_var.Str("schemaname"), range_var.Str("relname"), range_var.token()};
}

WrittenName LoadContext::NameOf(const std::vector<std::string>& names) const {
  WrittenName result;
  result.range = statement;
  if (!names.empty()) result.name = names.back();
  if (names.size() > 1) result.schema = names[names.size() - 2];
  return result;
}

WrittenName LoadContext::NameOfObject(const pgparse::Node& object) const {
  if (object.Is("List")) {
    std::vector<std::string> names;
    for (const pgparse::Node& item : object.List("items")) {
      if (item.Is("String")) names.push_back(item.Str("sval"));
    }
    return NameOf(names);
  }
  if (object.Is("TypeName")) {
    WrittenName name = NameOf(object.Names("names"));
    name.range = object.token();
    return name;
  }
  if (object.Is("String")) return NameOf(std::vector<std::string>{object.Str("sval")});
  if (object.Is("RangeVar")) return NameOf(object);
  return NameOf(std::vector<std::string>{});
}

std::string LoadContext::CreationSchemaOf(const WrittenName& name) {
  if (!name.schema.empty()) {
    catalog.AddSchema(name.schema);
    return name.schema;
  }
  std::string schema = catalog.CreationSchema(path());
  return schema.empty() ? "public" : schema;
}

Relation* LoadContext::FindToChange(const WrittenName& name, std::string_view what,
                                    bool missing_ok) {
  const Relation* relation = catalog.FindRelation(name.schema, name.name, path());
  if (relation == nullptr) {
    bool may_exist = catalog.IsSystemRelation(name.schema, name.name, path());
    if (!missing_ok && !may_exist) {
      ReportMissing(name, what, catalog.RelationNames(name.schema, path()));
    }
    return nullptr;
  }
  if (relation->kind == RelationKind::Unknown) return nullptr;
  return catalog.MutableRelation(relation->id);
}

void LoadContext::ReportMissing(const WrittenName& name, std::string_view what,
                                const std::vector<std::string>& candidates) {
  if (catalog.HasUnknownExtension()) return;
  auto builder = diagnostics.Report(source::Code::MissingObject, name.range, what, name.Display());
  builder.AddNote("no statement before this one defines it, so this statement is ignored");
  if (auto near = source::ClosestMatch(name.name, candidates)) {
    builder.AddHelp(fmt::format("did you mean `{}`?", *near));
  }
}

void LoadContext::ReportMissingColumn(const Relation& relation, std::string_view column,
                                      source::Range range) {
  if (!relation.columns_known) return;
  auto builder = diagnostics.Report(source::Code::MissingColumn, range,
                                    QuoteQualified(relation.qualified_name()), column);
  builder.AddNote("this part of the statement is ignored");
  if (auto near = source::ClosestMatch(column, relation.ColumnNames())) {
    builder.AddHelp(fmt::format("did you mean `{}`?", *near));
  }
}

bool LoadContext::IsTaken(const QualifiedName& name, source::Range range, std::string_view what,
                          bool quiet) {
  const Relation* other = catalog.FindRelation(name.schema, name.name, path());
  size_t index = 0;
  const Relation* indexed =
      other == nullptr ? catalog.FindIndex(name.schema, name.name, path(), index) : nullptr;
  if (other == nullptr && indexed == nullptr) return false;
  if (quiet) return true;
  std::string_view other_kind = other != nullptr ? KindName(other->kind) : "index";
  source::Range defined = other != nullptr ? other->name_range : indexed->indexes[index].definition;
  auto builder = diagnostics.Report(source::Code::DuplicateObject, range,
                                    what == other_kind ? what : other_kind, QuoteQualified(name));
  if (defined.valid()) builder.AddLabel(defined, "first defined here");
  return true;
}

bool LoadContext::IsTypeTaken(const QualifiedName& name, source::Range range, bool quiet) {
  const Type* other = catalog.FindType(name.schema, name.name, path());
  if (other == nullptr || other->kind == TypeKind::Opaque) return false;
  // PostgreSQL renames an array type that is in the way.
  if (other->kind == TypeKind::Array && !other->builtin()) return false;
  if (quiet) return true;
  auto builder =
      diagnostics.Report(source::Code::DuplicateObject, range, "type", QuoteQualified(name));
  if (other->definition.valid()) builder.AddLabel(other->definition, "first defined here");
  return true;
}

TypeRef LoadContext::ResolveTypeQuietly(const pgparse::Node& type_name) const {
  TypeResolution resolution = catalog.ResolveType(type_name, path());
  return resolution ? resolution.type : TypeRef{};
}

TypeRef LoadContext::ResolveType(const pgparse::Node& type_name, bool* serial) {
  TypeResolution resolution = catalog.ResolveType(type_name, path());
  if (serial != nullptr) *serial = resolution.serial;
  if (resolution) return resolution.type;
  bool expected = resolution.status == TypeResolution::Status::NotFound &&
                  catalog.HasUnknownExtension() && !type_name.Bool("pct_type");
  if (!expected) {
    auto builder =
        diagnostics.Report(source::Code::UnresolvedType, type_name.token(), resolution.message);
    WrittenName written = NameOf(type_name.Names("names"));
    if (auto near = source::ClosestMatch(written.name, resolution.candidates)) {
      builder.AddHelp(fmt::format("did you mean `{}`?", *near));
    }
  }
  if (resolution.status == TypeResolution::Status::BadModifier) return resolution.type;
  if (type_name.Bool("pct_type")) return {};
  OpaqueType(NameOf(type_name.Names("names")));
  TypeResolution again = catalog.ResolveType(type_name, path());
  return again ? again.type : TypeRef{};
}

TypeId LoadContext::OpaqueType(const WrittenName& name) {
  Type type;
  type.kind = TypeKind::Opaque;
  type.name = name.name;
  type.schema = name.schema;
  if (type.schema.empty()) {
    for (const Catalog::Extension& extension : catalog.extensions()) {
      if (!extension.known) type.schema = extension.schema;
    }
  }
  if (type.schema.empty()) type.schema = CreationSchemaOf(name);
  type.definition = name.range;
  return catalog.AddType(std::move(type));
}

QualifiedName LoadContext::ResolveCollation(const pgparse::Node& collate_clause) const {
  return collate_clause ? ResolveCollation(collate_clause.Names("collname")) : QualifiedName();
}

QualifiedName LoadContext::ResolveCollation(const std::vector<std::string>& names) const {
  if (names.empty()) return {};
  WrittenName name = NameOf(names);
  const Collation* found = catalog.FindCollation(name.schema, name.name, path());
  // One that is not known is still not the type's default.
  if (found == nullptr) return {name.schema, name.name};
  return {found->schema, found->name};
}

StoredExpression LoadContext::Store(const pgparse::Node& expression) const {
  if (!expression) return {};
  return {expression, expression.range(), path()};
}

bool LoadContext::Amended(Amendment::Kind kind) const {
  return std::any_of(amendments.begin(), amendments.end(),
                     [&](const Amendment& amendment) { return amendment.kind == kind; });
}

}  // namespace tricklec::catalog
