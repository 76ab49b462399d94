#include "http/protocol/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "core/base/coverage.hpp"

namespace lingerd {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// Beast's parser, straight into a request, without a container of fields.
class request_reader::parser final : public http::basic_parser<true> {
 public:
  parser(http_request& into, const limits& bounds)
      : into_(into), line_bytes_max_(bounds.header_bytes) {
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

  // Beast's own bound is for each part of a header that comes in one piece; ours is for the whole,
  // as it is for one that comes byte by byte.
  void count(std::size_t bytes, error_code& ec) {
    counted_ += bytes;
    if (counted_ > line_bytes_max_) ec = http::error::header_limit;
  }

  void on_request_impl(http::verb v, beast::string_view name, beast::string_view target,
                       int version, error_code& ec) override {
    constexpr std::size_t rest =
        14;  // two spaces, HTTP/1.1, and the ends of this line and the last
    count(name.size() + target.size() + rest, ec);
    into_.method = method_of(v);
    into_.target.assign(target.data(), target.size());
    into_.is_http_1_1 = version == 11;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  void keep(field f, beast::string_view value, error_code& ec) {
    const unsigned bit = 1u << static_cast<unsigned>(f);
    // Twice the same field is nowhere asked for, and a way to be understood in two ways.
    if (seen_ & bit) ec = http::error::bad_value;
    seen_ |= bit;
    into_.fields[static_cast<std::size_t>(f)].assign(value.data(), value.size());
  }

  void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                     error_code& ec) override {
    count(name_text.size() + value.size() + 4, ec);
    if (header_is_done_ || ec) return;  // a trailer says nothing that counts
    switch (name) {
      case http::field::transfer_encoding:
        // Any other would be taken for no body at all, and the body for the next request.
        if (!beast::iequals(value, "chunked")) ec = http::error::bad_transfer_encoding;
        return;
      case http::field::host: into_.has_host = true; return keep(field::host, value, ec);
      case http::field::authorization: return keep(field::authorization, value, ec);
      case http::field::cookie: return keep_cookie(value);
      case http::field::content_type: return keep(field::content_type, value, ec);
      case http::field::origin: return keep(field::origin, value, ec);
      case http::field::referer: return keep(field::referer, value, ec);
      case http::field::if_none_match: return keep(field::if_none_match, value, ec);
      case http::field::accept_encoding: return keep(field::accept_encoding, value, ec);
      case http::field::expect: return keep(field::expect, value, ec);
      case http::field::accept: return keep_list(field::accept, value);
      case http::field::upgrade: return keep_list(field::upgrade, value);
      case http::field::connection: return keep_list(field::connection, value);
      case http::field::sec_websocket_key: return keep(field::websocket_key, value, ec);
      case http::field::sec_websocket_version: return keep(field::websocket_version, value, ec);
      default: break;
    }
    // Beast has no names for these.
    if (beast::iequals(name_text, "sec-fetch-site")) return keep(field::sec_fetch_site, value, ec);
    if (beast::iequals(name_text, "last-event-id")) return keep(field::last_event_id, value, ec);
    if (beast::iequals(name_text, "x-requested-with")) {
      return keep(field::x_requested_with, value, ec);
    }
    if (beast::iequals(name_text, "x-csrftoken")) return keep(field::x_csrf_token, value, ec);
  }

  // HTTP/2 proxies split cookies; they are one list.
  void keep_cookie(beast::string_view value) {
    std::string& place = into_.fields[static_cast<std::size_t>(field::cookie)];
    if (!place.empty()) place += "; ";
    place.append(value.data(), value.size());
  }

  // Fields that may come in several lines, which are one list.
  void keep_list(field f, beast::string_view value) {
    std::string& place = into_.fields[static_cast<std::size_t>(f)];
    if (!place.empty()) place += ", ";
    place.append(value.data(), value.size());
  }

  void on_header_impl(error_code&) override {
    header_is_done_ = true;
    counted_ = 0;  // from here on trailers
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // Exactly, since a string that grows by itself doubles; within the body's limit by now.
    if (length) into_.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    into_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view line, error_code& ec) override {
    if (line.size() > line_bytes_max_) ec = http::error::header_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    into_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  http_request& into_;
  const std::size_t line_bytes_max_;
  std::size_t counted_ = 0;
  unsigned seen_ = 0;  // fields, by their bit
  bool header_is_done_ = false;
};

// A request of which a part is here: its own parser and fields, and the bytes not yet parsed.
struct request_reader::partial {
  partial(const limits& bounds, std::size_t& all) : reading(request, bounds), all_half_read(all) {}
  ~partial() { all_half_read -= counted; }
  partial(const partial&) = delete;
  partial& operator=(const partial&) = delete;

  // Tells the sum what this one holds now.
  void count() {
    all_half_read -= counted;
    counted = unparsed.capacity() + request.body.capacity() + request.target.capacity();
    for (const std::string& f : request.fields) counted += f.capacity();
    all_half_read += counted;
  }

  http_request request;
  parser reading;
  std::string unparsed;
  std::size_t fed = 0;  // bytes that came, chunk headers included
  bool continue_told = false;
  std::size_t& all_half_read;
  std::size_t counted = 0;
};

request_reader::request_reader(const limits& bounds) : bounds_(bounds) {}
request_reader::~request_reader() = default;

namespace {

refusal refusal_of(const error_code& ec) {
  if (ec == http::error::header_limit) {
    return {error::header_too_large, "the header is too large"};
  }
  if (ec == http::error::body_limit) return {error::too_large, "the body is too large"};
  return {error::bad_request, "malformed HTTP: " + ec.message()};
}

// A body in chunks may be wrapped in this many times its bytes.
constexpr std::size_t wrapping_max = 8;

// Parses as much as can be; how many bytes were taken. Beast asks for more where it needs more.
template <class Parser>
std::size_t put_all(Parser& p, std::string_view bytes, error_code& ec) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !p.is_done()) {
    ec = {};
    const std::size_t n =
        p.put(boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), ec);
    taken += n;
    if (ec == http::error::need_more) {
      ec = {};
      if (n == 0) break;
    } else if (ec) {
      break;
    }
  }
  return taken;
}

}  // namespace

