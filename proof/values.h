#pragma once

#include <string>
#include <vector>

namespace tricklec::proof {

/// Values of a type, as SQL literals that still have to be cast to it.
struct Candidates {
  std::vector<std::string> common;
  std::vector<std::string> rare;  ///< extremes: a history uses few of them
};

/// What is known of a type beyond its name.
struct TypeFacts {
  std::string base;                 ///< name in pg_type, "int4"; of arrays that of the element
  char kind = 'b';                  ///< pg_type.typtype; 'a' for arrays
  std::vector<std::string> labels;  ///< of an enum
  std::vector<TypeFacts> parts;     ///< element of an array, bounds of a range, attributes
  std::string sql;                  ///< the type as SQL
};

/// Values for a type; those it does not take are told apart by the server.
Candidates CandidatesFor(const TypeFacts& type);

}  // namespace tricklec::proof
