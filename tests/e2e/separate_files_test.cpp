// Files that were compiled without knowledge of each other. In whatever order they are compiled and applied,
// one by one or all together, the databases are the same, object by object; and one that is dropped and made
// again is as it was.
//
// Each folder of tests/e2e/units has files of stream tables, schema.sql with their sources, and changes.sql
// with changes of these. A file that reads stream tables of others says so: `-- after: 01_that`.
#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/objects.h"
#include "tricklec/testsupport/process.h"
#include "tricklec/testsupport/program.h"
#include "tricklec/testsupport/server.h"

namespace tricklec::testsupport {
namespace {

using Strings = std::vector<std::string>;

const std::string kSources = TRICKLEC_SOURCE_DIR;

class Unit {
 public:
  Unit(const std::string& name, const std::string& streams)
      : folder_(kSources + "/tests/e2e/units/" + name) {
    for (const auto& entry : std::filesystem::directory_iterator(kSources + "/" + streams)) {
      std::string file = entry.path().stem();
      if (file == "schema" || file == "changes") continue;
      paths_[file] = entry.path();
      names_.push_back(file);
      std::istringstream text(ReadFile(entry.path()));
      for (std::string line; std::getline(text, line);) {
        constexpr std::string_view kAfter = "-- after: ";
        if (!line.starts_with(kAfter)) continue;
        std::istringstream words(line.substr(kAfter.size()));
        for (std::string word; words >> word;) after_[file].insert(word);
      }
    }
    std::sort(names_.begin(), names_.end());
  }

  std::string SchemaFile() const { return folder_ + "/schema.sql"; }
  std::string Schema() const { return ReadFile(SchemaFile()); }
  std::string Changes() const { return ReadFile(folder_ + "/changes.sql"); }
  const std::string& PathOf(const std::string& name) const { return paths_.at(name); }

  /// All files, in an order that is as near to the one given as what they read allows.
  Strings InOrder(const Strings& wished) const {
    Strings order;
    while (order.size() < wished.size()) {
      auto next = std::find_if(wished.begin(), wished.end(), [&](const std::string& name) {
        return !Contains(order, name) && HasAllBefore(name, order);
      });
      if (next == wished.end()) throw std::logic_error("a file comes after one that is not there");
      order.push_back(*next);
    }
    return order;
  }
  Strings Forward() const { return InOrder(names_); }
  Strings Backward() const { return InOrder({names_.rbegin(), names_.rend()}); }
  Strings Shuffled(uint64_t seed) const {
    Strings names = names_;
    std::mt19937_64 random(seed);
    for (size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random() % i]);
    return InOrder(names);
  }

  /// The file and all that read it, directly or not, in the order given.
  Strings WithReaders(const std::string& name, const Strings& order) const {
    Strings readers{name};
    for (const std::string& other : order) {
      auto after = after_.find(other);
      if (after != after_.end() &&
          std::any_of(readers.begin(), readers.end(),
                      [&](const auto& reader) { return after->second.contains(reader); })) {
        readers.push_back(other);
      }
    }
    return readers;
  }

  /// What one file compiles to, where these others are known to exist.
  std::string Script(const std::string& name, const Strings& known) const {
    return Script(Strings{name}, known);
  }
  std::string Script(const Strings& names, const Strings& known) const {
    Strings arguments{"compile", "-q", "--schema", SchemaFile()};
    for (const std::string& other : known)
      arguments.insert(arguments.end(), {"--schema", PathOf(other)});
    for (const std::string& name : names) arguments.push_back(PathOf(name));
    ProcessResult result = Tricklec(arguments);
    if (result.exit_code != 0) throw std::runtime_error(result.err);
    return result.out;
  }

  /// What one file compiles to where nothing is known but what it reads.
  const std::string& ScriptAlone(const std::string& name) const {
    auto [found, is_new] = alone_.try_emplace(name);
    if (is_new) {
      Strings known;
      for (const std::string& other : Forward()) {
        if (Contains(WithReaders(other, Forward()), name) && other != name) known.push_back(other);
      }
      found->second = Script(name, known);
    }
    return found->second;
  }

