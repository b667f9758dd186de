#include "tricklec/syntax/compatible_calls.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "tricklec/syntax/checks.h"
#include "tricklec/syntax/literal.h"
#include "tricklec/syntax/scanner.h"
#include "tricklec/syntax/schedule.h"

namespace tricklec::syntax {

namespace {

using source::Code;

/// A known function: its parameters in positional order, the required ones first, and the statement
/// that says the same.
struct Function {
  std::string_view schema;
  std::string_view name;
  std::vector<std::string_view> parameters;
  size_t required;    ///< number of parameters that must be given
  size_t positional;  ///< number of parameters that can be given by position
  std::string_view statement;
};

const std::vector<std::string_view> kCreateParameters = {"name",
                                                         "query",
                                                         "schedule",
                                                         "refresh_mode",
                                                         "initialize",
                                                         "diamond_consistency",
                                                         "diamond_schedule_policy",
                                                         "cdc_mode",
                                                         "append_only"};

const std::vector<Function>& Functions() {
  static const std::vector<Function> kFunctions = {
      {"pgtrickle", "create_stream_table", kCreateParameters, 2, 9,
       "CREATE STREAM TABLE name … AS query"},
      {"pgtrickle", "create_stream_table_if_not_exists", kCreateParameters, 2, 9,
       "CREATE STREAM TABLE IF NOT EXISTS name … AS query"},
      {"pgtrickle",
       "alter_stream_table",
       {"name", "query", "schedule", "refresh_mode", "status", "diamond_consistency",
        "diamond_schedule_policy", "cdc_mode", "append_only", "full_threshold"},
       1,
       1,
       "ALTER STREAM TABLE name …"},
      {"pgtrickle", "drop_stream_table", {"name", "cascade"}, 1, 2, "DROP STREAM TABLE name"},
      {"pgtrickle", "refresh_stream_table", {"name"}, 1, 1, "REFRESH STREAM TABLE name"},
      {"pgtrickle", "gate_source", {"source", "capture"}, 1, 2, "GATE SOURCE source"},
      {"pgtrickle", "ungate_source", {"source"}, 1, 1, "UNGATE SOURCE source"},
      {"pgivm",
       "create_immv",
       {"immv_name", "view_definition"},
       2,
       2,
       "CREATE STREAM TABLE name IMMEDIATE AS query"},
  };
  return kFunctions;
}

/// The tokens of a statement without white space and comments.
class Tokens {
 public:
  explicit Tokens(Range range) : range_(range) {
    for (const Token& token : ScanAll(range.text())) {
      if (!token.IsTrivia()) tokens_.push_back(token);
    }
  }

  size_t size() const { return tokens_.size(); }
  const Token& operator[](size_t index) const { return tokens_[index]; }
  Range At(size_t index) const { return range_.Sub(tokens_[index].begin, tokens_[index].end); }
  Range From(size_t first, size_t last) const {
    return range_.Sub(tokens_[first].begin, tokens_[last].end);
  }
  bool Is(size_t index, std::string_view text) const {
    return index < size() && IsWord(At(index).text(), text);
  }
  bool IsName(size_t index) const {
    return index < size() &&
           (tokens_[index].kind == TokenKind::Word || tokens_[index].kind == TokenKind::QuotedName);
  }

 private:
  Range range_;
  std::vector<Token> tokens_;
};

/// Whether a name token stands for `name` (in lower case).
bool Names(const Tokens& tokens, size_t index, std::string_view name) {
  if (!tokens.IsName(index)) return false;
  std::string_view text = tokens.At(index).text();
  if (tokens[index].kind == TokenKind::Word) return IsWord(text, name);
  return text.substr(1, text.size() - 2) == name;
}

struct Match {
  const Function* function;
  size_t open;  ///< index of the opening parenthesis
};

/// A call of a known function that begins at `index`.
std::optional<Match> MatchFunction(const Tokens& tokens, size_t index) {
  for (const Function& function : Functions()) {
    bool qualified = Names(tokens, index, function.schema) && tokens.Is(index + 1, ".") &&
                     Names(tokens, index + 2, function.name) && tokens.Is(index + 3, "(");
    if (qualified) return Match{&function, index + 3};
    // pg_ivm's function is often called through the search path.
    bool bare = function.schema == "pgivm" && Names(tokens, index, function.name) &&
                tokens.Is(index + 1, "(");
    if (bare) return Match{&function, index + 1};
  }
  return std::nullopt;
}

/// A literal argument.
struct Argument {
  enum class Kind { Null, Boolean, Number, Text };
  Kind kind = Kind::Null;
  bool boolean = false;
  Decoded text;
  Range range;
};

class CallReader {
 public:
  CallReader(const Tokens& tokens, const Function& function, Range statement,
             std::vector<source::BufferPtr>& derived, source::Diagnostics& diagnostics)
      : tokens_(tokens),
        function_(function),
        statement_(statement),
        derived_(derived),
        diagnostics_(diagnostics),
        arguments_(function.parameters.size()) {}

