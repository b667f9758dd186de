#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// An option as written, before its name is known to mean anything.
struct RawOption {
  std::optional<Name> space;  ///< `toast` of `toast.autovacuum_enabled`
  Name name;
  std::optional<Located<std::string>> value;  ///< words folded, strings decoded
  bool numeric = false;                       ///< whether the value is a number token
  Range range;
};

/// A requirement as written: `name`, `NO name`, or `name <= limit`.
struct RawRequirement {
  bool no = false;
  Name name;
  std::optional<Name> limit;
  Range range;
};

/// Types the options of a WITH clause. Unknown names, values that an option cannot have and
/// repetitions are reported and left out.
Options CheckOptions(const std::vector<RawOption>& raw, source::Diagnostics& diagnostics);

/// The names in `RESET (…)`, `space.name` where qualified; reports those that are no option.
std::vector<Name> CheckOptionNames(const std::vector<RawOption>& raw,
                                   source::Diagnostics& diagnostics);

/// Types the requirements of REQUIRE; what is wrong is reported and left out.
std::vector<Requirement> CheckRequirements(const std::vector<RawRequirement>& raw,
                                           source::Diagnostics& diagnostics);

/// Reports every name that repeats an earlier one of the list.
void CheckNoRepetition(const std::vector<Name>& names, source::Diagnostics& diagnostics);
void CheckNoRepetition(const std::vector<QualifiedName>& names, source::Diagnostics& diagnostics);

}  // namespace tricklec::syntax
