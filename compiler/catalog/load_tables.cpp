// CREATE TABLE, CREATE FOREIGN TABLE and what ALTER TABLE shares with them: columns, inheritance,
// partitions (manual, "CREATE TABLE").

#include <algorithm>
#include <cctype>

#include "tricklec/catalog/load_context.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::catalog {

namespace {

constexpr uint32_t kLikeConstraints = 1 << 2, kLikeDefaults = 1 << 3, kLikeGenerated = 1 << 4,
                   kLikeIdentity = 1 << 5, kLikeIndexes = 1 << 6;

Persistence PersistenceOf(const pgparse::Node& range_var) {
  std::string letter = range_var.Str("relpersistence");
  if (letter == "t") return Persistence::Temporary;
  return letter == "u" ? Persistence::Unlogged : Persistence::Permanent;
}

void AddLike(LoadContext& context, Relation& relation, const pgparse::Node& clause) {
  WrittenName name = context.NameOf(clause["relation"]);
  const Relation* found = context.catalog.FindRelation(name.schema, name.name, context.path());
  if (found == nullptr || !found->columns_known) {
    relation.columns_known = false;
    if (found == nullptr) {
      context.ReportMissing(name, "table",
                            context.catalog.RelationNames(name.schema, context.path()));
    }
    return;
  }
  auto options = static_cast<uint32_t>(clause.Int("options"));
  // What is copied belongs to the new table: it may be that very table, so copy first.
  const Relation model = *found;
  for (const Column& column : model.columns) {
    if (column.dropped || column.hidden) continue;
    Column copy = column;
    copy.inherited = false;
    copy.definition = clause["relation"].token();
    bool keeps_expression =
        column.generated == Generated::None ? options & kLikeDefaults : options & kLikeGenerated;
    if (!keeps_expression) {
      copy.expression = {};
      copy.has_default = false;
      copy.generated = Generated::None;
    }
    if (!(options & kLikeIdentity)) copy.identity = Identity::None;
    relation.columns.push_back(std::move(copy));
  }
  for (const Constraint& constraint : model.constraints) {
    bool is_index = constraint.kind == ConstraintKind::PrimaryKey ||
                    constraint.kind == ConstraintKind::Unique ||
                    constraint.kind == ConstraintKind::Exclusion;
    bool wanted = constraint.kind == ConstraintKind::NotNull ||
                  (constraint.kind == ConstraintKind::Check && (options & kLikeConstraints)) ||
                  (is_index && (options & kLikeIndexes));
    if (!wanted) continue;
    Constraint copy = constraint;
    copy.inherited = false;
    if (is_index) {
      std::vector<std::string> columns;
      if (constraint.kind != ConstraintKind::PrimaryKey) columns = constraint.columns;
      copy.name =
          ChooseConstraintName(context, relation, columns, ConstraintLabel(constraint.kind));
      AddConstraintIndex(context, relation, copy, true);
    }
    relation.constraints.push_back(std::move(copy));
  }
  if (!(options & kLikeIndexes)) return;
  for (const Index& index : model.indexes) {
    if (index.of_constraint) continue;
    Index copy = index;
    copy.schema = relation.schema;
    copy.name = ChooseIndexName(context, relation, copy);
    relation.indexes.push_back(std::move(copy));
  }
}

void AddColumnsOfType(LoadContext& context, Relation& relation, const pgparse::Node& type_name) {
  TypeRef type = context.ResolveType(type_name);
  std::vector<CompositeAttribute> attributes = context.catalog.AttributesOf(type.type);
  if (attributes.empty()) relation.columns_known = false;
  for (CompositeAttribute& attribute : attributes) {
    Column column;
    column.name = std::move(attribute.name);
    column.type = attribute.type;
    column.collation = std::move(attribute.collation);
    column.inherited = true;
    column.definition = type_name.token();
    relation.columns.push_back(std::move(column));
  }
}

// The last of the items whose definition begins before a place of the same statement.
template <typename Items>
auto* LastBefore(LoadContext& context, Items& items, uint32_t place) {
  typename Items::value_type* best = nullptr;
  for (auto& item : items) {
    const source::Range& range = item.definition;
    if (range.buffer != context.statement.buffer || range.begin < context.statement.begin ||
        range.begin > place) {
      continue;
    }
    if (best == nullptr || range.begin >= best->definition.begin) best = &item;
  }
  return best;
}

// The expression of a virtual column was blanked out of the statement: "GENERATED ALWAYS AS (" is
// long enough to put a SELECT in front of it.
pgparse::Node ParseExpressionOf(const Amendment& amendment) {
  source::Range text = amendment.range;
  text.end = amendment.expression.end;
  std::string select(text.size(), ' ');
  select.replace(0, 6, "SELECT");
  select.replace(amendment.expression.begin - text.begin, amendment.expression.size(),
                 amendment.expression.text());
  pgparse::ParseResult parsed = pgparse::ParseReplaced(text, select);
  if (parsed.statements.size() != 1) return {};
  std::vector<pgparse::Node> targets = parsed.statements[0].node.List("target_list");
  return targets.size() == 1 ? targets[0]["val"] : pgparse::Node();
}

}  // namespace

