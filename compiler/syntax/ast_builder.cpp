#include "tricklec/syntax/ast_builder.h"

#include <string>
#include <utility>

#include "tricklec/syntax/checks.h"
#include "tricklec/syntax/literal.h"
#include "tricklec/syntax/options.h"
#include "tricklec/syntax/schedule.h"

namespace tricklec::syntax {

namespace {

using grammar::Node;
using grammar::Rule;
using source::Code;

TokenKind KindOf(grammar::Token token) {
  switch (token) {
    case grammar::Token::QuotedName: return TokenKind::QuotedName;
    case grammar::Token::UnicodeName: return TokenKind::UnicodeName;
    case grammar::Token::String: return TokenKind::String;
    case grammar::Token::EscapeString: return TokenKind::EscapeString;
    case grammar::Token::UnicodeString: return TokenKind::UnicodeString;
    case grammar::Token::DollarString: return TokenKind::DollarString;
    case grammar::Token::Number: return TokenKind::Number;
    default: return TokenKind::Word;
  }
}

class Builder {
 public:
  Builder(Range statement, source::Diagnostics& diagnostics)
      : statement_(statement), diagnostics_(diagnostics) {}

  StatementBody Statement(const Node& node) {
    switch (node.rule) {
      case Rule::CreateStreamTable: return Create(node);
      case Rule::AlterStreamTable: return Alter(node);
      case Rule::DropStreamTable: return Drop(node);
      case Rule::RefreshStreamTable:
        return RefreshStreamTable{Qualified(Get(node, Rule::QualifiedName)),
                                  node.Child(Rule::FullRefresh) != nullptr};
      case Rule::GateSource:
        return GateSource{NamesOf(node), node.Child(Rule::WithoutCapture) != nullptr};
      case Rule::UngateSource: return UngateSource{NamesOf(node)};
      default: source::FailInternal(__FILE__, __LINE__, "not a stream statement");
    }
  }

 private:
  // --- the tree -------------------------------------------------------------------------------

  static const Node& Get(const Node& node, Rule rule) {
    const Node* child = node.Child(rule);
    TRICKLEC_CHECK(child != nullptr, "the grammar has no such part here");
    return *child;
  }

  Range At(const Node& node) const { return statement_.Sub(node.begin, node.end); }

  // --- names and literals ---------------------------------------------------------------------

  Name NameOf(const Node& node, bool allow_reserved = false) {
    const Node& token = node.children.front();
    char escape = '\\';
    if (const Node* uescape = node.Child(Rule::SimpleString)) {
      escape = DecodeUescape(At(*uescape), diagnostics_);
    }
    TokenKind kind = KindOf(node.FirstToken());
    Name name = DecodeName(kind, At(token), diagnostics_, escape);
    name.range = At(node);
    if (kind == TokenKind::Word && !allow_reserved && IsReservedWord(name.text)) {
      std::string_view written = name.range.text();
      diagnostics_.Report(Code::ReservedWord, name.range, written)
          .AddFix("write it in quotes", name.range, "\"" + name.text + "\"");
    }
    return name;
  }

  std::vector<Name> NameList(const Node& node) {
    std::vector<Name> names;
    for (const Node* child : node.Children(Rule::Name)) names.push_back(NameOf(*child));
    CheckNoRepetition(names, diagnostics_);
    return names;
  }

  QualifiedName Qualified(const Node& node) {
    std::vector<const Node*> parts = node.Children(Rule::Name);
    QualifiedName result;
    result.range = At(node);
    if (parts.size() > 2) {
      std::string_view written = result.range.text();
      diagnostics_.Report(Code::TooManyNameParts, result.range, written)
          .AddNote("a stream table and its sources are in one database");
    }
    result.name = NameOf(*parts.back());
    if (parts.size() > 1) result.schema = NameOf(*parts[parts.size() - 2]);
    return result;
  }

  std::vector<QualifiedName> NamesOf(const Node& node) {
    std::vector<QualifiedName> names;
    for (const Node* child : node.Children(Rule::QualifiedName)) names.push_back(Qualified(*child));
    CheckNoRepetition(names, diagnostics_);
    return names;
  }

  std::string StringOf(const Node& node) {
    const Node& token = node.children.front();
    char escape = '\\';
    if (const Node* uescape = node.Child(Rule::SimpleString)) {
      escape = DecodeUescape(At(*uescape), diagnostics_);
    }
    return DecodeString(KindOf(token.token), At(token), diagnostics_, escape).text;
  }

