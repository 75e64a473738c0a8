# The guide shows the template and the examples as they are.
file(READ ${GUIDE} guide)
foreach(shown IN ITEMS ${TEMPLATE}/numbered.cpp ${TEMPLATE}/CMakeLists.txt ${EXAMPLES})
  file(READ ${shown} source)
  string(FIND "${guide}" "${source}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${GUIDE} does not show ${shown} as it is")
  endif()
endforeach()
