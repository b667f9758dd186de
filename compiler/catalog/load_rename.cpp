// ALTER … RENAME and ALTER … SET SCHEMA.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

bool IsRelationKind(std::string_view kind) {
  return kind == "OBJECT_TABLE" || kind == "OBJECT_FOREIGN_TABLE" || kind == "OBJECT_VIEW" ||
         kind == "OBJECT_MATVIEW" || kind == "OBJECT_SEQUENCE";
}

bool IsFunctionKind(std::string_view kind) {
  return kind == "OBJECT_FUNCTION" || kind == "OBJECT_PROCEDURE" || kind == "OBJECT_ROUTINE" ||
         kind == "OBJECT_AGGREGATE";
}

void Replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

void RenameColumnOf(LoadContext& context, Relation& relation, const std::string& from,
                    const std::string& to) {
  if (Column* column = relation.FindColumn(from)) column->name = to;
  for (Constraint& constraint : relation.constraints) {
    Replace(constraint.columns, from, to);
    Replace(constraint.include, from, to);
  }
  for (Index& index : relation.indexes) {
    Replace(index.include, from, to);
    for (IndexKey& key : index.keys) {
      if (key.column == from) key.column = to;
    }
  }
  if (relation.partition_key) {
    for (IndexKey& key : relation.partition_key->keys) {
      if (key.column == from) key.column = to;
    }
  }
  for (const auto& [id, other] : context.catalog.relations()) {
    for (Constraint& constraint : context.catalog.MutableRelation(id)->constraints) {
      if (constraint.ref_relation == relation.id) Replace(constraint.ref_columns, from, to);
    }
  }
}

void RenameColumn(LoadContext& context, const pgparse::Node& statement) {
  WrittenName name = context.NameOf(statement["relation"]);
  Relation* relation = context.FindToChange(name, "table", statement.Bool("missing_ok"));
  if (relation == nullptr) return;
  std::string from = statement.Str("subname");
  std::string to = statement.Str("newname");
  if (!relation->columns_known) {
    if (relation->view) relation->view->renamed_columns.emplace_back(from, to);
    return;
  }
  if (relation->FindColumn(from) == nullptr) {
    context.ReportMissingColumn(*relation, from, context.statement);
    return;
  }
  if (const Column* other = relation->FindColumn(to)) {
    auto builder =
        context.diagnostics.Report(source::Code::DuplicateObject, context.statement, "column", to);
    if (other->definition.valid()) builder.AddLabel(other->definition, "first defined here");
    return;
  }
  RenameColumnOf(context, *relation, from, to);
  ForEachDescendant(context.catalog, *relation,
                    [&](Relation& child) { RenameColumnOf(context, child, from, to); });
}

void RenameConstraint(LoadContext& context, const pgparse::Node& statement) {
  Relation* relation = context.FindToChange(context.NameOf(statement["relation"]), "table",
                                            statement.Bool("missing_ok"));
  if (relation == nullptr) return;
  for (Constraint& constraint : relation->constraints) {
    if (constraint.name == statement.Str("subname")) constraint.name = statement.Str("newname");
  }
  for (Index& index : relation->indexes) {
    if (index.of_constraint && index.name == statement.Str("subname")) {
      index.name = statement.Str("newname");
    }
  }
}

void RenameIndex(LoadContext& context, const WrittenName& name, const std::string& to) {
  size_t at = 0;
  const Relation* found = context.catalog.FindIndex(name.schema, name.name, context.path(), at);
  if (found == nullptr) return;
  Relation& relation = *context.catalog.MutableRelation(found->id);
  Index& index = relation.indexes[at];
  for (Constraint& constraint : relation.constraints) {
    if (index.of_constraint && constraint.name == index.name) constraint.name = to;
  }
  index.name = to;
}

void RenameSchema(LoadContext& context, const std::string& from, const std::string& to) {
  Catalog& catalog = context.catalog;
  catalog.AddSchema(to);
  std::vector<uint32_t> ids;
  for (const auto& [id, relation] : catalog.relations()) {
    if (relation.schema == from) ids.push_back(id);
  }
  for (uint32_t id : ids) catalog.RenameRelation(id, to, catalog.GetRelation(id).name);
  ids.clear();
  for (const auto& [id, type] : catalog.user_types()) {
    if (type.schema == from && type.kind != TypeKind::Array) ids.push_back(id);
  }
  for (uint32_t id : ids) catalog.RenameType(id, to, catalog.GetType(id).name);
  ids.clear();
  for (const auto& [id, function] : catalog.user_functions()) {
    if (function.schema == from) ids.push_back(id);
  }
  for (uint32_t id : ids) catalog.RenameFunction(id, to, catalog.GetFunction(id).name);
  for (const auto& [id, op] : catalog.user_operators()) {
    if (op.schema == from) catalog.MutableOperator(id)->schema = to;
  }
  std::vector<Collation> collations;
  for (const Collation& collation : catalog.user_collations()) {
    if (collation.schema == from) collations.push_back(collation);
  }
  for (Collation& collation : collations) {
    catalog.RemoveCollation(from, collation.name);
    collation.schema = to;
    catalog.AddCollation(std::move(collation));
  }
  catalog.RemoveSchema(from);
}

void MoveCollation(LoadContext& context, const WrittenName& name, const std::string& schema,
                   const std::string& new_name) {
  const Collation* found = context.catalog.FindCollation(name.schema, name.name, context.path());
  if (found == nullptr) return;
  Collation moved = *found;
  context.catalog.RemoveCollation(moved.schema, found->name);
  if (!schema.empty()) moved.schema = schema;
  if (!new_name.empty()) moved.name = new_name;
  context.catalog.AddCollation(std::move(moved));
}

