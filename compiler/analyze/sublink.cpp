// Subqueries in expressions become joins that neither add rows nor take any away:
//
//   EXISTS (q)             LEFT JOIN δ(keys of q) m: m is there
//   x IN (q), x op ANY     EXISTS (q with x op y); NULL where it does not exist and x or a y of q is NULL
//   x op ALL (q)           NOT EXISTS (q with NOT x op y), the same
//   (SELECT agg …)         LEFT JOIN the groups; a count of no rows is 0
//   (SELECT v …)           LEFT JOIN by a unique key; else lists of all v, which must have one element
//
// A part of an expression that decides about WHERE, HAVING or FILTER may be false where it is NULL, as long
// as only AND and OR stand between.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/subquery.h"
#include "tricklec/analyze/type_facts.h"
#include "tricklec/ir/same_value.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using ir::ExprPtr;
using ir::RelPtr;
using pgparse::Node;
using source::Code;

namespace {

// The output as the rows that have no partner show it.
ExprPtr Outer(const ir::OutputColumn& output, source::Range range) {
  ir::Expr ref = *ir::Ref(output);
  ref.props.nullable = true;
  ref.range = range;
  return std::make_shared<const ir::Expr>(std::move(ref));
}

}  // namespace

class SublinkAnalyzer {
 public:
  SublinkAnalyzer(ExpressionAnalyzer& expressions, Context& context, SubqueryHost& host,
                  const Node& node, bool in_aggregate, bool null_is_false)
      : expressions_(expressions),
        context_(context),
        host_(host),
        node_(node),
        decorrelator_(context, host),
        in_aggregate_(in_aggregate),
        null_is_false_(null_is_false) {}

  ExprPtr Run() {
    std::string_view kind = node_.Enum("sub_link_type");
    bool is_scalar = kind == "EXPR_SUBLINK";
    if (kind != "EXISTS_SUBLINK" && kind != "ANY_SUBLINK" && kind != "ALL_SUBLINK" && !is_scalar) {
      return expressions_.NotSupported(
          kind == "ARRAY_SUBLINK" ? "ARRAY(SELECT …)" : "a comparison of rows with a subquery",
          node_.range());
    }
    RelPtr rel = host_.AnalyzeSubquery(node_["subselect"]);
    if (rel == nullptr) return nullptr;
    columns_ = rel->outputs.size();
    if (is_scalar && columns_ != 1) {
      context_.diagnostics.Report(Code::InvalidExpression, node_.range(),
                                  "a subquery used as a value has one column");
      return nullptr;
    }
    std::optional<Decorrelated> found = decorrelator_.Run(rel, !is_scalar);
    if (!found) return NotUnderstood();
    if (kind == "EXISTS_SUBLINK") {
      if (!found->is_aggregate) return Exists(*found, {});
      return found->having == nullptr ? Truth(true) : HavingOf(*found);
    }
    return is_scalar ? Scalar(*found) : Compared(*found, kind == "ALL_SUBLINK");
  }

 private:
  ExprPtr NotUnderstood() {
    context_.diagnostics
        .Report(Code::ExpressionNotSupported, node_.range(),
                "a subquery that reads columns of the query around it in this way")
        .AddHelp("compare such columns in the subquery's WHERE, or write a join");
    return nullptr;
  }

  ir::Properties Boolean(bool nullable) const {
    ir::Properties props = expressions_.Props({types::kBool, -1});
    props.nullable = nullable;
    return props;
  }
  ExprPtr Truth(bool value) const {
    return ir::MakeExpr(Boolean(false), node_.range(),
                        ir::Constant{value ? "true" : "false", false, value});
  }
  ExprPtr Null() const {
    return ir::MakeExpr(Boolean(true), node_.range(), ir::Constant{"NULL::boolean", true});
  }
  ExprPtr Logical(ir::LogicalKind kind, std::vector<ExprPtr> args) const {
    if (args.size() == 1 && kind != ir::LogicalKind::Not) return args[0];
    ir::Properties props = Boolean(false);
    for (const ExprPtr& arg : args) {
      ExpressionAnalyzer::Absorb(props, *arg);
      props.nullable |= arg->props.nullable;
    }
    return ir::MakeExpr(std::move(props), node_.range(), ir::Logical{kind, std::move(args)});
  }
  ExprPtr Test(const ExprPtr& arg, bool is_not) const {
    ir::Properties props = Boolean(false);
    ExpressionAnalyzer::Absorb(props, *arg);
    return ir::MakeExpr(std::move(props), node_.range(), ir::NullTest{arg, is_not});
  }

