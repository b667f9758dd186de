#pragma once

#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/normalize.h"
#include "tricklec/pgparse/node.h"
#include "tricklec/source/buffer.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

/// Feeds DDL into a catalog, statement by statement, as a server would execute it.
///
/// What does not concern names, types, keys or other facts of the model passes silently. A
/// statement that contradicts the catalog (a second table of one name, ALTER of a missing one) is
/// a located diagnostic; one that cannot be read makes the object it names unknown.
class Loader {
 public:
  Loader(Catalog& catalog, source::Diagnostics& diagnostics)
      : catalog_(catalog), diagnostics_(diagnostics) {}

  /// To be called at the beginning of every file: each runs in a session of its own, with the
  /// default search path.
  void BeginFile() { catalog_.ResetSearchPath(); }

  /// Reads the text of one statement (without semicolon), written for PostgreSQL 15 to 18, and
  /// applies it. If it cannot be parsed, syntax newer than the parser apart, and defines something,
  /// that becomes unknown, with a warning (ST2001).
  void ApplyText(source::Range text);

  /// Applies one parsed statement.
  /// \param statement a statement node of pgparse
  /// \param text its text, for definition ranges
  void Apply(const pgparse::Node& statement, source::Range text);

 private:
  void Apply(const pgparse::Node& statement, source::Range text,
             const std::vector<Amendment>& amendments);
  void CreateSchema(const pgparse::Node& statement, source::Range text);

  Catalog& catalog_;
  source::Diagnostics& diagnostics_;
};

}  // namespace tricklec::catalog
