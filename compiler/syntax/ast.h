#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tricklec/source/buffer.h"

/// The syntax tree of one file: the statements of the stream table language as typed values, and
/// everything else as source ranges. Trees are built once by `ParseFile` (parser.h) and not
/// changed afterwards. Every part carries the source range it was read from.
namespace tricklec::syntax {

using source::Range;

/// A name as PostgreSQL stores it: unquoted words folded to lower case (ASCII only), quotes and
/// Unicode escapes resolved, cut to 63 bytes.
struct Name {
  std::string text;
  Range range;
};

/// `name` or `schema.name`.
struct QualifiedName {
  std::optional<Name> schema;
  Name name;
  Range range;
};

/// A value and where it stands in the source.
template <typename T>
struct Located {
  T value;
  Range range;
};

enum class RefreshMode { Auto, Immediate, Differential, Full };

/// `APPEND ONLY [ON (source, …)]`
struct AppendOnly {
  std::vector<QualifiedName> sources;  ///< empty: all sources of the query
};

/// `SCHEDULE { 'duration' | CRON 'expression' | CALCULATED }`
struct Schedule {
  enum class Kind { Duration, Cron, Calculated };
  Kind kind = Kind::Calculated;
  std::string text;  ///< the duration or cron expression as written; empty for CALCULATED
  std::chrono::seconds duration{0};  ///< of a Duration
};

/// `GATED BY { ALL SOURCES | (source, …) } [INITIALLY GATED]` or `NOT GATED`
struct Gating {
  enum class Kind { AllSources, Listed, NotGated };
  Kind kind = Kind::AllSources;
  std::vector<QualifiedName> sources;  ///< of Listed
  bool initially_gated = false;
};

/// `DIAMOND { ATOMIC | INDEPENDENT } [FASTEST | SLOWEST]`
struct Diamond {
  enum class Consistency { Atomic, Independent };
  enum class Policy { Fastest, Slowest };
  Consistency consistency = Consistency::Atomic;
  std::optional<Policy> policy;
};

enum class Capture { Statement, Row };

enum class StrategyLimit { Linear, Algebraic, Keyed, Whole };
enum class LockLimit { None, Key, Table };

/// One requirement of `REQUIRE (…)`.
struct Requirement {
  enum class Kind { Strategy, Lock, NoFullScan, NoHiddenColumns, Key };
  Kind kind = Kind::Key;
  StrategyLimit strategy = StrategyLimit::Whole;  ///< of Strategy
  LockLimit lock = LockLimit::Table;              ///< of Lock
  Range range;
};

enum class HiddenColumns { Inline, Side };
enum class Auxiliary { Auto, None, All };
enum class Facts { Trusted, Enforced };
enum class FloatMode { Tolerant, Exact };

/// A storage parameter of the table, such as `fillfactor = 70`, kept as PostgreSQL gets it.
struct StorageParameter {
  std::optional<Name> space;  ///< `toast` of `toast.autovacuum_enabled`
  Name name;
  std::optional<Located<std::string>> value;
  Range range;
};

/// `WITH (option = value, …)`: our own options typed, storage parameters as they are.
struct Options {
  std::optional<Located<HiddenColumns>> hidden_columns;
  std::optional<Located<Auxiliary>> auxiliary;
  std::optional<Located<double>> full_threshold;  ///< ratio of changed rows, 0 to 1
  std::optional<Located<Facts>> facts;
  std::optional<Located<FloatMode>> float_mode;
  std::vector<StorageParameter> storage;
};

struct CreateStreamTable {
  QualifiedName name;
  bool or_replace = false;
  bool if_not_exists = false;
  std::vector<Name> columns;  ///< the explicit column list, empty if there is none

  std::optional<Located<RefreshMode>> mode;
  std::optional<Located<AppendOnly>> append_only;
  std::optional<Located<Schedule>> schedule;
  std::optional<Located<Gating>> gating;
  std::optional<Located<Diamond>> diamond;
  std::optional<Located<Capture>> capture;
  std::optional<Located<std::vector<Requirement>>> requirements;
  std::optional<Located<Options>> options;
  std::optional<Located<Name>> tablespace;

