// The FROM clause: tables, views (inlined from their stored query) and subqueries.

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/query.h"
#include "tricklec/analyze/source_table.h"

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

RelPtr QueryAnalyzer::AnalyzeFrom(const Node& item) {
  auto not_yet = [&](std::string_view what) {
    context_.diagnostics.Report(Code::QueryNotSupported, item.range(), what);
    return nullptr;
  };
  if (item.Is("RangeVar")) return AnalyzeRangeVar(item);
  if (item.Is("RangeSubselect")) return AnalyzeSubselect(item);
  if (item.Is("JoinExpr")) return not_yet("a join");
  if (item.Is("RangeFunction")) return not_yet("a function in FROM");
  if (item.Is("RangeTableFunc")) return not_yet("XMLTABLE");
  if (item.Is("RangeTableSample")) {
    context_.diagnostics.Report(Code::QueryNotPossible, item.range(), "TABLESAMPLE")
        .AddNote("a sample is another one at every run");
    return nullptr;
  }
  return not_yet(fmt::format("this item of FROM ({})", item.kind()));
}

RelPtr QueryAnalyzer::AnalyzeRangeVar(const Node& node) {
  std::string schema = node.Str("schemaname"), name = node.Str("relname");
  const Relation* relation = context_.catalog.FindRelation(schema, name, path_);
  if (relation == nullptr) {
    if (context_.catalog.IsSystemRelation(schema, name, path_)) {
      context_.diagnostics.Report(Code::SourceNotPossible, node.range(), "system catalog", name)
          .AddNote("system catalogs have no triggers");
      return nullptr;
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
    return nullptr;
  }
  if (!CheckSource(*relation, node)) return nullptr;
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
    case RelationKind::View: break;
    case RelationKind::PartitionedTable: return not_yet("partitioned table");
    case RelationKind::StreamTable: return not_yet("stream table");
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
  std::string alias = name;
  for (int n = 2; !context_.scan_aliases.insert(alias).second; ++n) {
    alias = fmt::format("{}_{}", name, n);
  }
  return alias;
}

RelPtr QueryAnalyzer::AnalyzeTable(const Relation& relation, const Node& node) {
  for (const catalog::Column& column : relation.columns) {
    if (column.dropped || column.generated != catalog::Generated::Virtual) continue;
    context_.diagnostics
        .Report(Code::SourceNotSupported, node.range(), "a virtual generated column of",
                relation.schema + "." + relation.name)
        .AddNote(
            fmt::format("`{}` is not stored, so changes are delivered without it", column.name))
        .AddHelp("make it STORED");
    return nullptr;
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
  RelPtr scan = ir::MakeScan(table, UniqueScanAlias(name), attributes, ids, node.range());
  RangeItem item;
  item.alias = name;
  if (!alias) item.relation = {relation.schema, relation.name};
  item.row_type = relation.row_type;
  if (!AddItem(std::move(item), scan, alias, node.range())) return nullptr;
  plain_scan_ = scan;
  return scan;
}

RelPtr QueryAnalyzer::AnalyzeView(const Relation& relation, const Node& node) {
  std::string full_name = relation.schema + "." + relation.name;
  if (std::find(context_.open_views.begin(), context_.open_views.end(), &relation) !=
      context_.open_views.end()) {
    context_.diagnostics.Report(Code::ViewRecursion, node.range(), full_name);
    return nullptr;
  }
  if (!relation.view || !relation.view->query || relation.view->recursive) {
    context_.diagnostics.Report(Code::SourceNotSupported, node.range(), "recursive view",
                                full_name);
    return nullptr;
  }
  context_.open_views.push_back(&relation);
  QueryAnalyzer inner(context_, relation.view->path);
  RelPtr rel = inner.Analyze(relation.view->query);
  context_.open_views.pop_back();
  if (rel == nullptr) return nullptr;
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
  for (const ir::OutputColumn& output : outputs) item.columns.push_back({output.name, output});
  return AddItem(std::move(item), rel, alias, node.range()) ? rel : nullptr;
}

RelPtr QueryAnalyzer::AnalyzeSubselect(const Node& node) {
  if (node.Bool("lateral")) {
    context_.diagnostics.Report(Code::QueryNotSupported, node.range(), "LATERAL");
    return nullptr;
  }
  Node alias = node["alias"];
  TRICKLEC_CHECK(alias, "the parser takes no subquery in FROM without an alias");
  QueryAnalyzer inner(context_, path_);
  RelPtr rel = inner.Analyze(node["subquery"]);
  if (rel == nullptr) return nullptr;
  RangeItem item;
  item.alias = alias ? alias.Str("aliasname") : "unnamed_subquery";
  return AddItem(std::move(item), rel, alias, node.range()) ? rel : nullptr;
}

bool QueryAnalyzer::AddItem(RangeItem item, const RelPtr& rel, const Node& alias,
                            source::Range range) {
  item.range = range;
  if (item.columns.empty()) {
    for (const ir::OutputColumn& output : rel->outputs)
      item.columns.push_back({output.name, output});
  }
  if (alias) {
    std::vector<std::string> names = alias.Names("colnames");
    if (names.size() > item.columns.size()) {
      context_.diagnostics.Report(Code::TooManyColumnNames, range, names.size(),
                                  item.columns.size());
      return false;
    }
    for (size_t i = 0; i < names.size(); ++i) item.columns[i].name = names[i];
  }
  scope_.items.push_back(std::move(item));
  return true;
}

}  // namespace tricklec::analyze
