#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/chat/fanout.hpp"

// The fan-out against a plain list, under random publishing, joining and leaving.
namespace lingerd {
namespace {

using ids = std::vector<change_id>;

constexpr user_id li = 1, han = 2, wei = 3;
constexpr group_id lab = 10, club = 11;

fanout::event event(change_id id) {
  fanout::event e;
  e.id = id;
  return e;
}

// Every read against a list of all published events that is scanned from end to end.
TEST(FanoutModel, AgreesWithAPlainListWhateverHappens) {
  struct published {
    change_id id;
    std::set<user_id> recipients;
    group_id group;
  };
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 entropy(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(entropy() % n); };
    limits small;
    small.ring_entries = 1 + below(12);
    lingerd::directory directory;
    lingerd::fanout under_test(directory, small);
    std::vector<published> all;
    std::map<std::pair<group_id, user_id>, member_row> memberships;
    for (const user_id u : {li, han, wei}) {
      user_row r;
      r.id = u;
      directory.absorb(r);
    }
    for (const group_id g : {lab, club}) {
      group_row r;
      r.id = g;
      directory.absorb(r);
    }
    change_id id = below(5);
    under_test.start_at(id);
    const change_id floor = id;
    for (int step = 0; step < 60; ++step) {
      ++id;
      const group_id g = below(2) ? lab : club;
      const user_id u = 1 + below(3);
      switch (below(4)) {
        case 0: {
          std::set<user_id> recipients{u, user_id{1} + below(3)};
          const std::vector<user_id> list(recipients.begin(), recipients.end());
          under_test.publish(event(id), list);
          all.push_back({id, recipients, 0});
          break;
        }
        case 1: {  // joins or leaves; the event goes to the user alone
          member_row& m = memberships[{g, u}];
          m.group = g;
          m.user = u;
          if (m.is_in()) {
            m.stays.back().until = id;
          } else {
            m.stays.push_back({id, 0});
          }
          directory.absorb(m);
          const user_id list[] = {u};
          under_test.publish(event(id), list);
          all.push_back({id, {u}, 0});
          break;
        }
        default: under_test.publish_to_group(event(id), g); all.push_back({id, {}, g});
      }
      const std::size_t lost =
          all.size() > small.ring_entries ? all.size() - small.ring_entries : 0;
      for (const user_id reader : {li, han, wei}) {
        for (change_id after = floor > 1 ? floor - 1 : 0; after <= id; ++after) {
          ids expected;
          bool may_be_lost = after < floor;
          for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].id <= after) continue;
            const lingerd::group* group = directory.group(all[i].group);
            const member_link* m = group ? group->member(reader) : nullptr;
            const bool sees = all[i].recipients.contains(reader) || (m && m->sees(all[i].id));
            if (sees) expected.push_back(all[i].id);
            if (i < lost && (all[i].recipients.contains(reader) || m)) may_be_lost = true;
          }
          std::vector<const fanout::event*> found;
          const bool reached = under_test.collect(*directory.user(reader), after, found);
          if (reached) {
            ids got;
            for (const fanout::event* e : found) got.push_back(e->id);
            ASSERT_EQ(got, expected) << "reader " << reader << " after " << after;
          } else {
            ASSERT_TRUE(may_be_lost) << "reader " << reader << " after " << after;
          }
          if (!expected.empty()) {
            ASSERT_TRUE(under_test.has_news(*directory.user(reader), after))
                << "reader " << reader << " after " << after;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace lingerd
