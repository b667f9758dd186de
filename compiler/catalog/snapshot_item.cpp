// Access to the fields of a snapshot, with their names in every complaint.

#include "tricklec/catalog/snapshot_item.h"

#include <fmt/format.h>

#include <algorithm>

namespace tricklec::catalog {

namespace {

// Takes one identifier off the front of `rest`; nothing if there is none.
std::optional<std::string> TakeIdentifier(std::string_view& rest) {
  std::string name;
  if (rest.empty()) return std::nullopt;
  if (rest.front() != '"') {
    size_t end = std::min(rest.find('.'), rest.size());
    name = rest.substr(0, end);
    rest.remove_prefix(end);
    if (name.empty()) return std::nullopt;
    return name;
  }
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      if (i + 1 >= rest.size() || rest[i + 1] != '"') {
        rest.remove_prefix(i + 1);
        return name;
      }
      ++i;
    }
    name += rest[i];
  }
  return std::nullopt;
}

bool TakeDot(std::string_view& rest) {
  if (!rest.starts_with('.')) return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

void SnapshotProblems::Report(const std::string& what, std::optional<uint32_t> place) {
  if (any_) return;
  any_ = true;
  source::Range range;
  if (place) {
    uint32_t begin = std::min(*place, snapshot_.size());
    range = snapshot_.At(begin, std::min(begin + 1, snapshot_.size()));
  }
  diagnostics_.Report(source::Code::UnreadableSnapshot, range, snapshot_.name(), what)
      .AddHelp("`tricklec compile --emit catalog --db URL -o FILE` writes one anew");
}

void SnapshotItem::Report(const char* key, std::string_view what) const {
  problems_->Report(path_.empty() ? fmt::format("`{}` {}", key, what)
                                  : fmt::format("`{}.{}` {}", path_, key, what));
}

const SnapshotItem::Json* SnapshotItem::Find(const char* key, bool (Json::*is)() const noexcept,
                                             std::string_view wanted) const {
  auto found = json_->find(key);
  if (found == json_->end() || found->is_null()) return nullptr;
  if (((*found).*is)()) return &*found;
  Report(key, fmt::format("is not {}", wanted));
  return nullptr;
}

std::string SnapshotItem::Str(const char* key) const {
  const Json* found = Find(key, &Json::is_string, "a string");
  return found == nullptr ? std::string() : found->get<std::string>();
}

bool SnapshotItem::Flag(const char* key, bool usual) const {
  const Json* found = Find(key, &Json::is_boolean, "true or false");
  return found == nullptr ? usual : found->get<bool>();
}

int SnapshotItem::Int(const char* key, int usual) const {
  const Json* found = Find(key, &Json::is_number_integer, "an integer");
  return found == nullptr ? usual : found->get<int>();
}

std::vector<std::string> SnapshotItem::Names(const char* key) const {
  std::vector<std::string> names;
  const Json* found = Find(key, &Json::is_array, "a list of strings");
  if (found == nullptr) return names;
  for (const Json& item : *found) {
    if (item.is_string()) {
      names.push_back(item.get<std::string>());
    } else {
      Report(key, "is not a list of strings");
    }
  }
  return names;
}

std::vector<SnapshotItem> SnapshotItem::Items(const char* key) const {
  std::vector<SnapshotItem> items;
  const Json* found = Find(key, &Json::is_array, "a list of objects");
  if (found == nullptr) return items;
  for (const Json& item : *found) {
    std::string prefix = path_.empty() ? std::string(key) : path_ + "." + key;
    std::string path = fmt::format("{}[{}]", prefix, items.size());
    if (!item.is_object()) {
      Report(key, "is not a list of objects");
      continue;
    }
    items.emplace_back(item, std::move(path), *problems_);
  }
  return items;
}

std::vector<std::pair<std::string, std::string>> SnapshotItem::Pairs(const char* key) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  const Json* found = Find(key, &Json::is_array, "a list of pairs");
  if (found == nullptr) return pairs;
  for (const Json& item : *found) {
    if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string()) {
      pairs.emplace_back(item[0].get<std::string>(), item[1].get<std::string>());
    } else {
      Report(key, "is not a list of pairs of strings");
    }
  }
  return pairs;
}

QualifiedName SnapshotItem::NameAt(const char* key, bool required) const {
  std::string text = Str(key);
  if (text.empty()) {
    if (required) Report(key, "is missing");
    return {};
  }
  return Split(key, text).value_or(QualifiedName());
}

std::vector<QualifiedName> SnapshotItem::QualifiedNames(const char* key) const {
  std::vector<QualifiedName> names;
  for (const std::string& text : Names(key)) {
    if (auto name = Split(key, text)) names.push_back(std::move(*name));
  }
  return names;
}

std::optional<QualifiedName> SnapshotItem::Split(const char* key, const std::string& text) const {
  std::string_view rest = text;
  std::optional<std::string> first = TakeIdentifier(rest);
  if (first && rest.empty()) return QualifiedName{{}, *first};
  std::optional<std::string> second;
  if (first && TakeDot(rest)) second = TakeIdentifier(rest);
  if (second && rest.empty()) return QualifiedName{*first, *second};
  Report(key, fmt::format("is no name: `{}`", text));
  return std::nullopt;
}

QualifiedName SnapshotItem::OperatorNameAt(const char* key) const {
  std::string text = Str(key);
  if (text.empty()) return {};
  std::string_view rest = text;
  std::optional<std::string> schema = TakeIdentifier(rest);
  if (schema && TakeDot(rest) && !rest.empty()) return {*schema, std::string(rest)};
  Report(key, fmt::format("is no name of an operator: `{}`", text));
  return {};
}

size_t SnapshotItem::OneOf(const char* key, const std::vector<std::string_view>& words) const {
  std::string text = Str(key);
  if (text.empty()) return 0;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return i;
  }
  Report(key, fmt::format("cannot be `{}`", text));
  return 0;
}

}  // namespace tricklec::catalog
