#pragma once

#include <functional>
#include <optional>

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// How the state of a source before its changes is told from the state after them.
enum class OldForm {
  ByKey,     ///< rows of the new state whose key no change concerns, and the rows that went
  Weighted,  ///< new state minus changes: as many rows too many as are taken away again
  Netted,    ///< the same, equal images counted before anything is computed: reads the whole source
};

/// What Δ of a query is asked for.
struct DeltaRequest {
  /// What happened to the sources that changed; Update stands for changes of all kinds.
  Event event = Event::Update;
  std::function<bool(const ir::SourceTable&)> changed;
  std::function<OldForm(const ir::SourceTable&)> old_form;
  /// Only rows that were there together before or are now are paired. For this all that changed has to be
  /// told apart by key, and its Δ be netted.
  bool pairs_exist = false;
};

/// Δ of a row-wise query: its outputs, under the same ids, and the weight last.
///
/// \param rows filters, projections, joins and unions over scans; at least one scan has changed
/// \returns `rel`, `signs`, `exact` and `reads_sources` of an event program; no event, no steps
EventProgram DeltaOf(const ir::RelPtr& rows, const DeltaRequest& request, ir::ColumnIds& ids);

}  // namespace tricklec::ivm
