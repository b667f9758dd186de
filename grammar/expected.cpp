#include "tricklec/grammar/expected.h"

#include <algorithm>
#include <map>
#include <set>

#include "StreamParser.h"

namespace tricklec::grammar {

namespace {

using antlr4::atn::ATNState;
using antlr4::atn::RuleTransition;
using antlr4::atn::Transition;
using tricklec_grammar::StreamParser;

/// A state and the states to go on with after the rules it is in. The grammar has no recursion, so
/// the number of configurations is bounded by the grammar, not by the input.
struct Configuration {
  ATNState* state;
  std::vector<ATNState*> returns;

  bool operator<(const Configuration& other) const {
    if (state->stateNumber != other.state->stateNumber) {
      return state->stateNumber < other.state->stateNumber;
    }
    auto before = [](const ATNState* a, const ATNState* b) {
      return a->stateNumber < b->stateNumber;
    };
    return std::lexicographical_compare(returns.begin(), returns.end(), other.returns.begin(),
                                        other.returns.end(), before);
  }
};

/// Rules that are better named than listed token by token.
const std::map<size_t, std::string>& NamedRules() {
  static const std::map<size_t, std::string> kNames = {
      {StreamParser::RuleName, "a name"},
      {StreamParser::RuleString, "a string"},
      {StreamParser::RuleSimpleString, "a string"},
      {StreamParser::RuleQuery, "a query"},
      {StreamParser::RuleClause, "a clause"},
      {StreamParser::RuleRequirement, "a requirement"},
      {StreamParser::RuleOption, "an option"},
      {StreamParser::RuleOptionValue, "a value"},
      {StreamParser::RuleAlterAction, "an action"},
      {StreamParser::RuleAloneAction, "an action"},
  };
  return kNames;
}

std::string InWords(const antlr4::Parser& parser, size_t type) {
  if (type == antlr4::Token::EOF) return "the end of the statement";
  const antlr4::dfa::Vocabulary& vocabulary = parser.getVocabulary();
  std::string literal = vocabulary.getLiteralName(type);
  if (literal.size() > 2) return "`" + literal.substr(1, literal.size() - 2) + "`";
  switch (type) {
    case StreamParser::NUMBER: return "a number";
    default: return "`" + vocabulary.getSymbolicName(type) + "`";
  }
}

bool IsKeyword(size_t type) { return type >= StreamParser::ALL && type < StreamParser::WORD; }

class Walker {
 public:
  explicit Walker(const antlr4::Parser& parser) : parser_(parser), atn_(parser.getATN()) {}

  Expectation Run(const std::vector<size_t>& types) {
    std::set<Configuration> kernel = {{atn_.ruleToStartState[StreamParser::RuleStatement], {}}};
    size_t index = 0;
    for (; index < types.size(); ++index) {
      std::set<Configuration> next = Advance(kernel, types[index]);
      if (next.empty()) break;
      kernel = std::move(next);
    }
    Expectation result;
    result.index = std::min(index, types.size() - 1);
    Collect(kernel, result);
    return result;
  }

 private:
  // Follows epsilon edges from the kernel and calls `visit(configuration, transition)` for every
  // edge that takes a token. `enter(rule)` says whether to look into a rule.
  template <typename Visit, typename Enter>
  void Close(const std::set<Configuration>& kernel, Visit visit, Enter enter) const {
    std::set<Configuration> seen = kernel;
    std::vector<Configuration> work(kernel.begin(), kernel.end());
    auto add = [&](Configuration configuration) {
      if (seen.insert(configuration).second) work.push_back(std::move(configuration));
    };
    while (!work.empty()) {
      Configuration current = std::move(work.back());
      work.pop_back();
      if (current.state->getStateType() == ATNState::RULE_STOP) {
        if (current.returns.empty()) continue;
        Configuration after{current.returns.back(), current.returns};
        after.returns.pop_back();
        add(std::move(after));
        continue;
      }
      for (const Transition* transition : current.state->transitions) {
        if (transition->getSerializationType() == Transition::RULE) {
          const auto* rule = static_cast<const RuleTransition*>(transition);
          if (!enter(rule->ruleIndex)) continue;
          Configuration inside{rule->target, current.returns};
          inside.returns.push_back(rule->followState);
          add(std::move(inside));
        } else if (transition->isEpsilon()) {
          add({transition->target, current.returns});
        } else {
          visit(current, *transition);
        }
      }
    }
  }

  std::set<Configuration> Advance(const std::set<Configuration>& kernel, size_t type) const {
    std::set<Configuration> next;
    Close(
        kernel,
        [&](const Configuration& from, const Transition& transition) {
          if (transition.matches(type, antlr4::Token::MIN_USER_TOKEN_TYPE, atn_.maxTokenType)) {
            next.insert({transition.target, from.returns});
          }
        },
        [](size_t) { return true; });
    return next;
  }

  void Collect(const std::set<Configuration>& kernel, Expectation& result) const {
    std::set<size_t> tokens;
    std::set<size_t> rules;
    Close(
        kernel,
        [&](const Configuration&, const Transition& transition) {
          for (size_t type : TypesOf(transition)) tokens.insert(type);
        },
        [&](size_t rule) {
          if (NamedRules().count(rule) == 0) return true;
          rules.insert(rule);
          return false;
        });
    std::set<size_t> inside;
    Close(
        kernel,
        [&](const Configuration& at, const Transition& transition) {
          // A name can be any word: its key words are not worth suggesting.
          if (at.state->ruleIndex == StreamParser::RuleFreeKeyword) return;
          for (size_t type : TypesOf(transition)) inside.insert(type);
        },
        [](size_t) { return true; });

    auto say = [&result](const std::string& what) {
      auto& all = result.expected;
      if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(what);
    };
    for (size_t rule : rules) say(NamedRules().at(rule));
    bool end = false;
    for (size_t type : tokens) {
      if (type == antlr4::Token::EOF) {
        end = true;
      } else {
        say(InWords(parser_, type));
      }
    }
    if (end) say(InWords(parser_, antlr4::Token::EOF));
    for (size_t type : inside) {
      if (IsKeyword(type)) result.keywords.push_back(parser_.getVocabulary().getSymbolicName(type));
    }
  }

  std::vector<size_t> TypesOf(const Transition& transition) const {
    std::vector<size_t> types;
    for (ssize_t type : transition.label().toList()) types.push_back(static_cast<size_t>(type));
    return types;
  }

  const antlr4::Parser& parser_;
  const antlr4::atn::ATN& atn_;
};

}  // namespace

Expectation FindExpected(const antlr4::Parser& parser, const std::vector<size_t>& types) {
  return Walker(parser).Run(types);
}

}  // namespace tricklec::grammar
