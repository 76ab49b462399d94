#pragma once

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// Every fixed word of the HTML report, in both languages.
namespace lingerd::sim::words {

// Headings.
inline constexpr fixed_phrase title{"四种消息方式对比", "Four ways to listen, compared"};
inline constexpr fixed_phrase title_one{"消息方式实测", "One way to listen, measured"};
inline constexpr fixed_phrase language{"语言", "Language"};
inline constexpr fixed_phrase latency{"送达时间", "Time to delivery"};
inline constexpr fixed_phrase latency_hint{
    "从计划发送的那一刻算起，到收件人收到；深色到 p50，浅色到 p99",
    "From the moment a send was planned until a recipient has it; dark to p50, light to p99"};
inline constexpr fixed_phrase curve{"送达时间的分布", "How delivery times are spread"};
inline constexpr fixed_phrase curve_hint{
    "越往右是越慢的那一小部分；两个轴都是对数刻度",
    "The further right, the slower the few that are counted; both axes are logarithmic"};
inline constexpr fixed_phrase curve_axis{"% 的消息不比它慢", "% of all messages were not slower"};
inline constexpr fixed_phrase line_of_time{"每秒的经过", "Second by second"};
inline constexpr fixed_phrase line_hint{
    "上：每秒送达的消息；下：该秒内的送达时间，粗线 p99，细线 p50（所有图同一刻度）",
    "Above: deliveries in each second. Below: their time, thick p99, thin p50 (all on the same "
    "scales)"};
inline constexpr fixed_phrase deliveries_per_s{"每秒送达", "deliveries/s"};
inline constexpr fixed_phrase seconds{"秒", "seconds"};
inline constexpr fixed_phrase message_wire{"每条送达的线上字节",
                                           "Wire bytes per delivered message"};
inline constexpr fixed_phrase message_requests{"每条送达的请求数",
                                               "Requests per delivered message"};
inline constexpr fixed_phrase idle_wire{"空闲一小时的线上字节", "Wire bytes of an idle hour"};
inline constexpr fixed_phrase idle_requests{"空闲一小时的请求数", "Requests of an idle hour"};
inline constexpr fixed_phrase cpu{"每条送达的服务器 CPU", "Server CPU per delivery"};
inline constexpr fixed_phrase memory{"每个等待连接的内存", "Memory per parked client"};
inline constexpr fixed_phrase on_a_log_scale{"（对数刻度）", " (log scale)"};
inline constexpr fixed_phrase per_client_idle{"每个连接，由模型算出", "Per client, from the model"};
inline constexpr fixed_phrase whole_run{"整轮的全部字节，发送与建立连接也在内",
                                        "All bytes of the run, sends and set-up included"};
inline constexpr fixed_phrase whole_requests{"整轮的全部请求，发送也在内",
                                             "All requests of the run, sends included"};
inline constexpr fixed_phrase whole_cpu{"服务器进程的 CPU 时间 ÷ 送达数",
                                        "CPU time of the server's process ÷ deliveries"};
inline constexpr fixed_phrase whole_memory{"匿名 RSS 的增量 ÷ 连接数",
                                           "Growth of anonymous RSS ÷ clients"};
inline constexpr fixed_phrase all_numbers{"全部数字", "All the numbers"};
inline constexpr fixed_phrase correctness{"对不对", "Was it right?"};
inline constexpr fixed_phrase traffic{"流量", "Traffic"};
inline constexpr fixed_phrase server{"服务器与发生器", "Server and generator"};
inline constexpr fixed_phrase against_model{"实测与推算", "Measured against predicted"};
inline constexpr fixed_phrase against_model_hint{
    "每格是实测 / 推算（相差）。推算来自闭式模型（sim/model.hpp）：请求与应用字节应在 2 % "
    "以内，线上字节应在 10 % "
    "以内（确认包取决于时机）。回环网卡的报文段比局域网的大，最后一列是模型给出的局域网数字。",
    "Each cell: measured / predicted (apart). Predicted by the closed-form model in sim/model.hpp: "
    "requests and application bytes should agree within 2 %, wire bytes within 10 % "
    "(acknowledgements depend on timing). Loopback's segments are larger than a LAN's; the last "
    "column is the LAN's figure from the model."};
inline constexpr fixed_phrase setting{"怎样重做一遍", "How to repeat it"};
inline constexpr fixed_phrase notes{"怎样读这些数字", "How to read these numbers"};

// The four cards.
inline constexpr fixed_phrase card_fastest{"送达最快（p50）", "Fastest delivery (p50)"};
inline constexpr fixed_phrase card_idle{"空闲最省流量", "Least traffic while idle"};
inline constexpr fixed_phrase card_memory{"最省内存", "Least memory"};
inline constexpr fixed_phrase card_cpu{"最省服务器 CPU", "Least server CPU"};
inline constexpr fixed_phrase per_hour{"每连接每小时", "per client and hour"};
inline constexpr fixed_phrase per_client{"每连接", "per client"};
inline constexpr fixed_phrase per_delivery{"每条送达", "per delivery"};
inline constexpr fixed_phrase and_close{"，与之相近：", "; close to it: "};

// Heads of columns.
inline constexpr fixed_phrase way{"方式", "Way"};
inline constexpr fixed_phrase deliver_p50{"送达 p50", "Deliver p50"};
inline constexpr fixed_phrase largest{"最大", "max"};
inline constexpr fixed_phrase uncorrected{"未修正 p50 / p99", "Uncorrected p50 / p99"};
inline constexpr fixed_phrase ack{"确认 p50 / p99", "Acknowledged p50 / p99"};
inline constexpr fixed_phrase attempted{"计划发送", "Attempted"};
inline constexpr fixed_phrase acknowledged{"已确认", "Acknowledged"};
inline constexpr fixed_phrase delivered_of{"送达 / 应送达", "Delivered / expected"};
inline constexpr fixed_phrase lost{"丢失", "Lost"};
inline constexpr fixed_phrase doubled{"重复", "Doubled"};
inline constexpr fixed_phrase disordered{"乱序", "Out of order"};
inline constexpr fixed_phrase unexpected{"不该有", "Unexpected"};
inline constexpr fixed_phrase refused{"被拒", "Refused"};
inline constexpr fixed_phrase verdict{"结论", "Verdict"};
inline constexpr fixed_phrase requests{"请求", "Requests"};
inline constexpr fixed_phrase connections{"连接", "Connections"};
inline constexpr fixed_phrase app_bytes{"应用字节（发 / 收）",
                                        "Application bytes (sent / received)"};
inline constexpr fixed_phrase app_bytes_all{"应用字节", "Application bytes"};
inline constexpr fixed_phrase segments{"报文段（重传）", "Segments (retransmitted)"};
inline constexpr fixed_phrase wire_bytes{"线上字节", "Wire bytes"};
inline constexpr fixed_phrase wire_lan{"局域网线上字节（模型）", "Wire bytes on a LAN (model)"};
inline constexpr fixed_phrase per_message{"每条送达", "Per delivery"};
inline constexpr fixed_phrase idle_per_hour{"空闲每小时（请求 / 线上）",
                                            "Idle hour (requests / wire)"};
inline constexpr fixed_phrase cpu_s{"CPU 秒", "CPU seconds"};
inline constexpr fixed_phrase rss_idle{"空载内存", "Memory, empty"};
inline constexpr fixed_phrase rss_parked{"满员等待内存", "Memory, all parked"};
inline constexpr fixed_phrase written{"写盘", "Written to disk"};
inline constexpr fixed_phrase generator_cpu{"发生器 CPU", "Generator CPU"};
inline constexpr fixed_phrase slip{"进度滞后 p99", "Schedule slip p99"};

// Verdicts.
inline constexpr fixed_phrase is_clean{"无误", "clean"};
inline constexpr fixed_phrase is_wrong{"有错", "wrong"};
inline constexpr fixed_phrase is_invalid{"无效：发生器跟不上",
                                         "invalid: the generator fell behind"};
inline constexpr fixed_phrase was_cut{"中途结束", "cut short"};

// The setting.
inline constexpr fixed_phrase command{"命令", "Command"};
inline constexpr fixed_phrase seed{"种子", "Seed"};
inline constexpr fixed_phrase commit{"提交", "Commit"};
inline constexpr fixed_phrase made_at{"时间", "Made at"};
inline constexpr fixed_phrase clock{"时钟", "Clock"};
inline constexpr fixed_phrase clock_real{"真实时间", "real time"};
inline constexpr fixed_phrase clock_virtual{"虚拟时间", "virtual time"};
inline constexpr fixed_phrase trace_hash{"轨迹散列", "Trace hash"};
inline constexpr fixed_phrase processor{"处理器", "Processor"};
inline constexpr fixed_phrase cores{"核心", "Cores"};
inline constexpr fixed_phrase ram{"内存", "Memory"};
inline constexpr fixed_phrase kernel{"内核", "Kernel"};
inline constexpr fixed_phrase system{"系统", "System"};
inline constexpr fixed_phrase clients{"虚拟客户端", "Virtual clients"};
inline constexpr fixed_phrase duration{"稳定阶段", "Steady phase"};
inline constexpr fixed_phrase rate{"发送速率", "Rate of sending"};
inline constexpr fixed_phrase hold{"长轮询最长等待", "Longest hold"};
inline constexpr fixed_phrase text_bytes{"消息长度", "Length of a message"};
inline constexpr fixed_phrase groups{"群", "Groups"};
inline constexpr fixed_phrase pairs{"无，两人一组", "none: conversations of two"};
inline constexpr fixed_phrase target{"服务器", "Server"};
inline constexpr fixed_phrase own_server{"自己启动的，同一台机器", "its own, on the same machine"};
inline constexpr fixed_phrase unknown{"不详", "unknown"};

// How to read it.
inline constexpr fixed_phrase note_schedule{
    "每种方式都用同一张由种子生成的发送计划（开环）：服务器慢了，计划并不等它，所以时间从计划时刻算"
    "起；未修正的数字从真正发出的那一刻算起。",
    "Every way gets the same schedule, made from the seed (an open loop): a slow server does not "
    "slow the schedule down, so time counts from the planned moment. The uncorrected figure counts "
    "from when a message really went out."};
inline constexpr fixed_phrase note_wire{
    "线上字节 = 应用字节 + 每个报文段 40 字节的 IP 与 TCP 首部及其选项，双向都算，来自内核的 "
    "TCP_INFO；建立与关闭连接、重传都在内。",
    "Wire bytes are application bytes plus 40 bytes of IP and TCP header and the options of each "
    "segment, in both directions, from the kernel's TCP_INFO; set-up, close and retransmissions "
    "included."};
inline constexpr fixed_phrase note_machine{
    "服务器与发生器在同一台机器上争用核心：可比的是同一份报告里的各种方式，不是别处的数字。",
    "Server and generator share the machine's cores: compare the ways within one report, not with "
    "figures from elsewhere."};
inline constexpr fixed_phrase note_virtual_time{
    "时间是虚拟的：处理器上的计算不花时间，一条线路单程 50 微秒，一次提交 1 "
    "毫秒。可比的是各种方式之间的差别；处理器与内存没有模拟，所以不列。同一程序、同一种子给出同一个"
    "轨迹散列。",
    "Time is virtual: what runs on a processor takes none, a wire takes 50 µs one way, a commit 1 "
    "ms. Compare the ways with each other; processor and memory are not simulated, and nothing is "
    "said of them. The same program and seed give the same trace hash."};
inline constexpr fixed_phrase note_virtual_wire{
    "线上字节由虚拟线路按 TCP "
    "的规则计数。有一个测试拿同样的负载与真实套接字相比：请求数与应用字节相差不超过 "
    "2%，线上字节不超过 10%。",
    "Wire bytes are counted by virtual wires, by TCP's rules. A test holds the same load against "
    "real sockets: requests and application bytes within 2 %, wire bytes within 10 %."};
inline constexpr fixed_phrase note_ack{
    "确认时间取决于磁盘，与收听方式无关：若各轮的确认时间相差很大，那是机器当时忙，送达时间的差别也"
    "要这样看。",
    "How long an acknowledgement takes depends on the disk and not on how anybody listens: where "
    "it differs much between runs, the machine was busier in one of them, and delivery times "
    "differ for the same reason."};
inline constexpr fixed_phrase note_lean{
    "虚拟客户端只发协议要求的首部；浏览器每个请求还会多发几百字节，轮询因此更贵。",
    "The virtual clients send only the headers the protocol needs; a browser adds some hundred "
    "bytes to each request, which makes polling dearer."};

// A run's name: "短轮询 250 ms", "SSE".
phrase name_of(const run& r);

}  // namespace lingerd::sim::words
