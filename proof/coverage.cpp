#include "tricklec/proof/coverage.h"

#include <fmt/format.h>

#include <sstream>

namespace tricklec::proof {
namespace {

bool BeginsBranch(const std::string& line) {
  bool condition =
      (line.starts_with("IF ") || line.starts_with("ELSIF ")) && line.ends_with(" THEN");
  return condition || line == "ELSE";
}

}  // namespace

std::string Instrumented(const std::string& script, const std::string& schema,
                         std::vector<Branch>& branches) {
  constexpr std::string_view kFunction = "CREATE FUNCTION pgtrickle_impl.\"";
  std::istringstream input(script);
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) lines.push_back(std::move(line));
  std::string output;
  std::string function;  // empty: not inside one
  std::string quote;     // the tag of a nested literal, "$large$"
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    output += line + "\n";
    size_t begin = line.find_first_not_of(' ');
    std::string text = begin == std::string::npos ? "" : line.substr(begin);
    if (line.starts_with(kFunction)) {
      function = line.substr(kFunction.size(), line.find("\"(") - kFunction.size());
    }
    if (begin == 0 && (text == "END" || text.starts_with("END $"))) function.clear();
    if (function.empty()) continue;
    // EXECUTE $large$ … $large$: text, in which CASE has branches of its own.
    if (!quote.empty()) {
      if (text.find(quote) != std::string::npos) quote.clear();
      continue;
    }
    size_t tag = text.find("EXECUTE $");
    if (tag != std::string::npos) {
      size_t end = text.find('$', tag + 9);
      quote = text.substr(tag + 8, end - tag - 7);
      if (text.find(quote, end + 1) != std::string::npos) quote.clear();
      continue;
    }
    if (!BeginsBranch(text)) continue;
    size_t next = i + 1 < lines.size() ? lines[i + 1].find_first_not_of(' ') : std::string::npos;
    if (next != std::string::npos && lines[i + 1].compare(next, 6, "RAISE ") == 0) continue;
    output += fmt::format("{}  ASSERT pg_catalog.nextval('{}.branch_{}') > 0;\n",
                          std::string(begin, ' '), schema, branches.size());
    branches.push_back({function, text});
  }
  return output;
}

}  // namespace tricklec::proof