  /// Reads from the token after the opening parenthesis.
  std::optional<StatementBody> Read(size_t index) {
    if (!ReadArguments(index)) return std::nullopt;
    bool complete = true;
    for (size_t i = 0; i < function_.required; ++i) {
      if (arguments_[i] && arguments_[i]->kind == Argument::Kind::Text) continue;
      std::string_view parameter = function_.parameters[i];
      diagnostics_.Report(Code::MissingArgument, statement_, function_.name, parameter);
      complete = false;
    }
    if (!complete) return std::nullopt;
    if (function_.name == "alter_stream_table") return Alter();
    if (function_.name == "drop_stream_table") {
      std::optional<bool> cascade = Boolean("cascade");
      return DropStreamTable{{NameOf("name")}, false, cascade.value_or(false)};
    }
    if (function_.name == "refresh_stream_table") return RefreshStreamTable{NameOf("name"), false};
    if (function_.name == "gate_source") {
      std::optional<bool> capture = Boolean("capture");
      return GateSource{{NameOf("source")}, !capture.value_or(true)};
    }
    if (function_.name == "ungate_source") return UngateSource{{NameOf("source")}};
    return Create();
  }

 private:
  // --- arguments ------------------------------------------------------------------------------

  bool ReadArguments(size_t index) {
    size_t position = 0;
    bool valid = true;
    while (!tokens_.Is(index, ")")) {
      size_t parameter = position++;
      Range place = tokens_.At(index);
      if (tokens_.IsName(index) && tokens_.Is(index + 1, "=>")) {
        parameter = FindParameter(index);
        index += 2;
      } else if (tokens_.IsName(index) && tokens_.Is(index + 1, ":") &&
                 tokens_.Is(index + 2, "=")) {
        parameter = FindParameter(index);
        index += 3;
      } else if (parameter >= function_.positional) {
        return Refuse(place);
      }
      std::optional<Argument> argument = ReadLiteral(index);
      if (!argument) return false;
      if (parameter < arguments_.size() && arguments_[parameter]) {
        diagnostics_.Report(Code::RepeatedName, place, function_.parameters[parameter])
            .AddLabel(arguments_[parameter]->range, "first here");
        valid = false;
      } else if (parameter < arguments_.size() && argument->kind == Argument::Kind::Number &&
                 function_.parameters[parameter] != "full_threshold") {
        ReportValue(*argument, function_.parameters[parameter]).AddHelp("give a string");
        valid = false;
      } else if (parameter < arguments_.size()) {
        arguments_[parameter] = std::move(argument);
      } else {
        valid = false;
      }
      if (tokens_.Is(index, ",")) {
        ++index;
      } else if (!tokens_.Is(index, ")")) {
        return Refuse(index < tokens_.size() ? tokens_.At(index) : statement_);
      }
    }
    return valid && CheckRest(index + 1);
  }

  // What follows the call: nothing, or an alias.
  bool CheckRest(size_t index) {
    if (tokens_.Is(index, "as")) ++index;
    if (index < tokens_.size() && tokens_.IsName(index)) ++index;
    return index >= tokens_.size() || Refuse(tokens_.At(index));
  }

  size_t FindParameter(size_t index) {
    for (size_t i = 0; i < function_.parameters.size(); ++i) {
      if (Names(tokens_, index, function_.parameters[i])) return i;
    }
    std::string_view name = tokens_.At(index).text();
    auto builder =
        diagnostics_.Report(Code::UnknownArgument, tokens_.At(index), function_.name, name);
    std::vector<std::string> known(function_.parameters.begin(), function_.parameters.end());
    if (auto close = source::ClosestMatch(name, known)) {
      builder.AddFix("did you mean `" + *close + "`?", tokens_.At(index), *close);
    }
    return arguments_.size();
  }

  bool Refuse(Range place) {
    diagnostics_.Report(Code::NonLiteralArgument, place, function_.name)
        .AddNote(
            "the call is compiled, not run: its arguments must be literals, and it must be a "
            "statement of its own")
        .AddHelp("write `" + std::string(function_.statement) + "`");
    return false;
  }

