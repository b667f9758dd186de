// Subqueries without references to the query around them (Neumann and Kemper, "Unnesting Arbitrary Queries",
// BTW 2015).
//
//   σ_{r.y = l.x AND q}(R)              rows σ_q(R), where r.y = l.x has to hold
//   γ_{; f}(σ_{r.y = l.x}(R))           rows γ_{r.y; f}(R), where r.y = l.x has to hold
//   anything else over columns c of L   the same over D ⋈ R, D = δ(π_c(L)), where d = c has to hold

#include <algorithm>
#include <array>

#include "tricklec/analyze/subquery.h"
#include "tricklec/ir/clone.h"
#include "tricklec/ir/logic.h"
#include "tricklec/ir/same_value.h"

namespace tricklec::analyze {

using ir::ExprPtr;
using ir::RelPtr;

namespace {

RelPtr Filtered(RelPtr input, std::vector<ExprPtr> conjuncts, source::Range range) {
  if (conjuncts.empty()) return input;
  return ir::MakeFilter(std::move(input), ir::Conjunction(std::move(conjuncts)), range);
}

bool HasEquality(const ir::Type& type) { return type.known && type.has_equality; }

bool HasOperand(const ExprPtr& comparison, const ExprPtr& operand) {
  std::vector<ExprPtr> operands = ir::ChildrenOf(*comparison);
  return std::any_of(operands.begin(), operands.end(),
                     [&](const ExprPtr& other) { return ir::SameExpr(other, operand); });
}

std::vector<ir::ProjectColumn> PassThrough(const std::vector<ir::OutputColumn>& outputs) {
  std::vector<ir::ProjectColumn> columns;
  columns.reserve(outputs.size());
  for (const ir::OutputColumn& output : outputs) {
    columns.push_back({output.id, output.name, ir::Ref(output)});
  }
  return columns;
}

}  // namespace

bool IsComparison(const ExprPtr& expr) {
  constexpr std::array<std::string_view, 6> kComparisons = {"=", "<>", "<", "<=", ">", ">="};
  const auto* call = expr->As<ir::OperatorCall>();
  return call != nullptr && call->op.schema == "pg_catalog" &&
         std::find(kComparisons.begin(), kComparisons.end(), call->op.name) != kComparisons.end();
}

void CollectDefined(const ir::Rel& rel, std::set<ir::ColumnId>& ids) {
  for (const ir::OutputColumn& output : rel.outputs) ids.insert(output.id);
  for (const RelPtr& input : ir::InputsOf(rel)) CollectDefined(*input, ids);
}

std::vector<ExprPtr> ExpressionsOf(const ir::Rel& rel) {
  std::vector<ExprPtr> exprs;
  auto add = [&](const ExprPtr& expr) {
    if (expr != nullptr) exprs.push_back(expr);
  };
  if (const auto* filter = rel.As<ir::Filter>()) add(filter->predicate);
  if (const auto* join = rel.As<ir::Join>()) add(join->predicate);
  if (const auto* join = rel.As<ir::OuterJoin>()) add(join->predicate);
  if (const auto* project = rel.As<ir::Project>()) {
    for (const ir::ProjectColumn& column : project->columns) add(column.expr);
  }
  if (const auto* aggregate = rel.As<ir::Aggregate>()) {
    for (const ir::ProjectColumn& key : aggregate->keys) add(key.expr);
    for (const ir::AggregateColumn& column : aggregate->aggregates) {
      for (const ExprPtr& arg : column.call.args) add(arg);
      for (const ir::SortItem& item : column.call.order_by) add(item.expr);
      add(column.call.filter);
    }
  }
  return exprs;
}

// ---- what is read ---------------------------------------------------------------------------------

bool Decorrelator::ReadsOuter(const ExprPtr& expr) const {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  return std::any_of(ids.begin(), ids.end(), [&](ir::ColumnId id) { return !inner_.contains(id); });
}

bool Decorrelator::ReadsInner(const ExprPtr& expr) const {
  std::vector<ir::ColumnId> ids;
  ir::CollectColumns(expr, ids);
  return std::any_of(ids.begin(), ids.end(), [&](ir::ColumnId id) { return inner_.contains(id); });
}

bool Decorrelator::ReadsOuter(const RelPtr& rel) const {
  std::vector<ExprPtr> exprs = ExpressionsOf(*rel);
  if (std::any_of(exprs.begin(), exprs.end(), [&](const ExprPtr& e) { return ReadsOuter(e); })) {
    return true;
  }
  std::vector<RelPtr> inputs = ir::InputsOf(*rel);
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](const RelPtr& input) { return ReadsOuter(input); });
}

