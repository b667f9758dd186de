#pragma once

#include <string>

#include "tricklec/ivm/program.h"

namespace tricklec::ivm {

/// Collects the constraints that a program relies on, each use once.
class FactRecorder {
 public:
  explicit FactRecorder(std::vector<Fact>& facts) : facts_(facts) {}

  /// NOT NULL constraints of all columns an expression over the query's input reads.
  void NotNull(const ir::ExprPtr& expr, const ir::RelPtr& input, std::string used_for,
               std::string protection);
  void UniqueKey(const ir::SourceTable& source, const ir::Key& key, std::string used_for,
                 std::string protection);
  void ForeignKey(const ir::SourceTable& source, const ir::ForeignKey& key, std::string used_for,
                  std::string protection);

 private:
  void Add(Fact fact);

  std::vector<Fact>& facts_;
};

/// Protections of a fact.
inline constexpr const char* kByStorage = "storage";  ///< a violation is an error of ours
inline constexpr const char* kByFingerprint =
    "fingerprint";  ///< a dropped constraint is noticed later

}  // namespace tricklec::ivm
