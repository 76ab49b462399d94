#pragma once

#include <cstddef>
#include <string_view>

namespace lingerd::sim {

// A server's answer, as far as a virtual client needs it: views into the bytes that arrived.
struct http_answer {
  int status = 0;
  std::string_view head;  // the status line and the fields, the empty line included
  std::string_view body;
  bool closes = false;  // the connection ends after it

  // A field's value; empty where it is absent. Names in any case.
  std::string_view field(std::string_view name) const;
};

enum class answer_got { whole, need_more, bad };

// The head alone, where what follows is a stream.
answer_got read_head(std::string_view arrived, http_answer& into);
// A whole answer; its body has a Content-Length.
answer_got read_answer(std::string_view arrived, http_answer& into);

}  // namespace lingerd::sim
