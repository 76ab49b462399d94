#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace lingerd {

// An answer, ready to be written.
struct response {
  response() = default;
  response(int status, std::string body) : status(status), body(std::move(body)) {}

  int status = 200;
  std::string_view type = "application/json";
  std::string body;
  std::string_view fixed;  // a body that lives elsewhere (a file of the page); else `body` counts
  std::string fields;      // further header lines, each with its CRLF
  bool storable = false;   // without it: Cache-Control: no-store
  bool head_only = false;  // to HEAD: the length is told, the body is not
  bool close = false;      // the connection ends after it
};

// The status that goes with an error.
int status_of(error e);

// {"error":{"code":…,"message":…}}
response refuse(const refusal& r);
response refuse(error code, std::string_view what);
// The body alone.
std::string error_body(const refusal& r);

response no_content();

// Appends the whole answer to `out`.
void render(std::string& out, const response& r, bool keep_alive);

}  // namespace lingerd