void Decorrelator::CollectOuter(const ExprPtr& expr, std::vector<ExprPtr>& outer) const {
  if (const auto* ref = expr->As<ir::ColumnRef>()) {
    bool known = std::any_of(outer.begin(), outer.end(), [&](const ExprPtr& other) {
      return other->As<ir::ColumnRef>()->id == ref->id;
    });
    if (!inner_.contains(ref->id) && !known) outer.push_back(expr);
    return;
  }
  for (const ExprPtr& child : ir::ChildrenOf(*expr)) CollectOuter(child, outer);
}

// An aggregate over nothing but columns of the query around is one of that query (manual, "Aggregate
// Expressions").
bool Decorrelator::HasOuterAggregate(const ir::Rel& rel) const {
  if (const auto* aggregate = rel.As<ir::Aggregate>()) {
    for (const ir::AggregateColumn& column : aggregate->aggregates) {
      std::vector<ExprPtr> read = column.call.args;
      if (column.call.filter != nullptr) read.push_back(column.call.filter);
      bool outer = std::any_of(read.begin(), read.end(),
                               [&](const ExprPtr& expr) { return ReadsOuter(expr); });
      bool inner = std::any_of(read.begin(), read.end(),
                               [&](const ExprPtr& expr) { return ReadsInner(expr); });
      if (outer && !inner) return true;
    }
  }
  std::vector<RelPtr> inputs = ir::InputsOf(rel);
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](const RelPtr& input) { return HasOuterAggregate(*input); });
}

// `outer = inner`, by an equality that groups agree with, or the same with NULLs.
std::optional<KeyCondition> Decorrelator::KeyOf(const ExprPtr& conjunct) const {
  std::optional<ir::Sameness> same = ir::SamenessOf(conjunct);
  if (!same) return std::nullopt;
  for (const auto& [outer, inner] :
       {std::pair(same->left, same->right), std::pair(same->right, same->left)}) {
    if (ReadsInner(outer) || ReadsOuter(inner) || !ReadsInner(inner)) continue;
    return KeyCondition{conjunct, inner};
  }
  return std::nullopt;
}

// ---- conditions pulled out -------------------------------------------------------------------------

Decorrelator::Pulled Decorrelator::PullProject(const RelPtr& rel, const ir::Project& project) {
  Pulled below = Pull(project.input);
  if (below.rows == nullptr) return {};
  std::vector<ir::ProjectColumn> columns = project.columns;
  for (const ir::ProjectColumn& column : columns) {
    if (ReadsOuter(column.expr)) return {};
  }
  for (const ExprPtr& conjunct : below.conjuncts) {
    std::vector<ir::ColumnId> ids;
    ir::CollectColumns(conjunct, ids);
    for (ir::ColumnId id : ids) {
      const ir::OutputColumn* output = below.rows->FindOutput(id);
      bool known = std::any_of(columns.begin(), columns.end(),
                               [&](const ir::ProjectColumn& column) { return column.id == id; });
      if (output != nullptr && !known) columns.push_back({id, output->name, ir::Ref(*output)});
    }
  }
  return {ir::MakeProject(below.rows, std::move(columns), rel->range), std::move(below.conjuncts)};
}

Decorrelator::Pulled Decorrelator::PullAggregate(const RelPtr& rel,
                                                 const ir::Aggregate& aggregate) {
  Pulled below = Pull(aggregate.input);
  if (below.rows == nullptr) return {};
  for (const ExprPtr& expr : ExpressionsOf(*rel)) {
    if (ReadsOuter(expr)) return {};
  }
  std::vector<ir::ProjectColumn> keys = aggregate.keys;
  bool grouped = aggregate.grouped;
  for (ExprPtr& conjunct : below.conjuncts) {
    if (!ReadsInner(conjunct)) continue;
    std::optional<KeyCondition> key = KeyOf(conjunct);
    if (!key || !HasEquality(key->inner->props.type)) return {};
    const auto* ref = key->inner->As<ir::ColumnRef>();
    keys.push_back({context_.ids->Next(), ref != nullptr ? ref->name : "", key->inner});
    inner_.insert(keys.back().id);
    conjunct = ir::ReplacePart(conjunct, key->inner,
                               ir::Ref({keys.back().id, keys.back().name, key->inner->props}));
    grouped = true;
  }
  return {ir::MakeAggregate(below.rows, grouped, std::move(keys), aggregate.aggregates, rel->range),
          std::move(below.conjuncts)};
}

