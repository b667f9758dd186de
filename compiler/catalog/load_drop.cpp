// DROP of everything. What depends on an object goes with CASCADE; without it, a dependency that
// the server would refuse for is reported and the object stays.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

void CollectCteNames(const pgparse::Node& node, std::set<std::string>& names) {
  if (node.Is("CommonTableExpr")) names.insert(node.Str("ctename"));
  for (const pgparse::Node& child : node.Children()) CollectCteNames(child, names);
}

bool ReadsRelation(const LoadContext& context, const ViewQuery& view, const pgparse::Node& node,
                   const std::set<std::string>& ctes, RelationId id) {
  if (node.Is("RangeVar")) {
    WrittenName name = context.NameOf(node);
    if (name.schema.empty() && ctes.contains(name.name)) return false;
    const Relation* found = context.catalog.FindRelation(name.schema, name.name, view.path);
    return found != nullptr && found->id == id;
  }
  for (const pgparse::Node& child : node.Children()) {
    if (ReadsRelation(context, view, child, ctes, id)) return true;
  }
  return false;
}

// Views and materialized views that read a relation.
std::vector<RelationId> DependentViews(const LoadContext& context, RelationId id) {
  std::vector<RelationId> views;
  for (const auto& [other_id, other] : context.catalog.relations()) {
    bool is_view = other.kind == RelationKind::View || other.kind == RelationKind::MaterializedView;
    if (!is_view || !other.view || other_id == id) continue;
    std::set<std::string> ctes;
    CollectCteNames(other.view->query, ctes);
    if (ReadsRelation(context, *other.view, other.view->query, ctes, id)) {
      views.push_back(other_id);
    }
  }
  return views;
}

