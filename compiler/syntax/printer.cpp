#include "tricklec/syntax/printer.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>

namespace tricklec::syntax {

namespace {

std::string_view ToText(RefreshMode mode) {
  switch (mode) {
    case RefreshMode::Auto: return "auto";
    case RefreshMode::Immediate: return "immediate";
    case RefreshMode::Differential: return "differential";
    case RefreshMode::Full: return "full";
  }
  return {};
}

std::string_view ToText(StrategyLimit limit) {
  switch (limit) {
    case StrategyLimit::Linear: return "linear";
    case StrategyLimit::Algebraic: return "algebraic";
    case StrategyLimit::Keyed: return "keyed";
    case StrategyLimit::Whole: return "whole";
  }
  return {};
}

std::string_view ToText(LockLimit limit) {
  switch (limit) {
    case LockLimit::None: return "none";
    case LockLimit::Key: return "key";
    case LockLimit::Table: return "table";
  }
  return {};
}

std::string_view ToText(Auxiliary value) {
  switch (value) {
    case Auxiliary::Auto: return "auto";
    case Auxiliary::None: return "none";
    case Auxiliary::All: return "all";
  }
  return {};
}

std::string ToText(const Requirement& requirement) {
  switch (requirement.kind) {
    case Requirement::Kind::Strategy:
      return fmt::format("strategy <= {}", ToText(requirement.strategy));
    case Requirement::Kind::Lock: return fmt::format("lock <= {}", ToText(requirement.lock));
    case Requirement::Kind::NoFullScan: return "no full_scan";
    case Requirement::Kind::NoHiddenColumns: return "no hidden_columns";
    case Requirement::Kind::Key: return "key";
  }
  return {};
}

template <typename Names>
std::string QuoteAll(const Names& names) {
  std::string result;
  for (const auto& name : names) {
    if (!result.empty()) result += ", ";
    result += Quote(name);
  }
  return result;
}

std::string ToText(const AppendOnly& value) {
  return value.sources.empty() ? "all sources" : QuoteAll(value.sources);
}

std::string ToText(const Schedule& value) {
  switch (value.kind) {
    case Schedule::Kind::Duration:
      return fmt::format("every '{}' ({} s)", value.text, value.duration.count());
    case Schedule::Kind::Cron: return fmt::format("cron '{}'", value.text);
    case Schedule::Kind::Calculated: return "calculated";
  }
  return {};
}

std::string ToText(const Gating& value) {
  std::string result;
  switch (value.kind) {
    case Gating::Kind::AllSources: result = "by all sources"; break;
    case Gating::Kind::Listed: result = "by " + QuoteAll(value.sources); break;
    case Gating::Kind::NotGated: result = "not gated"; break;
  }
  return value.initially_gated ? result + ", initially gated" : result;
}

std::string ToText(const Diamond& value) {
  std::string result = value.consistency == Diamond::Consistency::Atomic ? "atomic" : "independent";
  if (value.policy) result += *value.policy == Diamond::Policy::Fastest ? ", fastest" : ", slowest";
  return result;
}

std::string_view ToText(Capture value) { return value == Capture::Row ? "row" : "statement"; }

/// Writes the lines; `depth` is the indentation of the next one.
class Printer {
 public:
  std::string Print(const File& file) {
    for (const Statement& statement : file.statements) {
      statement_ = statement.range;
      std::visit(*this, statement.body);
    }
    return std::move(out_);
  }

  void operator()(const CreateStreamTable& statement) {
    Line(0, "create stream table", Quote(statement.name), statement_);
    if (statement.or_replace) Line(1, "or replace");
    if (statement.if_not_exists) Line(1, "if not exists");
    for (const Name& column : statement.columns) Line(1, "column", Quote(column), column.range);
    if (statement.mode) Line(1, "mode", ToText(statement.mode->value), statement.mode->range);
    Clause("append only", statement.append_only);
    Clause("schedule", statement.schedule);
    Clause("gating", statement.gating);
    Clause("diamond", statement.diamond);
    Clause("capture", statement.capture);
    if (statement.requirements) Requirements(statement.requirements->value);
    if (statement.options) OptionLines(statement.options->value);
    if (statement.tablespace) {
      Line(1, "tablespace", Quote(statement.tablespace->value), statement.tablespace->range);
    }
    Query(statement.query);
    if (statement.with_data) {
      Line(1, statement.with_data->value ? "with data" : "with no data", {},
           statement.with_data->range);
    }
  }

  void operator()(const AlterStreamTable& statement) {
    Line(0, "alter stream table", Quote(statement.name), statement_);
    if (statement.if_exists) Line(1, "if exists");
    for (const AlterAction& action : statement.actions) {
      action_ = action.range;
      std::visit(*this, action.action);
    }
  }

  void operator()(const DropStreamTable& statement) {
    Line(0, "drop stream table", QuoteAll(statement.names), statement_);
    if (statement.if_exists) Line(1, "if exists");
    if (statement.cascade) Line(1, "cascade");
  }

  void operator()(const RefreshStreamTable& statement) {
    Line(0, "refresh stream table", Quote(statement.name), statement_);
    if (statement.full) Line(1, "full");
  }

  void operator()(const GateSource& statement) {
    Line(0, "gate source", QuoteAll(statement.sources), statement_);
    if (statement.without_capture) Line(1, "without capture");
  }

  void operator()(const UngateSource& statement) {
    Line(0, "ungate source", QuoteAll(statement.sources), statement_);
  }

