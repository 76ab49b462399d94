#include "http/protocol/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "core/base/coverage.hpp"
#include "core/base/refusals.hpp"

namespace lingerd {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// Beast's parser, which writes straight into an http_request, without a container of fields.
class request_reader::parser final : public http::basic_parser<true> {
 public:
  parser(http_request& request, const limits& bounds)
      : request_(request), line_bytes_max_(bounds.header_bytes) {
    header_limit(static_cast<std::uint32_t>(bounds.header_bytes));
    body_limit(bounds.body_bytes);
    eager(true);
  }

 private:
  static std::string_view view(beast::string_view s) { return {s.data(), s.size()}; }

  static method method_of(http::verb v) {
    switch (v) {
      case http::verb::get: return method::get;
      case http::verb::head: return method::head;
      case http::verb::post: return method::post;
      case http::verb::patch: return method::patch;
      case http::verb::delete_: return method::del;
      default: return method::other;
    }
  }

  // Beast bounds each part of a header that arrives in one piece. This bounds the whole header, the
  // same as for one that arrives byte by byte.
  void count(std::size_t bytes, error_code& ec) {
    counted_bytes_ += bytes;
    if (counted_bytes_ > line_bytes_max_) ec = http::error::header_limit;
  }

  void on_request_impl(http::verb v, beast::string_view name, beast::string_view target,
                       int version, error_code& ec) override {
    // Two spaces, HTTP/1.1, the end of this line and of the header's last one.
    constexpr std::size_t rest = 14;
    count(name.size() + target.size() + rest, ec);
    request_.method = method_of(v);
    request_.target.assign(target.data(), target.size());
    request_.is_http_1_1 = version == 11;
    if (request_.target.front() == '/') return;
    std::string& host = request_.fields[static_cast<std::size_t>(field::host)];
    if (!split_absolute_form(request_.target, host)) ec = http::error::bad_target;
    has_host_of_target_ = !host.empty();
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  void keep(field f, beast::string_view value, error_code& ec) {
    const unsigned bit = 1u << static_cast<unsigned>(f);
    // No client needs one field twice, and two parsers may disagree on which of both counts.
    if (field_bits_ & bit) ec = http::error::bad_value;
    field_bits_ |= bit;
    request_.fields[static_cast<std::size_t>(f)].assign(value.data(), value.size());
  }

  void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                     error_code& ec) override {
    count(name_text.size() + value.size() + 4, ec);
    if (header_is_done_ || ec) return;  // trailers are ignored
    switch (name) {
      case http::field::transfer_encoding:
        // Beast takes any other for no body at all, and the body for the next request.
        if (!beast::iequals(value, "chunked")) ec = http::error::bad_transfer_encoding;
        return;
      case http::field::host: return keep_host(value, ec);
      case http::field::authorization: return keep(field::authorization, value, ec);
      case http::field::cookie: return keep_cookie(value);
      case http::field::content_type: return keep(field::content_type, value, ec);
      case http::field::origin: return keep(field::origin, value, ec);
      case http::field::referer: return keep(field::referer, value, ec);
      case http::field::if_none_match: return keep_list(field::if_none_match, value);
      case http::field::accept_encoding: return keep_list(field::accept_encoding, value);
      case http::field::expect: return keep_list(field::expect, value);
      case http::field::accept: return keep_list(field::accept, value);
      case http::field::upgrade: return keep_list(field::upgrade, value);
      case http::field::connection: return keep_list(field::connection, value);
      case http::field::sec_websocket_key: return keep(field::websocket_key, value, ec);
      case http::field::sec_websocket_version: return keep(field::websocket_version, value, ec);
      default: break;
    }
    // Beast has no enumerators for these.
    if (beast::iequals(name_text, "sec-fetch-site")) return keep(field::sec_fetch_site, value, ec);
    if (beast::iequals(name_text, "last-event-id")) return keep(field::last_event_id, value, ec);
    if (beast::iequals(name_text, "x-requested-with")) {
      return keep(field::x_requested_with, value, ec);
    }
    if (beast::iequals(name_text, "x-csrftoken")) return keep(field::x_csrf_token, value, ec);
  }