bool Contains(const std::vector<RelationId>& ids, RelationId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

void ReportInUse(LoadContext& context, source::Range range, std::string_view what,
                 const QualifiedName& name, std::string dependent) {
  context.diagnostics
      .Report(source::Code::ObjectInUse, range, what, QuoteQualified(name), std::move(dependent))
      .AddHelp("drop what depends on it first, or write CASCADE");
}

// Whether a type is another, an array of it, or a domain over it.
bool UsesType(const Catalog& catalog, TypeId type, TypeId wanted) {
  if (type == wanted) return true;
  const Type* found = catalog.FindType(type);
  if (found == nullptr || found->builtin()) return false;
  if (found->kind == TypeKind::Array) return UsesType(catalog, found->element, wanted);
  return false;
}

void DropType(LoadContext& context, TypeId id, bool cascade, source::Range range) {
  const Type* type = context.catalog.FindType(id);
  if (type == nullptr || type->builtin()) return;
  QualifiedName name{type->schema, type->name};
  if (type->kind == TypeKind::Composite) {
    const Relation& relation = context.catalog.GetRelation(type->relation);
    if (relation.kind != RelationKind::Composite) {
      return ReportInUse(context, range, "type", name,
                         fmt::format("table `{}`", QuoteQualified(name)));
    }
  }
  std::vector<std::pair<RelationId, std::string>> columns;
  for (const auto& [relation_id, relation] : context.catalog.relations()) {
    for (const Column& column : relation.columns) {
      if (!column.dropped && UsesType(context.catalog, column.type.type, id)) {
        columns.emplace_back(relation_id, column.name);
      }
    }
  }
  std::vector<TypeId> dependent_types;
  for (const auto& [other_id, other] : context.catalog.user_types()) {
    if (other_id == id || other_id == type->array) continue;
    if (UsesType(context.catalog, other.base.type, id) ||
        UsesType(context.catalog, other.subtype, id)) {
      dependent_types.push_back(other_id);
    }
  }
  bool is_range = type->kind == TypeKind::Range;
  if (!cascade && !columns.empty()) {
    const Relation& relation = context.catalog.GetRelation(columns[0].first);
    return ReportInUse(context, range, "type", name,
                       fmt::format("column `{}` of `{}`", columns[0].second,
                                   QuoteQualified(relation.qualified_name())));
  }
  // A range's multirange is part of it.
  if (!cascade && !dependent_types.empty() && !is_range) {
    return ReportInUse(context, range, "type", name,
                       fmt::format("type `{}`", context.catalog.FormatType(dependent_types[0])));
  }
  for (const auto& [relation_id, column] : columns) {
    DropColumn(context, *context.catalog.MutableRelation(relation_id), column);
  }
  for (TypeId dependent : dependent_types) DropType(context, dependent, true, range);
  // Functions, operators and casts over a type that is gone could never be called.
  std::vector<uint32_t> gone;
  for (const auto& [function_id, function] : context.catalog.user_functions()) {
    bool uses = UsesType(context.catalog, function.returns, id) ||
                std::any_of(function.args.begin(), function.args.end(),
                            [&](TypeId arg) { return UsesType(context.catalog, arg, id); });
    if (uses) gone.push_back(function_id);
  }
  for (uint32_t function_id : gone) context.catalog.RemoveFunction(function_id);
  gone.clear();
  for (const auto& [operator_id, op] : context.catalog.user_operators()) {
    if (op.left == id || op.right == id || op.result == id) gone.push_back(operator_id);
  }
  for (uint32_t operator_id : gone) context.catalog.RemoveOperator(operator_id);
  std::vector<std::pair<TypeId, TypeId>> casts;
  for (const Cast& cast : context.catalog.user_casts()) {
    if (cast.source == id || cast.target == id) casts.emplace_back(cast.source, cast.target);
  }
  for (const auto& [source_type, target_type] : casts) {
    context.catalog.RemoveCast(source_type, target_type);
  }
  const Type* again = context.catalog.FindType(id);
  if (again != nullptr && again->kind == TypeKind::Composite) {
    context.catalog.RemoveRelation(again->relation);
  } else {
    context.catalog.RemoveType(id);
  }
}

void DropSchema(LoadContext& context, const std::string& schema, bool cascade) {
  std::vector<RelationId> relations;
  for (const auto& [id, relation] : context.catalog.relations()) {
    if (relation.schema == schema) relations.push_back(id);
  }
  if (!cascade && !relations.empty()) {
    const Relation& first = context.catalog.GetRelation(relations[0]);
    ReportInUse(context, context.statement, "schema", {"", schema},
                fmt::format("`{}`", QuoteQualified(first.qualified_name())));
    return;
  }
  for (RelationId id : relations) {
    if (context.catalog.FindRelation(id) != nullptr) {
      DropRelation(context, id, true, {}, context.statement);
    }
  }
  std::vector<uint32_t> gone;
  for (const auto& [id, type] : context.catalog.user_types()) {
    if (type.schema == schema && type.kind != TypeKind::Array) gone.push_back(id);
  }
  for (uint32_t id : gone) DropType(context, id, true, context.statement);
  gone.clear();
  for (const auto& [id, function] : context.catalog.user_functions()) {
    if (function.schema == schema) gone.push_back(id);
  }
  for (uint32_t id : gone) context.catalog.RemoveFunction(id);
  gone.clear();
  for (const auto& [id, op] : context.catalog.user_operators()) {
    if (op.schema == schema) gone.push_back(id);
  }
  for (uint32_t id : gone) context.catalog.RemoveOperator(id);
  std::vector<std::string> extensions;
  for (const Catalog::Extension& extension : context.catalog.extensions()) {
    if (extension.schema == schema) extensions.push_back(extension.name);
  }
  for (const std::string& extension : extensions) context.catalog.RemoveExtension(extension);
  context.catalog.RemoveSchema(schema);
}

void DropExtension(LoadContext& context, const std::string& name, bool cascade) {
  std::vector<TypeId> extension_types;
  for (const auto& [id, type] : context.catalog.user_types()) {
    if (type.extension == name && type.kind != TypeKind::Array) extension_types.push_back(id);
  }
  for (TypeId id : extension_types) {
    // A column that uses its type keeps the extension where it is, unless CASCADE is given.
    size_t errors = context.diagnostics.error_count();
    DropType(context, id, cascade, context.statement);
    if (context.diagnostics.error_count() != errors) return;
  }
  context.catalog.RemoveExtension(name);
}

void DropRelations(LoadContext& context, const pgparse::Node& statement, std::string_view what) {
  std::vector<RelationId> ids;
  for (const pgparse::Node& object : statement.List("objects")) {
    WrittenName name = context.NameOfObject(object);
    const Relation* relation = context.catalog.FindRelation(name.schema, name.name, context.path());
    if (relation != nullptr) {
      ids.push_back(relation->id);
    } else if (!statement.Bool("missing_ok") &&
               !context.catalog.IsSystemRelation(name.schema, name.name, context.path())) {
      context.ReportMissing(name, what, context.catalog.RelationNames(name.schema, context.path()));
    }
  }
  bool cascade = statement.Enum("behavior") == "DROP_CASCADE";
  for (RelationId id : ids) {
    if (context.catalog.FindRelation(id) != nullptr) {
      DropRelation(context, id, cascade, ids, context.statement);
    }
  }
}

void DropIndex(LoadContext& context, const WrittenName& name) {
  size_t at = 0;
  const Relation* found = context.catalog.FindIndex(name.schema, name.name, context.path(), at);
  // Missing indexes change nothing about tables: no word about them.
  if (found == nullptr) return;
  Relation& relation = *context.catalog.MutableRelation(found->id);
  if (relation.indexes[at].of_constraint) return;
  relation.indexes.erase(relation.indexes.begin() + static_cast<std::ptrdiff_t>(at));
}

void DropOperator(LoadContext& context, const pgparse::Node& object) {
  WrittenName name = context.NameOf(object.Names("objname"));
  std::vector<TypeId> args;
  for (const pgparse::Node& argument : object.List("objargs")) {
    args.push_back(argument ? context.ResolveTypeQuietly(argument).type : types::kNone);
  }
  if (args.size() != 2) return;
  const Operator* op =
      context.catalog.FindOperator(name.schema, name.name, args[0], args[1], context.path());
  if (op != nullptr && !op->builtin()) context.catalog.RemoveOperator(op->id);
}

}  // namespace

