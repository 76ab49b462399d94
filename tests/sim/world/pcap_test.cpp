#include "sim/world/net/pcap.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

struct packet {
  std::uint64_t ns = 0;
  bool from_client = false;
  std::uint32_t sequence = 0, acknowledged = 0;
  unsigned flags = 0;
  std::string bytes;
};

std::uint32_t big_endian(const std::string& text, std::size_t offset, int bytes) {
  std::uint32_t n = 0;
  for (int i = 0; i < bytes; ++i)
    n = n << 8 | static_cast<unsigned char>(text[offset + static_cast<std::size_t>(i)]);
  return n;
}

unsigned sum_of(const std::string& bytes, unsigned sum) {
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<unsigned char>(bytes[i]) * 256u +
           (i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : 0u);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

std::vector<packet> read_packets(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(input)), {});
  std::uint32_t head[6];
  EXPECT_GE(all.size(), sizeof head);
  std::memcpy(head, all.data(), sizeof head);
  EXPECT_EQ(head[0], 0xa1b23c4du);
  EXPECT_EQ(head[5], 101u);
  std::vector<packet> packets;
  for (std::size_t offset = sizeof head; offset < all.size();) {
    std::uint32_t r[4];
    std::memcpy(r, all.data() + offset, sizeof r);
    const std::string ip = all.substr(offset + sizeof r, r[2]);
    offset += sizeof r + r[2];
    EXPECT_EQ(r[2], r[3]);
    EXPECT_EQ(ip.size(), big_endian(ip, 2, 2)) << "the IP length";
    EXPECT_EQ(sum_of(ip.substr(0, 20), 0), 0xffffu) << "the header's checksum";
    std::string pseudo = ip.substr(12, 8);
    pseudo += std::string("\0\6", 2);
    const std::size_t tcp = ip.size() - 20;
    pseudo += static_cast<char>(tcp >> 8);
    pseudo += static_cast<char>(tcp & 0xff);
    EXPECT_EQ(sum_of(ip.substr(20), sum_of(pseudo, 0)), 0xffffu) << "TCP's checksum";
    packet p;
    p.ns = r[0] * 1'000'000'000ull + r[1];
    p.from_client = big_endian(ip, 22, 2) == 80;
    p.sequence = big_endian(ip, 24, 4);
    p.acknowledged = big_endian(ip, 28, 4);
    p.flags = static_cast<unsigned char>(ip[33]);
    p.bytes = ip.substr(40);
    packets.push_back(std::move(p));
  }
  return packets;
}

TEST(Pcap, HoldsTheSegmentsInTheOrderOfSending) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("linger-pcap-" + std::to_string(::getpid()));
  {
    virtual_clock clock;
    virtual_loop loop(clock);
    seeded_entropy entropy(1);
    wire_counts counts;
    pcap_writer pcap(file);
    network net(loop, entropy);
    net.set_tap(&pcap);
    net.conditions().latency = 1ms;
    stream_ptr server;
    net.listen([&](stream_ptr s) { server = std::move(s); });
    loop.run_until(1s);
    const stream_ptr client = net.connect(counts);
    client->write("GET /");
    loop.run_until(2s);
    std::string buffer(100, '\0');
    server->read(buffer);
    server->write(std::string(100'000, 'x').substr(0, 60'000));
    loop.run_until(3s);
    server->end_writing();
    loop.run_until(4s);
    pcap.finish();
  }
  const std::vector<packet> all = read_packets(file);
  ASSERT_GE(all.size(), 7U);
  EXPECT_EQ(all[0].flags, 2u) << "SYN";
  EXPECT_EQ(all[1].flags, 18u) << "SYN, ACK";
  EXPECT_EQ(all[2].flags, 16u) << "ACK";
  std::string request;
  std::string response;
  std::uint64_t previous_ns = 0;
  for (const packet& p : all) {
    EXPECT_GE(p.ns, previous_ns);
    previous_ns = p.ns;
    if (p.bytes.empty()) continue;
    std::string& stream = p.from_client ? request : response;
    EXPECT_EQ(p.sequence, 1 + stream.size());
    stream += p.bytes;
  }
  EXPECT_EQ(request, "GET /");
  EXPECT_EQ(response.size(), 60'000U);
  EXPECT_EQ(all.back().flags & 1u, 1u) << "FIN";
  std::filesystem::remove(file);
}

TEST(Pcap, ThrowsWhereItCannotWrite) {
  EXPECT_THROW(pcap_writer("/nonexistent/folder/file"), std::runtime_error);
}

}  // namespace
}  // namespace lingerd::sim
