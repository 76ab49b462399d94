#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "bench/load/answer.hpp"
#include "bench/load/settings.hpp"

// How each server wants to be asked. The works (deliver, fan-out, hold) are the same for all; a
// dialect knows the requests and keeps each subscriber's cursor.
namespace load {

class dialect {
 public:
  virtual ~dialect() = default;

  // Appends the request of a subscriber's next poll.
  virtual void poll(std::string& out, std::size_t subscriber) = 0;

  // Appends the request of a stamped message to one subscriber; with --fan-out to all of them.
  virtual void publish(std::string& out, std::size_t publisher, std::size_t subscriber) = 0;

  // A subscriber's poll was answered: remembers where the next one begins.
  virtual void polled(std::size_t subscriber, const answer& a) = 0;

  // Appends the request for a stream that stays open. Throws where the server has none.
  virtual void stream(std::string& out, std::size_t subscriber, bool websocket);
};

// Throws std::runtime_error: unknown server, too few accounts, no answer to the first question.
std::unique_ptr<dialect> make_dialect(const settings& s);

std::unique_ptr<dialect> make_linger_dialect(const settings& s);
std::unique_ptr<dialect> make_nchan_dialect(const settings& s);
std::unique_ptr<dialect> make_plain_dialect(const settings& s);

}  // namespace load
