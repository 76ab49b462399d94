# linger_bench: micro-benchmarks, where Google Benchmark is installed.

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
find_package(benchmark QUIET)
if(bench_sources AND benchmark_FOUND)
  add_executable(linger_bench ${bench_sources})
  target_link_libraries(linger_bench PRIVATE linger_sim benchmark::benchmark_main)
  linger_ours(linger_bench)
  linger_precompile(linger_bench ${CMAKE_SOURCE_DIR}/cmake/pch_http.hpp)
elseif(bench_sources)
  message(STATUS "Google Benchmark is not installed: linger_bench is left out")
endif()

# The load program: polls and publishers over real sockets. It shares no code with the server.
linger_program(deliver bench/load linger_cli)
