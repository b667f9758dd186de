#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tricklec/proof/setup.h"
#include "tricklec/proof/statement.h"

namespace tricklec::proof {

enum class FailureKind {
  Differs,        ///< a stream table is not what its query yields
  RefusedHere,    ///< a statement fails only where the stream tables are
  AcceptedHere,   ///< a statement fails only where they are not
  QueryFails,     ///< the query fails over rows that maintenance had nothing against
  RefreshFails,   ///< a refresh fails although the query does not
  FallsBack,      ///< a differential refresh failed and was done again as a whole
  SourcesDiffer,  ///< the sources have other rows than those of the twin
  Server,         ///< the test itself could not go on
};

std::string_view NameOf(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::Differs;
  std::optional<size_t> stream_table;  ///< index in the definitions
  std::string name;                    ///< of the stream table
  std::string message;
  std::string context;  ///< CONTEXT of the server's error
  std::vector<Difference> differences;
  /// Where in the history it showed: inside its last transaction, after it, or after the refresh of
  /// everything that ends a history.
  enum class Place { InTransaction, AfterTransaction, AtEnd };
  Place place = Place::AfterTransaction;
};

struct Counters {
  std::map<StatementKind, size_t> statements;
  std::map<StatementKind, size_t> refused_by_kind;
  std::map<std::string, size_t> refused;  ///< by SQLSTATE, the same with and without stream tables
  size_t refused_by_query = 0;   ///< the query fails over the rows that the statement would leave
  size_t refused_by_design = 0;  ///< an older snapshot that cannot be used, documented
  size_t transactions = 0;
  size_t comparisons = 0;
  std::map<std::string, size_t> rows;  ///< most rows that a source had at the end of a history
  std::map<std::string, size_t> function_calls;  ///< of generated functions
  std::set<size_t> branches;                     ///< of Setup::branches that ran

  void Add(const Counters& other);
};

/// Runs one history against a database with the stream tables and its twin without, and compares
/// after every step.
class Runner {
 public:
  /// \param with_twin without it, statements may fail: that is only compared with the twin
  Runner(const Setup& setup, Counters& counters, bool with_twin);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  std::optional<Failure> Start(bool rows_first);
  std::optional<Failure> RunRows(const Step& step);
  std::optional<Failure> EndRows();
  std::optional<Failure> Run(const Transaction& transaction);
  std::optional<Failure> Finish();

  /// All of it.
  std::optional<Failure> Replay(const History& history);

  /// The database that tells which rows there are now.
  db::Connection& rows() { return twin_ ? *twin_ : *main_; }
  /// The database with the stream tables.
  const std::string& database() const { return main_name_; }

 private:
  enum class Outcome { Fine, Refused, Failed };

  std::optional<Failure> RunStatement(const Step& step, const Transaction& transaction,
                                      bool& aborted);
  std::optional<Failure> Refresh(const Transaction& transaction, bool& aborted);
  std::optional<Failure> Compare(bool refreshed_too);
  std::optional<Failure> CompareOne(size_t stream_table);
  std::optional<Failure> CompareSources();
  bool QueryFailsOnTwin(bool in_transaction);
  std::optional<Failure> Judge(const std::optional<db::Error>& here,
                               const std::optional<db::Error>& there,
                               const Transaction& transaction, bool& query_refuses);
  Failure ServerFailure(const db::Error& error) const;
  void ReadFunctionCalls();

  const Setup& setup_;
  Counters& counters_;
  bool with_twin_;
  bool rows_first_ = false;
  std::string main_name_;
  std::string twin_name_;
  std::optional<db::Connection> main_;
  std::optional<db::Connection> twin_;
};

/// Steps without those that go back to a savepoint that is not there.
Transaction WithoutLostSavepoints(const Transaction& transaction);

/// SAVEPOINT, ROLLBACK TO, RELEASE.
std::string SavepointSql(const Step& step);

}  // namespace tricklec::proof
