#include "tricklec/analyze/resolve.h"

#include <algorithm>
#include <map>

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;

namespace {

struct NameParts {
  std::string schema;
  std::string name;
};

// `catalog.schema.name`: PostgreSQL takes only the current database's name, which is not known here.
NameParts PartsOf(const std::vector<std::string>& name) {
  return {name.size() > 1 ? name[name.size() - 2] : "", name.back()};
}

}  // namespace

bool Resolver::IsOpaque(TypeId type) const {
  if (type == 0) return true;
  if (type == types::kUnknown) return false;
  const catalog::Type* found = catalog_.FindType(catalog_.BaseType(type));
  return found == nullptr || found->kind == catalog::TypeKind::Opaque;
}

bool Resolver::HasUnknownExtensions() const {
  const auto& extensions = catalog_.extensions();
  return std::any_of(extensions.begin(), extensions.end(),
                     [](const auto& extension) { return !extension.known; });
}

char Resolver::CategoryOf(TypeId type) const {
  if (type == types::kUnknown) return 'X';
  const catalog::Type* found = catalog_.FindType(type);
  return found == nullptr ? 'U' : found->category;
}

bool Resolver::IsPreferred(char category, TypeId type) const {
  const catalog::Type* found = catalog_.FindType(type);
  return found != nullptr && found->preferred && found->category == category;
}

bool Resolver::IsComposite(TypeId type) const {
  const catalog::Type* found = catalog_.FindType(catalog_.BaseType(type));
  return found != nullptr && found->kind == catalog::TypeKind::Composite;
}

bool Resolver::CanCoerce(TypeId from, TypeId to, CastContext context) const {
  if (from == to || to == types::kAny || IsPolymorphic(to) || from == types::kUnknown) return true;
  if (to == types::kRecord && IsComposite(from)) return true;
  if (from == types::kRecord && IsComposite(to)) return true;
  if (to == types::kRecordArray && IsComposite(catalog_.ElementOf(from))) return true;
  return static_cast<bool>(catalog_.FindCoercion(from, to, context));
}

std::vector<Resolver::Candidate> Resolver::Matching(const std::vector<Candidate>& candidates,
                                                    const std::vector<TypeId>& actual) const {
  std::vector<Candidate> matching;
  for (const Candidate& candidate : candidates) {
    bool fits = true;
    for (size_t i = 0; fits && i < actual.size(); ++i) {
      fits = CanCoerce(actual[i], candidate.args[i], CastContext::Implicit);
    }
    if (!fits) continue;
    if (PolymorphicTypesAgree(catalog_, *this, candidate.args, actual)) {
      matching.push_back(candidate);
    }
  }
  return matching;
}

