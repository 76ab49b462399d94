#include <vector>

#include "sim/report/html/charts.hpp"
#include "sim/report/html/css.hpp"
#include "sim/report/html/markup.hpp"
#include "sim/report/html/setting.hpp"
#include "sim/report/html/strings.hpp"
#include "sim/report/html/study.hpp"
#include "sim/report/html/summary.hpp"
#include "sim/report/html/tables.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/number_format.hpp"
#include "sim/report/report_files.hpp"

// report.html: one file without network access or required scripts. It holds both languages; two
// radio buttons at the start of the page select one by CSS alone. The only script selects the
// language of the browser.
namespace lingerd::sim {
namespace {

using markup::both;
using markup::escaped;

constexpr std::string_view logo =
    R"(<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><path fill="currentColor" d="M4 3h18a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-9l-6 5v-5H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z"/><circle class="dot" cx="8.5" cy="11" r="1.7"/><circle class="dot" cx="13" cy="11" r="1.7"/><circle class="dot" cx="17.5" cy="11" r="1.7"/></svg>)";

// Writes the page from top to bottom. Headings have ids, so that a chart can refer to its heading.
class page {
 public:
  explicit page(const report& r) : r_(r) {}

  std::string write() {
    open();
    summary();
    cards();
    study();
    pictures();
    numbers();
    setting();
    notes();
    return out_ + "</main></div></body></html>\n";
  }

 private:
  void open() {
    const phrase title = r_.runs.size() == 1 ? strings::title_one : strings::title;
    out_ += R"(<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">)"
            R"(<meta name="viewport" content="width=device-width,initial-scale=1"><title>)" +
            escaped(title.zh + " · " + title.en) + "</title><style>";
    out_ += css;
    out_ +=
        R"(</style></head><body><input class="sr" type="radio" name="lang" id="zh" checked>)"
        R"(<input class="sr" type="radio" name="lang" id="en">)"
        R"(<script>if(!/^zh/i.test(navigator.language||"zh"))document.getElementById("en").checked=true;</script>)"
        R"(<div><header class="nav"><b>)";
    out_ += logo;
    out_ += both({"板聊", "Linger"});
    out_ += R"(</b><label class="to-zh" for="zh" lang="zh-Hans">中文</label>)"
            R"(<label class="to-en" for="en" lang="en-US">English</label></header>)"
            R"(<main class="page"><h1>)" +
            both(title) + R"(</h1><p class="lead">)" + both(subtitle_of(r_)) + "</p>";
  }

  void summary() {
    const phrase warning = warning_of(r_);
    if (!warning.en.empty()) {
      out_ += R"(<p class="card warning" role="alert">)" + both(warning) + "</p>";
    }
    out_ += R"(<p class="card answer">)" + both(summary_of(r_)) + "</p>";
  }

  void card(const fixed_phrase& heading, const std::function<double(const run&)>& figure,
            std::string (*text)(double), const phrase& each) {
    card(heading, least(r_, figure), figure, text, each);
  }
  void card(const fixed_phrase& heading, const std::vector<const run*>& best,
            const std::function<double(const run&)>& figure, std::string (*text)(double),
            const phrase& each) {
    if (best.empty()) return;
    out_ += R"(<div class="card"><p class="what">)" + both(heading) + "</p><b>" +
            both(strings::name_of(*best.front())) + "</b><p>";
    phrase text_line = same(text(figure(*best.front())));
    if (!each.en.empty()) text_line = text_line + same(" ") + each;
    if (best.size() > 1) {
      text_line = text_line + strings::runs_close_to_it + list_of({best.begin() + 1, best.end()});
    }
    out_ += both(text_line) + "</p></div>";
  }

  void cards() {
    if (r_.runs.size() < 2) return;
    out_ += R"(<div class="four">)";
    card(
        strings::card_fastest, fastest(r_),
        [](const run& r) { return static_cast<double>(r.latency_us.deliver.p50); },
        number_format::time_us, same(""));
    card(
        strings::card_idle, [](const run& r) { return r.wire.wire_bytes_per_client_hour_idle; },
        number_format::traffic, strings::per_hour);
    if (is_virtual()) {
      out_ += "</div>";
      return;
    }
    card(
        strings::card_memory, [](const run& r) { return r.server.rss_bytes_per_client; },
        number_format::memory, strings::per_client);
    card(
        strings::card_cpu, [](const run& r) { return r.server.cpu_us_per_delivery; },
        number_format::time_us, strings::per_delivery);
    out_ += "</div>";
  }

  void study() {
    for (const study_table& t : study_of(r_)) {
      begin_card(t.name);
      out_ += R"(<p class="hint">)" + both(t.claim) + "</p>" + tables::html(t.table);
      for (const phrase& p : t.verdict) out_ += R"(<p>)" + both(p) + "</p>";
      end_card();
    }
  }

