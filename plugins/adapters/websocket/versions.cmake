# The versions of the adapter websocket differ in what they offer and in their newest state schema.

# websocket_version(VERSION SOURCES out SCHEMA out): the sources that belong to that version beside
# plugin.cpp and slipring_json_v1, and its newest state schema; the oldest of all is 1.
function(websocket_version version)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCES;SCHEMA" "")
  if(version VERSION_LESS 1.1.0)
    set(sources operations_1_0.cpp publish_1_0.cpp)
  elseif(version VERSION_LESS 1.2.0)
    set(sources operations_1_1.cpp publish_1_0.cpp help.cpp)
  else()
    set(sources operations_1_2.cpp help.cpp)
  endif()
  set(schema 1)
  if(version VERSION_GREATER_EQUAL 1.2.0)
    set(schema 2)
  endif()
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/)
  set(${arg_SOURCES} ${sources} PARENT_SCOPE)
  set(${arg_SCHEMA} ${schema} PARENT_SCOPE)
endfunction()
