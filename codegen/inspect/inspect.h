#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tricklec/ivm/program.h"

namespace tricklec::codegen::inspect {

/// Everything a program decided, as indented text: storage, strategy and lock class with their
/// reasons and remedies, what each event does and costs, indexes, facts.
std::string Summary(const ivm::Program& program);

/// The SQL that runs for an event of a source: its trigger function, exactly as in the script.
/// \param source "schema.name" or "name"; empty: all sources
/// \param event nothing: insert, update and delete
/// \returns nothing if the program has no such source
std::optional<std::string> EventSql(const ivm::Program& program, std::string_view source,
                                    std::optional<ivm::Event> event);

/// The queries of Δ before anything is done with their rows, one for each source and event
/// (`--emit=delta`).
std::string DeltaSql(const ivm::Program& program);

}  // namespace tricklec::codegen::inspect
