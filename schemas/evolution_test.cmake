# Holds a schema against its last released form: what was written with either is read with the other.
# Then plants changes that are not allowed, and expects that each is found.
#
#   cmake -DFLATC=flatc -DSCHEMA=now.fbs -DRELEASED=then.fbs -DDIRECTORY=scratch -P evolution_test.cmake

function(conforms out schema)
  execute_process(COMMAND ${FLATC} --conform ${RELEASED} ${schema}
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message(STATUS "${output}")
  if(result EQUAL 0)
    set(${out} ON PARENT_SCOPE)
  else()
    set(${out} OFF PARENT_SCOPE)
  endif()
endfunction()

conforms(fits ${SCHEMA})
if(NOT fits)
  message(FATAL_ERROR "${SCHEMA} cannot follow ${RELEASED}: add fields at the end of a table, and "
                      "change nothing that was released")
endif()

# The first scalar field stands for any.
file(READ ${SCHEMA} text)
string(REGEX MATCH "\n  ([a-z_]+): (uint|ulong);" field "${text}")
set(name ${CMAKE_MATCH_1})
if(NOT name)
  message(FATAL_ERROR "no scalar field found in ${SCHEMA} to plant a change in")
endif()
string(REPLACE "${field}" "\n  ${name}: string;" other_type "${text}")
string(REPLACE "${field}" "" removed "${text}")
string(REPLACE "${field}" "\n  added_in_the_middle: bool;${field}" inserted "${text}")
string(REPLACE "${field}" "\n  ${name}: ushort = 7;" narrower "${text}")
foreach(change IN ITEMS other_type removed inserted narrower)
  set(planted ${DIRECTORY}/${change}.fbs)
  file(WRITE ${planted} "${${change}}")
  conforms(fits ${planted})
  if(fits)
    message(FATAL_ERROR "not found: ${change} of ${name}")
  endif()
endforeach()
