#include "store/memory/btree.hpp"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <cstring>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {
namespace {

// The heads of 32 entries are eight cache lines, of which a binary search touches three.
constexpr std::size_t node_capacity = 32;
// Whatever the order of insertion, each level multiplies the number of rows several times: 16
// levels hold more than a machine's memory.
constexpr std::size_t levels_max = 16;

template <class T, std::size_t N>
void make_room(std::array<T, N>& items, std::size_t size, std::size_t offset) {
  std::copy_backward(items.begin() + offset, items.begin() + size, items.begin() + size + 1);
}
template <class T, std::size_t N>
void close_gap(std::array<T, N>& items, std::size_t size, std::size_t offset) {
  std::copy(items.begin() + offset + 1, items.begin() + size, items.begin() + offset);
}

}  // namespace

struct btree::node {
  explicit node(bool leaf) : is_leaf(leaf) {}
  std::uint32_t size = 0;
  const bool is_leaf;
  std::array<head, node_capacity> heads;
};

struct btree::leaf : node {
  leaf() : node(true) {}
  leaf* previous = nullptr;
  leaf* next = nullptr;
  std::array<stored_row*, node_capacity> rows;
};

struct btree::inner : node {
  inner() : node(false) {}
  std::array<node*, node_capacity> children;
};

