#pragma once

#include <optional>

#include "tricklec/proof/rng.h"
#include "tricklec/proof/runner.h"

namespace tricklec::proof {

/// Sessions that write at the same time, at random isolation levels, beside one that compares what it
/// sees in one snapshot; when all are done everything is refreshed and compared. What the sessions do
/// follows from `rng`, in which order they do it does not.
///
/// \param[out] history the rows to start with and what each session did, one after the other
std::optional<Failure> RunConcurrently(const Setup& setup, int sessions, Rng rng,
                                       Counters& counters, History& history);

}  // namespace tricklec::proof
