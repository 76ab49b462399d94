#pragma once

#include <string>

#include "sim/client/client_connection.hpp"

namespace lingerd::sim {

// One request at a time on a connection of its own, kept alive between them.
class asker {
 public:
  explicit asker(line_host& in) : host_(in), line_(in) {}

  struct reply {
    int status = 0;  // 0: no answer came, and nobody knows what became of the request
    std::string body;
    std::string why;  // where no answer came
  };
  // Asks, and waits for the answer, at most so long.
  task<reply> ask(std::string request, instant longest);

  task<void> nap_until(instant when) { return line_.nap_until(when); }
  task<void> close() { return line_.close_in_order(); }
  void tell_closing() { line_.tell_closing(); }
  bool is_closing() const { return line_.is_closing(); }
  void drop() { line_.drop(); }

 private:
  line_host& host_;
  line line_;
};

}  // namespace lingerd::sim
