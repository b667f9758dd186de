#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tricklec::randomdml {

/// An expression over one column, which is written `$`, and the kind of its value.
struct Derived {
  std::string text;
  std::string kind;
};

/// What values a column of some type takes and what queries may do with it. The values are few, so
/// that groups, keys and duplicates collide all the time.
struct Kind {
  std::string name = {};
  std::string type = {};                 ///< SQL; our own ones are in schema `kinds`
  std::vector<std::string> values = {};  ///< SQL expressions, castable to `type`
  bool equality = true;                  ///< GROUP BY, DISTINCT and EXCEPT accept it
  bool sum = false;
  bool avg = false;
  bool min_max = false;
  std::vector<Derived> derived = {};
  std::vector<std::string> predicates = {};
  std::vector<std::string> updates = {};  ///< right sides of SET, over the column's old value
  /// A value made of the integer `g`, distinct for distinct g; empty: there is none.
  std::string series = {};
};

/// Known kinds by name; an unknown name is a mistake in a test and throws.
const Kind& FindKind(std::string_view name);

/// DDL of schema `kinds` with the types that kinds use.
std::string_view KindsDdl();

/// `text` with every `$` replaced by `value`.
std::string Substitute(std::string_view text, std::string_view value);

}  // namespace tricklec::randomdml
