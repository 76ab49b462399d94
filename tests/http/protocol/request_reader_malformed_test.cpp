#include <gtest/gtest.h>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/request_reader_fixture.hpp"

// Requests that are malformed, or that two parsers could understand in two ways.
namespace lingerd::http_tests {
namespace {

TEST(RequestReader, ChunksThatAreNoneAreRefused) {
  EXPECT_EQ(refused(chunked("zz\r\nhello\r\n0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("5\r\nhelloXX0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("-1\r\nhello\r\n0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("fffffffffffffffff\r\nhello\r\n0\r\n\r\n")), error::bad_request);
}

TEST(RequestReader, AFieldTwiceIsRefused) {
  for (const char* name :
       {"Host", "Authorization", "Content-Type", "Origin", "Referer", "Sec-Fetch-Site",
        "X-Requested-With", "X-CSRFToken", "Content-Length", "Transfer-Encoding"}) {
    const std::string line = std::string(name) + ": v\r\n";
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + line + line + "\r\n"), error::bad_request) << name;
  }
}

TEST(RequestReader, AHostThatIsNoneIsRefused) {
  for (const char* bad : {"a b", "a/b", "http://a", "a@b", "a:x", "a:80:80", "[::1", "::1", "[]",
                          "[::1]x", "a\"", "a?b", "a%", "a%4", "a%zz", "a\\b", "<a>"}) {
    for (const char* version : {"1.0", "1.1"}) {
      EXPECT_EQ(refused(std::string("GET / HTTP/") + version + "\r\nHost: " + bad + "\r\n\r\n"),
                error::bad_request)
          << bad;
    }
  }
  for (const char* good : {"a", "a:80", "a:", "[::1]", "[::1]:8080", "127.0.0.1:1", "a_b.local",
                           "xn--fiq.cn", "a%41", ""}) {
    EXPECT_EQ(refused(std::string("GET / HTTP/1.1\r\nHost: ") + good + "\r\n\r\n"), std::nullopt)
        << good;
  }
}

TEST(RequestReader, AnUnknownTransferCodingIsRefused) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string body = "\r\n0\r\n\r\n";
  for (const char* coding :
       {"gzip", "identity", "gzip, chunked", "chunked, gzip", "xchunked", "chunked, chunked", ""}) {
    EXPECT_EQ(refused(start + "Transfer-Encoding: " + coding + "\r\n" + body), error::bad_request)
        << coding;
  }
  const auto all = read_in_every_way(start + "Transfer-Encoding: CHUNKED\r\n" + body);
  EXPECT_EQ(all[0].status, status::request);
}

TEST(RequestReader, TwoLengthsOfOneBodyAreRefused) {
  const std::string start = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(refused(start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            error::bad_request);
  EXPECT_EQ(refused(start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
            error::bad_request);
  EXPECT_EQ(refused(start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
            error::bad_request);
  EXPECT_EQ(refused(start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "0\r\n\r\n"),
            error::bad_request);
}

TEST(RequestReader, MalformedHttpIsRefused) {
  EXPECT_EQ(refused("hello\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET / HTTP/3.0\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost : h\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nno colon\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n"), error::bad_request);
  EXPECT_EQ(refused(std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28)), error::bad_request);
  EXPECT_EQ(refused("\x16\x03\x01\x02 tls\r\n\r\n"), error::bad_request);
}

}  // namespace
}  // namespace lingerd::http_tests
