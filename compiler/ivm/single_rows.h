#pragma once

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Finds what is simpler for a single row than for many, after the steps of all events are known: which sources'
/// rows can be changed in place (`InPlace`), and where a row needs no aggregate (`EventProgram::adds_one_row`).
/// Only IMMEDIATE maintenance looks at single statements.
void PlanSingleRows(Program& program);

}  // namespace tricklec::ivm