request_reader::got request_reader::feed_partial(std::string_view bytes, loop_scratch& shared) {
  partial& p = *partial_;
  p.fed += bytes.size();
  error_code ec;
  if (p.unparsed.empty()) {
    p.unparsed.assign(bytes.substr(put_all(p.reading, bytes, ec)));
  } else {
    p.unparsed.append(bytes);
    p.unparsed.erase(0, put_all(p.reading, p.unparsed, ec));
  }
  if (ec) {
    why_ = std::make_unique<refusal>(refusal_of(ec));
    partial_.reset();
    return got::refused;
  }
  if (p.unparsed.empty()) p.unparsed = {};
  p.count();
  if (!p.reading.is_done()) {
    if (still_bounded(shared)) return got::blocked;
    // Its connection lives on until the refusal has arrived: what came is not kept so long.
    partial_.reset();
    return got::refused;
  }
  p.request.keep_alive = p.reading.keep_alive();
  std::swap(shared.request, p.request);
  keep_ahead(std::move(p.unparsed));
  partial_.reset();
  return got::request;
}

// Beast bounds the header and the body; not a chunk's line, nor how many bytes a body is wrapped
// in, nor what many connections hold together.
bool request_reader::still_bounded(const loop_scratch& shared) {
  const partial& p = *partial_;
  if (p.unparsed.size() > bounds_.header_bytes) {
    why_ = std::make_unique<refusal>(error::header_too_large, "a line of the request is too long");
  } else if (p.fed > bounds_.header_bytes + wrapping_max * bounds_.body_bytes) {
    why_ = std::make_unique<refusal>(error::too_large, "the body is too large");
  } else if (shared.half_read > bounds_.half_read_bytes) {
    rare::took(rare::branch::half_read_full);
    why_ = std::make_unique<refusal>(error::overloaded, "too many requests are arriving at once");
  } else {
    return true;
  }
  return false;
}

