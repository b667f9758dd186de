#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace tricklec::cli {

/// The whole program as a function. Reads and writes files as its arguments say, else only the
/// streams. Returns the exit code (DIALECT §3); throws nothing.
///
/// \param args without the program's name
int Run(std::vector<std::string> args, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace tricklec::cli
