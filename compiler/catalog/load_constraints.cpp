// Constraints of tables and the indexes that come with them; their names where the source gives
// none (manual, "CREATE TABLE", column and table constraints).

#include <algorithm>
#include <set>

#include "tricklec/catalog/load_context.h"
#include "tricklec/catalog/output_name.h"

namespace tricklec::catalog {

namespace {

ConstraintKind KindOf(std::string_view contype) {
  if (contype == "CONSTR_PRIMARY") return ConstraintKind::PrimaryKey;
  if (contype == "CONSTR_UNIQUE") return ConstraintKind::Unique;
  if (contype == "CONSTR_FOREIGN") return ConstraintKind::ForeignKey;
  if (contype == "CONSTR_EXCLUSION") return ConstraintKind::Exclusion;
  return ConstraintKind::Check;
}

KeyAction ActionOf(std::string_view letter) {
  if (letter == "r") return KeyAction::Restrict;
  if (letter == "c") return KeyAction::Cascade;
  if (letter == "n") return KeyAction::SetNull;
  if (letter == "d") return KeyAction::SetDefault;
  return KeyAction::NoAction;
}

bool HasIndex(ConstraintKind kind) {
  return kind == ConstraintKind::PrimaryKey || kind == ConstraintKind::Unique ||
         kind == ConstraintKind::Exclusion;
}

void CollectColumns(const pgparse::Node& node, std::set<std::string>& columns) {
  if (node.Is("ColumnRef")) {
    std::vector<pgparse::Node> fields = node.List("fields");
    if (!fields.empty() && fields.back().Is("String")) columns.insert(fields.back().Str("sval"));
  }
  for (const pgparse::Node& child : node.Children()) CollectColumns(child, columns);
}

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : "_") + name;
  return joined;
}

// Names of a schema that a new one must not be equal to.
std::vector<std::string> TakenNames(const LoadContext& context, const std::string& schema) {
  std::vector<std::string> taken;
  for (const auto& [id, relation] : context.catalog.relations()) {
    if (relation.schema != schema) continue;
    taken.push_back(relation.name);
    for (const Index& index : relation.indexes) taken.push_back(index.name);
    for (const Constraint& constraint : relation.constraints) taken.push_back(constraint.name);
  }
  return taken;
}

void ApplyAttribute(Relation& relation, std::string_view contype) {
  if (relation.constraints.empty()) return;
  Constraint& constraint = relation.constraints.back();
  if (contype == "CONSTR_ATTR_DEFERRABLE") constraint.deferrable = true;
  if (contype == "CONSTR_ATTR_DEFERRED") {
    constraint.deferrable = true;
    constraint.initially_deferred = true;
  }
  for (Index& index : relation.indexes) {
    if (index.of_constraint && index.name == constraint.name) {
      index.deferrable = constraint.deferrable;
    }
  }
}

// PRIMARY KEY or UNIQUE USING INDEX: the index becomes the constraint's and gets its name.
bool TakeOverIndex(Relation& relation, Constraint& constraint, const std::string& index_name) {
  for (Index& index : relation.indexes) {
    if (index.name != index_name) continue;
    if (constraint.name.empty()) constraint.name = index.name;
    index.name = constraint.name;
    index.of_constraint = true;
    index.primary = constraint.kind == ConstraintKind::PrimaryKey;
    index.deferrable = constraint.deferrable;
    constraint.nulls_not_distinct = index.nulls_not_distinct;
    for (const IndexKey& key : index.keys) constraint.columns.push_back(key.column);
    constraint.include = index.include;
    return true;
  }
  return false;
}

