#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/chat/chat.hpp"
#include "tests/core/state/core_fixtures.hpp"

// A chat with three people, two of them friends, and what its batches hold.
namespace lingerd::chat_tests {

using namespace core_tests;  // NOLINT
using ids = std::vector<change_id>;

inline boost::json::array parsed(const batch_read& b) {
  return boost::json::parse("[" + b.events + "]").as_array();
}
inline change_id id_of(const boost::json::value& event) {
  return event.at("id").to_number<change_id>();
}
inline std::string kind_of(const boost::json::value& event) {
  return std::string(std::string_view(event.at("event").as_string()));
}
inline ids ids_in(const batch_read& b) {
  ids all;
  for (const boost::json::value& e : parsed(b)) all.push_back(id_of(e));
  return all;
}
inline ids messages_in(const batch_read& b) {
  ids all;
  for (const boost::json::value& e : parsed(b)) {
    if (kind_of(e) == "message") all.push_back(id_of(e));
  }
  return all;
}
inline std::vector<std::string> kinds_in(const batch_read& b) {
  std::vector<std::string> all;
  for (const boost::json::value& e : parsed(b)) all.push_back(kind_of(e));
  return all;
}

class Chat : public ::testing::Test {
 protected:
  explicit Chat(limits bounds = {}) : fixture(bounds) {
    li = fixture.user("li");
    han = fixture.user("han");
    wei = fixture.user("wei");
    fixture.befriend(li, han);
    two = conversation::single(li, han);
  }
  std::optional<error> refused(const result<chat::sent>& r) {
    return r ? std::nullopt : std::optional(r.error().code);
  }
  std::optional<error> refused(const result<void>& r) {
    return r ? std::nullopt : std::optional(r.error().code);
  }
  lingerd::chat& chat() { return fixture.chat(); }

  chat_fixture fixture;
  user_id li = 0, han = 0, wei = 0;
  conversation two;
};

class PagedChat : public Chat {
 protected:
  static limits pages_of_three() {
    limits b;
    b.batch_events = 3;
    return b;
  }
  PagedChat() : Chat(pages_of_three()) {}
  // Reads page after page as a client does.
  template <class Page>
  ids follow(change_id after, Page page) {
    ids all;
    for (int i = 0; i < 100; ++i) {
      const batch_read b = page(after);
      const ids some = ids_in(b);
      EXPECT_LE(some.size(), 3U);
      for (const change_id id : some) {
        EXPECT_GT(id, after);
        EXPECT_LE(id, b.next);
      }
      all.insert(all.end(), some.begin(), some.end());
      if (b.more) {
        EXPECT_EQ(b.next, some.back());
      }
      after = b.next;
      if (!b.more) break;
    }
    EXPECT_EQ(after, chat().horizon());
    EXPECT_TRUE(std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end())
        << "each once, in order";
    return all;
  }
};

}  // namespace lingerd::chat_tests