 private:
  static bool Contains(const Strings& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  bool HasAllBefore(const std::string& name, const Strings& order) const {
    auto after = after_.find(name);
    return after == after_.end() ||
           std::all_of(after->second.begin(), after->second.end(),
                       [&](const auto& other) { return Contains(order, other); });
  }

  std::string folder_;
  std::map<std::string, std::string> paths_;
  Strings names_;
  std::map<std::string, std::set<std::string>> after_;
  mutable std::map<std::string, std::string> alone_;
};

const Unit& PgBench() {
  static const Unit unit("pgbench", "examples/pgbench");
  return unit;
}
const Unit& Shop() {
  static const Unit unit("shop", "tests/e2e/units/shop");
  return unit;
}

/// A database whose sources and stream tables belong to a role without further rights.
class UnitDatabase {
 public:
  explicit UnitDatabase(const Unit& unit) : unit_(unit), admin_(database_.Connect()) {
    database_.server().EnsureRole("units_owner");
    database_.server().EnsureRole("units_reader");
    admin_.Run("GRANT CREATE ON DATABASE " + database_.name() + " TO units_owner;" +
               "GRANT CREATE ON SCHEMA public TO units_owner; SELECT "
               "pgtrickle.grant_compile('units_owner')");
    owner().Run(unit.Schema());
  }

  Session owner() const { return database_.Connect("units_owner"); }

  void Apply(const std::string& name) {
    std::set<std::string> before = StreamTables();
    owner().Run(unit_.ScriptAlone(name));
    for (const std::string& table : StreamTables()) {
      if (!before.contains(table)) made_[name].insert(table);
    }
  }

  /// All files by one call of the command that does so.
  void ApplyAll() {
    Strings arguments{
        "apply",           "-q", "--with-ddl", "--db", database_.Url("units_owner"), "--schema",
        unit_.SchemaFile()};
    for (const std::string& name : unit_.Forward()) arguments.push_back(unit_.PathOf(name));
    ProcessResult result = Tricklec(arguments);
    if (result.exit_code != 0) throw std::runtime_error(result.err);
  }

  /// Drops the stream tables that came with a file; others that read them must be gone.
  void Drop(const std::string& name) {
    Session session = owner();
    std::set<std::string> left = made_[name];
    while (!left.empty()) {
      // Those that no other of the file reads come first.
      auto free = std::find_if(left.begin(), left.end(), [&](const std::string& table) {
        return session.Text(
                   "SELECT count(*) FROM pgtrickle.pgt_dependencies WHERE source_relid = " +
                   QuoteLiteral(table) + "::regclass") == "0";
      });
      session.Run("SELECT pgtrickle.drop_stream_table(" + QuoteLiteral(*free) + ")");
      left.erase(free);
    }
    made_.erase(name);
  }

  std::set<std::string> StreamTables() {
    std::set<std::string> tables;
    for (const Row& row : admin_.Rows("SELECT name FROM pgtrickle.pgt_status()"))
      tables.insert(*row[0]);
    return tables;
  }

  /// Whether every stream table that was filled holds its query's rows.
  testing::AssertionResult AllHold() {
    for (const Row& row : admin_.Rows("SELECT name, is_populated FROM pgtrickle.pgt_status()")) {
      std::string rows = Printed(admin_.Rows("SELECT * FROM pgtrickle.verify_stream_table(" +
                                             QuoteLiteral(*row[0]) + ")"));
      if (*row[1] == "t" && !rows.empty())
        return testing::AssertionFailure() << *row[0] << ":\n" << rows;
    }
    return testing::AssertionSuccess();
  }

  Objects objects() { return ObjectsOf(admin_); }

  /// The objects as they would be after a statement of the superuser's.
  Objects After(const std::string& statement) {
    admin_.Run("BEGIN; " + statement);
    Objects objects = ObjectsOf(admin_);
    admin_.Run("ROLLBACK");
    return objects;
  }

