# What an author outside of this tree does: install the SDK, copy the template, build it, change it.
#
#   cmake -DBUILD=tree -DDIRECTORY=scratch -DREADELF=readelf [-DLAUNCHER=ccache] -P …

set(prefix ${DIRECTORY}/prefix)
set(source ${DIRECTORY}/numbered)
set(binary ${DIRECTORY}/build)
set(plugin ${binary}/numbered.so)
file(REMOVE_RECURSE ${DIRECTORY})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endfunction()

function(configure_and_build)
  run(${CMAKE_COMMAND} -G Ninja -S ${source} -B ${binary} -DCMAKE_PREFIX_PATH=${prefix}
      -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_BUILD_TYPE=RelWithDebInfo)
  run(${CMAKE_COMMAND} --build ${binary} -j 1)
endfunction()

function(build_id out)
  execute_process(COMMAND ${READELF} --notes ${plugin} OUTPUT_VARIABLE notes)
  if(NOT notes MATCHES "Build ID: ([0-9a-f]+)")
    message(FATAL_ERROR "no build id in:\n${notes}")
  endif()
  set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

function(edit file from to)
  file(READ ${source}/${file} text)
  string(REPLACE "${from}" "${to}" edited "${text}")
  if(edited STREQUAL text)
    message(FATAL_ERROR "\"${from}\" is not in ${file}")
  endif()
  file(WRITE ${source}/${file} "${edited}")
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${prefix})
file(COPY ${prefix}/share/slipring/template/ DESTINATION ${source})
configure_and_build()
build_id(first)

# Identical content has an identical build id; another version is another build.
file(REMOVE ${plugin})
configure_and_build()
build_id(again)
if(NOT again STREQUAL first)
  message(FATAL_ERROR "the same content was built twice, as ${first} and ${again}")
endif()
edit(CMakeLists.txt "VERSION 1.0.0" "VERSION 1.1.0")
configure_and_build()
build_id(next)
if(next STREQUAL first)
  message(FATAL_ERROR "versions 1.0.0 and 1.1.0 have the same build id ${first}")
endif()
file(STRINGS ${plugin} versions REGEX "1\\.1\\.0")
if(NOT versions)
  message(FATAL_ERROR "the code of version 1.1.0 does not know its version")
endif()

# A plugin that would stay mapped does not get through the build, and leaves no file behind.
edit(numbered.cpp "class Numbered {" "thread_local std::string last;\n\nclass Numbered {")
edit(numbered.cpp "return session" "last = message.bytes;\n    return session")
execute_process(COMMAND ${CMAKE_COMMAND} --build ${binary} -j 1
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0 OR EXISTS ${plugin})
  message(FATAL_ERROR "a thread_local with a destructor got through the build:\n${output}")
endif()
if(NOT output MATCHES "numbered.so: thread_local variables with destructors")
  message(FATAL_ERROR "the build failed for another reason:\n${output}")
endif()

# Arguments that cannot be are refused before anything is built.
edit(CMakeLists.txt "STATE_SCHEMA 1" "STATE_SCHEMA 0")
execute_process(COMMAND ${CMAKE_COMMAND} ${binary}
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(REGEX REPLACE "[ \n]+" " " output "${output}")
if(result EQUAL 0 OR NOT output MATCHES "STATE_SCHEMA is \"0\". accepted: 1 or more")
  message(FATAL_ERROR "handoff without a state schema was not refused:\n${output}")
endif()
