#pragma once

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// Finds the function that answers, and checks first what the address needs: the type of the body,
// a session, the same origin, the allowance of changes.
class router final : public endpoint {
 public:
  explicit router(app_context& in) : in_(in) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  app_context& in_;
};

}  // namespace lingerd
