# build_info.hpp: version, commit and compiler. Looked at on every build, written only when changed.
# Included by CMakeLists.txt it makes the target; run with -P it writes the header.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(generated ${CMAKE_BINARY_DIR}/generated/build_info)
  add_custom_target(linger_build_info_header
    COMMAND ${CMAKE_COMMAND}
      -DSOURCE_DIR=${CMAKE_SOURCE_DIR}
      -DOUTPUT=${generated}/build_info.hpp
      -DVERSION=${PROJECT_VERSION}
      "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
      -P ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS ${generated}/build_info.hpp
    COMMENT ""
    VERBATIM)
  add_library(linger_build_info INTERFACE)
  add_dependencies(linger_build_info linger_build_info_header)
  target_include_directories(linger_build_info INTERFACE ${generated})
  return()
endif()

# The tree may belong to another user than the one who builds. No lock is taken on the index:
# someone may be committing.
set(ENV{GIT_OPTIONAL_LOCKS} 0)
set(commit unknown)
if(EXISTS ${SOURCE_DIR}/.git)
  execute_process(
    COMMAND git -c safe.directory=${SOURCE_DIR} describe --always --dirty
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND described)
    set(commit ${described})
  endif()
endif()

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#pragma once

#include <string_view>

namespace lingerd::build {

inline constexpr std::string_view version = "@VERSION@";
inline constexpr std::string_view commit = "@commit@";
inline constexpr std::string_view compiler = "@COMPILER@";

}  // namespace lingerd::build
]])
