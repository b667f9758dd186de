#include "tricklec/catalog/builtins.h"

#include <algorithm>

#include "tricklec/catalog/builtin_data.h"
#include "tricklec/catalog/builtin_rows.h"
#include "tricklec/catalog/table_reader.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

namespace {

constexpr int kFirstVersion = 15;
constexpr int kVersionCount = 4;

// The run of sorted entries with a name.
template <typename Entries>
auto RunOf(const Entries& entries, std::string_view name) {
  auto first = std::lower_bound(entries.begin(), entries.end(), name,
                                [](const auto& e, std::string_view n) { return e.name < n; });
  auto last = first;
  while (last != entries.end() && last->name == name) ++last;
  return std::pair(first, last);
}

}  // namespace

std::shared_ptr<const Builtins> Builtins::Of(int version) {
  static std::mutex mutex;
  static std::shared_ptr<const Builtins> made[kVersionCount];
  TRICKLEC_CHECK(version >= kFirstVersion && version < kFirstVersion + kVersionCount,
                 "no built-in objects of this server version");
  std::lock_guard lock(mutex);
  std::shared_ptr<const Builtins>& slot = made[version - kFirstVersion];
  if (slot == nullptr) slot = std::make_shared<Builtins>(version);
  return slot;
}

Builtins::Builtins(int version) : version_bit_(1u << (version - kFirstVersion)) {
  const ReferenceReader by_oid;
  ForEachLine(builtin_data::types(), version_bit_, [&](std::string_view line) {
    Type type = ReadType(Row(line), 1, by_oid);
    type.schema = kSchema;
    TypeId id = type.id;
    types_.emplace_hint(types_.end(), id, std::move(type));
  });
  for (const auto& [id, type] : types_) types_by_name_.emplace(type.name, &type);

  function_lines_.reserve(3000);
  function_by_id_.reserve(3000);
  ForEachLine(builtin_data::functions(), version_bit_, [&](std::string_view line) {
    std::string_view rest = line;
    TakeUpTo(rest, '\t');
    auto id = static_cast<FunctionId>(ToNumber(TakeUpTo(rest, '\t')));
    function_by_id_.emplace(id, function_lines_.size());
    function_lines_.push_back({TakeUpTo(rest, '\t'), id, line});
  });

  operators_.reserve(800);
  operator_by_id_.reserve(800);
  ForEachLine(builtin_data::operators(), version_bit_, [&](std::string_view line) {
    Operator op = ReadOperator(Row(line), 1, by_oid);
    op.schema = kSchema;
    operator_by_id_.emplace(op.id, operators_.size());
    operators_.push_back(std::move(op));
  });
  ForEachLine(builtin_data::casts(), version_bit_,
              [&](std::string_view line) { casts_.push_back(ReadCast(Row(line), 1, by_oid)); });
  ForEachLine(builtin_data::collations(), version_bit_, [&](std::string_view line) {
    Row row(line);
    Collation collation;
    collation.schema = kSchema;
    collation.name = row[1];
    collation.deterministic = row.Flag(2);
    collations_.push_back(std::move(collation));
  });
  ForEachLine(builtin_data::system_relations(), version_bit_, [&](std::string_view line) {
    Row row(line);
    system_relations_.emplace_back(row[1], row[2]);
  });
  std::sort(system_relations_.begin(), system_relations_.end());
}

const Type* Builtins::FindType(TypeId id) const {
  auto found = types_.find(id);
  return found == types_.end() ? nullptr : &found->second;
}

const Type* Builtins::FindType(std::string_view name) const {
  auto found = types_by_name_.find(name);
  return found == types_by_name_.end() ? nullptr : found->second;
}

const Function* Builtins::Materialize(const FunctionLine& line) const {
  std::lock_guard lock(mutex_);
  std::unique_ptr<Function>& slot = functions_[line.id];
  if (slot == nullptr) {
    slot = std::make_unique<Function>(ReadFunction(Row(line.line), 1, ReferenceReader()));
    slot->schema = kSchema;
  }
  return slot.get();
}

const Function* Builtins::FindFunction(FunctionId id) const {
  auto found = function_by_id_.find(id);
  return found == function_by_id_.end() ? nullptr : Materialize(function_lines_[found->second]);
}

std::vector<const Function*> Builtins::FindFunctions(std::string_view name) const {
  std::vector<const Function*> result;
  auto [first, last] = RunOf(function_lines_, name);
  for (auto line = first; line != last; ++line) result.push_back(Materialize(*line));
  return result;
}

const Operator* Builtins::FindOperator(OperatorId id) const {
  auto found = operator_by_id_.find(id);
  return found == operator_by_id_.end() ? nullptr : &operators_[found->second];
}

std::vector<const Operator*> Builtins::FindOperators(std::string_view name) const {
  std::vector<const Operator*> result;
  auto [first, last] = RunOf(operators_, name);
  for (auto op = first; op != last; ++op) result.push_back(&*op);
  return result;
}

const Cast* Builtins::FindCast(TypeId source, TypeId target) const {
  auto found = std::lower_bound(casts_.begin(), casts_.end(), std::pair(source, target),
                                [](const Cast& cast, const std::pair<TypeId, TypeId>& key) {
                                  return std::pair(cast.source, cast.target) < key;
                                });
  bool is_it = found != casts_.end() && found->source == source && found->target == target;
  return is_it ? &*found : nullptr;
}

const Collation* Builtins::FindCollation(std::string_view name) const {
  auto found = std::find_if(collations_.begin(), collations_.end(),
                            [&](const Collation& c) { return c.name == name; });
  return found == collations_.end() ? nullptr : &*found;
}

const Collation* Builtins::LocaleCollation(std::string_view name) const {
  std::lock_guard lock(mutex_);
  Collation& collation = locale_collations_[std::string(name)];
  collation.schema = kSchema;
  collation.name = name;
  return &collation;
}

bool Builtins::HasSystemRelation(std::string_view schema, std::string_view name) const {
  return std::binary_search(system_relations_.begin(), system_relations_.end(),
                            std::pair(schema, name));
}

std::vector<std::string> Builtins::TypeNames() const {
  std::vector<std::string> names;
  for (const auto& [id, type] : types_) {
    if (type.kind != TypeKind::Array) names.push_back(type.name);
  }
  return names;
}

std::vector<std::string> Builtins::FunctionNames() const {
  std::vector<std::string> names;
  for (const FunctionLine& line : function_lines_) {
    if (names.empty() || names.back() != line.name) names.emplace_back(line.name);
  }
  return names;
}

}  // namespace tricklec::catalog
