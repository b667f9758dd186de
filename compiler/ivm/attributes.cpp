// Which columns of which sources a row-wise query reads.

#include "tricklec/ivm/attributes.h"

#include <algorithm>
#include <map>
#include <set>

#include "tricklec/ir/logic.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

using IdSet = std::set<ir::ColumnId>;
using Definitions = std::map<ir::ColumnId, ir::ExprPtr>;

void AddColumns(const ir::ExprPtr& expr, IdSet& ids) {
  std::vector<ir::ColumnId> read;
  ir::CollectColumns(expr, read);
  ids.insert(read.begin(), read.end());
}

void CollectScans(const ir::Rel& rel, std::vector<const ir::Rel*>& scans) {
  if (rel.As<ir::Scan>() != nullptr) scans.push_back(&rel);  // kept alive by the tree
  for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectScans(*input, scans);
}

void CollectDefinitions(const ir::Rel& rel, Definitions& definitions) {
  if (const auto* project = rel.As<ir::Project>()) {
    for (const ir::ProjectColumn& column : project->columns) {
      // One that only passes a column on says nothing of it.
      const auto* ref = column.expr->As<ir::ColumnRef>();
      if (ref == nullptr || ref->id != column.id) definitions.emplace(column.id, column.expr);
    }
  }
  // What the right side computes is NULL in rows without it, whatever the expression says.
  if (const auto* join = rel.As<ir::OuterJoin>()) {
    CollectDefinitions(*join->left, definitions);
    return;
  }
  for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectDefinitions(*input, definitions);
}

ir::ExprPtr Unfold(const ir::ExprPtr& expr, const Definitions& definitions) {
  return ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ir::ExprPtr {
    auto found = definitions.find(id);
    return found == definitions.end() ? nullptr : Unfold(found->second, definitions);
  });
}

void CollectConjuncts(const ir::Rel& rel, std::vector<ir::ExprPtr>& conjuncts) {
  if (rel.As<ir::UnionAll>() != nullptr) return;  // they hold in one branch only
  if (const auto* filter = rel.As<ir::Filter>()) ir::SplitConjuncts(filter->predicate, conjuncts);
  if (const auto* join = rel.As<ir::Join>(); join != nullptr && join->predicate != nullptr) {
    ir::SplitConjuncts(join->predicate, conjuncts);
  }
  if (const auto* join = rel.As<ir::OuterJoin>()) {
    CollectConjuncts(*join->left, conjuncts);
    return;
  }
  for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectConjuncts(*input, conjuncts);
}

bool HasScan(const ir::RelPtr& input, const std::string& alias) {
  std::vector<const ir::Rel*> scans = ScansOf(input);
  return std::any_of(scans.begin(), scans.end(),
                     [&](const ir::Rel* rel) { return rel->As<ir::Scan>()->alias == alias; });
}

ir::RelPtr Prune(const ir::RelPtr& rel, IdSet needed);

ir::RelPtr PruneUnion(const ir::RelPtr& rel, const ir::UnionAll& all, const IdSet& needed) {
  std::vector<ir::ColumnId> ids;
  std::vector<size_t> positions;
  for (size_t i = 0; i < rel->outputs.size(); ++i) {
    if (!needed.contains(rel->outputs[i].id)) continue;
    ids.push_back(rel->outputs[i].id);
    positions.push_back(i);
  }
  std::vector<ir::RelPtr> inputs;
  for (const ir::RelPtr& input : all.inputs) {
    IdSet below;
    std::vector<ir::ProjectColumn> columns;
    for (size_t position : positions) {
      const ir::OutputColumn& output = input->outputs[position];
      below.insert(output.id);
      columns.push_back({output.id, output.name, ir::Ref(output)});
    }
    // A branch may give one of its columns twice, or in another order than its node does.
    ir::RelPtr branch = Prune(input, below);
    bool same = branch->outputs.size() == columns.size();
    for (size_t i = 0; same && i < columns.size(); ++i) {
      same = branch->outputs[i].id == columns[i].id;
    }
    inputs.push_back(same ? branch : ir::MakeProject(branch, std::move(columns)));
  }
  return ir::MakeUnionAll(std::move(inputs), ids, rel->range);
}

ir::RelPtr Prune(const ir::RelPtr& rel, IdSet needed) {
  if (const auto* scan = rel->As<ir::Scan>()) {
    std::vector<size_t> attributes;
    std::vector<ir::ColumnId> ids;
    for (size_t i = 0; i < scan->attributes.size(); ++i) {
      if (!needed.contains(rel->outputs[i].id)) continue;
      attributes.push_back(scan->attributes[i]);
      ids.push_back(rel->outputs[i].id);
    }
    return ir::MakeScan(scan->table, scan->alias, std::move(attributes), ids, rel->range);
  }
  if (const auto* filter = rel->As<ir::Filter>()) {
    AddColumns(filter->predicate, needed);
    return ir::MakeFilter(Prune(filter->input, needed), filter->predicate, rel->range);
  }
  if (const auto* join = rel->As<ir::Join>()) {
    if (join->predicate != nullptr) AddColumns(join->predicate, needed);
    return ir::MakeJoin(Prune(join->left, needed), Prune(join->right, needed), join->predicate,
                        rel->range);
  }
  if (const auto* join = rel->As<ir::OuterJoin>()) {
    if (join->predicate != nullptr) AddColumns(join->predicate, needed);
    if (join->matched != nullptr) AddColumns(join->matched, needed);
    return ir::MakeOuterJoin(Prune(join->left, needed), Prune(join->right, needed), join->predicate,
                             rel->range,
                             join->matches == nullptr ? nullptr : Prune(join->matches, needed),
                             join->matched, join->matches_follow_left);
  }
  if (const auto* all = rel->As<ir::UnionAll>()) return PruneUnion(rel, *all, needed);
  const auto* project = rel->As<ir::Project>();
  TRICKLEC_CHECK(project != nullptr, "a row-wise query has another node");
  std::vector<ir::ProjectColumn> columns;
  IdSet below;
  for (const ir::ProjectColumn& column : project->columns) {
    if (!needed.contains(column.id)) continue;
    AddColumns(column.expr, below);
    columns.push_back(column);
  }
  return ir::MakeProject(Prune(project->input, below), std::move(columns), rel->range);
}

}  // namespace

