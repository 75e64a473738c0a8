# slipring_add_plugin(): builds one plugin, with its manifest inside, and checks it.
#
#   slipring_add_plugin(
#     NAME echo                        # file name without .so, and the plugin's identity
#     [TARGET echo]                    # CMake target, when it cannot be the name
#     KIND transport|adapter|router|service|cache
#     VERSION 1.0.0                    # Semantic Versioning 2.0.0
#     CONTINUITY handoff|rebind|drain|restart
#     [STATE_SCHEMA n] [STATE_SCHEMA_OLDEST n]      # handoff only; oldest defaults to the newest
#     [EVENT_SCHEMA n]
#     PROFILES message/1 http/1        # one or both; short for slipring.profile.message/1
#     [PATHS /echo …] [SUBPROTOCOLS …] # where it is mounted when no configuration says otherwise
#     [PROVIDES id …] [REQUIRES id …]
#     [SETTINGS_SCHEMA settings.schema.json]        # JSON Schema of its configuration
#     DESCRIPTION "One line for operators" LICENSE MIT
#     [PINNED] [ALLOW_LIBRARIES libwebsockets …]    # never unloaded; may then link further libraries
#     [OUTPUT_DIRECTORY dir]           # default: SLIPRING_PLUGIN_OUTPUT_DIRECTORY, else the build's
#     SOURCES … [LIBRARIES …] [DEFINITIONS …])
#
# Name, version and state schemas also reach the code, as the macros of slipring_plugin_manifest.h:
# what the loaded code says of itself and what the manifest says have one source.
#
# After linking, PluginGate.cmake looks at the finished file: what could keep it mapped after an
# unload, or break its neighbours, fails the build.

include_guard(GLOBAL)

find_program(SLIPRING_FLATC flatc REQUIRED)
find_program(SLIPRING_READELF NAMES readelf llvm-readelf REQUIRED)

set(SLIPRING_SDK_CMAKE_DIRECTORY ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "")

# In the source tree these stand in their own folders; installed, beside this file.
function(_slipring_sdk_file out name in_source_tree)
  foreach(candidate IN ITEMS ${SLIPRING_SDK_CMAKE_DIRECTORY}/${name}
                             ${SLIPRING_SDK_CMAKE_DIRECTORY}/${in_source_tree})
    if(EXISTS ${candidate})
      set(${out} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "Slipring SDK: ${name} is missing from ${SLIPRING_SDK_CMAKE_DIRECTORY}")
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/SlipringManifest.cmake)

# The program that loads and unloads a finished plugin; built with the project's own flags, so that a
# sanitized plugin meets a sanitized loader.
function(_slipring_gate_program)
  if(TARGET slipring_plugin_gate)
    return()
  endif()
  _slipring_sdk_file(source plugin_gate.c ../tools/plugin_gate.c)
  add_executable(slipring_plugin_gate ${source})
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST languages)
    set_source_files_properties(${source} PROPERTIES LANGUAGE CXX)
  endif()
  target_include_directories(slipring_plugin_gate PRIVATE
    $<TARGET_PROPERTY:Slipring::sdk,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(slipring_plugin_gate PRIVATE ${CMAKE_DL_LIBS})
  # Linked as C++: the host has the C++ runtime loaded before any plugin.
  set_target_properties(slipring_plugin_gate PROPERTIES
    LINKER_LANGUAGE CXX
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/slipring)
endfunction()

# Each flag here was measured: without the version script, statics of inline functions and of shared
# libraries' templates keep an object mapped and are shared between two versions of it.
function(_slipring_plugin_flags target pinned)
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    NO_SONAME ON
    SKIP_BUILD_RPATH ON
    LINK_DEPENDS "${SLIPRING_SDK_CMAKE_DIRECTORY}/plugin.map;${SLIPRING_SDK_CMAKE_DIRECTORY}/PluginGate.cmake")
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE
    LINKER:--version-script=${SLIPRING_SDK_CMAKE_DIRECTORY}/plugin.map
    LINKER:-Bsymbolic LINKER:-z,now LINKER:--build-id=sha1
    $<$<BOOL:${pinned}>:LINKER:-z,nodelete>)

  # Clang leaves its sanitizers' symbols to the executable.
  set(sanitized "${SLIPRING_SANITIZE}${CMAKE_CXX_FLAGS}" )
  if(NOT (CMAKE_CXX_COMPILER_ID MATCHES Clang AND sanitized MATCHES "address|thread|undefined|fuzzer"))
    target_link_options(${target} PRIVATE LINKER:-z,defs)
  endif()
endfunction()

function(slipring_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PINNED"
    "NAME;TARGET;KIND;VERSION;CONTINUITY;STATE_SCHEMA;STATE_SCHEMA_OLDEST;EVENT_SCHEMA;SETTINGS_SCHEMA;DESCRIPTION;LICENSE;OUTPUT_DIRECTORY"
    "PROFILES;PATHS;SUBPROTOCOLS;PROVIDES;REQUIRES;ALLOW_LIBRARIES;SOURCES;LIBRARIES;DEFINITIONS")
  _slipring_check_arguments()

  if(NOT arg_TARGET)
    set(arg_TARGET ${arg_NAME})
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    if(SLIPRING_PLUGIN_OUTPUT_DIRECTORY)
      set(arg_OUTPUT_DIRECTORY ${SLIPRING_PLUGIN_OUTPUT_DIRECTORY})
    endif()
  endif()

  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}-manifest)
  _slipring_write_manifest(${generated})

  add_library(${arg_TARGET} MODULE ${arg_SOURCES} ${generated}/note.cpp)
  set_target_properties(${arg_TARGET} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${arg_NAME}
    LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY})
  target_include_directories(${arg_TARGET} PRIVATE ${generated})
  target_compile_definitions(${arg_TARGET} PRIVATE ${arg_DEFINITIONS})
  target_link_libraries(${arg_TARGET} PRIVATE Slipring::sdk ${arg_LIBRARIES})
  if(TARGET slipring_warnings)
    target_link_libraries(${arg_TARGET} PRIVATE slipring_warnings)
  endif()
  _slipring_plugin_flags(${arg_TARGET} ${arg_PINNED})

  _slipring_gate_program()
  add_dependencies(${arg_TARGET} slipring_plugin_gate)
  string(REPLACE ";" "|" allowed "${arg_ALLOW_LIBRARIES}")
  add_custom_command(TARGET ${arg_TARGET} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DPLUGIN=$<TARGET_FILE:${arg_TARGET}>
            -DMANIFEST=${generated}/manifest.bin -DPINNED=${arg_PINNED}
            -DALLOW_LIBRARIES=${allowed} -DREADELF=${SLIPRING_READELF}
            -DLOADER=$<TARGET_FILE:slipring_plugin_gate>
            -P ${SLIPRING_SDK_CMAKE_DIRECTORY}/PluginGate.cmake
    VERBATIM)
endfunction()