void DropRelation(LoadContext& context, RelationId id, bool cascade,
                  const std::vector<RelationId>& also_dropped, source::Range range) {
  const Relation& relation = context.catalog.GetRelation(id);
  const QualifiedName name = relation.qualified_name();
  std::vector<RelationId> views = DependentViews(context, id);
  if (!cascade) {
    for (RelationId view : views) {
      if (Contains(also_dropped, view)) continue;
      const QualifiedName view_name = context.catalog.GetRelation(view).qualified_name();
      return ReportInUse(context, range, "relation", name,
                         fmt::format("view `{}`", QuoteQualified(view_name)));
    }
    for (const auto& [other_id, other] : context.catalog.relations()) {
      if (other_id == id || Contains(also_dropped, other_id)) continue;
      for (const Constraint& constraint : other.constraints) {
        if (constraint.ref_relation != id) continue;
        return ReportInUse(context, range, "table", name,
                           fmt::format("foreign key `{}` of `{}`", constraint.name,
                                       QuoteQualified(other.qualified_name())));
      }
    }
    // Partitions go with their table, children of inheritance do not.
    bool partitioned = relation.kind == RelationKind::PartitionedTable;
    for (RelationId child : relation.children) {
      if (partitioned || Contains(also_dropped, child)) continue;
      return ReportInUse(
          context, range, "table", name,
          fmt::format("table `{}`",
                      QuoteQualified(context.catalog.GetRelation(child).qualified_name())));
    }
  }
  for (RelationId child : std::vector<RelationId>(relation.children)) {
    if (context.catalog.FindRelation(child) != nullptr) {
      DropRelation(context, child, true, {}, range);
    }
  }
  for (RelationId view : views) {
    if (context.catalog.FindRelation(view) != nullptr) {
      DropRelation(context, view, true, {}, range);
    }
  }
  for (const auto& [other_id, other] : context.catalog.relations()) {
    std::erase_if(context.catalog.MutableRelation(other_id)->constraints,
                  [&](const Constraint& constraint) { return constraint.ref_relation == id; });
  }
  TypeId row_type = context.catalog.GetRelation(id).row_type;
  std::vector<std::pair<RelationId, std::string>> columns;
  for (const auto& [other_id, other] : context.catalog.relations()) {
    for (const Column& column : other.columns) {
      if (row_type != types::kNone && UsesType(context.catalog, column.type.type, row_type)) {
        columns.emplace_back(other_id, column.name);
      }
    }
  }
  for (const auto& [other_id, column] : columns) {
    if (other_id != id) DropColumn(context, *context.catalog.MutableRelation(other_id), column);
  }
  std::vector<FunctionId> gone;
  for (const auto& [function_id, function] : context.catalog.user_functions()) {
    bool uses = row_type != types::kNone &&
                (UsesType(context.catalog, function.returns, row_type) ||
                 std::any_of(function.args.begin(), function.args.end(),
                             [&](TypeId arg) { return UsesType(context.catalog, arg, row_type); }));
    if (uses) gone.push_back(function_id);
  }
  for (FunctionId function_id : gone) context.catalog.RemoveFunction(function_id);
  context.catalog.RemoveRelation(id);
}

