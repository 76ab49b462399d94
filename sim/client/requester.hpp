#pragma once

#include <string>

#include "sim/client/client_connection.hpp"

namespace lingerd::sim {

// One request at a time on a connection of its own, which is kept alive between requests.
class requester {
 public:
  explicit requester(connection_settings& context) : context_(context), connection_(context) {}

  struct reply {
    int status = 0;  // 0: no answer; the outcome of the request is unknown
    std::string body;
    std::string why;  // the reason if there is no answer
  };
  // Sends the request and waits for its answer for at most `longest`.
  task<reply> ask(std::string request, instant longest);

  task<void> nap_until(instant time) { return connection_.nap_until(time); }
  task<void> close() { return connection_.close_in_order(); }
  void request_close() { connection_.request_close(); }
  bool is_closing() const { return connection_.is_closing(); }
  void drop() { connection_.drop(); }

 private:
  connection_settings& context_;
  client_connection connection_;
};

}  // namespace lingerd::sim