// The inner nodes from the root to a leaf, and the child taken in each.
class btree::path {
 public:
  void push(inner* branch, std::size_t child) {
    CHECK(depth_ < levels_max);
    steps_[depth_++] = {branch, child};
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

btree::~btree() { delete_subtree(root_); }

void btree::delete_subtree(node* n) {
  if (n->is_leaf) {
    auto* const l = static_cast<leaf*>(n);
    for (std::size_t i = 0; i < l->size; ++i) row_ptr(l->rows[i]).reset();
    delete l;
    return;
  }
  auto* const branch = static_cast<inner*>(n);
  for (std::size_t i = 0; i < branch->size; ++i) delete_subtree(branch->children[i]);
  delete branch;
}

// --- positions -----------------------------------------------------------------------------------

const stored_row* btree::position::row() const {
  return offset_ < leaf_->size ? leaf_->rows[offset_] : nullptr;
}

void btree::position::go_forward() {
  if (++offset_ < leaf_->size || !leaf_->next) return;
  leaf_ = leaf_->next;
  offset_ = 0;
}

bool btree::position::go_back() {
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

btree::position btree::end() const { return {*this, last_, last_->size}; }

// --- searching -----------------------------------------------------------------------------------

std::uint64_t btree::eight_bytes(std::string_view key, std::size_t first) {
  std::uint64_t n = 0;
  if (first < key.size()) {
    std::memcpy(&n, key.data() + first, std::min<std::size_t>(key.size() - first, 8));
  }
  return boost::endian::big_to_native(n);
}

btree::head btree::head_of(std::string_view key) {
  return {eight_bytes(key, 0), eight_bytes(key, 8)};
}

const stored_row& btree::first_row(const node* n) {
  while (!n->is_leaf) n = static_cast<const inner*>(n)->children[0];
  return *static_cast<const leaf*>(n)->rows[0];
}

// The last child whose rows may be at or below the key.
std::size_t btree::child_for(const inner& n, const search_key& s) {
  std::size_t first = 1;
  std::size_t last = n.size;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    const auto order = n.heads[middle] <=> s.key_head;
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
std::size_t btree::rows_below(const leaf& l, const search_key& s) {
  std::size_t first = 0;
  std::size_t last = l.size;
  while (first < last) {
    const std::size_t middle = (first + last) / 2;
    const auto order = l.heads[middle] <=> s.key_head;
    const bool is_below = order != 0 ? order < 0 : l.rows[middle]->key() < s.key;
    if (is_below) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

btree::leaf* btree::descend(const search_key& s, path& path) const {
  node* n = root_;
  while (!n->is_leaf) {
    auto* const branch = static_cast<inner*>(n);
    const std::size_t child = child_for(*branch, s);
    path.push(branch, child);
    n = branch->children[child];
  }
  return static_cast<leaf*>(n);
}

btree::position btree::lower_bound(std::string_view key) const {
  const search_key s(key);
  const node* n = root_;
  while (!n->is_leaf) {
    const auto* const branch = static_cast<const inner*>(n);
    n = branch->children[child_for(*branch, s)];
  }
  const auto* const l = static_cast<const leaf*>(n);
  const std::size_t offset = rows_below(*l, s);
  if (offset == l->size && l->next) return {*this, l->next, 0};
  return {*this, l, offset};
}

const stored_row* btree::find(std::string_view key) const {
  const stored_row* const row = lower_bound(key).row();
  return row && row->key() == key ? row : nullptr;
}

// --- changing ------------------------------------------------------------------------------------

row_ptr btree::put(row_ptr row) {
  const search_key s(row->key());
  path path;
  leaf* const l = descend(s, path);
  const std::size_t offset = rows_below(*l, s);
  if (offset < l->size && l->heads[offset] == s.key_head && l->rows[offset]->key() == s.key) {
    return row_ptr(std::exchange(l->rows[offset], row.release()));
  }
  insert(l, offset, s.key_head, row.release(), path);
  return nullptr;
}

void btree::insert(leaf* destination, std::size_t offset, const head& key_head, stored_row* row,
                   path& path) {
  if (destination->size == node_capacity) {
    auto* const right = new leaf;
    // Appending in order leaves full leaves behind, as nothing is inserted into them later.
    const std::size_t left_size =
        offset == node_capacity && !destination->next ? node_capacity : node_capacity / 2;
    std::copy(destination->heads.begin() + left_size, destination->heads.end(),
              right->heads.begin());
    std::copy(destination->rows.begin() + left_size, destination->rows.end(), right->rows.begin());
    right->size = static_cast<std::uint32_t>(node_capacity - left_size);
    destination->size = static_cast<std::uint32_t>(left_size);
    right->previous = destination;
    right->next = destination->next;
    (destination->next ? destination->next->previous : last_) = right;
    destination->next = right;
    add_child(path, destination, left_size < node_capacity ? right->heads[0] : key_head, right);
    if (offset > left_size || left_size == node_capacity) {
      destination = right;
      offset -= left_size;
    }
  }
  make_room(destination->heads, destination->size, offset);
  make_room(destination->rows, destination->size, offset);
  destination->heads[offset] = key_head;
  destination->rows[offset] = row;
  ++destination->size;
}

// Inserts `right` after `left`, the node to which `path` leads.
void btree::add_child(path& path, node* left, const head& key_head, node* right) {
  if (path.is_at_root()) {
    auto* const new_root = new inner;
    new_root->children[0] = left;
    new_root->children[1] = right;
    new_root->heads[1] = key_head;
    new_root->size = 2;
    root_ = new_root;
    return;
  }
  auto [branch, child] = path.pop();
  std::size_t offset = child + 1;
  if (branch->size == node_capacity) {
    auto* const sibling = new inner;
    const std::size_t left_size = offset == node_capacity ? node_capacity - 1 : node_capacity / 2;
    std::copy(branch->heads.begin() + left_size, branch->heads.end(), sibling->heads.begin());
    std::copy(branch->children.begin() + left_size, branch->children.end(),
              sibling->children.begin());
    sibling->size = static_cast<std::uint32_t>(node_capacity - left_size);
    branch->size = static_cast<std::uint32_t>(left_size);
    add_child(path, branch, sibling->heads[0], sibling);
    if (offset > left_size) {
      branch = sibling;
      offset -= left_size;
    }
  }
  make_room(branch->heads, branch->size, offset);
  make_room(branch->children, branch->size, offset);
  branch->heads[offset] = key_head;
  branch->children[offset] = right;
  ++branch->size;
}

row_ptr btree::take(std::string_view key) {
  const search_key s(key);
  path path;
  leaf* const l = descend(s, path);
  const std::size_t offset = rows_below(*l, s);
  if (offset == l->size || l->rows[offset]->key() != key) return nullptr;
  row_ptr row(l->rows[offset]);
  close_gap(l->heads, l->size, offset);
  close_gap(l->rows, l->size, offset);
  --l->size;
  if (l->size == 0 && !path.is_at_root()) remove_empty(l, path);
  return row;
}

void btree::remove_empty(leaf* l, path& path) {
  if (l->previous) l->previous->next = l->next;
  (l->next ? l->next->previous : last_) = l->previous;
  delete l;
  auto [branch, child] = path.pop();
  while (branch->size == 1) {
    delete branch;
    // The root has two children or more.
    const step parent = path.pop();
    branch = parent.branch;
    child = parent.child;
  }
  close_gap(branch->heads, branch->size, child);
  close_gap(branch->children, branch->size, child);
  --branch->size;
  while (!root_->is_leaf && root_->size == 1) {
    auto* const old_root = static_cast<inner*>(root_);
    root_ = old_root->children[0];
    delete old_root;
  }
}

}  // namespace lingerd