  Range query;  ///< the defining query; may lie inside a string literal of a compatible call
  std::optional<Located<bool>> with_data;  ///< false for WITH NO DATA

  RefreshMode EffectiveMode() const { return mode ? mode->value : RefreshMode::Auto; }
  /// Whether creation fills the table: INITIALLY GATED implies WITH NO DATA.
  bool FillsAtCreation() const {
    if (with_data) return with_data->value;
    return !(gating && gating->value.initially_gated);
  }
};

/// The actions of ALTER STREAM TABLE, in the order of the DIALECT.
struct SetMode {
  RefreshMode mode;
};
struct SetSchedule {
  Schedule schedule;
};
struct ResetSchedule {};
struct SetAppendOnly {
  AppendOnly append_only;
};
struct DropAppendOnly {};
struct SetGating {
  Gating gating;
};
struct SetDiamond {
  Diamond diamond;
};
struct SetCapture {
  Capture capture;
};
struct SetRequirements {
  std::vector<Requirement> requirements;
};
struct DropRequirements {};
struct SetOptions {
  Options options;
};
struct ResetOptions {
  std::vector<Name> options;
};
struct SetTablespace {
  Name tablespace;
};
struct Suspend {};
struct Resume {};
/// These stand alone in their statement.
struct SetQuery {
  Range query;
};
struct RenameTo {
  Name name;
};
struct SetSchema {
  Name schema;
};
struct OwnerTo {
  enum class Kind { Role, CurrentRole, CurrentUser, SessionUser };
  Kind kind = Kind::Role;
  Name role;  ///< of Role
};

struct AlterAction {
  std::variant<SetMode, SetSchedule, ResetSchedule, SetAppendOnly, DropAppendOnly, SetGating,
               SetDiamond, SetCapture, SetRequirements, DropRequirements, SetOptions, ResetOptions,
               SetTablespace, Suspend, Resume, SetQuery, RenameTo, SetSchema, OwnerTo>
      action;
  Range range;
};

struct AlterStreamTable {
  QualifiedName name;
  bool if_exists = false;
  std::vector<AlterAction> actions;  ///< at least one
};

struct DropStreamTable {
  std::vector<QualifiedName> names;  ///< at least one
  bool if_exists = false;
  bool cascade = false;
};

struct RefreshStreamTable {
  QualifiedName name;
  bool full = false;
};

struct GateSource {
  std::vector<QualifiedName> sources;  ///< at least one
  bool without_capture = false;
};

struct UngateSource {
  std::vector<QualifiedName> sources;  ///< at least one
};

/// Ordinary PostgreSQL, passed on byte for byte.
struct PassThrough {};

/// A command of psql, from its backslash to the end of the line.
struct PsqlMeta {
  std::string command;  ///< "restrict" of `\restrict abc`
};

/// The lines after `COPY … FROM stdin;`, up to and with the line `\.`.
struct CopyData {};

/// One of our statements that could not be read; its error has been reported.
struct Unreadable {};

using StatementBody =
    std::variant<CreateStreamTable, AlterStreamTable, DropStreamTable, RefreshStreamTable,
                 GateSource, UngateSource, PassThrough, PsqlMeta, CopyData, Unreadable>;

/// One statement. `leading`, `range` and `terminator` follow each other without a gap, and the
/// ranges of all statements and `File::trailing` together are the whole file (after a byte order
/// mark), so text that passes through is reproduced byte for byte.
struct Statement {
  Range leading;     ///< white space and comments before it
  Range range;       ///< from its first to its last token
  Range terminator;  ///< from there through its semicolon; empty where it has none
  StatementBody body;

  bool IsStream() const {
    return !std::holds_alternative<PassThrough>(body) && !std::holds_alternative<PsqlMeta>(body) &&
           !std::holds_alternative<CopyData>(body);
  }
  /// Everything, comments before it and semicolon included.
  Range Full() const { return {range.buffer, leading.begin, terminator.end}; }
};

struct File {
  const source::Buffer* buffer = nullptr;
  std::vector<Statement> statements;
  Range trailing;  ///< white space and comments after the last statement
  /// Buffers made for queries inside literals with escapes; ranges of `statements` point into them.
  std::vector<source::BufferPtr> derived;
};

}  // namespace tricklec::syntax
