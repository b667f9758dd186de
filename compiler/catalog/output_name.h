#pragma once

#include <string>

#include "tricklec/pgparse/node.h"

namespace tricklec::catalog {

/// The name PostgreSQL gives an output column without AS: the rules of its parser
/// (FigureColname), "?column?" where nothing better is found.
std::string OutputName(const pgparse::Node& expression);

}  // namespace tricklec::catalog
