// The weakest lock class under which concurrent writers leave the stream table equal to its query.
//
//   none   every step is a commutative merge into rows found through a unique index: the row locks of
//          the sorted upsert are enough, at every isolation level
//   key    a step reads the source (recomputation): each affected group's row is written before, so a
//          rival who was not seen is waited for (READ COMMITTED) or refused (REPEATABLE READ); or no
//          unique index finds the group, then its anchor row is written before
//          … or all rows that can meet have the same value in one column each: its anchor row is
//          written before anything is read, so writers of different values do not wait for each other
//   table  a delta reads other sources, or other rows of its own: two writers who do not see each
//          other would both miss the pair of their rows. They meet at one row of the stream table.
//
// Rows and bags of one source, and sums of such, are class none: writers of the same source row exclude
// each other there already.

#include "tricklec/ivm/locks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/auxiliaries.h"
#include "tricklec/ivm/row_key.h"

namespace tricklec::ivm {

void ChooseGroupLock(const GroupPlan& plan, Program& program) {
  for (const std::vector<Reason>* reasons :
       {&plan.recomputed, &plan.extremes, &plan.key_fit.reasons}) {
    program.lock_reasons.insert(program.lock_reasons.end(), reasons->begin(), reasons->end());
  }
  program.lock_class = program.lock_reasons.empty() ? LockClass::None : LockClass::Key;
}

namespace {

// The columns of one equivalence class of the join's equalities that has a column of every occurrence.
std::vector<Attribute> CommonJoinKey(const Program& program) {
  if (HasUnion(program.rows) || HasOuterJoin(program.rows)) return {};
  std::vector<std::vector<Attribute>> classes;
  for (const Equation& equation : EquationsOf(program.rows)) {
    std::vector<Attribute> merged = {equation.left, equation.right};
    std::vector<std::vector<Attribute>> others;
    for (std::vector<Attribute>& known : classes) {
      bool touches = std::any_of(known.begin(), known.end(), [&](const Attribute& attribute) {
        return attribute == equation.left || attribute == equation.right;
      });
      if (touches) {
        merged.insert(merged.end(), known.begin(), known.end());
      } else {
        others.push_back(std::move(known));
      }
    }
    classes = std::move(others);
    classes.push_back(std::move(merged));
  }
  std::vector<const ir::Rel*> scans = ScansOf(program.rows);
  for (const std::vector<Attribute>& candidate : classes) {
    const ir::SourceColumn& first = candidate[0].source_column();
    bool one_hash =
        std::all_of(candidate.begin(), candidate.end(), [&](const Attribute& attribute) {
          const ir::SourceColumn& column = attribute.source_column();
          return column.type.hashable && column.type.id == first.type.id &&
                 column.collation_schema == first.collation_schema &&
                 column.collation_name == first.collation_name;
        });
    bool everywhere = std::all_of(scans.begin(), scans.end(), [&](const ir::Rel* rel) {
      return std::any_of(candidate.begin(), candidate.end(), [&](const Attribute& attribute) {
        return attribute.alias == rel->As<ir::Scan>()->alias;
      });
    });
    if (one_hash && everywhere) return candidate;
  }
  return {};
}

}  // namespace

void RaiseLockForJoins(Program& program) {
  if (!program.pending.reads_sources) return;
  std::vector<std::string> names;
  bool reads_inner = false;
  for (const SourceProgram& source : program.sources) {
    if (IsAuxiliary(source)) {
      reads_inner = true;
      continue;
    }
    names.push_back(fmt::format("{}.{}", source.source->name.schema, source.source->name.name));
  }
  // People know the tables, not what is stored beside them.
  if (reads_inner) names.push_back("inner results of the query");
  std::string text =
      names.size() == 1
          ? fmt::format("rows of {} are joined with each other", names[0])
          : fmt::format("{} change independently of each other", fmt::join(names, " and "));
  std::vector<Attribute> key = CommonJoinKey(program);
  // Groups that no unique index finds have anchors of their own, and two sets of them would be taken in
  // two orders.
  bool unique = program.storage.kind != StorageKind::Groups || program.storage.unique_index;
  std::string remedy;
  if (key.empty() && !HasUnion(program.rows) && !HasOuterJoin(program.rows)) {
    remedy =
        "where all tables are joined by one column each, writers of different values do not wait";
  } else if (!key.empty() && !unique) {
    remedy = "a group key of bounded width makes it class key";
  }
  program.lock_class = LockClass::Table;
  if (!key.empty() && unique) {
    program.lock_class = LockClass::Key;
    for (SourceProgram& source : program.sources) {
      std::set<size_t> columns;
      for (const Attribute& attribute : key) {
        bool same = attribute.table->name.schema == source.source->name.schema &&
                    attribute.table->name.name == source.source->name.name;
        if (same) columns.insert(attribute.column);
      }
      source.join_columns.assign(columns.begin(), columns.end());
    }
  }
  program.lock_reasons.insert(program.lock_reasons.begin(),
                              Reason{std::move(text), std::move(remedy), {}});
}

void AddLockSteps(const Program& program, std::vector<Step>& steps) {
  if (!program.sources.front().join_columns.empty()) steps.push_back(LockJoinKeys{});
}

}  // namespace tricklec::ivm
