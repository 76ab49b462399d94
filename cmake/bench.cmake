# linger_bench: micro-benchmarks, where Google Benchmark is installed; and what the other commands
# load servers with.

file(GLOB bench_sources CONFIGURE_DEPENDS bench/micro/*.cpp)
find_package(benchmark QUIET)
if(bench_sources AND benchmark_FOUND)
  add_executable(linger_bench ${bench_sources})
  target_link_libraries(linger_bench PRIVATE linger_sim benchmark::benchmark_main)
  linger_ours(linger_bench)
  linger_precompile(linger_bench ${CMAKE_SOURCE_DIR}/cmake/pch_http.hpp)
  if(BUILD_TESTING)
    # So briefly that its figures say nothing: that each runs, and does what it says it does.
    add_test(NAME unit.bench COMMAND linger_bench --benchmark_min_time=0.01)
    set_tests_properties(unit.bench PROPERTIES LABELS unit TIMEOUT ${seconds}
      FAIL_REGULAR_EXPRESSION "ERROR OCCURRED")
  endif()
elseif(bench_sources)
  message(STATUS "Google Benchmark is not installed: linger_bench is left out")
endif()

# The load program: polls and publishers over real sockets. It shares no code with the server.
linger_program(deliver bench/load linger_cli)
if(BUILD_TESTING)
  # Too short for a verdict: that clients whose polls end come back, and that all of it is told.
  add_test(NAME server.bench_idle
    COMMAND ${CMAKE_SOURCE_DIR}/bench/idle --build ${CMAKE_BINARY_DIR} --quick)
  set_tests_properties(server.bench_idle PROPERTIES LABELS server TIMEOUT ${seconds})
endif()
