#include "tricklec/grammar/stream_grammar.h"

#include <memory>
#include <utility>

#include "StreamLexer.h"
#include "StreamParser.h"
#include "antlr4-runtime.h"
#include "tricklec/grammar/expected.h"

namespace tricklec::grammar {

namespace {

using tricklec_grammar::StreamLexer;
using tricklec_grammar::StreamParser;

#define TRICKLEC_RULE(name) \
  static_assert(static_cast<size_t>(Rule::name) == StreamParser::Rule##name, "order of rules");
#define TRICKLEC_TOKEN(name, symbol)
#include "tricklec/grammar/symbols.def"
#undef TRICKLEC_TOKEN
#undef TRICKLEC_RULE

Token TokenOf(size_t type) {
  switch (type) {
#define TRICKLEC_RULE(name)
#define TRICKLEC_TOKEN(name, symbol) \
  case StreamParser::symbol:         \
    return Token::name;
#include "tricklec/grammar/symbols.def"
#undef TRICKLEC_TOKEN
#undef TRICKLEC_RULE
  }
  return Token::Other;
}

using TokenList = std::vector<std::unique_ptr<antlr4::Token>>;

/// Text, tokens and parser of one statement, and the way back from ANTLR's code point offsets to
/// bytes.
class Session {
 public:
  explicit Session(std::string_view text)
      : input_(std::string(text)), lexer_(&input_), size_(static_cast<uint32_t>(text.size())) {
    for (uint32_t i = 0; i < text.size(); ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts_.push_back(i);
    }
    starts_.push_back(size_);
    lexer_.removeErrorListeners();
    for (std::unique_ptr<antlr4::Token> token = lexer_.nextToken();; token = lexer_.nextToken()) {
      bool last = token->getType() == antlr4::Token::EOF;
      if (token->getChannel() == antlr4::Token::DEFAULT_CHANNEL)
        tokens_.push_back(std::move(token));
      if (last) break;
    }
  }

  const TokenList& tokens() const { return tokens_; }

  uint32_t BeginOf(const antlr4::Token& token) const {
    return token.getType() == antlr4::Token::EOF ? size_ : starts_[token.getStartIndex()];
  }
  uint32_t EndOf(const antlr4::Token& token) const {
    return token.getType() == antlr4::Token::EOF ? size_ : starts_[token.getStopIndex() + 1];
  }

  /// Puts one QUERY token in place of the tokens of the defining query, if there is one.
  void CollapseQuery() {
    size_t first = tokens_.front()->getType();
    if (first != StreamParser::CREATE && first != StreamParser::ALTER) return;
    size_t begin = FindQuery();
    size_t end = tokens_.size() - 1;  // the end of the text
    end -= CountWithData(begin, end);
    if (begin >= end || !CanStartQuery(*tokens_[begin])) return;
    std::unique_ptr<antlr4::Token> query = lexer_.getTokenFactory()->create(
        {&lexer_, &input_}, StreamParser::QUERY, "", antlr4::Token::DEFAULT_CHANNEL,
        tokens_[begin]->getStartIndex(), tokens_[end - 1]->getStopIndex(),
        tokens_[begin]->getLine(), tokens_[begin]->getCharPositionInLine());
    auto from = tokens_.begin();
    tokens_.erase(from + static_cast<std::ptrdiff_t>(begin),
                  from + static_cast<std::ptrdiff_t>(end));
    tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(begin), std::move(query));
  }

  /// Hands the tokens over to a token stream; they stay reachable through `stream`.
  std::unique_ptr<antlr4::CommonTokenStream> MakeStream() {
    source_ = std::make_unique<antlr4::ListTokenSource>(std::move(tokens_));
    auto stream = std::make_unique<antlr4::CommonTokenStream>(source_.get());
    stream->fill();
    return stream;
  }

  Node ToNode(antlr4::tree::ParseTree& tree) const {
    Node node;
    if (auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(&tree)) {
      node.token = TokenOf(leaf->getSymbol()->getType());
      node.begin = BeginOf(*leaf->getSymbol());
      node.end = EndOf(*leaf->getSymbol());
      return node;
    }
    auto& context = dynamic_cast<antlr4::ParserRuleContext&>(tree);
    node.rule = static_cast<Rule>(context.getRuleIndex());
    node.begin = BeginOf(*context.getStart());
    node.end = EndOf(*context.getStop());
    for (antlr4::tree::ParseTree* child : tree.children) node.children.push_back(ToNode(*child));
    return node;
  }

 private:
  // Index of the first token after the first AS outside parentheses; past the end if there is none.
  size_t FindQuery() const {
    int depth = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      switch (tokens_[i]->getType()) {
        case StreamParser::LEFT_PAREN: ++depth; break;
        case StreamParser::RIGHT_PAREN: --depth; break;
        case StreamParser::AS:
          if (depth == 0) return i + 1;
          break;
        default: break;
      }
    }
    return tokens_.size();
  }

