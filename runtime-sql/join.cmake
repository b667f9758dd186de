cmake_minimum_required(VERSION 3.25)

# Joins PARTS_DIR/*.sql in name order to SCRIPT and embeds the result as C++ data in DATA.
file(GLOB parts ${PARTS_DIR}/*.sql)
list(SORT parts)
set(text "")
foreach(part IN LISTS parts)
  file(READ ${part} content)
  string(APPEND text "${content}\n")
endforeach()
string(REPLACE "@VERSION@" "${VERSION}" text "${text}")
file(WRITE ${SCRIPT} "${text}")

set(delimiter "pgtrickle_sql")
string(FIND "${text}" ")${delimiter}\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "the runtime's SQL contains the delimiter of its C++ literal")
endif()
file(WRITE ${DATA} "#include \"runtime_data.h\"\n\n\
namespace tricklec::runtime {\n\n\
const char* const kCurrentVersion = \"${VERSION}\";\n\n\
const char* const kInstallScript = R\"${delimiter}(${text})${delimiter}\";\n\n\
}  // namespace tricklec::runtime\n")
