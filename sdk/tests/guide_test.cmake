# The guide shows the template, and the example with events, as they are.
file(READ ${GUIDE} guide)
foreach(shown IN ITEMS ${TEMPLATE}/numbered.cpp ${TEMPLATE}/CMakeLists.txt ${EXAMPLE})
  file(READ ${shown} source)
  string(FIND "${guide}" "${source}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${GUIDE} does not show ${shown} as it is")
  endif()
endforeach()
