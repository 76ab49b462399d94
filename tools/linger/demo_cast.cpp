#include "tools/linger/demo_cast.hpp"

#include <stdexcept>

#include "http/api/passwords.hpp"

namespace lingerd {
namespace {

enum cast : std::size_t { li, han, jim, wang, lucy, lin, polly, zhou };

constexpr wall_ms minute = 60 * 1000;
constexpr wall_ms hour = 60 * minute;

struct demo_message {
  std::size_t sender;
  std::size_t target;  // a cast_group if is_group, else a cast
  bool is_group;
  wall_ms age;
  const char* text;
};

enum cast_group : std::size_t { boards, movies, family };

// Oldest first.
constexpr demo_message history[] = {
    {li, boards, true, 50 * hour, "大家好，这个小组用来聊各种小板子 🙂"},
    {jim, boards, true, 49 * hour,
     "Nice! I have two old boards in a drawer, finally a use for them."},
    {wang, boards, true, 48 * hour, "我的板子跑了三个月没重启过"},
    {lin, boards, true, 47 * hour + 20 * minute, "日志在哪儿看？"},
    {wang, boards, true, 47 * hour + 10 * minute, "journalctl -u linger 就行"},
    {lucy, movies, true, 30 * hour, "Movie night on Friday? 🍿"},
    {polly, movies, true, 29 * hour, "Yes please! 🦜🦜"},
    {han, movies, true, 28 * hour + 30 * minute, "我带爆米花，看什么片子好？"},
    {jim, movies, true, 28 * hour, "Something with robots."},
    {zhou, family, true, 27 * hour, "周末回家吃饭吗？"},
    {wang, family, true, 26 * hour + 40 * minute, "回！我想吃饺子 🥟"},
    {han, li, false, 25 * hour, "李雷，板子收到了吗？"},
    {li, han, false, 24 * hour + 50 * minute, "收到了，正在装系统"},
    {li, han, false, 24 * hour + 49 * minute, "说明书在这里：https://example.org/board"},
    {jim, li, false, 20 * hour, "Let’s try the new board tomorrow"},
    {li, jim, false, 19 * hour, "好啊 👍"},
    {wang, li, false, 6 * hour, "昨天的测试结果怎么样？"},
    {han, li, false, 40 * minute, "今天试了一下长轮询，CPU 几乎是 0。"},
    {han, li, false, 39 * minute, "一百个页面开着，内存才几 MB"},
    {li, han, false, 30 * minute, "😮👍"},
    {lucy, han, false, 25 * minute, "Did you see the group? Friday, eight o’clock."},
    {han, li, false, 12 * minute, "晚上把测试报告贴出来吧？我想看四种方式的对比图。"},
    {lin, boards, true, 8 * minute, "谁有多余的电源？5V 3A 的"},
    {jim, boards, true, 5 * minute, "I do. I’ll bring it on Friday."},
};

constexpr std::pair<std::size_t, std::size_t> friendships[] = {
    {li, han},   {li, jim},   {li, wang},   {li, lin},    {li, polly}, {han, jim},    {han, lucy},
    {han, wang}, {jim, lucy}, {jim, polly}, {wang, zhou}, {wang, lin}, {lucy, polly}, {lin, zhou},
};

// Commits all changes; a refusal is a mistake in the tables above.
task<std::vector<applied>> commit_changes(chat& chat, std::vector<change> changes) {
  std::vector<result<applied>> results = co_await chat.commit_all(std::move(changes));
  std::vector<applied> outcomes;
  for (result<applied>& r : results) {
    if (!r) throw std::runtime_error("the demo's cast: " + r.error().message);
    outcomes.push_back(std::move(*r));
  }
  co_return outcomes;
}

}  // namespace

const std::vector<demo_person>& demo_people() {
  static const std::vector<demo_person> people = {
      {"li", "李雷"},        {"han", "韩梅梅"}, {"jim", "Jim Green"}, {"wang", "王小明"},
      {"lucy", "Lucy King"}, {"lin", "林涛"},   {"polly", "Polly"},   {"zhou", "周婷"},
  };
  return people;
}

task<void> make_demo_cast(chat& chat) {
  const wall_ms now = chat.wall().now;
  const std::string hash = passwords::hash_now(demo_password);
  std::vector<change> step;
  for (const demo_person& p : demo_people()) {
    add_user u;
    u.name = p.name;
    u.display = p.display;
    u.password_hash = hash;
    u.admin = step.empty();
    step.emplace_back(std::move(u));
  }
  const std::vector<applied> people = co_await commit_changes(chat, std::move(step));

  step.clear();
  for (const auto& [a, b] : friendships) {
    make_friends f;
    f.a = people[a].party;
    f.b = people[b].party;
    f.now = now - 72 * hour;
    step.emplace_back(f);
  }
  ask_friend asks;  // a request without an answer yet
  asks.user = people[zhou].party;
  asks.other = people[li].party;
  asks.now = now - 72 * hour;
  step.emplace_back(asks);
  const auto group = [&](std::size_t owner, const char* name, const char* brief,
                         std::initializer_list<std::size_t> members) {
    add_group g;
    g.owner = people[owner].party;
    g.name = name;
    g.brief = brief;
    for (const std::size_t m : members) g.members.push_back(people[m].party);
    step.emplace_back(std::move(g));
  };
  group(li, "硬件兴趣小组", "一起玩小板子", {han, jim, wang, lin});
  group(lucy, "Movie night", "Fridays at eight", {han, jim, polly, li});
  group(zhou, "一家人", "", {wang, lin});
  const std::size_t first_group = step.size() - 3;
  const std::vector<applied> links = co_await commit_changes(chat, std::move(step));

  step.clear();
  for (const demo_message& s : history) {
    send_message m;
    m.sender = people[s.sender].party;
    m.target = s.is_group ? conversation::group(links[first_group + s.target].party)
                          : conversation::single(m.sender, people[s.target].party);
    m.text = s.text;
    m.timestamp = now - s.age;
    step.emplace_back(std::move(m));
  }
  co_await commit_changes(chat, std::move(step));
}

}  // namespace lingerd
