// WITH: each query is analysed once, where it is defined, and stands as a subquery in every place
// that names it. The first place gets the tree itself, every other one a copy with columns and
// scans of its own. MATERIALIZED only says how to compute the same rows.
//
// A name means the innermost WITH that has it; a query of WITH sees those before it, not itself
// (manual, "WITH Queries").

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/query.h"
#include "tricklec/ir/clone.h"

namespace tricklec::analyze {

using ir::RelPtr;
using pgparse::Node;
using source::Code;

bool QueryAnalyzer::AnalyzeWith(const Node& with) {
  bool failed = false;
  for (const Node& node : with.List("ctes")) {
    WithQuery query;
    query.name = node.Str("ctename");
    bool repeated = std::any_of(with_.begin(), with_.end(),
                                [&](const WithQuery& other) { return other.name == query.name; });
    if (repeated) {
      context_.diagnostics.Report(Code::RepeatedName, node.range(), query.name)
          .AddNote("the queries of one WITH need different names");
      failed = true;
      continue;
    }
    Node select = node["ctequery"];
    if (!select.Is("SelectStmt")) {
      context_.diagnostics.Report(Code::QueryNotPossible, node.range(), "a data-modifying WITH")
          .AddNote("the query of a stream table only reads");
      failed = true;
      with_.push_back(std::move(query));
      continue;
    }
    // Only what is used counts: PostgreSQL does not run the others either.
    std::vector<Instability> instabilities = std::move(context_.instabilities);
    context_.instabilities.clear();
    query.rel = QueryAnalyzer(context_, path_, this).Analyze(select);
    query.instabilities = std::move(context_.instabilities);
    context_.instabilities = std::move(instabilities);
    if (query.rel != nullptr) {
      for (const ir::OutputColumn& output : query.rel->outputs) {
        query.column_names.push_back(output.name);
      }
      std::vector<std::string> names = node.Names("aliascolnames");
      if (names.size() > query.column_names.size()) {
        context_.diagnostics.Report(Code::TooManyColumnNames, node.range(), names.size(),
                                    query.column_names.size());
        query.rel = nullptr;
      } else {
        std::copy(names.begin(), names.end(), query.column_names.begin());
      }
    }
    failed = failed || query.rel == nullptr;
    with_.push_back(std::move(query));
  }
  return !failed;
}

QueryAnalyzer::WithQuery* QueryAnalyzer::FindWithQuery(const std::string& name) {
  for (QueryAnalyzer* level = this; level != nullptr; level = level->outer_) {
    for (WithQuery& query : level->with_) {
      if (query.name == name) return &query;
    }
  }
  return nullptr;
}

QueryAnalyzer::MaybeItem QueryAnalyzer::AnalyzeWithReference(WithQuery& query, const Node& node) {
  if (query.rel == nullptr) return std::nullopt;
  RelPtr rel = query.rel;
  if (query.used) {
    rel = ir::Clone(rel, *context_.ids,
                    [&](const std::string& alias) { return UniqueScanAlias(alias); });
  }
  query.used = true;
  // Each place counts: the first may be in a query that nothing uses.
  context_.instabilities.insert(context_.instabilities.end(), query.instabilities.begin(),
                                query.instabilities.end());
  RangeItem item;
  Node alias = node["alias"];
  item.alias = alias ? alias.Str("aliasname") : query.name;
  for (size_t i = 0; i < rel->outputs.size(); ++i) {
    item.columns.push_back({query.column_names[i], ir::Ref(rel->outputs[i])});
  }
  return MakeItem(std::move(item), std::move(rel), alias, node.range());
}

}  // namespace tricklec::analyze
