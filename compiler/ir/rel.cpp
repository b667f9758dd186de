#include "tricklec/ir/rel.h"

#include <algorithm>

#include "tricklec/ir/builtin_types.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ir {

namespace {

// Reading a column neither raises nor is volatile, whatever computed it; and a COLLATE clause of a
// subquery is no clause of the query around it.
Properties ValueOf(Properties props) {
  props.collation_explicit = false;
  props.may_raise = false;
  props.volatility = Volatility::Immutable;
  return props;
}

OutputColumn OutputOf(const ProjectColumn& column) {
  return {column.id, column.name, ValueOf(column.expr->props)};
}

struct InputLister {
  std::vector<RelPtr> operator()(const Scan&) const { return {}; }
  std::vector<RelPtr> operator()(const Filter& n) const { return {n.input}; }
  std::vector<RelPtr> operator()(const Project& n) const { return {n.input}; }
  std::vector<RelPtr> operator()(const Aggregate& n) const { return {n.input}; }
  std::vector<RelPtr> operator()(const Distinct& n) const { return {n.input}; }
  std::vector<RelPtr> operator()(const Join& n) const { return {n.left, n.right}; }
  std::vector<RelPtr> operator()(const OuterJoin& n) const {
    if (n.matches == nullptr) return {n.left, n.right};
    return {n.left, n.right, n.matches};
  }
  std::vector<RelPtr> operator()(const UnionAll& n) const { return n.inputs; }
};

struct Rebuilder {
  const RelPtr& rel;
  std::vector<RelPtr> inputs;

  RelPtr operator()(const Scan&) const { return rel; }
  RelPtr operator()(const Filter& n) const {
    return MakeFilter(inputs[0], n.predicate, rel->range);
  }
  RelPtr operator()(const Project& n) const {
    return MakeProject(inputs[0], n.columns, rel->range);
  }
  RelPtr operator()(const Aggregate& n) const {
    return MakeAggregate(inputs[0], n.grouped, n.keys, n.aggregates, rel->range);
  }
  RelPtr operator()(const Distinct&) const { return MakeDistinct(inputs[0], rel->range); }
  RelPtr operator()(const Join& n) const {
    return MakeJoin(inputs[0], inputs[1], n.predicate, rel->range);
  }
  RelPtr operator()(const OuterJoin& n) const {
    return MakeOuterJoin(inputs[0], inputs[1], n.predicate, rel->range,
                         inputs.size() > 2 ? inputs[2] : nullptr, n.matched, n.matches_follow_left);
  }
  RelPtr operator()(const UnionAll&) const {
    std::vector<ColumnId> ids;
    for (const OutputColumn& output : rel->outputs) ids.push_back(output.id);
    return MakeUnionAll(inputs, ids, rel->range);
  }
};

// What is known of a value that comes from either of two columns of one type.
void Widen(Properties& props, const Properties& other) {
  props.nullable |= other.nullable;
  Type& type = props.type;
  if (type.fixed_scale != other.type.fixed_scale) type.fixed_scale.reset();
  type.may_be_infinite |= other.type.may_be_infinite;
  if (!other.type.max_bytes) type.max_bytes.reset();
  if (type.max_bytes) type.max_bytes = std::max(*type.max_bytes, *other.type.max_bytes);
}

template <typename Node>
RelPtr MakeRel(std::vector<OutputColumn> outputs, source::Range range, Node node) {
  return std::make_shared<const Rel>(Rel{std::move(outputs), range, std::move(node)});
}

}  // namespace

const OutputColumn* Rel::FindOutput(ColumnId id) const {
  for (const OutputColumn& output : outputs) {
    if (output.id == id) return &output;
  }
  return nullptr;
}

RelPtr MakeScan(SourceTablePtr table, std::string alias, std::vector<size_t> attributes,
                const std::vector<ColumnId>& ids, source::Range range) {
  TRICKLEC_CHECK(attributes.size() == ids.size(), "a scan needs one id for each column");
  std::vector<OutputColumn> outputs;
  for (size_t i = 0; i < ids.size(); ++i) {
    TRICKLEC_CHECK(attributes[i] < table->columns.size(), "a scan of a column that does not exist");
    const SourceColumn& column = table->columns[attributes[i]];
    Properties props;
    props.type = column.type;
    props.collation_schema = column.collation_schema;
    props.collation_name = column.collation_name;
    props.nullable = !column.not_null;
    outputs.push_back({ids[i], column.name, ValueOf(std::move(props))});
  }
  Scan scan;
  scan.table = std::move(table);
  scan.alias = std::move(alias);
  scan.attributes = std::move(attributes);
  return MakeRel(std::move(outputs), range, std::move(scan));
}

RelPtr MakeFilter(RelPtr input, ExprPtr predicate, source::Range range) {
  std::vector<OutputColumn> outputs = input->outputs;
  return MakeRel(std::move(outputs), range, Filter{std::move(input), std::move(predicate)});
}

