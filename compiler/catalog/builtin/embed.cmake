# cmake -DTABLES=a;b -DFOLDER=dir -DOUTPUT=file -P embed.cmake: writes the tables dir/a.tsv, … as
# functions a() … that return their text.
set(text "#include \"tricklec/catalog/builtin_data.h\"\n\nnamespace tricklec::catalog::builtin_data {\n")
foreach(table ${TABLES})
  file(READ "${FOLDER}/${table}.tsv" content)
  string(APPEND text "\nstd::string_view ${table}() {\n  return R\"tsv(${content})tsv\";\n}\n")
endforeach()
string(APPEND text "\n}  // namespace tricklec::catalog::builtin_data\n")
file(WRITE "${OUTPUT}" "${text}")
