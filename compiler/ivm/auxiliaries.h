#pragma once

#include <functional>
#include <optional>

#include "tricklec/ivm/program.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::ivm {

/// Makes the program of a definition without inner aggregates; nothing after reporting why not.
/// \param cut_from the inner result that is refreshed first, where this is not it
using Planner = std::function<std::optional<Program>(
    const ir::Definition&, const std::optional<ir::ObjectName>& cut_from)>;

/// Gives every aggregate below the top one a table of its own (DESIGN "Auxiliary nodes"):
///
///     σ_having(γ(R))      →   groups = γ(R), stored;   σ_having(groups)
///     γ(γ(R))             →   groups = γ(R), stored;   γ(groups)
///     γ(R) ⋈ S            →   groups = γ(R), stored;   groups ⋈ S
///     R ⟕ S        →   matches = what of R has partners in S, stored (matches.h);   R ⟕ S
///
/// What is left reads that table like any other source, so its changes come through triggers or a
/// change buffer, exact to the row version at any isolation level.
///
/// \param definition normalised
/// \param plan is called for every inner aggregate, inner ones first, and then for what is left
/// \returns the program of what is left; `auxiliaries` are those of the inner aggregates, in the
///     order in which they are maintained. Nothing if `plan` returned nothing.
std::optional<Program> PlanWithAuxiliaries(const ir::Definition& definition, const Planner& plan);

/// Whether a source is a stored node of the same stream table.
bool IsAuxiliary(const SourceProgram& source);

/// The tables that a program reads, itself or through its inner results, each once.
std::vector<ir::ObjectName> TablesRead(const Program& program);

/// The choices that stand for a program with all its auxiliaries: the worst of each.
Strategy WorstStrategy(const Program& program);
LockClass StrongestLock(const Program& program);

/// Between the statements that bring a stored inner result up to date it can hold values that never
/// exist together in the query. Reports where an expression over such values may raise an error.
/// \returns whether there is none
bool CheckIntermediateValues(const Program& program, source::Diagnostics& diagnostics);

/// A refresh reads all sources as of one time, that of the first inner result's refresh (`cut_from`). For
/// that every source which is read later needs a key. Reports those that have none.
/// \returns whether there is none
bool CheckOneCut(const Program& program, source::Diagnostics& diagnostics);

}  // namespace tricklec::ivm
