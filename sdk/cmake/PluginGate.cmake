# Looks at a finished plugin and removes it when it would stay mapped after an unload, touch its
# neighbours, or not say what it is. Run after linking, or by hand:
#
#   cmake -DPLUGIN=echo.so -DREADELF=readelf [-DMANIFEST=manifest.bin] [-DPINNED=ON]
#         [-DALLOW_LIBRARIES=liba|libb] [-DLOADER=slipring_plugin_gate] [-DKEEP=ON]
#         -P PluginGate.cmake
#
# Every failed check is one block: what was looked at, found, accepted, and how to get there.

cmake_minimum_required(VERSION 3.20)

set(failures 0)
get_filename_component(file "${PLUGIN}" NAME)

function(fail check found accepted fix)
  math(EXPR failures "${failures} + 1")
  set(failures ${failures} PARENT_SCOPE)
  string(REPLACE ";" ", " found "${found}")
  message(NOTICE "${file}: ${check}\n  found:    ${found}\n  accepted: ${accepted}\n  fix:      ${fix}")
endfunction()

function(read_elf out)
  execute_process(COMMAND ${READELF} -W ${ARGN} ${PLUGIN}
                  OUTPUT_VARIABLE text RESULT_VARIABLE result ERROR_VARIABLE error)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${READELF} ${ARGN} ${PLUGIN}: ${error}")
  endif()
  string(REPLACE ";" "," text "${text}")
  string(REPLACE "[" "<" text "${text}")
  string(REPLACE "]" ">" text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# ── symbols ─────────────────────────────────────────────────────────────────────────────────────

read_elf(symbol_lines --dyn-syms)
set(exports)
set(uniques)
set(imports)
foreach(line IN LISTS symbol_lines)
  if(NOT line MATCHES "^ *[0-9]+: +[0-9a-f]+ +[0-9a-fx]+ +([A-Z0-9_<>]+) +([A-Z]+) +([A-Z]+) +([A-Z0-9]+) +([^ @]+)")
    continue()
  endif()
  set(binding ${CMAKE_MATCH_2})
  set(section ${CMAKE_MATCH_4})
  set(symbol ${CMAKE_MATCH_5})
  if(section STREQUAL "UND")
    list(APPEND imports ${symbol})
  else()
    list(APPEND exports ${symbol})
    if(binding STREQUAL "UNIQUE")
      list(APPEND uniques ${symbol})
    endif()
  endif()
endforeach()

if(NOT "${exports}" STREQUAL "slipring_entry")
  set(found "${exports}")
  if(NOT exports)
    set(found "none")
  endif()
  fail("exported symbols" "${found}" "slipring_entry alone"
       "write SLIPRING_PLUGIN(YourAdapter) once, and link with slipring_add_plugin(), whose version script hides everything else")
endif()
if(uniques)
  fail("unique symbols" "${uniques}" "none: they keep the object mapped for ever and are shared between two versions of it"
       "compile with -fno-gnu-unique and link with slipring_add_plugin()")
endif()

function(forbid_imports check reason fix)
  set(found)
  foreach(symbol IN LISTS imports)
    if(symbol IN_LIST ARGN)
      list(APPEND found ${symbol})
    endif()
  endforeach()
  if(found)
    fail("${check}" "${found}" "none in a plugin that is unloaded: ${reason}" "${fix}")
    set(failures ${failures} PARENT_SCOPE)
  endif()
endfunction()

if(NOT PINNED)
  forbid_imports("thread_local variables with destructors"
    "the destructor would run after the code is gone"
    "keep the value in the plugin's object, which lives on one shard and needs no thread_local"
    __cxa_thread_atexit __cxa_thread_atexit_impl)
  forbid_imports("thread-specific keys"
    "the key's destructor would run after the code is gone"
    "keep the value in the plugin's object, which lives on one shard"
    pthread_key_create __pthread_key_create tss_create)
  forbid_imports("threads"
    "a thread that wakes up after the unload runs code that is not there"
    "let the host wait: timers and requests of its extensions complete on the session's shard"
    pthread_create thrd_create clone fork vfork
    _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE)
  forbid_imports("exit and signal handlers"
    "the process would call code that is not there"
    "undo in the plugin's destructor what its constructor did"
    atexit at_quick_exit quick_exit on_exit signal sigaction bsd_signal sysv_signal)
endif()

# ── libraries ───────────────────────────────────────────────────────────────────────────────────

read_elf(dynamic_lines --dynamic)
set(lent "libc|libm|libgcc_s|libstdc\\+\\+|libpthread|libdl|librt|ld-linux[a-z0-9_-]*|libspdlog|libfmt")
set(sanitizers "libasan|libubsan|libtsan|liblsan|libclang_rt[a-z0-9._-]*")
string(REGEX REPLACE "([.+])" "\\\\\\1" extra "${ALLOW_LIBRARIES}")
if(extra)
  string(PREPEND extra "|")
endif()
set(foreign)
set(nodelete OFF)
foreach(line IN LISTS dynamic_lines)
  if(line MATCHES "\\(NEEDED\\).*<([^>]+)>")
    set(needed ${CMAKE_MATCH_1})
    if(NOT needed MATCHES "^(${lent}|${sanitizers}${extra})(\\.so.*)?$")
      list(APPEND foreign ${needed})
    endif()
  elseif(line MATCHES "NODELETE")
    set(nodelete ON)
  endif()
endforeach()
if(foreign)
  if(PINNED)
    set(fix "name it in ALLOW_LIBRARIES, or link it statically")
  else()
    set(fix "link it statically: two plugins that need different versions of one library get the same copy")
  endif()
  string(REPLACE "\\" "" accepted "${lent}${extra}")
  string(REPLACE "[a-z0-9_-]*" "" accepted "${accepted}")
  string(REPLACE "|" ", " accepted "${accepted}")
  fail("needed libraries" "${foreign}" "${accepted}" "${fix}")
endif()
if(nodelete AND NOT PINNED)
  fail("the nodelete flag" "set" "not set in a plugin that is unloaded" "link without -z nodelete, or declare it PINNED")
elseif(PINNED AND NOT nodelete)
  fail("the nodelete flag" "not set" "set in a pinned plugin" "link with slipring_add_plugin(… PINNED)")
endif()

# ── manifest ────────────────────────────────────────────────────────────────────────────────────

read_elf(note_lines --notes)
set(note)
set(owner "")
foreach(line IN LISTS note_lines)
  if(line MATCHES "^ +([^ \t]+)[ \t]+0x[0-9a-f]+[ \t]")
    set(owner ${CMAKE_MATCH_1})
  endif()
  if(owner STREQUAL "slipring" AND line MATCHES "description data: ([0-9a-f ]+)")
    string(REPLACE " " "" note "${CMAKE_MATCH_1}")
  endif()
endforeach()
set(note_fix "link with slipring_add_plugin(), which writes the manifest")
if(NOT note)
  fail("manifest" "no ELF note of the owner slipring" "one" "${note_fix}")
elseif(MANIFEST)
  file(READ ${MANIFEST} expected HEX)
  if(NOT note STREQUAL expected)
    fail("manifest" "a note that differs from ${MANIFEST}" "the same bytes" "${note_fix}")
  endif()
endif()

read_elf(segment_lines --segments)
set(in_segment OFF)
foreach(line IN LISTS segment_lines)
  if(line MATCHES "^ +[0-9]+ .*\\.note\\.slipring")
    set(in_segment ON)
  endif()
endforeach()
if(note AND NOT in_segment)
  fail("manifest" "a note outside of every segment" "a loaded note (PT_NOTE)" "${note_fix}")
endif()

# ── load and unload ─────────────────────────────────────────────────────────────────────────────

if(LOADER AND failures EQUAL 0)
  set(pinned_option)
  if(PINNED)
    set(pinned_option --pinned)
  endif()
  execute_process(COMMAND ${LOADER} ${PLUGIN} ${pinned_option}
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(STRIP "${output}" output)
  if(NOT result EQUAL 0)
    set(fix "write SLIPRING_PLUGIN(YourAdapter) once, and rebuild everything with this SDK")
    if(output MATCHES "mapped")
      set(fix "look for what starts before main: constructors of statics, and what they register")
    endif()
    fail("loading and unloading" "${output} (${result})"
         "loads, names itself, and leaves no mapping behind when unloaded" "${fix}")
  endif()
endif()

if(failures)
  if(NOT KEEP)
    file(REMOVE ${PLUGIN})
  endif()
  message(FATAL_ERROR "${file} is not a plugin the host would take: ${failures} of its checks failed")
endif()
