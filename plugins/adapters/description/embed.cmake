# Writes ${OUT}: each of ${FILES} as a string_view of the namespace ${NAMESPACE} that assets.hpp
# declares, named after the file.
set(text "#include \"assets.hpp\"\n\nnamespace ${NAMESPACE} {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  string(REPLACE "." "_" name ${name})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND text "constexpr char ${name}_bytes[] = {${bytes}};\n"
                     "const std::string_view ${name}(${name}_bytes, sizeof(${name}_bytes));\n")
endforeach()
file(WRITE ${OUT} "${text}}  // namespace ${NAMESPACE}\n")
