// ΔP ⋈ C, where C references P: PostgreSQL checked before our trigger ran that every row of C has its row of
// P. New rows of P have other keys than those, and rows that went are no longer referenced.

#include "tricklec/ivm/foreign_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/row_key.h"

namespace tricklec::ivm {

namespace {

struct Reference {
  const ir::SourceTable* table = nullptr;
  const ir::ForeignKey* key = nullptr;
};

bool Reads(const ir::Scan& scan, const ir::SourceTable& table) {
  return scan.table->name == table.name;
}

// The foreign key of one of the block's tables by which its rows are joined to the scan's.
Reference FindReference(const ir::RelPtr& block, const ir::Scan& referenced) {
  std::vector<Equation> equations = EquationsOf(block);
  auto equal = [&](const ir::Scan& scan, size_t column, const std::string& other) {
    return std::any_of(equations.begin(), equations.end(), [&](const Equation& equation) {
      auto joins = [&](const Attribute& a, const Attribute& b) {
        return a.alias == scan.alias && a.column == column && b.alias == referenced.alias &&
               referenced.table->columns[b.column].name == other;
      };
      return joins(equation.left, equation.right) || joins(equation.right, equation.left);
    });
  };
  for (const ir::Rel* rel : ScansOf(block)) {
    const auto* scan = rel->As<ir::Scan>();
    for (const ir::ForeignKey& key : scan->table->foreign_keys) {
      if (key.referenced != referenced.table->name) continue;
      bool all = true;
      for (size_t i = 0; i < key.columns.size(); ++i) {
        all &= equal(*scan, key.columns[i], key.referenced_columns[i]);
      }
      if (all) return {scan->table.get(), &key};
    }
  }
  return {};
}

bool CollectReferences(const ir::RelPtr& rel, const ir::SourceTable& table,
                       std::vector<Reference>& references) {
  if (rel->As<ir::UnionAll>() != nullptr) {
    std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
    return std::all_of(inputs.begin(), inputs.end(), [&](const ir::RelPtr& input) {
      return CollectReferences(input, table, references);
    });
  }
  if (const auto* filter = rel->As<ir::Filter>(); filter != nullptr && HasUnion(rel)) {
    return CollectReferences(filter->input, table, references);
  }
  if (const auto* project = rel->As<ir::Project>(); project != nullptr && HasUnion(rel)) {
    return CollectReferences(project->input, table, references);
  }
  std::vector<const ir::Scan*> occurrences;
  for (const ir::Rel* scan : ScansOf(rel)) {
    if (Reads(*scan->As<ir::Scan>(), table)) occurrences.push_back(scan->As<ir::Scan>());
  }
  if (occurrences.empty()) return true;
  if (occurrences.size() > 1 || HasUnion(rel)) return false;
  Reference reference = FindReference(rel, *occurrences.front());
  if (reference.key == nullptr || reference.table->name == table.name) return false;
  references.push_back(reference);
  return true;
}

}  // namespace

bool MeetsNone(const ir::RelPtr& rows, const ir::SourceTable& table, FactRecorder& facts) {
  std::vector<Reference> references;
  if (!CollectReferences(rows, table, references) || references.empty()) return false;
  for (const Reference& reference : references) {
    facts.ForeignKey(*reference.table, *reference.key,
                     fmt::format("rows added to {}.{}, or removed, are joined to none",
                                 table.name.schema, table.name.name),
                     kByFingerprint);
  }
  return true;
}

}  // namespace tricklec::ivm
