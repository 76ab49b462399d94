#include "store/commit/durable_store.hpp"

#include "store/commit/kv_tables.hpp"
#include "store/commit/loader.hpp"
#include "store/index/message_reader.hpp"

namespace lingerd {

durable_store::durable_store(std::shared_ptr<backend> backend, loop& loop, worker& storage,
                             worker& reader, const limits& bounds, group_commit::options options)
    : backend_(std::move(backend)),
      reader_(reader),
      commits_(*backend_, loop, storage, bounds, std::move(options)) {}

durable_store::~durable_store() {
  reads_.clear_and_dispose([](any_read_job* read) { delete read; });
}

template <class T>
void durable_store::submit(std::function<T(kv_transaction&)> work,
                           std::function<void(result<T>)> on_done) {
  auto* const job = new read_job<T>(*backend_, std::move(work), std::move(on_done));
  reads_.push_back(*job);
  reader_.submit(*job);
}

void durable_store::read_forward(std::vector<message_range> ranges, std::size_t limit,
                                 std::size_t bytes, messages_done on_done) {
  submit<message_list>(
      [this, ranges = std::move(ranges), limit, bytes](kv_transaction& transaction) {
        message_index index(transaction, memtable_);
        return lingerd::read_forward(index, ranges, limit, bytes);
      },
      std::move(on_done));
}

void durable_store::read_backward(conversation conversation, std::vector<message_range> stays,
                                  change_id before, std::size_t limit, messages_done on_done) {
  submit<message_list>(
      [this, conversation, stays = std::move(stays), before, limit](kv_transaction& transaction) {
        message_index index(transaction, memtable_);
        return lingerd::read_backward(index, conversation, stays, before, limit);
      },
      std::move(on_done));
}

void durable_store::read_newest(std::vector<message_range> ranges, messages_done on_done) {
  submit<message_list>(
      [this, ranges = std::move(ranges)](kv_transaction& transaction) {
        message_index index(transaction, memtable_);
        return lingerd::read_newest(index, ranges);
      },
      std::move(on_done));
}

void durable_store::read_password_hash(user_id user, text_done on_done) {
  submit<std::string>(
      [user](kv_transaction& transaction) {
        auto row = kv_tables(transaction).user(user);
        return row ? std::move(row->password_hash) : std::string();
      },
      std::move(on_done));
}

void durable_store::load(row_sink& sink) {
  const auto txn = backend_->begin_read();
  load_rows(*txn, sink);
}

}  // namespace lingerd