  // --- values of clauses, shared by CREATE and ALTER -------------------------------------------

  static RefreshMode ModeOf(const Node& node) {
    switch (Get(node, Rule::RefreshMode).FirstToken()) {
      case grammar::Token::Auto: return RefreshMode::Auto;
      case grammar::Token::Immediate: return RefreshMode::Immediate;
      case grammar::Token::Differential: return RefreshMode::Differential;
      case grammar::Token::Full: return RefreshMode::Full;
      default: source::FailInternal(__FILE__, __LINE__, "not a refresh mode");
    }
  }

  AppendOnly AppendOnlyOf(const Node& clause) {
    const Node* list = clause.Child(Rule::SourceList);
    return list == nullptr ? AppendOnly{} : AppendOnly{NamesOf(*list)};
  }

  Schedule ScheduleOf(const Node& clause) {
    const Node& written = Get(clause, Rule::Schedule).children.front();
    Schedule schedule;
    if (written.rule == Rule::CalculatedSchedule) return schedule;
    const Node& literal = Get(written, Rule::String);
    schedule.text = StringOf(literal);
    if (written.rule == Rule::CronSchedule) {
      schedule.kind = Schedule::Kind::Cron;
      if (auto problem = CheckCron(schedule.text)) {
        diagnostics_.Report(Code::InvalidCron, At(literal), schedule.text, *problem)
            .AddHelp(
                "for example `CRON '*/5 * * * *'`: minute, hour, day of month, month, day of "
                "week");
      }
      return schedule;
    }
    schedule.kind = Schedule::Kind::Duration;
    if (auto duration = ParseDuration(schedule.text)) {
      schedule.duration = *duration;
    } else {
      auto builder = diagnostics_.Report(Code::InvalidDuration, At(literal), schedule.text);
      builder.AddHelp(
          "write whole numbers with the units w, d, h, m, s, the larger first: `'30s'`, `'1h30m'`");
      if (!CheckCron(schedule.text)) {
        builder.AddFix("a cron expression is written after `CRON`", At(literal),
                       "CRON " + std::string(At(literal).text()));
      }
    }
    return schedule;
  }

  Gating GatingOf(const Node& clause) {
    Gating gating;
    if (clause.rule == Rule::NotGatedClause) {
      gating.kind = Gating::Kind::NotGated;
      return gating;
    }
    if (const Node* list = clause.Child(Rule::SourceList)) {
      gating.kind = Gating::Kind::Listed;
      gating.sources = NamesOf(*list);
    }
    gating.initially_gated = clause.Child(Rule::InitiallyGated) != nullptr;
    return gating;
  }

  static Diamond DiamondOf(const Node& clause) {
    Diamond diamond;
    bool atomic = Get(clause, Rule::DiamondConsistency).FirstToken() == grammar::Token::Atomic;
    diamond.consistency = atomic ? Diamond::Consistency::Atomic : Diamond::Consistency::Independent;
    if (const Node* policy = clause.Child(Rule::DiamondPolicy)) {
      bool fastest = policy->FirstToken() == grammar::Token::Fastest;
      diamond.policy = fastest ? Diamond::Policy::Fastest : Diamond::Policy::Slowest;
    }
    return diamond;
  }

  static Capture CaptureOf(const Node& clause) {
    bool row = Get(clause, Rule::CaptureLevel).FirstToken() == grammar::Token::Row;
    return row ? Capture::Row : Capture::Statement;
  }

  std::vector<Requirement> RequirementsOf(const Node& clause) {
    std::vector<RawRequirement> raw;
    for (const Node* written : Get(clause, Rule::RequirementList).Children(Rule::Requirement)) {
      const Node& kind = written->children.front();
      std::vector<const Node*> names = kind.Children(Rule::Name);
      RawRequirement requirement;
      requirement.no = kind.rule == Rule::NoRequirement;
      requirement.name = NameOf(*names.front(), true);
      if (names.size() > 1) requirement.limit = NameOf(*names.back(), true);
      requirement.range = At(*written);
      raw.push_back(std::move(requirement));
    }
    return CheckRequirements(raw, diagnostics_);
  }

