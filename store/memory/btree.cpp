#include "store/memory/btree.hpp"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <cstring>
#include <new>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {
namespace {

// 32 heads are eight cache lines, of which a binary search touches three.
constexpr std::size_t fan = 32;
// In whatever order rows come, each level multiplies them several times: more than a machine holds.
constexpr std::size_t levels_max = 16;

template <class T, std::size_t N>
void make_room(std::array<T, N>& in, std::size_t size, std::size_t at) {
  std::copy_backward(in.begin() + at, in.begin() + size, in.begin() + size + 1);
}
template <class T, std::size_t N>
void close_gap(std::array<T, N>& in, std::size_t size, std::size_t at) {
  std::copy(in.begin() + at + 1, in.begin() + size, in.begin() + at);
}

}  // namespace

std::unique_ptr<stored_row, stored_row::freed> stored_row::make(std::string_view key,
                                                                std::string_view value) {
  void* const room = ::operator new(sizeof(stored_row) + key.size() + value.size());
  auto* const made = new (room)
      stored_row(static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()));
  char* const bytes = reinterpret_cast<char*>(made + 1);
  key.copy(bytes, key.size());
  value.copy(bytes + key.size(), value.size());
  return std::unique_ptr<stored_row, freed>(made);
}

struct btree::node {
  explicit node(bool leaf) : is_leaf(leaf) {}
  std::uint32_t size = 0;
  const bool is_leaf;
  std::array<head, fan> heads;
};

struct btree::leaf : node {
  leaf() : node(true) {}
  leaf* previous = nullptr;
  leaf* next = nullptr;
  std::array<stored_row*, fan> rows;
};

struct btree::inner : node {
  inner() : node(false) {}
  std::array<node*, fan> children;
};

// The way from the root to a leaf.
class btree::path {
 public:
  void push(inner* in, std::size_t child) {
    CHECK(depth_ < levels_max);
    steps_[depth_++] = {in, child};
  }
  bool is_at_root() const { return depth_ == 0; }
  step pop() { return steps_[--depth_]; }

 private:
  std::array<step, levels_max> steps_;
  std::size_t depth_ = 0;
};

btree::btree() {
  last_ = new leaf;
  root_ = last_;
}

btree::~btree() { drop(root_); }

void btree::drop(node* n) {
  if (n->is_leaf) {
    auto* const l = static_cast<leaf*>(n);
    for (std::size_t i = 0; i < l->size; ++i) row_ptr(l->rows[i]).reset();
    delete l;
    return;
  }
  auto* const in = static_cast<inner*>(n);
  for (std::size_t i = 0; i < in->size; ++i) drop(in->children[i]);
  delete in;
}

// --- places --------------------------------------------------------------------------------------

const stored_row* btree::place::row() const {
  return offset_ < leaf_->size ? leaf_->rows[offset_] : nullptr;
}

void btree::place::go_forward() {
  if (++offset_ < leaf_->size || !leaf_->next) return;
  leaf_ = leaf_->next;
  offset_ = 0;
}

bool btree::place::go_back() {
  if (offset_ > 0) {
    --offset_;
    return true;
  }
  if (!leaf_->previous) {
    *this = tree_->end();
    return false;
  }
  leaf_ = leaf_->previous;
  offset_ = leaf_->size - 1;
  return true;
}

btree::place btree::end() const { return {*this, last_, last_->size}; }

// --- searching -----------------------------------------------------------------------------------

std::uint64_t btree::eight_at(std::string_view key, std::size_t first) {
  std::uint64_t n = 0;
  if (first < key.size()) {
    std::memcpy(&n, key.data() + first, std::min<std::size_t>(key.size() - first, 8));
  }
  return boost::endian::big_to_native(n);
}

btree::head btree::head_of(std::string_view key) { return {eight_at(key, 0), eight_at(key, 8)}; }

const stored_row& btree::first_row(const node* n) {
  while (!n->is_leaf) n = static_cast<const inner*>(n)->children[0];
  return *static_cast<const leaf*>(n)->rows[0];
}

// The last child whose rows may be at or below the key.
std::size_t btree::child_for(const inner& n, const sought& s) {
  std::size_t first = 1;
  std::size_t last = n.size;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    const auto order = n.heads[middle] <=> s.first;
    const bool is_below = order != 0 ? order < 0 : first_row(n.children[middle]).key() <= s.key;
    if (is_below) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first - 1;
}

