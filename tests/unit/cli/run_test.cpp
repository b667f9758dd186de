#include "tricklec/cli/run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tricklec::cli {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunWith(std::vector<std::string> args, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  int code = Run(std::move(args), in, out, err);
  return {code, out.str(), err.str()};
}

/// An empty directory of its own, gone at the end of the test.
class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / (std::string("tricklec_cli_") + test->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string Write(const std::string& name, const std::string& text) {
    fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string Path(const std::string& name) const { return (root_ / name).string(); }
  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }

  fs::path root_;
};

TEST_F(CliTest, HelpIsAResult) {
  for (const auto& args : std::vector<std::vector<std::string>>{
           {"--help"}, {"compile", "--help"}, {"check", "--help"}, {"explain", "-h"}}) {
    Outcome outcome = RunWith(args);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_NE(outcome.out.find("Usage: tricklec"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_F(CliTest, UsageErrorsExitWith2) {
  for (const auto& args :
       std::vector<std::vector<std::string>>{{},
                                             {"frobnicate"},
                                             {"check"},
                                             {"check", "--no-such-option", "-"},
                                             {"explain"},
                                             {"check", "-", "--format", "gcc"},
                                             {"check", "-", "--color", "sometimes"},
                                             {"compile", "-", "--db", "x", "--schema", "y"},
                                             {"compile", "-", "--layout", "psql"},
                                             {"compile", "-", "-j", "2"},
                                             {"version", "more"},
                                             {"check", "-", "-"}}) {
    Outcome outcome = RunWith(args, "CREATE TABLE t (a int);");
    EXPECT_EQ(outcome.code, 2) << testing::PrintToString(args);
    EXPECT_NE(outcome.err.find("error[ST5001]"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(CliTest, MissingFilesExitWith2) {
  Outcome outcome = RunWith({"check", Path("nowhere.sql")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("error[ST5002]: cannot read `" + Path("nowhere.sql") +
                             "`: No such file or directory"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(RunWith({"check", root_.string()}).code, 2);  // a directory without SQL files
}

TEST_F(CliTest, ErrorsInTheInputExitWith1) {
  Outcome outcome = RunWith({"check", "-", "--stdin-filename", "in.sql"}, "DROP STREAM TABLE;");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.substr(0, 26), "in.sql:1:18: error[ST1004]") << outcome.err;
}

TEST_F(CliTest, WarningsAreFineUnlessAskedFor) {
  EXPECT_EQ(RunWith({"check", "-"}, "-- nothing").code, 0);
  EXPECT_EQ(RunWith({"check", "-", "--fail-on", "warning"}, "-- nothing").code, 1);
  EXPECT_EQ(RunWith({"check", "-", "-q"}, "-- nothing").err, "");
}

TEST_F(CliTest, JsonIsOneDocument) {
  Outcome outcome = RunWith({"check", "-", "--format", "json"},
                            "SELECT 'é'; CREATE STREAM TABLE é SHEDULE '1m' AS SELECT 1;");
  auto json = nlohmann::json::parse(outcome.err);
  ASSERT_EQ(json["diagnostics"].size(), 1u);
  auto diagnostic = json["diagnostics"][0];
  EXPECT_EQ(diagnostic["code"], "ST1004");
  EXPECT_EQ(diagnostic["severity"], "error");
  EXPECT_EQ(diagnostic["file"], "<stdin>");
  EXPECT_EQ(diagnostic["line"], 1);
  EXPECT_EQ(diagnostic["column"], 35);
  EXPECT_EQ(diagnostic["end_column"], 42);
  EXPECT_EQ(diagnostic["helps"][0]["message"], "did you mean `SCHEDULE`?");
  EXPECT_EQ(diagnostic["helps"][0]["fix"]["replacement"], "SCHEDULE");
  auto empty = nlohmann::json::parse(RunWith({"check", "-", "--format", "json"}, "SELECT 1;").err);
  EXPECT_TRUE(empty["diagnostics"].empty());
}

TEST_F(CliTest, DirectoriesAreReadInNumericAwareOrder) {
  for (const char* name : {"s/10.sql", "s/9.sql", "s/b.sql", "s/readme.md", "s/deep/1.sql"}) {
    Write(name, "DROP STREAM TABLE;");
  }
  Outcome outcome = RunWith({"check", Path("s"), "--format", "json"});
  std::vector<std::string> files;
  auto json = nlohmann::json::parse(outcome.err);
  for (const auto& d : json["diagnostics"]) {
    files.push_back(fs::path(d["file"].get<std::string>()).filename().string());
  }
  EXPECT_EQ(files, (std::vector<std::string>{"9.sql", "10.sql", "b.sql"}));
}

TEST_F(CliTest, ExplainPrintsThePage) {
  Outcome outcome = RunWith({"explain", "st1004"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, Read(std::string(TRICKLEC_SOURCE_DIR) + "/docs/diagnostics/ST1004.md"));
  EXPECT_EQ(RunWith({"explain", "ST9999"}).code, 2);
}

}  // namespace
}  // namespace tricklec::cli
