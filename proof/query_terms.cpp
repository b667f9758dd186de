// Random expressions. What is written for a sort of values is a list with `$` for the value and `#` for a
// constant of its type, so that adding a function is adding a line.
#include "tricklec/proof/query_terms.h"

#include <fmt/format.h>

#include <algorithm>

namespace tricklec::proof {
namespace {

struct Form {
  const char* text;
  Sort sort;
  const char* type;     ///< nullptr: that of the value
  bool raises = false;  ///< an error for some value: where an extreme meets it, any statement fails
};

const std::vector<Form>& FormsOf(Sort sort) {
  static const std::vector<Form> integer = {
      {"$ + 1", Sort::Integer, nullptr, true},
      {"$ * 2", Sort::Integer, nullptr, true},
      {"- $", Sort::Integer, nullptr, true},
      {"$ % 3", Sort::Integer, nullptr},
      {"$ / 2", Sort::Integer, nullptr},
      {"abs($)", Sort::Integer, nullptr, true},
      {"coalesce($, 0)", Sort::Integer, nullptr},
      {"nullif($, #)", Sort::Integer, nullptr},
      {"greatest($, #)", Sort::Integer, nullptr},
      {"$::bigint", Sort::Integer, "bigint"},
      {"$::numeric", Sort::Numeric, "numeric"},
      {"$::numeric + 1", Sort::Numeric, "numeric"},
      {"$ * 1.50", Sort::Numeric, "numeric"},
      {"$::text", Sort::Text, "text"},
      {"$ > #", Sort::Boolean, "boolean"},
      {"$ NOT IN (#, NULL)", Sort::Boolean, "boolean"},
      {"$ IS DISTINCT FROM #", Sort::Boolean, "boolean"},
      {"$ = ANY (ARRAY[1, #, NULL])", Sort::Boolean, "boolean"},
      {"CASE WHEN $ > # THEN 1 END", Sort::Integer, "integer"},
      {"CASE $ WHEN # THEN 'first' ELSE 'other' END", Sort::Text, "text"},
  };
  static const std::vector<Form> numeric = {
      {"$ + 0.25", Sort::Numeric, "numeric"},
      {"- $", Sort::Numeric, "numeric"},
      {"round($)", Sort::Numeric, "numeric"},
      {"trunc($, 1)", Sort::Numeric, "numeric"},
      {"coalesce($, 0)", Sort::Numeric, "numeric"},
      {"nullif($, #)", Sort::Numeric, "numeric"},
      {"least($, #)", Sort::Numeric, "numeric"},
      {"$ < #", Sort::Boolean, "boolean"},
      {"CASE WHEN $ < # THEN $ ELSE -1 END", Sort::Numeric, "numeric"},
  };
  static const std::vector<Form> real = {
      {"coalesce($, 0)", Sort::Float, nullptr},
      {"$ > #", Sort::Boolean, "boolean"},
      {"$ IS NULL", Sort::Boolean, "boolean"},
  };
  static const std::vector<Form> text = {
      {"upper($)", Sort::Text, "text"},
      {"$ || '!'", Sort::Text, "text"},
      {"coalesce($, 'none')", Sort::Text, "text"},
      {"length($)", Sort::Integer, "integer"},
      {"left($, 2)", Sort::Text, "text"},
      {"substring($ from 2 for 3)", Sort::Text, "text"},
      {"trim(both ' ' from $)", Sort::Text, "text"},
      {"position('a' in $)", Sort::Integer, "integer"},
      {"replace($, 'a', 'b')", Sort::Text, "text"},
      {"nullif($, '')", Sort::Text, "text"},
      {"$ LIKE '%a%'", Sort::Boolean, "boolean"},
      {"$ NOT LIKE '%\\_%'", Sort::Boolean, "boolean"},
      {"$ ILIKE 'A%'", Sort::Boolean, "boolean"},
      {"$ SIMILAR TO '(a|b)%'", Sort::Boolean, "boolean"},
      {"$ ~ '^[a-z]'", Sort::Boolean, "boolean"},
      {"coalesce($, 'none; -- '' \" \\')", Sort::Text, "text"},
      {"$ COLLATE \"C\"", Sort::Text, "text"},
      {"$::varchar(2)", Sort::Text, "character varying(2)"},
      {"ARRAY[$, 'x']", Sort::Other, "text[]"},
      {"md5($)", Sort::Text, "text"},
  };
  static const std::vector<Form> boolean = {
      {"NOT $", Sort::Boolean, "boolean"},
      {"$ IS TRUE", Sort::Boolean, "boolean"},
      {"coalesce($, false)", Sort::Boolean, "boolean"},
      {"CASE WHEN $ THEN 1 ELSE 0 END", Sort::Integer, "integer"},
      {"$::int", Sort::Integer, "integer"},
  };
  static const std::vector<Form> date = {
      {"$ + 7", Sort::Date, "date", true},
      {"$ - date '2020-01-01'", Sort::Integer, "integer", true},
      {"extract(year FROM $)", Sort::Numeric, "numeric"},
      {"coalesce($, date '2000-01-01')", Sort::Date, "date"},
      {"$ >= #", Sort::Boolean, "boolean"},
  };
  static const std::vector<Form> timestamp = {
      {"date_trunc('month', $)", Sort::Timestamp, "timestamp without time zone"},
      {"$::date", Sort::Date, "date", true},
      {"$ + interval '1 hour'", Sort::Timestamp, "timestamp without time zone", true},
      {"extract(hour FROM $)", Sort::Numeric, "numeric"},
  };
  static const std::vector<Form> json = {
      {"$ ->> 'a'", Sort::Text, "text"},       {"$ -> 'a'", Sort::Json, "jsonb"},
      {"$ @> '{}'", Sort::Boolean, "boolean"}, {"$ ? 'a'", Sort::Boolean, "boolean"},
      {"$ #>> '{a,b}'", Sort::Text, "text"},   {"$ -> 'a' -> 'b'", Sort::Json, "jsonb"},
  };
  static const std::vector<Form> array = {
      {"$[1]", Sort::Integer, "integer"},
      {"cardinality($)", Sort::Integer, "integer"},
      {"1 = ANY ($)", Sort::Boolean, "boolean"},
  };
  static const std::vector<Form> other = {{"$ IS NULL", Sort::Boolean, "boolean"}};
  switch (sort) {
    case Sort::Integer: return integer;
    case Sort::Numeric: return numeric;
    case Sort::Float: return real;
    case Sort::Text: return text;
    case Sort::Boolean: return boolean;
    case Sort::Date: return date;
    case Sort::Timestamp: return timestamp;
    case Sort::Json: return json;
    case Sort::IntegerArray: return array;
    case Sort::Other: break;
  }
  return other;
}

std::string Fill(std::string_view form, const std::string& value, const std::string& constant) {
  std::string text;
  for (char c : form) {
    if (c == '$') {
      text += value;
    } else if (c == '#') {
      text += constant;
    } else {
      text += c;
    }
  }
  return text;
}

bool IsName(const std::string& text) { return text.find_first_of(" (:[-") == std::string::npos; }

}  // namespace

Sort SortOf(const std::string& base) {
  if (base == "int2" || base == "int4" || base == "int8") return Sort::Integer;
  if (base == "numeric") return Sort::Numeric;
  if (base == "float4" || base == "float8") return Sort::Float;
  if (base == "text" || base == "varchar") return Sort::Text;
  if (base == "bool") return Sort::Boolean;
  if (base == "date") return Sort::Date;
  if (base == "timestamp") return Sort::Timestamp;
  if (base == "jsonb") return Sort::Json;
  if (base == "_int4") return Sort::IntegerArray;
  return Sort::Other;
}

std::string TermWriter::Constant(const Term& term) {
  if (!term.constants.empty() && rng_.Chance(70)) return rng_.Pick(term.constants);
  switch (term.sort) {
    case Sort::Integer: return std::to_string(rng_.Between(0, 6));
    case Sort::Numeric: return rng_.Pick<std::string>({"0", "1.5", "2.50", "10"});
    case Sort::Float: return rng_.Pick<std::string>({"0", "1.5", "-2"});
    case Sort::Text: return rng_.Pick<std::string>({"'a'", "'b'", "''", "'other'"});
    case Sort::Boolean: return rng_.Chance(50) ? "true" : "false";
    case Sort::Date: return "date '2024-02-29'";
    case Sort::Timestamp: return "timestamp '2024-02-29 12:00'";
    case Sort::Json: return "'{}'::jsonb";
    case Sort::IntegerArray: return "'{1,2}'::int[]";
    case Sort::Other: break;
  }
  return "NULL";
}

Term TermWriter::Derived(const Term& term, const std::vector<Term>& columns, int depth) {
  // Two values of one sort.
  if (rng_.Chance(30)) {
    const Term& other = rng_.Pick(columns);
    if (other.type == term.type && other.comparable && term.comparable) {
      if (raising_ ? term.sort == Sort::Integer : term.sort == Sort::Numeric) {
        const char* op = rng_.Pick<const char*>({"+", "-", "*"});
        return {fmt::format("({} {} {})", term.text, op, other.text),
                term.sort,
                term.sort == Sort::Numeric ? "numeric" : term.type,
                true,
                true,
                term.constants};
      }
      Term both = term;
      both.text = fmt::format("coalesce({}, {})", term.text, other.text);
      return both;
    }
  }
  if (rng_.Chance(10)) {
    constructs_.insert("CASE");
    Term cases = term;
    cases.text = fmt::format("CASE WHEN {} THEN {} END", Condition(columns, 1), term.text);
    return cases;
  }
  const Form& form = rng_.Pick(FormsOf(term.sort));
  if (form.raises && !raising_) return term;
  std::string value = IsName(term.text) ? term.text : "(" + term.text + ")";
  std::string constant = Constant(term);
  if (std::string_view(form.text).find('#') != std::string_view::npos && constant == "NULL")
    return term;
  Term result;
  result.text = Fill(form.text, value, constant);
  result.sort = form.sort;
  result.type = form.type != nullptr ? form.type : term.type;
  if (result.type == term.type) result.constants = term.constants;
  return depth > 1 && rng_.Chance(20) ? Derived(result, columns, depth - 1) : result;
}

Term TermWriter::Value(const std::vector<Term>& columns, int depth) {
  const Term& column = rng_.Pick(columns);
  if (depth == 0 || !rng_.Chance(35)) return column;
  return Derived(column, columns, depth);
}

Term TermWriter::Key(const std::vector<Term>& columns) {
  for (int i = 0; i < 50; ++i) {
    Term term = Value(columns);
    if (term.comparable && term.sort != Sort::Float) return term;
  }
  return {"1", Sort::Integer, "integer"};
}

std::string TermWriter::Comparison(const std::vector<Term>& columns) {
  Term term = Value(columns, 1);
  std::string value = IsName(term.text) ? term.text : "(" + term.text + ")";
  if (!term.comparable || rng_.Chance(10)) {
    return value + (rng_.Chance(50) ? " IS NULL" : " IS NOT NULL");
  }
  std::string constant = Constant(term);
  if (constant == "NULL") return value + " IS NOT NULL";
  const Term& other = rng_.Pick(columns);
  if (other.type == term.type && other.comparable && rng_.Chance(40)) constant = other.text;
  switch (rng_.Below(term.ordered ? 8 : 4)) {
    case 0: return value + " = " + constant;
    case 1: return value + " <> " + constant;
    case 2: return value + " IS DISTINCT FROM " + constant;
    case 3:
      return fmt::format("{} {} ({}, {})", value, rng_.Chance(70) ? "IN" : "NOT IN", constant,
                         Constant(term));
    case 4: return fmt::format("{} BETWEEN {} AND {}", value, Constant(term), Constant(term));
    case 5: return value + " >= " + constant;
    case 6: return value + " < " + constant;
    default:
      return fmt::format("{} {} ANY (ARRAY[{}, {}])", value, rng_.Chance(50) ? "=" : "<>",
                         Constant(term), Constant(term));
  }
}

std::string TermWriter::Condition(const std::vector<Term>& columns, int depth) {
  if (depth > 0 && rng_.Chance(35)) {
    switch (rng_.Below(3)) {
      case 0:
        return "(" + Condition(columns, depth - 1) + " AND " + Condition(columns, depth - 1) + ")";
      case 1:
        return "(" + Condition(columns, depth - 1) + " OR " + Condition(columns, depth - 1) + ")";
      default: return "NOT (" + Condition(columns, depth - 1) + ")";
    }
  }
  return Comparison(columns);
}

Term TermWriter::Aggregate(const std::vector<Term>& columns) {
  Term term = Value(columns, 1);
  std::vector<Term> calls = {{"count(*)", Sort::Integer, "bigint"},
                             {"count(" + term.text + ")", Sort::Integer, "bigint"}};
  auto add = [&](const char* form, Sort sort, const char* type) {
    calls.push_back({Fill(form, term.text, ""), sort, type});
  };
  if (term.comparable) add("count(DISTINCT $)", Sort::Integer, "bigint");
  if (term.ordered && term.comparable && term.sort != Sort::Boolean && term.sort != Sort::Json) {
    bool plain = term.sort != Sort::Other;
    if (plain) add("min($)", term.sort, term.type.c_str());
    if (plain) add("max($)", term.sort, term.type.c_str());
    add("array_agg($ ORDER BY $)", Sort::Other, "anyarray");
  }
  switch (term.sort) {
    case Sort::Integer:
    case Sort::Numeric:
      for (int i = 0; i < 2; ++i) {
        add("sum($)", Sort::Numeric, "numeric");
        add("avg($)", Sort::Numeric, "numeric");
      }
      add("variance($)", Sort::Numeric, "numeric");
      add("percentile_disc(0.5) WITHIN GROUP (ORDER BY $)", Sort::Other, "other");
      break;
    case Sort::Float: add("sum($)", Sort::Float, "double precision"); break;
    case Sort::Text: add("string_agg($, ',' ORDER BY $)", Sort::Text, "text"); break;
    case Sort::Boolean:
      add("bool_and($)", Sort::Boolean, "boolean");
      add("every($)", Sort::Boolean, "boolean");
      break;
    default: break;
  }
  Term call = rng_.Pick(calls);
  // An array keeps no order of operations.
  call.comparable = call.ordered = call.sort != Sort::Other && call.sort != Sort::Float;
  if (rng_.Chance(20) && call.text.find("WITHIN") == std::string::npos) {
    constructs_.insert("FILTER");
    call.text += " FILTER (WHERE " + Condition(columns, 1) + ")";
  }
  return call;
}

}  // namespace tricklec::proof