  void ReadOptionName(const Node& node, RawOption& option) {
    std::vector<const Node*> names = node.Children(Rule::Name);
    option.name = NameOf(*names.back(), true);
    if (names.size() > 1) option.space = NameOf(*names.front(), true);
  }

  std::vector<RawOption> RawOptions(const Node& list) {
    std::vector<RawOption> raw;
    for (const Node* written : list.Children(Rule::Option)) {
      RawOption option;
      option.range = At(*written);
      ReadOptionName(Get(*written, Rule::OptionName), option);
      if (const Node* value = written->Child(Rule::OptionValue)) {
        option.value = Located<std::string>{ValueOf(*value), At(*value)};
      }
      raw.push_back(std::move(option));
    }
    return raw;
  }

  std::string ValueOf(const Node& value) {
    if (const Node* name = value.Child(Rule::Name)) return NameOf(*name, true).text;
    if (const Node* string = value.Child(Rule::String)) return StringOf(*string);
    if (value.FirstToken() == grammar::Token::On) return "on";
    // A number, its sign perhaps apart from it.
    std::string text;
    for (const Node& token : value.children) text += At(token).text();
    return text;
  }

  Options OptionsOf(const Node& list) { return CheckOptions(RawOptions(list), diagnostics_); }

  // --- CREATE ---------------------------------------------------------------------------------

  CreateStreamTable Create(const Node& node) {
    CreateStreamTable statement;
    statement.name = Qualified(Get(node, Rule::QualifiedName));
    statement.or_replace = node.Child(Rule::OrReplace) != nullptr;
    statement.if_not_exists = node.Child(Rule::IfNotExists) != nullptr;
    if (const Node* columns = node.Child(Rule::ColumnList)) statement.columns = NameList(*columns);
    for (const Node* clause : node.Children(Rule::Clause)) {
      AddClause(clause->children.front(), statement);
    }
    statement.query = At(Get(node, Rule::Query));
    if (const Node* data = node.Child(Rule::WithData)) {
      // WITH [NO] DATA
      statement.with_data = Located<bool>{data->children.size() == 2, At(*data)};
    }
    CheckDefinition(statement, diagnostics_);
    return statement;
  }

  template <typename T>
  void SetOnce(std::optional<Located<T>>& target, T value, const Node& clause,
               std::string_view what) {
    if (target) {
      diagnostics_.Report(Code::RepeatedClause, At(clause), what)
          .AddLabel(target->range, "first here");
      return;
    }
    target = Located<T>{std::move(value), At(clause)};
  }

  void AddClause(const Node& clause, CreateStreamTable& statement) {
    switch (clause.rule) {
      case Rule::ModeClause:
        return SetOnce(statement.mode, ModeOf(clause), clause, "the refresh mode");
      case Rule::AppendOnlyClause:
        return SetOnce(statement.append_only, AppendOnlyOf(clause), clause, "APPEND ONLY");
      case Rule::ScheduleClause:
        return SetOnce(statement.schedule, ScheduleOf(clause), clause, "SCHEDULE");
      case Rule::GatedByClause:
      case Rule::NotGatedClause:
        return SetOnce(statement.gating, GatingOf(clause), clause, "the gating");
      case Rule::DiamondClause:
        return SetOnce(statement.diamond, DiamondOf(clause), clause, "DIAMOND");
      case Rule::CaptureClause:
        return SetOnce(statement.capture, CaptureOf(clause), clause, "CAPTURE");
      case Rule::RequireClause:
        return SetOnce(statement.requirements, RequirementsOf(clause), clause, "REQUIRE");
      case Rule::WithClause:
        return SetOnce(statement.options, OptionsOf(Get(clause, Rule::OptionList)), clause, "WITH");
      case Rule::TablespaceClause:
        return SetOnce(statement.tablespace, NameOf(Get(clause, Rule::Name)), clause, "TABLESPACE");
      default: source::FailInternal(__FILE__, __LINE__, "not a clause");
    }
  }

  // --- ALTER and DROP -------------------------------------------------------------------------

  AlterStreamTable Alter(const Node& node) {
    AlterStreamTable statement;
    statement.name = Qualified(Get(node, Rule::QualifiedName));
    statement.if_exists = node.Child(Rule::IfExists) != nullptr;
    for (const Node& child : node.children) {
      if (child.rule != Rule::AlterAction && child.rule != Rule::AloneAction) continue;
      const Node& action = child.children.front();
      AlterAction built = Action(action);
      built.range = At(action);
      statement.actions.push_back(std::move(built));
    }
    CheckActions(statement, diagnostics_);
    return statement;
  }

