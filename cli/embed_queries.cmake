# Writes OUT, a C++ source with every query of QUERIES_DIR.
file(GLOB queries ${QUERIES_DIR}/*.sql)
list(SORT queries)
set(entries "")
foreach(query IN LISTS queries)
  get_filename_component(name ${query} NAME_WE)
  file(READ ${query} text)
  string(APPEND entries "    {\"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"tricklec/cli/live_catalog_query.h\"

#include <utility>

namespace tricklec::cli {

namespace {

constexpr std::pair<std::string_view, std::string_view> kQueries[] = {
${entries}};

}  // namespace

std::string_view LiveCatalogQuery(std::string_view name) {
  for (const auto& [query_name, text] : kQueries) {
    if (query_name == name) return text;
  }
  return {};
}

}  // namespace tricklec::cli
")
