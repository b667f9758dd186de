// Indexes that keep joins proportional to the change.
//
//   ΔL ⋈ R    reads σ_{R.b = l.a}(R) for each changed row l: an index of R that begins with one of the
//             columns that R is joined by
//
// A join without an equality has no such index: every change of one side reads the other whole.

#include "tricklec/ivm/join_indexes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ivm/row_key.h"

namespace tricklec::ivm {

namespace {

const ir::SourceIndex* Serving(const ir::SourceTable& table, const std::vector<size_t>& columns) {
  for (const ir::SourceIndex& index : table.indexes) {
    if (index.partial || index.columns.empty()) continue;
    if (index.method != "btree" && (index.method != "hash" || index.columns.size() != 1)) continue;
    if (std::find(columns.begin(), columns.end(), index.columns[0]) != columns.end()) return &index;
  }
  return nullptr;
}

void AddColumn(std::vector<size_t>& columns, size_t column) {
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
}

struct Need {
  ir::SourceTablePtr table;
  std::vector<size_t> columns;
  source::Range range;
};

}  // namespace

void FindJoinIndexNeeds(Program& program, source::Diagnostics& diagnostics) {
  if (!program.pending.reads_sources) return;
  // For each occurrence, and each other one it is joined to.
  std::map<std::pair<std::string, std::string>, Need> needs;
  std::vector<std::pair<std::string, std::string>> order;
  auto add = [&](const Attribute& inner, const Attribute& outer, source::Range range) {
    if (inner.alias == outer.alias) return;
    std::pair<std::string, std::string> place{inner.alias, outer.alias};
    if (!needs.contains(place)) order.push_back(place);
    Need& need = needs[place];
    if (need.table == nullptr) need.range = range;
    need.table = inner.table;
    AddColumn(need.columns, inner.column);
  };
  auto report = [&](const Need& need, const IndexNeed& index) {
    diagnostics
        .Report(source::Code::MissingIndex,
                need.range.valid() ? need.range : program.definition.query_range,
                fmt::format("{}.{}", need.table->name.schema, need.table->name.name),
                fmt::format("{}", fmt::join(index.columns, ", ")))
        .AddNote(index.reason)
        .AddHelp(fmt::format("`{};`", index.statement));
  };
  for (const std::vector<Equation>& equations :
       {EquationsOf(program.rows), OuterEquationsOf(program.rows)}) {
    for (const Equation& equation : equations) {
      add(equation.left, equation.right, equation.range);
      add(equation.right, equation.left, equation.range);
    }
  }
  for (const auto& place : order) {
    const Need& need = needs[place];
    IndexNeed index;
    index.source = need.table;
    std::vector<std::string> quoted;
    for (size_t column : need.columns) {
      index.columns.push_back(need.table->columns[column].name);
      quoted.push_back(catalog::QuoteIdentifier(index.columns.back()));
    }
    bool known =
        std::any_of(program.indexes.begin(), program.indexes.end(), [&](const IndexNeed& other) {
          return other.source->name.schema == need.table->name.schema &&
                 other.source->name.name == need.table->name.name && other.columns == index.columns;
        });
    if (known) continue;
    index.reason = "rows are found by it when a table they are joined to changes";
    if (const ir::SourceIndex* serving = Serving(*need.table, need.columns)) {
      index.present = true;
      index.index_name = serving->name;
    } else {
      index.statement = fmt::format(
          "CREATE INDEX ON {}.{} ({})", catalog::QuoteIdentifier(need.table->name.schema),
          catalog::QuoteIdentifier(need.table->name.name), fmt::join(quoted, ", "));
      if (need.table->kind != ir::RelationKind::Auxiliary) report(need, index);
    }
    program.indexes.push_back(std::move(index));
  }
}

}  // namespace tricklec::ivm
