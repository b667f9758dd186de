#pragma once

#include <optional>

#include "tricklec/proof/generator.h"
#include "tricklec/proof/runner.h"

namespace tricklec::proof {

/// Fills the tables of a history that was started, and ends the rows that it starts with.
///
/// \param[out] history receives them
std::optional<Failure> RunFirstRows(Runner& runner, Generator& generator, History& history);

}  // namespace tricklec::proof
