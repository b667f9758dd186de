#include "tricklec/ir/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tricklec/ir/print.h"
#include "tricklec/ir/template_text.h"

namespace tricklec::ir {

namespace {

using Problem = std::optional<std::string>;

class Verifier {
 public:
  Problem Check(const RelPtr& rel) {
    if (rel == nullptr) return "an input is missing";
    for (const RelPtr& input : InputsOf(*rel)) {
      if (Problem problem = Check(input)) return problem;
    }
    if (Problem problem =
            std::visit([&](const auto& node) { return CheckNode(*rel, node); }, rel->node)) {
      return problem;
    }
    return CheckOutputs(rel);
  }

 private:
  Problem CheckNode(const Rel& rel, const Scan& scan) {
    if (scan.table == nullptr) return "a scan has no table";
    size_t expected = scan.attributes.size() + (scan.weight ? 1 : 0);
    if (rel.outputs.size() != expected) return "a scan's outputs are not its columns";
    if ((scan.state == SourceState::Delta) != scan.weight.has_value()) {
      return fmt::format("scan {}: a weight belongs to the delta and only to it", scan.alias);
    }
    if (scan.weight && rel.outputs.back().id != *scan.weight) {
      return fmt::format("scan {}: the weight is not the last column", scan.alias);
    }
    for (size_t i = 0; i < scan.attributes.size(); ++i) {
      if (scan.attributes[i] >= scan.table->columns.size()) {
        return fmt::format("scan {}: there is no column {}", scan.alias, scan.attributes[i]);
      }
    }
    if (!aliases_.insert(scan.alias).second) {
      return fmt::format("alias {} is used twice", scan.alias);
    }
    for (const OutputColumn& output : rel.outputs) {
      if (Problem problem = Define(output.id)) return problem;
    }
    return std::nullopt;
  }

  Problem CheckNode(const Rel&, const Filter& filter) {
    if (filter.predicate == nullptr) return "a filter has no predicate";
    return CheckPredicate(filter.predicate, filter.input->outputs);
  }

  Problem CheckNode(const Rel& rel, const Join& join) {
    if (join.predicate == nullptr) return std::nullopt;
    return CheckPredicate(join.predicate, rel.outputs);
  }

  Problem CheckNode(const Rel& rel, const OuterJoin& join) {
    if (join.predicate != nullptr) {
      if (Problem problem = CheckPredicate(join.predicate, rel.outputs)) return problem;
    }
    if (join.matches == nullptr) return std::nullopt;
    std::vector<OutputColumn> columns = join.left->outputs;
    columns.insert(columns.end(), join.matches->outputs.begin(), join.matches->outputs.end());
    return CheckPredicate(join.matched, columns);
  }

  Problem CheckNode(const Rel& rel, const UnionAll& all) {
    if (all.inputs.empty()) return "a union has no inputs";
    for (const RelPtr& input : all.inputs) {
      if (input->outputs.size() != rel.outputs.size()) {
        return "the inputs of a union have different numbers of columns";
      }
      for (size_t i = 0; i < rel.outputs.size(); ++i) {
        const OutputColumn& a = rel.outputs[i];
        const OutputColumn& b = input->outputs[i];
        if (a.props.type.known && b.props.type.known && a.props.type.sql != b.props.type.sql) {
          return fmt::format("column {}#{} of a union is {} and {}", a.name, a.id, a.props.type.sql,
                             b.props.type.sql);
        }
      }
    }
    for (const OutputColumn& output : rel.outputs) {
      if (Problem problem = Define(output.id)) return problem;
    }
    return std::nullopt;
  }

  Problem CheckNode(const Rel&, const Project& project) {
    return CheckColumns(project.columns, *project.input);
  }

  Problem CheckNode(const Rel&, const Aggregate& aggregate) {
    if (!aggregate.grouped && !aggregate.keys.empty()) return "keys without GROUP BY";
    if (Problem problem = CheckColumns(aggregate.keys, *aggregate.input)) return problem;
    for (const AggregateColumn& column : aggregate.aggregates) {
      if (Problem problem = Define(column.id)) return problem;
      const AggregateCall& call = column.call;
      if (call.kind == AggregateKind::CountRows && !call.args.empty()) {
        return "count(*) with an argument";
      }
      std::vector<ExprPtr> parts = call.args;
      for (const SortItem& item : call.order_by) parts.push_back(item.expr);
      if (call.filter != nullptr) parts.push_back(call.filter);
      for (const ExprPtr& part : parts) {
        if (Problem problem = CheckExpr(part, aggregate.input->outputs)) return problem;
      }
    }
    return std::nullopt;
  }

