#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "tricklec/proof/runner.h"

namespace tricklec::proof {

/// A failure with the shortest history that was found for it.
struct Shrunk {
  History history;
  Failure failure;
  std::unique_ptr<Setup> setup;  ///< with fewer stream tables; null: the original one
  size_t replays = 0;
};

/// Leaves out stream tables, transactions, statements, rows and values as long as the same kind of failure
/// remains; every attempt is replayed in new databases.
class Shrinker {
 public:
  /// \param stop asked between attempts
  Shrinker(const Setup& setup, const SetupOptions& options, std::function<bool()> stop)
      : original_(setup), options_(options), stop_(std::move(stop)) {}

  Shrunk Shrink(History history, const Failure& failure);

 private:
  const Setup& setup() const { return shrunk_.setup ? *shrunk_.setup : original_; }
  /// Takes a history if it still fails.
  bool Take(History history);
  std::optional<Failure> Replay(const Setup& setup, const History& history);
  void FewerStreamTables();
  template <typename Item>
  bool Fewer(std::vector<Item> History::*list);
  bool FewerSteps();
  bool SimplerStatements();
  bool SimplerStatement(const std::function<Step&(History&)>& step);

  const Setup& original_;
  SetupOptions options_;
  std::function<bool()> stop_;
  FailureKind kind_ = FailureKind::Differs;
  Shrunk shrunk_;
};

}  // namespace tricklec::proof