void FillForeignKey(LoadContext& context, const pgparse::Node& node, Constraint& constraint) {
  WrittenName referenced = context.NameOf(node["pktable"]);
  constraint.ref_name = {referenced.schema, referenced.name};
  constraint.ref_columns = node.Names("pk_attrs");
  const Relation* target =
      context.catalog.FindRelation(referenced.schema, referenced.name, context.path());
  if (target != nullptr && target->kind != RelationKind::Unknown) {
    constraint.ref_relation = target->id;
    constraint.ref_name = target->qualified_name();
    const Constraint* key = target->PrimaryKey();
    if (constraint.ref_columns.empty() && key != nullptr) constraint.ref_columns = key->columns;
  }
  constraint.on_update = ActionOf(node.Str("fk_upd_action"));
  constraint.on_delete = ActionOf(node.Str("fk_del_action"));
  std::string match = node.Str("fk_matchtype");
  if (match == "f") constraint.match = MatchType::Full;
  if (match == "p") constraint.match = MatchType::Partial;
}

// What a key adds to the name of its index: an expression has the name that it would have as an
// output column.
std::string NameOfKey(const IndexKey& key) {
  if (!key.column.empty()) return key.column;
  std::string name = key.expression ? OutputName(key.expression.node) : "?column?";
  return name == "?column?" ? "expr" : name;
}

// Whether a child already has what it would get.
Constraint* FindEquivalent(Relation& relation, const Constraint& constraint) {
  for (Constraint& own : relation.constraints) {
    if (own.kind != constraint.kind) continue;
    switch (constraint.kind) {
      case ConstraintKind::Check:
        if (own.name == constraint.name) return &own;
        break;
      case ConstraintKind::ForeignKey:
        if (own.columns == constraint.columns && own.ref_relation == constraint.ref_relation &&
            own.ref_columns == constraint.ref_columns) {
          return &own;
        }
        break;
      case ConstraintKind::PrimaryKey:
      case ConstraintKind::Unique:
      case ConstraintKind::NotNull:
        if (own.columns == constraint.columns) return &own;
        break;
      case ConstraintKind::Exclusion: break;
    }
  }
  return nullptr;
}

}  // namespace

std::string_view ConstraintLabel(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::PrimaryKey: return "pkey";
    case ConstraintKind::Unique: return "key";
    case ConstraintKind::ForeignKey: return "fkey";
    case ConstraintKind::Check: return "check";
    case ConstraintKind::Exclusion: return "excl";
    case ConstraintKind::NotNull: return "not_null";
  }
  return "check";
}

std::string ChooseConstraintName(const LoadContext& context, const Relation& relation,
                                 const std::vector<std::string>& columns, std::string_view label) {
  return ChooseName(relation.name, Join(columns), label, TakenNames(context, relation.schema));
}

std::string ChooseIndexName(const LoadContext& context, const Relation& relation,
                            const Index& index) {
  std::vector<std::string> columns;
  for (const IndexKey& key : index.keys) columns.push_back(NameOfKey(key));
  columns.insert(columns.end(), index.include.begin(), index.include.end());
  return ChooseName(relation.name, Join(columns), "idx", TakenNames(context, relation.schema));
}

void SetNotNull(LoadContext& context, Relation& relation, const std::string& column_name,
                const std::string& constraint_name, bool validated, bool no_inherit,
                source::Range definition) {
  Column* column = relation.FindColumn(column_name);
  if (column == nullptr) {
    context.ReportMissingColumn(relation, column_name, definition);
    return;
  }
  if (validated) column->not_null = true;
  // Before PostgreSQL 18, NOT NULL is a property of the column and not a constraint.
  constexpr int kFirstWithConstraint = 18;
  if (context.catalog.server_version() < kFirstWithConstraint) return;
  Constraint constraint;
  constraint.kind = ConstraintKind::NotNull;
  constraint.columns = {column_name};
  if (Constraint* own = FindEquivalent(relation, constraint)) {
    own->validated = own->validated || validated;
    if (!constraint_name.empty()) own->name = constraint_name;
    return;
  }
  constraint.name = constraint_name.empty() ? ChooseConstraintName(context, relation, {column_name},
                                                                   ConstraintLabel(constraint.kind))
                                            : constraint_name;
  constraint.validated = validated;
  constraint.no_inherit = no_inherit;
  constraint.definition = definition;
  relation.constraints.push_back(std::move(constraint));
}

