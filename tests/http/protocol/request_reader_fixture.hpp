#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "http/protocol/request_reader.hpp"
#include "tests/http/protocol/scripted_stream.hpp"

// Requests as bytes, and a reader that gets them whole or in pieces.
namespace lingerd::http_tests {

using status = request_reader::status;

// A reader with everything that it refers to.
struct reader_fixture {
  explicit reader_fixture(limits bound = {}) : bounds(bound), shared(bounds), reader(bounds) {}
  status next() { return reader.next(wire, shared); }
  const http_request& request() const { return shared.request; }

  limits bounds;
  loop_scratch shared;
  scripted_stream wire;
  request_reader reader;
};

// The outcome of one read, for comparisons.
struct outcome {
  request_reader::status status = request_reader::status::blocked;
  error code{};
  method verb = method::other;
  std::string target, body;
  std::array<std::string, static_cast<std::size_t>(field::count)> fields;
  bool keep_alive = false, is_http_1_1 = false, has_host = false;
  bool operator==(const outcome&) const = default;
};

inline void PrintTo(const outcome& o, std::ostream* out) {
  if (o.status == status::refused) *out << "refused " << code_of(o.code);
  if (o.status == status::request)
    *out << "request " << o.target << " + " << o.body.size() << " bytes";
  if (o.status == status::blocked) *out << "blocked";
  if (o.status == status::ended) *out << "ended";
}

inline std::vector<outcome> outcomes(reader_fixture& d) {
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

inline std::vector<outcome> in_one_piece(std::string_view bytes, limits bounds = {}) {
  reader_fixture d(bounds);
  d.wire.feed(bytes);
  return outcomes(d);
}
inline std::vector<outcome> byte_by_byte(std::string_view bytes, limits bounds = {}) {
  reader_fixture d(bounds);
  d.wire.feed_bytewise(bytes);
  return outcomes(d);
}

// Reads in one piece, byte by byte and in pieces of other sizes, with the same outcomes.
inline std::vector<outcome> read_in_every_way(std::string_view bytes, limits bounds = {}) {
  const std::vector<outcome> complete = in_one_piece(bytes, bounds);
  EXPECT_EQ(complete, byte_by_byte(bytes, bounds)) << bytes.substr(0, 60);
  for (const std::size_t n : {2u, 3u, 7u, 64u}) {
    reader_fixture d(bounds);
    d.wire.feed_by(n, bytes);
    EXPECT_EQ(complete, outcomes(d)) << n << " bytes at a time of " << bytes.substr(0, 60);
  }
  return complete;
}

// The code of the refusal, however the bytes come.
inline std::optional<error> refused(std::string_view bytes, limits bounds = {}) {
  const outcome first = read_in_every_way(bytes, bounds).front();
  if (first.status != status::refused) return std::nullopt;
  return first.code;
}

inline std::string chunked(std::string_view chunks) {
  return "POST /api/messages HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
         std::string(chunks);
}

inline std::string with_header_of(std::size_t bytes) {
  std::string r = "GET / HTTP/1.1\r\nHost: h\r\nX-Filler: ";
  r.append(bytes - r.size() - 4, 'x');
  return r + "\r\n\r\n";
}

inline std::string post_of(std::size_t bytes) {
  return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
         std::string(bytes, 'b');
}

inline const std::string fields_of_all_kinds =
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

}  // namespace lingerd::http_tests
