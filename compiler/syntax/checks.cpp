#include "tricklec/syntax/checks.h"

#include <map>
#include <string>
#include <string_view>

namespace tricklec::syntax {

namespace {

using source::Code;

constexpr std::string_view kScheduleReason =
    "an IMMEDIATE stream table is maintained by the statement that changes a source, there is "
    "nothing to schedule";
constexpr std::string_view kAppendOnlyReason =
    "FULL recomputes the query at every refresh, whatever happened to the sources";
constexpr std::string_view kCaptureReason =
    "IMMEDIATE reads the changes of the running statement and keeps no change buffers";

constexpr std::string_view kRefreshReason =
    "an IMMEDIATE stream table is maintained by the statement that changes a source, it is never "
    "refreshed";
constexpr std::string_view kThresholdReason = "FULL recomputes the query at every refresh";

/// Where the parts stand that may contradict each other; invalid ranges where they are not given.
struct Combination {
  std::optional<Located<RefreshMode>> mode;
  Range schedule;
  Range append_only;
  Range capture;
  Range diamond;
  Range full_threshold;
};

void CheckCombination(const Combination& parts, source::Diagnostics& diagnostics) {
  if (!parts.mode) return;
  auto explain = [&](source::Diagnostics::Builder builder, std::string_view reason,
                     std::string_view clause) {
    builder.AddLabel(parts.mode->range, "the refresh mode is given here")
        .AddNote(std::string(reason))
        .AddHelp("remove " + std::string(clause) + ", or choose another refresh mode");
  };
  auto report = [&](Code code, Range range, std::string_view reason, std::string_view clause) {
    explain(diagnostics.Report(code, range), reason, clause);
  };
  auto without_meaning = [&](std::string_view clause, std::string_view mode, Range range,
                             std::string_view reason) {
    explain(diagnostics.Report(Code::ClauseWithoutMeaning, range, clause, mode), reason, clause);
  };
  switch (parts.mode->value) {
    case RefreshMode::Immediate:
      if (parts.schedule.valid()) {
        report(Code::ScheduleWithImmediate, parts.schedule, kScheduleReason, "SCHEDULE");
      }
      if (parts.capture.valid()) {
        report(Code::CaptureWithImmediate, parts.capture, kCaptureReason, "CAPTURE");
      }
      if (parts.diamond.valid()) {
        without_meaning("DIAMOND", "an IMMEDIATE", parts.diamond, kRefreshReason);
      }
      if (parts.full_threshold.valid()) {
        without_meaning("`full_threshold`", "an IMMEDIATE", parts.full_threshold, kRefreshReason);
      }
      break;
    case RefreshMode::Full:
      if (parts.append_only.valid()) {
        report(Code::AppendOnlyWithFull, parts.append_only, kAppendOnlyReason, "APPEND ONLY");
      }
      if (parts.full_threshold.valid()) {
        without_meaning("`full_threshold`", "a FULL", parts.full_threshold, kThresholdReason);
      }
      break;
    case RefreshMode::Auto:
    case RefreshMode::Differential: break;
  }
}

/// What an action sets, so that two actions on the same thing are found; empty for the others,
/// which the grammar keeps alone.
struct PropertyOf {
  std::string_view operator()(const SetMode&) const { return "the refresh mode"; }
  std::string_view operator()(const SetSchedule&) const { return "SCHEDULE"; }
  std::string_view operator()(const ResetSchedule&) const { return "SCHEDULE"; }
  std::string_view operator()(const SetAppendOnly&) const { return "APPEND ONLY"; }
  std::string_view operator()(const DropAppendOnly&) const { return "APPEND ONLY"; }
  std::string_view operator()(const SetGating&) const { return "the gating"; }
  std::string_view operator()(const SetDiamond&) const { return "DIAMOND"; }
  std::string_view operator()(const SetCapture&) const { return "CAPTURE"; }
  std::string_view operator()(const SetRequirements&) const { return "REQUIRE"; }
  std::string_view operator()(const DropRequirements&) const { return "REQUIRE"; }
  std::string_view operator()(const SetOptions&) const { return "SET (…)"; }
  std::string_view operator()(const ResetOptions&) const { return "RESET (…)"; }
  std::string_view operator()(const SetTablespace&) const { return "TABLESPACE"; }
  std::string_view operator()(const Suspend&) const { return "SUSPEND or RESUME"; }
  std::string_view operator()(const Resume&) const { return "SUSPEND or RESUME"; }
  std::string_view operator()(const SetQuery&) const { return {}; }
  std::string_view operator()(const RenameTo&) const { return {}; }
  std::string_view operator()(const SetSchema&) const { return {}; }
  std::string_view operator()(const OwnerTo&) const { return {}; }
};

}  // namespace

void CheckDefinition(const CreateStreamTable& statement, source::Diagnostics& diagnostics) {
  if (statement.or_replace && statement.if_not_exists) {
    diagnostics.Report(Code::OrReplaceIfNotExists, statement.name.range)
        .AddNote("OR REPLACE changes a stream table that exists, IF NOT EXISTS leaves it alone")
        .AddHelp("keep one of them");
  }
  Combination parts;
  parts.mode = statement.mode;
  if (statement.schedule) parts.schedule = statement.schedule->range;
  if (statement.append_only) parts.append_only = statement.append_only->range;
  if (statement.capture) parts.capture = statement.capture->range;
  if (statement.diamond) parts.diamond = statement.diamond->range;
  if (statement.options && statement.options->value.full_threshold) {
    parts.full_threshold = statement.options->value.full_threshold->range;
  }
  CheckCombination(parts, diagnostics);
  bool initially_gated = statement.gating && statement.gating->value.initially_gated;
  if (initially_gated && statement.with_data && statement.with_data->value) {
    diagnostics.Report(Code::InitiallyGatedWithData, statement.with_data->range)
        .AddLabel(statement.gating->range, "the gates are closed at creation here")
        .AddNote("a gated stream table is filled by the first refresh after its gates open")
        .AddHelp("remove WITH DATA");
  }
}

void CheckActions(const AlterStreamTable& statement, source::Diagnostics& diagnostics) {
  std::map<std::string_view, Range> seen;
  Combination parts;
  for (const AlterAction& action : statement.actions) {
    std::string_view property = std::visit(PropertyOf{}, action.action);
    if (property.empty()) continue;
    auto [first, is_new] = seen.emplace(property, action.range);
    if (!is_new) {
      diagnostics.Report(Code::RepeatedClause, action.range, property)
          .AddLabel(first->second, "first here");
      continue;
    }
    if (const auto* mode = std::get_if<SetMode>(&action.action)) {
      parts.mode = Located<RefreshMode>{mode->mode, action.range};
    }
    if (std::holds_alternative<SetSchedule>(action.action)) parts.schedule = action.range;
    if (std::holds_alternative<SetAppendOnly>(action.action)) parts.append_only = action.range;
    if (std::holds_alternative<SetCapture>(action.action)) parts.capture = action.range;
    if (std::holds_alternative<SetDiamond>(action.action)) parts.diamond = action.range;
    const auto* set = std::get_if<SetOptions>(&action.action);
    if (set != nullptr && set->options.full_threshold) {
      parts.full_threshold = set->options.full_threshold->range;
    }
    const auto* gating = std::get_if<SetGating>(&action.action);
    if (gating != nullptr && gating->gating.initially_gated) {
      diagnostics.Report(Code::InitiallyGatedInAlter, action.range)
          .AddHelp("close the gates of an existing stream table with `GATE SOURCE`");
    }
  }
  CheckCombination(parts, diagnostics);
}

}  // namespace tricklec::syntax
