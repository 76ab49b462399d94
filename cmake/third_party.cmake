# What is not ours, one interface library each. Header-only or static where Debian offers it, so
# that the program needs nothing on a board but the C++ run-time library.

find_package(Threads REQUIRED)

function(linger_find target header)
  find_path(LINGER_${target}_INCLUDE ${header} REQUIRED)
  add_library(linger_${target} INTERFACE)
  target_include_directories(linger_${target} SYSTEM INTERFACE ${LINGER_${target}_INCLUDE})
  if(ARGN)
    find_library(LINGER_${target}_LIBRARY NAMES ${ARGN} REQUIRED)
    target_link_libraries(linger_${target} INTERFACE ${LINGER_${target}_LIBRARY})
  endif()
endfunction()

linger_find(lmdb lmdb.h liblmdb.a lmdb)
target_link_libraries(linger_lmdb INTERFACE Threads::Threads)
linger_find(sodium sodium.h libsodium.a sodium)
target_link_libraries(linger_sodium INTERFACE Threads::Threads)
linger_find(cli CLI/CLI.hpp)
linger_find(toml toml++/toml.h)
linger_find(fmt fmt/format.h)
target_compile_definitions(linger_fmt INTERFACE FMT_HEADER_ONLY)
linger_find(spdlog spdlog/spdlog.h)
target_compile_definitions(linger_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(linger_spdlog INTERFACE linger_fmt)

# Boost is headers alone. Asio, Beast and JSON are compiled once, in the files named *_impl.cpp.
find_path(LINGER_boost_INCLUDE boost/version.hpp REQUIRED)
file(STRINGS ${LINGER_boost_INCLUDE}/boost/version.hpp boost_version
  REGEX "^#define BOOST_VERSION [0-9]+")
string(REGEX REPLACE "[^0-9]+" "" boost_version "${boost_version}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "Boost 1.81 or newer is needed (tools/setup build installs one); "
    "${LINGER_boost_INCLUDE}/boost/version.hpp says ${boost_version}")
endif()

file(GLOB_RECURSE boost_sources CONFIGURE_DEPENDS http/*_impl.cpp)
if(boost_sources)
  add_library(linger_boost STATIC ${boost_sources})
  set(scope PUBLIC)
  target_link_libraries(linger_boost PRIVATE linger_options)
else()
  add_library(linger_boost INTERFACE)
  set(scope INTERFACE)
endif()
target_include_directories(linger_boost SYSTEM ${scope} ${LINGER_boost_INCLUDE})
target_compile_definitions(linger_boost ${scope}
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(linger_boost ${scope} Threads::Threads)
