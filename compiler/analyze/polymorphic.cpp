#include <algorithm>

#include "tricklec/analyze/resolve.h"

namespace tricklec::analyze {

namespace types = catalog::types;

namespace {

bool IsSimpleFamily(TypeId type) {
  return type == types::kAnyElement || type == types::kAnyArray || type == types::kAnyNonArray ||
         type == types::kAnyEnum || type == types::kAnyRange || type == types::kAnyMultirange;
}

bool IsCompatibleFamily(TypeId type) {
  return type == types::kAnyCompatible || type == types::kAnyCompatibleArray ||
         type == types::kAnyCompatibleNonArray || type == types::kAnyCompatibleRange ||
         type == types::kAnyCompatibleMultirange;
}

// What the element, array, range and multirange members of one family stand for.
struct Family {
  TypeId element = 0;
  TypeId array = 0;
  TypeId range = 0;
  TypeId multirange = 0;
};

class PolymorphicMatcher {
 public:
  PolymorphicMatcher(const catalog::Catalog& catalog, const Resolver& resolver)
      : catalog_(catalog), resolver_(resolver) {}

  /// \param decides what untyped literals leave open is a mismatch
  bool Match(const std::vector<TypeId>& declared, const std::vector<TypeId>& actual, bool decides) {
    std::vector<TypeId> compatible;
    bool has_simple = false, has_compatible = false;
    for (size_t i = 0; i < declared.size(); ++i) {
      TypeId base = actual[i] == types::kUnknown ? types::kUnknown : catalog_.BaseType(actual[i]);
      has_simple |= IsSimpleFamily(declared[i]);
      has_compatible |= IsCompatibleFamily(declared[i]);
      if (actual[i] == types::kUnknown) continue;
      if (declared[i] == types::kAnyArray || declared[i] == types::kAnyCompatibleArray) {
        TypeId element = ElementOf(base);
        if (element == 0) return false;
        if (declared[i] == types::kAnyCompatibleArray) {
          compatible.push_back(element);
        } else if (!Set(simple_.array, base)) {
          return false;
        }
      } else if (declared[i] == types::kAnyRange || declared[i] == types::kAnyCompatibleRange) {
        if (!IsKind(base, catalog::TypeKind::Range)) return false;
        Family& family = declared[i] == types::kAnyRange ? simple_ : compatible_;
        if (!Set(family.range, base)) return false;
      } else if (declared[i] == types::kAnyMultirange ||
                 declared[i] == types::kAnyCompatibleMultirange) {
        if (!IsKind(base, catalog::TypeKind::Multirange)) return false;
        Family& family = declared[i] == types::kAnyMultirange ? simple_ : compatible_;
        if (!Set(family.multirange, base)) return false;
      } else if (IsSimpleFamily(declared[i])) {
        if (declared[i] == types::kAnyNonArray && ElementOf(base) != 0) return false;
        if (declared[i] == types::kAnyEnum && !IsKind(base, catalog::TypeKind::Enum)) return false;
        if (!Set(simple_.element, actual[i])) return false;
      } else if (IsCompatibleFamily(declared[i])) {
        if (declared[i] == types::kAnyCompatibleNonArray && ElementOf(base) != 0) return false;
        compatible.push_back(actual[i]);
      }
    }
    return (!has_simple || FinishSimple(decides)) &&
           (!has_compatible || FinishCompatible(compatible)) &&
           (!decides || std::all_of(declared.begin(), declared.end(),
                                    [&](TypeId t) { return Resolve(t) != 0; }));
  }

  TypeId Resolve(TypeId declared) const {
    switch (declared) {
      case types::kAnyElement:
      case types::kAnyNonArray:
      case types::kAnyEnum: return simple_.element;
      case types::kAnyArray: return simple_.array;
      case types::kAnyRange: return simple_.range;
      case types::kAnyMultirange: return simple_.multirange;
      case types::kAnyCompatible:
      case types::kAnyCompatibleNonArray: return compatible_.element;
      case types::kAnyCompatibleArray: return compatible_.array;
      case types::kAnyCompatibleRange: return compatible_.range;
      case types::kAnyCompatibleMultirange: return compatible_.multirange;
      default: return declared;
    }
  }

