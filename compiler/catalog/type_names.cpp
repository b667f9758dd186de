// Types by name and back: TypeName nodes with their modifiers, and `format_type`.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tricklec/catalog/builtin_data.h"
#include "tricklec/catalog/builtins.h"
#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/modifier_texts.h"
#include "tricklec/catalog/table_reader.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::catalog {

namespace {

// PostgreSQL adds the size of a varlena header to the modifiers of some types.
constexpr int32_t kHeader = 4;
constexpr int kMaxStringLength = 10485760;
constexpr int kMaxBitLength = 83886080;
constexpr int kMaxNumericPrecision = 1000;
constexpr int kMaxTimePrecision = 6;
constexpr int32_t kFullIntervalRange = 0x7FFF;
constexpr int32_t kFullIntervalPrecision = 0xFFFF;

constexpr int32_t kYear = 1 << 2, kMonth = 1 << 1, kDay = 1 << 3, kHour = 1 << 10,
                  kMinute = 1 << 11, kSecond = 1 << 12;
struct IntervalFields {
  int32_t mask;
  std::string_view text;
};
constexpr IntervalFields kIntervalFields[] = {
    {kYear, " year"},
    {kMonth, " month"},
    {kDay, " day"},
    {kHour, " hour"},
    {kMinute, " minute"},
    {kSecond, " second"},
    {kYear | kMonth, " year to month"},
    {kDay | kHour, " day to hour"},
    {kDay | kHour | kMinute, " day to minute"},
    {kDay | kHour | kMinute | kSecond, " day to second"},
    {kHour | kMinute, " hour to minute"},
    {kHour | kMinute | kSecond, " hour to second"},
    {kMinute | kSecond, " minute to second"},
};

std::optional<int64_t> IntegerOf(const pgparse::Node& node) {
  if (!node.Is("A_Const") || !node["ival"]) return std::nullopt;
  return node["ival"].Int("ival");
}

std::string FormatNumericModifier(int32_t typmod) {
  int32_t precision = ((typmod - kHeader) >> 16) & 0xFFFF;
  int32_t scale = (typmod - kHeader) & 0x7FF;
  if (scale >= 1024) scale -= 2048;  // 11 bits with sign
  return fmt::format("({},{})", precision, scale);
}

std::string FormatIntervalModifier(int32_t typmod) {
  int32_t fields = (typmod >> 16) & kFullIntervalRange;
  int32_t precision = typmod & kFullIntervalPrecision;
  std::string text;
  for (const IntervalFields& known : kIntervalFields) {
    if (known.mask == fields) text = known.text;
  }
  if (precision != kFullIntervalPrecision) text += fmt::format("({})", precision);
  return text;
}

// The names the SQL standard has for built-in types; empty for those printed by their own name.
// Only types whose unmodified form means "no modifier": `character` and `bit` mean length 1.
std::string StandardName(TypeRef type) {
  std::string precision = type.typmod >= 0 ? fmt::format("({})", type.typmod) : std::string();
  switch (type.type) {
    case types::kBool: return "boolean";
    // A key word only from PostgreSQL 16 on, and never in need of quotes.
    case types::kJson: return "json";
    case types::kInt2: return "smallint";
    case types::kInt4: return "integer";
    case types::kInt8: return "bigint";
    case types::kFloat4: return "real";
    case types::kFloat8: return "double precision";
    case types::kNumeric:
      return type.typmod >= kHeader ? "numeric" + FormatNumericModifier(type.typmod) : "numeric";
    case types::kBpChar:
      return type.typmod >= kHeader ? fmt::format("character({})", type.typmod - kHeader) : "";
    case types::kVarChar:
      return type.typmod >= kHeader ? fmt::format("character varying({})", type.typmod - kHeader)
                                    : "character varying";
    case types::kBit: return type.typmod >= 0 ? "bit" + precision : "";
    case types::kVarBit: return "bit varying" + precision;
    case types::kTime: return fmt::format("time{} without time zone", precision);
    case types::kTimeTz: return fmt::format("time{} with time zone", precision);
    case types::kTimestamp: return fmt::format("timestamp{} without time zone", precision);
    case types::kTimestampTz: return fmt::format("timestamp{} with time zone", precision);
    case types::kInterval:
      return type.typmod >= 0 ? "interval" + FormatIntervalModifier(type.typmod) : "interval";
    default: return {};
  }
}

bool IsKeyword(std::string_view word) {
  static const std::vector<std::string_view> keywords = [] {
    std::vector<std::string_view> words;
    // Of all versions: a quoted name is right everywhere.
    ForEachLine(builtin_data::keywords(), ~0u,
                [&](std::string_view line) { words.push_back(Row(line)[1]); });
    std::sort(words.begin(), words.end());
    return words;
  }();
  return std::binary_search(keywords.begin(), keywords.end(), word);
}

struct Serial {
  std::string_view name;
  TypeId type;
};
constexpr Serial kSerials[] = {
    {"smallserial", types::kInt2}, {"serial2", types::kInt2},   {"serial", types::kInt4},
    {"serial4", types::kInt4},     {"bigserial", types::kInt8}, {"serial8", types::kInt8},
};

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
  auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
               std::all_of(name.begin(), name.end(), is_plain) && !IsKeyword(name);
  if (plain) return std::string(name);
  std::string quoted = "\"";
  for (char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string QuoteQualified(const QualifiedName& name) {
  if (name.schema.empty()) return QuoteIdentifier(name.name);
  return QuoteIdentifier(name.schema) + "." + QuoteIdentifier(name.name);
}

std::string Catalog::FormatType(TypeRef ref) const {
  const Type* type = FindType(ref.type);
  if (type == nullptr) return "???";
  if (type->kind == TypeKind::Array) {
    return FormatType(TypeRef{type->element, ref.typmod}) + "[]";
  }
  if (type->builtin()) {
    std::string name = StandardName(ref);
    return name.empty() ? QuoteIdentifier(type->name) : name;
  }
  std::string name = QuoteQualified({type->schema, type->name});
  if (ref.typmod >= 0 && type->kind != TypeKind::Domain) {
    name += "(" + modifiers_->Text(ref.typmod) + ")";
  }
  return name;
}

TypeResolution Catalog::ResolveType(const pgparse::Node& type_name, const SearchPath& path) const {
  TypeResolution resolution = ResolveNamedType(type_name, path);
  resolution.set_of = type_name.Bool("setof");
  if (!resolution) return resolution;
  if (!type_name.List("array_bounds").empty()) {
    TypeId array = ArrayOf(resolution.type.type);
    if (array == types::kNone) {
      resolution.status = TypeResolution::Status::NotFound;
      resolution.message =
          fmt::format("there is no array type over `{}`", FormatType(resolution.type));
      return resolution;
    }
    resolution.type.type = array;
  }
  return resolution;
}

TypeResolution Catalog::ResolveNamedType(const pgparse::Node& type_name,
                                         const SearchPath& path) const {
  TypeResolution resolution;
  std::vector<std::string> names = type_name.Names("names");
  if (type_name.Bool("pct_type")) {
    // table.column%TYPE
    std::string column = names.empty() ? std::string() : names.back();
    if (!names.empty()) names.pop_back();
    std::string table = names.empty() ? std::string() : names.back();
    std::string schema = names.size() > 1 ? names[names.size() - 2] : std::string();
    const Relation* relation = FindRelation(schema, table, path);
    const Column* found = relation == nullptr ? nullptr : relation->FindColumn(column);
    if (found == nullptr) {
      resolution.message = relation == nullptr
                               ? fmt::format("there is no table `{}`", table)
                               : fmt::format("table `{}` has no column `{}`", table, column);
      resolution.candidates =
          relation == nullptr ? RelationNames(schema, path) : relation->ColumnNames();
      return resolution;
    }
    resolution.status = TypeResolution::Status::Found;
    resolution.type = found->type;
    return resolution;
  }

  std::string name = names.empty() ? std::string() : names.back();
  std::string schema = names.size() > 1 ? names[names.size() - 2] : std::string();
  if (schema.empty()) {
    for (const Serial& serial : kSerials) {
      if (serial.name != name) continue;
      resolution.status = TypeResolution::Status::Found;
      resolution.type.type = serial.type;
      resolution.serial = true;
      return resolution;
    }
  }
  const Type* type = FindType(schema, name, path);
  if (type == nullptr) {
    resolution.message =
        fmt::format("there is no type `{}`", schema.empty() ? name : schema + "." + name);
    resolution.candidates = TypeNames(schema, path);
    return resolution;
  }
  resolution.status = TypeResolution::Status::Found;
  resolution.type.type = type->id;
  if (!type_name.List("typmods").empty() && !ApplyModifiers(type_name, resolution)) {
    resolution.status = TypeResolution::Status::BadModifier;
  }
  return resolution;
}

bool Catalog::ApplyModifiers(const pgparse::Node& type_name, TypeResolution& resolution) const {
  std::vector<pgparse::Node> nodes = type_name.List("typmods");
  TypeRef& type = resolution.type;
  if (type.type >= kFirstUserId) {
    std::string text;
    for (const pgparse::Node& node : nodes) {
      if (!text.empty()) text += ", ";
      text += pgparse::DeparseExpression(node);
    }
    type.typmod = modifiers_->Intern(text);
    return true;
  }

  std::vector<int64_t> values;
  for (const pgparse::Node& node : nodes) {
    std::optional<int64_t> value = IntegerOf(node);
    if (!value) {
      resolution.message = fmt::format("modifiers of type `{}` must be integer constants",
                                       FormatType(TypeRef{type.type, -1}));
      return false;
    }
    values.push_back(*value);
  }
  auto fail = [&](std::string_view rule) {
    resolution.message = rule;
    return false;
  };
  auto one_in_range = [&](int64_t low, int64_t high, int32_t header, std::string_view rule) {
    if (values.size() != 1 || values[0] < low || values[0] > high) return fail(rule);
    type.typmod = static_cast<int32_t>(values[0]) + header;
    return true;
  };
  switch (type.type) {
    case types::kNumeric: {
      int64_t scale = values.size() == 2 ? values[1] : 0;
      if (values.size() > 2 || values[0] < 1 || values[0] > kMaxNumericPrecision ||
          scale < -kMaxNumericPrecision || scale > kMaxNumericPrecision) {
        return fail("`numeric` takes a precision from 1 to 1000 and a scale from -1000 to 1000");
      }
      type.typmod = static_cast<int32_t>((values[0] << 16) | (scale & 0x7FF)) + kHeader;
      return true;
    }
    case types::kBpChar:
    case types::kVarChar:
      return one_in_range(1, kMaxStringLength, kHeader,
                          "a character type takes one length from 1 to 10485760");
    case types::kBit:
    case types::kVarBit:
      return one_in_range(1, kMaxBitLength, 0, "a bit type takes one length from 1 to 83886080");
    case types::kTime:
    case types::kTimeTz:
    case types::kTimestamp:
    case types::kTimestampTz:
      if (values.size() != 1 || values[0] < 0) return fail("a time takes one precision, 0 to 6");
      // PostgreSQL only warns of a larger one.
      type.typmod = static_cast<int32_t>(std::min<int64_t>(values[0], kMaxTimePrecision));
      return true;
    case types::kInterval: {
      if (values.size() > 2) return fail("`interval` takes fields and a precision");
      auto fields = static_cast<int32_t>(values[0]);
      int32_t precision = kFullIntervalPrecision;
      if (values.size() == 2) {
        if (values[1] < 0) return fail("`interval` takes a precision from 0 to 6");
        precision = static_cast<int32_t>(std::min<int64_t>(values[1], kMaxTimePrecision));
      } else if (fields == kFullIntervalRange) {
        return true;
      }
      type.typmod = ((fields & kFullIntervalRange) << 16) | precision;
      return true;
    }
    default:
      resolution.message =
          fmt::format("type `{}` takes no modifier", FormatType(TypeRef{type.type, -1}));
      return false;
  }
}

}  // namespace tricklec::catalog