  // A literal, perhaps with a cast to text, boolean or name; moves `index` behind it.
  std::optional<Argument> ReadLiteral(size_t& index) {
    if (index >= tokens_.size()) {
      Refuse(statement_);
      return std::nullopt;
    }
    Argument argument;
    argument.range = tokens_.At(index);
    TokenKind kind = tokens_[index].kind;
    switch (kind) {
      case TokenKind::String:
      case TokenKind::EscapeString:
      case TokenKind::DollarString:
      case TokenKind::UnicodeString: {
        char escape = '\\';
        size_t token = index;
        if (kind == TokenKind::UnicodeString && tokens_.Is(index + 1, "uescape") &&
            index + 2 < tokens_.size() && tokens_[index + 2].kind == TokenKind::String) {
          escape = DecodeUescape(tokens_.At(index + 2), diagnostics_);
          index += 2;
        }
        argument.kind = Argument::Kind::Text;
        argument.text = DecodeString(kind, tokens_.At(token), diagnostics_, escape);
        break;
      }
      case TokenKind::Number: argument.kind = Argument::Kind::Number; break;
      default:
        if (tokens_.Is(index, "true") || tokens_.Is(index, "false")) {
          argument.kind = Argument::Kind::Boolean;
          argument.boolean = tokens_.Is(index, "true");
        } else if (!tokens_.Is(index, "null")) {
          Refuse(argument.range);
          return std::nullopt;
        }
        break;
    }
    ++index;
    // `::text` is cut as two colons and a name.
    if (tokens_.Is(index, ":") && tokens_.Is(index + 1, ":") && tokens_.IsName(index + 2))
      index += 3;
    return argument;
  }

  const Argument* Get(std::string_view parameter) const {
    for (size_t i = 0; i < arguments_.size(); ++i) {
      if (function_.parameters[i] != parameter) continue;
      bool given = arguments_[i] && arguments_[i]->kind != Argument::Kind::Null;
      return given ? &*arguments_[i] : nullptr;
    }
    return nullptr;
  }

  source::Diagnostics::Builder ReportValue(const Argument& argument, std::string_view parameter) {
    std::string value(argument.range.text());
    return diagnostics_.Report(Code::InvalidArgument, argument.range, parameter, value);
  }

  std::optional<bool> Boolean(std::string_view parameter) {
    const Argument* argument = Get(parameter);
    if (argument == nullptr) return std::nullopt;
    if (argument->kind == Argument::Kind::Boolean) return argument->boolean;
    for (std::string_view word : {"t", "true", "yes", "on", "1"}) {
      if (IsWord(argument->text.text, word)) return true;
    }
    for (std::string_view word : {"f", "false", "no", "off", "0"}) {
      if (IsWord(argument->text.text, word)) return false;
    }
    ReportValue(*argument, parameter).AddHelp("its values are `true` and `false`");
    return std::nullopt;
  }

  template <typename T>
  std::optional<Located<T>> Choose(std::string_view parameter,
                                   const std::vector<std::pair<std::string_view, T>>& choices) {
    const Argument* argument = Get(parameter);
    if (argument == nullptr) return std::nullopt;
    std::string words;
    for (const auto& [word, value] : choices) {
      if (IsWord(argument->text.text, word)) return Located<T>{value, argument->range};
      words += (words.empty() ? "`" : ", `") + std::string(word) + "`";
    }
    ReportValue(*argument, parameter).AddHelp("its values are " + words);
    return std::nullopt;
  }

  // --- values ---------------------------------------------------------------------------------

  // Names in strings are read as PostgreSQL reads the text of a regclass.
  QualifiedName NameOf(std::string_view parameter) {
    const Argument& argument = *Get(parameter);
    Range text = RangeOf(argument);
    QualifiedName result;
    result.range = argument.range;
    Tokens tokens(text);
    bool qualified =
        tokens.size() == 3 && tokens.IsName(0) && tokens.Is(1, ".") && tokens.IsName(2);
    if (!qualified && !(tokens.size() == 1 && tokens.IsName(0))) {
      ReportValue(argument, parameter).AddHelp("give a name, `'name'` or `'schema.name'`");
      result.name = {argument.text.text, argument.range};
      return result;
    }
    size_t last = tokens.size() - 1;
    result.name = DecodeName(tokens[last].kind, tokens.At(last), diagnostics_);
    if (qualified) result.schema = DecodeName(tokens[0].kind, tokens.At(0), diagnostics_);
    return result;
  }