  AlterAction Action(const Node& node) {
    auto part = [&node](Rule rule) -> const Node& { return Get(node, rule); };
    switch (node.rule) {
      case Rule::SetMode: return {SetMode{ModeOf(node)}, {}};
      case Rule::SetSchedule: return {SetSchedule{ScheduleOf(part(Rule::ScheduleClause))}, {}};
      case Rule::ResetSchedule: return {ResetSchedule{}, {}};
      case Rule::SetAppendOnly:
        return {SetAppendOnly{AppendOnlyOf(part(Rule::AppendOnlyClause))}, {}};
      case Rule::DropAppendOnly: return {DropAppendOnly{}, {}};
      case Rule::SetGatedBy: return {SetGating{GatingOf(part(Rule::GatedByClause))}, {}};
      case Rule::SetNotGated: return {SetGating{GatingOf(part(Rule::NotGatedClause))}, {}};
      case Rule::SetDiamond: return {SetDiamond{DiamondOf(part(Rule::DiamondClause))}, {}};
      case Rule::SetCapture: return {SetCapture{CaptureOf(part(Rule::CaptureClause))}, {}};
      case Rule::SetRequire:
        return {SetRequirements{RequirementsOf(part(Rule::RequireClause))}, {}};
      case Rule::DropRequire: return {DropRequirements{}, {}};
      case Rule::SetOptions: return {SetOptions{OptionsOf(part(Rule::OptionList))}, {}};
      case Rule::ResetOptions: return {ResetOptions{OptionNamesOf(node)}, {}};
      case Rule::SetTablespace:
        return {SetTablespace{NameOf(Get(part(Rule::TablespaceClause), Rule::Name))}, {}};
      case Rule::Suspend: return {Suspend{}, {}};
      case Rule::Resume: return {Resume{}, {}};
      case Rule::SetQuery: return {SetQuery{At(part(Rule::Query))}, {}};
      case Rule::RenameTo: return {RenameTo{NameOf(part(Rule::Name))}, {}};
      case Rule::SetSchema: return {SetSchema{NameOf(part(Rule::Name))}, {}};
      case Rule::OwnerTo: return {OwnerOf(part(Rule::Name)), {}};
      default: source::FailInternal(__FILE__, __LINE__, "not an action");
    }
  }

  std::vector<Name> OptionNamesOf(const Node& node) {
    std::vector<RawOption> raw;
    for (const Node* name : node.Children(Rule::OptionName)) {
      RawOption option;
      option.range = At(*name);
      ReadOptionName(*name, option);
      raw.push_back(std::move(option));
    }
    return CheckOptionNames(raw, diagnostics_);
  }

  // CURRENT_ROLE, CURRENT_USER and SESSION_USER are reserved words that stand for a role here.
  OwnerTo OwnerOf(const Node& node) {
    static constexpr std::pair<std::string_view, OwnerTo::Kind> kSpecial[] = {
        {"current_role", OwnerTo::Kind::CurrentRole},
        {"current_user", OwnerTo::Kind::CurrentUser},
        {"session_user", OwnerTo::Kind::SessionUser}};
    OwnerTo owner;
    if (KindOf(node.FirstToken()) == TokenKind::Word) {
      for (const auto& [word, kind] : kSpecial) {
        if (IsWord(At(node).text(), word)) owner.kind = kind;
      }
    }
    owner.role = NameOf(node, owner.kind != OwnerTo::Kind::Role);
    return owner;
  }

  DropStreamTable Drop(const Node& node) {
    DropStreamTable statement;
    statement.names = NamesOf(node);
    statement.if_exists = node.Child(Rule::IfExists) != nullptr;
    if (const Node* behavior = node.Child(Rule::DropBehavior)) {
      statement.cascade = behavior->FirstToken() == grammar::Token::Cascade;
    }
    return statement;
  }

  Range statement_;
  source::Diagnostics& diagnostics_;
};

}  // namespace

StatementBody BuildAst(const grammar::Node& tree, source::Range range,
                       source::Diagnostics& diagnostics) {
  return Builder(range, diagnostics).Statement(tree.children.front());
}

}  // namespace tricklec::syntax