  void Join(RelPtr rows, std::vector<ExprPtr> conjuncts) {
    ExprPtr predicate =
        conjuncts.empty() ? nullptr : Logical(ir::LogicalKind::And, std::move(conjuncts));
    host_.JoinSubquery({std::move(rows), std::move(predicate), in_aggregate_});
  }

  // ---- EXISTS --------------------------------------------------------------------------------------

  // Whether there is a row that meets its conditions and `more`; never NULL.
  ExprPtr Exists(Decorrelated rows, const std::vector<ExprPtr>& more) {
    rows.conjuncts.insert(rows.conjuncts.end(), more.begin(), more.end());
    std::vector<KeyCondition> keys;
    std::vector<ExprPtr> conjuncts;
    RelPtr keyed = decorrelator_.Key(rows, true, keys, conjuncts);
    if (keyed == nullptr) return NotUnderstood();
    if (keys.empty()) return AnyRow(keyed, std::move(conjuncts));
    std::vector<ir::ProjectColumn> columns;
    for (const KeyCondition& key : keys) {
      columns.push_back(KeyColumn(key));
      conjuncts.push_back(OverKey(key, columns.back()));
    }
    RelPtr distinct =
        ir::MakeDistinct(ir::MakeProject(keyed, std::move(columns), node_.range()), node_.range());
    std::vector<ir::ProjectColumn> marked = {{context_.ids->Next(), "found", Truth(true)}};
    for (const ir::OutputColumn& output : distinct->outputs) {
      marked.push_back({output.id, output.name, ir::Ref(output)});
    }
    RelPtr matches = ir::MakeProject(std::move(distinct), std::move(marked), node_.range());
    ExprPtr mark = Outer(matches->outputs[0], node_.range());
    Join(std::move(matches), std::move(conjuncts));
    return Test(mark, true);
  }

  ir::ProjectColumn KeyColumn(const KeyCondition& key) {
    const auto* ref = key.inner->As<ir::ColumnRef>();
    return {context_.ids->Next(), ref != nullptr ? ref->name : "key", key.inner};
  }

  static ExprPtr OverKey(const KeyCondition& key, const ir::ProjectColumn& column) {
    return ir::ReplacePart(key.condition, key.inner,
                           ir::Ref({column.id, column.name, key.inner->props}));
  }

  // No condition says which rows they are, so whether there are any is a row by itself: not their number, of
  // which every change would concern all rows of the query around.
  ExprPtr AnyRow(const RelPtr& rows, std::vector<ExprPtr> conjuncts) {
    ir::AggregateColumn count;
    count.id = context_.ids->Next();
    count.name = "rows";
    count.call.kind = ir::AggregateKind::CountRows;
    count.call.function = {"pg_catalog", "count"};
    count.props = expressions_.Props({types::kInt8, -1});
    count.props.nullable = false;
    count.range = node_.range();
    RelPtr number = ir::MakeAggregate(rows, false, {}, {count}, node_.range());
    ExprPtr zero = ir::MakeExpr(count.props, {}, ir::Constant{"0"});
    ExprPtr any =
        ir::MakeExpr(Boolean(false), node_.range(),
                     ir::OperatorCall{{"pg_catalog", ">"}, {ir::Ref(number->outputs[0]), zero}});
    RelPtr answer = ir::MakeAggregate(std::move(number), true,
                                      {{context_.ids->Next(), "found", any}}, {}, node_.range());
    conjuncts.push_back(ir::Ref(answer->outputs[0]));
    Join(std::move(answer), {});
    ExprPtr all = Logical(ir::LogicalKind::And, std::move(conjuncts));
    // EXISTS itself is never NULL.
    if (!all->props.nullable) return all;
    return expressions_.MakeTemplate(Boolean(false), node_.range(), "($1) IS TRUE", {all}, false);
  }

  // ---- IN, ANY, ALL --------------------------------------------------------------------------------

