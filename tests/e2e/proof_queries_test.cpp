// Random queries: whatever PostgreSQL accepts is compiled, or rejected with a code and a place; what is
// compiled runs, has the names and types of the query, and holds it under random changes.
// TRICKLEC_RANDOM_SEED=<n> begins elsewhere, TRICKLEC_RANDOM_QUERIES=<n> looks at more.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "shop.h"
#include "tricklec/codegen/compile.h"
#include "tricklec/proof/queries.h"
#include "tricklec/proof/suite.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

constexpr const char* kThings = R"sql(
CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad');
CREATE TABLE thing (
  id int PRIMARY KEY, small smallint, big bigint NOT NULL, amount numeric, price numeric(8,2) NOT NULL,
  weight double precision, label text, code varchar(20), is_good boolean, made date, seen timestamp,
  details jsonb, parts int[], token uuid, feeling mood, customer_id int REFERENCES customer);
CREATE VIEW good_thing AS SELECT id, price, label FROM thing WHERE is_good;
)sql";

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

struct Compiled {
  std::string script;  ///< empty if it was rejected
  std::vector<source::Diagnostic> errors;
};

class RandomQueries : public testing::Test {
 protected:
  RandomQueries()
      : session_(database_.Connect()), schema_(std::string(Shop::Ddl()) + ";" + kThings) {
    session_.Run(schema_);
    std::vector<proof::TableName> sources;
    for (const char* table : {"customer", "orders", "line", "person", "thing"})
      sources.push_back({"public", table});
    db::Result<db::Connection> connection = db::Connection::Open(database_.Url());
    if (!connection.ok()) throw std::runtime_error(connection.error().message);
    db::Result<proof::Facts> facts = proof::ReadFacts(connection.value(), sources, {});
    if (!facts.ok()) throw std::runtime_error(facts.error().message);
    facts_ = std::move(facts.value());
    seed_ = FromEnvironment("TRICKLEC_RANDOM_SEED", 1);
  }

  std::vector<codegen::Input> Inputs(const std::string& stream_tables) {
    return {{source::MakeBuffer("schema.sql", schema_), codegen::InputRole::Schema},
            {source::MakeBuffer("stream.sql", stream_tables), codegen::InputRole::Compile}};
  }

  Compiled Compile(const std::string& mode, const std::string& query) {
    source::Diagnostics diagnostics;
    std::vector<codegen::Input> inputs =
        Inputs("CREATE STREAM TABLE made " + mode + " AS\n" + query + ";\n");
    codegen::CompileResult result = codegen::CompileUnit(inputs, {}, diagnostics);
    Compiled compiled;
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      if (diagnostic.severity == source::Severity::Error) compiled.errors.push_back(diagnostic);
    }
    if (compiled.errors.empty()) {
      for (const codegen::Output& output : result.outputs) {
        if (output.input == inputs[1].buffer) compiled.script = output.script;
      }
    }
    return compiled;
  }

  std::string ColumnsOf(const std::string& relation) {
    return Printed(session_.Rows(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation "
        "FROM pg_attribute a WHERE a.attrelid = '" +
        relation +
        "'::regclass AND a.attnum > 0 AND a.attname NOT LIKE '\\_\\_pgt\\_%' ORDER BY a.attnum"));
  }

  /// Compiles a query and runs the script where there is one.
  /// \return whether it was compiled; what went wrong is a failure
  bool Try(const std::string& mode, const proof::RandomQuery& query) {
    SCOPED_TRACE(mode + ": " + query.text);
    session_.Run("BEGIN");
    std::optional<SqlError> refused = session_.TryRun("CREATE VIEW wanted AS " + query.text);
    if (refused) session_.Run("ROLLBACK; BEGIN");
    Compiled compiled;
    try {
      compiled = Compile(mode, query.text);
    } catch (const source::InternalError& error) {
      ADD_FAILURE() << error.what();
      session_.Run("ROLLBACK");
      return false;
    }
    bool is_compiled = !compiled.script.empty();
    for (const source::Diagnostic& error : compiled.errors) {
      EXPECT_TRUE(error.range.valid()) << error.message;
      ++rejections_[std::string(source::InfoOf(error.code).id) + " " + error.message];
    }
    if (refused) {
      ++refused_;
      // What is no query is none for us, too; the server has the last word when the script runs.
      if (is_compiled) {
        EXPECT_TRUE(session_.TryRun(compiled.script).has_value());
      }
      is_compiled = false;
    } else if (is_compiled) {
      std::optional<SqlError> error = session_.TryRun(compiled.script);
      if (error) {
        ADD_FAILURE() << error->what();
        is_compiled = false;
      } else {
        EXPECT_EQ(ColumnsOf("made"), ColumnsOf("wanted"));
      }
    } else {
      EXPECT_FALSE(compiled.errors.empty());
    }
    session_.Run("ROLLBACK");
    return is_compiled;
  }

  RuntimeDatabase database_;
  Session session_;
  std::string schema_;
  proof::Facts facts_;
  uint64_t seed_ = 1;
  std::map<std::string, int> rejections_;
  int refused_ = 0;
};

