#pragma once

#include <boost/json/object.hpp>

#include "http/api/app_context.hpp"

namespace lingerd {

// Runs administration commands, one JSON object each: {"do":"user.add","name":"li",…}. The server
// runs them for its admin socket, `linger` itself where no server runs (admin_client). On the
// thread of the loop; several may run at once.
//
// Answers {"lines":["…"],…}, or {"refused":"name_taken","message":"…"}.
class admin {
 public:
  // REQUIRES: the context outlives the object and its tasks.
  explicit admin(app_context& context) : context_(context) {}

  task<boost::json::object> run(boost::json::object command);

 private:
  app_context& context_;
};

}  // namespace lingerd
