#pragma once

#include "http/connection/reply.hpp"
#include "http/api/app_context.hpp"

namespace lingerd {

// Finds the function that answers, and asks the guard first what it must ask for that address: the
// type of the body, who it is, where he comes from.
class router final : public endpoint {
 public:
  explicit router(service& in) : in_(in) {}
  reply answer(const http_request& r, const byte_stream& from) override;
  task<std::string> said(caller who, std::string text) override;

 private:
  service& in_;
};

}  // namespace lingerd
