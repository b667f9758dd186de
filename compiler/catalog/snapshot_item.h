#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/catalog/types.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

/// What is wrong with a snapshot, the first thing only: the rest may follow from it.
class SnapshotProblems {
 public:
  SnapshotProblems(const source::Buffer& snapshot, source::Diagnostics& diagnostics)
      : snapshot_(snapshot), diagnostics_(diagnostics) {}

  /// \param place a byte of the text where it is known, else the whole file is meant
  void Report(const std::string& what, std::optional<uint32_t> place = std::nullopt);
  bool any() const { return any_; }

 private:
  const source::Buffer& snapshot_;
  source::Diagnostics& diagnostics_;
  bool any_ = false;
};

/// An object of a snapshot. A field that is missing has its usual value; one of the wrong kind is a
/// problem, and has its usual value, too.
class SnapshotItem {
 public:
  using Json = nlohmann::ordered_json;

  SnapshotItem(const Json& json, std::string path, SnapshotProblems& problems)
      : json_(&json), path_(std::move(path)), problems_(&problems) {}

  bool Has(const char* key) const { return json_->contains(key); }
  std::string Str(const char* key) const;
  bool Flag(const char* key, bool usual = false) const;
  int Int(const char* key, int usual = 0) const;
  std::vector<std::string> Names(const char* key) const;
  std::vector<SnapshotItem> Items(const char* key) const;
  /// A list of pairs of strings.
  std::vector<std::pair<std::string, std::string>> Pairs(const char* key) const;
  /// A name as QuoteQualified prints it; a problem if it is missing.
  QualifiedName Name() const { return NameAt("name", true); }
  QualifiedName NameAt(const char* key, bool required = false) const;
  std::vector<QualifiedName> QualifiedNames(const char* key) const;
  /// `schema.operator`, the operator's name never quoted.
  QualifiedName OperatorNameAt(const char* key) const;
  /// One of `words`, by its place; the first one where the field is missing.
  size_t OneOf(const char* key, const std::vector<std::string_view>& words) const;

  void Report(const char* key, std::string_view what) const;
  const std::string& path() const { return path_; }

 private:
  std::optional<QualifiedName> Split(const char* key, const std::string& text) const;
  const Json* Find(const char* key, bool (Json::*is)() const noexcept,
                   std::string_view wanted) const;

  const Json* json_;
  std::string path_;  ///< of this object in the snapshot, "relations[3]"
  SnapshotProblems* problems_;
};

}  // namespace tricklec::catalog
