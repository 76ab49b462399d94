#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lingerd {

enum class method : std::uint8_t { get, head, post, patch, del, other };

// The header fields that Linger uses.
enum class field : std::uint8_t {
  host,
  authorization,
  cookie,
  content_type,
  origin,
  referer,
  sec_fetch_site,
  x_requested_with,
  x_csrf_token,
  if_none_match,
  accept_encoding,
  expect,
  accept,
  last_event_id,
  upgrade,
  connection,
  websocket_key,
  websocket_version,
  count
};

// One complete request, within the bounds. Its strings keep their capacity when it is cleared: one
// object of the loop serves every request that arrives in one piece.
struct http_request {
  lingerd::method method = method::other;
  std::string target;  // "/api/events?after=3"
  std::array<std::string, static_cast<std::size_t>(field::count)> fields;
  std::string body;
  bool keep_alive = false;
  bool is_http_1_1 = false;
  bool has_host = false;

  const std::string& operator[](field f) const { return fields[static_cast<std::size_t>(f)]; }
  std::string_view path() const;
  std::string_view query() const;
  void clear();
};

// Whether the content type is JSON.
bool is_json(const http_request& r);

// The value of a query's or form's name, percent-decoded; none if absent, empty if malformed.
std::optional<std::string> value_of(std::string_view form, std::string_view name);

// A cookie's value; empty if absent.
std::string_view cookie_of(std::string_view header, std::string_view name);

// Whether a header's list has this word as a whole item, in upper or lower case, and does not
// refuse it with a weight of 0. Other parameters of the item do not count.
bool lists_word(std::string_view header, std::string_view word);

// Whether a Host field's value has the form of one: a name or an address, and perhaps a port. An
// empty one has.
bool is_host(std::string_view value);

// Of a target in absolute form ("http://host/path") leaves the path and query, and writes the host
// to `authority`; any other target stays. False where the host is malformed.
bool split_absolute_form(std::string& target, std::string& authority);

// Digits only, without sign or space; none otherwise. A number that does not fit is the largest.
std::optional<std::uint64_t> digits(std::string_view s);

}  // namespace lingerd
