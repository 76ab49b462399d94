#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/memory/stored_row.hpp"

namespace lingerd {

// An ordered map of rows, keys compared as unsigned bytes: a B+-tree in memory. Owns its rows. Used
// by one thread at a time; several may read at once. Only allocation fails. Most of a look-up's
// cost is cache misses: here one or two a level, of few levels, where a binary tree of a million
// rows has twenty levels.
//
//   inner      │ heads │ children │            heads: the first 16 bytes of a subtree's least key
//               ╱          ╲
//   leaves     │ heads │ rows │ ⇄ │ heads │ rows │ ⇄ …
//                        ╲
//                         key and value, one block each
//
// A search compares heads, which lie side by side in a node, and reads a row only where they are
// equal.
//
// Invariants: (1) all leaves lie equally deep, and none is empty unless it is the root; (2) all
// rows below a child are less than all below the next; (3) a child's head is at most its first
// row's, and at least that of every row before it: erasing may leave it lower than necessary; (4)
// the head of a node's first child is never read.
//
// Sparse nodes are not merged, since rows are seldom erased; an empty node is deleted.
class btree {
  struct node;
  struct leaf;
  struct inner;

 public:
  btree();
  ~btree();
  btree(const btree&) = delete;
  btree& operator=(const btree&) = delete;

  // A position in the tree: at a row, or beyond the last one. Valid until the tree changes.
  class position {
   public:
    // Null beyond the last row.
    const stored_row* row() const;
    // REQUIRES: row() is not null.
    void go_forward();
    // Returns false at the first row; the position is then beyond the last one.
    bool go_back();

   private:
    friend class btree;
    position(const btree& tree, const leaf* leaf, std::size_t offset)
        : tree_(&tree), leaf_(leaf), offset_(offset) {}
    const btree* tree_;
    const leaf* leaf_;  // an offset equal to its size is beyond the last row
    std::size_t offset_;
  };

  const stored_row* find(std::string_view key) const;
  // The first row at or above the key.
  position lower_bound(std::string_view key) const;
  position end() const;

  // Inserts the row; returns the row with the same key that it replaces, or null.
  row_ptr put(row_ptr row);
  // Removes the row with this key and returns it; null if there is none.
  row_ptr take(std::string_view key);

 private:
  // The first 16 bytes of a key, padded with zeros, as two big-endian numbers: they order keys that
  // differ within them.
  struct head {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const head&, const head&) = default;
    friend auto operator<=>(const head&, const head&) = default;
  };
  struct search_key {
    search_key(std::string_view k) : key(k), key_head(head_of(k)) {}
    std::string_view key;
    head key_head;
  };
  class path;
  struct step {
    inner* branch;
    std::size_t child;
  };

  static head head_of(std::string_view key);
  static std::uint64_t eight_bytes(std::string_view key, std::size_t begin);
  static const stored_row& first_row(const node* n);
  static std::size_t child_for(const inner& n, const search_key& s);
  static std::size_t rows_below(const leaf& l, const search_key& s);
  static void delete_subtree(node* n);

  leaf* descend(const search_key& s, path& path) const;
  void insert(leaf* destination, std::size_t offset, const head& key_head, stored_row* row,
              path& path);
  void add_child(path& path, node* left, const head& key_head, node* right);
  void remove_empty(leaf* l, path& path);

  node* root_;
  leaf* last_;
};

}  // namespace lingerd
