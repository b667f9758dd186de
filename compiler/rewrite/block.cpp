#include "tricklec/rewrite/block.h"

#include <algorithm>

#include "tricklec/ir/logic.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::rewrite {

namespace {

bool Raises(const ir::ExprPtr& conjunct) {
  return conjunct->props.may_raise || conjunct->props.volatility == ir::Volatility::Volatile;
}

void SortConjuncts(std::vector<ir::ExprPtr>& conjuncts) {
  std::stable_partition(conjuncts.begin(), conjuncts.end(),
                        [](const ir::ExprPtr& conjunct) { return !Raises(conjunct); });
}

void Collect(const ir::RelPtr& rel, Block& block) {
  if (const auto* filter = rel->As<ir::Filter>()) {
    Collect(filter->input, block);
    ir::SplitConjuncts(filter->predicate, block.conjuncts);
  } else if (const auto* join = rel->As<ir::Join>()) {
    Collect(join->left, block);
    Collect(join->right, block);
    if (join->predicate != nullptr) ir::SplitConjuncts(join->predicate, block.conjuncts);
  } else {
    block.inputs.push_back(rel);
  }
}

// Position of the last input that the conjunct reads; 0 where it reads none.
size_t LastInput(const ir::ExprPtr& conjunct, const std::vector<ir::RelPtr>& inputs,
                 bool& reads_several) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(conjunct, ids);
  size_t last = 0, number = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    bool reads = std::any_of(ids.begin(), ids.end(),
                             [&](ir::ColumnId id) { return inputs[i]->FindOutput(id) != nullptr; });
    if (!reads) continue;
    last = i;
    ++number;
  }
  reads_several = number > 1;
  return last;
}

}  // namespace

ir::RelPtr FilterAll(ir::RelPtr input, std::vector<ir::ExprPtr> conjuncts, source::Range range) {
  if (conjuncts.empty()) return input;
  SortConjuncts(conjuncts);
  return ir::MakeFilter(std::move(input), ir::Conjunction(std::move(conjuncts)), range);
}

Block MatchBlock(const ir::RelPtr& rel) {
  Block block;
  if (const auto* project = rel->As<ir::Project>()) {
    block.columns = project->columns;
    Collect(project->input, block);
  } else {
    for (const ir::OutputColumn& output : rel->outputs) {
      block.columns.push_back({output.id, output.name, ir::Ref(output)});
    }
    Collect(rel, block);
  }
  SortConjuncts(block.conjuncts);
  return block;
}

ir::RelPtr JoinInputs(const std::vector<ir::RelPtr>& inputs,
                      const std::vector<ir::ExprPtr>& conjuncts, source::Range range) {
  TRICKLEC_CHECK(!inputs.empty(), "a block without inputs");
  if (inputs.size() == 1) return FilterAll(inputs[0], conjuncts, range);
  // Of each input: what reads only it, and what it completes.
  std::vector<std::vector<ir::ExprPtr>> own(inputs.size()), predicates(inputs.size());
  std::vector<ir::ExprPtr> above;
  for (const ir::ExprPtr& conjunct : conjuncts) {
    bool reads_several = false;
    size_t last = LastInput(conjunct, inputs, reads_several);
    (Raises(conjunct) ? above : reads_several ? predicates[last] : own[last]).push_back(conjunct);
  }
  ir::RelPtr rel;
  for (size_t i = 0; i < inputs.size(); ++i) {
    source::Range own_range = own[i].empty() ? source::Range() : own[i][0]->range;
    ir::RelPtr input = FilterAll(inputs[i], own[i], own_range);
    if (rel == nullptr) {
      rel = std::move(input);
      continue;
    }
    rel = ir::MakeJoin(std::move(rel), std::move(input), ir::Conjunction(predicates[i]), range);
  }
  return FilterAll(std::move(rel), std::move(above), range);
}

ir::RelPtr MakeBlock(const Block& block, source::Range range) {
  return ir::MakeProject(JoinInputs(block.inputs, block.conjuncts, range), block.columns, range);
}

}  // namespace tricklec::rewrite
