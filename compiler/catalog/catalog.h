#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/catalog/functions.h"
#include "tricklec/catalog/relations.h"
#include "tricklec/catalog/types.h"
#include "tricklec/pgparse/node.h"

namespace tricklec::catalog {

class Builtins;
class ModifierTexts;

/// What a TypeName of a statement means.
struct TypeResolution {
  enum class Status {
    Found,
    NotFound,     ///< no such type
    BadModifier,  ///< the type exists, its modifiers are wrong
  };
  Status status = Status::NotFound;
  TypeRef type;
  bool set_of = false;
  bool serial = false;  ///< smallserial, serial, bigserial: an integer with a default
  std::string message;  ///< what is wrong, as a diagnostic would say it
  std::vector<std::string> candidates;  ///< names near by, for NotFound
  explicit operator bool() const { return status == Status::Found; }
};

/// Everything known of a database at one point of the input: the built-in objects of one server
/// version and what DDL has defined so far. A value: copies are independent. Pointers stay valid
/// until the object they point to is dropped.
class Catalog {
 public:
  static constexpr int kFirstVersion = 15;
  static constexpr int kLastVersion = 18;

  /// \param server_version major version of the target, 15 to 18
  /// \param default_path what RESET search_path goes back to
  explicit Catalog(int server_version, SearchPath default_path = {{"public"}});

  int server_version() const { return server_version_; }

  // --- Schemas and search path -------------------------------------------------------------

  /// The path in force at this point of the input; at first the default one.
  const SearchPath& search_path() const { return search_path_; }
  /// As RESET search_path, and at the beginning of every file: each runs in a session of its own.
  void ResetSearchPath() { search_path_ = default_path_; }
  void set_search_path(SearchPath path) { search_path_ = std::move(path); }
  bool HasSchema(std::string_view schema) const;
  void AddSchema(std::string schema);
  void RemoveSchema(std::string_view schema);
  const std::set<std::string, std::less<>>& schemas() const { return schemas_; }
  /// Where an unqualified new object goes: the first existing schema of the path, or "".
  std::string CreationSchema(const SearchPath& path) const;
  /// The schemas of a path in the order in which names are looked up.
  std::vector<std::string> LookupOrder(const SearchPath& path, bool with_temporary) const;

  // --- Types -------------------------------------------------------------------------------

  /// A type that exists: an unknown id is an internal error.
  const Type& GetType(TypeId id) const;
  const Type* FindType(TypeId id) const;
  /// \param schema "" for a lookup in the path
  const Type* FindType(std::string_view schema, std::string_view name,
                       const SearchPath& path) const;
  /// Resolves a TypeName node: aliases of the grammar, modifiers, arrays, serial types, %TYPE.
  TypeResolution ResolveType(const pgparse::Node& type_name, const SearchPath& path) const;
  /// As `format_type` under `search_path = pg_catalog`: safe to print anywhere, e.g.
  /// `numeric(10,2)`, `character varying(20)[]`, `public."Mood"`.
  std::string FormatType(TypeRef type) const;
  std::string FormatType(TypeId type) const { return FormatType(TypeRef{type, -1}); }
  /// The type itself, or what a domain is in the end made of, with the modifier to use.
  TypeRef BaseType(TypeRef type) const;
  TypeId BaseType(TypeId type) const { return BaseType(TypeRef{type, -1}).type; }
  /// Whether a value can fail to be stored: a domain (or a domain below it) has constraints.
  bool HasDomainConstraints(TypeId type) const;
  Equality EqualityOf(TypeId type) const;
  /// The array type over a type, kNone if there is none.
  TypeId ArrayOf(TypeId element) const;
  /// The element type of a true array (looked through domains), else kNone.
  TypeId ElementOf(TypeId array) const;
  /// The collation of a type ("default", "C", or a domain's own); empty if not collatable.
  QualifiedName CollationOf(TypeId type) const;
  /// The columns of a row type, in order; empty for other types.
  std::vector<CompositeAttribute> AttributesOf(TypeId type) const;
  /// Gives the type an id and makes its array type, unless it is an array or a pseudo-type.
  TypeId AddType(Type type);
  Type* MutableType(TypeId id);
  void RenameType(TypeId id, std::string schema, std::string name);
  void RemoveType(TypeId id);  ///< with its array type
  const std::map<TypeId, Type>& user_types() const { return types_; }

  // --- Relations ---------------------------------------------------------------------------

  const Relation& GetRelation(RelationId id) const;
  const Relation* FindRelation(RelationId id) const;
  const Relation* FindRelation(std::string_view schema, std::string_view name,
                               const SearchPath& path) const;
  /// Adds a relation (and its row type) and gives it an id. Its name must be free.
  RelationId AddRelation(Relation relation);
  Relation* MutableRelation(RelationId id);
  /// What analysis found a view's columns to be.
  void SetColumns(RelationId id, std::vector<Column> columns);
  void RenameRelation(RelationId id, std::string schema, std::string name);
  void RemoveRelation(RelationId id);  ///< with its row type; unlinks it from its relatives
  /// Whether this names a table or view of pg_catalog or information_schema, which are not in the
  /// model.
  bool IsSystemRelation(std::string_view schema, std::string_view name,
                        const SearchPath& path) const;
  /// In order of definition.
  const std::map<RelationId, Relation>& relations() const { return relations_; }
  /// The relation with an index of that name, or nullptr; `index` receives its place in it.
  const Relation* FindIndex(std::string_view schema, std::string_view name, const SearchPath& path,
                            size_t& index) const;

