#include "sim/client/tcp_usage.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstddef>

namespace lingerd::sim {
namespace {

// The kernel's tcp_info is longer than glibc's, and the kernel's header cannot be included together
// with netinet/tcp.h.
struct long_tcp_info {
  ::tcp_info base;
  std::uint64_t rates[4];
  std::uint32_t segs_out;
  std::uint32_t segs_in;
  std::uint32_t more[4];
  std::uint64_t times[4];
  std::uint32_t delivered[2];
  std::uint64_t bytes_sent;
  std::uint64_t bytes_retrans;
};
static_assert(sizeof(::tcp_info) == 104);
static_assert(offsetof(long_tcp_info, segs_out) == 136);
static_assert(offsetof(long_tcp_info, bytes_retrans) == 208);

// Connection states of the kernel, as in tcpi_state.
enum state {
  established = 1,
  syn_sent = 2,
  fin_wait1 = 4,
  fin_wait2 = 5,
  close_wait = 8,
  last_ack = 9
};

// Segments still to come when the client closes: of FIN, FIN with acknowledgement, acknowledgement.
std::uint64_t segments_to_come(int s) {
  switch (s) {
    case established: return 3;
    case fin_wait1:
    case fin_wait2:
    case close_wait: return 2;
    case last_ack: return 1;
    default: return 0;
  }
}

constexpr std::uint64_t ip_and_tcp = 40;
constexpr std::uint64_t timestamps = 12;
// With timestamps the options of a SYN are padded to 20 bytes, without them to 8…12; this is the
// excess over other segments.
constexpr std::uint64_t syn_more = 8;

}  // namespace

tcp_usage read_tcp_usage(int socket) {
  tcp_usage use;
  long_tcp_info info{};
  socklen_t length = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return use;
  if (info.base.tcpi_state == syn_sent || info.segs_in == 0) return use;
  use.segments = info.segs_out + info.segs_in + segments_to_come(info.base.tcpi_state);
  use.retransmitted = info.base.tcpi_total_retrans;
  use.again_bytes = info.bytes_retrans;
  const bool has_timestamps = (info.base.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
  use.head_bytes = use.segments * (ip_and_tcp + (has_timestamps ? timestamps : 0)) + 2 * syn_more;
  return use;
}

}  // namespace lingerd::sim
