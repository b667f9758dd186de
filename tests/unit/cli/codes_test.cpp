// Every diagnostic has a page and a golden, and the pages' examples do what they say.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tricklec/cli/explain_pages.h"
#include "tricklec/cli/run.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::cli {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

/// The text of the fenced blocks of a language, in order.
std::vector<std::string> Blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> blocks;
  std::string fence = "```" + language + "\n";
  for (size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    size_t end = page.find("```", at);
    blocks.push_back(page.substr(at, end - at));
    at = end + 3;
  }
  return blocks;
}

/// Findings of `apply`, `verify` and the like need a server: their cases are end-to-end tests.
bool IsAboutDatabases(const source::CodeInfo& info) { return info.id >= "ST6000"; }

TEST(Codes, IdsAreSortedAndUnique) {
  std::string_view previous;
  for (const source::CodeInfo& info : source::AllCodes()) {
    EXPECT_EQ(info.id.size(), 6u);
    EXPECT_LT(previous, info.id);
    previous = info.id;
  }
}

TEST(Codes, MessagesFormatAndFollowTheStyle) {
  for (const source::CodeInfo& info : source::AllCodes()) {
    std::string format(info.format);
    // Messages are strings with plain holes: every hole can take a string.
    EXPECT_NO_THROW(fmt::format(fmt::runtime(format), "a", "b", "c", "d", "e", "f")) << info.id;
    EXPECT_FALSE(format.empty()) << info.id;
    EXPECT_NE(format.back(), '.') << info.id;
  }
}

TEST(Codes, EveryCodeHasAPageInItsForm) {
  for (const source::CodeInfo& info : source::AllCodes()) {
    std::string page(ExplainPage(info.id));
    std::string title = "# " + std::string(info.id) + ": ";
    EXPECT_EQ(page.substr(0, title.size()), title) << "write docs/diagnostics/" << info.id << ".md";
    size_t fences = 0;
    for (size_t at = page.find("\n```"); at != std::string::npos; at = page.find("\n```", at + 1)) {
      ++fences;
    }
    EXPECT_GE(fences / 2, IsAboutDatabases(info) ? 1u : 2u)
        << info.id << ": a failing and a fixed example";
  }
}

TEST(Codes, EveryPageIsOfACode) {
  for (const auto& entry : fs::directory_iterator(TRICKLEC_SOURCE_DIR "/docs/diagnostics")) {
    if (entry.path().extension() != ".md") continue;
    std::string name = entry.path().stem().string();
    EXPECT_NE(source::FindCode(name), nullptr) << entry.path();
  }
}

std::string TextsBelow(const std::string& folder) {
  std::string texts;
  for (const auto& entry : fs::recursive_directory_iterator(TRICKLEC_SOURCE_DIR "/" + folder)) {
    if (entry.is_regular_file()) texts += Read(entry.path());
  }
  return texts;
}

TEST(Codes, EveryCodeHasATest) {
  std::string goldens = TextsBelow("tests/lit/diagnostics");
  std::string with_servers = goldens + TextsBelow("tests/e2e");
  for (const source::CodeInfo& info : source::AllCodes()) {
    bool database = IsAboutDatabases(info);
    EXPECT_NE((database ? with_servers : goldens).find(info.id), std::string::npos)
        << info.id << " (" << info.name << ") has no case in "
        << (database ? "tests/e2e" : "tests/lit/diagnostics");
  }
}

/// What `check` says about an example. Examples that create no table are about those of
/// docs/diagnostics/schema.sql.
std::string CheckExample(const std::string& example) {
  std::istringstream in(example);
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> args = {"check", "-"};
  if (example.find("CREATE TABLE") == std::string::npos) {
    args.insert(args.end(), {"--schema", TRICKLEC_SOURCE_DIR "/docs/diagnostics/schema.sql"});
  }
  cli::Run(args, in, out, err);
  return err.str();
}

// The first SQL block of a page must be answered with its code, the second one must not.
TEST(Codes, ExamplesOfPagesDoWhatTheySay) {
  for (const source::CodeInfo& info : source::AllCodes()) {
    std::vector<std::string> blocks = Blocks(std::string(ExplainPage(info.id)), "sql");
    if (blocks.empty() || IsAboutDatabases(info)) continue;
    std::string wrong = CheckExample(blocks[0]);
    EXPECT_NE(wrong.find(info.id), std::string::npos)
        << info.id << ": the failing example does not fail like that\n"
        << blocks[0] << wrong;
    if (blocks.size() < 2) continue;
    std::string right = CheckExample(blocks[1]);
    EXPECT_EQ(right.find(info.id), std::string::npos)
        << info.id << ": the fixed example still fails like that\n"
        << blocks[1] << right;
  }
}

}  // namespace
}  // namespace tricklec::cli
