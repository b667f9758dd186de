#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tricklec/catalog/functions.h"
#include "tricklec/catalog/types.h"

namespace tricklec::catalog {

/// The objects of pg_catalog of one server version, read from the embedded tables. Shared and
/// immutable; functions are read when they are first asked for.
class Builtins {
 public:
  static constexpr std::string_view kSchema = "pg_catalog";

  /// The built-ins of a major version; made once per process. Thread safe.
  static std::shared_ptr<const Builtins> Of(int version);
  explicit Builtins(int version);

  const Type* FindType(TypeId id) const;
  const Type* FindType(std::string_view name) const;
  const Function* FindFunction(FunctionId id) const;
  std::vector<const Function*> FindFunctions(std::string_view name) const;
  const Operator* FindOperator(OperatorId id) const;
  std::vector<const Operator*> FindOperators(std::string_view name) const;
  const Cast* FindCast(TypeId source, TypeId target) const;
  /// All casts, sorted by source and target.
  const std::vector<Cast>& casts() const { return casts_; }
  const Collation* FindCollation(std::string_view name) const;
  /// A collation of pg_catalog that depends on the operating system or ICU, taken to exist.
  const Collation* LocaleCollation(std::string_view name) const;
  /// Whether pg_catalog or information_schema has a table or view of this name.
  bool HasSystemRelation(std::string_view schema, std::string_view name) const;
  std::vector<std::string> TypeNames() const;
  std::vector<std::string> FunctionNames() const;
  const std::map<TypeId, Type>& types() const { return types_; }
  const std::vector<Operator>& operators() const { return operators_; }
  size_t function_count() const { return function_lines_.size(); }

 private:
  struct FunctionLine {
    std::string_view name;
    FunctionId id;
    std::string_view line;
  };
  const Function* Materialize(const FunctionLine& line) const;

  unsigned version_bit_;
  std::map<TypeId, Type> types_;
  std::unordered_map<std::string_view, const Type*> types_by_name_;
  std::vector<FunctionLine> function_lines_;  // sorted by name, then id
  std::unordered_map<FunctionId, size_t> function_by_id_;
  std::vector<Operator> operators_;  // sorted by name, then id
  std::unordered_map<OperatorId, size_t> operator_by_id_;
  std::vector<Cast> casts_;
  std::vector<Collation> collations_;
  std::vector<std::pair<std::string_view, std::string_view>> system_relations_;  // schema, name
  mutable std::mutex mutex_;  // guards what follows
  mutable std::map<std::string, Collation, std::less<>> locale_collations_;
  mutable std::unordered_map<FunctionId, std::unique_ptr<Function>> functions_;
};

}  // namespace tricklec::catalog
