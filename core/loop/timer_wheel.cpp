#include "core/loop/timer_wheel.hpp"

#include <algorithm>
#include <bit>
#include <boost/intrusive/circular_list_algorithms.hpp>
#include <boost/intrusive/rbtree_algorithms.hpp>

namespace lingerd {
namespace {

struct tree_traits {
  using node = timer_links;
  using node_ptr = node*;
  using const_node_ptr = const node*;
  using color = bool;
  static node_ptr get_parent(const_node_ptr n) { return n->parent; }
  static void set_parent(node_ptr n, node_ptr parent) { n->parent = parent; }
  static node_ptr get_left(const_node_ptr n) { return n->left; }
  static void set_left(node_ptr n, node_ptr left) { n->left = left; }
  static node_ptr get_right(const_node_ptr n) { return n->right; }
  static void set_right(node_ptr n, node_ptr right) { n->right = right; }
  static color get_color(const_node_ptr n) { return n->is_red; }
  static void set_color(node_ptr n, color c) { n->is_red = c; }
  static color black() { return false; }
  static color red() { return true; }
};
using tree = boost::intrusive::rbtree_algorithms<tree_traits>;

struct list_traits {
  using node = timer_links;
  using node_ptr = node*;
  using const_node_ptr = const node*;
  static node_ptr get_next(const_node_ptr n) { return n->right; }
  static void set_next(node_ptr n, node_ptr next) { n->right = next; }
  static node_ptr get_previous(const_node_ptr n) { return n->left; }
  static void set_previous(node_ptr n, node_ptr previous) { n->left = previous; }
};
using list = boost::intrusive::circular_list_algorithms<list_traits>;

}  // namespace

void timer::unlink() {
  if (linked == in_list) {
    list::unlink(this);
  } else {
    tree::unlink(this);
  }
  linked = unlinked;
}

timer_wheel::timer_wheel() {
  tree::init_header(&tree_);
  for (timer_links& s : slots_) list::init_header(&s);
}

timer_wheel::~timer_wheel() {
  while (timer* const t = earliest()) t->unlink();
}

void timer_wheel::set(timer& t, instant deadline) {
  t.cancel();
  t.deadline_ = deadline;
  t.sequence = ++sequence_;
  const slot s = slot_of(deadline);
  if (s <= base_ || s >= base_ + slot_count) return put_into_tree(t);
  t.linked = timer_links::in_list;
  list::link_before(&slots_[index_of(s)], &t);
  may_hold_[index_of(s) / 64] |= std::uint64_t{1} << (index_of(s) % 64);
  first_waiting_ = std::min(first_waiting_, s);
}

void timer_wheel::move_on(instant now) {
  while (first_waiting_ != none) {
    const timer_links& ring = slots_[index_of(first_waiting_)];
    if (ring.right != &ring) break;
    may_hold_[index_of(first_waiting_) / 64] &=
        ~(std::uint64_t{1} << (index_of(first_waiting_) % 64));
    first_waiting_ = waiting_from(first_waiting_ + 1);
  }
  const slot current = slot_of(now);
  base_ = std::max(base_, first_waiting_ == none ? current : std::min(current, first_waiting_ - 1));
}

void timer_wheel::put_into_tree(timer& t) {
  t.linked = timer_links::in_tree;
  tree::insert_equal_upper_bound(&tree_, &t, [](const timer_links* a, const timer_links* b) {
    return static_cast<const timer*>(a)->is_before(*static_cast<const timer*>(b));
  });
}

void timer_wheel::pour_first_slot() {
  const slot s = first_waiting_;
  timer_links& ring = slots_[index_of(s)];
  while (ring.right != &ring) {
    auto& t = static_cast<timer&>(*ring.right);
    list::unlink(&t);
    put_into_tree(t);
  }
  may_hold_[index_of(s) / 64] &= ~(std::uint64_t{1} << (index_of(s) % 64));
  first_waiting_ = waiting_from(s + 1);
}

// The first slot from `s` on that may hold something.
timer_wheel::slot timer_wheel::waiting_from(slot s) const {
  while (s < base_ + slot_count) {
    const std::uint64_t bits = may_hold_[index_of(s) / 64] >> (index_of(s) % 64);
    if (bits != 0) return s + std::countr_zero(bits);
    s += 64 - s % 64;
  }
  return none;
}

timer* timer_wheel::earliest() {
  for (;;) {
    timer_links* const first = tree::begin_node(&tree_);
    auto* const t = first == &tree_ ? nullptr : static_cast<timer*>(first);
    if (first_waiting_ == none || (t && t->deadline_ < start_of(first_waiting_))) return t;
    pour_first_slot();
  }
}

std::optional<instant> timer_wheel::next() {
  const timer* const t = earliest();
  if (!t) return std::nullopt;
  return t->deadline_;
}

std::size_t timer_wheel::fire(instant now) {
  std::size_t fired = 0;
  for (timer* t = earliest(); t && t->deadline_ <= now; t = earliest()) {
    t->unlink();
    t->on_time_(*t);
    ++fired;
  }
  // Nothing waits any more at or below `now`.
  base_ = std::max(base_, slot_of(now));
  return fired;
}

}  // namespace lingerd