// func_select_candidate of PostgreSQL's parser, steps 4.a to 4.f of the manual.
std::optional<Resolver::Candidate> Resolver::SelectBest(std::vector<Candidate> candidates,
                                                        const std::vector<TypeId>& actual) const {
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) return std::nullopt;
  std::vector<TypeId> input = actual;
  for (TypeId& type : input) {
    if (type != types::kUnknown) type = catalog_.BaseType(type);
  }
  auto keep_best = [&](auto score) {
    int best = 0;
    std::vector<Candidate> kept;
    for (Candidate& candidate : candidates) {
      int matches = 0;
      for (size_t i = 0; i < input.size(); ++i) {
        if (input[i] != types::kUnknown && score(i, candidate.args[i])) ++matches;
      }
      if (matches > best || kept.empty()) {
        best = matches;
        kept.clear();
      }
      if (matches == best) kept.push_back(std::move(candidate));
    }
    candidates = std::move(kept);
  };
  keep_best([&](size_t i, TypeId type) { return type == input[i]; });
  if (candidates.size() == 1) return candidates.front();
  keep_best([&](size_t i, TypeId type) {
    return type == input[i] || IsPreferred(CategoryOf(input[i]), type);
  });
  if (candidates.size() == 1) return candidates.front();
  if (std::find(input.begin(), input.end(), types::kUnknown) == input.end()) return std::nullopt;

  // Untyped literals: a category that all candidates, or a string category that any takes.
  std::vector<char> categories(input.size(), 0);
  std::vector<bool> preferred(input.size(), false);
  bool resolved = true;
  for (size_t i = 0; resolved && i < input.size(); ++i) {
    if (input[i] != types::kUnknown) continue;
    bool conflict = false;
    for (const Candidate& candidate : candidates) {
      char category = CategoryOf(candidate.args[i]);
      bool is_preferred = IsPreferred(category, candidate.args[i]);
      if (categories[i] == 0) {
        categories[i] = category;
        preferred[i] = is_preferred;
      } else if (category == categories[i]) {
        preferred[i] = preferred[i] || is_preferred;
      } else if (category == 'S') {
        categories[i] = category;
        preferred[i] = is_preferred;
      } else {
        conflict = true;
      }
    }
    if (conflict && categories[i] != 'S') resolved = false;
  }
  if (resolved) {
    std::vector<Candidate> kept;
    for (const Candidate& candidate : candidates) {
      bool keep = true;
      for (size_t i = 0; keep && i < input.size(); ++i) {
        if (input[i] != types::kUnknown) continue;
        char category = CategoryOf(candidate.args[i]);
        keep = category == categories[i] &&
               (!preferred[i] || IsPreferred(category, candidate.args[i]));
      }
      if (keep) kept.push_back(candidate);
    }
    if (!kept.empty()) candidates = std::move(kept);
    if (candidates.size() == 1) return candidates.front();
  }

  // All typed arguments of one type: take the literals to have it too.
  TypeId known = types::kUnknown;
  for (TypeId type : input) {
    if (type == types::kUnknown) continue;
    if (known != types::kUnknown && known != type) return std::nullopt;
    known = type;
  }
  if (known == types::kUnknown) return std::nullopt;
  std::vector<Candidate> kept = Matching(candidates, std::vector<TypeId>(input.size(), known));
  if (kept.size() == 1) return kept.front();
  return std::nullopt;
}

OperatorChoice Resolver::ResolveOperator(const std::vector<std::string>& name, TypeId left,
                                         TypeId right, bool prefix) const {
  OperatorChoice choice;
  NameParts parts = PartsOf(name);
  std::vector<const catalog::Operator*> all =
      catalog_.FindOperators(parts.schema, parts.name, path_);
  std::erase_if(all, [&](const catalog::Operator* op) { return (op->left == 0) != prefix; });
  choice.has_rivals = std::any_of(all.begin(), all.end(), [](const catalog::Operator* op) {
    return op->schema != "pg_catalog";
  });
  if ((!prefix && IsOpaque(left)) || IsOpaque(right)) {
    choice.status = Resolution::Undecided;
    return choice;
  }
  std::vector<TypeId> actual =
      prefix ? std::vector<TypeId>{right} : std::vector<TypeId>{left, right};
  auto take = [&](const catalog::Operator* op) {
    std::vector<TypeId> declared =
        prefix ? std::vector<TypeId>{op->right} : std::vector<TypeId>{op->left, op->right};
    choice.op = op;
    choice.result = ResolvePolymorphic(catalog_, *this, declared, actual, op->result);
    choice.left = prefix ? 0 : declared.front();
    choice.right = declared.back();
    choice.status = choice.result == 0 ? Resolution::NotFound : Resolution::Found;
    return choice;
  };
  auto exact = [&](TypeId l, TypeId r) -> const catalog::Operator* {
    auto found = std::find_if(all.begin(), all.end(), [&](const catalog::Operator* op) {
      return op->left == l && op->right == r;
    });
    return found == all.end() ? nullptr : *found;
  };
  if (prefix) {
    if (const catalog::Operator* op = exact(0, right)) return take(op);
  } else {
    TypeId l = left == types::kUnknown ? right : left;
    TypeId r = right == types::kUnknown ? left : right;
    if (const catalog::Operator* op = exact(l, r)) return take(op);
    if (l != types::kUnknown && (left == types::kUnknown || right == types::kUnknown)) {
      TypeId base = catalog_.BaseType(l);
      if (base != l) {
        if (const catalog::Operator* op = exact(base, base)) return take(op);
      }
    }
  }
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < all.size(); ++i) {
    Candidate candidate;
    candidate.args = prefix ? std::vector<TypeId>{all[i]->right}
                            : std::vector<TypeId>{all[i]->left, all[i]->right};
    candidate.source = i;
    candidates.push_back(std::move(candidate));
  }
  std::vector<Candidate> matching = Matching(candidates, actual);
  if (matching.empty()) {
    choice.status = HasUnknownExtensions() ? Resolution::Undecided : Resolution::NotFound;
    return choice;
  }
  std::optional<Candidate> best = SelectBest(std::move(matching), actual);
  if (!best) {
    choice.status = Resolution::Ambiguous;
    return choice;
  }
  return take(all[best->source]);
}

