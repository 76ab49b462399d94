#include <gtest/gtest.h>

#include <deque>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/scripted_stream.hpp"

// Regression: the memory of all incomplete requests together is bounded, and a request beyond the
// bound is refused. But the received part of a refused request was kept, and counted, until its
// connection had closed, five seconds or more: each further request exceeded the bound. Found by
// the bounds checker's sum.
namespace lingerd::http_tests {
namespace {

TEST(RequestReader, RequestRefusedForLackOfMemoryIsNotKept) {
  limits bounds;
  bounds.half_read_bytes = 25'000;
  loop_scratch shared(bounds);
  const std::string half =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n" + std::string(5'000, 'x');
  std::deque<scripted_stream> wires;
  std::deque<request_reader> readers;
  for (int i = 0; i < 20; ++i) {
    wires.emplace_back(half);
    readers.emplace_back(bounds);
    const auto got = readers.back().next(wires.back(), shared);
    EXPECT_EQ(got, i < 2 ? request_reader::status::blocked : request_reader::status::refused) << i;
    EXPECT_LE(shared.half_read, bounds.half_read_bytes) << i;
  }
}

}  // namespace
}  // namespace lingerd::http_tests
