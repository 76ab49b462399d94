#include <gtest/gtest.h>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/request_reader_fixture.hpp"

// What readers hold: incomplete requests, and bytes of further ones.
namespace lingerd::http_tests {
namespace {

TEST(RequestReader, WhatIsHalfReadIsCountedAndGivenBack) {
  reader_fixture d;
  const std::string all = post_of(10'000);
  d.wire.feed(all.substr(0, 5'000));
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_GE(d.shared.half_read, 10'000u) << "the capacity for the body";
  d.wire.feed(all.substr(5'000));
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().body.size(), 10'000u);
  EXPECT_EQ(d.shared.half_read, 0u);
}

TEST(RequestReader, AHalfHeaderIsCountedToo) {
  reader_fixture d;
  d.wire.feed("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5'000, 'x'));
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_GE(d.shared.half_read, 5'000u);
}

TEST(RequestReader, AHeaderThatWaitsForItsBodyIsCountedToo) {
  reader_fixture d;
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nCookie: a=" +
              std::string(7'000, 'x') + "\r\n\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_GE(d.shared.half_read, 7'000u) << "the cookie counts";
}

TEST(RequestReader, ARefusalAndAnEndGiveBackWhatWasHalfRead) {
  limits bounds;
  loop_scratch shared(bounds);
  {
    scripted_stream wire;
    wire.feed(post_of(10'000).substr(0, 5'000));
    request_reader reader(bounds);
    ASSERT_EQ(reader.next(wire, shared), status::blocked);
    EXPECT_GT(shared.half_read, 0u);
  }
  EXPECT_EQ(shared.half_read, 0u);
  {
    scripted_stream wire;
    wire.feed(chunked("5\r\nhel"));
    wire.feed("loXX0\r\n\r\n");
    request_reader reader(bounds);
    ASSERT_EQ(reader.next(wire, shared), status::refused);
  }
  EXPECT_EQ(shared.half_read, 0u);
}

TEST(RequestReader, AllTogetherHoldNoMoreThanTheBound) {
  limits bounds;
  bounds.half_read_bytes = 25'000;
  loop_scratch shared(bounds);
  scripted_stream wires[3];
  request_reader readers[3] = {request_reader(bounds), request_reader(bounds),
                               request_reader(bounds)};
  const std::string half = post_of(10'000).substr(0, 5'000);
  for (scripted_stream& w : wires) w.feed(half);
  EXPECT_EQ(readers[0].next(wires[0], shared), status::blocked);
  EXPECT_EQ(readers[1].next(wires[1], shared), status::blocked);
  EXPECT_EQ(readers[2].next(wires[2], shared), status::refused);
  EXPECT_EQ(readers[2].reason().code, error::overloaded);
  // A request in one piece takes nothing of the sum.
  scripted_stream complete(post_of(10'000));
  request_reader fourth(bounds);
  EXPECT_EQ(fourth.next(complete, shared), status::request);
}

TEST(RequestReader, WhatIsReadAheadWaitsForItsTurn) {
  reader_fixture d;
  d.wire.feed("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(d.next(), status::request);
  d.wire.feed("GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HT");
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::blocked);
  EXPECT_TRUE(d.reader.has_more());
  d.wire.feed("TP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::blocked);
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/2");
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::blocked);
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/3");
  EXPECT_FALSE(d.reader.has_more());
  d.wire.end();
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::ended);
}

TEST(RequestReader, ReadingAheadHasABound) {
  limits small;
  small.pipelined_bytes = 1'000;
  reader_fixture d(small);
  d.wire.feed(std::string(1'000, 'x'));
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::blocked);
  d.wire.feed("x");
  EXPECT_EQ(d.reader.read_ahead(d.wire, d.shared), status::refused);
  EXPECT_EQ(d.reader.reason().code, error::too_large);
}

TEST(RequestReader, ARequestThatCameWholeHoldsNothing) {
  reader_fixture d;
  d.wire.feed(fields_of_all_kinds);
  ASSERT_EQ(d.next(), status::request);
  EXPECT_FALSE(d.reader.is_in_progress());
  EXPECT_FALSE(d.reader.has_more());
  EXPECT_EQ(d.shared.half_read, 0u);
}

}  // namespace
}  // namespace lingerd::http_tests