  size_t CountWithData(size_t begin, size_t end) const {
    auto is = [&](size_t back, size_t type) {
      return end >= begin + back && tokens_[end - back]->getType() == type;
    };
    if (!is(1, StreamParser::DATA)) return 0;
    if (is(2, StreamParser::WITH)) return 2;
    return is(2, StreamParser::NO) && is(3, StreamParser::WITH) ? 3 : 0;
  }

  static bool CanStartQuery(const antlr4::Token& token) {
    switch (token.getType()) {
      case StreamParser::WITH:
      case StreamParser::TABLE:
      case StreamParser::LEFT_PAREN: return true;
      case StreamParser::WORD: {
        std::string word = token.getText();
        for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        return word == "select" || word == "values";
      }
      default: return false;
    }
  }

  antlr4::ANTLRInputStream input_;
  StreamLexer lexer_;
  uint32_t size_;
  std::vector<uint32_t> starts_;  // byte offset of every code point, and the end
  TokenList tokens_;
  std::unique_ptr<antlr4::ListTokenSource> source_;
};

/// Collects what the parser reports about its decisions.
class AmbiguityListener : public antlr4::DiagnosticErrorListener {
 public:
  std::vector<std::string> reports;

  void syntaxError(antlr4::Recognizer*, antlr4::Token*, size_t, size_t, const std::string&,
                   std::exception_ptr) override {}

  void reportAmbiguity(antlr4::Parser* parser, const antlr4::dfa::DFA& dfa, size_t start,
                       size_t stop, bool, const antlrcpp::BitSet&,
                       antlr4::atn::ATNConfigSet*) override {
    reports.push_back(getDecisionDescription(parser, dfa) + " at tokens " + std::to_string(start) +
                      " to " + std::to_string(stop));
  }

  void reportAttemptingFullContext(antlr4::Parser*, const antlr4::dfa::DFA&, size_t, size_t,
                                   const antlrcpp::BitSet&, antlr4::atn::ATNConfigSet*) override {}
  void reportContextSensitivity(antlr4::Parser*, const antlr4::dfa::DFA&, size_t, size_t, size_t,
                                antlr4::atn::ATNConfigSet*) override {}
};

}  // namespace

ParseResult Parse(std::string_view text) {
  Session session(text);
  session.CollapseQuery();
  std::unique_ptr<antlr4::CommonTokenStream> stream = session.MakeStream();
  StreamParser parser(stream.get());
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  ParseResult result;
  try {
    StreamParser::StatementContext* tree = parser.statement();
    result.tree = session.ToNode(*tree);
  } catch (const antlr4::ParseCancellationException&) {
    std::vector<size_t> types;
    for (antlr4::Token* token : stream->getTokens()) types.push_back(token->getType());
    Expectation expectation = FindExpected(parser, types);
    const antlr4::Token& found = *stream->getTokens()[expectation.index];
    SyntaxError error;
    error.begin = session.BeginOf(found);
    error.end = session.EndOf(found);
    error.at_end = found.getType() == antlr4::Token::EOF;
    error.expected = std::move(expectation.expected);
    error.keywords = std::move(expectation.keywords);
    result.error = std::move(error);
  }
  return result;
}

std::vector<Lexeme> Lex(std::string_view text) {
  Session session(text);
  std::vector<Lexeme> result;
  for (const std::unique_ptr<antlr4::Token>& token : session.tokens()) {
    if (token->getType() == antlr4::Token::EOF) break;
    result.push_back({session.BeginOf(*token), session.EndOf(*token)});
  }
  return result;
}

std::vector<std::string> FindAmbiguities(std::string_view text) {
  Session session(text);
  session.CollapseQuery();
  std::unique_ptr<antlr4::CommonTokenStream> stream = session.MakeStream();
  StreamParser parser(stream.get());
  parser.removeErrorListeners();
  AmbiguityListener listener;
  parser.addErrorListener(&listener);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::LL_EXACT_AMBIG_DETECTION);
  parser.statement();
  return listener.reports;
}

}  // namespace tricklec::grammar
