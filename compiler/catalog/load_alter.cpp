// ALTER TABLE and its relatives (manual, "ALTER TABLE"). Actions that the model knows nothing of
// (owner, storage, triggers, …) have no effect.

#include <algorithm>
#include <map>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

struct AlterContext {
  LoadContext& load;
  Relation& relation;
  const pgparse::Node& command;
  bool recurse;  ///< not ALTER TABLE ONLY
};

// Applies `use(relation, column)` to the named column here and in all children.
template <typename Use>
void ForColumn(AlterContext& alter, const Use& use) {
  std::string name = alter.command.Str("name");
  Column* column = alter.relation.FindColumn(name);
  if (column == nullptr) {
    if (!alter.command.Bool("missing_ok")) {
      alter.load.ReportMissingColumn(alter.relation, name, alter.load.statement);
    }
    return;
  }
  use(alter.relation, *column);
  if (!alter.recurse) return;
  ForEachDescendant(alter.load.catalog, alter.relation, [&](Relation& child) {
    if (Column* of_child = child.FindColumn(name)) use(child, *of_child);
  });
}

void AlterAddColumn(AlterContext& alter) {
  pgparse::Node def = alter.command["def"];
  std::string name = def.Str("colname");
  if (alter.relation.FindColumn(name) != nullptr && alter.command.Bool("missing_ok")) return;
  if (const Column* other = alter.relation.FindColumn(name)) {
    auto builder =
        alter.load.diagnostics.Report(source::Code::DuplicateObject, def.token(), "column", name);
    if (other->definition.valid()) builder.AddLabel(other->definition, "first defined here");
    return;
  }
  AddColumn(alter.load, alter.relation, def);
  if (!alter.recurse) return;
  const Column added = *alter.relation.FindColumn(name);
  ForEachDescendant(alter.load.catalog, alter.relation, [&](Relation& child) {
    Column* own = child.FindColumn(name);
    if (own != nullptr) {
      own->inherited = true;
      return;
    }
    child.columns.push_back(added);
    child.columns.back().inherited = true;
  });
}

void AlterColumnType(AlterContext& alter) {
  pgparse::Node def = alter.command["def"];
  TypeRef type = alter.load.ResolveType(def["type_name"]);
  QualifiedName collation = alter.load.ResolveCollation(def["coll_clause"]);
  if (collation == alter.load.catalog.CollationOf(type.type)) collation = {};
  ForColumn(alter, [&](Relation&, Column& column) {
    column.type = type;
    column.collation = collation;
  });
}

void RemoveNotNull(Relation& relation, Column& column) {
  column.not_null = false;
  std::erase_if(relation.constraints, [&](const Constraint& constraint) {
    return constraint.kind == ConstraintKind::NotNull &&
           constraint.columns == std::vector{column.name};
  });
}

void RemoveConstraint(Relation& relation, const std::string& name) {
  for (const Constraint& constraint : relation.constraints) {
    if (constraint.name != name || constraint.kind != ConstraintKind::NotNull) continue;
    if (Column* column = relation.FindColumn(constraint.columns[0])) column->not_null = false;
  }
  std::erase_if(relation.constraints, [&](const Constraint& c) { return c.name == name; });
  std::erase_if(relation.indexes,
                [&](const Index& index) { return index.of_constraint && index.name == name; });
}

void AlterDropConstraint(AlterContext& alter) {
  std::string name = alter.command.Str("name");
  const Constraint* constraint = alter.relation.FindConstraint(name);
  if (constraint == nullptr) {
    if (!alter.command.Bool("missing_ok") && alter.relation.columns_known) {
      std::vector<std::string> names;
      for (const Constraint& own : alter.relation.constraints) names.push_back(own.name);
      alter.load.ReportMissing({"", name, alter.load.statement}, "constraint", names);
    }
    return;
  }
  Constraint removed = *constraint;
  RemoveConstraint(alter.relation, name);
  if (removed.kind == ConstraintKind::PrimaryKey || removed.kind == ConstraintKind::Unique) {
    // With CASCADE the foreign keys that rely on it go as well.
    for (const auto& [id, other] : alter.load.catalog.relations()) {
      std::erase_if(alter.load.catalog.MutableRelation(id)->constraints, [&](const Constraint& c) {
        return c.kind == ConstraintKind::ForeignKey && c.ref_relation == alter.relation.id &&
               c.ref_columns == removed.columns && alter.command.Enum("behavior") == "DROP_CASCADE";
      });
    }
  }
  if (!alter.recurse) return;
  ForEachDescendant(alter.load.catalog, alter.relation, [&](Relation& child) {
    for (const Constraint& own : child.constraints) {
      bool same = own.inherited && own.kind == removed.kind && own.columns == removed.columns &&
                  (removed.kind != ConstraintKind::Check || own.name == removed.name);
      if (!same) continue;
      RemoveConstraint(child, std::string(own.name));
      return;
    }
  });
}

