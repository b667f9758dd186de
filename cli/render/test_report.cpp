#include "tricklec/cli/render/test_report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

namespace tricklec::cli {
namespace {

using Json = nlohmann::ordered_json;
using proof::ModeReport;

constexpr size_t kMostDifferences = 20;

size_t Total(const std::map<proof::StatementKind, size_t>& counts) {
  size_t total = 0;
  for (const auto& [kind, count] : counts) total += count;
  return total;
}

std::vector<std::string> NotCalled(const ModeReport& mode) {
  std::vector<std::string> names;
  for (const std::string& name : mode.functions) {
    if (!mode.counters.function_calls.contains(name)) names.push_back(name);
  }
  return names;
}

std::string FailureText(const proof::FoundFailure& found) {
  const proof::Failure& failure = found.failure;
  std::string text = fmt::format("{}{}{}", failure.name, failure.name.empty() ? "" : ": ",
                                 proof::NameOf(failure.kind));
  if (!failure.message.empty()) text += "\n  " + failure.message;
  if (!failure.context.empty()) text += "\n  CONTEXT: " + failure.context;
  for (size_t i = 0; i < failure.differences.size() && i < kMostDifferences; ++i) {
    const proof::Difference& difference = failure.differences[i];
    text += fmt::format("\n  {} {}", difference.missing ? "missing" : "extra  ", difference.row);
  }
  if (failure.differences.size() > kMostDifferences) {
    text += fmt::format("\n  and {} more", failure.differences.size() - kMostDifferences);
  }
  return text + fmt::format(
                    "\n  history {}, {} statements, of which {} were enough with {} stream "
                    "table{}",
                    found.number, found.statements_before, found.statements, found.stream_tables,
                    found.stream_tables == 1 ? "" : "s");
}

/// The first of some lines; the JSON report has all.
void List(const std::vector<std::string>& lines, std::string_view what, std::ostream& out) {
  constexpr size_t kMost = 10;
  for (size_t i = 0; i < lines.size() && i < kMost; ++i) {
    fmt::print(out, "                {}: {}\n", what, lines[i]);
  }
  if (lines.size() > kMost) {
    fmt::print(out, "                and {} more; --format json lists them\n",
               lines.size() - kMost);
  }
}

void RenderHuman(const proof::SuiteReport& report, const proof::SuiteOptions& options,
                 std::ostream& out) {
  for (const ModeReport& mode : report.modes) {
    const proof::Counters& counters = mode.counters;
    fmt::print(out, "{}: {} stream table{}\n", proof::NameOf(mode.mode), mode.stream_tables.size(),
               mode.stream_tables.size() == 1 ? "" : "s");
    for (const proof::Rejection& rejection : mode.rejections) {
      fmt::print(out, "  not possible: {}: {} [{}]\n", rejection.name, rejection.message,
                 rejection.code);
    }
    if (mode.stream_tables.empty()) continue;
    fmt::print(out, "  histories     {} (seed {}), {} transactions\n", mode.cases, options.seed,
               counters.transactions);
    std::string kinds;
    for (const auto& [kind, count] : counters.statements) {
      kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count, proof::NameOf(kind));
    }
    fmt::print(out, "  statements    {}: {}\n", Total(counters.statements), kinds);
    std::string refused;
    size_t times = 0;
    for (const auto& [state, count] : counters.refused) {
      refused += fmt::format("{}{} × {}", refused.empty() ? ": " : ", ", count, state);
      times += count;
    }
    fmt::print(out, "  refused       {}{}{}\n", times,
               options.sessions > 1 ? "" : ", with and without stream tables alike", refused);
    if (counters.refused_by_query + counters.refused_by_design > 0) {
      fmt::print(out,
                 "                {} because a query fails over the rows, {} for an old snapshot\n",
                 counters.refused_by_query, counters.refused_by_design);
    }
    fmt::print(out, "  comparisons   {}\n", counters.comparisons);
    std::vector<std::string> missed = NotCalled(mode);
    if (!counters.function_calls.empty()) {
      fmt::print(out, "  functions     {} of {} generated ones were called\n",
                 mode.functions.size() - missed.size(), mode.functions.size());
      List(missed, "not called", out);
    }
    if (!mode.branches.empty()) {
      fmt::print(out, "  branches      {} of {} ran\n", counters.branches.size(),
                 mode.branches.size());
      std::vector<std::string> not_reached;
      for (size_t i = 0; i < mode.branches.size(); ++i) {
        if (counters.branches.contains(i)) continue;
        not_reached.push_back(mode.branches[i].function + ": " + mode.branches[i].condition);
      }
      List(not_reached, "not reached", out);
    }
    for (const std::string& table : mode.empty_tables) {
      fmt::print(out, "  no rows       {}: the server refused all rows that were tried\n", table);
    }
    if (mode.failure) {
      fmt::print(out, "  FAILED        {}\n", FailureText(*mode.failure));
    } else {
      fmt::print(out, "  every stream table equalled its query\n");
    }
  }
  if (report.interrupted) fmt::print(out, "interrupted\n");
}

Json ToJson(const ModeReport& mode) {
  const proof::Counters& counters = mode.counters;
  Json json;
  json["mode"] = proof::NameOf(mode.mode);
  json["stream_tables"] = mode.stream_tables;
  json["rejected"] = Json::array();
  for (const proof::Rejection& rejection : mode.rejections) {
    json["rejected"].push_back(
        {{"name", rejection.name}, {"code", rejection.code}, {"message", rejection.message}});
  }
  json["histories"] = mode.cases;
  json["seconds"] = mode.seconds;
  json["transactions"] = counters.transactions;
  json["statements"] = Json::object();
  for (const auto& [kind, count] : counters.statements) {
    json["statements"][std::string(proof::NameOf(kind))] = count;
  }
  json["refused"] = counters.refused;
  json["refused_by_query"] = counters.refused_by_query;
  json["refused_by_old_snapshot"] = counters.refused_by_design;
  json["comparisons"] = counters.comparisons;
  json["functions_called"] = counters.function_calls;
  json["functions_not_called"] = NotCalled(mode);
  if (!mode.branches.empty()) {
    json["branches"] = mode.branches.size();
    json["branches_not_reached"] = Json::array();
  }
  for (size_t i = 0; i < mode.branches.size(); ++i) {
    if (counters.branches.contains(i)) continue;
    json["branches_not_reached"].push_back(
        {{"function", mode.branches[i].function}, {"condition", mode.branches[i].condition}});
  }
  json["tables_without_rows"] = mode.empty_tables;
  json["failure"] = nullptr;
  if (!mode.failure) return json;
  const proof::FoundFailure& found = *mode.failure;
  Json failure;
  failure["kind"] = proof::NameOf(found.failure.kind);
  failure["stream_table"] = found.failure.name;
  failure["message"] = found.failure.message;
  failure["context"] = found.failure.context;
  failure["history"] = found.number;
  failure["statements"] = found.statements;
  failure["missing"] = Json::array();
  failure["extra"] = Json::array();
  for (const proof::Difference& difference : found.failure.differences) {
    failure[difference.missing ? "missing" : "extra"].push_back(difference.row);
  }
  failure["script"] = found.script;
  json["failure"] = std::move(failure);
  return json;
}

std::string Xml(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\n': escaped += "&#10;"; break;
      default:
        // XML 1.0 has no other control characters.
        escaped += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

void RenderJunit(const proof::SuiteReport& report, std::ostream& out) {
  fmt::print(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
  for (const ModeReport& mode : report.modes) {
    bool anywhere = mode.failure && mode.failure->failure.name.empty();
    fmt::print(out,
               "  <testsuite name=\"tricklec test, {}\" tests=\"{}\" failures=\"{}\" "
               "skipped=\"{}\" time=\"{:.3f}\">\n",
               Xml(proof::NameOf(mode.mode)),
               mode.stream_tables.size() + mode.rejections.size() + (anywhere ? 1 : 0),
               mode.failure ? 1 : 0, mode.rejections.size(), mode.seconds);
    auto failed = [&](const std::string& name) {
      fmt::print(out,
                 "    <testcase classname=\"stream tables\" name=\"{}\">\n      <failure "
                 "message=\"{}\">{}</failure>\n    </testcase>\n",
                 Xml(name), Xml(proof::NameOf(mode.failure->failure.kind)),
                 Xml(FailureText(*mode.failure) + "\n\n" + mode.failure->script));
    };
    for (const std::string& name : mode.stream_tables) {
      if (mode.failure && mode.failure->failure.name == name) {
        failed(name);
      } else {
        fmt::print(out, "    <testcase classname=\"stream tables\" name=\"{}\"/>\n", Xml(name));
      }
    }
    if (anywhere) failed("statements");
    for (const proof::Rejection& rejection : mode.rejections) {
      fmt::print(out,
                 "    <testcase classname=\"stream tables\" name=\"{}\">\n      <skipped "
                 "message=\"{}: {}\"/>\n    </testcase>\n",
                 Xml(rejection.name), Xml(rejection.code), Xml(rejection.message));
    }
    fmt::print(out, "  </testsuite>\n");
  }
  fmt::print(out, "</testsuites>\n");
}

}  // namespace

void RenderTestReport(const proof::SuiteReport& report, const proof::SuiteOptions& options,
                      TestFormat format, std::ostream& out) {
  switch (format) {
    case TestFormat::Human: RenderHuman(report, options, out); break;
    case TestFormat::Junit: RenderJunit(report, out); break;
    case TestFormat::Json: {
      Json json;
      json["seed"] = options.seed;
      json["server_version"] = report.server_version;
      json["interrupted"] = report.interrupted;
      json["failed"] = report.failed();
      json["modes"] = Json::array();
      for (const ModeReport& mode : report.modes) json["modes"].push_back(ToJson(mode));
      // Rows may hold bytes that are no text.
      out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
      break;
    }
  }
}

void ShowProgress(const proof::Progress& progress, std::ostream& out) {
  constexpr size_t kWidth = 30;
  size_t full = std::min(kWidth, static_cast<size_t>(progress.share * kWidth));
  std::string bar = std::string(full, '#') + std::string(kWidth - full, '.');
  if (progress.shrinking) {
    fmt::print(out, "\r\033[K[{}] {}: found a failure, making it shorter", bar,
               proof::NameOf(progress.mode));
  } else {
    fmt::print(out, "\r\033[K[{}] {}: {} histories, {} statements", bar,
               proof::NameOf(progress.mode), progress.cases, progress.statements);
  }
  out.flush();
}

void EndProgress(std::ostream& out) { fmt::print(out, "\r\033[K"); }

std::string PathForMode(const std::string& path, proof::Mode mode) {
  std::filesystem::path file(path);
  std::string name(proof::NameOf(mode));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(tolower(c)); });
  return file.parent_path() / (file.stem().string() + "-" + name + file.extension().string());
}

}  // namespace tricklec::cli
