#include "core/chat/changed_states.hpp"

#include <algorithm>

#include "core/chat/event_json.hpp"

namespace lingerd {
namespace {

class state_reader {
 public:
  state_reader(const directory& directory, const person& reader, change_id after)
      : directory_(directory), reader_(reader), after_(after) {}

  std::vector<encoded_event> read() {
    read_friendships();
    read_groups();
    read_profiles();
    read_marks();
    return std::move(found_);
  }

 private:
  template <class Encode>
  void add(change_id id, Encode encode) {
    if (id <= after_) return;
    encoded_event event;
    event.id = id;
    encode(event.json);
    found_.push_back(std::move(event));
  }

  void read_friendships() {
    for (const friend_link& f : reader_.friends) {
      const person* other = directory_.user(f.other);
      if (!other) continue;
      add(f.changed,
          [&](std::string& out) { event_json::friend_state(out, *other, f.state, f.changed); });
      visible_.push_back(f.other);
    }
  }

  void read_groups() {
    for (const group_id id : reader_.groups) {
      const group* g = directory_.group(id);
      const member_link* m = g->member(reader_.id);
      if (m->is_in()) {
        add(g->changed,
            [&](std::string& out) { event_json::group_state(out, directory_, *g, g->changed); });
        for (const member_link& other : g->members) {
          if (other.is_in()) visible_.push_back(other.user);
        }
      } else {
        const change_id left = m->stays.back().until;
        add(left, [&](std::string& out) { event_json::group_left(out, id, left); });
      }
    }
  }

  // REQUIRES: read_friendships() and read_groups() have found the visible users.
  void read_profiles() {
    visible_.push_back(reader_.id);
    std::sort(visible_.begin(), visible_.end());
    visible_.erase(std::unique(visible_.begin(), visible_.end()), visible_.end());
    for (const user_id u : visible_) {
      const person* p = directory_.user(u);
      if (!p) continue;
      add(p->changed, [&](std::string& out) { event_json::profile(out, *p, p->changed); });
    }
  }

  void read_marks() {
    for (const read_mark& r : reader_.reads) {
      add(r.changed, [&](std::string& out) {
        event_json::read(out, reader_.id, r.conversation, r.up_to, r.changed);
      });
    }
    for (const friend_link& f : reader_.friends) {
      const conversation conversation = conversation::single(reader_.id, f.other);
      const read_mark* r = directory_.read_mark_of(f.other, conversation);
      if (!r) continue;
      add(r->changed, [&](std::string& out) {
        event_json::read(out, f.other, conversation, r->up_to, r->changed);
      });
    }
  }

  const directory& directory_;
  const person& reader_;
  const change_id after_;
  std::vector<encoded_event> found_;
  std::vector<user_id> visible_;
};

}  // namespace

std::vector<encoded_event> changed_states(const directory& directory, const person& reader,
                                          change_id after) {
  return state_reader(directory, reader, after).read();
}

}  // namespace lingerd