  // --- Functions, operators, casts, collations -----------------------------------------------

  const Function& GetFunction(FunctionId id) const;
  const Operator& GetOperator(OperatorId id) const;
  const Function* FindFunction(FunctionId id) const;
  const Operator* FindOperator(OperatorId id) const;
  /// All functions of a name: of the given schema, or visible in the path (one hidden by an equal
  /// signature in an earlier schema is left out), in lookup order.
  std::vector<const Function*> FindFunctions(std::string_view schema, std::string_view name,
                                             const SearchPath& path) const;
  std::vector<const Operator*> FindOperators(std::string_view schema, std::string_view name,
                                             const SearchPath& path) const;
  /// The operator with exactly these argument types (`left` 0: prefix) or nullptr.
  const Operator* FindOperator(std::string_view schema, std::string_view name, TypeId left,
                               TypeId right, const SearchPath& path) const;
  FunctionId AddFunction(Function function);
  OperatorId AddOperator(Operator op);
  Function* MutableFunction(FunctionId id);
  Operator* MutableOperator(OperatorId id);
  void RenameFunction(FunctionId id, std::string schema, std::string name);
  void RemoveFunction(FunctionId id);
  void RemoveOperator(OperatorId id);
  const std::map<FunctionId, Function>& user_functions() const { return functions_; }
  const std::map<OperatorId, Operator>& user_operators() const { return operators_; }

  /// The declared cast between exactly these types, or nullptr.
  const Cast* FindCast(TypeId source, TypeId target) const;
  void AddCast(Cast cast);
  void RemoveCast(TypeId source, TypeId target);
  const std::vector<Cast>& user_casts() const { return casts_; }
  /// How a value becomes another type in a context: declared casts, domains by their base types,
  /// arrays by their elements, rows, and the I/O casts to and from string types (manual,
  /// CREATE CAST). Literals of type unknown and polymorphic targets are the caller's business.
  Coercion FindCoercion(TypeId source, TypeId target, CastContext context) const;
  /// Whether the value needs no conversion (pg_cast without function, domains, any array as
  /// anyarray, …).
  bool IsBinaryCoercible(TypeId source, TypeId target) const;
  /// The function that applies a type modifier (`numeric(numeric, int)`), or 0.
  FunctionId TypmodFunction(TypeId type) const;

  const Collation* FindCollation(std::string_view schema, std::string_view name,
                                 const SearchPath& path) const;
  void AddCollation(Collation collation);
  void RemoveCollation(std::string_view schema, std::string_view name);
  const std::vector<Collation>& user_collations() const { return collations_; }

  // --- Extensions ----------------------------------------------------------------------------

  struct Extension {
    std::string name;
    std::string schema;
    /// False where we have no data of its objects: a name we do not find may be one of its.
    bool known = true;
  };
  const std::vector<Extension>& extensions() const { return extensions_; }
  /// Adds the objects of a contrib extension (compiler/catalog/builtin/extensions.tsv), or only
  /// its name where it is another.
  void AddExtension(std::string name, std::string schema);
  /// An extension whose objects, if any, are added one by one.
  void NoteExtension(Extension extension) { extensions_.push_back(std::move(extension)); }
  /// ALTER EXTENSION … SET SCHEMA.
  void MoveExtension(std::string_view name, const std::string& schema);
  void RemoveExtension(std::string_view name);
  /// Whether a name that is not found may belong to an extension we know nothing of.
  bool HasUnknownExtension() const;

  // --- Names near by, for "did you mean" -------------------------------------------------------

  /// Names a lookup in this schema (or path, if "") could have found.
  std::vector<std::string> RelationNames(std::string_view schema, const SearchPath& path) const;
  std::vector<std::string> TypeNames(std::string_view schema, const SearchPath& path) const;
  std::vector<std::string> FunctionNames(std::string_view schema, const SearchPath& path) const;

 private:
  /// Object ids by unqualified name.
  using NameIndex = std::map<std::string, std::vector<uint32_t>, std::less<>>;

  TypeResolution ResolveNamedType(const pgparse::Node& type_name, const SearchPath& path) const;
  bool ApplyModifiers(const pgparse::Node& type_name, TypeResolution& resolution) const;
  Coercion CoerceBase(TypeId source, TypeId target, CastContext context) const;
  Equality EqualityByCast(TypeId type) const;

  int server_version_;
  std::shared_ptr<const Builtins> builtins_;
  /// Modifiers of types whose meaning only their extension knows, by typmod.
  std::shared_ptr<ModifierTexts> modifiers_;
  uint32_t next_id_ = kFirstUserId;
  SearchPath default_path_;
  SearchPath search_path_;
  std::set<std::string, std::less<>> schemas_;
  std::map<TypeId, Type> types_;
  std::map<RelationId, Relation> relations_;
  std::map<FunctionId, Function> functions_;
  std::map<OperatorId, Operator> operators_;
  NameIndex type_index_, relation_index_, function_index_, operator_index_;
  std::vector<Cast> casts_;
  std::vector<Collation> collations_;
  std::vector<Extension> extensions_;
};

/// A name quoted as an identifier where PostgreSQL needs it (`quote_ident`).
std::string QuoteIdentifier(std::string_view name);
/// "schema.name", each quoted where needed.
std::string QuoteQualified(const QualifiedName& name);

}  // namespace tricklec::catalog
