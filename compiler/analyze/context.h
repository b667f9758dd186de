#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/rel.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::analyze {

/// A place where a query gives other results at other times or in other sessions. PostgreSQL takes
/// it; incremental maintenance does not.
struct Instability {
  enum class Kind { Volatile, Stable, Literal };
  Kind kind;
  source::Range range;
  std::string what;        ///< the function, operator or literal as people call it
  std::string depends_on;  ///< see `Effects::depends_on`; of a literal, the whole reason
  std::string remedy;      ///< what to write instead; may be empty
};

/// What the analysis of one definition shares among its query, subqueries and views.
struct Context {
  const catalog::Catalog& catalog;
  source::Diagnostics& diagnostics;
  std::shared_ptr<ir::ColumnIds> ids = std::make_shared<ir::ColumnIds>();
  std::vector<Instability> instabilities = {};
  std::vector<const catalog::Relation*> open_views = {};  ///< being inlined, outermost first
  /// Aliases of scans, unique within the definition, and what the query wrote for each.
  std::map<std::string, std::string> scan_aliases = {};
};

}  // namespace tricklec::analyze
