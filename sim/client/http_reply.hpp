#pragma once

#include <cstddef>
#include <string_view>

namespace lingerd::sim {

// The parts of a server's answer that a virtual client needs: views into the received bytes.
struct http_reply {
  int status = 0;
  std::string_view head;  // the status line and the fields, the empty line included
  std::string_view body;
  bool closes = false;  // the server closes the connection after it

  // The value of a header field; empty if absent. Names are case-insensitive.
  std::string_view field(std::string_view name) const;
};

enum class reply_status { complete, need_more, bad };

// Reads the head only: what follows is a stream.
reply_status read_head(std::string_view arrived, http_reply& reply);
// Reads a whole answer with a Content-Length.
reply_status read_answer(std::string_view arrived, http_reply& reply);

}  // namespace lingerd::sim
