#pragma once

#include <optional>
#include <string>

#include "tricklec/ivm/program.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Decides storage, strategy, lock class and steps for a definition.
/// \returns nothing after reporting why the definition cannot be maintained in its mode
std::optional<Program> PlanMaintenance(const ir::Definition& definition,
                                       source::Diagnostics& diagnostics);

/// The program as indented text (`--emit=program`), and the queries of Δ (`--emit=delta` prints them
/// as SQL in codegen).
std::string Print(const Program& program);

}  // namespace tricklec::ivm