// Gives a relation or type another schema or name ("" keeps it).
void MoveRelation(LoadContext& context, const WrittenName& name, bool missing_ok,
                  const std::string& schema, const std::string& new_name) {
  const Relation* relation = context.catalog.FindRelation(name.schema, name.name, context.path());
  if (relation == nullptr) {
    size_t at = 0;
    bool is_index =
        context.catalog.FindIndex(name.schema, name.name, context.path(), at) != nullptr;
    // ALTER TABLE also renames indexes.
    if (is_index && !new_name.empty()) return RenameIndex(context, name, new_name);
    if (!is_index) context.FindToChange(name, "relation", missing_ok);
    return;
  }
  QualifiedName to{schema.empty() ? relation->schema : schema,
                   new_name.empty() ? relation->name : new_name};
  if (to == relation->qualified_name()) return;
  if (context.IsTaken(to, name.range, "relation", false)) return;
  context.catalog.AddSchema(to.schema);
  context.catalog.RenameRelation(relation->id, to.schema, to.name);
}

void MoveType(LoadContext& context, const WrittenName& name, const std::string& schema,
              const std::string& new_name) {
  const Type* type = context.catalog.FindType(name.schema, name.name, context.path());
  if (type == nullptr) {
    context.ReportMissing(name, "type", context.catalog.TypeNames(name.schema, context.path()));
    return;
  }
  if (type->builtin()) return;
  QualifiedName to{schema.empty() ? type->schema : schema,
                   new_name.empty() ? type->name : new_name};
  if (context.IsTypeTaken(to, name.range, false)) return;
  context.catalog.AddSchema(to.schema);
  if (type->relation != 0) {
    context.catalog.RenameRelation(type->relation, to.schema, to.name);
  } else {
    context.catalog.RenameType(type->id, to.schema, to.name);
  }
}

}  // namespace

void LoadRename(LoadContext& context, const pgparse::Node& statement) {
  std::string_view kind = statement.Enum("rename_type");
  std::string to = statement.Str("newname");
  if (IsRelationKind(kind)) {
    WrittenName name = context.NameOf(statement["relation"]);
    const Relation* found = context.catalog.FindRelation(name.schema, name.name, context.path());
    bool missing_ok = statement.Bool("missing_ok") || kind == "OBJECT_SEQUENCE";
    if (found != nullptr || !missing_ok) MoveRelation(context, name, missing_ok, "", to);
  } else if (kind == "OBJECT_INDEX") {
    RenameIndex(context, context.NameOf(statement["relation"]), to);
  } else if (kind == "OBJECT_COLUMN" || kind == "OBJECT_ATTRIBUTE") {
    RenameColumn(context, statement);
  } else if (kind == "OBJECT_TABCONSTRAINT") {
    RenameConstraint(context, statement);
  } else if (kind == "OBJECT_DOMCONSTRAINT") {
    WrittenName name = context.NameOfObject(statement["object"]);
    const Type* type = context.catalog.FindType(name.schema, name.name, context.path());
    if (type == nullptr || type->builtin()) return;
    for (DomainCheck& check : context.catalog.MutableType(type->id)->checks) {
      if (check.name == statement.Str("subname")) check.name = to;
    }
  } else if (kind == "OBJECT_TYPE" || kind == "OBJECT_DOMAIN") {
    MoveType(context, context.NameOfObject(statement["object"]), "", to);
  } else if (kind == "OBJECT_SCHEMA") {
    RenameSchema(context, statement.Str("subname"), to);
  } else if (IsFunctionKind(kind)) {
    if (Function* function = FindFunctionToChange(context, statement["object"])) {
      context.catalog.RenameFunction(function->id, std::string(function->schema), to);
    }
  } else if (kind == "OBJECT_COLLATION") {
    MoveCollation(context, context.NameOfObject(statement["object"]), "", to);
  }
}

void LoadSetSchema(LoadContext& context, const pgparse::Node& statement) {
  std::string_view kind = statement.Enum("object_type");
  std::string schema = statement.Str("newschema");
  if (IsRelationKind(kind)) {
    MoveRelation(context, context.NameOf(statement["relation"]), statement.Bool("missing_ok"),
                 schema, "");
  } else if (kind == "OBJECT_TYPE" || kind == "OBJECT_DOMAIN") {
    MoveType(context, context.NameOfObject(statement["object"]), schema, "");
  } else if (IsFunctionKind(kind)) {
    if (Function* function = FindFunctionToChange(context, statement["object"])) {
      context.catalog.RenameFunction(function->id, schema, std::string(function->name));
    }
  } else if (kind == "OBJECT_COLLATION") {
    MoveCollation(context, context.NameOfObject(statement["object"]), schema, "");
  } else if (kind == "OBJECT_EXTENSION") {
    context.catalog.MoveExtension(context.NameOfObject(statement["object"]).name, schema);
  } else if (kind == "OBJECT_OPERATOR") {
    WrittenName name = context.NameOf(statement["object"].Names("objname"));
    std::vector<TypeId> args;
    for (const pgparse::Node& argument : statement["object"].List("objargs")) {
      args.push_back(argument ? context.ResolveTypeQuietly(argument).type : types::kNone);
    }
    if (args.size() != 2) return;
    const Operator* op =
        context.catalog.FindOperator(name.schema, name.name, args[0], args[1], context.path());
    if (op != nullptr && !op->builtin()) context.catalog.MutableOperator(op->id)->schema = schema;
  }
}

}  // namespace tricklec::catalog