void LoadDrop(LoadContext& context, const pgparse::Node& statement) {
  std::string_view kind = statement.Enum("remove_type");
  bool cascade = statement.Enum("behavior") == "DROP_CASCADE";
  bool missing_ok = statement.Bool("missing_ok");
  if (kind == "OBJECT_TABLE" || kind == "OBJECT_FOREIGN_TABLE") {
    return DropRelations(context, statement, "table");
  }
  if (kind == "OBJECT_VIEW" || kind == "OBJECT_MATVIEW") {
    return DropRelations(context, statement, "view");
  }
  for (const pgparse::Node& object : statement.List("objects")) {
    WrittenName name = context.NameOfObject(object);
    if (kind == "OBJECT_SEQUENCE") {
      const Relation* sequence =
          context.catalog.FindRelation(name.schema, name.name, context.path());
      if (sequence != nullptr && sequence->kind == RelationKind::Sequence) {
        context.catalog.RemoveRelation(sequence->id);
      }
    } else if (kind == "OBJECT_INDEX") {
      DropIndex(context, name);
    } else if (kind == "OBJECT_TYPE" || kind == "OBJECT_DOMAIN") {
      const Type* type = context.catalog.FindType(name.schema, name.name, context.path());
      if (type != nullptr) {
        DropType(context, type->id, cascade, name.range);
      } else if (!missing_ok) {
        context.ReportMissing(name, "type", context.catalog.TypeNames(name.schema, context.path()));
      }
    } else if (kind == "OBJECT_SCHEMA") {
      DropSchema(context, name.name, cascade);
    } else if (kind == "OBJECT_EXTENSION") {
      DropExtension(context, name.name, cascade);
    } else if (kind == "OBJECT_FUNCTION" || kind == "OBJECT_PROCEDURE" ||
               kind == "OBJECT_ROUTINE" || kind == "OBJECT_AGGREGATE") {
      if (Function* function = FindFunctionToChange(context, object)) {
        context.catalog.RemoveFunction(function->id);
      }
    } else if (kind == "OBJECT_OPERATOR") {
      DropOperator(context, object);
    } else if (kind == "OBJECT_CAST") {
      std::vector<pgparse::Node> pair = object.List("items");
      if (pair.size() == 2) {
        context.catalog.RemoveCast(context.ResolveTypeQuietly(pair[0]).type,
                                   context.ResolveTypeQuietly(pair[1]).type);
      }
    } else if (kind == "OBJECT_COLLATION") {
      const Collation* found =
          context.catalog.FindCollation(name.schema, name.name, context.path());
      if (found != nullptr) {
        context.catalog.RemoveCollation(std::string(found->schema), std::string(found->name));
      }
    }
  }
}

}  // namespace tricklec::catalog
