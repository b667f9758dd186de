# Writes OUT, a C++ source with the text of every file that matches FILES and the function that finds one by its
# name without suffix: `std::string_view FUNCTION(std::string_view name)`, declared in HEADER.
file(GLOB files ${FILES})
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"${HEADER}\"

#include <utility>

namespace tricklec::cli {

namespace {

constexpr std::pair<std::string_view, std::string_view> kTexts[] = {
${entries}};

}  // namespace

std::string_view ${FUNCTION}(std::string_view name) {
  for (const auto& [text_name, text] : kTexts) {
    if (text_name == name) return text;
  }
  return {};
}

}  // namespace tricklec::cli
")
