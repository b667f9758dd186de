// How values of one type become values of another, and what equality a type has: the rules of the
// manual's chapters "CREATE CAST", "Operator Classes and Operator Families" and pg_cast.

#include <algorithm>

#include "tricklec/catalog/builtins.h"
#include "tricklec/catalog/catalog.h"

namespace tricklec::catalog {

const Cast* Catalog::FindCast(TypeId source, TypeId target) const {
  for (const Cast& cast : casts_) {
    if (cast.source == source && cast.target == target) return &cast;
  }
  return builtins_->FindCast(source, target);
}

void Catalog::AddCast(Cast cast) { casts_.push_back(std::move(cast)); }

void Catalog::RemoveCast(TypeId source, TypeId target) {
  std::erase_if(casts_,
                [&](const Cast& cast) { return cast.source == source && cast.target == target; });
}

FunctionId Catalog::TypmodFunction(TypeId type) const {
  const Cast* cast = FindCast(type, type);
  return cast == nullptr ? 0 : cast->function;
}

Coercion Catalog::FindCoercion(TypeId source, TypeId target, CastContext context) const {
  if (source == target) return {.kind = CoercionKind::Same};
  Coercion coercion = CoerceBase(BaseType(source), BaseType(target), context);
  coercion.checks_domain = coercion && HasDomainConstraints(target);
  return coercion;
}

Coercion Catalog::CoerceBase(TypeId source, TypeId target, CastContext context) const {
  const Type* from = FindType(source);
  const Type* to = FindType(target);
  if (from == nullptr || to == nullptr) return {};
  if (source == target) return {.kind = CoercionKind::Relabel};

  if (const Cast* cast = FindCast(source, target)) {
    if (context < cast->context) return {};
    switch (cast->method) {
      case CastMethod::Binary: return {.kind = CoercionKind::Relabel};
      case CastMethod::InOut: return {.kind = CoercionKind::InOut};
      case CastMethod::Function:
        return {.kind = CoercionKind::Function, .function = cast->function};
    }
  }

  if (from->kind == TypeKind::Array && to->kind == TypeKind::Array) {
    Coercion element = FindCoercion(from->element, to->element, context);
    if (element) {
      return {.kind = CoercionKind::ArrayElements,
              .function = element.function,
              .elements_in_out = element.kind == CoercionKind::InOut,
              .checks_domain = element.checks_domain};
    }
  }
  if (from->kind == TypeKind::Composite && target == types::kRecord) {
    return {.kind = CoercionKind::Relabel};
  }
  if (source == types::kRecord && to->kind == TypeKind::Composite) {
    return {.kind = CoercionKind::Row};
  }
  if (from->kind == TypeKind::Array && target == types::kRecordArray) {
    const Type* element = FindType(BaseType(from->element));
    if (element != nullptr && element->kind == TypeKind::Composite) {
      return {.kind = CoercionKind::Relabel};
    }
  }
  // Every type can be assigned to a string type, and written as a cast, come from one.
  if (context >= CastContext::Assignment && to->category == 'S') {
    return {.kind = CoercionKind::InOut};
  }
  if (context >= CastContext::Explicit && from->category == 'S') {
    return {.kind = CoercionKind::InOut};
  }
  return {};
}

bool Catalog::IsBinaryCoercible(TypeId source, TypeId target) const {
  if (source == target) return true;
  if (target == types::kAny || target == types::kAnyElement || target == types::kAnyCompatible) {
    return true;
  }
  source = BaseType(source);
  if (source == target) return true;
  const Type* from = FindType(source);
  if (from == nullptr) return false;
  switch (target) {
    case types::kAnyArray:
    case types::kAnyCompatibleArray:
      if (from->kind == TypeKind::Array) return true;
      break;
    case types::kAnyNonArray:
    case types::kAnyCompatibleNonArray:
      if (from->kind != TypeKind::Array) return true;
      break;
    case types::kAnyEnum:
      if (from->kind == TypeKind::Enum) return true;
      break;
    case types::kAnyRange:
    case types::kAnyCompatibleRange:
      if (from->kind == TypeKind::Range) return true;
      break;
    case types::kAnyMultirange:
    case types::kAnyCompatibleMultirange:
      if (from->kind == TypeKind::Multirange) return true;
      break;
    case types::kRecord:
      if (from->kind == TypeKind::Composite) return true;
      break;
    case types::kRecordArray: {
      const Type* element = from->kind == TypeKind::Array ? FindType(from->element) : nullptr;
      if (element != nullptr && element->kind == TypeKind::Composite) return true;
      break;
    }
    default: break;
  }
  const Cast* cast = FindCast(source, target);
  return cast != nullptr && cast->method == CastMethod::Binary &&
         cast->context == CastContext::Implicit;
}

Equality Catalog::EqualityOf(TypeId id) const {
  const Type* type = FindType(BaseType(id));
  if (type == nullptr) return {};
  if (type->equality != 0) {
    return {type->has_btree, type->has_hash, type->equality, type->equal_image};
  }
  auto generic = [&](TypeId pseudo) { return FindType(pseudo)->equality; };
  switch (type->kind) {
    case TypeKind::Array: {
      Equality element = EqualityOf(type->element);
      if (!element) return {};
      return {element.has_btree, element.has_hash, generic(types::kAnyArray), EqualImage::No};
    }
    case TypeKind::Enum: return {true, true, generic(types::kAnyEnum), EqualImage::Always};
    case TypeKind::Range:
      return {true, EqualityOf(type->subtype).has_hash, generic(types::kAnyRange), EqualImage::No};
    case TypeKind::Multirange:
      return {true, EqualityOf(type->subtype).has_hash, generic(types::kAnyMultirange),
              EqualImage::No};
    case TypeKind::Composite: {
      Equality result{true, true, generic(types::kRecord), EqualImage::No};
      for (const CompositeAttribute& attribute : AttributesOf(type->id)) {
        Equality of_attribute = EqualityOf(attribute.type.type);
        if (!of_attribute) return {};
        result.has_btree = result.has_btree && of_attribute.has_btree;
        result.has_hash = result.has_hash && of_attribute.has_hash;
      }
      return result;
    }
    case TypeKind::Base: return EqualityByCast(type->id);
    case TypeKind::Domain:
    case TypeKind::Pseudo:
    case TypeKind::Opaque: return {};
  }
  return {};
}

// A type without operator classes uses those of a type it is binary coercible to, the preferred
// one if there are several (varchar: text, cidr: inet).
Equality Catalog::EqualityByCast(TypeId id) const {
  const Type* best = nullptr;
  auto consider = [&](const Cast& cast) {
    if (cast.source != id || cast.method != CastMethod::Binary ||
        cast.context != CastContext::Implicit) {
      return;
    }
    const Type* target = FindType(cast.target);
    if (target == nullptr || target->equality == 0) return;
    if (best == nullptr || (target->preferred && !best->preferred)) best = target;
  };
  for (const Cast& cast : builtins_->casts()) consider(cast);
  for (const Cast& cast : casts_) consider(cast);
  if (best == nullptr) return {};
  return {best->has_btree, best->has_hash, best->equality, best->equal_image};
}

}  // namespace tricklec::catalog