  ExprPtr Compared(const Decorrelated& rows, bool all) {
    Node test = node_["testexpr"];
    std::vector<Node> operands = test.Is("RowExpr") ? test.List("args") : std::vector<Node>{test};
    std::vector<ExprPtr> lefts = expressions_.AnalyzeList(operands);
    if (lefts.size() != columns_) {
      context_.diagnostics.Report(Code::InvalidExpression, node_.range(),
                                  "a subquery has another number of columns than what it is "
                                  "compared with");
      return nullptr;
    }
    std::vector<std::string> op = node_.Names("oper_name");
    if (op.empty()) op = {"="};
    if (rows.is_aggregate) return WithAggregate(rows, op, lefts);
    std::vector<ExprPtr> pairs;
    bool plain = true;
    for (size_t i = 0; i < lefts.size(); ++i) {
      if (lefts[i] == nullptr) return nullptr;
      ExprPtr pair = Operator(op, lefts[i], rows.values[i]);
      if (pair == nullptr) return nullptr;
      plain &= IsComparison(pair);
      pairs.push_back(std::move(pair));
    }
    if (pairs.size() > 1 && op.back() != "=" && op.back() != "<>") {
      return expressions_.NotSupported("an ordering of rows with a subquery", node_.range());
    }
    ExprPtr meets = Logical(op.back() == "<>" ? ir::LogicalKind::Or : ir::LogicalKind::And, pairs);
    ExprPtr decides = all ? Logical(ir::LogicalKind::Not, {meets}) : meets;
    std::vector<ExprPtr> conjuncts = {decides};
    if (!all && meets != pairs[0] && op.back() == "=") conjuncts = pairs;
    ExprPtr decided = Exists(rows, conjuncts);
    if (decided == nullptr) return nullptr;
    ExprPtr otherwise = Truth(all);
    if (null_is_false_ && !all) return decided;
    ExprPtr unknown = Unknown(rows, pairs, meets, plain);
    if (unknown == nullptr && failed_) return nullptr;
    if (unknown == nullptr) {
      return all ? Logical(ir::LogicalKind::Not, {decided}) : decided;
    }
    ir::Case choice;
    choice.whens = {{decided, Truth(!all)}, {unknown, Null()}};
    choice.otherwise = otherwise;
    ir::Properties props = Boolean(true);
    ExpressionAnalyzer::Absorb(props, *decided);
    ExpressionAnalyzer::Absorb(props, *unknown);
    return ir::MakeExpr(std::move(props), node_.range(), std::move(choice));
  }

  ExprPtr Operator(const std::vector<std::string>& op, const ExprPtr& left, const ExprPtr& right) {
    ExprPtr result = expressions_.MakeOperator(op, left, right, node_.range(), node_.token());
    if (result == nullptr) return nullptr;
    const ir::Type& type = result->props.type;
    if (!type.known || type.id == types::kBool) return result;
    context_.diagnostics.Report(Code::NotBoolean, node_.range(), op.back(), type.sql);
    return nullptr;
  }

  // Whether there is a row for which the comparison is NULL; null where that cannot be.
  ExprPtr Unknown(const Decorrelated& rows, const std::vector<ExprPtr>& pairs, const ExprPtr& meets,
                  bool plain) {
    auto operands = [](const ExprPtr& pair) -> const std::vector<ExprPtr>& {
      return pair->As<ir::OperatorCall>()->args;
    };
    bool never = plain && std::all_of(pairs.begin(), pairs.end(), [&](const ExprPtr& pair) {
                   return !operands(pair)[0]->props.nullable && !operands(pair)[1]->props.nullable;
                 });
    if (never) return nullptr;
    std::vector<ExprPtr> cases;
    auto add = [&](ExprPtr found) {
      failed_ |= found == nullptr;
      cases.push_back(std::move(found));
    };
    if (plain && pairs.size() == 1) {
      const ExprPtr& left = operands(pairs[0])[0];
      const ExprPtr& right = operands(pairs[0])[1];
      if (right->props.nullable) add(AgainExists(rows, Test(right, false)));
      if (left->props.nullable) {
        ExprPtr any = AgainExists(rows, nullptr);
        add(any == nullptr ? nullptr : Logical(ir::LogicalKind::And, {Test(left, false), any}));
      }
    } else {
      add(AgainExists(rows, Test(meets, false)));
    }
    return failed_ ? nullptr : Logical(ir::LogicalKind::Or, std::move(cases));
  }

  // The same subquery again, with one condition more.
  ExprPtr AgainExists(const Decorrelated& rows, const ExprPtr& condition) {
    Decorrelated again = rows;
    if (condition != nullptr) again.conjuncts.push_back(condition);
    return Exists(decorrelator_.Copy(again), {});
  }

  // There is exactly one row.
  ExprPtr WithAggregate(const Decorrelated& rows, const std::vector<std::string>& op,
                        const std::vector<ExprPtr>& lefts) {
    if (lefts.size() != 1) {
      return expressions_.NotSupported("a comparison of rows with an aggregate", node_.range());
    }
    ExprPtr value = lefts[0] == nullptr ? nullptr : Scalar(rows);
    return value == nullptr ? nullptr : Operator(op, lefts[0], value);
  }

  // ---- values --------------------------------------------------------------------------------------

