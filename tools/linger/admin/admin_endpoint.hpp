#pragma once

#include "core/base/limits.hpp"
#include "http/connection/reply.hpp"
#include "tools/linger/admin/admin.hpp"

namespace lingerd {

// Administration over HTTP on the server's admin socket: any request whose body is a command. It
// asks for no session: the folder's permissions decide who may connect.
class admin_endpoint final : public endpoint {
 public:
  // REQUIRES: the context outlives the object and its tasks.
  explicit admin_endpoint(app_context& context) : admin_(context), bounds_(context.chat.bounds()) {}
  reply answer(const http_request& r, const byte_stream& stream) override;

 private:
  admin admin_;
  const limits& bounds_;
};

}  // namespace lingerd