void ApplyAmendments(LoadContext& context, Relation& relation) {
  for (const Amendment& amendment : context.amendments) {
    uint32_t place = amendment.range.begin;
    switch (amendment.kind) {
      case Amendment::Kind::NotNullConstraint:
        SetNotNull(context, relation, amendment.column, amendment.name, amendment.validated,
                   amendment.no_inherit, amendment.range);
        break;
      case Amendment::Kind::NotNullNoInherit:
        if (Column* column = LastBefore(context, relation.columns, place)) {
          for (Constraint& constraint : relation.constraints) {
            if (constraint.kind == ConstraintKind::NotNull &&
                constraint.columns == std::vector{column->name}) {
              constraint.no_inherit = true;
            }
          }
        }
        break;
      case Amendment::Kind::NotEnforced:
        if (Constraint* constraint = LastBefore(context, relation.constraints, place)) {
          constraint->enforced = false;
          constraint->validated = false;
        }
        break;
      case Amendment::Kind::Enforced: break;
      case Amendment::Kind::VirtualColumn:
        if (Column* column = LastBefore(context, relation.columns, place)) {
          column->generated = Generated::Virtual;
          pgparse::Node expression = ParseExpressionOf(amendment);
          column->expression = {expression, amendment.expression, context.path()};
        }
        break;
      case Amendment::Kind::WithoutOverlaps:
        if (Constraint* constraint = LastBefore(context, relation.constraints, place)) {
          constraint->without_overlaps = true;
          for (Index& index : relation.indexes) {
            // Its last column is compared by overlap, in a GiST index.
            if (index.name == constraint->name) index.access_method = "gist";
          }
        }
        break;
    }
  }
}

void LoadCreateTable(LoadContext& context, const pgparse::Node& statement) {
  bool foreign = statement.Is("CreateForeignTableStmt");
  pgparse::Node create = foreign ? statement["base_stmt"] : statement;
  WrittenName name = context.NameOf(create["relation"]);

  Relation relation;
  relation.name = name.name;
  relation.persistence = PersistenceOf(create["relation"]);
  relation.schema =
      relation.persistence == Persistence::Temporary ? "pg_temp" : context.CreationSchemaOf(name);
  relation.kind = foreign ? RelationKind::ForeignTable : RelationKind::Table;
  relation.definition = context.statement;
  relation.name_range = name.range;
  if (context.IsTaken(relation.qualified_name(), name.range, "table",
                      create.Bool("if_not_exists"))) {
    return;
  }

  // Parents that are missing or unknown make the table unknown too: their columns are its columns.
  std::vector<RelationId> parents;
  for (const pgparse::Node& node : create.List("inh_relations")) {
    WrittenName parent_name = context.NameOf(node);
    const Relation* parent =
        context.catalog.FindRelation(parent_name.schema, parent_name.name, context.path());
    if (parent == nullptr) {
      context.ReportMissing(parent_name, "table",
                            context.catalog.RelationNames(parent_name.schema, context.path()));
    }
    if (parent == nullptr || parent->kind == RelationKind::Unknown) {
      relation.kind = RelationKind::Unknown;
      relation.columns_known = false;
      relation.unknown_reason = "its parent `" + parent_name.Display() + "` is not known";
      context.catalog.AddRelation(std::move(relation));
      return;
    }
    parents.push_back(parent->id);
  }

  Relation& made = *context.catalog.MutableRelation(context.catalog.AddRelation(relation));
  pgparse::Node bound = create["partbound"];
  for (RelationId id : parents) {
    Inherit(context, made, *context.catalog.MutableRelation(id), static_cast<bool>(bound));
  }
  if (bound) made.bound = BoundOf(context, bound);
  if (pgparse::Node of_type = create["of_typename"]) AddColumnsOfType(context, made, of_type);

  std::vector<pgparse::Node> elements = create.List("table_elts");
  for (const pgparse::Node& element : elements) {
    if (element.Is("ColumnDef")) AddColumn(context, made, element);
    if (element.Is("TableLikeClause")) AddLike(context, made, element);
  }
  for (const pgparse::Node& element : elements) {
    if (element.Is("Constraint")) AddConstraint(context, made, element, "", false);
  }
  if (pgparse::Node spec = create["partspec"]) {
    made.kind = RelationKind::PartitionedTable;
    made.partition_key = PartitionKeyOf(context, made, spec);
  }
  ApplyAmendments(context, made);
}

