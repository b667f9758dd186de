#pragma once

#include <string>

#include "tricklec/proof/runner.h"

namespace tricklec::proof {

/// A script for psql and an empty database that makes everything, runs the history and ends in a query
/// whose rows are what differs.
///
/// \param how_found what to say at its head: one line each
std::string ScriptOf(const Setup& setup, const History& history, const Failure& failure,
                     const std::vector<std::string>& how_found);

}  // namespace tricklec::proof
