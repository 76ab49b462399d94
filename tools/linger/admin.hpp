#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "http/connection/reply.hpp"
#include "http/api/app_context.hpp"

namespace lingerd {

// The administrator's commands, one JSON object each: {"do":"user.add","name":"li",…}. The same
// code runs in the server, behind the Unix socket in its data folder, and in the command itself
// where no server runs.
//
// What comes back: {"lines":["…"],…}, or {"refused":"name_taken","message":"…"}.
class control {
 public:
  explicit control(service& in) : in_(in) {}
  task<boost::json::object> run(boost::json::object command);

 private:
  task<boost::json::object> user(std::string what, boost::json::object command);
  task<boost::json::object> friendship(std::string what, boost::json::object command);
  task<boost::json::object> group(std::string what, boost::json::object command);
  task<boost::json::object> import(boost::json::object command);

  service& in_;
};

// The commands behind HTTP: POST / with the command as its body.
class control_endpoint final : public endpoint {
 public:
  explicit control_endpoint(service& in) : control_(in), bounds_(in.talk.bounds()) {}
  reply answer(const http_request& r, const byte_stream& from) override;

 private:
  control control_;
  const limits& bounds_;
};

}  // namespace lingerd
