# How everything of ours is compiled. Each of our targets links linger_options.

option(LINGER_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(LINGER_LTO "Link-time optimisation" OFF)
option(LINGER_TIDY "Run clang-tidy on our own sources as they are compiled" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

add_library(linger_options INTERFACE)
target_include_directories(linger_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(linger_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic>)
# Warnings are errors where the project is tested, by CMAKE_COMPILE_WARNING_AS_ERROR (preset dev,
# tools/test); not where somebody builds it, with a compiler whose warnings nobody has seen.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
    message(FATAL_ERROR "g++ 12 or newer is needed; this is ${CMAKE_CXX_COMPILER_VERSION}")
  endif()
  # False warnings about "literal" + std::string(n, c). GCC 12: PR105329, PR105651. Newer ones, where
  # <string> is in a precompiled header, believe that the move of such a string copies it into the
  # buffer of a short one. With GCC 12 array bounds are still watched, in the same sources.
  set(false_warnings -Wno-stringop-overflow)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    list(APPEND false_warnings -Wno-restrict)
  else()
    list(APPEND false_warnings -Wno-array-bounds)
  endif()
  target_compile_options(linger_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${false_warnings}>")
endif()

if(LINGER_SANITIZE)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(linger_options INTERFACE ${sanitize})
  target_link_options(linger_options INTERFACE ${sanitize})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The inserted checks hide from GCC that a value was set: its own manual warns of this.
    target_compile_options(linger_options INTERFACE
      $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
  endif()
endif()

if(LINGER_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(LANGUAGES CXX)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

if(LINGER_TIDY)
  find_program(LINGER_CLANG_TIDY NAMES clang-tidy REQUIRED)
endif()

find_program(LINGER_CCACHE ccache)
if(LINGER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${LINGER_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(linger_options INTERFACE
      $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
