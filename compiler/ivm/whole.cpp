// Any query, as a bag of rows: what a full refresh compares.

#include "tricklec/ivm/whole.h"

#include <algorithm>

#include "tricklec/ivm/attributes.h"

namespace tricklec::ivm {

Program PlanWhole(const ir::Definition& definition) {
  Program program;
  program.definition = definition;
  program.rows = definition.query;
  program.storage.kind = StorageKind::Bag;
  program.storage.unique_index = false;
  for (size_t i = 0; i < definition.query->outputs.size(); ++i) {
    const ir::OutputColumn& output = definition.query->outputs[i];
    StoredColumn column;
    column.id = definition.ids->Next();
    column.name = definition.column_names[i];
    column.type = output.props.type;
    column.collation_schema = output.props.collation_schema;
    column.collation_name = output.props.collation_name;
    column.compare = Compare::Image;
    if (column.type.hashable) program.storage.hash_columns.push_back(i);
    program.storage.columns.push_back(std::move(column));
    program.row_values.push_back(ir::Ref(output));
  }
  for (const ir::Rel* rel : ScansOf(definition.query)) {
    const auto* scan = rel->As<ir::Scan>();
    auto known = std::find_if(program.sources.begin(), program.sources.end(), [&](const auto& s) {
      return s.source->name.schema == scan->table->name.schema &&
             s.source->name.name == scan->table->name.name;
    });
    if (known == program.sources.end()) {
      known = program.sources.emplace(program.sources.end());
      known->source = scan->table;
    }
    std::vector<size_t>& used = known->columns_used;
    used.insert(used.end(), scan->attributes.begin(), scan->attributes.end());
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
  }
  return program;
}

}  // namespace tricklec::ivm
