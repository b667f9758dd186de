// Inner results that are stored: each is a stream table of its own, in pgtrickle_state, that only the
// program it belongs to reads.
//
// A group whose last row went stays in its table until it is pruned, a statement later. So readers see
// the groups with rows only: σ_{count > 0}.

#include "tricklec/ivm/auxiliaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/fit_name.h"
#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/deltas.h"
#include "tricklec/ivm/formulas.h"
#include "tricklec/ivm/matches.h"
#include "tricklec/ivm/source_key.h"
#include "tricklec/rewrite/normalise.h"

namespace tricklec::ivm {

namespace {

class Splitter {
 public:
  Splitter(const ir::Definition& definition, const Planner& plan)
      : definition_(definition), plan_(plan) {
    for (const ir::Rel* scan : ScansOf(definition.query)) {
      aliases_.insert(scan->As<ir::Scan>()->alias);
    }
  }

  std::optional<Program> Run() {
    ir::Definition rest = definition_;
    rest.query = BelowTop(definition_.query);
    if (failed_) return std::nullopt;
    if (!auxiliaries_.empty() || has_matches_) rest = rewrite::Normalise(std::move(rest));
    std::optional<Program> program = plan_(rest, First());
    if (!program) return std::nullopt;
    program->definition.query = definition_.query;
    program->auxiliaries = std::move(auxiliaries_);
    if (shows_groups_) CompareByValue(*program);
    return program;
  }

 private:
  // The top aggregate is what the stream table itself stores.
  ir::RelPtr BelowTop(const ir::RelPtr& query) {
    const auto* project = query->As<ir::Project>();
    const ir::RelPtr& top = project != nullptr ? project->input : query;
    if (top->As<ir::Aggregate>() == nullptr) return Replace(query);
    std::vector<ir::RelPtr> inputs;
    for (const ir::RelPtr& input : ir::InputsOf(*top)) inputs.push_back(Replace(input));
    ir::RelPtr aggregate = ir::WithInputs(top, std::move(inputs));
    return project == nullptr ? aggregate : ir::WithInputs(query, {std::move(aggregate)});
  }

  ir::RelPtr Replace(const ir::RelPtr& rel) {
    std::vector<ir::RelPtr> inputs;
    for (const ir::RelPtr& input : ir::InputsOf(*rel)) inputs.push_back(Replace(input));
    if (failed_) return rel;
    ir::RelPtr replaced = inputs.empty() ? rel : ir::WithInputs(rel, std::move(inputs));
    if (rel->As<ir::OuterJoin>() != nullptr) return WithMatches(replaced);
    if (rel->As<ir::Aggregate>() == nullptr) return replaced;
    shows_groups_ = true;
    return Store(replaced, "groups");
  }

  // An outer join learns of first and last partners through rows of their own.
  ir::RelPtr WithMatches(const ir::RelPtr& rel) {
    const auto& join = std::get<ir::OuterJoin>(rel->node);
    Matches found = FindMatches(join, *definition_.ids,
                                [this](const std::string& alias) { return Alias(alias); });
    if (found.rows->As<ir::Aggregate>() != nullptr) found.rows = Store(found.rows, "matches");
    has_matches_ = true;
    return ir::MakeOuterJoin(join.left, join.right, join.predicate, rel->range,
                             std::move(found.rows), std::move(found.matched), found.follow_left);
  }

  /// \param what the stem of the table's name: `groups`, `groups2`, …
  ir::RelPtr Store(const ir::RelPtr& aggregate, const std::string& what) {
    std::string stem = what;
    for (int number = 2; !stems_.insert(stem).second; ++number) {
      stem = fmt::format("{}{}", what, number);
    }
    ir::Definition inner = definition_;
    inner.views.clear();  // the stream table's own entry watches them
    inner.name = {"pgtrickle_state", ir::FitName(fmt::format("{}.{}/{}", definition_.name.schema,
                                                             definition_.name.name, stem))};
    inner.if_not_exists = false;
    inner.storage_parameters.clear();
    inner.query = aggregate;
    inner.column_names = ColumnNames(*aggregate);
    inner.query_range = PlaceOf(*aggregate);
    inner.statement = {};
    // The shape of an aggregate with a projection above is what the rules for groups know best.
    inner = rewrite::Normalise(std::move(inner));
    std::optional<Program> program = plan_(inner, First());
    if (!program) {
      failed_ = true;
      return aggregate;
    }
    ir::RelPtr rows = Scan(*program, stem, *aggregate);
    auxiliaries_.push_back(std::move(*program));
    return rows;
  }

  std::optional<ir::ObjectName> First() const {
    if (auxiliaries_.empty()) return std::nullopt;
    return auxiliaries_.front().definition.name;
  }

