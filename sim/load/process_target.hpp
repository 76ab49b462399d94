#pragma once

#include <string>
#include <vector>

#include "http/net/asio_loop.hpp"
#include "sim/client/tcp_connector.hpp"
#include "sim/load/load_target.hpp"
#include "sim/load/server_process.hpp"

namespace lingerd::sim {

// A server process over real sockets in real time.
class process_target final : public load_target {
 public:
  // `own` is the server if it was started for this run, else null; it outlives this object.
  process_target(const std::string& url, std::vector<account> accounts, server_process* own);

  lingerd::loop& loop() override { return loop_; }
  connector& connect() override { return connector_; }
  wire_counts& counted() override { return counted_; }
  std::vector<account> take_accounts() override { return std::move(accounts_); }
  std::string url() const override { return url_; }
  std::string host() const override { return address_of(url_).host; }
  std::uint64_t salt() override;
  void run() override { loop_.run(); }
  void stop() override { loop_.stop(); }
  void clear() override;
  bool is_ours() const override { return own_ != nullptr; }
  process_usage server_usage() override { return usage_of(own_->pid()); }
  bool is_server_there() override { return own_->is_running(); }
  std::string how_it_ended() const override { return own_->exit_reason(); }

 private:
  const std::string url_;
  std::vector<account> accounts_;
  server_process* const own_;
  system_clock clock_;
  asio_loop loop_{clock_};
  wire_counts counted_;
  tcp_connector connector_;
};

}  // namespace lingerd::sim
