#pragma once

#include <string>
#include <vector>

#include "http/net/asio_loop.hpp"
#include "sim/load/server_process.hpp"
#include "sim/load/load_target.hpp"
#include "sim/client/tcp_connector.hpp"

namespace lingerd::sim {

// Real sockets and real time, against a server process.
class real_stage final : public stage {
 public:
  // `own` is the server where it is ours, else null; it outlives this.
  real_stage(const std::string& url, std::vector<account> people, server_process* own);

  loop& on() override { return loop_; }
  dialler& dial() override { return dial_; }
  wire_counts& counted() override { return counted_; }
  std::vector<account> take_people() override { return std::move(people_); }
  std::string url() const override { return url_; }
  std::string host() const override { return address_of(url_).host; }
  std::uint64_t salt() override;
  void run() override { loop_.run(); }
  void stop() override { loop_.stop(); }
  void clear() override;
  bool is_ours() const override { return own_ != nullptr; }
  process_use server_use() override { return use_of(own_->pid()); }
  bool is_server_there() override { return own_->is_running(); }
  std::string how_it_ended() const override { return own_->how(); }

 private:
  const std::string url_;
  std::vector<account> people_;
  server_process* const own_;
  system_clock clock_;
  asio_loop loop_{clock_};
  wire_counts counted_;
  tcp_dialler dial_;
};

}  // namespace lingerd::sim
