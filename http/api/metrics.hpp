#pragma once

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"

namespace lingerd {

// GET /metrics in Prometheus' text format, at an address of its own.
class metrics final : public endpoint {
 public:
  explicit metrics(app_context& in) : in_(in) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  app_context& in_;
};

}  // namespace lingerd
