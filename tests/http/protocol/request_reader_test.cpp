#include "http/protocol/request_reader.hpp"

#include <gtest/gtest.h>

#include "tests/http/protocol/scripted_stream.hpp"

namespace lingerd::http_tests {
namespace {

using status = request_reader::status;

// A reader with all that it refers to.
struct reader_fixture {
  explicit reader_fixture(limits bound = {}) : bounds(bound), shared(bounds), reader(bounds) {}
  status next() { return reader.next(wire, shared); }
  const http_request& request() const { return shared.request; }

  limits bounds;
  loop_scratch shared;
  scripted_stream wire;
  request_reader reader;
};

// What became of one request, for comparing.
struct outcome {
  request_reader::status status = request_reader::status::blocked;
  error code{};
  method verb = method::other;
  std::string target, body;
  std::array<std::string, static_cast<std::size_t>(field::count)> fields;
  bool keep_alive = false, is_http_1_1 = false, has_host = false;
  bool operator==(const outcome&) const = default;
};

void PrintTo(const outcome& o, std::ostream* out) {
  if (o.status == status::refused) *out << "refused " << code_of(o.code);
  if (o.status == status::request)
    *out << "request " << o.target << " + " << o.body.size() << " bytes";
  if (o.status == status::blocked) *out << "blocked";
  if (o.status == status::ended) *out << "ended";
}

std::vector<outcome> outcomes(reader_fixture& d) {
  std::vector<outcome> all;
  for (;;) {
    outcome o;
    o.status = d.next();
    if (o.status == status::refused) o.code = d.reader.reason().code;
    if (o.status == status::request) {
      const http_request& r = d.request();
      o.verb = r.method;
      o.target = r.target;
      o.body = r.body;
      o.fields = r.fields;
      o.keep_alive = r.keep_alive;
      o.is_http_1_1 = r.is_http_1_1;
      o.has_host = r.has_host;
    }
    all.push_back(o);
    if (o.status != status::request) return all;
  }
}

std::vector<outcome> in_one_piece(std::string_view bytes, limits bounds = {}) {
  reader_fixture d(bounds);
  d.wire.feed(bytes);
  return outcomes(d);
}
std::vector<outcome> byte_by_byte(std::string_view bytes, limits bounds = {}) {
  reader_fixture d(bounds);
  d.wire.feed_bytewise(bytes);
  return outcomes(d);
}

// Reads in one piece, byte by byte and by pieces of other sizes, which must all give the same.
std::vector<outcome> read_in_every_way(std::string_view bytes, limits bounds = {}) {
  const std::vector<outcome> whole = in_one_piece(bytes, bounds);
  EXPECT_EQ(whole, byte_by_byte(bytes, bounds)) << bytes.substr(0, 60);
  for (const std::size_t n : {2u, 3u, 7u, 64u}) {
    reader_fixture d(bounds);
    d.wire.feed_by(n, bytes);
    EXPECT_EQ(whole, outcomes(d)) << n << " bytes at a time of " << bytes.substr(0, 60);
  }
  return whole;
}

// The code of the refusal, however the bytes come.
std::optional<error> refused(std::string_view bytes, limits bounds = {}) {
  const outcome first = read_in_every_way(bytes, bounds).front();
  if (first.status != status::refused) return std::nullopt;
  return first.code;
}

std::string chunked(std::string_view chunks) {
  return "POST /api/messages HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
         std::string(chunks);
}

std::string with_header_of(std::size_t bytes) {
  std::string r = "GET / HTTP/1.1\r\nHost: h\r\nX-Filler: ";
  r.append(bytes - r.size() - 4, 'x');
  return r + "\r\n\r\n";
}

std::string post_of(std::size_t bytes) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
         std::string(bytes, 'b');
}

const std::string fields_of_all_kinds =
    "PATCH /api/me?x=1 HTTP/1.1\r\n"
    "host: chat.local:8080\r\n"
    "AUTHORIZATION: Bearer abc\r\n"
    "Cookie: a=1; linger=t\r\n"
    "Content-Type: application/json\r\n"
    "Origin: http://chat.local:8080\r\n"
    "Referer: http://chat.local:8080/x\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "X-Requested-With: XMLHttpRequest\r\n"
    "X-CSRFToken: tok\r\n"
    "If-None-Match: \"5f\"\r\n"
    "Accept-Encoding:   gzip, br  \r\n"
    "X-Unknown: whatever\r\n"
    "Content-Length: 11\r\n"
    "\r\n"
    "{\"a\":\"b c\"}";

TEST(RequestReader, EveryFieldThatIsLookedAtIsKept) {
  const auto all = read_in_every_way(fields_of_all_kinds);
  ASSERT_EQ(all.size(), 2u);
  const outcome& r = all[0];
  ASSERT_EQ(r.status, status::request);
  const auto value_of_field = [&](field f) { return r.fields[static_cast<std::size_t>(f)]; };
  EXPECT_EQ(r.verb, method::patch);
  EXPECT_EQ(r.target, "/api/me?x=1");
  EXPECT_EQ(value_of_field(field::host), "chat.local:8080");
  EXPECT_EQ(value_of_field(field::authorization), "Bearer abc");
  EXPECT_EQ(value_of_field(field::cookie), "a=1; linger=t");
  EXPECT_EQ(value_of_field(field::content_type), "application/json");
  EXPECT_EQ(value_of_field(field::origin), "http://chat.local:8080");
  EXPECT_EQ(value_of_field(field::referer), "http://chat.local:8080/x");
  EXPECT_EQ(value_of_field(field::sec_fetch_site), "same-origin");
  EXPECT_EQ(value_of_field(field::x_requested_with), "XMLHttpRequest");
  EXPECT_EQ(value_of_field(field::x_csrf_token), "tok");
  EXPECT_EQ(value_of_field(field::if_none_match), "\"5f\"");
  EXPECT_EQ(value_of_field(field::accept_encoding), "gzip, br");
  EXPECT_EQ(r.body, R"({"a":"b c"})");
  EXPECT_TRUE(r.keep_alive);
  EXPECT_TRUE(r.is_http_1_1);
  EXPECT_TRUE(r.has_host);
  EXPECT_EQ(all[1].status, status::blocked);
}

TEST(RequestReader, MethodsAreToldApart) {
  const std::pair<const char*, method> methods[] = {
      {"GET", method::get},       {"HEAD", method::head},  {"POST", method::post},
      {"PATCH", method::patch},   {"DELETE", method::del}, {"PUT", method::other},
      {"OPTIONS", method::other}, {"BREW", method::other}, {"get", method::other}};
  for (const auto& [name, m] : methods) {
    const auto all = read_in_every_way(std::string(name) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_EQ(all[0].status, status::request) << name;
    EXPECT_EQ(all[0].verb, m) << name;
  }
}

TEST(RequestReader, TheVersionAndTheConnectionFieldSayWhetherItStays) {
  const auto stays = [](const std::string& text) {
    const auto all = read_in_every_way(text);
    EXPECT_EQ(all[0].status, status::request);
    return all[0].keep_alive;
  };
  EXPECT_TRUE(stays("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReader, AMissingHostIsTold) {
  const auto all = read_in_every_way("GET / HTTP/1.1\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_FALSE(all[0].has_host);
  const auto empty = read_in_every_way("GET / HTTP/1.1\r\nHost:\r\n\r\n");
  ASSERT_EQ(empty[0].status, status::request);
  EXPECT_TRUE(empty[0].has_host);
}

TEST(RequestReader, RequestsInOnePieceComeOneAfterTheOther) {
  std::string three;
  for (const char* n : {"1", "2", "3"}) {
    three += std::string("POST /") + n + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n" + n;
  }
  const auto all = read_in_every_way(three);
  ASSERT_EQ(all.size(), 4u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(all[i].target, "/" + std::to_string(i + 1));
    EXPECT_EQ(all[i].body, std::to_string(i + 1));
  }
}

TEST(RequestReader, NothingOfARequestIsLeftForTheNext) {
  reader_fixture d;
  d.wire.feed(fields_of_all_kinds + "GET / HTTP/1.0\r\n\r\n");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_TRUE(d.reader.has_more());
  ASSERT_EQ(d.next(), status::request);
  for (const std::string& f : d.request().fields) EXPECT_EQ(f, "");
  EXPECT_EQ(d.request().body, "");
  EXPECT_EQ(d.request().target, "/");
  EXPECT_FALSE(d.request().has_host);
  EXPECT_FALSE(d.request().is_http_1_1);
  EXPECT_FALSE(d.reader.has_more());
}

TEST(RequestReader, TheSecondOfTwoMayBeHalfThere) {
  reader_fixture d;
  d.wire.feed("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTT");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_FALSE(d.reader.is_in_progress());
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_TRUE(d.reader.is_in_progress());
  d.wire.feed("P/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/2");
  EXPECT_FALSE(d.reader.is_in_progress());
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().target, "/3");
  EXPECT_EQ(d.next(), status::blocked);
}

TEST(RequestReader, WhatWasHalfThereIsDroppedWhenTheOtherSideEnds) {
  reader_fixture d;
  d.wire.feed("GET / HTTP/1.1\r\nHost: h\r\n");
  d.wire.end();
  EXPECT_EQ(d.next(), status::ended);
  reader_fixture whole;
  whole.wire.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  whole.wire.end();
  EXPECT_EQ(whole.next(), status::request);
  EXPECT_EQ(whole.next(), status::ended);
}

TEST(RequestReader, ChunksAreOneBody) {
  const auto all = read_in_every_way(
      chunked("5\r\nhello\r\n1;name=\"value\"\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n"
              "GET /after HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].body, "hello 0123456789");
  EXPECT_EQ(all[1].target, "/after");
}

TEST(RequestReader, AChunkedBodyMayBeEmpty) {
  const auto all = read_in_every_way(chunked("0\r\n\r\n"));
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].body, "");
}

TEST(RequestReader, ChunksThatAreNoneAreRefused) {
  EXPECT_EQ(refused(chunked("zz\r\nhello\r\n0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("5\r\nhelloXX0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("-1\r\nhello\r\n0\r\n\r\n")), error::bad_request);
  EXPECT_EQ(refused(chunked("fffffffffffffffff\r\nhello\r\n0\r\n\r\n")), error::bad_request);
}

TEST(RequestReader, ATrailerSignsNothing) {
  const auto all = read_in_every_way(
      chunked("2\r\n{}\r\n0\r\nAuthorization: Bearer abc\r\nCookie: linger=abc\r\n"
              "Origin: http://h\r\nX-Requested-With: x\r\n\r\n"));
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].body, "{}");
  for (const field f :
       {field::authorization, field::cookie, field::origin, field::x_requested_with}) {
    EXPECT_EQ(all[0].fields[static_cast<std::size_t>(f)], "");
  }
}

TEST(RequestReader, ATrailerDoesNotReplaceWhatTheHeaderSaid) {
  const auto all = read_in_every_way(
      "POST / HTTP/1.1\r\nHost: h\r\nOrigin: http://evil\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nOrigin: http://h\r\nHost: other\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::origin)], "http://evil");
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::host)], "h");
}

TEST(RequestReader, AFieldTwiceIsRefused) {
  for (const char* name :
       {"Host", "Authorization", "Content-Type", "Origin", "Referer", "Sec-Fetch-Site",
        "X-Requested-With", "X-CSRFToken", "If-None-Match", "Accept-Encoding", "Expect"}) {
    const std::string line = std::string(name) + ": v\r\n";
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n" + line + line + "\r\n"), error::bad_request) << name;
  }
}

TEST(RequestReader, CookiesInSeveralFieldsAreOneList) {
  const auto all =
      read_in_every_way("GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n");
  ASSERT_EQ(all[0].status, status::request);
  EXPECT_EQ(all[0].fields[static_cast<std::size_t>(field::cookie)], "a=1; b=2");
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

TEST(RequestReader, WhatIsHalfReadIsCountedAndGivenBack) {
  reader_fixture d;
  const std::string all = post_of(10'000);
  d.wire.feed(all.substr(0, 5'000));
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_GE(d.shared.half_read, 10'000u) << "the body's room";
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
  EXPECT_GE(d.shared.half_read, 7'000u) << "the cookie is held, and is not in the sum";
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
  // One that comes whole needs none of it.
  scripted_stream whole(post_of(10'000));
  request_reader fourth(bounds);
  EXPECT_EQ(fourth.next(whole, shared), status::request);
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

TEST(RequestReader, WhoWaitsForContinueIsToldOfOnce) {
  reader_fixture d;
  EXPECT_FALSE(d.reader.take_wants_continue());
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.take_wants_continue()) << "the header is not whole";
  d.wire.feed("Content-Length: 2\r\n\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_TRUE(d.reader.take_wants_continue());
  EXPECT_FALSE(d.reader.take_wants_continue());
  d.wire.feed("{}");
  ASSERT_EQ(d.next(), status::request);
  EXPECT_EQ(d.request().body, "{}");
  EXPECT_FALSE(d.reader.take_wants_continue());
}

TEST(RequestReader, WhoDoesNotAskForContinueIsNotTold) {
  reader_fixture d;
  d.wire.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n");
  ASSERT_EQ(d.next(), status::blocked);
  EXPECT_FALSE(d.reader.take_wants_continue());
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
