# Writes OUT, a C++ source with every page of PAGES_DIR.
file(GLOB pages ${PAGES_DIR}/ST*.md)
list(SORT pages)
set(entries "")
foreach(page IN LISTS pages)
  get_filename_component(id ${page} NAME_WE)
  file(READ ${page} text)
  string(APPEND entries "    {\"${id}\", R\"page(${text})page\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"tricklec/cli/explain_pages.h\"

#include <utility>

namespace tricklec::cli {

namespace {

constexpr std::pair<std::string_view, std::string_view> kPages[] = {
${entries}};

}  // namespace

std::string_view ExplainPage(std::string_view id) {
  for (const auto& [page_id, text] : kPages) {
    if (page_id == id) return text;
  }
  return {};
}

}  // namespace tricklec::cli
")