  // Where the query says it, as near as it is known.
  source::Range PlaceOf(const ir::Rel& rel) const {
    if (rel.range.valid()) return rel.range;
    const auto& aggregate = std::get<ir::Aggregate>(rel.node);
    for (const ir::AggregateColumn& column : aggregate.aggregates) {
      if (column.range.valid()) return column.range;
    }
    for (const ir::ProjectColumn& key : aggregate.keys) {
      if (key.expr->range.valid()) return key.expr->range;
    }
    return definition_.query_range;
  }

  // Readable, unique, and none that hidden columns could have.
  static std::vector<std::string> ColumnNames(const ir::Rel& aggregate) {
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (const ir::OutputColumn& output : aggregate.outputs) {
      bool plain =
          !output.name.empty() && output.name != "?column?" && !output.name.starts_with("__pgt_");
      std::string stem = plain ? output.name : "value";
      std::string name = ir::FitName(stem);
      for (int number = 2; !taken.insert(name).second; ++number) {
        name = ir::FitName(fmt::format("{}_{}", stem, number));
      }
      names.push_back(std::move(name));
    }
    return names;
  }

  std::string Alias(const std::string& stem) {
    std::string alias = stem;
    for (int number = 2; !aliases_.insert(alias).second; ++number) {
      alias = fmt::format("{}_{}", stem, number);
    }
    return alias;
  }

  // An aggregate without GROUP BY, or groups of one.
  static bool IsOneRow(const Storage& storage, const ir::Rel& aggregate) {
    if (storage.kind == StorageKind::SingleRow) return true;
    const auto* below = std::get<ir::Aggregate>(aggregate.node).input->As<ir::Scan>();
    return below != nullptr && HasOneRow(*below->table);
  }

  // The stored groups that have rows, under the ids that the query knows their columns by.
  ir::RelPtr Scan(const Program& program, const std::string& stem, const ir::Rel& aggregate) {
    const Storage& storage = program.storage;
    auto table = std::make_shared<ir::SourceTable>();
    table->name = program.definition.name;
    table->kind = ir::RelationKind::Auxiliary;
    for (const StoredColumn& stored : storage.columns) {
      ir::SourceColumn column;
      column.name = stored.name;
      column.type = stored.type;
      column.collation_schema = stored.collation_schema;
      column.collation_name = stored.collation_name;
      column.not_null = stored.not_null;
      if (stored.not_null) column.not_null_by = stored.name;
      table->columns.push_back(std::move(column));
    }
    if (IsOneRow(storage, aggregate)) table->keys.push_back({"", {}, false, false});
    if (!storage.key.empty()) {
      bool nullable = std::any_of(storage.key.begin(), storage.key.end(), [&](size_t position) {
        return !storage.columns[position].not_null;
      });
      if (storage.unique_index) {
        std::string index = ir::FitName(program.definition.name.name + "_pgt_key");
        table->keys.push_back({index, storage.key, false, nullable});
        table->indexes.push_back({index, "btree", storage.key, false});
      }
    }
    std::vector<size_t> attributes;
    std::vector<ir::ColumnId> ids;
    for (size_t i = 0; i < aggregate.outputs.size(); ++i) {
      attributes.push_back(i);
      ids.push_back(aggregate.outputs[i].id);
    }
    bool prunes = storage.kind == StorageKind::Groups;
    std::optional<size_t> count;
    if (prunes) count = program.groups->row_count;
    TRICKLEC_CHECK(!prunes || count.has_value(), "groups whose rows nobody counts");
    size_t counted = 0;
    if (prunes) {
      counted = static_cast<size_t>(std::find(attributes.begin(), attributes.end(), *count) -
                                    attributes.begin());
      if (counted == attributes.size()) {
        attributes.push_back(*count);
        ids.push_back(definition_.ids->Next());
      }
    }
    ir::RelPtr scan =
        ir::MakeScan(std::move(table), Alias(stem), std::move(attributes), ids, aggregate.range);
    if (!prunes) return scan;
    ir::RelPtr rows = ir::MakeFilter(scan, IsPositive(ir::Ref(scan->outputs[counted])));
    if (scan->outputs.size() == aggregate.outputs.size()) return rows;
    // Where the aggregate was the branch of a union, columns go by their places.
    std::vector<ir::ProjectColumn> columns;
    for (const ir::OutputColumn& output : aggregate.outputs) {
      columns.push_back({output.id, output.name, ir::Ref(*rows->FindOutput(output.id))});
    }
    return ir::MakeProject(std::move(rows), std::move(columns));
  }

  // A group's key stands for all equal ones, and an aggregate's value has no image to keep.
  static void CompareByValue(Program& program) {
    bool approximate = false;
    for (const Program& inner : program.auxiliaries) {
      for (const StoredColumn& column : inner.storage.columns) {
        approximate |= column.compare == Compare::Approximate;
      }
    }
    for (StoredColumn& column : program.storage.columns) {
      if (column.compare != Compare::Image || column.type.equality_is_identity) continue;
      bool is_float = column.type.arithmetic == ir::Arithmetic::Float4 ||
                      column.type.arithmetic == ir::Arithmetic::Float8;
      column.compare = is_float && approximate ? Compare::Approximate : Compare::Equal;
    }
  }

