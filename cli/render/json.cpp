#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "tricklec/cli/render/render.h"

namespace tricklec::cli {

namespace {

using Json = nlohmann::ordered_json;

void AddPlace(source::Range range, Json& json) {
  if (!range.valid()) {
    for (const char* key : {"file", "line", "column", "end_line", "end_column"})
      json[key] = nullptr;
    return;
  }
  source::Position begin = range.buffer->PositionOf(range.begin);
  source::Position end = range.buffer->PositionOf(range.end);
  json["file"] = range.buffer->name();
  json["line"] = begin.line;
  json["column"] = begin.column;
  json["end_line"] = end.line;
  json["end_column"] = end.column;
}

const char* WordOf(source::Severity severity) {
  switch (severity) {
    case source::Severity::Note: return "note";
    case source::Severity::Warning: return "warning";
    case source::Severity::Error: return "error";
  }
  return "";
}

Json ToJson(const source::Diagnostic& diagnostic) {
  Json json;
  json["code"] = std::string(source::InfoOf(diagnostic.code).id);
  json["severity"] = WordOf(diagnostic.severity);
  AddPlace(diagnostic.range, json);
  json["message"] = diagnostic.message;
  json["labels"] = Json::array();
  for (const source::Label& label : diagnostic.labels) {
    Json entry;
    AddPlace(label.range, entry);
    entry["message"] = label.text;
    json["labels"].push_back(std::move(entry));
  }
  json["notes"] = diagnostic.notes;
  json["helps"] = Json::array();
  for (const source::Help& help : diagnostic.helps) {
    Json entry;
    entry["message"] = help.text;
    if (help.fix) {
      Json fix;
      AddPlace(help.fix->range, fix);
      fix["replacement"] = help.fix->replacement;
      entry["fix"] = std::move(fix);
    }
    json["helps"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace

void RenderJson(const std::vector<source::Diagnostic>& diagnostics, std::ostream& out) {
  Json document;
  document["diagnostics"] = Json::array();
  for (const source::Diagnostic& diagnostic : diagnostics) {
    document["diagnostics"].push_back(ToJson(diagnostic));
  }
  // A message may quote a name of a file that is not UTF-8.
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace tricklec::cli
