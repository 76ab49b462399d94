#include "http/api/page.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "http/api/page_assets.hpp"

namespace lingerd {
namespace {

constexpr std::string_view index_name = "index.html";

// Sent with the index: the browser takes scripts, styles and pictures from this server alone, and
// text can only reach the page as text.
constexpr std::string_view policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n";

const asset* compiled_in(std::string_view name) {
  const auto place =
      std::lower_bound(page_assets.begin(), page_assets.end(), name,
                       [](const asset& a, std::string_view n) { return a.name < n; });
  return place != page_assets.end() && place->name == name ? &*place : nullptr;
}

std::string_view type_of(std::string_view name) {
  const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
  if (ends(".html")) return "text/html; charset=utf-8";
  if (ends(".css")) return "text/css; charset=utf-8";
  if (ends(".js")) return "text/javascript; charset=utf-8";
  if (ends(".svg")) return "image/svg+xml";
  if (ends(".webmanifest")) return "application/manifest+json";
  if (ends(".png")) return "image/png";
  return "application/octet-stream";
}

response no_such_file() { return refuse(error::not_found, "there is no such page"); }

response from_disk(const std::filesystem::path& folder, std::string_view name) {
  // One name in one folder: nothing that leads out of it.
  const bool is_plain = !name.empty() && name.front() != '.' &&
                        name.find_first_of("/\\%") == std::string_view::npos &&
                        name.find('\0') == std::string_view::npos;
  if (!is_plain) return no_such_file();
  std::error_code ec;
  std::ifstream file(folder / name, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(folder / name, ec)) return no_such_file();
  std::ostringstream all;
  all << file.rdbuf();
  response r(200, all.str());
  r.type = type_of(name);
  return r;
}

bool takes_gzip(const http_request& r) { return lists_word(r[field::accept_encoding], "gzip"); }

response from_memory(const http_request& r, const asset& a) {
  response answer;
  answer.type = a.type;
  answer.storable = true;
  answer.fields = "Vary: Accept-Encoding\r\n";
  if (takes_gzip(r)) {
    answer.fixed = a.gzip;
    answer.fields += "Content-Encoding: gzip\r\n";
  } else {
    answer.fixed = a.identity;
  }
  return answer;
}

}  // namespace

response page::index(const http_request& r) const {
  if (folder_) {
    response answer = from_disk(*folder_, index_name);
    answer.fields += policy;
    return answer;
  }
  const asset* a = compiled_in(index_name);
  if (!a) return no_such_file();
  const std::string tag = "\"" + std::string(page_hash) + "\"";
  response answer = from_memory(r, *a);
  const std::string& known = r[field::if_none_match];
  if (known == "*" || known.find(tag) != std::string::npos) {
    answer = response(304, {});
    answer.storable = true;
  }
  answer.fields += "Cache-Control: no-cache\r\nETag: " + tag + "\r\n";
  answer.fields += policy;
  return answer;
}

response page::file(const http_request& r, std::string_view path) const {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return no_such_file();
  const std::string_view name = path.substr(slash + 1);
  if (folder_) return from_disk(*folder_, name);
  const asset* a = compiled_in(name);
  if (!a || path.substr(0, slash) != page_hash) return no_such_file();
  response answer = from_memory(r, *a);
  answer.fields += "Cache-Control: public, max-age=31536000, immutable\r\n";
  answer.fields += "X-Content-Type-Options: nosniff\r\n";
  return answer;
}

}  // namespace lingerd
