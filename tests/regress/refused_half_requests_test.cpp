#include <gtest/gtest.h>

#include <deque>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/scripted_stream.hpp"

// What all requests that are not whole may hold together is bounded, and one that comes when there
// is no room is refused; but what had come of it was kept for as long as its connection took to
// hear so, five seconds and more, and counted on: each further one lay above the bound. Found when
// the sum was watched.
namespace lingerd::http_tests {
namespace {

TEST(RequestReader, WhatIsRefusedForLackOfRoomIsNotKept) {
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
    EXPECT_EQ(got, i < 2 ? request_reader::got::blocked : request_reader::got::refused) << i;
    EXPECT_LE(shared.half_read, bounds.half_read_bytes) << i;
  }
}

}  // namespace
}  // namespace lingerd::http_tests