RelPtr MakeProject(RelPtr input, std::vector<ProjectColumn> columns, source::Range range) {
  std::vector<OutputColumn> outputs;
  for (const ProjectColumn& column : columns) outputs.push_back(OutputOf(column));
  return MakeRel(std::move(outputs), range, Project{std::move(input), std::move(columns)});
}

RelPtr MakeAggregate(RelPtr input, bool grouped, std::vector<ProjectColumn> keys,
                     std::vector<AggregateColumn> aggregates, source::Range range) {
  TRICKLEC_CHECK(grouped || keys.empty(), "keys of an aggregate without GROUP BY");
  std::vector<OutputColumn> outputs;
  for (const ProjectColumn& key : keys) outputs.push_back(OutputOf(key));
  for (const AggregateColumn& aggregate : aggregates) {
    outputs.push_back({aggregate.id, aggregate.name, ValueOf(aggregate.props)});
  }
  return MakeRel(std::move(outputs), range,
                 Aggregate{std::move(input), grouped, std::move(keys), std::move(aggregates)});
}

RelPtr MakeDistinct(RelPtr input, source::Range range) {
  std::vector<OutputColumn> outputs = input->outputs;
  return MakeRel(std::move(outputs), range, Distinct{std::move(input)});
}

RelPtr MakeJoin(RelPtr left, RelPtr right, ExprPtr predicate, source::Range range) {
  std::vector<OutputColumn> outputs = left->outputs;
  outputs.insert(outputs.end(), right->outputs.begin(), right->outputs.end());
  return MakeRel(std::move(outputs), range,
                 Join{std::move(left), std::move(right), std::move(predicate)});
}

RelPtr MakeOuterJoin(RelPtr left, RelPtr right, ExprPtr predicate, source::Range range,
                     RelPtr matches, ExprPtr matched, bool matches_follow_left) {
  TRICKLEC_CHECK((matches == nullptr) == (matched == nullptr), "half of what tells matched rows");
  std::vector<OutputColumn> outputs = left->outputs;
  for (OutputColumn output : right->outputs) {
    output.props.nullable = true;
    outputs.push_back(std::move(output));
  }
  return MakeRel(std::move(outputs), range,
                 OuterJoin{std::move(left), std::move(right), std::move(predicate),
                           std::move(matches), std::move(matched), matches_follow_left});
}

RelPtr MakeUnionAll(std::vector<RelPtr> inputs, const std::vector<ColumnId>& ids,
                    source::Range range) {
  TRICKLEC_CHECK(!inputs.empty(), "a union of nothing");
  std::vector<OutputColumn> outputs = inputs.front()->outputs;
  TRICKLEC_CHECK(outputs.size() == ids.size(), "a union needs one id for each column");
  for (const RelPtr& input : inputs) {
    TRICKLEC_CHECK(input->outputs.size() == ids.size(), "a union of different numbers of columns");
    for (size_t i = 0; i < ids.size(); ++i) Widen(outputs[i].props, input->outputs[i].props);
  }
  for (size_t i = 0; i < ids.size(); ++i) outputs[i].id = ids[i];
  return MakeRel(std::move(outputs), range, UnionAll{std::move(inputs)});
}

RelPtr MakeDeltaScan(const RelPtr& scan, ColumnId weight) {
  const auto* node = scan->As<Scan>();
  TRICKLEC_CHECK(node != nullptr && !node->weight, "the delta of something else than a plain scan");
  std::vector<OutputColumn> outputs = scan->outputs;
  Properties props;
  props.type = Bigint();
  props.nullable = false;
  outputs.push_back({weight, "weight", ValueOf(std::move(props))});
  Scan delta = *node;
  delta.state = SourceState::Delta;
  delta.weight = weight;
  return MakeRel(std::move(outputs), scan->range, std::move(delta));
}

RelPtr WithState(const RelPtr& scan, SourceState state) {
  const auto* node = scan->As<Scan>();
  TRICKLEC_CHECK(node != nullptr && !node->weight && state != SourceState::Delta,
                 "the state of something else than a scan");
  Scan other = *node;
  other.state = state;
  return MakeRel(scan->outputs, scan->range, std::move(other));
}

std::vector<RelPtr> InputsOf(const Rel& rel) { return std::visit(InputLister{}, rel.node); }

RelPtr WithInputs(const RelPtr& rel, std::vector<RelPtr> inputs) {
  TRICKLEC_CHECK(inputs.size() == InputsOf(*rel).size(),
                 "a relational node is rebuilt over another number of inputs");
  return std::visit(Rebuilder{rel, std::move(inputs)}, rel->node);
}

ExprPtr Ref(const OutputColumn& column) {
  return MakeExpr(ValueOf(column.props), {}, ColumnRef{column.id, column.name});
}

}  // namespace tricklec::ir
