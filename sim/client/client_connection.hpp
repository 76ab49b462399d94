#pragma once

#include <span>
#include <string>

#include "sim/client/connector.hpp"
#include "sim/client/http_reply.hpp"

namespace lingerd::sim {

// What the lines of a run share.
struct line_host {
  loop& on;
  dialler& dial;
  wire_counts& counted;
  std::string scratch = std::string(64 * 1024, '\0');  // for reading, whoever's turn it is
};

// A virtual client's connection: dials, asks, and reads what comes. Between two answers it holds
// nothing but the socket. Everything ends early when told to close.
class line {
 public:
  explicit line(line_host& in) : host_(in), asleep_(in.on) {}

  bool is_open() const { return stream_ != nullptr; }
  const std::string& why() const { return why_; }  // the last failure

  // All three: false, and closed, where it did not succeed.
  task<bool> open();
  task<bool> say(std::string bytes);
  // Reads a whole answer, at most so long; it holds until done_with_answer().
  task<bool> hear_answer(instant longest);
  // The head of an answer whose body is a stream; what came of that is in arrived().
  task<bool> hear_head(instant longest);

  const http_answer& answer() const { return answer_; }
  void done_with_answer();

  // At least a byte more into arrived(), before `deadline`; or none, where one of `also` came.
  task<bool> read_more(instant deadline, wake_set also = 0);
  std::string_view arrived() const { return arrived_; }
  void drop_arrived();
  // Keeps the last `bytes` of what arrived.
  void keep_arrived(std::size_t bytes) { arrived_.erase(0, arrived_.size() - bytes); }

  task<void> nap_until(instant when);
  // Ends, waits for the other side's end, closes; or the other side is to end first.
  task<void> close_in_order(bool ends_first = true);
  void close();
  // The connection goes at once, whatever waits on it; what was under way fails.
  void drop();
  // Null while there is none.
  byte_stream* stream() { return stream_.get(); }

  // From outside: what is under way ends.
  void tell_closing() { asleep_.signal(wake::closing); }
  bool is_closing() const { return has(asleep_.reasons(), wake::closing); }
  void tell_news() { asleep_.signal(wake::news); }
  waiter& asleep() { return asleep_; }

 private:
  task<bool> hear(instant longest, bool head_alone);
  bool fail(std::string why);

  line_host& host_;
  waiter asleep_;
  stream_ptr stream_;
  std::string arrived_;
  http_answer answer_;
  std::string why_;
};

}  // namespace lingerd::sim
