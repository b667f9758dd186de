#pragma once

#include "tricklec/throwaway/process.h"

namespace tricklec::testsupport {

using throwaway::ProcessResult;
using throwaway::ReadFile;
using throwaway::RunProcess;
using throwaway::TemporaryDirectory;

}  // namespace tricklec::testsupport
