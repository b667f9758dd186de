// What a SELECT may consist of: every field of the parse tree's SelectStmt is looked at, here or in
// query.cpp, and one that is new to us is an internal error, not an omission.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tricklec/analyze/query.h"

namespace tricklec::analyze {

using pgparse::Node;
using source::Code;

namespace {

constexpr std::array<std::string_view, 20> kKnownFields = {"distinct_clause",
                                                           "into_clause",
                                                           "target_list",
                                                           "from_clause",
                                                           "where_clause",
                                                           "group_clause",
                                                           "group_distinct",
                                                           "having_clause",
                                                           "window_clause",
                                                           "values_lists",
                                                           "sort_clause",
                                                           "limit_offset",
                                                           "limit_count",
                                                           "limit_option",
                                                           "locking_clause",
                                                           "with_clause",
                                                           "op",
                                                           "all",
                                                           "larg",
                                                           "rarg"};

std::string_view LockingName(std::string_view strength) {
  if (strength == "LCS_FORUPDATE") return "FOR UPDATE";
  if (strength == "LCS_FORNOKEYUPDATE") return "FOR NO KEY UPDATE";
  if (strength == "LCS_FORKEYSHARE") return "FOR KEY SHARE";
  return "FOR SHARE";
}

}  // namespace

bool QueryAnalyzer::CheckSupported(const Node& select) {
  for (std::string_view field : select.Fields()) {
    TRICKLEC_CHECK(std::find(kKnownFields.begin(), kKnownFields.end(), field) != kKnownFields.end(),
                   fmt::format("SelectStmt.{} is new", field));
  }
  bool supported = true;
  auto not_yet = [&](std::string_view what, source::Range range) {
    supported = false;
    return context_.diagnostics.Report(Code::QueryNotSupported, range, what);
  };
  auto never = [&](std::string_view what, source::Range range) {
    supported = false;
    return context_.diagnostics.Report(Code::QueryNotPossible, range, what);
  };
  if (Node into = select["into_clause"]) {
    never("INTO", into.range()).AddHelp("the stream table itself holds the result: leave INTO out");
  }
  for (const Node& locking : select.List("locking_clause")) {
    never(LockingName(locking.Enum("strength")), select.range())
        .AddNote("row locks have no meaning for a stored result");
  }
  if (Node with = select["with_clause"]; with && with.Bool("recursive")) {
    not_yet("WITH RECURSIVE", with.token());
  }
  if (Node limit = select["limit_count"]) {
    bool ties = select.Enum("limit_option") == "LIMIT_OPTION_WITH_TIES";
    not_yet(ties ? "FETCH FIRST … WITH TIES" : "LIMIT", limit.range());
  }
  if (Node offset = select["limit_offset"]) not_yet("OFFSET", offset.range());
  if (select["larg"]) return supported;
  if (!select.List("values_lists").empty()) {
    not_yet("VALUES", select.range());
    return false;
  }
  std::vector<Node> distinct = select.List("distinct_clause");
  if (!distinct.empty() && distinct.front()) {
    not_yet("DISTINCT ON", distinct.front().range());
  }
  for (const Node& window : select.List("window_clause")) not_yet("WINDOW", window.range());
  for (const Node& item : select.List("group_clause")) {
    if (!item.Is("GroupingSet")) continue;
    std::string_view kind = item.Enum("kind");
    not_yet(kind == "GROUPING_SET_ROLLUP" ? "ROLLUP"
            : kind == "GROUPING_SET_CUBE" ? "CUBE"
            : kind == "GROUPING_SET_SETS" ? "GROUPING SETS"
                                          : "GROUP BY ()",
            item.range());
  }
  std::vector<Node> from = select.List("from_clause");
  if (from.empty() && (outer_ != nullptr || !context_.open_views.empty())) {
    not_yet("SELECT without FROM", select.range());
  } else if (from.empty()) {
    supported = false;
    context_.diagnostics.Report(Code::NoSource, select.range())
        .AddNote("a stream table follows the changes of its sources")
        .AddHelp("make a plain table with CREATE TABLE AS");
  }
  return supported;
}

}  // namespace tricklec::analyze
