// What a live server's catalog says against what the files say that made it: the same snapshot but
// for the server's way to print expressions, and the same scripts, byte by byte.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tricklec/cli/live_catalog.h"
#include "tricklec/codegen/compile.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec {
namespace {

using Json = nlohmann::ordered_json;

std::string ReadFile(const std::string& name) {
  std::ifstream input(std::string(TRICKLEC_SOURCE_DIR) + "/" + name);
  std::stringstream text;
  text << input.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

std::vector<std::string> Lines(const std::string& file) {
  std::vector<std::string> lines;
  std::stringstream input(ReadFile("tests/e2e/" + file));
  for (std::string line; std::getline(input, line);) {
    if (line.starts_with("~ ")) continue;  // outside the dialect of today
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

int ServerVersion() { return testsupport::TestServer::Shared().version(); }

std::string Tricklec(const std::vector<std::string>& arguments, std::string_view input = {}) {
  testsupport::ProcessResult result = testsupport::Tricklec(arguments, input);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return result.out;
}

std::string LiveSnapshot(const testsupport::TestDatabase& database) {
  return Tricklec({"compile", "--emit", "catalog", "--db", database.Url()});
}

std::string FileSnapshot(std::string_view ddl, int version = ServerVersion()) {
  return Tricklec(
      {"compile", "--emit", "catalog", "--target-version", std::to_string(version), "-"}, ddl);
}

// Leaves out what the server prints in its own words: that it is there is compared, its text is not.
void DropTexts(Json& json) {
  for (const char* key : {"query_search_path", "column_names", "renamed"}) {
    if (json.is_object()) json.erase(key);
  }
  if (!json.is_structured()) return;
  for (const char* list : {"keys", "checks"}) {
    if (!json.is_object() || !json.contains(list)) continue;
    // Offline, those of extensions and of the hash index of a stream table have none.
    for (Json& item : json[list]) {
      if (!item.contains("column")) item["expression"] = "";
    }
  }
  for (auto& [key, value] : json.items()) {
    bool text = json.is_object() &&
                (key == "expression" || key == "predicate" || key == "query" || key == "bound");
    if (text) {
      value = "…";
    } else {
      DropTexts(value);
    }
  }
}

std::string Comparable(const std::string& snapshot) {
  Json json = Json::parse(snapshot);
  DropTexts(json);
  return json.dump(1);
}

// The first lines that differ, with what stands around them.
testing::AssertionResult SameText(const std::string& file, const std::string& live) {
  if (file == live) return testing::AssertionSuccess();
  std::stringstream a(file), b(live);
  std::string line_a, line_b, before;
  while (std::getline(a, line_a) && std::getline(b, line_b) && line_a == line_b) {
    if (before.size() > 600) before.erase(0, before.find('\n') + 1);
    before.append(line_a).append("\n");
  }
  return testing::AssertionFailure() << before << "files: " << line_a << "\nlive:  " << line_b;
}

struct Compiled {
  std::map<std::string, std::string> scripts;  // by name of the stream table
  std::vector<std::string> diagnostics;        ///< with their notes
};

Compiled Compile(const codegen::Input& schema, const std::string& statements) {
  source::Diagnostics diagnostics;
  source::BufferPtr buffer = source::MakeBuffer("stream.sql", statements);
  codegen::CompileResult result =
      codegen::CompileUnit({schema, {buffer, codegen::InputRole::Compile}}, {}, diagnostics);
  Compiled compiled;
  for (const codegen::CompiledStreamTable& table : result.stream_tables) {
    // Those of the schema are only there from files, and are not in the output.
    if (table.program.definition.statement.buffer != buffer.get()) continue;
    compiled.scripts.emplace(table.program.definition.name.name, table.sql);
  }
  for (const source::Diagnostic& d : diagnostics.all()) {
    std::string text = fmt::format("{} {}", source::InfoOf(d.code).id, d.message);
    for (const std::string& note : d.notes) text += "\n  " + note;
    compiled.diagnostics.push_back(std::move(text));
  }
  return compiled;
}

codegen::Input FileInput(const std::string& ddl) {
  return {source::MakeBuffer("schema.sql", ddl), codegen::InputRole::Schema};
}
codegen::Input LiveInput(const std::string& snapshot) {
  return {source::MakeBuffer("live.json", snapshot), codegen::InputRole::Snapshot};
}

// Compiles against both; scripts and diagnostics must be the same.
// \return the number of scripts that were compared
size_t CompileBoth(const codegen::Input& file, const codegen::Input& live,
                   const std::string& statements, const std::set<std::string>& may_differ = {}) {
  Compiled from_file = Compile(file, statements);
  Compiled from_live = Compile(live, statements);
  if (may_differ.empty()) {
    EXPECT_EQ(from_file.diagnostics, from_live.diagnostics);
  } else {
    // A server writes conversions that a file leaves out, so one finding can have two places there.
    EXPECT_EQ(std::set(from_file.diagnostics.begin(), from_file.diagnostics.end()),
              std::set(from_live.diagnostics.begin(), from_live.diagnostics.end()));
  }
  EXPECT_EQ(from_file.scripts.size(), from_live.scripts.size());
  for (const auto& [name, script] : from_file.scripts) {
    testing::AssertionResult same = SameText(script, from_live.scripts[name]);
    EXPECT_TRUE(same || may_differ.contains(name)) << same.message();
  }
  return from_file.scripts.size();
}

// Runs DDL and compares the snapshots of both ways.
std::string CompareSnapshots(const testsupport::TestDatabase& database, const std::string& ddl) {
  testsupport::Session session = database.Connect();
  session.Run(ddl);
  std::string live = LiveSnapshot(database);
  EXPECT_TRUE(SameText(Comparable(FileSnapshot(ddl)), Comparable(live)));
  return live;
}

TEST(LiveCatalog, SchemasOfTheOtherTests) {
  for (const char* file : {"tests/e2e/units/shop/schema.sql", "tests/e2e/units/pgbench/schema.sql",
                           "tests/e2e/analyze/schema.sql", "tests/lit/catalog/Inputs/rich.sql",
                           "tests/e2e/live_catalog/schema.sql"}) {
    SCOPED_TRACE(file);
    testsupport::TestDatabase database;
    CompareSnapshots(database, ReadFile(file));
  }
}

TEST(LiveCatalog, EveryExtensionThatIsKnownOffline) {
  testsupport::TestDatabase database;
  testsupport::Session session = database.Connect();
  std::vector<testsupport::Row> available = session.Rows(
      "SELECT name FROM pg_available_extensions WHERE name = ANY (ARRAY['btree_gin', 'btree_gist', "
      "'citext', 'cube', 'dict_int', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray', "
      "'isn', "
      "'lo', 'ltree', 'pg_trgm', 'pgcrypto', 'seg', 'tablefunc', 'unaccent', 'uuid-ossp', 'xml2']) "
      "ORDER BY name");
  EXPECT_GT(available.size(), 10u);
  session.Run("CREATE SCHEMA \"Of Extensions\"");
  std::string ddl = "CREATE SCHEMA \"Of Extensions\";";
  for (const testsupport::Row& row : available) {
    std::string create =
        fmt::format("CREATE EXTENSION \"{}\" SCHEMA \"Of Extensions\" CASCADE;", *row[0]);
    session.Run("DROP EXTENSION IF EXISTS earthdistance; DROP EXTENSION IF EXISTS cube;" + create);
    SCOPED_TRACE(create);
    EXPECT_TRUE(
        SameText(Comparable(FileSnapshot(ddl + create)), Comparable(LiveSnapshot(database))));
    session.Run(fmt::format("DROP EXTENSION \"{}\" CASCADE", *row[0]));
  }
}

TEST(LiveCatalog, SnapshotsOfSnapshotsAreTheSame) {
  testsupport::TestDatabase database;
  testsupport::Session session = database.Connect();
  session.Run(ReadFile("tests/e2e/live_catalog/schema.sql"));
  std::string first = LiveSnapshot(database);
  testsupport::TemporaryDirectory directory;
  std::string file = directory.Write("snapshot.json", first);
  EXPECT_EQ(first, Tricklec({"compile", "--emit", "catalog", "--schema", file}));
}

std::vector<std::string> Queries() {
  std::vector<std::string> queries;
  for (const char* name : {"queries", "joins", "with", "union_all"}) {
    for (const std::string& query : Lines(fmt::format("analyze/{}.txt", name))) {
      // An internal error of planning, wherever the catalog comes from.
      if (query == "SELECT DISTINCT x FROM a UNION ALL SELECT x FROM a") continue;
      queries.push_back(query);
    }
  }
  return queries;
}

TEST(LiveCatalog, EveryQueryCompilesToTheSameScript) {
  testsupport::TestDatabase database;
  testsupport::Session session = database.Connect();
  std::string ddl = ReadFile("tests/e2e/analyze/schema.sql");
  session.Run(ddl);
  std::string statements;
  size_t count = 0;
  for (const std::string& query : Queries()) {
    if (session.TryRun("CREATE OR REPLACE TEMPORARY VIEW probe AS " + query)) continue;
    session.Run("DROP VIEW probe");
    statements += fmt::format("CREATE STREAM TABLE made_{} AS {};\n", ++count, query);
  }
  size_t compared = CompileBoth(FileInput(ddl), LiveInput(LiveSnapshot(database)), statements);
  EXPECT_GT(compared, 200u);
}

// Queries, expressions and conditions as views: the server prints them in its own way.
TEST(LiveCatalog, EveryViewCompilesToTheSameScript) {
  testsupport::TestDatabase database;
  testsupport::Session session = database.Connect();
  std::string ddl = ReadFile("tests/e2e/analyze/schema.sql");
  session.Run(ddl);
  std::vector<std::string> queries = Queries();
  for (const std::string& expression : Lines("analyze/expressions.txt")) {
    if (expression.starts_with("xmlroot")) continue;  // an internal error of analysis
    // Servers from 16 on write NO INDENT, which the grammar of 15 does not know: ST2102.
    bool is_newer_syntax =
        expression.starts_with("xmlserialize") && testsupport::TestServer::Shared().version() > 15;
    if (is_newer_syntax) continue;
    queries.push_back("SELECT " + expression + " AS value FROM t");
  }
  for (const std::string& condition : Lines("analyze/conditions.txt")) {
    queries.push_back("SELECT i4 FROM t WHERE " + condition);
  }
  std::set<std::string> known;
  for (const std::string& query : Lines("live_catalog/other_words.txt")) known.insert(query);
  std::set<std::string> may_differ;
  std::string statements;
  size_t count = 0;
  for (const std::string& query : queries) {
    std::string create = fmt::format("CREATE VIEW view_{} AS {};\n", count, query);
    if (session.TryRun(create)) continue;
    ddl += create;
    // The query is shown with what differs.
    statements += fmt::format("CREATE STREAM TABLE made_{} AS SELECT * FROM view_{}; -- {}\n",
                              count, count, query);
    if (known.contains(query)) may_differ.insert(fmt::format("made_{}", count));
    ++count;
  }
  size_t compared =
      CompileBoth(FileInput(ddl), LiveInput(LiveSnapshot(database)), statements, may_differ);
  EXPECT_GT(compared, 500u);
}

TEST(LiveCatalog, ServersThatAreTooOld) {
  source::Diagnostics diagnostics;
  EXPECT_TRUE(cli::CheckServerVersion(15, diagnostics));
  EXPECT_FALSE(cli::CheckServerVersion(14, diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(source::InfoOf(diagnostics.all()[0].code).id, "ST6007");
}

TEST(LiveCatalog, OptionsThatExcludeEachOther) {
  for (const char* option : {"--schema", "--migrations"}) {
    testsupport::ProcessResult result =
        testsupport::Tricklec({"check", "--db", "", option, "somewhere", "-"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find(" excludes --db"), std::string::npos) << result.err;
  }
}

// What a role may not read it may still compile against: catalogs are for everybody.
TEST(LiveCatalog, RolesWithoutRightsSeeTheSameCatalog) {
  testsupport::RuntimeDatabase database;
  testsupport::TestServer::Shared().EnsureRole("lc_nobody");
  testsupport::Session session = database.Connect();
  std::string ddl =
      "CREATE SCHEMA hidden; CREATE TABLE hidden.t (id integer PRIMARY KEY, v text CHECK (v <> "
      "''));"
      "CREATE VIEW hidden.w AS SELECT id FROM hidden.t WHERE v IN ('a', 'b');";
  session.Run(ddl);
  session.Run(testsupport::Compile(
      "CREATE STREAM TABLE hidden.s IMMEDIATE AS SELECT v, count(*) AS n FROM hidden.t GROUP BY v;",
      ddl));
  EXPECT_EQ(LiveSnapshot(database),
            Tricklec({"compile", "--emit", "catalog", "--db", database.Url("lc_nobody")}));
}

TEST(LiveCatalog, StreamTablesOnTheServerAreSourcesWithTheirVisibleColumns) {
  testsupport::RuntimeDatabase database;
  testsupport::TestServer::Shared().EnsureRole("units_reader");
  testsupport::Session session = database.Connect();
  std::string ddl = ReadFile("tests/e2e/units/shop/schema.sql");
  session.Run(ddl);
  std::string streams;
  for (const char* name : {"01_customer_totals", "02_order_details", "06_large_customers"}) {
    std::string text = ReadFile(fmt::format("tests/e2e/units/shop/{}.sql", name));
    session.Run(testsupport::Compile(text, ddl + streams));
    streams += text;
  }
  // For 15: the server has names of NOT NULL constraints of its own from 18 on.
  std::string live =
      Tricklec({"compile", "--emit", "catalog", "--target-version", "15", "--db", database.Url()});
  EXPECT_TRUE(SameText(Comparable(FileSnapshot(ddl + streams, 15)), Comparable(live)));
  for (const char* query :
       {"SELECT * FROM customer_totals", "SELECT * FROM order_details WHERE amount > 1",
        "SELECT c.region, sum(t.total) AS amount FROM customer c JOIN customer_totals t ON "
        "t.customer = c.id GROUP BY c.region"}) {
    for (const char* mode : {"IMMEDIATE", "DIFFERENTIAL", "FULL"}) {
      CompileBoth(FileInput(ddl + streams), LiveInput(live),
                  fmt::format("CREATE STREAM TABLE above {} AS {};", mode, query));
    }
  }
  // What is deployed compiles again, to the same.
  CompileBoth(FileInput(ddl), LiveInput(live),
              ReadFile("tests/e2e/units/shop/01_customer_totals.sql"));
}

}  // namespace
}  // namespace tricklec
