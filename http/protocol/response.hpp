#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace lingerd {

// A response, ready to be rendered.
struct response {
  response() = default;
  response(int status, std::string body) : status(status), body(std::move(body)) {}

  int status = 200;
  // Empty, for HEAD where GET waits or has no end: neither a type nor a length is written.
  std::string_view type = "application/json";
  std::string body;
  std::string_view fixed;  // a body that lies elsewhere (a file of the page); replaces `body`
  std::string fields;      // further header lines, each with its CRLF
  bool storable = false;   // false: Cache-Control: no-store
  bool head_only = false;  // to HEAD: the length without the body
  bool close = false;      // the connection closes after it
};

// The HTTP status of an error.
int status_of(error e);

// {"error":{"code":…,"message":…}}
response refuse(const refusal& r);
response refuse(error code, std::string_view text);
// The same without a header: the body alone.
std::string error_body(const refusal& r);

response no_content();

// Appends the response, header and body, to `out`.
void render(std::string& out, const response& r, bool keep_alive);

}  // namespace lingerd
