#include "tricklec/syntax/options.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <string_view>
#include <utility>

namespace tricklec::syntax {

namespace {

using source::Code;

constexpr std::string_view kOwnOptions[] = {"hidden_columns", "auxiliary", "full_threshold",
                                            "facts", "float"};

// Storage parameters of CREATE TABLE in PostgreSQL 15; those marked exist for TOAST tables too.
struct KnownParameter {
  std::string_view name;
  bool toast;
};
constexpr KnownParameter kStorageParameters[] = {
    {"fillfactor", false},
    {"toast_tuple_target", false},
    {"parallel_workers", false},
    {"user_catalog_table", false},
    {"autovacuum_enabled", true},
    {"vacuum_index_cleanup", true},
    {"vacuum_truncate", true},
    {"autovacuum_vacuum_threshold", true},
    {"autovacuum_vacuum_scale_factor", true},
    {"autovacuum_vacuum_insert_threshold", true},
    {"autovacuum_vacuum_insert_scale_factor", true},
    {"autovacuum_analyze_threshold", false},
    {"autovacuum_analyze_scale_factor", false},
    {"autovacuum_vacuum_cost_delay", true},
    {"autovacuum_vacuum_cost_limit", true},
    {"autovacuum_freeze_min_age", true},
    {"autovacuum_freeze_max_age", true},
    {"autovacuum_freeze_table_age", true},
    {"autovacuum_multixact_freeze_min_age", true},
    {"autovacuum_multixact_freeze_max_age", true},
    {"autovacuum_multixact_freeze_table_age", true},
    {"log_autovacuum_min_duration", true},
};

std::string Spell(const std::optional<Name>& space, const Name& name) {
  return space ? space->text + "." + name.text : name.text;
}

bool IsStorageParameter(const std::optional<Name>& space, const Name& name) {
  if (space && space->text != "toast") return false;
  return std::any_of(std::begin(kStorageParameters), std::end(kStorageParameters),
                     [&](const KnownParameter& known) {
                       return known.name == name.text && (!space || known.toast);
                     });
}

bool IsOwnOption(const std::optional<Name>& space, const Name& name) {
  return !space && std::find(std::begin(kOwnOptions), std::end(kOwnOptions), name.text) !=
                       std::end(kOwnOptions);
}

template <typename Value>
struct Choice {
  std::string_view word;
  Value value;
};

template <typename Value>
std::string JoinWords(std::initializer_list<Choice<Value>> choices) {
  std::string result;
  for (const Choice<Value>& choice : choices) {
    if (!result.empty()) result += ", ";
    result += "`" + std::string(choice.word) + "`";
  }
  return result;
}

template <typename Value>
std::vector<std::string> Words(std::initializer_list<Choice<Value>> choices) {
  std::vector<std::string> words;
  for (const Choice<Value>& choice : choices) words.emplace_back(choice.word);
  return words;
}

void ReportUnknownOption(const std::string& spelled, Range range,
                         source::Diagnostics& diagnostics) {
  std::vector<std::string> candidates(std::begin(kOwnOptions), std::end(kOwnOptions));
  for (const KnownParameter& known : kStorageParameters) {
    candidates.emplace_back(known.name);
    if (known.toast) candidates.push_back("toast." + std::string(known.name));
  }
  auto builder = diagnostics.Report(Code::UnknownOption, range, spelled);
  if (auto close = source::ClosestMatch(spelled, candidates)) {
    builder.AddFix("did you mean `" + *close + "`?", range, *close);
  } else {
    builder.AddHelp(
        "the options are `hidden_columns`, `auxiliary`, `full_threshold`, `facts`, `float` and the "
        "storage parameters of a table such as `fillfactor`");
  }
}

class OptionChecker {
 public:
  explicit OptionChecker(source::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void Check(const RawOption& raw) {
    std::string_view name = raw.space ? std::string_view() : raw.name.text;
    if (name == "hidden_columns") {
      options.hidden_columns = Choose<HiddenColumns>(
          raw, {{"inline", HiddenColumns::Inline}, {"side", HiddenColumns::Side}});
    } else if (name == "auxiliary") {
      options.auxiliary = Choose<Auxiliary>(
          raw, {{"auto", Auxiliary::Auto}, {"none", Auxiliary::None}, {"all", Auxiliary::All}});
    } else if (name == "facts") {
      options.facts =
          Choose<Facts>(raw, {{"trusted", Facts::Trusted}, {"enforced", Facts::Enforced}});
    } else if (name == "float") {
      options.float_mode =
          Choose<FloatMode>(raw, {{"tolerant", FloatMode::Tolerant}, {"exact", FloatMode::Exact}});
    } else if (name == "full_threshold") {
      options.full_threshold = ReadRatio(raw);
    } else if (IsStorageParameter(raw.space, raw.name)) {
      options.storage.push_back({raw.space, raw.name, raw.value, raw.range});
    } else {
      Range range = raw.space ? raw.space->range : raw.name.range;
      range.end = raw.name.range.end;
      ReportUnknownOption(Spell(raw.space, raw.name), range, diagnostics_);
    }
  }

  Options options;

 private:
  source::Diagnostics::Builder Refuse(const RawOption& raw) {
    if (!raw.value) {
      return diagnostics_.Report(Code::InvalidOptionValue, raw.range, raw.name.text,
                                 "without a value");
    }
    return diagnostics_.Report(Code::InvalidOptionValue, raw.value->range, raw.name.text,
                               "`" + raw.value->value + "`");
  }

  template <typename Value>
  std::optional<Located<Value>> Choose(const RawOption& raw,
                                       std::initializer_list<Choice<Value>> choices) {
    if (raw.value) {
      for (const Choice<Value>& choice : choices) {
        if (choice.word == raw.value->value) return Located<Value>{choice.value, raw.range};
      }
    }
    auto builder = Refuse(raw);
    builder.AddHelp("its values are " + JoinWords(choices));
    if (raw.value) {
      if (auto close = source::ClosestMatch(raw.value->value, Words(choices))) {
        builder.AddFix("did you mean `" + *close + "`?", raw.value->range, *close);
      }
    }
    return std::nullopt;
  }

  std::optional<Located<double>> ReadRatio(const RawOption& raw) {
    if (raw.value) {
      const std::string& text = raw.value->value;
      double ratio = 0;
      auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ratio);
      bool valid = error == std::errc() && end == text.data() + text.size();
      if (valid && ratio >= 0 && ratio <= 1) return Located<double>{ratio, raw.range};
    }
    Refuse(raw).AddHelp("give the share of changed rows above which a refresh is FULL: 0 to 1");
    return std::nullopt;
  }

