#include "tricklec/codegen/lower/query.h"

#include <algorithm>
#include <set>

#include "tricklec/codegen/lower/names.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace {

namespace sql = sqltree;

// A constant in GROUP BY would be the number of a column or an error: a cast makes it a value.
sql::Expr GroupingKey(const ir::ExprPtr& expr, const Scope& scope) {
  sql::Expr key = Lower(expr, scope);
  if (std::holds_alternative<sql::RawConstant>(key->node) && !expr->props.type.sql.empty()) {
    return sql::Cast(std::move(key), expr->props.type.sql);
  }
  return key;
}

void CollectAliases(const ir::Rel& rel, std::set<std::string>& aliases) {
  if (const auto* scan = rel.As<ir::Scan>()) aliases.insert(scan->alias);
  for (const ir::RelPtr& input : ir::InputsOf(rel)) CollectAliases(*input, aliases);
}

bool ReadsKept(const ir::Rel& rel) {
  if (const auto* scan = rel.As<ir::Scan>()) return scan->state == ir::SourceState::Kept;
  std::vector<ir::RelPtr> inputs = ir::InputsOf(rel);
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const ir::RelPtr& input) { return ReadsKept(*input); });
}

// The block as a derived table, so that a new SELECT begins above it.
Block Wrap(const Block& block, const std::string& alias) {
  Block outer;
  std::vector<std::string> names = DistinctNames(block.outputs);
  for (size_t i = 0; i < names.size(); ++i) {
    outer.scope.Set(block.outputs[i].id, sql::Col(alias, names[i]));
  }
  outer.outputs = block.outputs;
  outer.select.from = {sql::Derived(Finish(block, &names), alias)};
  return outer;
}

void AddConjuncts(sql::Expr predicate, std::vector<sql::Expr>& conjuncts) {
  if (const auto* both = std::get_if<sql::And>(&predicate->node)) {
    conjuncts.insert(conjuncts.end(), both->args.begin(), both->args.end());
  } else {
    conjuncts.push_back(std::move(predicate));
  }
}

class Lowering {
 public:
  Lowering(const ir::RelPtr& rel, const ScanLowering& scans) : scans_(scans) {
    CollectAliases(*rel, taken_);
  }

  Block Run(const ir::RelPtr& rel) {
    Block block = std::visit([&](const auto& node) { return Visit(*rel, node); }, rel->node);
    block.outputs = rel->outputs;
    return block;
  }

 private:
  Block Visit(const ir::Rel& rel, const ir::Scan& scan) {
    ScanSql source = scans_(rel, scan);
    Block block;
    for (size_t i = 0; i < scan.attributes.size(); ++i) {
      block.scope.Set(rel.outputs[i].id,
                      sql::Col(source.alias, scan.table->columns[scan.attributes[i]].name));
    }
    if (scan.weight) block.scope.Set(*scan.weight, source.weight);
    block.select.from = {std::move(source.from)};
    block.select.where = std::move(source.where);
    return block;
  }

  Block Visit(const ir::Rel&, const ir::Filter& filter) {
    Block block = Below(filter.input, Block::Stage::Grouped);
    if (filter.predicate->props.may_raise && ReadsKept(*filter.input)) {
      // The planner may ask any condition first. Rows that changed are no kept ones: asked of these, this
      // condition could fail where the query never does. It does not go below a limit.
      block.select.limit = sql::Make(sql::RawConstant{sql::RawSql("ALL")});
      block = Wrap(block, NewAlias());
    }
    sql::Expr predicate = Lower(filter.predicate, block.scope);
    AddConjuncts(std::move(predicate),
                 block.stage == Block::Stage::Grouped ? block.select.having : block.select.where);
    return block;
  }

  Block Visit(const ir::Rel&, const ir::Project& project) {
    Block block = Below(project.input, Block::Stage::Grouped);
    Scope scope;
    for (const ir::ProjectColumn& column : project.columns) {
      scope.Set(column.id, Lower(column.expr, block.scope));
    }
    block.scope = std::move(scope);
    return block;
  }

  Block Visit(const ir::Rel&, const ir::Aggregate& aggregate) {
    Block block = Below(aggregate.input, Block::Stage::Rows);
    Scope scope;
    for (const ir::ProjectColumn& key : aggregate.keys) {
      sql::Expr expr = GroupingKey(key.expr, block.scope);
      block.select.group_by.push_back(expr);
      scope.Set(key.id, std::move(expr));
    }
    for (const ir::AggregateColumn& column : aggregate.aggregates) {
      scope.Set(column.id, Lower(column.call, block.scope));
    }
    // Without a key or a call in the list, only HAVING says that there is one row.
    if (!aggregate.grouped && aggregate.aggregates.empty()) {
      block.select.having.push_back(sql::Make(sql::RawConstant{sql::RawSql("true")}));
    }
    block.scope = std::move(scope);
    block.stage = Block::Stage::Grouped;
    return block;
  }