  ExprPtr Scalar(const Decorrelated& rows) {
    if (rows.is_aggregate) return AggregateValue(rows);
    std::vector<KeyCondition> keys;
    std::vector<ExprPtr> conjuncts;
    RelPtr keyed = decorrelator_.Key(rows, false, keys, conjuncts);
    if (keyed == nullptr) return NotUnderstood();
    if (HasOneRow(keyed, keys)) return KeyedValue(keyed, rows.values[0], keys, conjuncts);
    return ListedValue(keyed, rows.values[0], keys, conjuncts);
  }

  ExprPtr AggregateValue(const Decorrelated& rows) {
    if (rows.having == nullptr) return OverAggregate(rows, rows.values[0]);
    // The row is there where HAVING says so.
    return OverAggregate(rows, CaseOf(rows.having, rows.values[0]));
  }

  ExprPtr CaseOf(const ExprPtr& condition, const ExprPtr& value) const {
    ir::Properties props = value->props;
    props.nullable = true;
    ExpressionAnalyzer::Absorb(props, *condition);
    return ir::MakeExpr(std::move(props), node_.range(), ir::Case{{{condition, value}}, nullptr});
  }

  ExprPtr HavingOf(const Decorrelated& rows) {
    ExprPtr having = OverAggregate(rows, rows.having);
    if (having == nullptr) return nullptr;
    ir::Properties props = Boolean(false);
    ExpressionAnalyzer::Absorb(props, *having);
    return expressions_.MakeTemplate(std::move(props), node_.range(), "$1 IS TRUE", {having},
                                     false);
  }

  // What an expression over the subquery's aggregates is for a row of the query around.
  ExprPtr OverAggregate(const Decorrelated& rows, const ExprPtr& expr) {
    const RelPtr& groups = rows.rows;
    if (rows.conjuncts.empty()) {
      Join(groups, {});
      return Ranged(expr);
    }
    std::vector<ir::ColumnId> read;
    ir::CollectColumns(expr, read);
    const auto& aggregate = std::get<ir::Aggregate>(groups->node);
    std::map<ir::ColumnId, ExprPtr> of_no_rows;
    for (const ir::AggregateColumn& column : aggregate.aggregates) {
      if (std::find(read.begin(), read.end(), column.id) == read.end()) continue;
      ExprPtr value = ValueOfNoRows(column, *groups->FindOutput(column.id));
      if (value == nullptr) return nullptr;
      of_no_rows.emplace(column.id, std::move(value));
    }
    Join(groups, rows.conjuncts);
    return Ranged(ir::ReplaceColumns(expr, [&](ir::ColumnId id) -> ExprPtr {
      auto found = of_no_rows.find(id);
      return found == of_no_rows.end() ? nullptr : found->second;
    }));
  }

  // An expression over columns that can be NULL now can be so itself.
  ExprPtr Ranged(const ExprPtr& expr) const {
    ir::Expr value = *expr;
    value.range = node_.range();
    value.props.nullable = true;
    return std::make_shared<const ir::Expr>(std::move(value));
  }

  ExprPtr ValueOfNoRows(const ir::AggregateColumn& column, const ir::OutputColumn& output) {
    const ir::AggregateCall& call = column.call;
    bool counts = call.kind == ir::AggregateKind::CountRows ||
                  call.kind == ir::AggregateKind::Count ||
                  (call.function.schema == "pg_catalog" && call.function.name == "regr_count");
    if (counts) {
      ir::Properties props = output.props;
      props.nullable = false;
      return expressions_.MakeTemplate(props, column.range, "COALESCE($1, 0)",
                                       {Outer(output, column.range)}, true);
    }
    bool is_null = call.function.schema == "pg_catalog" && !call.within_group;
    if (!is_null) {
      expressions_.NotSupported(
          fmt::format("`{}` in a subquery, whose value for no rows is not known,", column.name),
          column.range);
      return nullptr;
    }
    return Outer(output, column.range);
  }

  // Whether the conditions name a unique key of the one table, or all keys of the groups, that the subquery
  // reads.
  static bool HasOneRow(const RelPtr& rows, const std::vector<KeyCondition>& keys) {
    std::set<ir::ColumnId> equated;
    for (const KeyCondition& key : keys) {
      const auto* ref = key.inner->As<ir::ColumnRef>();
      std::optional<ir::Sameness> same = ir::SamenessOf(key.condition);
      if (ref != nullptr && same && !same->with_nulls) equated.insert(ref->id);
    }
    return IsKey(*rows, equated);
  }

