#include "store/commit/durable_store.hpp"

#include "store/commit/kv_tables.hpp"
#include "store/commit/loader.hpp"
#include "store/index/message_reader.hpp"

namespace lingerd {

durable_store::durable_store(std::shared_ptr<backend> in, loop& on, worker& storage, worker& reader,
                             const limits& bounds, group_commit::options how)
    : backend_(std::move(in)),
      reader_(reader),
      commits_(*backend_, on, storage, bounds, std::move(how)) {}

durable_store::~durable_store() {
  reads_.clear_and_dispose([](any_read_job* left) { delete left; });
}

template <class T>
void durable_store::submit(std::function<T(kv&)> work, std::function<void(result<T>)> done) {
  auto* const made = new read_job<T>(*backend_, std::move(work), std::move(done));
  reads_.push_back(*made);
  reader_.submit(*made);
}

void durable_store::read_forward(std::vector<message_range> from, std::size_t limit,
                                 std::size_t bytes, messages_done done) {
  submit<message_list>(
      [this, from = std::move(from), limit, bytes](kv& in) {
        message_index index(in, tail_);
        return lingerd::read_forward(index, from, limit, bytes);
      },
      std::move(done));
}

void durable_store::read_backward(conversation in, std::vector<message_range> stays,
                                  change_id before, std::size_t limit, messages_done done) {
  submit<message_list>(
      [this, in, stays = std::move(stays), before, limit](kv& from) {
        message_index index(from, tail_);
        return lingerd::read_backward(index, in, stays, before, limit);
      },
      std::move(done));
}

void durable_store::read_newest(std::vector<message_range> of, messages_done done) {
  submit<message_list>(
      [this, of = std::move(of)](kv& in) {
        message_index index(in, tail_);
        return lingerd::read_newest(index, of);
      },
      std::move(done));
}

void durable_store::read_password_hash(user_id user, text_done done) {
  submit<std::string>(
      [user](kv& in) {
        auto row = kv_tables(in).user(user);
        return row ? std::move(row->password_hash) : std::string();
      },
      std::move(done));
}

void durable_store::load(row_sink& into) {
  const auto txn = backend_->begin_read();
  load_rows(*txn, into);
}

}  // namespace lingerd
