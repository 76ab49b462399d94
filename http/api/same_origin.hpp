#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "http/protocol/request.hpp"
#include "http/streams/caller.hpp"

namespace lingerd {

// The same-origin rule: a page of another site must not act with the user's cookie. A request that
// is signed by a bearer token always passes, since no other site's page knows the token. The
// server's own origin is that of its public URL, or any whose host is the request's Host. A refusal
// is error::cross_site. Without state but the public URL.
class same_origin {
 public:
  // "https://chat.example.org"; empty where browsers see the server under the name they ask for.
  explicit same_origin(std::string public_url) : public_url_(std::move(public_url)) {}

  // For a request that changes something: without Origin it needs Sec-Fetch-Site: same-origin, or a
  // JSON body.
  result<void> check_change(const http_request& r, const caller& caller) const;
  // For a stream, which a page of another site might open: without Origin it passes.
  result<void> check_stream(const http_request& r, const caller& caller) const;
  // For the tutorial's form: without Origin it needs a Referer of this server, or a field that a
  // form cannot set.
  result<void> check_form(const http_request& r, const caller& caller) const;

 private:
  enum class finding { allowed, refused, open };
  finding check_fields(const http_request& r, const caller& caller) const;
  bool is_own_origin(std::string_view origin, const http_request& r) const;

  std::string public_url_;
};

}  // namespace lingerd
