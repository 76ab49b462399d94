# GoogleTest programs, the lint and the browser tests, all run by CTest under the labels lint,
# unit, world, server and browser.

find_package(GTest QUIET)
find_package(Python3 QUIET COMPONENTS Interpreter)
if(NOT GTest_FOUND OR NOT Python3_FOUND)
  message(STATUS "GoogleTest or Python is not installed: the tests are left out")
  set(BUILD_TESTING OFF)
  return()
endif()
include(GoogleTest)
set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)

# A sanitized build runs several times slower, and boards are slow anyway.
set(seconds 120)
if(LINGER_SANITIZE)
  set(seconds 300)
endif()

# linger_tests(NAME LABEL target... SOURCES file...)
function(linger_tests name label)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_UNPARSED_ARGUMENTS} GTest::gtest_main)
  linger_ours(${name})
  linger_precompile(${name} ${CMAKE_SOURCE_DIR}/cmake/pch_test.hpp)
  gtest_discover_tests(${name}
    TEST_PREFIX ${label}.
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${label} TIMEOUT ${seconds}
    ENVIRONMENT LINGER_BIN=${CMAKE_BINARY_DIR}/linger)
endfunction()

# Each folder of tests/ mirrors one of the sources.
file(GLOB_RECURSE unit_sources CONFIGURE_DEPENDS
  tests/core/*.cpp tests/store/*.cpp tests/http/*.cpp tests/tools/*.cpp tests/regress/*.cpp)
file(GLOB_RECURSE sim_sources CONFIGURE_DEPENDS tests/sim/*.cpp)
file(GLOB world_sources CONFIGURE_DEPENDS tests/world/*.cpp)
file(GLOB server_sources CONFIGURE_DEPENDS tests/server/*.cpp)
linger_tests(linger_unit_tests unit linger_http linger_memory_store linger_toml SOURCES ${unit_sources})
linger_tests(linger_sim_tests unit linger_sim SOURCES ${sim_sources})
linger_tests(linger_world_tests world linger_sim SOURCES ${world_sources})
linger_tests(linger_server_tests server linger_http SOURCES ${server_sources})
# What a disk may do to the real program: a library that records, cuts and fails its writes, loaded
# with LD_PRELOAD (tests/disk/tap). It is built without sanitizers.
file(GLOB tap_sources CONFIGURE_DEPENDS tests/disk/tap/*.cpp)
add_library(linger_disk_tap MODULE ${tap_sources})
target_include_directories(linger_disk_tap PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_options(linger_disk_tap PRIVATE -U_FORTIFY_SOURCE)
target_link_libraries(linger_disk_tap PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
set_target_properties(linger_disk_tap PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
file(GLOB disk_sources CONFIGURE_DEPENDS tests/disk/*.cpp)
linger_tests(linger_disk_tests server linger_http SOURCES ${disk_sources}
  tests/server/http_client.cpp tests/server/program.cpp tests/server/server_fixture.cpp)
add_dependencies(linger_disk_tests linger linger_disk_tap)
# The programs with a planted fault (core/base/planted_faults.hpp): the sources that include it are
# compiled again with LINGER_PLANTED and linked before the libraries.
file(GLOB_RECURSE library_sources CONFIGURE_DEPENDS core/*.cpp store/*.cpp http/*.cpp)
set(planted_sources)
foreach(file IN LISTS library_sources)
  file(STRINGS ${file} plants REGEX "#include \"core/.*planted_f")
  if(plants)
    list(APPEND planted_sources ${file})
  endif()
endforeach()
add_library(linger_planted OBJECT ${planted_sources})
target_compile_definitions(linger_planted PRIVATE LINGER_PLANTED)
target_link_libraries(linger_planted PUBLIC linger_http linger_store PRIVATE linger_lmdb linger_spdlog)
linger_ours(linger_planted)
linger_precompile(linger_planted ${CMAKE_SOURCE_DIR}/cmake/pch_http.hpp)
linger_program(linger-planted tools/linger linger_planted linger_http linger_store linger_cli linger_toml)
linger_program(linger-sim-planted tools/linger_sim linger_planted linger_sim linger_cli)
# Loaded into a server to make its disk slow. Built without sanitizers.
add_library(linger_slow_sync MODULE tests/server/preload/slow_sync.cpp)
target_link_libraries(linger_slow_sync PRIVATE ${CMAKE_DL_LIBS})
add_dependencies(linger_server_tests
  linger linger-sim linger-planted linger-sim-planted linger_slow_sync)

# A thousand small worlds with trouble, one in twenty of them twice: the same seed, the same trace. The
# sanitized build runs a part of them.
set(seeds 1..1000)
if(LINGER_SANITIZE)
  set(seeds 1..200)
endif()
add_test(NAME world.seeds COMMAND linger-sim world --seeds ${seeds} --repeat 5)
# Started first, so that it does not run alone at the end.
set_tests_properties(world.seeds PROPERTIES LABELS world TIMEOUT 600 COST 1000)

file(GLOB python_tests CONFIGURE_DEPENDS tests/lint/*_test.py tests/bench/*_test.py)
# The checks of tools/lint; 77 is "not checked here", said by the check itself.
foreach(check format shell coroutines layers)
  add_test(NAME lint.${check} COMMAND ${CMAKE_SOURCE_DIR}/tools/lint ${check})
  set_tests_properties(lint.${check} PROPERTIES LABELS lint TIMEOUT 120 SKIP_RETURN_CODE 77)
endforeach()
foreach(file IN LISTS python_tests)
  cmake_path(GET file STEM stem)
  add_test(NAME unit.${stem} COMMAND ${Python3_EXECUTABLE} -B ${file})
  set_tests_properties(unit.${stem} PROPERTIES LABELS unit TIMEOUT 60)
endforeach()

# The API's documents against the sources and the running program. They need python3-yaml and
# python3-jsonschema, which the Python of the system has.
find_program(system_python3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT system_python3)
  set(system_python3 ${Python3_EXECUTABLE})
endif()
file(GLOB api_tests CONFIGURE_DEPENDS tests/server/api/*_test.py)
foreach(file IN LISTS api_tests)
  cmake_path(GET file STEM stem)
  add_test(NAME server.api_${stem} COMMAND ${system_python3} -B ${file})
  set_tests_properties(server.api_${stem} PROPERTIES
    LABELS server
    TIMEOUT 300
    SKIP_RETURN_CODE 77
    ENVIRONMENT LINGER_BIN=${CMAKE_BINARY_DIR}/linger)
endforeach()

file(GLOB browser_tests CONFIGURE_DEPENDS tests/browser/*.test.mjs)
foreach(file IN LISTS browser_tests)
  cmake_path(GET file STEM LAST_ONLY stem)
  string(REGEX REPLACE "\\.test$" "" stem ${stem})
  add_test(NAME browser.${stem}
    COMMAND ${CMAKE_SOURCE_DIR}/cmake/browser_test.sh ${file})
  set_tests_properties(browser.${stem} PROPERTIES
    LABELS browser
    TIMEOUT 600
    COST 100
    SKIP_RETURN_CODE 77
    ENVIRONMENT LINGER_BIN=${CMAKE_BINARY_DIR}/linger)
endforeach()