void AddConstraintIndex(LoadContext& context, Relation& relation, const Constraint& constraint,
                        bool valid) {
  Index index;
  index.schema = relation.schema;
  index.name = constraint.name;
  index.unique = constraint.kind != ConstraintKind::Exclusion;
  index.primary = constraint.kind == ConstraintKind::PrimaryKey;
  index.valid = valid;
  index.of_constraint = true;
  index.deferrable = constraint.deferrable;
  index.nulls_not_distinct = constraint.nulls_not_distinct;
  index.include = constraint.include;
  index.definition = constraint.definition;
  for (const std::string& name : constraint.columns) {
    IndexKey key;
    key.column = name;
    index.keys.push_back(std::move(key));
    Column* column = relation.FindColumn(name);
    if (constraint.kind == ConstraintKind::PrimaryKey && column != nullptr && !column->not_null) {
      SetNotNull(context, relation, name, "", true, false, constraint.definition);
    }
  }
  relation.indexes.push_back(std::move(index));
}

void CopyIndex(LoadContext& context, Relation& child, const Index& index) {
  auto same_keys = [&](const Index& own) {
    return own.unique == index.unique && own.keys.size() == index.keys.size() &&
           std::equal(own.keys.begin(), own.keys.end(), index.keys.begin(),
                      [](const IndexKey& a, const IndexKey& b) {
                        return !a.column.empty() && a.column == b.column;
                      });
  };
  if (std::any_of(child.indexes.begin(), child.indexes.end(), same_keys)) return;
  Index copy = index;
  copy.valid = true;
  copy.schema = child.schema;
  copy.name = ChooseIndexName(context, child, copy);
  child.indexes.push_back(std::move(copy));
}

void CopyConstraint(LoadContext& context, Relation& child, const Constraint& constraint,
                    bool as_partition) {
  bool to_partitions_only =
      HasIndex(constraint.kind) || constraint.kind == ConstraintKind::ForeignKey;
  if (constraint.no_inherit || (to_partitions_only && !as_partition)) return;
  if (Constraint* own = FindEquivalent(child, constraint)) {
    own->inherited = true;
    return;
  }
  Constraint copy = constraint;
  copy.inherited = true;
  if (HasIndex(copy.kind)) {
    std::vector<std::string> columns;
    if (copy.kind != ConstraintKind::PrimaryKey) {
      columns = copy.columns;
      columns.insert(columns.end(), copy.include.begin(), copy.include.end());
    }
    copy.name = ChooseConstraintName(context, child, columns, ConstraintLabel(copy.kind));
    AddConstraintIndex(context, child, copy, true);
  }
  child.constraints.push_back(std::move(copy));
}