  void keep_host(beast::string_view value, error_code& ec) {
    if (!is_host(view(value))) ec = http::error::bad_value;
    request_.has_host = true;
    if (!has_host_of_target_) return keep(field::host, value, ec);
    // The host of an absolute target goes before the field, which still occurs once at most.
    const std::string host = request_[field::host];
    keep(field::host, value, ec);
    request_.fields[static_cast<std::size_t>(field::host)] = host;
  }

  // HTTP/2 proxies split cookies into several fields of one list.
  void keep_cookie(beast::string_view value) {
    std::string& list = request_.fields[static_cast<std::size_t>(field::cookie)];
    if (!list.empty()) list += "; ";
    list.append(value.data(), value.size());
  }

  // Fields that may stand on several lines, which form one list.
  void keep_list(field f, beast::string_view value) {
    std::string& list = request_.fields[static_cast<std::size_t>(f)];
    if (!list.empty()) list += ", ";
    list.append(value.data(), value.size());
  }

  void on_header_impl(error_code&) override {
    header_is_done_ = true;
    counted_bytes_ = 0;  // trailers follow
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // The exact size, since a growing string doubles. Beast has checked the body's limit.
    if (length) request_.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view line, error_code& ec) override {
    if (line.size() > line_bytes_max_) ec = http::error::header_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  http_request& request_;
  const std::size_t line_bytes_max_;
  std::size_t counted_bytes_ = 0;
  unsigned field_bits_ = 0;  // one bit for each field that has occurred
  bool header_is_done_ = false;
  bool has_host_of_target_ = false;
};

// An incomplete request: its parser, its fields, and the bytes that are not parsed yet.
struct request_reader::partial {
  partial(const limits& bounds, std::size_t& sum) : parser(request, bounds), half_read_sum(sum) {}
  ~partial() {
    CHECK(half_read_sum >= counted_bytes);
    half_read_sum -= counted_bytes;
  }
  partial(const partial&) = delete;
  partial& operator=(const partial&) = delete;

  // Updates this request's part of the sum.
  void count() {
    CHECK(half_read_sum >= counted_bytes);
    half_read_sum -= counted_bytes;
    counted_bytes = unparsed.capacity() + request.body.capacity() + request.target.capacity();
    for (const std::string& f : request.fields) counted_bytes += f.capacity();
    half_read_sum += counted_bytes;
  }

