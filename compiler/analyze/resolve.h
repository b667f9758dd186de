#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/catalog/catalog.h"

namespace tricklec::analyze {

using catalog::TypeId;

enum class Resolution {
  Found,
  NotFound,
  Ambiguous,
  Undecided,  ///< depends on a type or extension that we do not know
};

struct OperatorChoice {
  Resolution status = Resolution::NotFound;
  const catalog::Operator* op = nullptr;
  TypeId left = 0;  ///< types the operands are converted to, polymorphic ones resolved; 0: prefix
  TypeId right = 0;
  TypeId result = 0;
  bool has_rivals = false;  ///< operators of that name exist outside pg_catalog
};

/// An argument as the call gives it.
struct CallArgument {
  TypeId type = 0;   ///< `kUnknown` for an untyped literal, 0 for a type we do not know
  std::string name;  ///< `name => value`, else empty
};

struct FunctionChoice {
  Resolution status = Resolution::NotFound;
  const catalog::Function* function = nullptr;
  std::vector<TypeId> args;    ///< what each given argument is converted to, in order of the call
  std::vector<size_t> places;  ///< which declared argument each given one is (named notation)
  TypeId result = 0;
  bool expanded_variadic = false;
  bool has_rivals = false;  ///< functions of that name exist in several schemas
};

/// Chooses operators, functions and common types as PostgreSQL's parser does (manual, chapter
/// "Type Conversion"). All answers are for one search path.
class Resolver {
 public:
  Resolver(const catalog::Catalog& catalog, const catalog::SearchPath& path)
      : catalog_(catalog), path_(path) {}

  /// Manual, "Operators". \param left 0 for a prefix operator
  /// \param right and left `kUnknown` for untyped literals
  OperatorChoice ResolveOperator(const std::vector<std::string>& name, TypeId left, TypeId right,
                                 bool prefix) const;
  /// Manual, "Functions", for functions of all kinds.
  /// \param variadic the last argument is marked VARIADIC
  FunctionChoice ResolveFunction(const std::vector<std::string>& name,
                                 const std::vector<CallArgument>& args, bool variadic) const;
  /// Manual, "UNION, CASE, and Related Constructs". All untyped: text. Nothing if there is none;
  /// 0 if one of the types is not known.
  std::optional<TypeId> CommonType(const std::vector<TypeId>& types) const;
  /// Whether a value of a type can be given where another is wanted; untyped literals always can.
  bool CanCoerce(TypeId from, TypeId to, catalog::CastContext context) const;
  /// Whether nothing is known of what can be done with values of a type.
  bool IsOpaque(TypeId type) const;
  /// Whether a name that is not found may belong to an extension we have no data of.
  bool HasUnknownExtensions() const;

 private:
  struct Candidate {
    std::vector<TypeId> args;  ///< one for each given argument
    size_t source = 0;         ///< index in the list the candidates were made from
    std::vector<size_t> places;
    bool expanded = false;
    int defaults = 0;
    size_t path_position = 0;
  };

  std::vector<Candidate> FunctionCandidates(const std::vector<const catalog::Function*>& functions,
                                            const std::vector<CallArgument>& args,
                                            bool variadic) const;
  std::vector<Candidate> Matching(const std::vector<Candidate>& candidates,
                                  const std::vector<TypeId>& types) const;
  std::optional<Candidate> SelectBest(std::vector<Candidate> candidates,
                                      const std::vector<TypeId>& types) const;
  bool IsPreferred(char category, TypeId type) const;
  char CategoryOf(TypeId type) const;
  bool IsComposite(TypeId type) const;

  const catalog::Catalog& catalog_;
  const catalog::SearchPath& path_;
};

bool IsPolymorphic(TypeId type);

/// Whether the actual types do not contradict the polymorphic ones among the declared; untyped literals
/// contradict nothing, even where they leave a type open.
bool PolymorphicTypesAgree(const catalog::Catalog& catalog, const Resolver& resolver,
                           const std::vector<TypeId>& declared, const std::vector<TypeId>& actual);

/// Resolves polymorphic argument types from actual ones (manual, "Polymorphic Types").
/// \param declared replaced by the actual types
/// \returns the result type; 0 if the actual types do not agree, or leave a type open
TypeId ResolvePolymorphic(const catalog::Catalog& catalog, const Resolver& resolver,
                          std::vector<TypeId>& declared, const std::vector<TypeId>& actual,
                          TypeId declared_result);

}  // namespace tricklec::analyze
