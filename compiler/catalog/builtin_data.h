#pragma once

#include <string_view>

/// The tables of compiler/catalog/builtin, as text: lines of fields separated by tabs, trailing
/// empty fields left out. Written at build time by builtin/embed.cmake.
namespace tricklec::catalog::builtin_data {

std::string_view types();
std::string_view functions();
std::string_view operators();
std::string_view casts();
std::string_view collations();
std::string_view keywords();
std::string_view system_relations();
std::string_view extensions();

}  // namespace tricklec::catalog::builtin_data
