# Functions that declare the project's libraries and programs.

function(linger_ours target)
  target_link_libraries(${target} PRIVATE linger_options)
  if(LINGER_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${LINGER_CLANG_TIDY};--quiet;--extra-arg=-Wno-unknown-warning-option")
  endif()
endfunction()

# linger_library(NAME FOLDERS folder... [PUBLIC target...] [PRIVATE target...]): linger_NAME, from the
# *.cpp of the folders and of those in them. *_impl.cpp belong to linger_boost.
function(linger_library name)
  cmake_parse_arguments(arg "" "" "FOLDERS;PUBLIC;PRIVATE" ${ARGN})
  list(TRANSFORM arg_FOLDERS APPEND "/*.cpp")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_FOLDERS})
  list(FILTER sources EXCLUDE REGEX "_impl\\.cpp$")
  add_library(linger_${name} STATIC ${sources})
  target_link_libraries(linger_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  linger_ours(linger_${name})
endfunction()

# linger_tap_files(TARGET): whoever links it has its functions in the place of the system calls that
# write files (sim/world/disk/file_tap.cpp).
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
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
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
