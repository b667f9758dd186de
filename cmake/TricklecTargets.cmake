# Helpers that give every library of the project the same shape.
#
# The direction of dependencies is enforced by the include path: a folder's headers are reachable
# as "tricklec/<name>/<header>.h" only through a link of that name in the build tree, and only a
# target that links the library gets that directory. A header that is not linked does not exist.

include_guard()

if(TRICKLEC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# lld links the larger programs several times faster than the default linker.
find_program(TRICKLEC_LLD NAMES ld.lld ld.lld-14)
if(TRICKLEC_LLD)
  add_link_options(-fuse-ld=lld)
endif()

function(tricklec_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Wimplicit-fallthrough -Wswitch)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees overlapping copies in `"literal" + std::string` (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(TRICKLEC_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# tricklec_library(<name> [LINKS <target>...] [PRIVATE_LINKS <target>...] [SOURCES <file>...])
#
# Makes the static library tricklec_<name> (alias tricklec::<name>) of all .cpp files in the
# current folder and below it, or of SOURCES where given.
function(tricklec_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;SOURCES" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB_RECURSE ARG_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  set(target tricklec_${name})
  # A library that consists of headers only has nothing to compile, but the same links.
  set(scope PUBLIC)
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE_LINKS})
    tricklec_warnings(${target})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(tricklec::${name} ALIAS ${target})
  set(include_root ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${include_root}/tricklec)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include_root}/tricklec/${name} SYMBOLIC)
  target_include_directories(${target} ${scope} ${include_root})
  target_link_libraries(${target} ${scope} ${ARG_LINKS})
endfunction()
