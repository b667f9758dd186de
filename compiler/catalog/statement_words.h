#pragma once

#include <optional>
#include <string>

#include "tricklec/catalog/types.h"
#include "tricklec/source/buffer.h"

namespace tricklec::catalog {

/// Whether a statement could change the catalog or the search path, judged by its first words:
/// dumps consist of COPY, GRANT, COMMENT, INSERT for the most part, which need not be parsed.
bool MayConcernCatalog(source::Range statement);

/// What a statement that cannot be parsed says by its first words.
struct UnreadableTarget {
  enum class Kind {
    Relation,    ///< CREATE or ALTER of a table, view, …
    Type,        ///< CREATE TYPE, CREATE DOMAIN
    Other,       ///< another object of the model: a function, an index, …
    Irrelevant,  ///< nothing the catalog would have kept
  };
  Kind kind = Kind::Irrelevant;
  std::string schema;
  std::string name;
  source::Range range;  ///< of the name
};

UnreadableTarget TargetOfUnreadable(source::Range statement);

}  // namespace tricklec::catalog
