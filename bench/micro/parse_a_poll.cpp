#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "bench/micro/allocations.hpp"
#include "bench/micro/poller.hpp"
#include "http/protocol/request_reader.hpp"

// Parses the bytes of a poll.
namespace lingerd::bench {
namespace {

constexpr std::string_view token = "cDdPf0lRvNnkoPz5CAxk9nFgFYTIjf7hAGzTl3XpVpM";

enum class shape { bare, browser, two_pieces };

std::string poll_of(shape shape) {
  std::string request;
  write_poll(request, "0123456789abcdef", 1'234'567'890, token);
  if (shape != shape::browser) return request;
  request.resize(request.size() - 2);  // the empty line
  request +=
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
      "Accept: */*\r\n"
      "Accept-Language: en-GB,en;q=0.7,de;q=0.3\r\n"
      "Accept-Encoding: gzip, deflate, br, zstd\r\n"
      "Referer: https://chat.example.org/\r\n"
      "Connection: keep-alive\r\n"
      "Sec-Fetch-Dest: empty\r\n"
      "Sec-Fetch-Mode: cors\r\n"
      "Sec-Fetch-Site: same-origin\r\n"
      "Priority: u=4\r\n"
      "Pragma: no-cache\r\n"
      "Cache-Control: no-cache\r\n"
      "\r\n";
  return request;
}

void parse_a_poll(benchmark::State& state, shape shape) {
  const limits bounds;
  loop_scratch scratch(bounds);
  request_reader reader(bounds);
  memory_stream stream;
  const std::string request = poll_of(shape);
  const std::string_view bytes = request;
  // The first piece ends within the target.
  const std::string_view first_piece = shape == shape::two_pieces ? bytes.substr(0, 30) : bytes;
  const std::string_view second_piece = bytes.substr(first_piece.size());
  std::int64_t complete_requests = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      stream.request(first_piece);
      request_reader::status status = reader.next(stream, scratch);
      if (!second_piece.empty()) {
        stream.request(second_piece);
        status = reader.next(stream, scratch);
      }
      complete_requests += status == request_reader::status::request;
      benchmark::DoNotOptimize(scratch.request.target.data());
    }
  }
  const http_request& r = scratch.request;
  if (complete_requests != state.iterations() || r.method != method::get || !r.keep_alive ||
      r.target != "/api/events?after=1234567890&epoch=0123456789abcdef&wait=100" ||
      r[field::authorization] != "Bearer " + std::string(token)) {
    state.SkipWithError("the parsed request differs from the sent one");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.size()));
}
BENCHMARK_CAPTURE(parse_a_poll, bare, shape::bare);
BENCHMARK_CAPTURE(parse_a_poll, browser, shape::browser);
BENCHMARK_CAPTURE(parse_a_poll, two_pieces, shape::two_pieces);

}  // namespace
}  // namespace lingerd::bench
