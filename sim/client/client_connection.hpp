#pragma once

#include <span>
#include <string>

#include "sim/client/connector.hpp"
#include "sim/client/http_reply.hpp"

namespace lingerd::sim {

// What all connections of a run share. Outlives them.
struct connection_settings {
  lingerd::loop& loop;
  sim::connector& connector;
  wire_counts& counted;
  std::string scratch = std::string(64 * 1024, '\0');  // read buffer shared by all connections
};

// A virtual client's connection: connects, sends requests, reads answers. Holds nothing but the
// socket between two answers. Lives on the loop's thread; its owner outlives every coroutine that
// uses it. A function that fails returns false, closes the connection and sets why();
// request_close() ends all of them early.
class client_connection {
 public:
  explicit client_connection(connection_settings& context)
      : context_(context), sleeper_(context.loop) {}

  bool is_open() const { return stream_ != nullptr; }
  const std::string& why() const { return why_; }  // the last failure

  task<bool> open();
  task<bool> send(std::string bytes);
  // Reads a whole answer within `longest`; answer() holds it until release_answer().
  task<bool> receive_answer(instant longest);
  // Reads the head of an answer whose body is a stream; bytes of the body stay in received().
  task<bool> receive_head(instant longest);

  const http_reply& answer() const { return answer_; }
  void release_answer();

  // Appends at least one byte to received() before `deadline`. Also true, with no new byte, when a
  // reason of `others` was signalled.
  task<bool> read_more(instant deadline, wake_set others = 0);
  std::string_view received() const { return received_; }
  void clear_received();
  // Keeps the last `bytes` of what was received.
  void keep_last_received(std::size_t bytes) { received_.erase(0, received_.size() - bytes); }

  task<void> nap_until(instant time);
  // Closes in order: ends writing and waits for the server's end, or waits for the server's end
  // first.
  task<void> close_in_order(bool is_first = true);
  void close();
  // Drops the connection at once; the operation under way fails.
  void drop();
  // Null while not connected.
  byte_stream* stream() { return stream_.get(); }

  // From outside: ends the operation under way.
  void request_close() { sleeper_.signal(wake::closing); }
  bool is_closing() const { return has(sleeper_.reasons(), wake::closing); }
  void notify() { sleeper_.signal(wake::news); }
  waiter& sleeper() { return sleeper_; }

 private:
  task<bool> receive(instant longest, bool head_only);
  bool fail(std::string why);

  connection_settings& context_;
  waiter sleeper_;
  stream_ptr stream_;
  std::string received_;
  http_reply answer_;
  std::string why_;
};

}  // namespace lingerd::sim
