# linger_bench: micro-benchmarks, if Google Benchmark is installed; deliver: the load generator of the
# commands in bench/.

file(GLOB bench_sources CONFIGURE_DEPENDS bench/micro/*.cpp)
find_package(benchmark QUIET)
if(bench_sources AND benchmark_FOUND)
  add_executable(linger_bench ${bench_sources})
  target_link_libraries(linger_bench PRIVATE linger_sim benchmark::benchmark_main)
  linger_ours(linger_bench)
  linger_precompile(linger_bench ${CMAKE_SOURCE_DIR}/cmake/pch_http.hpp)
  if(BUILD_TESTING)
    # Checks that each benchmark runs and reports no error; the figures of so short a run are
    # worthless.
    add_test(NAME unit.bench COMMAND linger_bench --benchmark_min_time=0.01)
    set_tests_properties(unit.bench PROPERTIES LABELS unit TIMEOUT ${seconds}
      FAIL_REGULAR_EXPRESSION "ERROR OCCURRED")
  endif()
elseif(bench_sources)
  message(STATUS "Google Benchmark is not installed: linger_bench is left out")
endif()

# The load generator: polls and publishers over real sockets. It shares no code with the server.
linger_program(deliver bench/load linger_cli)
if(BUILD_TESTING)
  # Checks that clients poll again when their polls end, and that the report is complete; the run is
  # too short for a verdict.
  add_test(NAME server.bench_idle
    COMMAND ${CMAKE_SOURCE_DIR}/bench/idle --build ${CMAKE_BINARY_DIR} --quick)
  set_tests_properties(server.bench_idle PROPERTIES LABELS server TIMEOUT ${seconds})
endif()