  source::Diagnostics& diagnostics_;
};

void ReportRepetition(const std::string& name, Range first, Range again,
                      source::Diagnostics& diagnostics) {
  diagnostics.Report(Code::RepeatedName, again, name).AddLabel(first, "first here");
}

template <typename Value>
std::optional<Value> ChooseLimit(const RawRequirement& raw,
                                 std::initializer_list<Choice<Value>> choices,
                                 source::Diagnostics& diagnostics) {
  if (!raw.limit) {
    diagnostics.Report(Code::UnknownRequirement, raw.range, raw.range.text())
        .AddHelp("write `" + raw.name.text + " <=` and one of " + JoinWords(choices));
    return std::nullopt;
  }
  for (const Choice<Value>& choice : choices) {
    if (choice.word == raw.limit->text) return choice.value;
  }
  auto builder = diagnostics.Report(Code::InvalidRequirementLimit, raw.limit->range,
                                    raw.limit->text, raw.name.text);
  builder.AddHelp("the limits of `" + raw.name.text + "` are " + JoinWords(choices));
  if (auto close = source::ClosestMatch(raw.limit->text, Words(choices))) {
    builder.AddFix("did you mean `" + *close + "`?", raw.limit->range, *close);
  }
  return std::nullopt;
}

void ReportUnknownRequirement(const RawRequirement& raw, source::Diagnostics& diagnostics) {
  std::string written = raw.no ? "no " + raw.name.text : raw.name.text;
  if (raw.limit) written += " <= " + raw.limit->text;
  auto builder = diagnostics.Report(Code::UnknownRequirement, raw.range, written);
  builder.AddHelp(
      "the requirements are `strategy <= …`, `lock <= …`, `no full_scan`, `no hidden_columns` and "
      "`key`");
  std::vector<std::string> candidates = {"key", "no full_scan", "no hidden_columns"};
  if (raw.limit) candidates = {"strategy <= " + raw.limit->text, "lock <= " + raw.limit->text};
  if (auto close = source::ClosestMatch(written, candidates)) {
    builder.AddFix("did you mean `" + *close + "`?", raw.range, *close);
  }
}

std::optional<Requirement> CheckRequirement(const RawRequirement& raw,
                                            source::Diagnostics& diagnostics) {
  Requirement result;
  result.range = raw.range;
  if (!raw.no && raw.name.text == "strategy") {
    result.kind = Requirement::Kind::Strategy;
    auto limit = ChooseLimit<StrategyLimit>(raw,
                                            {{"linear", StrategyLimit::Linear},
                                             {"algebraic", StrategyLimit::Algebraic},
                                             {"keyed", StrategyLimit::Keyed},
                                             {"whole", StrategyLimit::Whole}},
                                            diagnostics);
    if (!limit) return std::nullopt;
    result.strategy = *limit;
    return result;
  }
  if (!raw.no && raw.name.text == "lock") {
    result.kind = Requirement::Kind::Lock;
    auto limit = ChooseLimit<LockLimit>(
        raw, {{"none", LockLimit::None}, {"key", LockLimit::Key}, {"table", LockLimit::Table}},
        diagnostics);
    if (!limit) return std::nullopt;
    result.lock = *limit;
    return result;
  }
  if (!raw.limit) {
    if (raw.no && raw.name.text == "full_scan") {
      result.kind = Requirement::Kind::NoFullScan;
      return result;
    }
    if (raw.no && raw.name.text == "hidden_columns") {
      result.kind = Requirement::Kind::NoHiddenColumns;
      return result;
    }
    if (!raw.no && raw.name.text == "key") return result;
  }
  ReportUnknownRequirement(raw, diagnostics);
  return std::nullopt;
}

std::string Spell(const QualifiedName& name) { return Spell(name.schema, name.name); }

}  // namespace

Options CheckOptions(const std::vector<RawOption>& raw, source::Diagnostics& diagnostics) {
  OptionChecker checker(diagnostics);
  std::vector<std::pair<std::string, Range>> seen;
  for (const RawOption& option : raw) {
    std::string name = Spell(option.space, option.name);
    auto first = std::find_if(seen.begin(), seen.end(), [&](auto& s) { return s.first == name; });
    if (first != seen.end()) {
      ReportRepetition(name, first->second, option.range, diagnostics);
      continue;
    }
    seen.emplace_back(std::move(name), option.range);
    checker.Check(option);
  }
  return std::move(checker.options);
}

std::vector<Name> CheckOptionNames(const std::vector<RawOption>& raw,
                                   source::Diagnostics& diagnostics) {
  std::vector<Name> names;
  for (const RawOption& option : raw) {
    Name name{Spell(option.space, option.name), option.range};
    if (IsOwnOption(option.space, option.name) || IsStorageParameter(option.space, option.name)) {
      names.push_back(std::move(name));
    } else {
      ReportUnknownOption(name.text, name.range, diagnostics);
    }
  }
  CheckNoRepetition(names, diagnostics);
  return names;
}

std::vector<Requirement> CheckRequirements(const std::vector<RawRequirement>& raw,
                                           source::Diagnostics& diagnostics) {
  std::vector<Requirement> result;
  for (const RawRequirement& written : raw) {
    std::optional<Requirement> requirement = CheckRequirement(written, diagnostics);
    if (!requirement) continue;
    auto first = std::find_if(result.begin(), result.end(),
                              [&](const Requirement& r) { return r.kind == requirement->kind; });
    if (first != result.end()) {
      ReportRepetition(written.name.text, first->range, written.range, diagnostics);
      continue;
    }
    result.push_back(*requirement);
  }
  return result;
}

void CheckNoRepetition(const std::vector<Name>& names, source::Diagnostics& diagnostics) {
  std::map<std::string_view, Range> seen;
  for (const Name& name : names) {
    auto [first, is_new] = seen.emplace(name.text, name.range);
    if (!is_new) ReportRepetition(name.text, first->second, name.range, diagnostics);
  }
}

void CheckNoRepetition(const std::vector<QualifiedName>& names, source::Diagnostics& diagnostics) {
  std::map<std::pair<std::string, std::string>, Range> seen;
  for (const QualifiedName& name : names) {
    // A schema cannot be called "", so an unqualified name is not taken for a qualified one.
    auto key = std::pair(name.schema ? name.schema->text : std::string(), name.name.text);
    auto [first, is_new] = seen.emplace(std::move(key), name.range);
    if (!is_new) ReportRepetition(Spell(name), first->second, name.range, diagnostics);
  }
}

}  // namespace tricklec::syntax