  Problem CheckNode(const Rel&, const Distinct&) { return std::nullopt; }

  // A column may keep its input's id only if it is that very column.
  Problem CheckColumns(const std::vector<ProjectColumn>& columns, const Rel& input) {
    std::set<ColumnId> here;
    for (const ProjectColumn& column : columns) {
      if (column.expr == nullptr) return fmt::format("column {} has no expression", column.name);
      if (Problem problem = CheckExpr(column.expr, input.outputs)) return problem;
      if (!here.insert(column.id).second) return fmt::format("id {} is used twice", column.id);
      const auto* ref = column.expr->As<ColumnRef>();
      if (ref != nullptr && ref->id == column.id) continue;
      if (Problem problem = Define(column.id)) return problem;
    }
    return std::nullopt;
  }

  Problem CheckPredicate(const ExprPtr& predicate, const std::vector<OutputColumn>& columns) {
    const Type& type = predicate->props.type;
    if (type.known && type.sql != "boolean") {
      return fmt::format("predicate {} is {}, not boolean", Print(predicate), type.sql);
    }
    return CheckExpr(predicate, columns);
  }

  Problem CheckExpr(const ExprPtr& expr, const std::vector<OutputColumn>& columns) {
    if (expr == nullptr) return "an operand is missing";
    if (const auto* column = expr->As<ColumnRef>()) {
      if (std::none_of(columns.begin(), columns.end(),
                       [&](const OutputColumn& output) { return output.id == column->id; })) {
        return fmt::format("column {}#{} is not in the input", column->name, column->id);
      }
    }
    if (const auto* text = expr->As<Template>()) {
      std::set<size_t> holes;
      for (const TemplatePiece& piece : SplitTemplate(text->text)) {
        if (piece.hole > text->args.size()) {
          return fmt::format("template `{}` has {} arguments", text->text, text->args.size());
        }
        if (piece.hole > 0) holes.insert(piece.hole);
      }
      if (holes.size() != text->args.size()) {
        return fmt::format("template `{}` does not use all arguments", text->text);
      }
    }
    if (const auto* op = expr->As<OperatorCall>()) {
      if (op->args.empty() || op->args.size() > 2) {
        return fmt::format("operator {} with {} operands", op->op.name, op->args.size());
      }
    }
    if (expr->As<Cast>() != nullptr && expr->props.type.sql.empty()) {
      return "a cast to a type that has no name";
    }
    for (const ExprPtr& child : ChildrenOf(*expr)) {
      if (Problem problem = CheckExpr(child, columns)) return problem;
    }
    return std::nullopt;
  }

  Problem CheckOutputs(const RelPtr& rel) {
    std::set<ColumnId> ids;
    for (const OutputColumn& output : rel->outputs) {
      if (!ids.insert(output.id).second)
        return fmt::format("output id {} is there twice", output.id);
    }
    RelPtr again = WithInputs(rel, InputsOf(*rel));
    bool same = again->outputs.size() == rel->outputs.size();
    for (size_t i = 0; same && i < rel->outputs.size(); ++i) {
      const OutputColumn& a = rel->outputs[i];
      const OutputColumn& b = again->outputs[i];
      same = a.id == b.id && a.name == b.name && a.props.type.sql == b.props.type.sql;
    }
    if (!same) return fmt::format("outputs do not belong to the node: {}", Print(rel));
    return std::nullopt;
  }

  Problem Define(ColumnId id) {
    if (!defined_.insert(id).second) return fmt::format("id {} is defined twice", id);
    return std::nullopt;
  }

  std::set<ColumnId> defined_;
  std::set<std::string> aliases_;
};

}  // namespace

std::optional<std::string> Verify(const RelPtr& rel) { return Verifier().Check(rel); }

}  // namespace tricklec::ir
