#pragma once

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// GET /metrics in Prometheus' text format; every other path is 404. Served on a listener of its
// own, since it asks for no session.
class metrics final : public endpoint {
 public:
  explicit metrics(const app_context& app) : app_(app) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  const app_context& app_;
};

}  // namespace lingerd
