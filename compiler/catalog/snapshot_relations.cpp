// Tables, views and the rest of the relations of a snapshot.

#include <fmt/format.h>

#include "tricklec/catalog/load_context.h"
#include "tricklec/catalog/snapshot_reader.h"

namespace tricklec::catalog {

namespace {

constexpr int kFirstWithNotNullConstraints = 18;

const std::vector<std::string_view> kKinds = {
    "table",         "partitioned table", "view",           "materialized view",
    "foreign table", "sequence",          "composite type", "stream table",
    "unknown"};

RelationKind KindOf(const SnapshotItem& item) {
  switch (item.OneOf("kind", kKinds)) {
    case 1: return RelationKind::PartitionedTable;
    case 2: return RelationKind::View;
    case 3: return RelationKind::MaterializedView;
    case 4: return RelationKind::ForeignTable;
    case 5: return RelationKind::Sequence;
    case 6: return RelationKind::Composite;
    case 7: return RelationKind::StreamTable;
    case 8: return RelationKind::Unknown;
    default: return RelationKind::Table;
  }
}

KeyAction ActionAt(const SnapshotItem& item, const char* key) {
  switch (item.OneOf(key, {"no action", "restrict", "cascade", "set null", "set default"})) {
    case 1: return KeyAction::Restrict;
    case 2: return KeyAction::Cascade;
    case 3: return KeyAction::SetNull;
    case 4: return KeyAction::SetDefault;
    default: return KeyAction::NoAction;
  }
}

/// Fills one relation.
class RelationFiller {
 public:
  RelationFiller(SnapshotReader& reader, const SnapshotItem& item, Relation& relation)
      : reader_(reader),
        item_(item),
        relation_(relation),
        name_(QuoteQualified(relation.qualified_name())) {}

  void Fill() {
    relation_.columns_known = item_.Flag("columns_known", true);
    for (const SnapshotItem& item : item_.Items("columns")) {
      relation_.columns.push_back(ColumnOf(item));
    }
    for (const SnapshotItem& item : item_.Items("constraints")) AddConstraint(item);
    for (const SnapshotItem& item : item_.Items("indexes")) {
      relation_.indexes.push_back(IndexOf(item));
    }
    relation_.row_security = item_.Flag("row_security");
    relation_.force_row_security = item_.Flag("force_row_security");
    AddPartitioning();
    if (item_.Has("query")) AddQuery();
  }

 private:
  Column ColumnOf(const SnapshotItem& item) {
    Column column;
    column.name = item.Str("name");
    if (column.name.empty()) item.Report("name", "is missing");
    column.type = reader_.TypeAt(item, "type");
    column.collation = item.NameAt("collation");
    column.not_null = item.Flag("not_null");
    switch (item.OneOf("identity", {"", "always", "by default"})) {
      case 1: column.identity = Identity::Always; break;
      case 2: column.identity = Identity::ByDefault; break;
      default: break;
    }
    switch (item.OneOf("generated", {"", "stored", "virtual"})) {
      case 1: column.generated = Generated::Stored; break;
      case 2: column.generated = Generated::Virtual; break;
      default: break;
    }
    column.expression = Expression(item, "expression", "column " + column.name);
    column.has_default = item.Flag("default");
    column.inherited = item.Flag("inherited");
    column.hidden = item.Flag("hidden");
    return column;
  }

  void AddConstraint(const SnapshotItem& item) {
    Constraint constraint;
    constraint.name = item.Str("name");
    switch (item.OneOf(
        "kind", {"check", "primary key", "unique", "foreign key", "exclusion", "not null"})) {
      case 1: constraint.kind = ConstraintKind::PrimaryKey; break;
      case 2: constraint.kind = ConstraintKind::Unique; break;
      case 3: constraint.kind = ConstraintKind::ForeignKey; break;
      case 4: constraint.kind = ConstraintKind::Exclusion; break;
      case 5: constraint.kind = ConstraintKind::NotNull; break;
      default: break;
    }
    // A property of the column before PostgreSQL 18, and nothing but that.
    bool skipped = constraint.kind == ConstraintKind::NotNull &&
                   reader_.catalog.server_version() < kFirstWithNotNullConstraints;
    if (skipped) return;
    constraint.columns = item.Names("columns");
    constraint.include = item.Names("include");
    constraint.ref_name = item.NameAt("references");
    constraint.ref_columns = item.Names("ref_columns");
    if (!constraint.ref_name.empty()) {
      const Relation* referenced =
          reader_.catalog.FindRelation(constraint.ref_name.schema, constraint.ref_name.name, {});
      if (referenced != nullptr) constraint.ref_relation = referenced->id;
    }
    constraint.on_delete = ActionAt(item, "on_delete");
    constraint.on_update = ActionAt(item, "on_update");
    switch (item.OneOf("match", {"simple", "full", "partial"})) {
      case 1: constraint.match = MatchType::Full; break;
      case 2: constraint.match = MatchType::Partial; break;
      default: break;
    }
    constraint.check = Expression(item, "expression", "constraint " + constraint.name);
    constraint.deferrable = item.Flag("deferrable");
    constraint.initially_deferred = item.Flag("initially_deferred");
    constraint.validated = item.Flag("validated", true);
    constraint.enforced = item.Flag("enforced", true);
    constraint.nulls_not_distinct = item.Flag("nulls_not_distinct");
    constraint.no_inherit = item.Flag("no_inherit");
    constraint.without_overlaps = item.Flag("without_overlaps");
    constraint.inherited = item.Flag("inherited");
    relation_.constraints.push_back(std::move(constraint));
  }