  http_request request;
  request_reader::parser parser;
  std::string unparsed;
  bool has_begun = false;     // its first line is there, beyond empty ones
  std::size_t fed_bytes = 0;  // bytes received, chunk headers included
  bool is_continue_sent = false;
  std::size_t& half_read_sum;
  std::size_t counted_bytes = 0;
};

request_reader::request_reader(const limits& bounds) : bounds_(bounds) {}
request_reader::~request_reader() = default;

namespace {

refusal refusal_of(const error_code& ec) {
  if (ec == http::error::header_limit) {
    return {error::header_too_large, "the header is too large"};
  }
  if (ec == http::error::body_limit) return refusals::body_too_large();
  return {error::bad_request, "malformed HTTP: " + ec.message()};
}

// A body in chunks may have this many bytes of wrapping for each of its own.
constexpr std::size_t wrapping_max = 8;

// Empty lines before a request line that one read passes over: some clients send one after a body,
// and a flood of them must not keep the loop.
constexpr unsigned empty_lines_max = 4;
constexpr std::string_view half_line = "\r";

// The bytes of the empty lines at the front; fewer than are there where the bound is reached.
std::size_t empty_lines(std::string_view bytes, unsigned& lines) {
  std::size_t n = 0;
  while (lines < empty_lines_max && bytes.substr(n).starts_with("\r\n")) {
    n += 2;
    ++lines;
  }
  return n;
}

// A connection that lists "close" ends, whatever else it lists.
bool stays_open(bool of_parser, const http_request& r) {
  return of_parser && !lists_word(r[field::connection], "close");
}

// Parses as many bytes as it can, and returns their number. `ec` stays clear where Beast needs
// more.
template <class Parser>
std::size_t put_all(Parser& p, std::string_view bytes, error_code& ec) {
  std::size_t taken_bytes = 0;
  while (taken_bytes < bytes.size() && !p.is_done()) {
    ec = {};
    const std::size_t n = p.put(
        boost::asio::const_buffer(bytes.data() + taken_bytes, bytes.size() - taken_bytes), ec);
    taken_bytes += n;
    if (ec == http::error::need_more) {
      ec = {};
      if (n == 0) break;
    } else if (ec) {
      break;
    }
  }
  return taken_bytes;
}

}  // namespace

request_reader::status request_reader::feed_partial(std::string_view bytes, unsigned& lines,
                                                    loop_scratch& shared) {
  partial& p = *partial_;
  std::string joined;
  if (!p.has_begun) {
    if (!p.unparsed.empty()) {
      joined = std::exchange(p.unparsed, {});
      joined += bytes;
      bytes = joined;
    }
    bytes.remove_prefix(empty_lines(bytes, lines));
    if (bytes.empty()) {
      partial_.reset();
      return status::blocked;
    }
    if (bytes == half_line) {  // Beast would refuse it
      p.unparsed = half_line;
      p.count();
      return status::blocked;
    }
    p.has_begun = true;
  }
  p.fed_bytes += bytes.size();
  error_code ec;
  if (p.unparsed.empty()) {
    p.unparsed.assign(bytes.substr(put_all(p.parser, bytes, ec)));
  } else {
    p.unparsed.append(bytes);
    p.unparsed.erase(0, put_all(p.parser, p.unparsed, ec));
  }
  if (ec) {
    refusal_ = std::make_unique<refusal>(refusal_of(ec));
    partial_.reset();
    return status::refused;
  }
  if (p.unparsed.empty()) p.unparsed = {};
  p.count();
  if (!p.parser.is_done()) {
    if (is_within_bounds(shared)) return status::blocked;
    // The connection lives on until the refusal has arrived; the request's bytes do not.
    partial_.reset();
    return status::refused;
  }
  p.request.keep_alive = stays_open(p.parser.keep_alive(), p.request);
  std::swap(shared.request, p.request);
  keep_pipelined(std::move(p.unparsed));
  partial_.reset();
  return status::request;
}

// Beast bounds the header and the body. It bounds neither the line of a chunk, nor the bytes that
// wrap a body, nor the bytes of many connections together.
bool request_reader::is_within_bounds(const loop_scratch& shared) {
  const partial& p = *partial_;
  if (p.unparsed.size() > bounds_.header_bytes) {
    refusal_ =
        std::make_unique<refusal>(error::header_too_large, "a line of the request is too long");
  } else if (p.fed_bytes > bounds_.header_bytes + wrapping_max * bounds_.body_bytes) {
    refusal_ = std::make_unique<refusal>(refusals::body_too_large());
  } else if (shared.half_read > bounds_.half_read_bytes) {
    coverage::hit(coverage::branch::half_read_full);
    refusal_ =
        std::make_unique<refusal>(error::overloaded, "too many requests are arriving at once");
  } else {
    return true;
  }
  return false;
}

request_reader::status request_reader::parse(std::string_view bytes, std::size_t& taken_bytes,
                                             unsigned& lines, loop_scratch& shared) {
  const std::size_t skipped = empty_lines(bytes, lines);
  taken_bytes = skipped;
  bytes.remove_prefix(skipped);
  if (bytes.empty()) return status::blocked;
  shared.request.clear();
  parser parser(shared.request, bounds_);
  error_code ec;
  if (bytes != half_line) taken_bytes += put_all(parser, bytes, ec);
  if (ec) {
    refusal_ = std::make_unique<refusal>(refusal_of(ec));
    return status::refused;
  }
  if (parser.is_done()) {
    shared.request.keep_alive = stays_open(parser.keep_alive(), shared.request);
    return status::request;
  }
  // Incomplete: it gets its own parser, which parses these bytes once more.
  coverage::hit(coverage::branch::partial_request);
  partial_ = std::make_unique<partial>(bounds_, shared.half_read);
  taken_bytes = skipped + bytes.size();
  return feed_partial(bytes, lines, shared);
}

void request_reader::keep_pipelined(std::string bytes) {
  CHECK(pipeline_ == nullptr);
  pipeline_ = bytes.empty() ? nullptr : std::make_unique<pipeline>(pipeline{std::move(bytes), 0});
}

request_reader::status request_reader::parse_pipelined(unsigned& lines, loop_scratch& shared) {
  std::unique_ptr<pipeline> current = std::move(pipeline_);
  std::size_t taken_bytes = 0;
  const status s = parse(current->rest(), taken_bytes, lines, shared);
  current->first += taken_bytes;
  if (!current->rest().empty()) pipeline_ = std::move(current);
  return s;
}

request_reader::status request_reader::next(byte_stream& stream, loop_scratch& shared) {
  CHECK(!shared.is_request_lent);
  CHECK(refusal_ == nullptr);
  unsigned lines = 0;  // empty ones, passed over
  if (has_more() && !partial_) {
    const status s = parse_pipelined(lines, shared);
    if (s != status::blocked) return s;
  }
  for (;;) {
    const byte_stream::transfer t = stream.read(shared.input);
    if (t.status == byte_stream::status::ended) return status::ended;
    if (t.status == byte_stream::status::blocked) return status::blocked;
    CHECK(t.bytes > 0);
    const std::string_view bytes(shared.input.data(), t.bytes);
    if (partial_) {
      const status s = feed_partial(bytes, lines, shared);
      if (s != status::blocked) return s;
      continue;
    }
    std::size_t taken_bytes = 0;
    const status s = parse(bytes, taken_bytes, lines, shared);
    if (s == status::request) keep_pipelined(std::string(bytes.substr(taken_bytes)));
    if (s != status::blocked) return s;
  }
}

request_reader::status request_reader::read_ahead(byte_stream& stream, loop_scratch& shared) {
  CHECK(refusal_ == nullptr);
  CHECK(partial_ == nullptr);
  for (;;) {
    const byte_stream::transfer t = stream.read(shared.input);
    if (t.status == byte_stream::status::ended) return status::ended;
    if (t.status == byte_stream::status::blocked) return status::blocked;
    CHECK(t.bytes > 0);
    const std::size_t pipelined_size = pipeline_ ? pipeline_->rest().size() : 0;
    if (pipelined_size + t.bytes > bounds_.pipelined_bytes) {
      refusal_ = std::make_unique<refusal>(error::too_large, "too much was sent ahead");
      return status::refused;
    }
    if (!pipeline_) pipeline_ = std::make_unique<pipeline>();
    pipeline_->bytes.erase(0, std::exchange(pipeline_->first, 0));
    pipeline_->bytes.append(shared.input.data(), t.bytes);
  }
}

std::size_t request_reader::held_bytes() const {
  return (pipeline_ ? pipeline_->bytes.size() : 0) + (partial_ ? partial_->counted_bytes : 0);
}

std::string request_reader::take_pipelined() {
  CHECK(partial_ == nullptr);
  std::string rest(pipeline_ ? pipeline_->rest() : std::string_view());
  pipeline_.reset();
  return rest;
}

bool request_reader::take_wants_continue() {
  if (!partial_ || partial_->is_continue_sent || !partial_->parser.is_header_done()) return false;
  partial_->is_continue_sent = true;
  const http_request& r = partial_->request;
  return r.is_http_1_1 && lists_word(r[field::expect], "100-continue");
}

}  // namespace lingerd
