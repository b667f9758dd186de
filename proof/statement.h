#pragma once

#include <string>
#include <vector>

namespace tricklec::proof {

struct Piece;
/// The text of a statement, with what can be left out of it.
using Sql = std::vector<Piece>;

struct Piece {
  enum class Kind {
    Text,    ///< `text`
    List,    ///< `items` separated by `text`, of which at least `least` have to stay
    Choice,  ///< the first of `items`; the others are simpler ones, the simplest last
  };
  Kind kind = Kind::Text;
  std::string text;
  std::vector<Sql> items;
  size_t least = 1;

  Piece(std::string sql) : text(std::move(sql)) {}  // NOLINT(google-explicit-constructor)
  Piece(const char* sql) : text(sql) {}             // NOLINT(google-explicit-constructor)
  Piece(Kind piece_kind, std::string separator, std::vector<Sql> parts, size_t fewest);

  static Piece List(std::vector<Sql> items, std::string separator = ", ", size_t least = 1) {
    return {Kind::List, std::move(separator), std::move(items), least};
  }
  /// A part that is simplified by itself.
  static Piece Part(Sql sql) { return Choice({std::move(sql)}); }
  static Piece Choice(std::vector<Sql> items) { return {Kind::Choice, "", std::move(items), 1}; }
};

std::string Render(const Sql& sql);

/// All statements that are one step simpler: half of a list, a list without one item, a simpler
/// choice. Larger steps come first.
std::vector<Sql> Simpler(const Sql& sql);

/// What a statement is, for the summary.
enum class StatementKind {
  Insert,
  Update,
  Delete,
  Upsert,
  Merge,
  DataModifyingCtes,
  Block,
  Truncate,
  Copy,
  Refresh,
};

std::string_view NameOf(StatementKind kind);

struct Step {
  enum class Kind {
    Statement,  ///< changes rows
    Refresh,    ///< refreshes all stream tables that are not IMMEDIATE, in order
    Savepoint,  ///< named by `level`
    RollbackTo,
    Release,
  };
  Kind kind = Kind::Statement;
  StatementKind statement_kind = StatementKind::Insert;
  Sql sql = {};
  int level = 0;
};

struct Transaction {
  /// "BEGIN ISOLATION LEVEL …"; empty: every step commits by itself.
  std::string begin;
  std::vector<Step> steps;
  bool commits = true;  ///< else ROLLBACK
};

/// One history of a database, complete: it can be replayed.
struct History {
  bool rows_first = false;  ///< the stream tables are made over the rows, not before them
  std::vector<Step> rows;
  std::vector<Transaction> transactions;
};

/// Statements in a history.
size_t CountStatements(const History& history);

}  // namespace tricklec::proof
