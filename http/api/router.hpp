#pragma once

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// Finds the API function of a request by its method and path, and calls it once the request has
// what the route needs: a JSON body, a session, the same origin, an allowance. Owned by the server;
// it keeps nothing of a request.
class router final : public endpoint {
 public:
  explicit router(app_context& app) : app_(app) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  app_context& app_;
};

}  // namespace lingerd
