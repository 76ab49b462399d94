# Our libraries and programs. A folder may still be empty: its target is then there without
# sources, or not at all.

function(linger_ours target)
  target_link_libraries(${target} PRIVATE linger_options)
  if(LINGER_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${LINGER_CLANG_TIDY};--quiet;--extra-arg=-Wno-unknown-warning-option")
  endif()
endfunction()

# linger_library(FOLDER [PUBLIC target...] [PRIVATE target...]): linger_FOLDER, from FOLDER's *.cpp
# and those of the folders in it.
function(linger_library folder)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_impl\\.cpp$")
  if(sources)
    add_library(linger_${folder} STATIC ${sources})
    target_link_libraries(linger_${folder} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    linger_ours(linger_${folder})
  else()
    add_library(linger_${folder} INTERFACE)
    target_link_libraries(linger_${folder} INTERFACE ${arg_PUBLIC})
  endif()
endfunction()

# linger_tap_files(TARGET): whoever links it has its functions in the place of the system calls that
# write files (sim/world/file_tap.cpp).
function(linger_tap_files target)
  set(options "LINKER:--undefined=__wrap_pwrite")
  foreach(call open close pwrite write writev fdatasync fsync)
    list(APPEND options "LINKER:--wrap=${call}")
  endforeach()
  target_link_options(${target} INTERFACE ${options})
endfunction()

# linger_program(NAME FOLDER target...): an executable right in the binary directory. Programs of the
# same folder share its objects: they differ in what they are linked with.
function(linger_program name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  string(MAKE_C_IDENTIFIER ${folder} objects)
  if(NOT TARGET ${objects})
    add_library(${objects} OBJECT ${sources})
    target_link_libraries(${objects} PRIVATE ${ARGN})
    linger_ours(${objects})
    linger_precompile(${objects} ${CMAKE_SOURCE_DIR}/cmake/pch_http.hpp)
  endif()
  add_executable(${name} $<TARGET_OBJECTS:${objects}>)
  target_link_libraries(${name} PRIVATE ${ARGN} linger_options)
endfunction()

# linger_precompile(TARGET HEADER): parse the heavy headers once for the whole target. Not where
# clang-tidy looks: it cannot read what GCC precompiled.
function(linger_precompile target header)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY" AND NOT LINGER_TIDY)
    target_precompile_headers(${target} PRIVATE ${header})
  endif()
endfunction()
