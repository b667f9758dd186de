#include "tricklec/codegen/pipeline.h"
#include "tricklec/ir/fit_name.h"

namespace tricklec::codegen {

void AddToCatalog(const ivm::Program& program, catalog::Catalog& catalog) {
  catalog::Relation relation;
  relation.schema = program.definition.name.schema;
  relation.name = program.definition.name.name;
  relation.kind = catalog::RelationKind::StreamTable;
  relation.definition = program.definition.statement;
  relation.name_range = program.definition.name_range;
  std::vector<std::string> key;
  for (const ivm::StoredColumn& stored : program.storage.columns) {
    catalog::Column column;
    column.name = stored.name;
    column.type = {stored.type.id, stored.type.typmod};
    column.collation = {stored.collation_schema, stored.collation_name};
    column.not_null = stored.not_null;
    column.hidden = !stored.visible;
    relation.columns.push_back(std::move(column));
    relation.columns_known &= stored.type.known;
  }
  if (!program.storage.key.empty() && program.storage.unique_index) {
    catalog::Index index;
    index.schema = relation.schema;
    index.name = ir::FitName(relation.name + "_pgt_key");
    index.unique = true;
    for (size_t position : program.storage.key) {
      catalog::IndexKey element;
      element.column = program.storage.columns[position].name;
      index.keys.push_back(std::move(element));
      index.nulls_not_distinct |= !program.storage.columns[position].not_null;
    }
    relation.indexes.push_back(std::move(index));
  } else if (!program.storage.hash_columns.empty()) {
    catalog::Index index;
    index.schema = relation.schema;
    index.name = ir::FitName(relation.name + "_pgt_hash");
    index.access_method = "hash";
    index.keys.emplace_back();  // over the row
    relation.indexes.push_back(std::move(index));
  }
  catalog.AddRelation(std::move(relation));
}

}  // namespace tricklec::codegen