PartitionKey PartitionKeyOf(LoadContext& context, const Relation& relation,
                            const pgparse::Node& spec) {
  PartitionKey key;
  std::string strategy = spec.Str("strategy");
  std::transform(strategy.begin(), strategy.end(), strategy.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (strategy == "list") key.strategy = PartitionKey::Strategy::List;
  if (strategy == "hash") key.strategy = PartitionKey::Strategy::Hash;
  for (const pgparse::Node& param : spec.List("part_params")) {
    key.keys.push_back(IndexKeyOf(context, relation, param));
  }
  return key;
}

PartitionBound BoundOf(LoadContext& context, const pgparse::Node& bound_spec) {
  return {bound_spec.Bool("is_default"), bound_spec, bound_spec.range(), context.path()};
}

void Inherit(LoadContext& context, Relation& child, Relation& parent, bool as_partition) {
  if (std::find(child.parents.begin(), child.parents.end(), parent.id) == child.parents.end()) {
    child.parents.push_back(parent.id);
    parent.children.push_back(child.id);
  }
  if (!parent.columns_known) child.columns_known = false;
  for (const Column& column : parent.columns) {
    if (column.dropped) continue;
    if (Column* own = child.FindColumn(column.name)) {
      own->inherited = true;
      own->not_null = own->not_null || column.not_null;
      continue;
    }
    Column copy = column;
    copy.inherited = true;
    // From PostgreSQL 17 on, partitions share the sequence of an identity column; children of
    // inheritance do not.
    constexpr int kFirstWithSharedIdentity = 17;
    bool shares = as_partition && context.catalog.server_version() >= kFirstWithSharedIdentity;
    if (!shares) copy.identity = Identity::None;
    child.columns.push_back(std::move(copy));
  }
  for (const Constraint& constraint : parent.constraints) {
    CopyConstraint(context, child, constraint, as_partition);
  }
  if (!as_partition) return;
  for (const Index& index : parent.indexes) {
    if (!index.of_constraint) CopyIndex(context, child, index);
  }
}

void AddColumn(LoadContext& context, Relation& relation, const pgparse::Node& column_def) {
  Column* column = relation.FindColumn(column_def.Str("colname"));
  bool adds = column == nullptr;
  if (column == nullptr) {
    Column fresh;
    fresh.name = column_def.Str("colname");
    fresh.definition = column_def.range();
    bool serial = false;
    if (pgparse::Node type_name = column_def["type_name"]) {
      fresh.type = context.ResolveType(type_name, &serial);
    }
    fresh.not_null = serial;
    fresh.has_default = serial;
    QualifiedName collation = context.ResolveCollation(column_def["coll_clause"]);
    if (collation != context.catalog.CollationOf(fresh.type.type)) {
      fresh.collation = std::move(collation);
    }
    relation.columns.push_back(std::move(fresh));
    column = &relation.columns.back();
  } else if (!column->inherited) {
    // Inherited columns are merged with what the table itself says of them.
    auto builder = context.diagnostics.Report(source::Code::DuplicateObject, column_def.token(),
                                              "column", column->name);
    if (column->definition.valid()) builder.AddLabel(column->definition, "first defined here");
    return;
  } else {
    column->definition = column_def.range();
  }
  std::string name = column->name;
  if (column->not_null && adds) SetNotNull(context, relation, name, "", true, false, {});
  for (const pgparse::Node& constraint : column_def.List("constraints")) {
    AddConstraint(context, relation, constraint, name, false);
  }
}

}  // namespace tricklec::catalog
