// Constraints that a program relies on. Dropping one does not stop anything by itself, so each is
// recorded with what protects it: our own NOT NULL, unique index or index width ("storage": the
// violating write fails) or the comparison of fingerprints ("fingerprint").

#include "tricklec/ivm/facts.h"

#include <algorithm>

#include "tricklec/ivm/attributes.h"

namespace tricklec::ivm {

void FactRecorder::NotNull(const ir::ExprPtr& expr, const ir::RelPtr& input, std::string used_for,
                           std::string protection) {
  for (const Attribute& attribute : AttributesOf(expr, input)) {
    const ir::SourceColumn& column = attribute.source_column();
    if (column.not_null) Add({attribute.table->name, column.not_null_by, used_for, protection});
  }
}

void FactRecorder::UniqueKey(const ir::SourceTable& source, const ir::Key& key,
                             std::string used_for, std::string protection) {
  Add({source.name, key.constraint, std::move(used_for), std::move(protection)});
}

void FactRecorder::ForeignKey(const ir::SourceTable& source, const ir::ForeignKey& key,
                              std::string used_for, std::string protection) {
  Add({source.name, key.constraint, std::move(used_for), std::move(protection)});
}

void FactRecorder::Add(Fact fact) {
  bool known = std::any_of(facts_.begin(), facts_.end(), [&](const Fact& other) {
    return other.relation == fact.relation && other.constraint == fact.constraint &&
           other.used_for == fact.used_for;
  });
  if (!known) facts_.push_back(std::move(fact));
}

}  // namespace tricklec::ivm
