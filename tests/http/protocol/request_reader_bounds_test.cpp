#include <gtest/gtest.h>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/request_reader_fixture.hpp"

// The bounds of one request: header, body, chunks, trailers.
namespace lingerd::http_tests {
namespace {

TEST(RequestReader, AHeaderOfJustTheBoundPassesAndOneByteMoreDoesNot) {
  limits small;
  small.header_bytes = 300;
  EXPECT_EQ(read_in_every_way(with_header_of(300), small)[0].status, status::request);
  const auto all = byte_by_byte(with_header_of(301), small);
  ASSERT_EQ(all[0].status, status::refused);
  EXPECT_EQ(all[0].code, error::header_too_large);
}

TEST(RequestReader, AHeaderHasTheSameBoundInOnePiece) {
  limits small;
  small.header_bytes = 300;
  EXPECT_EQ(in_one_piece(with_header_of(301), small)[0].status, status::refused);
  EXPECT_EQ(in_one_piece(with_header_of(60'000))[0].status, status::refused);
}

TEST(RequestReader, ATargetHasTheHeadersBound) {
  limits small;
  small.header_bytes = 300;
  EXPECT_EQ(refused("GET /" + std::string(1000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", small),
            error::header_too_large);
}

TEST(RequestReader, AHeaderWithoutEndIsRefusedAtTheBound) {
  reader_fixture d;
  d.wire.feed("GET / HTTP/1.1\r\nX: ");
  for (int i = 0; i < 100; ++i) d.wire.feed(std::string(100, 'x'));
  EXPECT_EQ(d.next(), status::refused);
  EXPECT_EQ(d.reader.reason().code, error::header_too_large);
}

TEST(RequestReader, ABodyOfJustTheBoundPassesAndOneByteMoreDoesNot) {
  limits small;
  small.body_bytes = 500;
  EXPECT_EQ(read_in_every_way(post_of(500), small)[0].status, status::request);
  EXPECT_EQ(refused(post_of(501), small), error::too_large);
  const std::string half(250, 'b');
  EXPECT_EQ(
      read_in_every_way(chunked("FA\r\n" + half + "\r\nFA\r\n" + half + "\r\n0\r\n\r\n"), small)[0]
          .body,
      half + half);
  EXPECT_EQ(refused(chunked("FA\r\n" + half + "\r\nFB\r\n" + half + "b\r\n0\r\n\r\n"), small),
            error::too_large);
}

TEST(RequestReader, AnAnnouncedBodyThatIsTooLargeIsRefusedBeforeItComes) {
  reader_fixture d;
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999\r\n\r\n");
  EXPECT_EQ(d.next(), status::refused);
  EXPECT_EQ(d.reader.reason().code, error::too_large);
}

TEST(RequestReader, AChunksLineHasABoundByteByByte) {
  limits small;
  small.header_bytes = 300;
  const auto all =
      byte_by_byte(chunked("1;x=" + std::string(400, 'x') + "\r\nb\r\n0\r\n\r\n"), small);
  ASSERT_EQ(all[0].status, status::refused);
  EXPECT_EQ(all[0].code, error::header_too_large);
}

TEST(RequestReader, AChunksLineHasTheSameBoundInOnePiece) {
  limits small;
  small.header_bytes = 300;
  EXPECT_EQ(refused(chunked("1;x=" + std::string(400, 'x') + "\r\nb\r\n0\r\n\r\n"), small),
            error::header_too_large);
}

TEST(RequestReader, TrailersHaveTheSameBoundInOnePiece) {
  limits small;
  small.header_bytes = 300;
  EXPECT_EQ(refused(chunked("1\r\nb\r\n0\r\nX-Sum: " + std::string(400, 'x') + "\r\n\r\n"), small),
            error::header_too_large);
}

TEST(RequestReader, ASmallBodyInMuchWrappingIsRefused) {
  limits small;
  small.header_bytes = 300;
  small.body_bytes = 500;
  // 30 bytes to a byte of the body: more than 8 × 500 before the body is full.
  std::string wrapped;
  for (int i = 0; i < 400; ++i) wrapped += "1;xxxxxxxxxxxxxxxxxxxxxxx\r\nb\r\n";
  reader_fixture d(small);
  d.wire.feed_by(50, chunked(wrapped));
  ASSERT_EQ(d.next(), status::refused);
  EXPECT_EQ(d.reader.reason().code, error::too_large);
  // Six bytes to a byte are fine.
  std::string plain;
  for (int i = 0; i < 400; ++i) plain += "1\r\nb\r\n";
  reader_fixture fine(small);
  fine.wire.feed_by(50, chunked(plain + "0\r\n\r\n"));
  ASSERT_EQ(fine.next(), status::request);
  EXPECT_EQ(fine.request().body.size(), 400u);
}

}  // namespace
}  // namespace lingerd::http_tests