  Index IndexOf(const SnapshotItem& item) {
    Index index;
    index.schema = relation_.schema;
    index.name = item.Str("name");
    index.unique = item.Flag("unique");
    index.primary = item.Flag("primary");
    index.of_constraint = item.Flag("of_constraint");
    index.valid = item.Flag("valid", true);
    index.deferrable = item.Flag("deferrable");
    if (item.Has("method")) index.access_method = item.Str("method");
    for (const SnapshotItem& element : item.Items("keys")) {
      IndexKey key;
      key.column = element.Str("column");
      key.expression = Expression(element, "expression", "index " + index.name);
      key.default_opclass = element.Flag("default_opclass", true);
      key.default_collation = element.Flag("default_collation", true);
      key.descending = element.Flag("descending");
      index.keys.push_back(std::move(key));
    }
    index.include = item.Names("include");
    index.predicate = Expression(item, "predicate", "index " + index.name);
    index.nulls_not_distinct = item.Flag("nulls_not_distinct");
    return index;
  }

  void AddPartitioning() {
    std::string key = item_.Str("partition_key");
    std::string bound = item_.Str("bound");
    if (!key.empty()) {
      pgparse::Node create = reader_.ParseStatement("CREATE TABLE t () PARTITION BY " + key,
                                                    "partition key of " + name_);
      if (!create) return item_.Report("partition_key", "cannot be parsed");
      relation_.partition_key = PartitionKeyOf(Context(), relation_, create["partspec"]);
    }
    if (!bound.empty()) {
      pgparse::Node create =
          reader_.ParseStatement("CREATE TABLE t PARTITION OF p " + bound, "bound of " + name_);
      if (!create) return item_.Report("bound", "cannot be parsed");
      relation_.bound = BoundOf(Context(), create["partbound"]);
    }
  }

  void AddQuery() {
    ViewQuery view;
    std::string why;
    view.query = reader_.ParseStatement(
        item_.Str("query"), std::string(kKinds[item_.OneOf("kind", kKinds)]) + " " + name_, &why);
    if (!view.query && relation_.kind == RelationKind::View) {
      relation_.kind = RelationKind::Unknown;
      relation_.unknown_reason = why;
      return;
    }
    if (view.query) view.text = reader_.derived.back()->All();
    view.path.schemas = item_.Names("query_search_path");
    view.column_names = item_.Names("column_names");
    view.renamed_columns = item_.Pairs("renamed");
    view.recursive = item_.Flag("recursive");
    view.security_barrier = item_.Flag("security_barrier");
    view.security_invoker = item_.Flag("security_invoker");
    relation_.view = std::move(view);
  }

  StoredExpression Expression(const SnapshotItem& item, const char* key, const std::string& of) {
    return item.Has(key) ? reader_.ExpressionAt(item, key, of + " of " + name_)
                         : StoredExpression();
  }

  // Of the loader, for the parts that are statements here as there.
  LoadContext& Context() { return context_; }

  SnapshotReader& reader_;
  const SnapshotItem& item_;
  Relation& relation_;
  std::string name_;
  std::vector<Amendment> no_amendments_;
  LoadContext context_{reader_.catalog, reader_.diagnostics, reader_.snapshot.All(),
                       no_amendments_};
};

}  // namespace

void MakeRelations(SnapshotReader& reader, const SnapshotItem& root) {
  for (const SnapshotItem& item : root.Items("relations")) {
    QualifiedName name = item.Name();
    if (name.empty()) continue;
    if (reader.catalog.FindRelation(name.schema, name.name, {}) != nullptr) {
      reader.ReportDuplicate("relation", QuoteQualified(name));
      continue;
    }
    Relation relation;
    relation.schema = name.schema;
    relation.name = name.name;
    relation.kind = KindOf(item);
    relation.extension = item.Str("extension");
    relation.unknown_reason = item.Str("reason");
    switch (item.OneOf("persistence", {"", "unlogged", "temporary"})) {
      case 1: relation.persistence = Persistence::Unlogged; break;
      case 2: relation.persistence = Persistence::Temporary; break;
      default: break;
    }
    reader.catalog.AddSchema(relation.schema);
    reader.catalog.AddRelation(std::move(relation));
  }
}

void FillRelations(SnapshotReader& reader, const SnapshotItem& root) {
  if (reader.problems.any() || reader.diagnostics.has_errors()) return;
  for (const SnapshotItem& item : root.Items("relations")) {
    QualifiedName name = item.Name();
    const Relation* found = reader.catalog.FindRelation(name.schema, name.name, {});
    if (found == nullptr) continue;
    Relation& relation = *reader.catalog.MutableRelation(found->id);
    RelationFiller(reader, item, relation).Fill();
    for (const QualifiedName& parent : item.QualifiedNames("inherits")) {
      const Relation* above = reader.catalog.FindRelation(parent.schema, parent.name, {});
      if (above == nullptr) {
        item.Report("inherits",
                    fmt::format("is not among the relations: `{}`", QuoteQualified(parent)));
        continue;
      }
      relation.parents.push_back(above->id);
      reader.catalog.MutableRelation(above->id)->children.push_back(relation.id);
    }
  }
}

}  // namespace tricklec::catalog