  /// The value of a text argument as a range: of the literal, or of a text derived from it.
  Range RangeOf(const Argument& argument) {
    const Decoded& text = argument.text;
    const source::Buffer& buffer = *argument.range.buffer;
    if (text.verbatim) return buffer.At(text.origin.front(), text.origin.back());
    derived_.push_back(std::make_shared<const source::Buffer>(text.text, buffer, text.origin));
    return derived_.back()->All();
  }

  Range QueryOf(std::string_view parameter) {
    Range range = RangeOf(*Get(parameter));
    std::string_view text = range.text();
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
    size_t end = text.find_last_not_of(std::string(kSpace) + ";") + 1;
    return range.Sub(static_cast<uint32_t>(begin), static_cast<uint32_t>(std::max(begin, end)));
  }

  std::optional<Located<RefreshMode>> Mode() {
    return Choose<RefreshMode>("refresh_mode", {{"auto", RefreshMode::Auto},
                                                {"immediate", RefreshMode::Immediate},
                                                {"differential", RefreshMode::Differential},
                                                {"full", RefreshMode::Full}});
  }

  std::optional<Located<Schedule>> ReadSchedule() {
    const Argument* argument = Get("schedule");
    if (argument == nullptr) return std::nullopt;
    Schedule schedule;
    schedule.text = argument->text.text;
    if (IsWord(schedule.text, "calculated")) {
      schedule.text.clear();
    } else if (auto duration = ParseDuration(schedule.text)) {
      schedule.kind = Schedule::Kind::Duration;
      schedule.duration = *duration;
    } else if (!CheckCron(schedule.text)) {
      schedule.kind = Schedule::Kind::Cron;
    } else {
      diagnostics_.Report(Code::InvalidDuration, argument->range, schedule.text)
          .AddHelp("give a duration such as `'1h30m'`, a cron expression, or `'calculated'`");
    }
    return Located<Schedule>{schedule, argument->range};
  }

  std::optional<Located<Diamond>> ReadDiamond() {
    auto consistency = Choose<Diamond::Consistency>(
        "diamond_consistency",
        {{"atomic", Diamond::Consistency::Atomic}, {"none", Diamond::Consistency::Independent}});
    auto policy = Choose<Diamond::Policy>(
        "diamond_schedule_policy",
        {{"fastest", Diamond::Policy::Fastest}, {"slowest", Diamond::Policy::Slowest}});
    if (!consistency && !policy) return std::nullopt;
    Located<Diamond> diamond{{}, consistency ? consistency->range : policy->range};
    if (consistency) diamond.value.consistency = consistency->value;
    if (policy) diamond.value.policy = policy->value;
    return diamond;
  }

  std::optional<Located<double>> ReadFullThreshold() {
    const Argument* argument = Get("full_threshold");
    if (argument == nullptr) return std::nullopt;
    std::string_view text = argument->kind == Argument::Kind::Number
                                ? argument->range.text()
                                : std::string_view(argument->text.text);
    double ratio = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ratio);
    bool read = error == std::errc() && end == text.data() + text.size();
    if (read && ratio >= 0 && ratio <= 1) return Located<double>{ratio, argument->range};
    ReportValue(*argument, "full_threshold")
        .AddHelp("give the share of changed rows above which a refresh is FULL: 0 to 1");
    return std::nullopt;
  }

  // Only one way of capturing exists here; the argument can say nothing else.
  void CheckCaptureMode() {
    const Argument* argument = Get("cdc_mode");
    if (argument == nullptr || IsWord(argument->text.text, "auto") ||
        IsWord(argument->text.text, "trigger")) {
      return;
    }
    ReportValue(*argument, "cdc_mode")
        .AddNote(
            "changes are captured by triggers: reading the WAL needs an extension and a "
            "replication slot on the server")
        .AddHelp("its values are `auto`, `trigger`");
  }

  // --- statements -----------------------------------------------------------------------------