std::vector<Resolver::Candidate> Resolver::FunctionCandidates(
    const std::vector<const catalog::Function*>& functions, const std::vector<CallArgument>& args,
    bool variadic) const {
  std::map<std::string, size_t> positions;
  for (const catalog::Function* function : functions) {
    positions.emplace(function->schema, positions.size());
  }
  size_t named_from = args.size();
  for (size_t i = args.size(); i > 0 && !args[i - 1].name.empty(); --i) named_from = i - 1;
  std::vector<Candidate> result;
  auto add = [&](Candidate candidate) {
    // Equal signatures after expansion: earlier in the path, then not variadic, then the first.
    for (Candidate& other : result) {
      if (other.args != candidate.args) continue;
      bool better = candidate.path_position < other.path_position ||
                    (candidate.path_position == other.path_position && other.expanded &&
                     !candidate.expanded) ||
                    (candidate.path_position == other.path_position &&
                     other.expanded == candidate.expanded && candidate.defaults < other.defaults);
      if (better) other = std::move(candidate);
      return;
    }
    result.push_back(std::move(candidate));
  };
  for (size_t i = 0; i < functions.size(); ++i) {
    const catalog::Function& function = *functions[i];
    Candidate candidate;
    candidate.source = i;
    candidate.path_position = positions[function.schema];
    size_t declared = function.args.size();
    if (named_from < args.size()) {
      std::vector<bool> given(declared, false);
      bool fits = args.size() <= declared && !function.arg_names.empty();
      for (size_t a = 0; fits && a < args.size(); ++a) {
        size_t place = a;
        if (a >= named_from) {
          auto found =
              std::find(function.arg_names.begin(), function.arg_names.end(), args[a].name);
          place = static_cast<size_t>(found - function.arg_names.begin());
        }
        fits = place < declared && !given[place];
        if (!fits) break;
        given[place] = true;
        candidate.args.push_back(function.args[place]);
        candidate.places.push_back(place);
      }
      size_t first_default = declared - static_cast<size_t>(function.default_count);
      for (size_t place = 0; fits && place < declared; ++place) {
        if (!given[place]) fits = place >= first_default;
      }
      if (!fits || function.variadic_element == types::kAny) continue;
      candidate.defaults = static_cast<int>(declared - args.size());
      add(std::move(candidate));
      continue;
    }
    for (size_t a = 0; a < args.size(); ++a) candidate.places.push_back(a);
    // Where enough arguments are given they are elements, unless the array is marked VARIADIC.
    bool is_plain = variadic ? function.variadic_element != 0
                             : function.variadic_element == 0 || args.size() < declared;
    if (is_plain && args.size() <= declared &&
        declared - args.size() <= static_cast<size_t>(function.default_count)) {
      Candidate plain = candidate;
      plain.args.assign(function.args.begin(),
                        function.args.begin() + static_cast<std::ptrdiff_t>(args.size()));
      plain.defaults = static_cast<int>(declared - args.size());
      add(std::move(plain));
    }
    if (!variadic && function.variadic_element != 0 && args.size() >= declared) {
      candidate.args.assign(function.args.begin(), function.args.end() - 1);
      candidate.args.resize(args.size(), function.variadic_element);
      candidate.expanded = true;
      add(std::move(candidate));
    }
  }
  return result;
}

