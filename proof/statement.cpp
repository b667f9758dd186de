#include "tricklec/proof/statement.h"

namespace tricklec::proof {

Piece::Piece(Kind piece_kind, std::string separator, std::vector<Sql> parts, size_t fewest)
    : kind(piece_kind), text(std::move(separator)), items(std::move(parts)), least(fewest) {}

std::string Render(const Sql& sql) {
  std::string text;
  for (const Piece& piece : sql) {
    switch (piece.kind) {
      case Piece::Kind::Text: text += piece.text; break;
      case Piece::Kind::Choice: text += Render(piece.items.front()); break;
      case Piece::Kind::List:
        for (size_t i = 0; i < piece.items.size(); ++i) {
          if (i > 0) text += piece.text;
          text += Render(piece.items[i]);
        }
        break;
    }
  }
  return text;
}

std::vector<Sql> Simpler(const Sql& sql) {
  std::vector<Sql> found;
  auto with = [&](size_t place, Piece piece) {
    Sql copy = sql;
    copy[place] = std::move(piece);
    found.push_back(std::move(copy));
  };
  for (size_t i = 0; i < sql.size(); ++i) {
    const Piece& piece = sql[i];
    if (piece.kind == Piece::Kind::List) {
      size_t count = piece.items.size();
      for (size_t part = count / 2; part > 0; part /= 2) {
        if (count - part < piece.least) continue;
        for (size_t from = 0; from + part <= count; from += part) {
          Piece less = piece;
          auto first = less.items.begin() + static_cast<std::ptrdiff_t>(from);
          less.items.erase(first, first + static_cast<std::ptrdiff_t>(part));
          with(i, std::move(less));
        }
      }
      if (count == 1 && piece.least == 0) {
        Piece none = piece;
        none.items.clear();
        with(i, std::move(none));
      }
    }
    if (piece.kind == Piece::Kind::Choice) {
      for (size_t k = piece.items.size(); k-- > 1;) {
        Piece simpler = piece;
        simpler.items.assign(piece.items.begin() + static_cast<std::ptrdiff_t>(k),
                             piece.items.end());
        with(i, std::move(simpler));
      }
    }
    if (piece.kind == Piece::Kind::Text) continue;
    size_t inside = piece.kind == Piece::Kind::Choice ? 1 : piece.items.size();
    for (size_t k = 0; k < inside; ++k) {
      for (Sql& simpler : Simpler(piece.items[k])) {
        Piece changed = piece;
        changed.items[k] = std::move(simpler);
        with(i, std::move(changed));
      }
    }
  }
  return found;
}

std::string_view NameOf(StatementKind kind) {
  switch (kind) {
    case StatementKind::Insert: return "INSERT";
    case StatementKind::Update: return "UPDATE";
    case StatementKind::Delete: return "DELETE";
    case StatementKind::Upsert: return "INSERT … ON CONFLICT";
    case StatementKind::Merge: return "MERGE";
    case StatementKind::DataModifyingCtes: return "WITH (data-modifying)";
    case StatementKind::Block: return "DO";
    case StatementKind::Truncate: return "TRUNCATE";
    case StatementKind::Copy: return "COPY";
    case StatementKind::Refresh: return "refresh";
  }
  return "";
}

size_t CountStatements(const History& history) {
  size_t count = history.rows.size();
  for (const Transaction& transaction : history.transactions) count += transaction.steps.size();
  return count;
}

}  // namespace tricklec::proof