 private:
  static bool Set(TypeId& slot, TypeId type) {
    if (slot != 0 && slot != type) return false;
    slot = type;
    return true;
  }

  bool IsKind(TypeId type, catalog::TypeKind kind) const {
    const catalog::Type* found = catalog_.FindType(type);
    return found != nullptr && found->kind == kind;
  }

  // As get_element_type: also of anyarray itself, which stands for its own elements.
  TypeId ElementOf(TypeId type) const {
    return type == types::kAnyArray ? types::kAnyElement : catalog_.ElementOf(type);
  }

  TypeId SubtypeOf(TypeId type) const {
    const catalog::Type* found = catalog_.FindType(type);
    return found == nullptr ? 0 : found->subtype;
  }

  // The range type whose multirange type is not known here is left unresolved (0).
  bool FinishFamily(Family& family) {
    if (family.multirange != 0) {
      TypeId range = SubtypeOf(family.multirange);
      if (family.range == 0) family.range = range;
      if (family.range != range) return false;
    }
    if (family.range != 0) {
      TypeId subtype = SubtypeOf(family.range);
      if (family.element == 0) family.element = subtype;
      if (family.multirange == 0) family.multirange = MultirangeOf(family.range);
      if (family.element != subtype) return false;
    }
    return true;
  }

  bool FinishSimple(bool decides) {
    if (simple_.array != 0) {
      TypeId element = ElementOf(simple_.array);
      if (simple_.element == 0) simple_.element = element;
      if (simple_.element != element) return false;
    }
    if (!FinishFamily(simple_)) return false;
    if (simple_.element != 0 && simple_.array == 0)
      simple_.array = catalog_.ArrayOf(simple_.element);
    return simple_.element != 0 || !decides;
  }

  bool FinishCompatible(const std::vector<TypeId>& types) {
    if (!FinishFamily(compatible_)) return false;
    if (compatible_.range != 0) {
      compatible_.element = SubtypeOf(compatible_.range);
    } else {
      std::optional<TypeId> common =
          types.empty() ? catalog::types::kText : resolver_.CommonType(types);
      if (!common) return false;
      compatible_.element = *common;
    }
    for (TypeId type : types) {
      if (!resolver_.CanCoerce(type, compatible_.element, catalog::CastContext::Implicit)) {
        return false;
      }
    }
    compatible_.array = catalog_.ArrayOf(compatible_.element);
    return true;
  }

  TypeId MultirangeOf(TypeId range) const {
    const catalog::Type* type = catalog_.FindType(range);
    if (type == nullptr) return 0;
    // pg_range pairs int4range with int4multirange; user-defined ones follow the same pattern.
    std::string name = type->name;
    size_t at = name.rfind("range");
    name = at == std::string::npos ? name + "_multirange" : name.replace(at, 5, "multirange");
    const catalog::Type* found = catalog_.FindType(type->schema, name, {});
    return found != nullptr && found->subtype == range ? found->id : 0;
  }

  const catalog::Catalog& catalog_;
  const Resolver& resolver_;
  Family simple_;
  Family compatible_;
};

}  // namespace

bool IsPolymorphic(TypeId type) { return IsSimpleFamily(type) || IsCompatibleFamily(type); }

bool PolymorphicTypesAgree(const catalog::Catalog& catalog, const Resolver& resolver,
                           const std::vector<TypeId>& declared, const std::vector<TypeId>& actual) {
  return PolymorphicMatcher(catalog, resolver).Match(declared, actual, false);
}

TypeId ResolvePolymorphic(const catalog::Catalog& catalog, const Resolver& resolver,
                          std::vector<TypeId>& declared, const std::vector<TypeId>& actual,
                          TypeId declared_result) {
  bool any = IsPolymorphic(declared_result) ||
             std::any_of(declared.begin(), declared.end(), IsPolymorphic);
  if (!any) return declared_result;
  PolymorphicMatcher matcher(catalog, resolver);
  if (!matcher.Match(declared, actual, true)) return 0;
  for (TypeId& type : declared) type = matcher.Resolve(type);
  return matcher.Resolve(declared_result);
}

}  // namespace tricklec::analyze
