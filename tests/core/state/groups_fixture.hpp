#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/core/state/core_fixtures.hpp"

// Four users, some of them friends, and the changes that found, edit and leave groups.
namespace lingerd::core_tests {

class ApplyGroups : public ::testing::Test {
 protected:
  // Li is a friend of Han and Wei; Jim of nobody.
  ApplyGroups() {
    li = fixture.user("li");
    han = fixture.user("han");
    wei = fixture.user("wei");
    jim = fixture.user("jim");
    fixture.befriend(li, han);
    fixture.befriend(li, wei);
  }
  static change add(user_id initiator, group_id g, user_id user) {
    return add_member{initiator, g, user};
  }
  static change out(user_id initiator, group_id g, user_id user) {
    return remove_member{initiator, g, user};
  }
  static change promote(user_id initiator, group_id g, user_id user) {
    return set_role{initiator, g, user, role::admin};
  }
  static change hand_over(user_id initiator, group_id g, user_id recipient) {
    edit_group c;
    c.initiator = initiator;
    c.group = g;
    c.owner = recipient;
    return c;
  }
  static change rename(user_id initiator, group_id g, const std::string& name) {
    edit_group c;
    c.initiator = initiator;
    c.group = g;
    c.name = name;
    return c;
  }
  static change resize(user_id initiator, group_id g, std::uint32_t room) {
    edit_group c;
    c.initiator = initiator;
    c.group = g;
    c.max_members = room;
    return c;
  }
  change found(user_id initiator, std::vector<user_id> members, std::uint32_t room = 0) {
    add_group c;
    c.initiator = c.owner = initiator;
    c.name = "lab";
    c.members = std::move(members);
    c.max_members = room;
    return c;
  }
  std::vector<user_id> members(group_id g) {
    std::vector<user_id> all;
    for (const member_link& m : fixture.directory.group(g)->members) {
      if (m.is_in()) all.push_back(m.user);
    }
    return all;
  }
  std::vector<user_id> admins(group_id g) {
    std::vector<user_id> all;
    for (const member_link& m : fixture.directory.group(g)->members) {
      if (m.is_in() && m.rank == role::admin) all.push_back(m.user);
    }
    return all;
  }
  // What the row counts is what there is.
  void expect_count(group_id g) {
    EXPECT_EQ(fixture.stored().groups.at(g).members, members(g).size());
  }

  using users = std::vector<user_id>;
  directory_fixture fixture;
  user_id li = 0, han = 0, wei = 0, jim = 0;
};

}  // namespace lingerd::core_tests
