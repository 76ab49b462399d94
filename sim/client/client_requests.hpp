#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The bytes of a virtual client's requests: the least that the API requires. The load sends them
// and the closed-form model counts them. A browser adds some 500 bytes to each request (user agent,
// accepted types, a cookie instead of the token); --study headers adds them by calculation.
namespace lingerd::sim::client_requests {

// The head of a request without the empty line that ends it.
std::string head(std::string_view method_and_target, std::string_view host, std::string_view token);

std::string start(std::string_view host, std::string_view token);
// A presence revision, where presence is requested.
using revision = std::optional<std::uint64_t>;

// wait_s 0: a short poll.
std::string poll(std::string_view host, std::string_view token, std::uint64_t after,
                 std::string_view epoch, std::uint64_t wait_s, revision presence = {});
std::string sse(std::string_view host, std::string_view token, std::uint64_t after,
                std::string_view epoch, revision presence = {});
// `key`: 16 bytes in base64.
std::string websocket(std::string_view host, std::string_view token, std::uint64_t after,
                      std::string_view epoch, std::string_view key, revision presence = {});
// Any other request; a non-empty body is JSON.
std::string any(std::string_view method_and_target, std::string_view host, std::string_view token,
                std::string_view body = {});
// A complete POST /api/messages.
std::string send(std::string_view host, std::string_view token, bool to_group, std::uint64_t number,
                 std::string_view text, std::string_view cid);

}  // namespace lingerd::sim::client_requests