void AddConstraint(LoadContext& context, Relation& relation, const pgparse::Node& node,
                   const std::string& column_name, bool only) {
  std::string_view contype = node.Enum("contype");
  if (contype.starts_with("CONSTR_ATTR_")) return ApplyAttribute(relation, contype);
  Column* column = column_name.empty() ? nullptr : relation.FindColumn(column_name);
  if (column != nullptr) {
    if (contype == "CONSTR_NULL") return;
    if (contype == "CONSTR_NOTNULL") {
      SetNotNull(context, relation, column_name, node.Str("conname"), true,
                 node.Bool("is_no_inherit"), node.token());
      return;
    }
    if (contype == "CONSTR_DEFAULT") {
      column->has_default = true;
      column->expression = context.Store(node["raw_expr"]);
      return;
    }
    if (contype == "CONSTR_IDENTITY") {
      column->identity = node.Str("generated_when") == "d" ? Identity::ByDefault : Identity::Always;
      SetNotNull(context, relation, column_name, "", true, false, node.token());
      return;
    }
    if (contype == "CONSTR_GENERATED") {
      column->generated = Generated::Stored;
      column->expression = context.Store(node["raw_expr"]);
      return;
    }
  }

  Constraint constraint;
  constraint.kind = KindOf(contype);
  constraint.name = node.Str("conname");
  constraint.deferrable = node.Bool("deferrable");
  constraint.initially_deferred = node.Bool("initdeferred");
  constraint.validated = !node.Bool("skip_validation");
  constraint.no_inherit = node.Bool("is_no_inherit");
  constraint.nulls_not_distinct = node.Bool("nulls_not_distinct");
  constraint.include = node.Names("including");
  constraint.definition = node.range();
  std::vector<std::string> named_for;  // the columns in a generated name
  std::vector<IndexKey> excluded;      // the keys of an exclusion constraint
  bool indexed = false;
  switch (constraint.kind) {
    case ConstraintKind::PrimaryKey:
    case ConstraintKind::Unique:
      if (std::string index = node.Str("indexname"); !index.empty()) {
        indexed = TakeOverIndex(relation, constraint, index);
        if (!indexed) return;
        for (const std::string& key : constraint.columns) {
          if (constraint.kind == ConstraintKind::PrimaryKey) {
            SetNotNull(context, relation, key, "", true, false, constraint.definition);
          }
        }
        break;
      }
      constraint.columns = node.Names("keys");
      if (constraint.columns.empty() && column != nullptr) constraint.columns = {column_name};
      if (constraint.kind == ConstraintKind::Unique) {
        named_for = constraint.columns;
        named_for.insert(named_for.end(), constraint.include.begin(), constraint.include.end());
      }
      break;
    case ConstraintKind::ForeignKey:
      constraint.columns = node.Names("fk_attrs");
      if (constraint.columns.empty() && column != nullptr) constraint.columns = {column_name};
      named_for = constraint.columns;
      FillForeignKey(context, node, constraint);
      break;
    case ConstraintKind::Check: {
      constraint.check = context.Store(node["raw_expr"]);
      std::set<std::string> used;
      CollectColumns(node["raw_expr"], used);
      if (column != nullptr) {
        named_for = {column_name};
      } else if (used.size() == 1) {
        named_for = {*used.begin()};
      }
      break;
    }
    case ConstraintKind::Exclusion: {
      for (const pgparse::Node& pair : node.List("exclusions")) {
        std::vector<pgparse::Node> items = pair.List("items");
        if (items.empty()) continue;
        IndexKey key = IndexKeyOf(context, relation, items[0]);
        named_for.push_back(NameOfKey(key));
        if (!key.column.empty()) constraint.columns.push_back(key.column);
        excluded.push_back(std::move(key));
      }
      break;
    }
    case ConstraintKind::NotNull: break;
  }
  for (const std::string& name : constraint.columns) {
    if (relation.FindColumn(name) != nullptr) continue;
    context.ReportMissingColumn(relation, name, constraint.definition);
    return;
  }
  if (constraint.name.empty()) {
    constraint.name =
        ChooseConstraintName(context, relation, named_for, ConstraintLabel(constraint.kind));
  } else if (const Constraint* other = relation.FindConstraint(constraint.name);
             other != nullptr && other->kind != ConstraintKind::NotNull) {
    if (other->inherited) return;
    auto builder = context.diagnostics.Report(source::Code::DuplicateObject, constraint.definition,
                                              "constraint", constraint.name);
    if (other->definition.valid()) builder.AddLabel(other->definition, "first defined here");
    return;
  }
  // An index only on the partitioned table holds once all partitions have theirs attached.
  bool valid =
      !only || relation.kind != RelationKind::PartitionedTable || relation.children.empty();
  if (HasIndex(constraint.kind) && !indexed) {
    AddConstraintIndex(context, relation, constraint, valid);
    constraint.validated = constraint.validated && valid;
    if (constraint.kind == ConstraintKind::Exclusion) {
      Index& index = relation.indexes.back();
      index.keys = std::move(excluded);
      index.access_method = node.Str("access_method");
    }
  }
  relation.constraints.push_back(constraint);
  if (only) return;
  bool partitions = relation.kind == RelationKind::PartitionedTable;
  ForEachDescendant(context.catalog, relation, [&](Relation& child) {
    CopyConstraint(context, child, constraint, partitions);
  });
}

}  // namespace tricklec::catalog