  static bool IsKey(const ir::Rel& rel, const std::set<ir::ColumnId>& columns) {
    auto has = [&](const auto& column) { return columns.contains(column.id); };
    if (const auto* filter = rel.As<ir::Filter>()) return IsKey(*filter->input, columns);
    if (const auto* project = rel.As<ir::Project>()) {
      std::set<ir::ColumnId> below;
      for (const ir::ProjectColumn& column : project->columns) {
        const auto* ref = column.expr->As<ir::ColumnRef>();
        if (ref != nullptr && has(column)) below.insert(ref->id);
      }
      return IsKey(*project->input, below);
    }
    if (const auto* aggregate = rel.As<ir::Aggregate>()) {
      return std::all_of(aggregate->keys.begin(), aggregate->keys.end(), has);
    }
    if (rel.As<ir::Distinct>() != nullptr) {
      return std::all_of(rel.outputs.begin(), rel.outputs.end(), has);
    }
    const auto* scan = rel.As<ir::Scan>();
    if (scan == nullptr) return false;
    std::set<size_t> equated;
    for (size_t i = 0; i < scan->attributes.size(); ++i) {
      if (has(rel.outputs[i])) equated.insert(scan->attributes[i]);
    }
    return std::any_of(scan->table->keys.begin(), scan->table->keys.end(), [&](const ir::Key& key) {
      return std::all_of(key.columns.begin(), key.columns.end(),
                         [&](size_t column) { return equated.contains(column); });
    });
  }

  ExprPtr KeyedValue(const RelPtr& rows, const ExprPtr& value,
                     const std::vector<KeyCondition>& keys, std::vector<ExprPtr> conjuncts) {
    std::vector<ir::ProjectColumn> columns = {{context_.ids->Next(), "value", value}};
    for (const KeyCondition& key : keys) {
      columns.push_back(KeyColumn(key));
      conjuncts.push_back(OverKey(key, columns.back()));
    }
    RelPtr found = ir::MakeProject(rows, std::move(columns), node_.range());
    ExprPtr result = Outer(found->outputs[0], node_.range());
    Join(std::move(found), std::move(conjuncts));
    return result;
  }

  // Where several rows can be found, PostgreSQL raises an error for those that are asked for: so does the
  // subquery that takes the list apart.
  ExprPtr ListedValue(const RelPtr& rows, const ExprPtr& value,
                      const std::vector<KeyCondition>& keys, std::vector<ExprPtr> conjuncts) {
    const ir::Type& type = value->props.type;
    catalog::TypeId array = type.known ? context_.catalog.ArrayOf(type.id) : 0;
    if (array == 0 || context_.catalog.ElementOf(type.id) != 0) {
      return expressions_.NotSupported("a subquery of this type that may find several rows",
                                       node_.range());
    }
    std::vector<ir::ProjectColumn> columns;
    for (const KeyCondition& key : keys) {
      columns.push_back(KeyColumn(key));
      conjuncts.push_back(OverKey(key, columns.back()));
    }
    ir::AggregateColumn list;
    list.id = context_.ids->Next();
    list.name = "values";
    list.call.function = {"pg_catalog", "array_agg"};
    list.call.args = {value};
    list.props = expressions_.Props({array, -1});
    list.props.collation_schema = value->props.collation_schema;
    list.props.collation_name = value->props.collation_name;
    list.range = node_.range();
    bool grouped = !columns.empty();
    RelPtr lists = ir::MakeAggregate(rows, grouped, std::move(columns), {list}, node_.range());
    ExprPtr found = Outer(*lists->FindOutput(list.id), node_.range());
    Join(std::move(lists), std::move(conjuncts));
    ir::Properties props = value->props;
    props.nullable = true;
    props.may_raise = true;
    props.collation_explicit = false;
    return expressions_.MakeTemplate(std::move(props), node_.range(), "(SELECT unnest($1))",
                                     {found}, true);
  }

  ExpressionAnalyzer& expressions_;
  Context& context_;
  SubqueryHost& host_;
  const Node& node_;
  Decorrelator decorrelator_;
  bool in_aggregate_;
  bool null_is_false_;
  bool failed_ = false;
  size_t columns_ = 0;
};

ExprPtr ExpressionAnalyzer::AnalyzeSublink(const Node& node) {
  SubqueryHost* host = scope_.subqueries;
  bool possible = host != nullptr && clause_ != Clause::GroupBy;
  if (!possible) {
    return NotSupported(fmt::format("a subquery in {}", NameOf(clause_)), node.range());
  }
  bool in_aggregate = clause_ == Clause::AggregateArgument || clause_ == Clause::AggregateFilter;
  bool null_is_false = null_is_false_;
  null_is_false_ = false;  // what the subquery is compared with decides nothing by itself
  return SublinkAnalyzer(*this, context_, *host, node, in_aggregate, null_is_false).Run();
}

}  // namespace tricklec::analyze