  void operator()(const PassThrough&) { Line(0, "pass through", {}, statement_); }
  void operator()(const PsqlMeta& meta) { Line(0, "psql command", meta.command, statement_); }
  void operator()(const CopyData&) { Line(0, "copy data", {}, statement_); }
  void operator()(const Unreadable&) { Line(0, "unreadable", {}, statement_); }

  void operator()(const SetMode& a) { Line(1, "set mode", ToText(a.mode), action_); }
  void operator()(const SetSchedule& a) { Line(1, "set schedule", ToText(a.schedule), action_); }
  void operator()(const ResetSchedule&) { Line(1, "reset schedule", {}, action_); }
  void operator()(const SetAppendOnly& a) {
    Line(1, "set append only", ToText(a.append_only), action_);
  }
  void operator()(const DropAppendOnly&) { Line(1, "drop append only", {}, action_); }
  void operator()(const SetGating& a) { Line(1, "set gating", ToText(a.gating), action_); }
  void operator()(const SetDiamond& a) { Line(1, "set diamond", ToText(a.diamond), action_); }
  void operator()(const SetCapture& a) { Line(1, "set capture", ToText(a.capture), action_); }
  void operator()(const SetRequirements& a) { Requirements(a.requirements); }
  void operator()(const DropRequirements&) { Line(1, "drop require", {}, action_); }
  void operator()(const SetOptions& a) { OptionLines(a.options); }
  void operator()(const ResetOptions& a) {
    for (const Name& name : a.options) Line(1, "reset option", name.text, name.range);
  }
  void operator()(const SetTablespace& a) {
    Line(1, "set tablespace", Quote(a.tablespace), action_);
  }
  void operator()(const Suspend&) { Line(1, "suspend", {}, action_); }
  void operator()(const Resume&) { Line(1, "resume", {}, action_); }
  void operator()(const SetQuery& a) { Query(a.query); }
  void operator()(const RenameTo& a) { Line(1, "rename to", Quote(a.name), action_); }
  void operator()(const SetSchema& a) { Line(1, "set schema", Quote(a.schema), action_); }
  void operator()(const OwnerTo& a) {
    bool role = a.kind == OwnerTo::Kind::Role;
    Line(1, "owner to", role ? Quote(a.role) : a.role.text, action_);
  }

 private:
  void Line(int depth, std::string_view what, std::string_view value = {}, Range range = {}) {
    out_.append(static_cast<size_t>(depth) * 2, ' ');
    out_ += what;
    if (!value.empty()) fmt::format_to(std::back_inserter(out_), " {}", value);
    if (range.valid()) {
      range = range.buffer->InOrigin(range);
      source::Position begin = range.buffer->PositionOf(range.begin);
      source::Position end = range.buffer->PositionOf(range.end);
      fmt::format_to(std::back_inserter(out_), " @{}:{}-{}:{}", begin.line, begin.column, end.line,
                     end.column);
    }
    out_ += '\n';
  }

  template <typename T>
  void Clause(std::string_view what, const std::optional<Located<T>>& clause) {
    if (clause) Line(1, what, ToText(clause->value), clause->range);
  }

  void Requirements(const std::vector<Requirement>& requirements) {
    for (const Requirement& requirement : requirements) {
      Line(1, "require", ToText(requirement), requirement.range);
    }
  }

  template <typename T>
  void Option(std::string_view name, const std::optional<Located<T>>& option,
              std::string_view value) {
    if (option) Line(1, "option", fmt::format("{} = {}", name, value), option->range);
  }

  void OptionLines(const Options& o) {
    auto is = [](const auto& option, auto value) { return option && option->value == value; };
    Option("hidden_columns", o.hidden_columns,
           is(o.hidden_columns, HiddenColumns::Side) ? "side" : "inline");
    Option("auxiliary", o.auxiliary, o.auxiliary ? ToText(o.auxiliary->value) : "");
    Option("full_threshold", o.full_threshold,
           o.full_threshold ? fmt::format("{}", o.full_threshold->value) : "");
    Option("facts", o.facts, is(o.facts, Facts::Enforced) ? "enforced" : "trusted");
    Option("float", o.float_mode, is(o.float_mode, FloatMode::Exact) ? "exact" : "tolerant");
    for (const StorageParameter& parameter : o.storage) {
      std::string text = parameter.space ? parameter.space->text + "." : "";
      text += parameter.name.text;
      if (parameter.value) text += " = " + parameter.value->value;
      Line(1, "storage", text, parameter.range);
    }
  }

  // Line breaks in the query are shown as they are, every line after a bar.
  void Query(Range query) {
    Line(1, "query", {}, query);
    std::string_view rest = query.text();
    for (;;) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      bool last = line.size() == rest.size();
      rest.remove_prefix(last ? rest.size() : line.size() + 1);
      while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      fmt::format_to(std::back_inserter(out_), "    |{}{}\n", line.empty() ? "" : " ", line);
      if (last) return;
    }
  }

  std::string out_;
  Range statement_;
  Range action_;
};

}  // namespace

std::string Quote(const Name& name) {
  std::string result = "\"";
  for (char c : name.text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

std::string Quote(const QualifiedName& name) {
  return name.schema ? Quote(*name.schema) + "." + Quote(name.name) : Quote(name.name);
}

std::string PrintTree(const File& file) { return Printer().Print(file); }

}  // namespace tricklec::syntax
