#include "tricklec/proof/first_rows.h"

namespace tricklec::proof {

std::optional<Failure> RunFirstRows(Runner& runner, Generator& generator, History& history) {
  for (size_t table = 0; table < generator.tables(); ++table) {
    for (int i = generator.FirstStatements(table); i > 0; --i) {
      history.rows.push_back(generator.FirstRows(table));
      std::optional<Failure> failure = runner.RunRows(history.rows.back());
      if (failure) return failure;
    }
  }
  return runner.EndRows();
}

}  // namespace tricklec::proof
