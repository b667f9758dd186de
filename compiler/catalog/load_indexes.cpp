// CREATE INDEX; keys of indexes and partitions.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

// Whether an operator class named in an index is the column's default one: the usual names are
// `<type>_ops`. One that only looks so would make a key of what is none, so nothing else counts.
bool IsDefaultOpclass(const LoadContext& context, TypeId type, const std::string& opclass) {
  const Type* base = context.catalog.FindType(context.catalog.BaseType(type));
  if (base == nullptr || !base->builtin()) return false;
  std::string name = base->id == types::kVarChar ? "text" : base->name;
  return opclass == name + "_ops" || (base->id == types::kVarChar && opclass == "varchar_ops");
}

}  // namespace

IndexKey IndexKeyOf(LoadContext& context, const Relation& relation, const pgparse::Node& elem) {
  IndexKey key;
  key.column = elem.Str("name");
  key.expression = context.Store(elem["expr"]);
  const Column* column = relation.FindColumn(key.column);
  std::vector<std::string> opclass = elem.Names("opclass");
  if (!opclass.empty()) {
    key.default_opclass =
        column != nullptr && IsDefaultOpclass(context, column->type.type, opclass.back());
  }
  std::vector<std::string> collation = elem.Names("collation");
  if (!collation.empty()) {
    QualifiedName own = column == nullptr ? QualifiedName() : column->collation;
    if (column != nullptr && own.empty()) own = context.catalog.CollationOf(column->type.type);
    key.default_collation = context.ResolveCollation(collation) == own;
  }
  if (elem.Is("IndexElem")) key.descending = elem.Enum("ordering") == "SORTBY_DESC";
  return key;
}

void LoadIndex(LoadContext& context, const pgparse::Node& statement) {
  Relation* relation = context.FindToChange(context.NameOf(statement["relation"]), "table", false);
  if (relation == nullptr) return;
  Index index;
  index.schema = relation->schema;
  index.name = statement.Str("idxname");
  index.unique = statement.Bool("unique");
  if (std::string method = statement.Str("access_method"); !method.empty()) {
    index.access_method = method;
  }
  index.nulls_not_distinct = statement.Bool("nulls_not_distinct");
  index.predicate = context.Store(statement["where_clause"]);
  index.definition = context.statement;
  for (const pgparse::Node& elem : statement.List("index_params")) {
    IndexKey key = IndexKeyOf(context, *relation, elem);
    if (!key.column.empty() && relation->FindColumn(key.column) == nullptr) {
      context.ReportMissingColumn(*relation, key.column, statement["relation"].token());
      return;
    }
    index.keys.push_back(std::move(key));
  }
  for (const pgparse::Node& elem : statement.List("index_including_params")) {
    index.include.push_back(elem.Str("name"));
  }
  if (index.name.empty()) {
    index.name = ChooseIndexName(context, *relation, index);
  } else if (context.IsTaken({index.schema, index.name}, statement["relation"].token(), "index",
                             statement.Bool("if_not_exists"))) {
    return;
  }
  bool only = !statement["relation"].Bool("inh");
  index.valid = !only || relation->children.empty();
  relation->indexes.push_back(index);
  if (only || relation->kind != RelationKind::PartitionedTable) return;
  ForEachDescendant(context.catalog, *relation,
                    [&](Relation& child) { CopyIndex(context, child, index); });
}

}  // namespace tricklec::catalog
