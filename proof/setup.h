#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tricklec/proof/comparison.h"
#include "tricklec/proof/coverage.h"
#include "tricklec/proof/databases.h"
#include "tricklec/proof/definitions.h"
#include "tricklec/proof/facts.h"

namespace tricklec::proof {

/// What the server refused while a database was made.
struct SetupError {
  db::Error error;
  source::Range statement;  ///< invalid where it was none of the input
};

struct SetupOptions {
  bool own_server = true;  ///< roles that the schema names may be made
  /// Changes the script of a stream table before it runs: plants faults to see whether they are
  /// found.
  std::function<std::string(const std::string& script)> edit = {};
  /// Branches of the generated functions tell that they ran.
  bool coverage = false;
  /// Leaves out statements that fail, because what they are about was left out.
  bool tolerant = false;
};

/// Databases to copy: with the schema alone, with the stream tables, and a twin in which the stream
/// tables are plain views.
class Setup {
 public:
  static std::unique_ptr<Setup> Make(Databases& databases, const Definitions& definitions,
                                     const SetupOptions& options, SetupError& error);
  ~Setup();
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  const Definitions& definitions() const { return definitions_; }
  const std::vector<Comparison>& comparisons() const { return comparisons_; }
  const Facts& facts() const { return facts_; }
  /// With SetupOptions::coverage.
  const std::vector<Branch>& branches() const { return branches_; }
  Databases& databases() const { return databases_; }

  const std::string& with_stream_tables() const { return full_; }
  const std::string& twin() const { return twin_; }
  /// Whether rows can come before the stream tables; no table is made between them.
  bool rows_can_be_first() const { return first_stream_table_ && !base_.empty(); }
  const std::string& without_stream_tables() const { return base_; }

  /// Statements that make a database with the stream tables from `without_stream_tables`.
  std::vector<std::string> StreamTableStatements() const;
  /// Everything before that: what `without_stream_tables` was made by.
  std::vector<std::string> SchemaStatements() const;
  /// Name of the view with a stream table's query.
  static std::string ViewOf(size_t stream_table);

 private:
  Setup(Databases& databases, Definitions definitions);
  bool MakeSchema(const SetupOptions& options, SetupError& error);
  bool MakeTwin(const SetupOptions& options, SetupError& error);
  bool MakeMain(const SetupOptions& options, SetupError& error);
  std::vector<std::string> StatementsOf(const SetupStep& step) const;
  std::vector<std::string> RuntimeStatements() const;
  /// What the file of a step set before it.
  std::vector<std::string> SettingsOf(size_t step) const;

  Databases& databases_;
  Definitions definitions_;
  std::vector<Comparison> comparisons_;
  Facts facts_;
  std::vector<Branch> branches_;
  std::string schema_;  ///< what comes before the stream tables, without the runtime
  std::string base_;
  std::string full_;
  std::string twin_;
  std::optional<size_t> first_stream_table_;  ///< index in the setup steps
};

}  // namespace tricklec::proof
