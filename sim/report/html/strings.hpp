#pragma once

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// The fixed texts of the HTML report, in Chinese and English.
namespace lingerd::sim::strings {

// Headings.
inline constexpr fixed_phrase title{"四种接收方式对比", "Four transports compared"};
inline constexpr fixed_phrase title_one{"接收方式实测", "One transport, measured"};
inline constexpr fixed_phrase language{"语言", "Language"};
inline constexpr fixed_phrase latency{"送达时间", "Delivery time"};
inline constexpr fixed_phrase latency_hint{
    "从计划发送的时刻到收件人收到消息；深色条到 p50，浅色条到 p99",
    "From the planned time of a send until a recipient has the message; dark bar to p50, light bar "
    "to p99"};
inline constexpr fixed_phrase curve{"送达时间的分布", "Distribution of delivery times"};
inline constexpr fixed_phrase curve_hint{
    "横轴越往右，统计的是越慢的那一小部分消息；两轴都是对数刻度",
    "Further right lies the slower tail of all deliveries; both axes are logarithmic"};
inline constexpr fixed_phrase curve_axis{"% 的消息不超过此时间",
                                         "% of deliveries took at most this long"};
inline constexpr fixed_phrase timeline{"逐秒变化", "Second by second"};
inline constexpr fixed_phrase timeline_hint{
    "上图：每秒送达的消息数；下图：该秒内的送达时间，粗线为 p99，细线为 p50（各图刻度相同）",
    "Top: deliveries in each second. Bottom: their delivery time, p99 as a thick and p50 as a thin "
    "line (same scales in all charts)"};
inline constexpr fixed_phrase deliveries_per_s{"每秒送达", "deliveries/s"};
inline constexpr fixed_phrase seconds{"秒", "seconds"};
inline constexpr fixed_phrase message_wire{"每条送达消息的线上字节",
                                           "Wire bytes per delivered message"};
inline constexpr fixed_phrase message_requests{"每条送达消息的请求数",
                                               "Requests per delivered message"};
inline constexpr fixed_phrase idle_wire{"空闲一小时的线上字节", "Wire bytes in an idle hour"};
inline constexpr fixed_phrase idle_requests{"空闲一小时的请求数", "Requests in an idle hour"};
inline constexpr fixed_phrase cpu{"每条送达的服务器 CPU", "Server CPU per delivery"};
inline constexpr fixed_phrase memory{"每个等待中的客户端占用的内存", "Memory per waiting client"};
inline constexpr fixed_phrase log_scale{"（对数刻度）", " (log scale)"};
inline constexpr fixed_phrase per_client_idle{"每个客户端，由模型计算",
                                              "Per client, calculated by the model"};
inline constexpr fixed_phrase traffic_hint{
    "本轮的全部字节，包括发送消息与建立连接",
    "All bytes of the run, including sends and connection set-up"};
inline constexpr fixed_phrase requests_hint{"本轮的全部请求，包括发送消息",
                                            "All requests of the run, including sends"};
inline constexpr fixed_phrase cpu_hint{"服务器进程的 CPU 时间 ÷ 送达数",
                                       "CPU time of the server process ÷ deliveries"};
inline constexpr fixed_phrase memory_hint{"匿名 RSS 的增量 ÷ 客户端数",
                                          "Growth of anonymous RSS ÷ clients"};
inline constexpr fixed_phrase all_numbers{"全部数据", "All figures"};
inline constexpr fixed_phrase correctness{"正确性", "Correctness"};
inline constexpr fixed_phrase traffic{"流量", "Traffic"};
inline constexpr fixed_phrase server{"服务器与负载发生器", "Server and load generator"};
inline constexpr fixed_phrase against_model{"实测与模型", "Measured and predicted"};
inline constexpr fixed_phrase against_model_hint{
    "每格为 实测 / "
    "预测（相差）。预测来自闭式模型（sim/report/model/model.hpp）：请求数与应用字节应相差不到 2 "
    "%，线上字节应相差不到 10 "
    "%（确认包取决于时机）。回环网卡的报文段比局域网的大；最后一列是模型对局域网的预测。",
    "Each cell: measured / predicted (difference). The predictions come from the closed-form model "
    "in sim/report/model/model.hpp: requests and application bytes should agree within 2 %, wire "
    "bytes within 10 % (the number of acknowledgements depends on timing). Loopback segments are "
    "larger than those of a LAN; the last column is the prediction for a LAN."};
inline constexpr fixed_phrase setting{"如何重做", "How to repeat this"};
inline constexpr fixed_phrase notes{"如何理解这些数字", "How to read the figures"};

// The summary cards.
inline constexpr fixed_phrase card_fastest{"送达最快（p50）", "Fastest delivery (p50)"};
inline constexpr fixed_phrase card_idle{"空闲流量最少", "Least traffic while idle"};
inline constexpr fixed_phrase card_memory{"内存最少", "Least memory"};
inline constexpr fixed_phrase card_cpu{"服务器 CPU 最少", "Least server CPU"};
inline constexpr fixed_phrase per_hour{"每客户端每小时", "per client and hour"};
inline constexpr fixed_phrase per_client{"每客户端", "per client"};
inline constexpr fixed_phrase per_delivery{"每条送达", "per delivery"};
inline constexpr fixed_phrase runs_close_to_it{"，与之相近：", "; within the noise: "};

// Column heads.
inline constexpr fixed_phrase mode{"接收方式", "Transport"};
inline constexpr fixed_phrase deliver_p50{"送达 p50", "Delivery p50"};
inline constexpr fixed_phrase largest{"最大", "Max"};
inline constexpr fixed_phrase uncorrected{"未修正 p50 / p99", "Uncorrected p50 / p99"};
inline constexpr fixed_phrase ack{"确认 p50 / p99", "Acknowledgement p50 / p99"};
inline constexpr fixed_phrase attempted{"尝试发送", "Attempted"};
inline constexpr fixed_phrase acknowledged{"已确认", "Acknowledged"};
inline constexpr fixed_phrase delivered_of{"送达 / 应送达", "Delivered / expected"};
inline constexpr fixed_phrase lost{"丢失", "Lost"};
inline constexpr fixed_phrase duplicated{"重复", "Duplicated"};
inline constexpr fixed_phrase out_of_order{"乱序", "Out of order"};
inline constexpr fixed_phrase unexpected{"意外消息", "Unexpected"};
inline constexpr fixed_phrase refused{"被拒绝", "Refused"};
inline constexpr fixed_phrase verdict{"结果", "Result"};
inline constexpr fixed_phrase requests{"请求", "Requests"};
inline constexpr fixed_phrase connections{"连接", "Connections"};
inline constexpr fixed_phrase app_bytes{"应用字节（发 / 收）",
                                        "Application bytes (sent / received)"};
inline constexpr fixed_phrase app_bytes_all{"应用字节", "Application bytes"};
inline constexpr fixed_phrase segments{"报文段（重传）", "Segments (retransmitted)"};
inline constexpr fixed_phrase wire_bytes{"线上字节", "Wire bytes"};
inline constexpr fixed_phrase wire_lan{"局域网线上字节（模型）", "Wire bytes on a LAN (model)"};
inline constexpr fixed_phrase per_message{"每条送达", "Per delivery"};
inline constexpr fixed_phrase idle_per_hour{"空闲每小时（请求 / 线上字节）",
                                            "Idle hour (requests / wire bytes)"};
inline constexpr fixed_phrase cpu_s{"CPU 秒", "CPU seconds"};
inline constexpr fixed_phrase rss_idle{"无客户端时的内存", "Memory without clients"};
inline constexpr fixed_phrase rss_parked{"全部客户端等待时的内存",
                                         "Memory with all clients waiting"};
inline constexpr fixed_phrase written{"写盘", "Written to disk"};
inline constexpr fixed_phrase generator_cpu{"发生器 CPU", "Generator CPU"};
inline constexpr fixed_phrase slip{"发送延误 p99", "Schedule delay p99"};

// Results of a run.
inline constexpr fixed_phrase is_clean{"正确", "correct"};
inline constexpr fixed_phrase is_wrong{"有错误", "incorrect"};
inline constexpr fixed_phrase is_invalid{"无效：发生器跟不上发送计划",
                                         "invalid: the generator fell behind its schedule"};
inline constexpr fixed_phrase was_cut{"提前结束", "ended early"};

// The section on how to repeat the runs.
inline constexpr fixed_phrase command{"命令", "Command"};
inline constexpr fixed_phrase seed{"种子", "Seed"};
inline constexpr fixed_phrase commit{"代码版本", "Commit"};
inline constexpr fixed_phrase made_at{"生成时间", "Created"};
inline constexpr fixed_phrase clock{"时钟", "Clock"};
inline constexpr fixed_phrase clock_real{"真实时间", "real time"};
inline constexpr fixed_phrase clock_virtual{"虚拟时间", "virtual time"};
inline constexpr fixed_phrase trace_hash{"轨迹散列", "Trace hash"};
inline constexpr fixed_phrase processor{"处理器", "Processor"};
inline constexpr fixed_phrase cores{"核心数", "Cores"};
inline constexpr fixed_phrase ram{"内存", "Memory"};
inline constexpr fixed_phrase kernel{"内核", "Kernel"};
inline constexpr fixed_phrase system{"操作系统", "Operating system"};
inline constexpr fixed_phrase clients{"虚拟客户端", "Virtual clients"};
inline constexpr fixed_phrase duration{"稳定阶段时长", "Duration of the steady phase"};
inline constexpr fixed_phrase rate{"发送速率", "Send rate"};
inline constexpr fixed_phrase hold{"长轮询最长等待", "Long-poll wait"};
inline constexpr fixed_phrase text_bytes{"消息长度", "Message length"};
inline constexpr fixed_phrase groups{"群组", "Groups"};
inline constexpr fixed_phrase pairs{"无，好友之间两两对话", "none: friends write in pairs"};
inline constexpr fixed_phrase target{"服务器", "Server"};
inline constexpr fixed_phrase own_server{"由模拟器启动，在同一台机器上",
                                         "started by the simulator on the same machine"};
inline constexpr fixed_phrase unknown{"未知", "unknown"};

// Notes on how to read the figures.
inline constexpr fixed_phrase note_schedule{
    "每种接收方式都使用同一份由种子生成的发送计划（开环）：服务器变慢不会让计划变慢，因此时间从计划"
    "发送的时刻算起。“未修正”的数字从实际发出的时刻算起。",
    "Every transport gets the same schedule of sends, generated from the seed (an open loop): a "
    "slow server does not slow the schedule down, so times count from the planned time of a send. "
    "The uncorrected figures count from the time at which a message was actually sent."};
inline constexpr fixed_phrase note_wire{
    "线上字节 = 应用字节 + 每个报文段 40 字节的 IP 与 TCP 首部及 TCP 选项，双向计算，取自内核的 "
    "TCP_INFO；包括建立连接、关闭连接与重传。",
    "Wire bytes are the application bytes plus, for each segment, 40 bytes of IP and TCP headers "
    "and the TCP options. They count both directions, include connection set-up, close and "
    "retransmissions, and come from the kernel's TCP_INFO."};
inline constexpr fixed_phrase note_machine{
    "服务器与负载发生器共用这台机器的核心：请只比较同一份报告里的各种接收方式，不要与别处的数字相比"
    "。",
    "Server and load generator share the cores of this machine: compare the transports within one "
    "report, not with figures from elsewhere."};
inline constexpr fixed_phrase note_virtual_time{
    "时间是虚拟的：计算不耗时间，线路单程 50 微秒，一次提交 1 "
    "毫秒。请比较各种接收方式之间的差别；CPU "
    "与内存没有模拟，因此不列出。同一程序与同一种子总是得到同一个轨迹散列。",
    "Time is virtual: computation takes no time, a wire takes 50 µs one way, a commit 1 ms. "
    "Compare the transports with each other. CPU and memory are not simulated and therefore not "
    "reported. The same program and seed always give the same trace hash."};
inline constexpr fixed_phrase note_virtual_wire{
    "线上字节由虚拟线路按 TCP "
    "的规则计算。一项测试用真实套接字运行同样的负载来核对：请求数与应用字节相差不超过 2 "
    "%，线上字节相差不超过 10 %。",
    "Wire bytes are counted by virtual wires according to the rules of TCP. A test runs the same "
    "load on real sockets: requests and application bytes agree within 2 %, wire bytes within 10 "
    "%."};
inline constexpr fixed_phrase note_ack{
    "确认时间取决于磁盘，与接收方式无关。若各轮的确认时间相差很大，说明机器在其中某一轮更忙，送达时"
    "间也因此不同。",
    "The time until a send is acknowledged depends on the disk, not on the transport of the "
    "listeners. Where it differs much between runs, the machine was busier during one of them, and "
    "delivery times differ for the same reason."};
inline constexpr fixed_phrase note_lean{
    "虚拟客户端只发送协议要求的首部。浏览器的每个请求还会多几百字节，因此轮询的实际开销更大。",
    "The virtual clients send only the headers that the protocol requires. A browser adds some "
    "hundred bytes to each request, so polling costs more in practice."};

// Display name of a run's transport: "短轮询 250 ms", "SSE".
phrase name_of(const run& r);

}  // namespace lingerd::sim::strings
