#pragma once

#include "http/connection/reply.hpp"
#include "http/api/app_context.hpp"

namespace lingerd {

// GET /metrics in Prometheus' text format, at an address of its own.
class metrics final : public endpoint {
 public:
  explicit metrics(service& in) : in_(in) {}
  reply answer(const http_request& r, const byte_stream& from) override;

 private:
  service& in_;
};

}  // namespace lingerd
