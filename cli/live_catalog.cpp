#include "tricklec/cli/live_catalog.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tricklec/catalog/snapshot.h"
#include "tricklec/cli/commands/database.h"
#include "tricklec/cli/live_catalog_query.h"
#include "tricklec/db/connection.h"

namespace tricklec::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersionUnit = 10000;  // of server_version_num

/// One reading of a server's catalog. Every step is false after it reported what went wrong.
class LiveCatalog {
 public:
  LiveCatalog(db::Connection& connection, Context& context)
      : connection_(connection), context_(context) {}

  std::optional<std::string> Read() {
    // The queries see one snapshot; what the server prints for us follows the latest one, so that DDL at
    // the same time can at worst fail. Without a search path every name is printed with its schema.
    for (const char* statement :
         {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL search_path TO ''",
          "SET LOCAL quote_all_identifiers TO off"}) {
      if (!QueryOrReport(connection_, statement, {}, context_)) return std::nullopt;
    }
    bool complete = ReadVersion() && ReadSchemas() && ReadObjects() && MarkStreamTables();
    // An error here means that the connection is gone, and the transaction with it.
    (void)connection_.Run("ROLLBACK");
    if (!complete) return std::nullopt;
    return snapshot_.dump();
  }

 private:
  bool ReadVersion() {
    auto version = QueryOrReport(
        connection_, "SELECT pg_catalog.current_setting('server_version_num')", {}, context_);
    if (!version) return false;
    int number = std::stoi(version->rows[0][0].value_or("0")) / kVersionUnit;
    if (!CheckServerVersion(number, context_.diagnostics)) return false;
    snapshot_["catalog_format"] = catalog::kSnapshotFormat;
    snapshot_["server_version"] = number;
    return true;
  }

  bool ReadSchemas() {
    auto rows = QueryOrReport(connection_, LiveCatalogQuery("schemas"), {}, context_);
    if (!rows) return false;
    Json& schemas = snapshot_["schemas"] = Json::array();
    for (const auto& row : rows->rows) schemas.push_back(row[0].value_or(""));
    return true;
  }

  bool ReadObjects() {
    for (const char* kind :
         {"extensions", "types", "relations", "functions", "operators", "casts", "collations"}) {
      auto objects = ReadList(kind);
      if (!objects) return false;
      if (!objects->empty()) snapshot_[kind] = std::move(*objects);
    }
    return true;
  }

  /// The rows of a query, each a JSON object.
  std::optional<Json> ReadList(const char* query) {
    auto rows = QueryOrReport(connection_, LiveCatalogQuery(query), {}, context_);
    if (!rows) return std::nullopt;
    Json list = Json::array();
    for (const auto& row : rows->rows) list.push_back(Json::parse(row[0].value_or("{}")));
    return list;
  }

  /// Stream tables are tables to the server; the runtime knows which.
  bool MarkStreamTables() {
    std::optional<std::string> runtime = InstalledRuntime(connection_, context_);
    if (!runtime) return false;
    if (runtime->empty()) return true;
    auto stream_tables = ReadList("stream_tables");
    if (!stream_tables) return false;
    std::map<std::string, std::set<std::string>> hidden;
    for (const Json& table : *stream_tables) {
      hidden.emplace(table["name"].get<std::string>(),
                     table["hidden"].get<std::set<std::string>>());
    }
    if (!snapshot_.contains("relations")) return true;
    for (Json& relation : snapshot_["relations"]) {
      auto found = hidden.find(relation["name"].get<std::string>());
      if (found == hidden.end()) continue;
      relation["kind"] = "stream table";
      for (Json& column : relation["columns"]) {
        if (found->second.contains(column["name"].get<std::string>())) column["hidden"] = true;
      }
    }
    return true;
  }

  db::Connection& connection_;
  Context& context_;
  Json snapshot_;
};

}  // namespace

bool CheckServerVersion(int version, source::Diagnostics& diagnostics) {
  if (version >= catalog::Catalog::kFirstVersion) return true;
  diagnostics.Report(source::Code::ServerTooOld, {}, version, catalog::Catalog::kFirstVersion);
  return false;
}

std::optional<std::string> ReadLiveCatalog(const std::string& target, Context& context) {
  std::optional<db::Connection> connection = Connect(target, context);
  if (!connection) return std::nullopt;
  return LiveCatalog(*connection, context).Read();
}

}  // namespace tricklec::cli
