// The sources of a program and the Δ of each event.
//
// When one source changes, the others are as they were: only terms of its own occurrences are left,
// and only between two occurrences of it does its old state matter. Pending rows can be of every
// source at once.

#include "tricklec/ivm/deltas.h"

#include <algorithm>
#include <set>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/delta.h"
#include "tricklec/ivm/facts.h"
#include "tricklec/ivm/foreign_keys.h"
#include "tricklec/ivm/source_key.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

namespace {

class DeltaPlanner {
 public:
  DeltaPlanner(Program& program, bool nets, bool raises)
      : program_(program), ids_(*program.definition.ids), nets_(nets) {
    raises_ = raises || MayRaise(program.rows);
  }

  void Plan() {
    std::vector<const ir::Rel*> scans = ScansOf(program_.rows);
    for (const ir::Rel* rel : scans) AddOccurrence(*rel->As<ir::Scan>());
    bool joined = scans.size() > 1 && !IsSum(program_.rows);
    // Where a refresh only adds up, what a term has too many is taken away by another: that costs less than to
    // tell the rows apart. Statements drop unchanged rows first, and outer joins look for rows as they were.
    bool refreshed = program_.definition.mode != ir::RefreshMode::Immediate;
    joined &= !refreshed || HasOuterJoin(program_.rows);
    for (SourceProgram& source : program_.sources) {
      std::sort(source.columns_used.begin(), source.columns_used.end());
      // What reads other sources is worth a look first, and old states and cuts need their keys.
      if (!nets_ && !joined && !raises_ && !program_.cut_from) continue;
      const ir::Key* key = ChooseCancel(source, StoredKeyOf(*source.source));
      if (key == nullptr || IsRecorded(*source.source, *key)) continue;
      FactRecorder(program_.facts)
          .UniqueKey(*source.source, *key, "tells unchanged rows of an UPDATE", kByFingerprint);
    }
    for (SourceProgram& source : program_.sources) PlanSource(source);
    if (program_.sources.size() == 1) {
      program_.pending.delta = EventOf(program_.sources[0], Event::Update).delta;
      program_.pending.reads_sources = EventOf(program_.sources[0], Event::Update).reads_sources;
    } else {
      program_.pending = Delta(Event::Update, [](const ir::SourceTable&) { return true; });
    }
    program_.pending.signs = Signs::Both;
    program_.pending.exact = false;
  }

 private:
  void AddOccurrence(const ir::Scan& scan) {
    auto found = std::find_if(
        program_.sources.begin(), program_.sources.end(),
        [&](const SourceProgram& source) { return SameTable(*source.source, *scan.table); });
    if (found == program_.sources.end()) {
      found = program_.sources.emplace(program_.sources.end());
      found->source = scan.table;
    }
    std::vector<size_t>& used = found->columns_used;
    for (size_t attribute : scan.attributes) {
      if (std::find(used.begin(), used.end(), attribute) == used.end()) used.push_back(attribute);
    }
  }

  // Whether the branches of unions are all there is: no rows meet.
  static bool IsSum(const ir::RelPtr& rel) {
    if (rel->As<ir::Join>() != nullptr || rel->As<ir::OuterJoin>() != nullptr) return false;
    std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
    return std::all_of(inputs.begin(), inputs.end(), IsSum);
  }

  // The source's columns in the key of the stored rows.
  std::set<size_t> StoredKeyOf(const ir::SourceTable& source) const {
    std::set<size_t> columns;
    if (program_.storage.kind != StorageKind::KeyedRows) return columns;
    for (size_t position : program_.storage.key) {
      auto attribute = PlainAttribute(program_.row_values[position], program_.rows);
      if (attribute && SameTable(*attribute->table, source)) columns.insert(attribute->column);
    }
    return columns;
  }

  // The key of stored rows is one already.
  bool IsRecorded(const ir::SourceTable& source, const ir::Key& key) const {
    return std::any_of(program_.facts.begin(), program_.facts.end(), [&](const Fact& fact) {
      return fact.relation.schema == source.name.schema && fact.relation.name == source.name.name &&
             fact.constraint == key.constraint;
    });
  }

  static const EventProgram& EventOf(const SourceProgram& source, Event event) {
    for (const EventProgram& program : source.events) {
      if (program.event == event) return program;
    }
    TRICKLEC_CHECK(false, "a source has no program for an event");
    return source.events.front();
  }

  void PlanSource(SourceProgram& source) {
    auto only = [&](const ir::SourceTable& table) { return SameTable(table, *source.source); };
    EventProgram update = Delta(Event::Update, only);
    FactRecorder facts(program_.facts);
    bool meets_none = program_.definition.mode == ir::RefreshMode::Immediate &&
                      MeetsNone(program_.rows, *source.source, facts);
    for (Event event : {Event::Insert, Event::Update, Event::Delete}) {
      EventProgram program = update;
      if (event != Event::Update) {
        // Without old states the same query serves; what is read from says what happened.
        if (!update.exact) program = Delta(event, only);
        program.event = event;
        if (meets_none) program.delta = nullptr;
        if (update.exact) program.signs = event == Event::Insert ? Signs::Added : Signs::Removed;
      }
      source.events.push_back(std::move(program));
    }
    source.events.push_back({Event::Truncate});
  }

  EventProgram Delta(Event event, std::function<bool(const ir::SourceTable&)> changed) {
    bool by_key =
        std::all_of(program_.sources.begin(), program_.sources.end(), [&](const auto& source) {
          return !changed(*source.source) || source.cancel == CancelKind::ByKey;
        });
    DeltaRequest request{
        event, std::move(changed), [this](const ir::SourceTable& table) {
          for (const SourceProgram& source : program_.sources) {
            if (SameTable(*source.source, table) && source.cancel == CancelKind::ByKey) {
              return OldForm::ByKey;
            }
          }
          return raises_ ? OldForm::Netted : OldForm::Weighted;
        }};
    request.pairs_exist = (raises_ || FindLeftFollowing(program_.rows) != nullptr) && by_key;
    return DeltaOf(program_.rows, request, ids_);
  }

  Program& program_;
  ir::ColumnIds& ids_;
  bool nets_;
  bool raises_;
};

}  // namespace

bool SameTable(const ir::SourceTable& a, const ir::SourceTable& b) {
  return a.name.schema == b.name.schema && a.name.name == b.name.name;
}

bool MayRaise(const ir::RelPtr& rel) {
  auto raises = [](const ir::ExprPtr& expr) { return expr != nullptr && expr->props.may_raise; };
  if (const auto* filter = rel->As<ir::Filter>(); filter != nullptr && raises(filter->predicate)) {
    return true;
  }
  if (const auto* join = rel->As<ir::Join>(); join != nullptr && raises(join->predicate)) {
    return true;
  }
  if (const auto* join = rel->As<ir::OuterJoin>();
      join != nullptr && (raises(join->predicate) || raises(join->matched))) {
    return true;
  }
  if (const auto* project = rel->As<ir::Project>()) {
    for (const ir::ProjectColumn& column : project->columns) {
      if (raises(column.expr)) return true;
    }
  }
  std::vector<ir::RelPtr> inputs = ir::InputsOf(*rel);
  return std::any_of(inputs.begin(), inputs.end(), MayRaise);
}

void PlanDeltas(Program& program, bool nets, bool raises) {
  DeltaPlanner(program, nets, raises).Plan();
}

}  // namespace tricklec::ivm