 private:
  const Unit& unit_;
  RuntimeDatabase database_;
  Session admin_;
  std::map<std::string, std::set<std::string>> made_;
};

class SeparateFiles : public testing::TestWithParam<const Unit& (*)()> {
 protected:
  const Unit& unit_ = GetParam()();
};

TEST_P(SeparateFiles, CompileToTheSameTextWhateverElseIsKnown) {
  Strings known;
  std::string text;
  for (const std::string& name : unit_.Forward()) {
    EXPECT_EQ(unit_.Script(name, known), unit_.ScriptAlone(name)) << name;
    known.push_back(name);
    text += unit_.ScriptAlone(name);
  }
  EXPECT_EQ(unit_.Script(unit_.Forward(), {}), text);
}

TEST_P(SeparateFiles, MakeTheSameDatabaseInEveryOrder) {
  UnitDatabase together(unit_);
  together.ApplyAll();
  EXPECT_TRUE(together.AllHold());
  Objects expected = together.objects();
  EXPECT_GT(expected.size(), 500U);

  for (const Strings& order : {unit_.Backward(), unit_.Shuffled(1)}) {
    UnitDatabase database(unit_);
    for (const std::string& name : order) database.Apply(name);
    EXPECT_TRUE(SameObjects(database.objects(), expected)) << testing::PrintToString(order);
    EXPECT_TRUE(database.AllHold()) << testing::PrintToString(order);
  }
}

TEST_P(SeparateFiles, AreAsTheyWereWhenDroppedAndMadeAgain) {
  UnitDatabase database(unit_);
  Objects without = database.objects();
  Strings order = unit_.Forward();
  for (const std::string& name : order) database.Apply(name);
  Objects expected = database.objects();
  for (const std::string& name : order) {
    Strings readers = unit_.WithReaders(name, order);
    for (auto reader = readers.rbegin(); reader != readers.rend(); ++reader) database.Drop(*reader);
    for (const std::string& reader : readers) database.Apply(reader);
    EXPECT_TRUE(SameObjects(database.objects(), expected)) << name;
  }
  EXPECT_TRUE(database.AllHold());
  for (auto name = order.rbegin(); name != order.rend(); ++name) database.Drop(*name);
  EXPECT_TRUE(SameObjects(database.objects(), without));
}

TEST_P(SeparateFiles, FollowChangesInBetween) {
  UnitDatabase database(unit_);
  Session session = database.owner();
  for (const std::string& name : unit_.Shuffled(4)) {
    database.Apply(name);
    session.Run(unit_.Changes());
  }
  session.Run(
      "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pgtrickle.refresh_group(ARRAY(SELECT name "
      "FROM "
      "pgtrickle.pgt_status() WHERE refresh_mode <> 'IMMEDIATE')); COMMIT");
  EXPECT_TRUE(database.AllHold());
}

TEST(ObjectsOfADatabase, DifferAfterEveryChange) {
  UnitDatabase database(PgBench());
  database.Apply("branch_totals");
  database.Apply("branch_activity");
  Objects before = database.objects();
  EXPECT_TRUE(SameObjects(database.objects(), before));
  for (
      const std::string statement :
      {"GRANT SELECT ON branch_totals TO units_reader",
       "GRANT SELECT (bid) ON branch_totals TO units_reader",
       "GRANT EXECUTE ON FUNCTION pgtrickle_impl.\"public.branch_totals/fill\"() TO units_reader",
       "ALTER TABLE branch_totals OWNER TO units_reader",
       "ALTER TABLE branch_totals SET (fillfactor = 70)",
       "ALTER TABLE branch_totals ENABLE ROW LEVEL SECURITY",
       "ALTER TABLE branch_totals ADD extra int",
       "ALTER TABLE branch_totals ALTER accounts SET DEFAULT 1",
       "ALTER TABLE branch_totals ADD CHECK (accounts > 0)",
       "CREATE INDEX ON branch_totals (accounts)",
       "CREATE POLICY nothing ON branch_totals USING (false)",
       "CREATE TYPE pgtrickle.kind AS ENUM ('a')",
       "COMMENT ON COLUMN branch_totals.bid IS 'the branch'",
       "CREATE SEQUENCE pgtrickle_state.other",
       "COMMENT ON TRIGGER pgt_guard ON branch_totals IS 'no'",
       "COMMENT ON SCHEMA pgtrickle IS NULL",
       "ALTER TABLE pgbench_accounts DISABLE TRIGGER \"pgt_0100_insert_public.branch_totals\"",
       "ALTER TRIGGER \"pgt_0100_insert_public.branch_totals\" ON pgbench_accounts RENAME TO other",
       "ALTER FUNCTION pgtrickle_impl.\"public.branch_totals/verify\"() SET work_mem = '8MB'",
       "ALTER TABLE pgtrickle_changes.\"public.pgbench_tellers/changes\" ADD filler text",
       "CREATE OR REPLACE VIEW pgtrickle_state.\"public.branch_totals\" WITH (security_barrier) AS "
       "SELECT * FROM pgtrickle_state.\"public.branch_totals\"",
       "DELETE FROM pgtrickle.pgt_facts WHERE ctid = (SELECT min(ctid) FROM pgtrickle.pgt_facts)",
       "UPDATE pgtrickle.pgt_change_tracking SET columns = '{tid}' WHERE source_name = "
       "'public.pgbench_tellers'",
       "UPDATE pgtrickle.pgt_stream_tables SET strategy = 'whole'",
       "DELETE FROM pgtrickle_state.version",
       "ALTER DEFAULT PRIVILEGES IN SCHEMA pgtrickle GRANT SELECT ON TABLES TO units_reader"}) {
    EXPECT_FALSE(SameObjects(database.After(statement), before)) << statement;
  }
}

INSTANTIATE_TEST_SUITE_P(, SeparateFiles, testing::Values(&PgBench, &Shop), [](const auto& test) {
  return std::string(test.param == &PgBench ? "PgBench" : "Shop");
});

}  // namespace
}  // namespace tricklec::testsupport
