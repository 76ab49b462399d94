#include "sim/world/net/pcap.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

namespace lingerd::sim {
namespace {

constexpr std::uint32_t magic = 0xa1b23c4d;       // nanoseconds since the epoch
constexpr std::uint32_t link_type_raw = 101;      // LINKTYPE_RAW: bare IP
constexpr std::uint64_t start_s = 1'790'000'000;  // where virtual_clock's wall clock starts
constexpr std::size_t payload_max = 65'000;       // with headers below 64 KiB
constexpr std::uint32_t server_address = 0x0a000001;
constexpr std::uint32_t client_address = 0x0a000002;
constexpr std::size_t ip_bytes = 20;
constexpr std::size_t tcp_bytes = 20;

void put16(std::string& out, std::uint32_t n) {
  out += static_cast<char>(n >> 8 & 0xff);
  out += static_cast<char>(n & 0xff);
}
void put32(std::string& out, std::uint32_t n) {
  put16(out, n >> 16);
  put16(out, n & 0xffff);
}

// In the byte order of the writing machine, as the format demands.
void put_native(std::string& out, std::uint32_t n) {
  out.append(reinterpret_cast<const char*>(&n), sizeof n);
}

// The Internet checksum (RFC 1071) of `bytes`, added to `sum`.
std::uint32_t checksum(std::string_view bytes, std::uint32_t sum) {
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = static_cast<unsigned char>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0u;
    sum += high * 256u + low;
    sum = (sum & 0xffff) + (sum >> 16);
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

void set16(std::string& packet, std::size_t offset, std::uint32_t n) {
  packet[offset] = static_cast<char>(n >> 8 & 0xff);
  packet[offset + 1] = static_cast<char>(n & 0xff);
}

}  // namespace

pcap_writer::pcap_writer(const std::filesystem::path& file) : file_(file) {
  std::ofstream probe(file_, std::ios::binary | std::ios::trunc);
  if (!probe) throw std::runtime_error("cannot write " + file_.string());
}

void pcap_writer::segment(const observed_segment& s) {
  record r;
  r.header = s;
  r.bytes = s.bytes;
  r.header.bytes = {};
  r.order = records_.size();
  records_.push_back(std::move(r));
}

void pcap_writer::write(std::string& out, const observed_segment& s, std::string_view bytes,
                        std::uint8_t flags) {
  connection& c = connections_[s.connection];
  direction& mine = c.directions[s.from_client ? 1 : 0];
  direction& other = c.directions[s.from_client ? 0 : 1];
  // The packet acknowledges what has arrived by now.
  while (!other.in_flight.empty() && other.in_flight.front().first <= s.sent_at) {
    other.arrived = other.in_flight.front().second;
    other.in_flight.pop_front();
  }
  const std::uint32_t client_port = 1024 + s.connection % 64'000;
  // TCP's bits are FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
  std::uint32_t bits = 0;
  if (flags & observed_segment::fin) bits |= 1;
  if (flags & observed_segment::syn) bits |= 2;
  if (flags & observed_segment::rst) bits |= 4;
  if (flags & observed_segment::push) bits |= 8;
  if (flags & observed_segment::ack) bits |= 16;

  std::string packet;
  packet.reserve(ip_bytes + tcp_bytes + bytes.size());
  packet += '\x45';
  packet += '\0';
  put16(packet, static_cast<std::uint32_t>(ip_bytes + tcp_bytes + bytes.size()));
  put32(packet, 0x00004000);  // no identification; do not fragment
  packet += '\x40';
  packet += '\x06';
  put16(packet, 0);
  put32(packet, s.from_client ? client_address : server_address);
  put32(packet, s.from_client ? server_address : client_address);
  set16(packet, 10, checksum(packet, 0));

  put16(packet, s.from_client ? client_port : 80);
  put16(packet, s.from_client ? 80 : client_port);
  put32(packet, mine.next_sequence);
  put32(packet, (bits & 16) != 0 ? other.arrived : 0);
  packet += '\x50';
  packet += static_cast<char>(bits);
  put16(packet, 65'535);
  put32(packet, 0);
  packet += bytes;
  const std::uint32_t pseudo = (server_address >> 16) + (server_address & 0xffff) +
                               (client_address >> 16) + (client_address & 0xffff) + 6 +
                               static_cast<std::uint32_t>(tcp_bytes + bytes.size());
  set16(packet, ip_bytes + 16, checksum(std::string_view(packet).substr(ip_bytes), pseudo));

  mine.next_sequence += static_cast<std::uint32_t>(bytes.size()) + ((bits & 3) != 0 ? 1 : 0);
  if (!s.lost) mine.in_flight.emplace_back(s.arrives_at, mine.next_sequence);

  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(s.sent_at.count(), 0));
  put_native(out, static_cast<std::uint32_t>(start_s + ns / 1'000'000'000));
  put_native(out, static_cast<std::uint32_t>(ns % 1'000'000'000));
  put_native(out, static_cast<std::uint32_t>(packet.size()));
  put_native(out, static_cast<std::uint32_t>(packet.size()));
  out += packet;
}

void pcap_writer::finish() {
  std::sort(records_.begin(), records_.end(), [](const record& a, const record& b) {
    return a.header.sent_at != b.header.sent_at ? a.header.sent_at < b.header.sent_at
                                                : a.order < b.order;
  });
  std::string out;
  put_native(out, magic);
  put_native(out, 2 | 4u << 16);
  put_native(out, 0);
  put_native(out, 0);
  put_native(out, 1 << 18);
  put_native(out, link_type_raw);
  for (const record& r : records_) {
    std::string_view remaining = r.bytes;
    do {
      const std::string_view piece = remaining.substr(0, payload_max);
      remaining.remove_prefix(piece.size());
      const auto flags = static_cast<std::uint8_t>(
          remaining.empty() ? r.header.flags : r.header.flags & ~observed_segment::fin);
      write(out, r.header, piece, flags);
    } while (!remaining.empty());
  }
  std::ofstream file(file_, std::ios::binary | std::ios::trunc);
  file << out;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + file_.string());
}

}  // namespace lingerd::sim
