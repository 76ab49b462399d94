#include "tests/disk/disk_record.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lingerd::disk_tests {
namespace {

constexpr std::uint64_t sector = 512;

}  // namespace

std::vector<disk_operation> read_record(const std::filesystem::path& record) {
  std::ifstream input(record, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(input), {}};
  std::vector<disk_operation> all;
  std::size_t position = 0;
  const auto take = [&](std::uint64_t size) {
    if (position + size > bytes.size()) throw std::runtime_error("the record is cut off");
    std::string part = bytes.substr(position, size);
    position += size;
    return part;
  };
  while (position < bytes.size()) {
    disk_operation o;
    const std::string head = take(sizeof o.header);
    std::memcpy(&o.header, head.data(), sizeof o.header);
    o.path = take(o.header.path_bytes);
    o.other_path = take(o.header.other_bytes);
    o.data = take(o.header.data_bytes);
    if (o.header.error != 0) continue;
    disk_operation sync;
    sync.header.kind = record_kind::sync;
    sync.path = o.path;
    const bool is_synced = (o.header.flags & record_synced) != 0;
    all.push_back(std::move(o));
    if (is_synced) all.push_back(std::move(sync));
  }
  return all;
}

void disk_model::apply_name(names& all, const name_change& c) {
  switch (c.kind) {
    case record_kind::create: all[c.path] = c.created; break;
    case record_kind::remove: all.erase(c.path); break;
    case record_kind::rename:
      if (const auto found = all.find(c.path); found != all.end()) {
        all[c.other_path] = found->second;
        all.erase(c.path);
      }
      break;
    default: break;
  }
}

void disk_model::apply_change(std::string& bytes, const change& c) {
  if (c.is_length) {
    bytes.resize(c.offset);
    return;
  }
  if (bytes.size() < c.offset + c.data.size()) bytes.resize(c.offset + c.data.size());
  bytes.replace(c.offset, c.data.size(), c.data);
}

void disk_model::apply(const disk_operation& o) {
  const auto offset = static_cast<std::uint64_t>(o.header.offset);
  switch (o.header.kind) {
    case record_kind::write:
    case record_kind::truncate: {
      const auto found = current_.find(o.path);
      if (found == current_.end()) return;  // not of this folder, or removed
      file& f = *found->second;
      f.pending.push_back({o.header.kind == record_kind::truncate, offset, o.data});
      break;
    }
    case record_kind::sync: {
      if (const auto found = current_.find(o.path); found != current_.end()) {
        for (const change& c : found->second->pending) apply_change(found->second->durable, c);
        found->second->pending.clear();
      } else {  // a folder: there is one
        durable_ = current_;
        unsynced_.clear();
      }
      break;
    }
    case record_kind::create:
    case record_kind::rename:
    case record_kind::remove: {
      name_change c{o.header.kind, o.path, o.other_path, nullptr};
      if (c.kind == record_kind::create) c.created = std::make_shared<file>();
      apply_name(current_, c);
      unsynced_.push_back(std::move(c));
      break;
    }
  }
}

std::string disk_model::cut(const file& f, survival kind, std::mt19937& random) {
  std::string bytes = f.durable;
  if (kind == survival::none) return bytes;
  for (const change& c : f.pending) {
    if (c.is_length || kind == survival::all) {
      if (kind != survival::some || random() % 2 == 0) apply_change(bytes, c);
      continue;
    }
    if (kind == survival::no_data) {
      if (bytes.size() < c.offset + c.data.size()) bytes.resize(c.offset + c.data.size());
      continue;
    }
    for (std::uint64_t begin = 0; begin < c.data.size();) {
      const std::uint64_t end = std::min<std::uint64_t>(
          c.data.size(), (c.offset + begin) / sector * sector + sector - c.offset);
      if (random() % 2 == 0) {
        apply_change(bytes, {false, c.offset + begin, c.data.substr(begin, end - begin)});
      }
      begin = end;
    }
  }
  return bytes;
}

void disk_model::write_cut(const std::filesystem::path& folder, survival kind,
                           std::mt19937& random) const {
  names all = kind == survival::none ? durable_ : current_;
  if (kind == survival::some) {
    // The journal of a file system keeps the order of the names.
    all = durable_;
    const std::size_t stored = random() % (unsynced_.size() + 1);
    for (std::size_t i = 0; i < stored; ++i) apply_name(all, unsynced_[i]);
  }
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [path, f] : all) {
    const auto target = folder / std::filesystem::path(path).lexically_relative(root_);
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target, std::ios::binary) << cut(*f, kind, random);
  }
}

}  // namespace lingerd::disk_tests
