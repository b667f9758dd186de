#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tricklec/ir/rel.h"

namespace tricklec::ir {

enum class RefreshMode { Auto, Immediate, Differential, Full };

/// How a stream table is refreshed, as far as somebody said so; the runtime keeps it and can change
/// it without the compiler.
struct RefreshProperties {
  std::optional<std::string> schedule;   ///< a duration, a calendar, or `calculated`
  std::optional<bool> atomic;            ///< refreshed together with the rest of its diamond
  std::optional<bool> slowest;           ///< due when the last member of its diamond is
  std::optional<double> full_threshold;  ///< share of changed rows; negative: the setting's

  bool Any() const { return schedule || atomic || slowest || full_threshold; }
};

/// A stream table to compile: name, query and what its clauses ask for.
struct Definition {
  ObjectName name;
  RefreshMode mode = RefreshMode::Auto;
  bool if_not_exists = false;
  bool or_replace = false;
  bool with_data = true;
  std::optional<std::string> tablespace;
  /// Table storage parameters in the order given, as `name`, SQL value.
  std::vector<std::pair<std::string, std::string>> storage_parameters;

  RefreshProperties properties;  ///< without those that say the default

  RelPtr query;
  /// Visible columns: the ids of `query->outputs` in order and the names the table gives them.
  std::vector<std::string> column_names;
  /// Views that the query names, directly or through other views: it holds their queries. In name
  /// order.
  std::vector<ObjectName> views;

  source::Range statement;  ///< the whole statement, for the script's comment
  source::Range name_range;
  source::Range query_range;
  std::shared_ptr<ColumnIds> ids;
};

}  // namespace tricklec::ir
