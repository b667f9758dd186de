#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// The storage of a query that nothing is known about: its rows, with duplicates.
Program PlanWhole(const ir::Definition& definition);

}  // namespace tricklec::ivm