Decorrelator::Pulled Decorrelator::Pull(const RelPtr& rel) {
  if (!ReadsOuter(rel)) return {rel, {}};
  if (const auto* project = rel->As<ir::Project>()) return PullProject(rel, *project);
  if (const auto* aggregate = rel->As<ir::Aggregate>()) return PullAggregate(rel, *aggregate);
  std::vector<ExprPtr> conjuncts, own;
  auto sort = [&](const ExprPtr& predicate, Pulled& pulled) {
    std::vector<ExprPtr> parts;
    if (predicate != nullptr) ir::SplitConjuncts(predicate, parts);
    for (ExprPtr& part : parts) {
      (ReadsOuter(part) ? pulled.conjuncts : own).push_back(std::move(part));
    }
  };
  if (const auto* filter = rel->As<ir::Filter>()) {
    Pulled below = Pull(filter->input);
    if (below.rows == nullptr) return {};
    sort(filter->predicate, below);
    below.rows = Filtered(below.rows, std::move(own), rel->range);
    return below;
  }
  if (const auto* join = rel->As<ir::Join>()) {
    Pulled left = Pull(join->left), right = Pull(join->right);
    if (left.rows == nullptr || right.rows == nullptr) return {};
    left.conjuncts.insert(left.conjuncts.end(), right.conjuncts.begin(), right.conjuncts.end());
    sort(join->predicate, left);
    ExprPtr predicate = ir::Conjunction(std::move(own));
    left.rows = ir::MakeJoin(left.rows, right.rows, std::move(predicate), rel->range);
    return left;
  }
  if (const auto* join = rel->As<ir::OuterJoin>()) {
    if (ReadsOuter(join->right) || (join->predicate != nullptr && ReadsOuter(join->predicate))) {
      return {};
    }
    Pulled left = Pull(join->left);
    if (left.rows == nullptr) return {};
    left.rows = ir::MakeOuterJoin(left.rows, join->right, join->predicate, rel->range);
    return left;
  }
  return {};
}

// ---- over the rows that it is asked for ------------------------------------------------------------

// Of each level around, the distinct values of its columns that are read; all combinations of them.
std::optional<Decorrelator::Domain> Decorrelator::MakeDomain(const std::vector<ExprPtr>& outer,
                                                             bool distinct) {
  Domain domain;
  for (SubqueryHost* host = &host_; host != nullptr; host = host->Around()) {
    RelPtr from = host->RowsOfFrom();
    std::vector<std::pair<ExprPtr, size_t>> found;
    for (const ExprPtr& column : outer) {
      for (size_t place = 0; place < from->outputs.size(); ++place) {
        if (from->outputs[place].id == column->As<ir::ColumnRef>()->id) {
          found.emplace_back(column, place);
        }
      }
    }
    if (found.empty()) continue;
    RelPtr copy = ir::Clone(from, *context_.ids,
                            [this](const std::string& alias) { return host_.NewScanAlias(alias); });
    std::vector<ir::ProjectColumn> columns;
    for (const auto& [column, place] : found) {
      if (!HasEquality(column->props.type)) return std::nullopt;
      domain.outer.push_back(column);
      columns.push_back(
          {context_.ids->Next(), column->As<ir::ColumnRef>()->name, ir::Ref(copy->outputs[place])});
    }
    RelPtr values = ir::MakeProject(std::move(copy), std::move(columns));
    if (distinct) values = ir::MakeDistinct(std::move(values));
    domain.rows = domain.rows == nullptr ? std::move(values)
                                         : ir::MakeJoin(domain.rows, std::move(values), nullptr);
  }
  if (domain.outer.size() != outer.size()) return std::nullopt;
  domain.columns = domain.rows->outputs;
  CollectDefined(*domain.rows, inner_);
  return domain;
}

ExprPtr Decorrelator::InDomain(const ExprPtr& expr, const Domain& domain) const {
  return ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ExprPtr {
    for (size_t i = 0; i < domain.outer.size(); ++i) {
      if (domain.outer[i]->As<ir::ColumnRef>()->id == id) return ir::Ref(domain.columns[i]);
    }
    return nullptr;
  });
}

std::vector<ExprPtr> Decorrelator::SameAsDomain(const Domain& domain,
                                                const std::vector<ExprPtr>& conjuncts) {
  std::vector<ExprPtr> conditions;
  for (size_t i = 0; i < domain.outer.size(); ++i) {
    bool refuses_null =
        std::any_of(conjuncts.begin(), conjuncts.end(), [&](const ExprPtr& conjunct) {
          return IsComparison(conjunct) && HasOperand(conjunct, domain.outer[i]);
        });
    conditions.push_back(ir::SameValue(domain.outer[i], ir::Ref(domain.columns[i]),
                                       domain.outer[i]->props.nullable && !refuses_null));
  }
  return conditions;
}

