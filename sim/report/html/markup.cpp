#include "sim/report/html/markup.hpp"

namespace lingerd::sim::markup {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string both(const phrase& p) {
  if (p.zh == p.en) return escaped(p.en);
  return R"(<span lang="zh-CN">)" + escaped(p.zh) + R"(</span><span lang="en">)" + escaped(p.en) +
         "</span>";
}

std::string both_in_svg(const phrase& p, std::string_view attributes) {
  const std::string open = "<text " + std::string(attributes);
  if (p.zh == p.en) return open + ">" + escaped(p.en) + "</text>";
  return open + R"( lang="zh-CN">)" + escaped(p.zh) + "</text>" + open + R"( lang="en">)" +
         escaped(p.en) + "</text>";
}

}  // namespace lingerd::sim::markup