FunctionChoice Resolver::ResolveFunction(const std::vector<std::string>& name,
                                         const std::vector<CallArgument>& args,
                                         bool variadic) const {
  FunctionChoice choice;
  NameParts parts = PartsOf(name);
  std::vector<const catalog::Function*> functions =
      catalog_.FindFunctions(parts.schema, parts.name, path_);
  if (functions.empty()) {
    choice.status = HasUnknownExtensions() ? Resolution::Undecided : Resolution::NotFound;
    return choice;
  }
  choice.has_rivals = std::any_of(functions.begin(), functions.end(), [&](const auto* function) {
    return function->schema != functions.front()->schema;
  });
  std::vector<Candidate> candidates = FunctionCandidates(functions, args, variadic);
  std::vector<TypeId> actual;
  for (const CallArgument& arg : args) actual.push_back(arg.type);
  auto take = [&](const Candidate& candidate) {
    choice.function = functions[candidate.source];
    choice.args = candidate.args;
    choice.places = candidate.places;
    choice.expanded_variadic = candidate.expanded;
    choice.result = choice.function->returns;
    std::vector<TypeId> declared = candidate.args;
    choice.result = ResolvePolymorphic(catalog_, *this, declared, actual, choice.function->returns);
    choice.args = std::move(declared);
    choice.status = choice.result == 0 ? Resolution::NotFound : Resolution::Found;
    return choice;
  };
  if (std::any_of(actual.begin(), actual.end(), [&](TypeId type) { return IsOpaque(type); })) {
    // Where only one function can be meant the unknown type does not matter, unless it decides
    // the result.
    if (candidates.size() == 1 && !IsPolymorphic(functions[candidates[0].source]->returns)) {
      const Candidate& only = candidates.front();
      choice.function = functions[only.source];
      choice.args = only.args;
      choice.places = only.places;
      choice.expanded_variadic = only.expanded;
      choice.result = choice.function->returns;
      choice.status = Resolution::Found;
    } else {
      choice.status = Resolution::Undecided;
    }
    return choice;
  }
  for (const Candidate& candidate : candidates) {
    if (candidate.args == actual) return take(candidate);
  }
  std::vector<Candidate> matching = Matching(candidates, actual);
  if (matching.empty()) {
    choice.status = HasUnknownExtensions() ? Resolution::Undecided : Resolution::NotFound;
    return choice;
  }
  std::optional<Candidate> best = SelectBest(std::move(matching), actual);
  if (!best) {
    choice.status = Resolution::Ambiguous;
    return choice;
  }
  return take(*best);
}

std::optional<TypeId> Resolver::CommonType(const std::vector<TypeId>& given) const {
  if (given.empty()) return types::kText;
  if (std::any_of(given.begin(), given.end(), [&](TypeId type) { return type == 0; })) return 0;
  bool same = std::all_of(given.begin(), given.end(), [&](TypeId t) { return t == given.front(); });
  if (same && given.front() != types::kUnknown) return given.front();
  TypeId chosen =
      given.front() == types::kUnknown ? types::kUnknown : catalog_.BaseType(given.front());
  for (size_t i = 1; i < given.size(); ++i) {
    TypeId type = given[i] == types::kUnknown ? types::kUnknown : catalog_.BaseType(given[i]);
    if (type == types::kUnknown || type == chosen) continue;
    if (chosen == types::kUnknown) {
      chosen = type;
    } else if (CategoryOf(type) != CategoryOf(chosen)) {
      if (IsOpaque(type) || IsOpaque(chosen)) return 0;
      return std::nullopt;
    } else if (!IsPreferred(CategoryOf(chosen), chosen) &&
               CanCoerce(chosen, type, CastContext::Implicit) &&
               !CanCoerce(type, chosen, CastContext::Implicit)) {
      chosen = type;
    }
  }
  return chosen == types::kUnknown ? types::kText : chosen;
}

}  // namespace tricklec::analyze