// The same query over the domain's rows joined to what it reads; `domain.columns` become outputs of it.
RelPtr Decorrelator::OverDomain(const RelPtr& rel, Domain& domain) {
  if (const auto* filter = rel->As<ir::Filter>()) {
    RelPtr input = OverDomain(filter->input, domain);
    if (input == nullptr) return nullptr;
    return ir::MakeFilter(std::move(input), InDomain(filter->predicate, domain), rel->range);
  }
  if (const auto* project = rel->As<ir::Project>()) {
    RelPtr input = OverDomain(project->input, domain);
    if (input == nullptr) return nullptr;
    std::vector<ir::ProjectColumn> columns = project->columns;
    for (ir::ProjectColumn& column : columns) column.expr = InDomain(column.expr, domain);
    for (const ir::ProjectColumn& column : PassThrough(domain.columns)) columns.push_back(column);
    return ir::MakeProject(std::move(input), std::move(columns), rel->range);
  }
  if (const auto* distinct = rel->As<ir::Distinct>()) {
    RelPtr input = OverDomain(distinct->input, domain);
    return input == nullptr ? nullptr : ir::MakeDistinct(std::move(input), rel->range);
  }
  if (const auto* aggregate = rel->As<ir::Aggregate>()) {
    RelPtr input = OverDomain(aggregate->input, domain);
    if (input == nullptr) return nullptr;
    std::vector<ir::ProjectColumn> keys = aggregate->keys;
    for (ir::ProjectColumn& key : keys) key.expr = InDomain(key.expr, domain);
    std::vector<ir::AggregateColumn> calls = aggregate->aggregates;
    for (ir::AggregateColumn& column : calls) {
      for (ExprPtr& arg : column.call.args) arg = InDomain(arg, domain);
      for (ir::SortItem& item : column.call.order_by) item.expr = InDomain(item.expr, domain);
      if (column.call.filter != nullptr) column.call.filter = InDomain(column.call.filter, domain);
    }
    size_t first = keys.size();
    for (const ir::OutputColumn& column : domain.columns) {
      keys.push_back({context_.ids->Next(), column.name, ir::Ref(column)});
      inner_.insert(keys.back().id);
    }
    RelPtr groups =
        ir::MakeAggregate(std::move(input), true, std::move(keys), std::move(calls), rel->range);
    auto begin = groups->outputs.begin() + static_cast<std::ptrdiff_t>(first);
    domain.columns.assign(begin, begin + static_cast<std::ptrdiff_t>(domain.columns.size()));
    return groups;
  }
  if (const auto* join = rel->As<ir::OuterJoin>(); join != nullptr && ReadsOuter(rel)) {
    RelPtr left = ReadsOuter(join->right) ? nullptr : OverDomain(join->left, domain);
    if (left == nullptr) return nullptr;
    ExprPtr on = join->predicate == nullptr ? nullptr : InDomain(join->predicate, domain);
    return ir::MakeOuterJoin(std::move(left), join->right, std::move(on), rel->range);
  }
  if (const auto* join = rel->As<ir::Join>(); join != nullptr && ReadsOuter(join->left)) {
    RelPtr left = ReadsOuter(join->right) ? nullptr : OverDomain(join->left, domain);
    if (left == nullptr) return nullptr;
    ExprPtr on = join->predicate == nullptr ? nullptr : InDomain(join->predicate, domain);
    return ir::MakeJoin(std::move(left), join->right, std::move(on), rel->range);
  }
  if (const auto* join = rel->As<ir::Join>(); join != nullptr && !ReadsOuter(join->right)) {
    RelPtr pairs = ir::MakeJoin(domain.rows, ir::MakeJoin(join->left, join->right, nullptr),
                                nullptr, rel->range);
    if (join->predicate == nullptr) return pairs;
    return ir::MakeFilter(std::move(pairs), InDomain(join->predicate, domain), rel->range);
  }
  if (ReadsOuter(rel)) return nullptr;
  return ir::MakeJoin(domain.rows, rel, nullptr, rel->range);
}

// ---- the whole --------------------------------------------------------------------------------------