  const ir::Definition& definition_;
  const Planner& plan_;
  std::set<std::string> aliases_;
  std::set<std::string> stems_;
  std::vector<Program> auxiliaries_;
  bool has_matches_ = false;
  bool shows_groups_ = false;
  bool failed_ = false;
};

bool ReadsAuxiliaries(const Program& program) {
  return std::any_of(program.sources.begin(), program.sources.end(), IsAuxiliary);
}

bool IsLate(const Step& step) {
  return std::holds_alternative<RecomputeGroups>(step) ||
         std::holds_alternative<DeriveColumns>(step);
}

bool HasLateSteps(const Program& program) {
  for (const SourceProgram& source : program.sources) {
    for (const EventProgram& event : source.events) {
      if (std::any_of(event.steps.begin(), event.steps.end(), IsLate)) return true;
    }
  }
  return false;
}

// Anything a program computes of the rows it reads that may raise an error.
ir::ExprPtr FindRaising(const Program& program) {
  std::vector<ir::ExprPtr> computed = program.row_values;
  if (program.groups) {
    for (const ir::ExprPtr& key : program.groups->keys) computed.push_back(key);
    for (const Accumulator& accumulator : program.groups->accumulators) {
      computed.push_back(accumulator.filter);
      computed.insert(computed.end(), accumulator.call.args.begin(), accumulator.call.args.end());
    }
  }
  auto found = std::find_if(computed.begin(), computed.end(), [](const ir::ExprPtr& expr) {
    return expr != nullptr && expr->props.may_raise;
  });
  return found == computed.end() ? nullptr : *found;
}

}  // namespace

std::optional<Program> PlanWithAuxiliaries(const ir::Definition& definition, const Planner& plan) {
  return Splitter(definition, plan).Run();
}

bool IsAuxiliary(const SourceProgram& source) {
  return source.source->kind == ir::RelationKind::Auxiliary;
}

std::vector<ir::ObjectName> TablesRead(const Program& program) {
  std::vector<ir::ObjectName> tables;
  std::vector<const Program*> nodes = {&program};
  for (const Program& inner : program.auxiliaries) nodes.push_back(&inner);
  for (const Program* node : nodes) {
    for (const SourceProgram& source : node->sources) {
      const ir::ObjectName& name = source.source->name;
      bool known = std::find(tables.begin(), tables.end(), name) != tables.end();
      if (!IsAuxiliary(source) && !known) tables.push_back(name);
    }
  }
  return tables;
}

Strategy WorstStrategy(const Program& program) {
  Strategy worst = program.strategy;
  for (const Program& inner : program.auxiliaries) worst = std::max(worst, inner.strategy);
  return worst;
}

LockClass StrongestLock(const Program& program) {
  LockClass strongest = program.lock_class;
  for (const Program& inner : program.auxiliaries) {
    strongest = std::max(strongest, inner.lock_class);
  }
  return strongest;
}

bool CheckIntermediateValues(const Program& program, source::Diagnostics& diagnostics) {
  bool late = std::any_of(program.auxiliaries.begin(), program.auxiliaries.end(), HasLateSteps);
  if (!late) return true;
  std::vector<const Program*> readers = {&program};
  for (const Program& inner : program.auxiliaries) readers.push_back(&inner);
  for (const Program* reader : readers) {
    if (!ReadsAuxiliaries(*reader)) continue;
    ir::ExprPtr raising = FindRaising(*reader);
    if (raising == nullptr && !MayRaise(reader->rows)) continue;
    diagnostics
        .Report(source::Code::InnerResultMayRaise, raising != nullptr && raising->range.valid()
                                                       ? raising->range
                                                       : program.definition.query_range)
        .AddNote(
            "the inner aggregate is brought up to date in several statements; between them its "
            "columns may hold values that never occur together")
        .AddHelp(
            "guard it with CASE, or make the stream table DIFFERENTIAL, which sees only the end");
    return false;
  }
  return true;
}

bool CheckOneCut(const Program& program, source::Diagnostics& diagnostics) {
  std::vector<const Program*> nodes = {&program};
  for (const Program& inner : program.auxiliaries) nodes.push_back(&inner);
  for (const Program* node : nodes) {
    if (!node->cut_from) continue;
    for (const SourceProgram& source : node->sources) {
      if (IsAuxiliary(source) || source.cancel == CancelKind::ByKey) continue;
      const ir::ObjectName& name = source.source->name;
      diagnostics
          .Report(source::Code::InnerResultBesideOthers, node->definition.query_range,
                  fmt::format("{}.{}", name.schema, name.name))
          .AddNote(
              "an inner aggregate, and what tells which rows of an outer join have partners, is "
              "refreshed first; in a READ COMMITTED transaction, rows that changed since then are "
              "told apart by their key")
          .AddHelp("give it a primary key, or make the stream table IMMEDIATE");
      return false;
    }
  }
  return true;
}

}  // namespace tricklec::ivm