std::vector<const ir::Rel*> ScansOf(const ir::RelPtr& input) {
  std::vector<const ir::Rel*> scans;
  CollectScans(*input, scans);
  return scans;
}

bool HasUnion(const ir::RelPtr& input) {
  if (input->As<ir::UnionAll>() != nullptr) return true;
  std::vector<ir::RelPtr> below = ir::InputsOf(*input);
  return std::any_of(below.begin(), below.end(), HasUnion);
}

bool HasOuterJoin(const ir::RelPtr& input) {
  if (input->As<ir::OuterJoin>() != nullptr) return true;
  std::vector<ir::RelPtr> below = ir::InputsOf(*input);
  return std::any_of(below.begin(), below.end(), HasOuterJoin);
}

const ir::Rel* FindLeftFollowing(const ir::RelPtr& input) {
  const auto* join = input->As<ir::OuterJoin>();
  if (join != nullptr && join->matches_follow_left) return input.get();
  for (const ir::RelPtr& below : ir::InputsOf(*input)) {
    if (const ir::Rel* found = FindLeftFollowing(below)) return found;
  }
  return nullptr;
}

ir::ExprPtr OverScans(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  Definitions definitions;
  CollectDefinitions(*input, definitions);
  return Unfold(expr, definitions);
}

std::optional<Attribute> PlainAttribute(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  ir::ExprPtr over_scans = OverScans(expr, input);
  if (over_scans->As<ir::ColumnRef>() == nullptr) return std::nullopt;
  std::vector<Attribute> attributes = AttributesOf(over_scans, input);
  if (attributes.empty()) return std::nullopt;
  return attributes[0];
}

std::vector<Attribute> AttributesOf(const ir::ExprPtr& expr, const ir::RelPtr& input) {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(OverScans(expr, input), ids);
  std::vector<const ir::Rel*> scans = ScansOf(input);
  std::vector<Attribute> attributes;
  for (ir::ColumnId id : ids) {
    for (const ir::Rel* rel : scans) {
      const auto* scan = rel->As<ir::Scan>();
      for (size_t i = 0; i < scan->attributes.size(); ++i) {
        if (rel->outputs[i].id != id) continue;
        attributes.push_back({scan->alias, scan->table, scan->attributes[i]});
      }
    }
  }
  return attributes;
}

std::vector<ir::ExprPtr> ConjunctsOf(const ir::RelPtr& input) {
  std::vector<ir::ExprPtr> conjuncts;
  CollectConjuncts(*input, conjuncts);
  for (ir::ExprPtr& conjunct : conjuncts) conjunct = OverScans(conjunct, input);
  return conjuncts;
}

std::pair<ir::RelPtr, ir::OutputColumn> WithAttribute(const ir::RelPtr& input,
                                                      const Attribute& attribute,
                                                      ir::ColumnIds& ids) {
  if (const auto* filter = input->As<ir::Filter>()) {
    auto [below, column] = WithAttribute(filter->input, attribute, ids);
    return {ir::MakeFilter(below, filter->predicate, input->range), column};
  }
  if (const auto* project = input->As<ir::Project>()) {
    auto [below, column] = WithAttribute(project->input, attribute, ids);
    std::vector<ir::ProjectColumn> columns = project->columns;
    columns.push_back({ids.Next(), column.name, ir::Ref(column)});
    ir::RelPtr wider = ir::MakeProject(below, std::move(columns), input->range);
    return {wider, wider->outputs.back()};
  }
  if (const auto* join = input->As<ir::Join>()) {
    bool left = HasScan(join->left, attribute.alias);
    auto [side, column] = WithAttribute(left ? join->left : join->right, attribute, ids);
    return {ir::MakeJoin(left ? side : join->left, left ? join->right : side, join->predicate,
                         input->range),
            column};
  }
  if (const auto* join = input->As<ir::OuterJoin>()) {
    bool left = HasScan(join->left, attribute.alias);
    auto [side, column] = WithAttribute(left ? join->left : join->right, attribute, ids);
    ir::RelPtr wider =
        ir::MakeOuterJoin(left ? side : join->left, left ? join->right : side, join->predicate,
                          input->range, join->matches, join->matched, join->matches_follow_left);
    return {wider, *wider->FindOutput(column.id)};
  }
  const auto* scan = input->As<ir::Scan>();
  TRICKLEC_CHECK(scan != nullptr && scan->alias == attribute.alias,
                 "a scan that is not below, or below a union");
  std::vector<ir::ColumnId> outputs;
  for (size_t i = 0; i < scan->attributes.size(); ++i) {
    if (scan->attributes[i] == attribute.column) return {input, input->outputs[i]};
    outputs.push_back(input->outputs[i].id);
  }
  std::vector<size_t> attributes = scan->attributes;
  attributes.push_back(attribute.column);
  outputs.push_back(ids.Next());
  ir::RelPtr wider = ir::MakeScan(scan->table, scan->alias, attributes, outputs, input->range);
  return {wider, wider->outputs.back()};
}

ir::RelPtr WithColumns(const ir::RelPtr& input, const std::vector<ir::ColumnId>& needed) {
  return Prune(input, IdSet(needed.begin(), needed.end()));
}

}  // namespace tricklec::ivm
