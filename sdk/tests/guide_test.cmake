# The guide shows the template as it is.
file(READ ${GUIDE} guide)
foreach(name IN ITEMS numbered.cpp CMakeLists.txt)
  file(READ ${TEMPLATE}/${name} source)
  string(FIND "${guide}" "${source}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${GUIDE} does not show ${TEMPLATE}/${name} as it is")
  endif()
endforeach()
