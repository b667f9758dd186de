// The FROM clause: tables, views (inlined from their stored query), queries of WITH, subqueries; joins
// are in join.cpp.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tricklec/analyze/query.h"
#include "tricklec/analyze/source_table.h"
#include "tricklec/ir/relocate.h"

namespace tricklec::analyze {

using catalog::Relation;
using catalog::RelationKind;
using ir::RelPtr;
using pgparse::Node;
using source::Code;

namespace {

std::string WrittenName(const Node& node) {
  std::string schema = node.Str("schemaname");
  return schema.empty() ? node.Str("relname") : schema + "." + node.Str("relname");
}

}  // namespace

bool QueryAnalyzer::AnalyzeFrom(const Node& select) {
  bool failed = false;
  for (const Node& node : select.List("from_clause")) {
    MaybeItem item = AnalyzeFromItem(node);
    if (!item) {
      failed = true;
      continue;
    }
    for (const RangeItem& name : item->names) failed = !CheckNames(scope_.items, name) || failed;
    std::move(item->names.begin(), item->names.end(), std::back_inserter(scope_.items));
    input_ = input_ == nullptr ? item->rel : ir::MakeJoin(input_, item->rel, nullptr, node.range());
  }
  return !failed;
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeFromItem(const Node& item) {
  auto not_yet = [&](std::string_view what) {
    context_.diagnostics.Report(Code::QueryNotSupported, item.range(), what);
    return std::nullopt;
  };
  if (item.Is("RangeVar")) return AnalyzeRangeVar(item);
  if (item.Is("RangeSubselect")) return AnalyzeSubselect(item);
  if (item.Is("JoinExpr")) return AnalyzeJoin(item);
  if (item.Is("RangeFunction")) return not_yet("a function in FROM");
  if (item.Is("RangeTableFunc")) return not_yet("XMLTABLE");
  if (item.Is("RangeTableSample")) {
    context_.diagnostics.Report(Code::QueryNotPossible, item.range(), "TABLESAMPLE")
        .AddNote("a sample is another one at every run");
    return std::nullopt;
  }
  return not_yet(fmt::format("this item of FROM ({})", item.kind()));
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeRangeVar(const Node& node) {
  std::string schema = node.Str("schemaname"), name = node.Str("relname");
  if (WithQuery* query = schema.empty() ? FindWithQuery(name) : nullptr) {
    return AnalyzeWithReference(*query, node);
  }
  const Relation* relation = context_.catalog.FindRelation(schema, name, path_);
  if (relation == nullptr) {
    if (context_.catalog.IsSystemRelation(schema, name, path_)) {
      context_.diagnostics.Report(Code::SourceNotPossible, node.range(), "system catalog", name)
          .AddNote("system catalogs have no triggers");
      return std::nullopt;
    }
    auto report =
        context_.diagnostics.Report(Code::UnknownRelation, node.range(), WrittenName(node));
    if (auto near = source::ClosestMatch(name, context_.catalog.RelationNames(schema, path_))) {
      report.AddHelp(fmt::format("did you mean `{}`?", *near));
    } else if (!schema.empty() && !context_.catalog.HasSchema(schema)) {
      report.AddNote(fmt::format("there is no schema `{}`", schema));
    } else {
      report.AddHelp("give the file that creates it with --schema");
    }
    return std::nullopt;
  }
  if (!CheckSource(*relation, node)) return std::nullopt;
  return relation->kind == RelationKind::View ? AnalyzeView(*relation, node)
                                              : AnalyzeTable(*relation, node);
}

bool QueryAnalyzer::CheckSource(const Relation& relation, const Node& node) {
  std::string name = relation.schema + "." + relation.name;
  auto not_yet = [&](std::string_view what) {
    context_.diagnostics.Report(Code::SourceNotSupported, node.range(), what, name);
    return false;
  };
  auto never = [&](std::string_view what, std::string_view why) {
    context_.diagnostics.Report(Code::SourceNotPossible, node.range(), what, name)
        .AddNote(std::string(why));
    return false;
  };
  switch (relation.kind) {
    case RelationKind::Table:
    case RelationKind::View:
    case RelationKind::StreamTable: break;
    case RelationKind::PartitionedTable: return not_yet("partitioned table");
    case RelationKind::MaterializedView: return not_yet("materialized view");
    case RelationKind::ForeignTable: return not_yet("foreign table");
    case RelationKind::Sequence:
      return never("sequence", "a sequence changes outside transactions");
    case RelationKind::Composite: return never("type", "it has no rows");
    case RelationKind::Unknown: {
      auto report = context_.diagnostics.Report(Code::UnreadableRelation, node.range(), name);
      if (!relation.unknown_reason.empty()) report.AddNote(relation.unknown_reason);
      if (relation.definition.valid()) report.AddLabel(relation.definition, "defined here");
      return false;
    }
  }
  if (relation.persistence == catalog::Persistence::Temporary) {
    return never("temporary table",
                 "it is gone with its session, and other sessions see another one");
  }
  if (relation.is_partition()) return not_yet("partition");
  if (!relation.parents.empty() || !relation.children.empty()) {
    return not_yet("table with inheritance");
  }
  if (relation.kind == RelationKind::Table && !relation.columns_known) {
    context_.diagnostics.Report(Code::UnreadableRelation, node.range(), name)
        .AddNote("its columns come from a query that could not be analysed");
    return false;
  }
  return true;
}

std::string QueryAnalyzer::UniqueScanAlias(const std::string& name) {
  auto known = context_.scan_aliases.find(name);
  const std::string written = known == context_.scan_aliases.end() ? name : known->second;
  std::string alias = written;
  for (int n = 2; !context_.scan_aliases.emplace(alias, written).second; ++n) {
    alias = fmt::format("{}_{}", written, n);
  }
  return alias;
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeTable(const Relation& relation, const Node& node) {
  for (const catalog::Column& column : relation.columns) {
    if (column.dropped || column.generated != catalog::Generated::Virtual) continue;
    context_.diagnostics
        .Report(Code::SourceNotSupported, node.range(), "a virtual generated column of",
                relation.schema + "." + relation.name)
        .AddNote(
            fmt::format("`{}` is not stored, so changes are delivered without it", column.name))
        .AddHelp("make it STORED");
    return std::nullopt;
  }
  ir::SourceTablePtr table = MakeSourceTable(context_.catalog, relation);
  std::vector<size_t> attributes;
  std::vector<ir::ColumnId> ids;
  for (size_t i = 0; i < table->columns.size(); ++i) {
    attributes.push_back(i);
    ids.push_back(context_.ids->Next());
  }
  Node alias = node["alias"];
  std::string name = alias ? alias.Str("aliasname") : relation.name;
  // A server gives tables of views aliases of its own where names are not unique.
  std::string wanted = context_.open_views.empty() ? name : relation.name;
  RelPtr scan = ir::MakeScan(table, UniqueScanAlias(wanted), attributes, ids, node.range());
  RangeItem item;
  item.alias = name;
  if (!alias) item.relation = {relation.schema, relation.name};
  item.row_type = relation.row_type;
  plain_scans_.push_back(scan);
  return MakeItem(std::move(item), std::move(scan), alias, node.range());
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeView(const Relation& relation, const Node& node) {
  std::string full_name = relation.schema + "." + relation.name;
  if (std::find(context_.open_views.begin(), context_.open_views.end(), &relation) !=
      context_.open_views.end()) {
    context_.diagnostics.Report(Code::ViewRecursion, node.range(), full_name);
    return std::nullopt;
  }
  if (!relation.view || !relation.view->query || relation.view->recursive) {
    context_.diagnostics.Report(Code::SourceNotSupported, node.range(), "recursive view",
                                full_name);
    return std::nullopt;
  }
  if (context_.failed_views.contains(&relation)) return std::nullopt;
  context_.open_views.push_back(&relation);
  context_.inlined_views.insert({relation.schema, relation.name});
  RelPtr rel;
  {
    Reporter::Detour detour(context_.diagnostics, node.range(),
                            fmt::format("view `{}` is read here", full_name));
    rel = QueryAnalyzer(context_, relation.view->path).Analyze(relation.view->query);
  }
  context_.open_views.pop_back();
  if (rel == nullptr) {
    context_.failed_views.insert(&relation);
    return std::nullopt;
  }
  rel = ir::Relocate(rel, node.range());
  // The view has the columns of its creation: `*` did not take in what was added later.
  std::vector<std::string> names = relation.view->column_names;
  std::vector<ir::OutputColumn> outputs = rel->outputs;
  for (size_t i = 0; i < names.size() && i < outputs.size(); ++i) outputs[i].name = names[i];
  if (relation.columns_known) {
    std::vector<ir::OutputColumn> stored;
    for (const catalog::Column& column : relation.columns) {
      auto found =
          std::find_if(outputs.begin(), outputs.end(),
                       [&](const ir::OutputColumn& output) { return output.name == column.name; });
      if (found != outputs.end()) stored.push_back(*found);
    }
    if (stored.size() == relation.columns.size()) outputs = std::move(stored);
  }
  RangeItem item;
  Node alias = node["alias"];
  item.alias = alias ? alias.Str("aliasname") : relation.name;
  if (!alias) item.relation = {relation.schema, relation.name};
  item.row_type = relation.row_type;
  for (const ir::OutputColumn& output : outputs) {
    item.columns.push_back({output.name, ir::Ref(output)});
  }
  return MakeItem(std::move(item), std::move(rel), alias, node.range());
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeSubselect(const Node& node) {
  if (node.Bool("lateral")) {
    context_.diagnostics.Report(Code::QueryNotSupported, node.range(), "LATERAL");
    return std::nullopt;
  }
  Node alias = node["alias"];
  TRICKLEC_CHECK(alias, "the parser takes no subquery in FROM without an alias");
  RelPtr rel = QueryAnalyzer(context_, path_, this).Analyze(node["subquery"]);
  if (rel == nullptr) return std::nullopt;
  RangeItem item;
  item.alias = alias.Str("aliasname");
  return MakeItem(std::move(item), std::move(rel), alias, node.range());
}

QueryAnalyzer::MaybeItem QueryAnalyzer::MakeItem(RangeItem item, RelPtr rel, const Node& alias,
                                                 source::Range range) {
  item.range = range;
  if (item.columns.empty()) {
    for (const ir::OutputColumn& output : rel->outputs) {
      item.columns.push_back({output.name, ir::Ref(output)});
    }
  }
  if (alias && !RenameColumns(item, alias)) return std::nullopt;
  return FromItem{std::move(rel), {std::move(item)}};
}

bool QueryAnalyzer::RenameColumns(RangeItem& item, const Node& alias) {
  std::vector<std::string> names = alias.Names("colnames");
  if (names.size() > item.columns.size()) {
    context_.diagnostics.Report(Code::TooManyColumnNames, item.range, names.size(),
                                item.columns.size());
    return false;
  }
  for (size_t i = 0; i < names.size(); ++i) item.columns[i].name = names[i];
  return true;
}

}  // namespace tricklec::analyze
