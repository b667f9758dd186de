#include "tricklec/proof/shrink.h"

#include <algorithm>

namespace tricklec::proof {

std::optional<Failure> Shrinker::Replay(const Setup& setup, const History& history) {
  ++shrunk_.replays;
  Counters unused;
  // Where the failure is about rows, what fails by itself does not matter: half of the work.
  bool with_twin = kind_ != FailureKind::Differs && kind_ != FailureKind::FallsBack;
  return Runner(setup, unused, with_twin).Replay(history);
}

bool Shrinker::Take(History history) {
  std::optional<Failure> failure = Replay(setup(), history);
  if (!failure || failure->kind != kind_) return false;
  shrunk_.history = std::move(history);
  shrunk_.failure = std::move(*failure);
  return true;
}

void Shrinker::FewerStreamTables() {
  size_t count = original_.definitions().stream_tables.size();
  if (count < 2) return;
  std::vector<size_t> candidates;
  if (shrunk_.failure.stream_table) candidates.push_back(*shrunk_.failure.stream_table);
  constexpr size_t kMostGuesses = 12;
  for (size_t i = 0; !shrunk_.failure.stream_table && i < std::min(count, kMostGuesses); ++i) {
    candidates.push_back(i);
  }
  for (size_t candidate : candidates) {
    if (stop_()) return;
    SetupOptions options = options_;
    options.tolerant = true;
    SetupError error;
    std::unique_ptr<Setup> fewer = Setup::Make(
        original_.databases(), Restricted(original_.definitions(), {candidate}), options, error);
    if (!fewer) continue;
    std::optional<Failure> failure = Replay(*fewer, shrunk_.history);
    if (!failure || failure->kind != kind_) continue;
    shrunk_.failure = std::move(*failure);
    shrunk_.setup = std::move(fewer);
    return;
  }
}

template <typename Item>
bool Shrinker::Fewer(std::vector<Item> History::*list) {
  bool changed = false;
  for (size_t part = std::max<size_t>((shrunk_.history.*list).size() / 2, 1); part > 0; part /= 2) {
    // From the end: what is last is most often what it takes.
    for (size_t end = (shrunk_.history.*list).size(); end > 0;) {
      if (stop_()) return changed;
      size_t begin = end > part ? end - part : 0;
      History fewer = shrunk_.history;
      std::vector<Item>& items = fewer.*list;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(begin),
                  items.begin() + static_cast<std::ptrdiff_t>(end));
      changed |= Take(std::move(fewer));
      end = begin;
    }
  }
  return changed;
}

bool Shrinker::FewerSteps() {
  bool changed = false;
  for (size_t t = shrunk_.history.transactions.size(); t-- > 0;) {
    for (size_t s = shrunk_.history.transactions[t].steps.size(); s-- > 0;) {
      if (stop_()) return changed;
      History fewer = shrunk_.history;
      std::vector<Step>& steps = fewer.transactions[t].steps;
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(s));
      changed |= Take(std::move(fewer));
    }
    if (!shrunk_.history.transactions[t].begin.empty()) {
      for (const char* begin : {"", "BEGIN"}) {
        if (shrunk_.history.transactions[t].begin == begin) break;
        History simpler = shrunk_.history;
        simpler.transactions[t].begin = begin;
        simpler.transactions[t].commits = true;
        if (!Take(std::move(simpler))) continue;
        changed = true;
        break;
      }
    }
  }
  if (shrunk_.history.rows_first) {
    History after = shrunk_.history;
    after.rows_first = false;
    changed |= Take(std::move(after));
  }
  return changed;
}

bool Shrinker::SimplerStatement(const std::function<Step&(History&)>& step) {
  bool changed = false;
  for (bool again = true; again;) {
    again = false;
    for (Sql& simpler : Simpler(step(shrunk_.history).sql)) {
      if (stop_()) return changed;
      History candidate = shrunk_.history;
      step(candidate).sql = std::move(simpler);
      if (Take(std::move(candidate))) {
        changed = again = true;
        break;
      }
    }
  }
  return changed;
}

bool Shrinker::SimplerStatements() {
  bool changed = false;
  for (size_t t = 0; t < shrunk_.history.transactions.size(); ++t) {
    for (size_t s = 0; s < shrunk_.history.transactions[t].steps.size(); ++s) {
      changed |= SimplerStatement(
          [t, s](History& history) -> Step& { return history.transactions[t].steps[s]; });
    }
  }
  for (size_t r = 0; r < shrunk_.history.rows.size(); ++r) {
    changed |= SimplerStatement([r](History& history) -> Step& { return history.rows[r]; });
  }
  return changed;
}

Shrunk Shrinker::Shrink(History history, const Failure& failure) {
  shrunk_ = {};
  kind_ = failure.kind;
  shrunk_.failure = failure;
  shrunk_.history = std::move(history);
  if (kind_ == FailureKind::Server) return std::move(shrunk_);
  FewerStreamTables();
  for (bool again = true; again && !stop_();) {
    again = Fewer(&History::transactions);
    again |= Fewer(&History::rows);
    again |= FewerSteps();
    again |= SimplerStatements();
  }
  return std::move(shrunk_);
}

}  // namespace tricklec::proof