  CreateStreamTable Create() {
    CreateStreamTable statement;
    if (function_.name == "create_immv") {
      statement.name = NameOf("immv_name");
      statement.query = QueryOf("view_definition");
      statement.mode = Located<RefreshMode>{RefreshMode::Immediate, statement_};
      return statement;
    }
    statement.name = NameOf("name");
    statement.if_not_exists = function_.name == "create_stream_table_if_not_exists";
    statement.query = QueryOf("query");
    statement.mode = Mode();
    statement.schedule = ReadSchedule();
    // What is the default of the function says nothing about IMMEDIATE.
    if (statement.EffectiveMode() == RefreshMode::Immediate && statement.schedule &&
        statement.schedule->value.kind == Schedule::Kind::Calculated) {
      statement.schedule.reset();
    }
    statement.diamond = ReadDiamond();
    if (statement.EffectiveMode() == RefreshMode::Immediate && statement.diamond &&
        statement.diamond->value.consistency == Diamond::Consistency::Atomic &&
        statement.diamond->value.policy != Diamond::Policy::Slowest) {
      statement.diamond.reset();
    }
    CheckCaptureMode();
    if (Boolean("append_only").value_or(false)) {
      statement.append_only = Located<AppendOnly>{{}, Get("append_only")->range};
    }
    if (!Boolean("initialize").value_or(true)) {
      statement.with_data = Located<bool>{false, Get("initialize")->range};
    }
    CheckDefinition(statement, diagnostics_);
    return statement;
  }

  AlterStreamTable Alter() {
    AlterStreamTable statement;
    statement.name = NameOf("name");
    auto add = [&statement](auto action, Range range) {
      statement.actions.push_back({std::move(action), range});
    };
    if (const Argument* query = Get("query")) add(SetQuery{QueryOf("query")}, query->range);
    if (auto mode = Mode()) add(SetMode{mode->value}, mode->range);
    if (auto schedule = ReadSchedule()) add(SetSchedule{schedule->value}, schedule->range);
    if (auto suspended = Choose<bool>("status", {{"suspended", true}, {"active", false}})) {
      if (suspended->value) {
        add(Suspend{}, suspended->range);
      } else {
        add(Resume{}, suspended->range);
      }
    }
    if (auto diamond = ReadDiamond()) add(SetDiamond{diamond->value}, diamond->range);
    if (auto threshold = ReadFullThreshold()) {
      SetOptions set;
      set.options.full_threshold = threshold;
      add(std::move(set), threshold->range);
    }
    CheckCaptureMode();
    if (auto append_only = Boolean("append_only")) {
      Range range = Get("append_only")->range;
      if (*append_only) {
        add(SetAppendOnly{}, range);
      } else {
        add(DropAppendOnly{}, range);
      }
    }
    CheckActions(statement, diagnostics_);
    return statement;
  }

  const Tokens& tokens_;
  const Function& function_;
  Range statement_;
  std::vector<source::BufferPtr>& derived_;
  source::Diagnostics& diagnostics_;
  std::vector<std::optional<Argument>> arguments_;
};

/// Warns of known calls in the body of a DO block.
void CheckDoBlock(const Tokens& tokens, source::Diagnostics& diagnostics) {
  for (size_t i = 1; i < tokens.size(); ++i) {
    TokenKind kind = tokens[i].kind;
    bool dollar = kind == TokenKind::DollarString;
    if (!dollar && kind != TokenKind::String) continue;
    Range body = tokens.At(i);
    auto margin = static_cast<uint32_t>(dollar ? body.text().find('$', 1) + 1 : 1);
    if (body.size() < 2 * margin) continue;
    Tokens inner(body.Sub(margin, body.size() - margin));
    for (size_t k = 0; k < inner.size(); ++k) {
      std::optional<Match> match = MatchFunction(inner, k);
      if (!match) continue;
      diagnostics.Report(Code::CallInDoBlock, inner.From(k, match->open - 1), match->function->name)
          .AddNote("a DO block is not compiled, it runs on the server as it is")
          .AddHelp("write `" + std::string(match->function->statement) + "` outside of the block");
      k = match->open;
    }
  }
}

}  // namespace

std::optional<StatementBody> ReadCompatibleCall(Range range,
                                                std::vector<source::BufferPtr>& derived,
                                                source::Diagnostics& diagnostics) {
  Token first = ScanToken(range.text(), 0);
  std::string_view word = range.text().substr(0, first.end);
  bool is_select = IsWord(word, "select");
  if (IsWord(word, "do")) {
    CheckDoBlock(Tokens(range), diagnostics);
    return std::nullopt;
  }
  if (!is_select && !IsWord(word, "call")) return std::nullopt;
  Tokens tokens(range);
  size_t index = 1;
  if (is_select && tokens.Is(1, "*") && tokens.Is(2, "from")) index = 3;
  std::optional<Match> match = MatchFunction(tokens, index);
  if (!match) return std::nullopt;
  CallReader reader(tokens, *match->function, range, derived, diagnostics);
  std::optional<StatementBody> statement = reader.Read(match->open + 1);
  return statement ? std::move(statement) : StatementBody(Unreadable{});
}

}  // namespace tricklec::syntax
