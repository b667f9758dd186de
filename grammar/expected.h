#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "antlr4-runtime.h"

namespace tricklec::grammar {

/// Where a token sequence stops being a prefix of any statement, and what could stand there.
struct Expectation {
  size_t index = 0;                   ///< of the token that fits nowhere
  std::vector<std::string> expected;  ///< rules and tokens in words
  std::vector<std::string> keywords;
};

/// Runs the parser's automaton over the token types as a set of configurations, independent of the
/// decisions that the real parser took, and so finds the furthest place any reading reaches.
///
/// \param types ends with EOF; not the types of a valid statement
Expectation FindExpected(const antlr4::Parser& parser, const std::vector<size_t>& types);

}  // namespace tricklec::grammar
