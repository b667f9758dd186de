#include "tricklec/proof/values.h"

#include <algorithm>
#include <map>

namespace tricklec::proof {
namespace {

const std::map<std::string, Candidates>& Scalars() {
  static const std::map<std::string, Candidates> scalars = [] {
    std::map<std::string, Candidates> all;
    all["bool"] = {{"true", "false"}, {}};
    all["int2"] = {{"0", "1", "2", "3", "5", "10", "-1", "-7"}, {"32767", "-32768"}};
    all["int4"] = {{"0", "1", "2", "3", "5", "10", "-1", "-7"}, {"2147483647", "-2147483648"}};
    all["int8"] = {{"0", "1", "2", "3", "5", "10", "-1", "-7"},
                   {"9223372036854775807", "-9223372036854775808", "4611686018427387904"}};
    all["oid"] = {{"0", "1", "2", "3"}, {"4294967295"}};
    // Equal and yet not the same: 1.0 and 1.00.
    all["numeric"] = {
        {"0", "1", "1.0", "1.00", "2.5", "-3.75", "10", "100.10", "0.01"},
        {"'NaN'", "'Infinity'", "'-Infinity'", "1e30", "-1e-20", "12345678901234567890.123"}};
    all["float8"] = {{"0", "1", "1.5", "-2.25", "0.1", "10", "'-0'"},
                     {"'NaN'", "'Infinity'", "'-Infinity'", "1e16", "1e300", "1e-300"}};
    all["float4"] = {{"0", "1", "1.5", "-2.25", "0.1", "10", "'-0'"},
                     {"'NaN'", "'Infinity'", "'-Infinity'", "1e16"}};
    all["money"] = {{"'0'", "'1.00'", "'-2.50'", "'10'"}, {"'92233720368547758.07'"}};
    // The long ones do not fit a btree entry; the second one not even compressed.
    all["text"] = {{"''", "'a'", "'A'", "'b'", "'ab'", "' '", "'it''s'", "'ä'", "'a '"},
                   {"'日本語 🙂'", "'\"quoted\"'", "'back\\slash'", "'NULL'", "'%_'",
                    "'x; -- /*'", "'$1 %s %%'", "E'tab\\tnew\\nline\\\\'", "repeat('x', 3000)",
                    "(SELECT string_agg(md5(g::text), '') FROM generate_series(1, 250) AS g)"}};
    all["bpchar"] = {{"''", "'a'", "'b'", "'A'", "'ab'"}, {"'ä'"}};
    all["char"] = {{"'a'", "'b'", "'c'"}, {"''"}};
    all["bytea"] = {{"'\\x'", "'\\x00'", "'\\x00ff'", "'\\x61'"}, {}};
    all["date"] = {{"'2026-01-01'", "'2026-01-02'", "'2026-01-31'", "'2025-12-31'"},
                   {"'infinity'", "'-infinity'", "'0044-03-15 BC'", "'9999-12-31'"}};
    all["time"] = {{"'00:00'", "'12:30'", "'23:59:59.999999'"}, {"'24:00'"}};
    all["timetz"] = {{"'00:00+00'", "'12:30+02'", "'10:30+00'"}, {}};
    all["timestamp"] = {
        {"'2026-01-01 00:00'", "'2026-01-01 12:00'", "'2026-01-02 00:00:00.000001'"},
        {"'infinity'", "'-infinity'", "'0044-03-15 12:00 BC'"}};
    all["timestamptz"] = {{"'2026-01-01 00:00+00'", "'2026-01-01 00:30+01'",
                           "'2026-01-01 12:00+00'", "'2026-03-29 01:30+00'"},
                          {"'infinity'", "'-infinity'"}};
    all["interval"] = {{"'0'", "'1 mon'", "'30 days'", "'720 hours'", "'1 day'", "'-1 day'"},
                       {"'178000000 years'"}};
    all["uuid"] = {
        {"'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'",
         "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"},
        {"'ffffffff-ffff-ffff-ffff-ffffffffffff'"}};
    all["json"] = {{"'{}'", "'{\"a\": 1}'", "'{\"a\":1}'", "'[1, 2]'", "'null'", "'1'", "'\"x\"'"},
                   {}};
    all["jsonb"] = {{"'{}'", "'{\"a\": 1}'", "'{\"a\": 1.0}'", "'{\"a\": \"x\", \"b\": null}'",
                     "'{\"a\": {\"b\": \"x\"}}'", "'[1, 2]'", "'null'", "'1'", "'\"x\"'"},
                    {}};
    all["jsonpath"] = {{"'$'", "'$.a'"}, {}};
    all["xml"] = {{"'<a/>'", "'<b>1</b>'"}, {}};
    all["inet"] = {{"'10.0.0.1'", "'10.0.0.0/8'", "'::1'"}, {}};
    all["cidr"] = {{"'10.0.0.0/8'", "'192.168.0.0/16'"}, {}};
    all["macaddr"] = {{"'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"}, {}};
    all["macaddr8"] = {{"'08:00:2b:01:02:03:04:05'", "'08:00:2b:01:02:03:04:06'"}, {}};
    all["bit"] = {{"B'0'", "B'1'", "B'101'", "B'00000000'"}, {}};
    all["varbit"] = {{"B''", "B'0'", "B'1'", "B'101'"}, {}};
    all["point"] = {{"'(0,0)'", "'(1,2)'"}, {}};
    all["box"] = {{"'(1,1),(0,0)'", "'(2,2),(1,1)'"}, {}};
    all["circle"] = {{"'<(0,0),1>'"}, {}};
    all["path"] = {{"'[(0,0),(1,1)]'"}, {}};
    all["polygon"] = {{"'((0,0),(1,1),(1,0))'"}, {}};
    all["lseg"] = {{"'[(0,0),(1,1)]'"}, {}};
    all["line"] = {{"'{1,2,3}'"}, {}};
    all["tsvector"] = {{"''", "'a:1 b:2'"}, {}};
    all["tsquery"] = {{"'a'", "'a & b'"}, {}};
    all["hstore"] = {{"''", "'a=>1'", "'a=>NULL, b=>2'"}, {}};
    all["varchar"] = all["text"];
    all["name"] = all["text"];
    all["citext"] = all["text"];
    all["pg_lsn"] = {{"'0/0'", "'16/B374D848'"}, {}};
    return all;
  }();
  return scalars;
}

/// Texts that many types read: for those that nothing is known of.
const Candidates& Anything() {
  static const Candidates anything = {{"''", "'0'", "'1'", "'2'", "'a'", "'b'", "'{}'", "'(1,2)'"},
                                      {}};
  return anything;
}

std::string Cast(const std::string& value, const TypeFacts& type) {
  return "CAST(" + value + " AS " + type.sql + ")";
}

Candidates Arrays(const TypeFacts& element) {
  Candidates elements = CandidatesFor(element);
  Candidates arrays = {{"'{}'"}, {"'{NULL}'"}};
  const std::vector<std::string>& values = elements.common;
  for (size_t i = 0; i < values.size() && i < 3; ++i) {
    arrays.common.push_back("ARRAY[" + Cast(values[i], element) + "]");
  }
  if (values.size() > 1) {
    arrays.common.push_back("ARRAY[" + Cast(values[0], element) + ", " + Cast(values[1], element) +
                            "]");
    if (element.kind == 'b' && element.base.starts_with("int")) {
      arrays.common.insert(arrays.common.end(), {"'[0:1]={1,2}'", "'{{1,2},{3,4}}'"});
    }
    arrays.common.push_back("ARRAY[" + Cast(values[1], element) + ", NULL, " +
                            Cast(values[1], element) + "]");
  }
  return arrays;
}

Candidates Ranges(const TypeFacts& type) {
  Candidates ranges = {{"'empty'", "'(,)'"}, {}};
  if (type.parts.empty()) return ranges;
  std::vector<std::string> bounds = CandidatesFor(type.parts.front()).common;
  for (size_t i = 0; i + 1 < bounds.size() && i < 5; ++i) {
    for (const char* ends : {"[)", "[]"}) {
      ranges.common.push_back(type.sql + "(" + Cast(bounds[i], type.parts.front()) + ", " +
                              Cast(bounds[i + 1], type.parts.front()) + ", '" + ends + "')");
    }
  }
  return ranges;
}

Candidates Rows(const TypeFacts& type) {
  Candidates rows;
  constexpr size_t kRows = 4;
  for (size_t i = 0; i < kRows; ++i) {
    std::string row = "ROW(";
    for (size_t k = 0; k < type.parts.size(); ++k) {
      std::vector<std::string> values = CandidatesFor(type.parts[k]).common;
      bool null = values.empty() || (i == kRows - 1 && k > 0);
      row += (k > 0 ? ", " : "") + (null ? "NULL" : values[(i + k) % values.size()]);
    }
    rows.common.push_back(row + ")");
  }
  return rows;
}

}  // namespace

Candidates CandidatesFor(const TypeFacts& type) {
  switch (type.kind) {
    case 'e': {
      Candidates labels;
      for (const std::string& label : type.labels) labels.common.push_back(label);
      return labels;
    }
    case 'a': return type.parts.empty() ? Candidates{{"'{}'"}, {}} : Arrays(type.parts.front());
    case 'r': return Ranges(type);
    case 'm': return {{"'{}'", "'{(,)}'"}, {}};
    case 'c': return Rows(type);
    default: break;
  }
  auto known = Scalars().find(type.base);
  return known == Scalars().end() ? Anything() : known->second;
}

}  // namespace tricklec::proof
