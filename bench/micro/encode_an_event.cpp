#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/store_fixture.hpp"
#include "core/chat/event_json.hpp"

// Encodes a row as the bytes that all readers share.
namespace lingerd::bench {
namespace {

std::string repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// A message's text, and the number of bytes that its escapes add.
struct sample {
  std::string text;
  std::size_t escapes = 0;
};
sample short_text() { return {some_text(), 0}; }
sample long_text() { return {repeat(some_text(), 40), 0}; }
sample chinese() { return {repeat("明天下午四点在图书馆门口见。", 10), 0}; }
sample source_code() { return {repeat("\tif (s == \"a\\n\") {\n", 10), 50}; }

void encode_an_event(benchmark::State& state, sample (*make_sample)()) {
  const sample text_sample = make_sample();
  message_row m;
  m.conversation = conversation::single(1'234, 56'789);
  m.head = {1'234'567'890, 4'321, 2'100, 1'234};
  m.timestamp = 1'790'000'000'123;
  m.text = text_sample.text;
  std::size_t bytes = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      std::string out;
      out.reserve(160 + m.text.size() + m.text.size() / 8);  // as chat does
      event_json::message(out, m);
      bytes = out.size();
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    }
  }
  m.text.clear();
  std::string empty_text_event;
  event_json::message(empty_text_event, m);
  if (bytes != empty_text_event.size() + text_sample.text.size() + text_sample.escapes) {
    state.SkipWithError("the event does not have the expected length");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(encode_an_event, short, short_text);
BENCHMARK_CAPTURE(encode_an_event, long, long_text);
BENCHMARK_CAPTURE(encode_an_event, chinese, chinese);
BENCHMARK_CAPTURE(encode_an_event, source_code, source_code);

void encode_a_read_mark(benchmark::State& state) {
  const conversation conversation = conversation::single(1'234, 56'789);
  std::string out;
  for (auto _ : state) {
    out.clear();
    event_json::read(out, 1'234, conversation, 1'234'567'889, 1'234'567'890);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  if (out != R"({"event":"read","id":1234567890,"user":1234,"type":"single","with":56789,)"
             R"("up_to":1234567889})") {
    state.SkipWithError("the event differs from the expected one");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_a_read_mark);

}  // namespace
}  // namespace lingerd::bench
