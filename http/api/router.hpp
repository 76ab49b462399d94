#pragma once

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// Finds the function that answers, and asks the guard first what it must ask for that address: the
// type of the body, who it is, where he comes from.
class router final : public endpoint {
 public:
  explicit router(app_context& in) : in_(in) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  app_context& in_;
};

}  // namespace lingerd
