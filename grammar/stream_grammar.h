#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The grammar of stream statements without a trace of the parser generator behind it. The header
/// is also read as C++17.
namespace tricklec::grammar {

enum class Rule {
#define TRICKLEC_RULE(name) name,
#define TRICKLEC_TOKEN(name, symbol)
#include "tricklec/grammar/symbols.def"
#undef TRICKLEC_TOKEN
#undef TRICKLEC_RULE
  Token,  ///< a leaf
};

enum class Token {
  Other,  ///< one that says nothing its rule does not say
#define TRICKLEC_RULE(name)
#define TRICKLEC_TOKEN(name, symbol) name,
#include "tricklec/grammar/symbols.def"
#undef TRICKLEC_TOKEN
#undef TRICKLEC_RULE
};

/// A node of the concrete tree. Offsets are bytes of the text that was parsed.
struct Node {
  Rule rule = Rule::Token;
  Token token = Token::Other;  ///< of a leaf
  uint32_t begin = 0;
  uint32_t end = 0;
  std::vector<Node> children;

  /// The first child made by `wanted`, or nullptr.
  const Node* Child(Rule wanted) const {
    for (const Node& child : children) {
      if (child.rule == wanted) return &child;
    }
    return nullptr;
  }
  std::vector<const Node*> Children(Rule wanted) const {
    std::vector<const Node*> result;
    for (const Node& child : children) {
      if (child.rule == wanted) result.push_back(&child);
    }
    return result;
  }
  /// The first leaf of this node.
  Token FirstToken() const {
    const Node* node = this;
    while (node->rule != Rule::Token && !node->children.empty()) node = &node->children.front();
    return node->token;
  }
};

/// What the grammar says about the first token that fits nowhere.
struct SyntaxError {
  uint32_t begin = 0;  ///< of that token; the end of the text where more was expected
  uint32_t end = 0;
  bool at_end = false;
  std::vector<std::string> expected;  ///< "`AS`", "a name", "a clause", …; in grammar order
  std::vector<std::string> keywords;  ///< every key word that could stand there
};

/// Either a tree or an error.
struct ParseResult {
  std::optional<Node> tree;
  std::optional<SyntaxError> error;
};

/// Parses one stream statement, without its semicolon. The defining query is not looked into: it
/// starts after the first AS outside parentheses and ends at the end or before a final
/// WITH [NO] DATA.
///
/// \param text valid UTF-8 without NUL bytes; literals and comments are terminated
ParseResult Parse(std::string_view text);

/// A token as the grammar's lexer cuts it, white space and comments left out.
struct Lexeme {
  uint32_t begin = 0;
  uint32_t end = 0;
};
std::vector<Lexeme> Lex(std::string_view text);

/// Reports of exact ambiguity detection while parsing `text`; none for an unambiguous grammar.
std::vector<std::string> FindAmbiguities(std::string_view text);

}  // namespace tricklec::grammar