void AlterValidate(AlterContext& alter) {
  std::string name = alter.command.Str("name");
  auto validate = [&](Relation& relation) {
    for (Constraint& constraint : relation.constraints) {
      if (constraint.name != name) continue;
      constraint.validated = true;
      if (constraint.kind != ConstraintKind::NotNull) continue;
      if (Column* column = relation.FindColumn(constraint.columns[0])) column->not_null = true;
    }
  };
  validate(alter.relation);
  if (alter.recurse) ForEachDescendant(alter.load.catalog, alter.relation, validate);
}

void AlterConstraintAttributes(AlterContext& alter) {
  pgparse::Node def = alter.command["def"];
  for (Constraint& constraint : alter.relation.constraints) {
    if (constraint.name != def.Str("conname")) continue;
    if (alter.load.Amended(Amendment::Kind::NotEnforced)) {
      constraint.enforced = false;
      constraint.validated = false;
    } else if (alter.load.Amended(Amendment::Kind::Enforced)) {
      // Enforcing checks the rows; [NO] INHERIT changes neither.
      if (!constraint.enforced) constraint.validated = true;
      constraint.enforced = true;
    } else {
      constraint.deferrable = def.Bool("deferrable");
      constraint.initially_deferred = def.Bool("initdeferred");
    }
  }
}

void Disinherit(Relation& child, Relation& parent) {
  std::erase(child.parents, parent.id);
  std::erase(parent.children, child.id);
  for (Column& column : child.columns) {
    if (parent.FindColumn(column.name) != nullptr) column.inherited = false;
  }
  for (Constraint& constraint : child.constraints) constraint.inherited = false;
}

void AlterPartitions(AlterContext& alter, bool attach) {
  pgparse::Node command = alter.command["def"];
  Relation* child = alter.load.FindToChange(alter.load.NameOf(command["name"]), "table", false);
  if (child == nullptr) return;
  if (attach) {
    Inherit(alter.load, *child, alter.relation, true);
    if (command["bound"]) child->bound = BoundOf(alter.load, command["bound"]);
  } else {
    Disinherit(*child, alter.relation);
    child->bound.reset();
  }
}

// ALTER INDEX parent ATTACH PARTITION child: the parent's index holds once every partition has one.
void AttachIndex(LoadContext& context, const WrittenName& name, const WrittenName& child_name) {
  size_t at = 0;
  const Relation* partition =
      context.catalog.FindIndex(child_name.schema, child_name.name, context.path(), at);
  if (partition != nullptr) {
    for (Constraint& constraint : context.catalog.MutableRelation(partition->id)->constraints) {
      if (constraint.name == child_name.name) constraint.inherited = true;
    }
  }
  const Relation* found = context.catalog.FindIndex(name.schema, name.name, context.path(), at);
  if (found == nullptr) return;
  Relation& relation = *context.catalog.MutableRelation(found->id);
  Index& index = relation.indexes[at];
  auto has_twin = [&](RelationId id) {
    const Relation& child = context.catalog.GetRelation(id);
    return std::any_of(child.indexes.begin(), child.indexes.end(), [&](const Index& own) {
      return own.valid && own.unique == index.unique && own.keys.size() == index.keys.size() &&
             std::equal(own.keys.begin(), own.keys.end(), index.keys.begin(),
                        [](const IndexKey& a, const IndexKey& b) { return a.column == b.column; });
    });
  };
  if (!std::all_of(relation.children.begin(), relation.children.end(), has_twin)) return;
  index.valid = true;
  for (Constraint& constraint : relation.constraints) {
    if (index.of_constraint && constraint.name == index.name) constraint.validated = true;
  }
}