  Block Visit(const ir::Rel&, const ir::Distinct& distinct) {
    Block block = Below(distinct.input, Block::Stage::Grouped);
    block.select.distinct = true;
    block.stage = Block::Stage::Distinct;
    return block;
  }

  Block Visit(const ir::Rel&, const ir::Join& join) {
    Block block = Below(join.left, Block::Stage::Rows);
    Block right = Below(join.right, Block::Stage::Rows);
    for (const ir::OutputColumn& output : join.right->outputs) {
      block.scope.Set(output.id, right.scope.At(output.id));
    }
    sql::Expr predicate = join.predicate ? Lower(join.predicate, block.scope) : nullptr;
    // ON can stand only after the one item it joins; conditions over more items go to WHERE, which
    // for inner joins says the same.
    bool has_on = predicate != nullptr && right.select.from.size() == 1;
    std::vector<sql::FromItem>& from = right.select.from;
    from.front().join = has_on ? sql::JoinKind::Inner : sql::JoinKind::Cross;
    if (has_on) from.front().on = predicate;
    sql::Select& select = block.select;
    select.from.insert(select.from.end(), from.begin(), from.end());
    select.where.insert(select.where.end(), right.select.where.begin(), right.select.where.end());
    if (predicate != nullptr && !has_on) AddConjuncts(std::move(predicate), select.where);
    return block;
  }

  Block Visit(const ir::Rel&, const ir::OuterJoin& join) {
    Block block = Below(join.left, Block::Stage::Rows);
    Block right = Below(join.right, Block::Stage::Rows);
    // What the right side computes, and what it joins, has to be there before rows are given NULLs for it.
    bool plain =
        right.select.from.size() == 1 &&
        std::all_of(join.right->outputs.begin(), join.right->outputs.end(),
                    [&](const ir::OutputColumn& output) {
                      return std::holds_alternative<sql::Column>(right.scope.At(output.id)->node);
                    });
    if (!plain) right = Wrap(right, NewAlias());
    for (const ir::OutputColumn& output : join.right->outputs) {
      block.scope.Set(output.id, right.scope.At(output.id));
    }
    std::vector<sql::Expr> conditions;
    if (join.predicate != nullptr) {
      AddConjuncts(Lower(join.predicate, block.scope), conditions);
    }
    conditions.insert(conditions.end(), right.select.where.begin(), right.select.where.end());
    if (conditions.empty()) conditions.push_back(sql::Make(sql::RawConstant{sql::RawSql("true")}));
    sql::FromItem item = std::move(right.select.from.front());
    item.join = sql::JoinKind::Left;
    item.on = sql::AllOf(std::move(conditions));
    block.select.from.push_back(std::move(item));
    return block;
  }

  Block Visit(const ir::Rel& rel, const ir::UnionAll& all) {
    sql::SetOperation operation{sql::SetOperator::UnionAll, {}};
    std::vector<std::string> names = DistinctNames(rel.outputs);
    for (const ir::RelPtr& input : all.inputs) {
      operation.parts.push_back(Finish(Run(input), &names));
    }
    Block block;
    std::string alias = NewAlias();
    for (size_t i = 0; i < names.size(); ++i) {
      block.scope.Set(rel.outputs[i].id, sql::Col(alias, names[i]));
    }
    block.select.from = {sql::Derived(sql::MakeStatement(std::move(operation)), alias)};
    return block;
  }

  // The input as a block that may still take a clause after `latest`.
  Block Below(const ir::RelPtr& input, Block::Stage latest) {
    Block block = Run(input);
    if (block.stage <= latest) return block;
    return Wrap(block, NewAlias());
  }

  std::string NewAlias() {
    std::string alias;
    do {
      alias = "q" + std::to_string(++wrapped_);
    } while (taken_.contains(alias));
    return alias;
  }

  const ScanLowering& scans_;
  std::set<std::string> taken_;
  int wrapped_ = 0;
};

}  // namespace

std::vector<std::string> DistinctNames(const std::vector<ir::OutputColumn>& outputs) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const ir::OutputColumn& output : outputs) {
    std::string name = output.name;
    for (int number = 2; !taken.insert(name).second; ++number) {
      name = output.name + "_" + std::to_string(number);
    }
    names.push_back(name);
  }
  return names;
}

Block LowerBlock(const ir::RelPtr& rel, const ScanLowering& scans) {
  return Lowering(rel, scans).Run(rel);
}

sql::StatementPtr Finish(const Block& block, const std::vector<std::string>* names) {
  sql::Select select = block.select;
  for (size_t i = 0; i < block.outputs.size(); ++i) {
    const std::string& name = names != nullptr ? (*names)[i] : block.outputs[i].name;
    select.items.push_back(sql::As(block.scope.At(block.outputs[i].id), name));
  }
  return sql::MakeStatement(std::move(select));
}

ScanSql ScanTable(const ir::Rel&, const ir::Scan& scan) {
  TRICKLEC_CHECK(scan.state == ir::SourceState::New, "a table is read in another state than now");
  return {sql::Table(ToSql(scan.table->name), scan.alias), scan.alias, nullptr, {}};
}

}  // namespace tricklec::codegen::lower