// How many of a leaf's rows are less than the key.
std::size_t btree::rows_below(const leaf& l, const sought& s) {
  std::size_t first = 0;
  std::size_t last = l.size;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    const auto order = l.heads[middle] <=> s.first;
    const bool is_below = order != 0 ? order < 0 : l.rows[middle]->key() < s.key;
    if (is_below) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

btree::leaf* btree::descend(const sought& s, path& way) const {
  node* n = root_;
  while (!n->is_leaf) {
    auto* const tree = static_cast<inner*>(n);
    const std::size_t child = child_for(*tree, s);
    way.push(tree, child);
    n = tree->children[child];
  }
  return static_cast<leaf*>(n);
}

btree::place btree::lower_bound(std::string_view key) const {
  const sought s(key);
  const node* n = root_;
  while (!n->is_leaf) {
    const auto* const in = static_cast<const inner*>(n);
    n = in->children[child_for(*in, s)];
  }
  const auto* const l = static_cast<const leaf*>(n);
  const std::size_t at = rows_below(*l, s);
  if (at == l->size && l->next) return {*this, l->next, 0};
  return {*this, l, at};
}

const stored_row* btree::find(std::string_view key) const {
  const stored_row* const r = lower_bound(key).row();
  return r && r->key() == key ? r : nullptr;
}

// --- changing ------------------------------------------------------------------------------------

row_ptr btree::put(row_ptr row) {
  const sought s(row->key());
  path way;
  leaf* const l = descend(s, way);
  const std::size_t offset = rows_below(*l, s);
  if (offset < l->size && l->heads[offset] == s.first && l->rows[offset]->key() == s.key) {
    return row_ptr(std::exchange(l->rows[offset], row.release()));
  }
  insert(l, offset, s.first, row.release(), way);
  return nullptr;
}

void btree::insert(leaf* destination, std::size_t offset, const head& first, stored_row* row,
                   path& way) {
  if (destination->size == fan) {
    auto* const right = new leaf;
    // What is only ever appended leaves full leaves behind it.
    const std::size_t stay = offset == fan && !destination->next ? fan : fan / 2;
    std::copy(destination->heads.begin() + stay, destination->heads.end(), right->heads.begin());
    std::copy(destination->rows.begin() + stay, destination->rows.end(), right->rows.begin());
    right->size = static_cast<std::uint32_t>(fan - stay);
    destination->size = static_cast<std::uint32_t>(stay);
    right->previous = destination;
    right->next = destination->next;
    (destination->next ? destination->next->previous : last_) = right;
    destination->next = right;
    add_child(way, destination, stay < fan ? right->heads[0] : first, right);
    if (offset > stay || stay == fan) {
      destination = right;
      offset -= stay;
    }
  }
  make_room(destination->heads, destination->size, offset);
  make_room(destination->rows, destination->size, offset);
  destination->heads[offset] = first;
  destination->rows[offset] = row;
  ++destination->size;
}

// `right` is to follow `left`, to which `way` leads.
void btree::add_child(path& way, node* left, const head& first, node* right) {
  if (way.is_at_root()) {
    auto* const top = new inner;
    top->children[0] = left;
    top->children[1] = right;
    top->heads[1] = first;
    top->size = 2;
    root_ = top;
    return;
  }
  auto [in, child] = way.pop();
  std::size_t offset = child + 1;
  if (in->size == fan) {
    auto* const more = new inner;
    const std::size_t stay = offset == fan ? fan - 1 : fan / 2;
    std::copy(in->heads.begin() + stay, in->heads.end(), more->heads.begin());
    std::copy(in->children.begin() + stay, in->children.end(), more->children.begin());
    more->size = static_cast<std::uint32_t>(fan - stay);
    in->size = static_cast<std::uint32_t>(stay);
    add_child(way, in, more->heads[0], more);
    if (offset > stay) {
      in = more;
      offset -= stay;
    }
  }
  make_room(in->heads, in->size, offset);
  make_room(in->children, in->size, offset);
  in->heads[offset] = first;
  in->children[offset] = right;
  ++in->size;
}

row_ptr btree::take(std::string_view key) {
  const sought s(key);
  path way;
  leaf* const l = descend(s, way);
  const std::size_t offset = rows_below(*l, s);
  if (offset == l->size || l->rows[offset]->key() != key) return nullptr;
  row_ptr taken(l->rows[offset]);
  close_gap(l->heads, l->size, offset);
  close_gap(l->rows, l->size, offset);
  --l->size;
  if (l->size == 0 && !way.is_at_root()) remove_empty(l, way);
  return taken;
}

void btree::remove_empty(leaf* l, path& way) {
  if (l->previous) l->previous->next = l->next;
  (l->next ? l->next->previous : last_) = l->previous;
  delete l;
  auto [in, child] = way.pop();
  while (in->size == 1) {
    delete in;
    // The root has two children or more.
    const step up = way.pop();
    in = up.branch;
    child = up.child;
  }
  close_gap(in->heads, in->size, child);
  close_gap(in->children, in->size, child);
  --in->size;
  while (!root_->is_leaf && root_->size == 1) {
    auto* const top = static_cast<inner*>(root_);
    root_ = top->children[0];
    delete top;
  }
}

}  // namespace lingerd
