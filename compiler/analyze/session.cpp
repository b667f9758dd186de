#include "tricklec/analyze/session.h"

#include <algorithm>
#include <array>
#include <regex>

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::TypeId;
using catalog::TypeKind;

namespace {

constexpr std::string_view kDateStyle = "DateStyle";
constexpr std::string_view kTimeZone = "TimeZone";
constexpr std::string_view kIntervalStyle = "IntervalStyle";
constexpr std::string_view kMonetary = "lc_monetary";
constexpr std::string_view kFloatDigits = "extra_float_digits";
constexpr std::string_view kByteaOutput = "bytea_output";
constexpr std::string_view kSearchPath = "search_path";
constexpr std::string_view kXmlOption = "xmloption";

bool IsObjectId(const catalog::Type& type) {
  return type.schema == "pg_catalog" && type.name.starts_with("reg");
}

// Runs a question about base types through arrays, ranges and rows.
template <typename Question>
std::optional<std::string_view> AskParts(const catalog::Catalog& catalog, TypeId id,
                                         const Question& question, int depth = 0) {
  constexpr int kDeepest = 20;
  const catalog::Type* type = catalog.FindType(catalog.BaseType(id));
  if (type == nullptr || depth > kDeepest) return std::nullopt;
  switch (type->kind) {
    case TypeKind::Array: return AskParts(catalog, type->element, question, depth + 1);
    case TypeKind::Range:
    case TypeKind::Multirange: return AskParts(catalog, type->subtype, question, depth + 1);
    case TypeKind::Composite:
      for (const catalog::CompositeAttribute& attribute : catalog.AttributesOf(type->id)) {
        if (auto answer = AskParts(catalog, attribute.type.type, question, depth + 1))
          return answer;
      }
      return std::nullopt;
    case TypeKind::Base: return question(*type);
    case TypeKind::Domain:
    case TypeKind::Enum:
    case TypeKind::Pseudo:
    case TypeKind::Opaque: return std::nullopt;
  }
  return std::nullopt;
}

bool Matches(std::string_view text, const char* pattern) {
  return std::regex_match(text.begin(), text.end(),
                          std::regex(pattern, std::regex::ECMAScript | std::regex::icase));
}

constexpr const char* kIsoDate = R"(\s*\d{4,}-\d{1,2}-\d{1,2}(\s+BC)?\s*)";
constexpr const char* kSpecialTime = R"(\s*([-+]?infinity|epoch)\s*)";
constexpr const char* kIsoTimestamp =
    R"(\s*\d{4,}-\d{1,2}-\d{1,2}([T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?)?(\s+BC)?\s*)";
constexpr const char* kIsoTimestampZone =
    R"(\s*\d{4,}-\d{1,2}-\d{1,2}([T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?)?\s*)"
    R"((Z|UTC|GMT|[-+]\d{1,2}(:?\d{2})?|[A-Za-z]+/[A-Za-z_/]+)(\s+BC)?\s*)";
constexpr const char* kTime = R"(\s*\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?(\s*[AP]M)?\s*)";
constexpr const char* kTimeZoned =
    R"(\s*\d{1,2}:\d{2}(:\d{2}(\.\d*)?)?\s*(Z|UTC|GMT|[-+]\d{1,2}(:?\d{2})?)\s*)";
// Under IntervalStyle sql_standard a leading minus applies to all fields.
constexpr const char* kAmbiguousInterval = R"(\s*-.*\s.*)";

std::optional<std::string> BaseLiteralDependsOn(TypeId type, std::string_view literal) {
  switch (type) {
    case types::kDate:
      if (Matches(literal, kIsoDate) || Matches(literal, kSpecialTime)) return std::nullopt;
      return "it can depend on the setting `DateStyle` or on the current date";
    case types::kTimestamp:
      if (Matches(literal, kIsoTimestamp) || Matches(literal, kSpecialTime)) return std::nullopt;
      return "it can depend on the setting `DateStyle` or on the current time";
    case types::kTimestampTz:
      if (Matches(literal, kIsoTimestampZone) || Matches(literal, kSpecialTime)) {
        return std::nullopt;
      }
      return "without a time zone it depends on the setting `TimeZone`";
    case types::kTime:
      if (Matches(literal, kTime)) return std::nullopt;
      return "it can depend on the current time";
    case types::kTimeTz:
      if (Matches(literal, kTimeZoned)) return std::nullopt;
      return "without a time zone it depends on the setting `TimeZone`";
    case types::kInterval:
      if (!Matches(literal, kAmbiguousInterval) ||
          Matches(literal, R"(\s*-\s*\d+(\.\d+)?\s*[A-Za-z]+\s*)")) {
        return std::nullopt;
      }
      return "after a leading minus it depends on the setting `IntervalStyle`";
    case types::kMoney: return "it depends on the setting `lc_monetary`";
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::string_view> OutputSetting(const catalog::Catalog& catalog, TypeId id) {
  return AskParts(catalog, id, [](const catalog::Type& type) -> std::optional<std::string_view> {
    constexpr TypeId kPoint = types::kPoint, kLine = 628, kLseg = 601, kPath = 602, kBox = 603,
                     kPolygon = 604, kCircle = 718;
    switch (type.id) {
      case types::kDate:
      case types::kTimestamp: return kDateStyle;
      case types::kTimestampTz: return kTimeZone;
      case types::kInterval: return kIntervalStyle;
      case types::kMoney: return kMonetary;
      case types::kBytea: return kByteaOutput;
      case types::kFloat4:
      case types::kFloat8:
      case kPoint:
      case kLine:
      case kLseg:
      case kPath:
      case kBox:
      case kPolygon:
      case kCircle: return kFloatDigits;
      default: break;
    }
    return IsObjectId(type) ? std::optional(kSearchPath) : std::nullopt;
  });
}

std::optional<std::string_view> InputSetting(const catalog::Catalog& catalog, TypeId id) {
  return AskParts(catalog, id, [](const catalog::Type& type) -> std::optional<std::string_view> {
    switch (type.id) {
      case types::kDate:
      case types::kTimestamp: return kDateStyle;
      case types::kTimestampTz:
      case types::kTime:
      case types::kTimeTz: return kTimeZone;
      case types::kInterval: return kIntervalStyle;
      case types::kMoney: return kMonetary;
      case types::kXml: return kXmlOption;
      default: break;
    }
    return IsObjectId(type) ? std::optional(kSearchPath) : std::nullopt;
  });
}

std::optional<std::string> LiteralDependsOn(const catalog::Catalog& catalog, TypeId id,
                                            std::string_view literal) {
  const catalog::Type* type = catalog.FindType(catalog.BaseType(id));
  if (type == nullptr) return std::nullopt;
  if (type->kind == TypeKind::Base) {
    if (IsObjectId(*type) && !std::all_of(literal.begin(), literal.end(), ::isdigit)) {
      return "it depends on the setting `search_path`";
    }
    return BaseLiteralDependsOn(type->id, literal);
  }
  if (type->kind != TypeKind::Array && type->kind != TypeKind::Range &&
      type->kind != TypeKind::Multirange && type->kind != TypeKind::Composite) {
    return std::nullopt;
  }
  auto setting = InputSetting(catalog, id);
  if (!setting) return std::nullopt;
  if (type->kind == TypeKind::Composite || type->kind == TypeKind::Multirange) {
    return "it can depend on the setting `" + std::string(*setting) + "`";
  }
  // The elements of an array or the bounds of a range, quotes dropped.
  TypeId part_type = type->kind == TypeKind::Array ? type->element : type->subtype;
  std::string part;
  auto check = [&]() -> std::optional<std::string> {
    size_t begin = part.find_first_not_of(' ');
    std::string trimmed = begin == std::string::npos ? "" : part.substr(begin);
    part.clear();
    if (trimmed.empty() || trimmed == "NULL" || trimmed == "null") return std::nullopt;
    return LiteralDependsOn(catalog, part_type, trimmed);
  };
  for (char c : literal) {
    if (std::string_view("{}[](),").find(c) == std::string_view::npos) {
      if (c != '"') part += c;
    } else if (auto reason = check()) {
      return reason;
    }
  }
  return check();
}

std::string_view StableLiteralForm(const catalog::Catalog& catalog, TypeId id) {
  switch (catalog.BaseType(id)) {
    case types::kDate: return "write it as `YYYY-MM-DD`";
    case types::kTimestamp: return "write it as `YYYY-MM-DD HH:MM:SS`";
    case types::kTimestampTz: return "write it as `YYYY-MM-DD HH:MM:SS+00`, with its time zone";
    case types::kTime: return "write it as `HH:MM:SS`";
    case types::kTimeTz: return "write it as `HH:MM:SS+00`, with its time zone";
    case types::kMoney: return "cast a number: `12.34::numeric::money`";
    case types::kInterval: return "give each field its own sign";
    default: return "write the parts in the ISO form";
  }
}

}  // namespace tricklec::analyze