void SetIdentity(AlterContext& alter) {
  // The options of ADD GENERATED are a Constraint, those of SET GENERATED a list.
  Identity identity = Identity::Always;
  pgparse::Node def = alter.command["def"];
  if (def.Is("Constraint") && def.Str("generated_when") == "d") identity = Identity::ByDefault;
  if (def.Is("List")) {
    bool changes = false;
    for (const pgparse::Node& option : def.List("items")) {
      if (option.Str("defname") != "generated") continue;
      changes = true;
      // 'd' or 'a' as an integer.
      if (option["arg"].Is("Integer") && option["arg"].Int("ival") == 'd') {
        identity = Identity::ByDefault;
      }
    }
    if (!changes) return;
  }
  ForColumn(alter, [&](Relation&, Column& column) { column.identity = identity; });
}

void ApplyCommand(AlterContext& alter) {
  using Action = void (*)(AlterContext&);
  static const std::map<std::string_view, Action> actions = {
      {"AT_AddColumn", AlterAddColumn},
      {"AT_AlterColumnType", AlterColumnType},
      {"AT_DropColumn",
       [](AlterContext& a) {
         std::string name = a.command.Str("name");
         if (a.relation.FindColumn(name) != nullptr) {
           DropColumn(a.load, a.relation, name);
         } else if (!a.command.Bool("missing_ok")) {
           a.load.ReportMissingColumn(a.relation, name, a.load.statement);
         }
       }},
      {"AT_ColumnDefault",
       [](AlterContext& a) {
         pgparse::Node def = a.command["def"];
         ForColumn(a, [&](Relation&, Column& column) {
           column.has_default = static_cast<bool>(def);
           column.expression = a.load.Store(def);
         });
       }},
      {"AT_SetNotNull",
       [](AlterContext& a) {
         ForColumn(a, [&](Relation& relation, Column& column) {
           SetNotNull(a.load, relation, column.name, "", true, false, a.load.statement);
         });
       }},
      {"AT_DropNotNull",
       [](AlterContext& a) {
         ForColumn(a, [](Relation& relation, Column& column) { RemoveNotNull(relation, column); });
       }},
      {"AT_DropExpression",
       [](AlterContext& a) {
         ForColumn(a, [](Relation&, Column& column) {
           column.generated = Generated::None;
           column.expression = {};
         });
       }},
      {"AT_AddIdentity", SetIdentity},
      {"AT_SetIdentity", SetIdentity},
      {"AT_DropIdentity",
       [](AlterContext& a) {
         ForColumn(a, [](Relation&, Column& column) { column.identity = Identity::None; });
       }},
      {"AT_AddConstraint",
       [](AlterContext& a) {
         AddConstraint(a.load, a.relation, a.command["def"], "", !a.recurse);
       }},
      {"AT_AlterConstraint", AlterConstraintAttributes},
      {"AT_ValidateConstraint", AlterValidate},
      {"AT_DropConstraint", AlterDropConstraint},
      {"AT_SetLogged", [](AlterContext& a) { a.relation.persistence = Persistence::Permanent; }},
      {"AT_SetUnLogged", [](AlterContext& a) { a.relation.persistence = Persistence::Unlogged; }},
      {"AT_AddInherit",
       [](AlterContext& a) {
         WrittenName name = a.load.NameOf(a.command["def"]);
         if (Relation* parent = a.load.FindToChange(name, "table", false)) {
           Inherit(a.load, a.relation, *parent, false);
         }
       }},
      {"AT_DropInherit",
       [](AlterContext& a) {
         WrittenName name = a.load.NameOf(a.command["def"]);
         if (Relation* parent = a.load.FindToChange(name, "table", false)) {
           Disinherit(a.relation, *parent);
         }
       }},
      {"AT_AttachPartition", [](AlterContext& a) { AlterPartitions(a, true); }},
      {"AT_DetachPartition", [](AlterContext& a) { AlterPartitions(a, false); }},
      {"AT_EnableRowSecurity", [](AlterContext& a) { a.relation.row_security = true; }},
      {"AT_DisableRowSecurity", [](AlterContext& a) { a.relation.row_security = false; }},
      {"AT_ForceRowSecurity", [](AlterContext& a) { a.relation.force_row_security = true; }},
      {"AT_NoForceRowSecurity", [](AlterContext& a) { a.relation.force_row_security = false; }},
  };
  auto found = actions.find(alter.command.Enum("subtype"));
  if (found != actions.end()) found->second(alter);
}

