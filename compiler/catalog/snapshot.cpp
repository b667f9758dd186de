// Reads what print.cpp writes.

#include "tricklec/catalog/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/catalog/snapshot_reader.h"

namespace tricklec::catalog {

TypeRef SnapshotReader::TypeAt(const SnapshotItem& item, const char* key) {
  std::string text = item.Str(key);
  return text.empty() ? TypeRef() : TypeOf(text);
}

TypeRef SnapshotReader::TypeOf(const std::string& text) {
  auto known = types_by_text.find(text);
  if (known != types_by_text.end()) return known->second;
  pgparse::Node node = pgparse::ParseTypeName(text);
  if (!node) {
    problems.Report(fmt::format("`{}` is no type", text));
    return {};
  }
  TypeResolution resolution = catalog.ResolveType(node, {});
  if (resolution.status == TypeResolution::Status::NotFound) {
    std::vector<std::string> names = node.Names("names");
    if (names.empty()) return {};
    Type type;
    type.kind = TypeKind::Opaque;
    type.name = names.back();
    type.schema = names.size() > 1 ? names[names.size() - 2] : std::string("pg_catalog");
    catalog.AddType(std::move(type));
    resolution = catalog.ResolveType(node, {});
  }
  types_by_text.emplace(text, resolution.type);
  return resolution.type;
}

std::vector<TypeId> SnapshotReader::TypesAt(const SnapshotItem& item, const char* key) {
  std::vector<TypeId> types;
  for (const std::string& text : item.Names(key)) types.push_back(TypeOf(text).type);
  return types;
}

pgparse::Node SnapshotReader::ParseStatement(const std::string& sql, const std::string& what,
                                             std::string* why) {
  source::BufferPtr buffer = source::MakeBuffer(fmt::format("{} ({})", snapshot.name(), what), sql);
  pgparse::ParseResult parsed = pgparse::Parse(buffer->All());
  if (parsed.statements.size() != 1) {
    if (why != nullptr) *why = parsed.error ? parsed.error->message : "it is not one statement";
    return {};
  }
  derived.push_back(std::move(buffer));
  return parsed.statements[0].node;
}

StoredExpression SnapshotReader::ExpressionAt(const SnapshotItem& item, const char* key,
                                              const std::string& what) {
  std::string text = item.Str(key);
  if (text.empty()) return {};
  pgparse::Node select = ParseStatement("SELECT " + text, what);
  std::vector<pgparse::Node> targets;
  if (select) targets = select.List("target_list");
  if (targets.size() != 1) return {};
  pgparse::Node node = targets[0]["val"];
  return {node, node.range(), {}};
}

void SnapshotReader::ReportDuplicate(std::string_view what, const std::string& name) {
  diagnostics.Report(source::Code::DuplicateObject, snapshot.At(0, 0), what, name)
      .AddNote("the inputs before this snapshot define it, too");
}

bool ReadSnapshot(const source::Buffer& snapshot, Catalog& catalog,
                  source::Diagnostics& diagnostics, std::vector<source::BufferPtr>& derived) {
  using Json = SnapshotItem::Json;
  SnapshotProblems problems(snapshot, diagnostics);
  Json json;
  try {
    json = Json::parse(snapshot.text());
  } catch (const Json::parse_error& error) {
    auto place = static_cast<uint32_t>(error.byte == 0 ? 0 : error.byte - 1);
    problems.Report("it is not JSON", place);
    return false;
  }
  if (!json.is_object() || !json.contains("catalog_format")) {
    problems.Report("it has no `catalog_format`");
    return false;
  }
  SnapshotItem root(json, "", problems);
  int format = root.Int("catalog_format");
  if (format > kSnapshotFormat) {
    diagnostics.Report(source::Code::SnapshotTooNew, {}, snapshot.name(), format, kSnapshotFormat)
        .AddHelp("use a newer tricklec, or write the snapshot with this one");
    return false;
  }
  if (root.Int("server_version") < Catalog::kFirstVersion)
    root.Report("server_version", "is not 15 or more");

  SnapshotReader reader{snapshot, catalog, diagnostics, problems, derived};
  for (const std::string& schema : root.Names("schemas")) catalog.AddSchema(schema);
  for (const SnapshotItem& extension : root.Items("extensions")) {
    catalog.NoteExtension(
        {extension.Str("name"), extension.Str("schema"), extension.Flag("known", true)});
  }
  MakeTypes(reader, root);
  MakeRelations(reader, root);
  ReadCollations(reader, root);
  ReadFunctions(reader, root);
  ReadOperators(reader, root);
  FillTypes(reader, root);
  ReadCasts(reader, root);
  FillRelations(reader, root);
  return !problems.any();
}

std::optional<int> SnapshotServerVersion(std::string_view snapshot) {
  SnapshotItem::Json json = SnapshotItem::Json::parse(snapshot, nullptr, false);
  if (!json.is_object() || !json.contains("server_version")) return std::nullopt;
  const SnapshotItem::Json& version = json["server_version"];
  if (!version.is_number_integer() || version.get<int>() < Catalog::kFirstVersion) {
    return std::nullopt;
  }
  return std::min(version.get<int>(), Catalog::kLastVersion);
}

}  // namespace tricklec::catalog
