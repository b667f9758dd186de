#include "tricklec/runtime/runtime.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace tricklec::runtime {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(RuntimeTest, KnowsOnlyItsVersions) {
  EXPECT_EQ(CurrentVersion(), "0.4.0");
  EXPECT_EQ(Versions().back(), CurrentVersion());
  for (std::string_view version : Versions()) EXPECT_FALSE(InstallScript(version).empty());
  EXPECT_TRUE(InstallScript("0.0.1").empty());
}

TEST(RuntimeTest, ScriptHoldsEveryPartUnchangedAndInNameOrder) {
  std::set<std::filesystem::path> parts;
  for (const auto& entry :
       std::filesystem::directory_iterator(TRICKLEC_SOURCE_DIR "/runtime-sql/parts")) {
    parts.insert(entry.path());
  }
  ASSERT_GT(parts.size(), 5u);
  std::string expected;
  for (const auto& part : parts) expected += ReadFile(part) + "\n";
  const std::string placeholder = "@VERSION@";
  for (size_t at; (at = expected.find(placeholder)) != std::string::npos;) {
    expected.replace(at, placeholder.size(), CurrentVersion());
  }
  EXPECT_EQ(InstallScript(CurrentVersion()), expected);
}

TEST(RuntimeTest, FileForPsqlIsWhatTheProgramInstalls) {
  EXPECT_EQ(ReadFile(TRICKLEC_BINARY_DIR "/runtime-sql/pgtrickle--0.4.0.sql"),
            InstallScript("0.4.0"));
}

}  // namespace
}  // namespace tricklec::runtime
