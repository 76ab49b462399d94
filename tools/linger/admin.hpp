#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// The administrator's commands, one JSON object each: {"do":"user.add","name":"li",…}. The same
// code runs in the server, behind the Unix socket in its data folder, and in the command itself
// where no server runs.
//
// What comes back: {"lines":["…"],…}, or {"refused":"name_taken","message":"…"}.
class admin {
 public:
  explicit admin(app_context& in) : in_(in) {}
  task<boost::json::object> run(boost::json::object command);

 private:
  task<boost::json::object> user(std::string text, boost::json::object command);
  task<boost::json::object> friendship(std::string text, boost::json::object command);
  task<boost::json::object> group(std::string text, boost::json::object command);
  task<boost::json::object> import(boost::json::object command);

  app_context& in_;
};

// The commands behind HTTP: POST / with the command as its body.
class admin_endpoint final : public endpoint {
 public:
  explicit admin_endpoint(app_context& in) : control_(in), bounds_(in.chat.bounds()) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  admin control_;
  const limits& bounds_;
};

}  // namespace lingerd
