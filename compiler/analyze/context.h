#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ir/rel.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::analyze {

/// Reports findings with the places that led to the text they are about: every finding gets a label
/// for each open detour, such as the name of the view whose query is being looked at.
class Reporter {
 public:
  explicit Reporter(source::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  /// Scopes end in reverse order.
  class Detour {
   public:
    Detour(Reporter& reporter, source::Range range, std::string text) : reporter_(reporter) {
      reporter_.detours_.push_back({range, std::move(text)});
    }
    ~Detour() { reporter_.detours_.pop_back(); }
    Detour(const Detour&) = delete;
    Detour& operator=(const Detour&) = delete;

   private:
    Reporter& reporter_;
  };
  /// The labels of the open detours, outermost first.
  const std::vector<source::Label>& detours() const { return detours_; }

  template <typename... Args>
  source::Diagnostics::Builder Report(source::Code code, source::Range range, const Args&... args) {
    source::Diagnostics::Builder report = diagnostics_.Report(code, range, args...);
    AddDetours(report, detours_);
    return report;
  }

  static void AddDetours(source::Diagnostics::Builder& report,
                         const std::vector<source::Label>& detours) {
    for (auto detour = detours.rbegin(); detour != detours.rend(); ++detour) {
      report.AddLabel(detour->range, detour->text);
    }
  }

 private:
  source::Diagnostics& diagnostics_;
  std::vector<source::Label> detours_;
};

/// A place where a query gives other results at other times or in other sessions. PostgreSQL takes
/// it; incremental maintenance does not.
struct Instability {
  enum class Kind { Volatile, Stable, Literal };
  Kind kind;
  source::Range range;
  std::string what;        ///< the function, operator or literal as people call it
  std::string depends_on;  ///< see `Effects::depends_on`; of a literal, the whole reason
  std::string remedy;      ///< what to write instead; may be empty
  std::vector<source::Label> detours = {};  ///< how it was come upon, see `Reporter::Detour`
};

/// What the analysis of one definition shares among its query, subqueries and views.
struct Context {
  const catalog::Catalog& catalog;
  Reporter diagnostics;
  std::shared_ptr<ir::ColumnIds> ids = std::make_shared<ir::ColumnIds>();
  std::vector<Instability> instabilities = {};
  std::vector<const catalog::Relation*> open_views = {};  ///< being inlined, outermost first
  /// Views whose query was taken over.
  std::set<std::pair<std::string, std::string>> inlined_views = {};
  /// Views whose query has errors, which were reported.
  std::set<const catalog::Relation*> failed_views = {};
  /// Aliases of scans, unique within the definition, and what the query wrote for each.
  std::map<std::string, std::string> scan_aliases = {};
};

}  // namespace tricklec::analyze