request_reader::got request_reader::parse(std::string_view bytes, std::size_t& taken,
                                          loop_scratch& shared) {
  shared.request.clear();
  parser at_once(shared.request, bounds_);
  error_code ec;
  taken = put_all(at_once, bytes, ec);
  if (ec) {
    why_ = std::make_unique<refusal>(refusal_of(ec));
    return got::refused;
  }
  if (at_once.is_done()) {
    shared.request.keep_alive = at_once.keep_alive();
    return got::request;
  }
  // Not whole: from here on it has a parser of its own, which sees these bytes once more.
  rare::took(rare::branch::partial_request);
  partial_ = std::make_unique<partial>(bounds_, shared.half_read);
  taken = bytes.size();
  return feed_partial(bytes, shared);
}

void request_reader::keep_ahead(std::string bytes) {
  ahead_ = bytes.empty() ? nullptr : std::make_unique<ahead>(ahead{std::move(bytes), 0});
}

request_reader::got request_reader::parse_ahead(loop_scratch& shared) {
  std::unique_ptr<ahead> here = std::move(ahead_);
  std::size_t taken = 0;
  const got g = parse(here->rest(), taken, shared);
  here->from += taken;
  if (!here->rest().empty()) ahead_ = std::move(here);
  return g;
}

request_reader::got request_reader::next(byte_stream& from, loop_scratch& shared) {
  if (has_more() && !partial_) {
    const got g = parse_ahead(shared);
    if (g != got::blocked) return g;
  }
  for (;;) {
    const byte_stream::moved m = from.read(shared.input);
    if (m.how == byte_stream::status::ended) return got::ended;
    if (m.how == byte_stream::status::blocked) return got::blocked;
    const std::string_view bytes(shared.input.data(), m.bytes);
    if (partial_) {
      const got g = feed_partial(bytes, shared);
      if (g != got::blocked) return g;
      continue;
    }
    std::size_t taken = 0;
    const got g = parse(bytes, taken, shared);
    if (g == got::request) keep_ahead(std::string(bytes.substr(taken)));
    if (g != got::blocked) return g;
  }
}

request_reader::got request_reader::read_ahead(byte_stream& from, loop_scratch& shared) {
  for (;;) {
    const byte_stream::moved m = from.read(shared.input);
    if (m.how == byte_stream::status::ended) return got::ended;
    if (m.how == byte_stream::status::blocked) return got::blocked;
    const std::size_t waiting = ahead_ ? ahead_->rest().size() : 0;
    if (waiting + m.bytes > bounds_.pipelined_bytes) {
      why_ = std::make_unique<refusal>(error::too_large, "too much was sent ahead");
      return got::refused;
    }
    if (!ahead_) ahead_ = std::make_unique<ahead>();
    ahead_->bytes.erase(0, std::exchange(ahead_->from, 0));
    ahead_->bytes.append(shared.input.data(), m.bytes);
  }
}

std::size_t request_reader::held() const {
  return (ahead_ ? ahead_->bytes.size() : 0) + (partial_ ? partial_->counted : 0);
}

std::string request_reader::take_ahead() {
  std::string rest(ahead_ ? ahead_->rest() : std::string_view());
  ahead_.reset();
  return rest;
}

bool request_reader::take_wants_continue() {
  if (!partial_ || partial_->continue_told || !partial_->reading.is_header_done()) return false;
  partial_->continue_told = true;
  return beast::iequals(beast::string_view(partial_->request[field::expect]), "100-continue");
}

}  // namespace lingerd