TEST_F(RandomQueries, AreCompiledOrRejected) {
  proof::QueryOptions options;
  proof::QueryGenerator generator(facts_, options, proof::Rng(seed_, 1));
  uint64_t count = FromEnvironment("TRICKLEC_RANDOM_QUERIES", 150);
  int compiled = 0;
  std::map<std::string, int> constructs;
  for (uint64_t i = 0; i < count && !HasFailure(); ++i) {
    proof::RandomQuery query = generator.Next();
    bool is_compiled = Try(i % 2 == 0 ? "IMMEDIATE" : "DIFFERENTIAL", query);
    compiled += is_compiled ? 1 : 0;
    if (!is_compiled) continue;
    for (const std::string& construct : query.constructs) ++constructs[construct];
  }
  for (const auto& [construct, times] : constructs) std::cout << times << "  " << construct << '\n';
  for (const auto& [message, times] : rejections_) std::cout << times << "  " << message << '\n';
  std::cout << compiled << " of " << count << " compiled, " << refused_
            << " refused by PostgreSQL\n";
  EXPECT_GT(compiled, static_cast<int>(count) / 3);
  EXPECT_LT(refused_, static_cast<int>(count) / 5);
}

TEST_F(RandomQueries, HoldUnderRandomChanges) {
  proof::QueryOptions options;
  options.with_rejected = 0;
  options.with_raising = 0;
  proof::QueryGenerator generator(facts_, options, proof::Rng(seed_, 2));
  uint64_t rounds = FromEnvironment("TRICKLEC_RANDOM_QUERIES", 150) / 50;
  for (uint64_t round = 0; round < rounds && !HasFailure(); ++round) {
    std::string stream_tables;
    for (int made = 0; made < 6;) {
      proof::RandomQuery query = generator.Next();
      std::string mode = made % 2 == 0 ? "IMMEDIATE" : "DIFFERENTIAL";
      if (!Try(mode, query)) {
        if (HasFailure()) return;
        continue;
      }
      stream_tables += "CREATE STREAM TABLE s" + std::to_string(++made) + " " + mode + " AS\n" +
                       query.text + ";\n";
    }
    proof::SuiteOptions suite;
    suite.database = TestServer::Shared().Url("postgres");
    suite.cases = 2;
    suite.seed = seed_ + round;
    source::Diagnostics diagnostics;
    std::vector<source::BufferPtr> kept;
    std::optional<proof::SuiteError> error;
    proof::SuiteReport report =
        proof::RunSuite(Inputs(stream_tables), suite, diagnostics, kept, error);
    EXPECT_FALSE(error) << error->message << (error->setup ? error->setup->error.message : "");
    for (const proof::ModeReport& mode : report.modes) {
      if (mode.failure) ADD_FAILURE() << mode.failure->script << mode.failure->failure.message;
    }
  }
}

}  // namespace
}  // namespace tricklec::testsupport