  std::string begin_card(const phrase& heading) {
    const std::string id = "h" + std::to_string(++headings_);
    out_ += R"(<section class="card" aria-labelledby=")" + id + R"("><h2 id=")" + id + R"(">)" +
            both(heading) + "</h2>";
    return id;
  }
  void end_card() { out_ += "</section>"; }
  void hint(const phrase& text) { out_ += R"(<p class="hint">)" + both(text) + "</p>"; }

  void bar_card(const phrase& heading, const phrase& explanation,
                const charts::bar_figure& figure) {
    const std::string id = begin_card(heading);
    hint(charts::needs_log(r_, figure) ? phrase(explanation) + strings::log_scale : explanation);
    out_ += charts::bars(r_, figure, id);
    end_card();
  }

  void pictures() {
    const auto real = [](auto n) { return static_cast<double>(n); };
    const auto idle = [this](const run& run) {
      const model_input input = input_of(r_, run);
      return idle_hour_of(input.transport, input.poll_interval_s, input.setting).requests;
    };
    bar_card(strings::latency, strings::latency_hint,
             {[=](const run& r) { return real(r.latency_us.deliver.p50); },
              [=](const run& r) { return real(r.latency_us.deliver.p99); },
              [=](const run& r) {
                return number_format::time_us(real(r.latency_us.deliver.p50)) + " · " +
                       number_format::time_us(real(r.latency_us.deliver.p99));
              },
              number_format::time_us});
    if (charts::has_curve(r_)) {
      const std::string id = begin_card(strings::curve);
      hint(strings::curve_hint);
      out_ += charts::curve(r_, id) + charts::legend(r_);
      end_card();
    }
    if (charts::has_seconds(r_)) {
      begin_card(strings::timeline);
      hint(strings::timeline_hint);
      out_ += charts::seconds(r_);
      end_card();
    }
    out_ += R"(<div class="pair">)";
    bar_card(strings::message_wire, strings::traffic_hint,
             {[](const run& r) { return r.wire.wire_bytes_per_message; },
              {},
              {},
              number_format::traffic});
    bar_card(strings::message_requests, strings::requests_hint,
             {[=](const run& r) {
                return r.counts.delivered ? real(r.wire.requests) / real(r.counts.delivered) : 0;
              },
              {},
              {},
              number_format::digits});
    bar_card(strings::idle_wire, strings::per_client_idle,
             {[](const run& r) { return r.wire.wire_bytes_per_client_hour_idle; },
              {},
              {},
              number_format::traffic});
    bar_card(strings::idle_requests, strings::per_client_idle,
             {idle, {}, {}, number_format::digits});
    if (is_virtual()) {
      out_ += "</div>";
      return;
    }
    bar_card(strings::cpu, strings::cpu_hint,
             {[](const run& r) { return r.server.cpu_us_per_delivery; },
              {},
              {},
              number_format::time_us});
    bar_card(strings::memory, strings::memory_hint,
             {[](const run& r) { return r.server.rss_bytes_per_client / 1024; },
              {},
              [](const run& r) { return number_format::memory(r.server.rss_bytes_per_client); },
              [](double kib) { return number_format::digits(kib) + " KiB"; }});
    out_ += "</div>";
  }

  void numbers() {
    begin_card(strings::all_numbers);
    const auto part = [this](const phrase& name, const tables::table& t) {
      out_ += "<h3>" + both(name) + "</h3>" + tables::html(t);
    };
    part(strings::correctness, tables::correctness(r_));
    part(strings::latency, tables::latency(r_));
    part(strings::traffic, tables::traffic(r_));
    if (!is_virtual()) part(strings::server, tables::server(r_));
    end_card();
    const tables::table model = tables::against_model(r_);
    if (model.rows.empty()) return;
    begin_card(strings::against_model);
    hint(strings::against_model_hint);
    out_ += tables::html(model);
    end_card();
  }

  void setting() {
    begin_card(strings::setting);
    out_ += "<dl>";
    for (const setting_line& l : setting_of(r_)) {
      out_ += "<dt>" + both(l.name) + "</dt><dd>" + (l.is_code ? "<code>" : "") + both(l.value) +
              (l.is_code ? "</code>" : "") + "</dd>";
    }
    out_ += "</dl>";
    end_card();
  }

  void notes() {
    begin_card(strings::notes);
    out_ += "<ul>";
    const std::vector<fixed_phrase> measured{strings::note_schedule, strings::note_wire,
                                             strings::note_machine, strings::note_ack,
                                             strings::note_lean};
    const std::vector<fixed_phrase> simulated{strings::note_schedule, strings::note_virtual_time,
                                              strings::note_virtual_wire, strings::note_lean};
    for (const fixed_phrase& note : is_virtual() ? simulated : measured) {
      out_ += "<li>" + both(note) + "</li>";
    }
    out_ += "</ul>";
    end_card();
  }

  // CPU and memory are not simulated, so the page leaves them out.
  bool is_virtual() const { return r_.clock == "virtual"; }

  const report& r_;
  std::string out_;
  int headings_ = 0;
};

}  // namespace

std::string to_html(const report& r) { return page(r).write(); }

}  // namespace lingerd::sim