// Whether all actions are without effect on the model: then a missing table does not matter.
bool IsIrrelevant(const std::vector<pgparse::Node>& commands) {
  static constexpr std::string_view kIrrelevant[] = {"AT_ChangeOwner",
                                                     "AT_SetStatistics",
                                                     "AT_SetOptions",
                                                     "AT_ResetOptions",
                                                     "AT_SetStorage",
                                                     "AT_SetCompression",
                                                     "AT_ClusterOn",
                                                     "AT_DropCluster",
                                                     "AT_SetTableSpace",
                                                     "AT_SetRelOptions",
                                                     "AT_ResetRelOptions",
                                                     "AT_EnableTrig",
                                                     "AT_EnableAlwaysTrig",
                                                     "AT_EnableReplicaTrig",
                                                     "AT_DisableTrig",
                                                     "AT_EnableTrigAll",
                                                     "AT_DisableTrigAll",
                                                     "AT_EnableTrigUser",
                                                     "AT_DisableTrigUser",
                                                     "AT_EnableRule",
                                                     "AT_DisableRule",
                                                     "AT_ReplicaIdentity",
                                                     "AT_SetAccessMethod",
                                                     "AT_GenericOptions",
                                                     "AT_AlterColumnGenericOptions"};
  return std::all_of(commands.begin(), commands.end(), [](const pgparse::Node& command) {
    return std::find(std::begin(kIrrelevant), std::end(kIrrelevant), command.Enum("subtype")) !=
           std::end(kIrrelevant);
  });
}

}  // namespace

void LoadAlterTable(LoadContext& context, const pgparse::Node& statement) {
  std::vector<pgparse::Node> commands = statement.List("cmds");
  std::string_view object = statement.Enum("objtype");
  WrittenName name = context.NameOf(statement["relation"]);
  if (object == "OBJECT_INDEX") {
    for (const pgparse::Node& command : commands) {
      if (command.Enum("subtype") != "AT_AttachPartition") continue;
      AttachIndex(context, name, context.NameOf(command["def"]["name"]));
    }
    return;
  }
  if (object == "OBJECT_SEQUENCE") return;
  bool irrelevant = IsIrrelevant(commands) && context.amendments.empty();
  if (irrelevant) return;
  Relation* relation = context.FindToChange(name, object == "OBJECT_TYPE" ? "type" : "table",
                                            statement.Bool("missing_ok"));
  if (relation == nullptr) return;
  bool recurse = statement["relation"].Bool("inh");
  for (const pgparse::Node& command : commands) {
    AlterContext alter{context, *relation, command, recurse};
    ApplyCommand(alter);
  }
  ApplyAmendments(context, *relation);
}

void DropColumn(LoadContext& context, Relation& relation, const std::string& name) {
  auto uses = [&](const std::vector<std::string>& columns) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  Column* column = relation.FindColumn(name);
  if (column == nullptr) return;
  // Constraints and indexes over the column go with it.
  for (const auto& [id, other] : context.catalog.relations()) {
    std::erase_if(context.catalog.MutableRelation(id)->constraints, [&](const Constraint& c) {
      return c.kind == ConstraintKind::ForeignKey && c.ref_relation == relation.id &&
             uses(c.ref_columns);
    });
  }
  auto refers = [&](const auto& self, const pgparse::Node& node) -> bool {
    if (node.Is("ColumnRef")) {
      std::vector<pgparse::Node> fields = node.List("fields");
      return !fields.empty() && fields.back().Is("String") && fields.back().Str("sval") == name;
    }
    for (const pgparse::Node& child : node.Children()) {
      if (self(self, child)) return true;
    }
    return false;
  };
  std::erase_if(relation.constraints, [&](const Constraint& constraint) {
    return uses(constraint.columns) || uses(constraint.include) ||
           (constraint.check && refers(refers, constraint.check.node));
  });
  std::erase_if(relation.indexes, [&](const Index& index) {
    return uses(index.include) || (index.predicate && refers(refers, index.predicate.node)) ||
           std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& key) {
             return key.column == name || (key.expression && refers(refers, key.expression.node));
           });
  });
  for (Column& other : relation.columns) {
    // A generated column depends on what it is computed from.
    if (other.generated != Generated::None && other.expression.node && !other.dropped &&
        refers(refers, other.expression.node)) {
      other.dropped = true;
      other.name.clear();
    }
  }
  column->dropped = true;
  column->name.clear();
  ForEachDescendant(context.catalog, relation, [&](Relation& child) {
    Column* of_child = child.FindColumn(name);
    if (of_child != nullptr && of_child->inherited) DropColumn(context, child, name);
  });
}

}  // namespace tricklec::catalog