std::optional<Decorrelated> Decorrelator::Run(const RelPtr& rel, bool once) {
  CollectDefined(*rel, inner_);
  if (HasOuterAggregate(*rel)) return std::nullopt;
  RelPtr rows = rel;
  if (const auto* distinct = rows->As<ir::Distinct>(); distinct != nullptr && once) {
    rows = distinct->input;
  }
  Decorrelated result;
  if (const auto* project = rows->As<ir::Project>()) {
    for (const ir::ProjectColumn& column : project->columns) result.values.push_back(column.expr);
    rows = project->input;
  } else {
    for (const ir::OutputColumn& output : rows->outputs) result.values.push_back(ir::Ref(output));
  }
  bool is_filtered = rows->As<ir::Filter>() != nullptr;
  const RelPtr& top = is_filtered ? rows->As<ir::Filter>()->input : rows;
  const auto* aggregate = top->As<ir::Aggregate>();
  result.is_aggregate = aggregate != nullptr && !aggregate->grouped;
  // HAVING over no rows is asked for every row of the query around.
  if (result.is_aggregate && is_filtered) {
    result.having = rows->As<ir::Filter>()->predicate;
    rows = RelPtr(rows->As<ir::Filter>()->input);
  }
  bool values_read_outer = !once && !result.is_aggregate &&
                           std::any_of(result.values.begin(), result.values.end(),
                                       [&](const ExprPtr& value) { return ReadsOuter(value); });
  if (!ReadsOuter(rows) && !values_read_outer) {
    result.rows = rows;
    return result;
  }
  Pulled pulled = values_read_outer ? Pulled{} : Pull(rows);
  if (pulled.rows != nullptr) {
    result.rows = std::move(pulled.rows);
    result.conjuncts = std::move(pulled.conjuncts);
    return result;
  }
  std::vector<ExprPtr> outer;
  std::vector<RelPtr> nodes = {rows};
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const ExprPtr& expr : ExpressionsOf(*nodes[i])) CollectOuter(expr, outer);
    for (const RelPtr& input : ir::InputsOf(*nodes[i])) nodes.push_back(input);
  }
  if (values_read_outer) {
    for (const ExprPtr& value : result.values) CollectOuter(value, outer);
  }
  std::optional<Domain> domain = MakeDomain(outer, true);
  if (!domain) return std::nullopt;
  result.rows = OverDomain(rows, *domain);
  if (values_read_outer) {
    for (ExprPtr& value : result.values) value = InDomain(value, *domain);
  }
  if (result.rows == nullptr) return std::nullopt;
  result.conjuncts = SameAsDomain(*domain, {});
  return result;
}

Decorrelated Decorrelator::Copy(const Decorrelated& subquery) {
  Decorrelated copy = subquery;
  copy.rows = ir::Clone(subquery.rows, *context_.ids,
                        [this](const std::string& alias) { return host_.NewScanAlias(alias); });
  CollectDefined(*copy.rows, inner_);
  auto over = [&](ExprPtr& expr) {
    expr = ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ExprPtr {
      for (size_t i = 0; i < subquery.rows->outputs.size(); ++i) {
        if (subquery.rows->outputs[i].id == id) return ir::Ref(copy.rows->outputs[i]);
      }
      return nullptr;
    });
  };
  for (ExprPtr& value : copy.values) over(value);
  for (ExprPtr& conjunct : copy.conjuncts) over(conjunct);
  return copy;
}

RelPtr Decorrelator::Key(const Decorrelated& subquery, bool once, std::vector<KeyCondition>& keys,
                         std::vector<ExprPtr>& others) {
  std::vector<ExprPtr> own, mixed, outer;
  std::vector<KeyCondition> found;
  for (const ExprPtr& conjunct : subquery.conjuncts) {
    std::optional<KeyCondition> key = KeyOf(conjunct);
    if (!ReadsOuter(conjunct)) {
      own.push_back(conjunct);
    } else if (!ReadsInner(conjunct)) {
      others.push_back(conjunct);
    } else if (key && HasEquality(key->inner->props.type)) {
      found.push_back(*key);
    } else {
      mixed.push_back(conjunct);
    }
  }
  RelPtr rows = Filtered(subquery.rows, std::move(own), subquery.rows->range);
  if (mixed.empty()) {
    keys.insert(keys.end(), found.begin(), found.end());
    return rows;
  }
  for (const KeyCondition& key : found) mixed.push_back(key.condition);
  for (const ExprPtr& conjunct : mixed) CollectOuter(conjunct, outer);
  std::optional<Domain> domain = MakeDomain(outer, !once);
  if (!domain) return nullptr;
  std::vector<ExprPtr> same = SameAsDomain(*domain, mixed);
  for (ExprPtr& conjunct : mixed) conjunct = InDomain(conjunct, *domain);
  rows = Filtered(ir::MakeJoin(domain->rows, rows, nullptr), std::move(mixed), {});
  for (size_t i = 0; i < same.size(); ++i) {
    keys.push_back({same[i], ir::Ref(domain->columns[i])});
  }
  return rows;
}

}  // namespace tricklec::analyze
