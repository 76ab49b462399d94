#include "http/api/same_origin.hpp"

#include <boost/beast/core/string.hpp>

namespace lingerd {
namespace {

using boost::beast::iequals;

// Without the scheme's default port: "chat.example.org:443" → "chat.example.org" of https.
std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
  std::string_view port = ":";
  if (iequals(scheme, "http")) port = ":80";
  if (iequals(scheme, "https")) port = ":443";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  if (authority.ends_with(':')) authority.remove_suffix(1);
  return authority;
}

struct origin_parts {
  std::string_view scheme;
  std::string_view authority;  // without the default port
};

// "http://192.168.1.20:8080/chat" → "http" and "192.168.1.20:8080"
origin_parts parts_of(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  origin_parts parts;
  parts.scheme = url.substr(0, colon);
  url.remove_prefix(colon + 3);
  parts.authority = without_default_port(url.substr(0, url.find('/')), parts.scheme);
  return parts;
}

// "http://192.168.1.20:8080/chat" → "http://192.168.1.20:8080"
std::string_view origin_of(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  return url.substr(0, url.find('/', colon + 3));
}

result<void> allow_if(bool is_allowed) {
  if (is_allowed) return {};
  return refusal(error::cross_site, "this request comes from another site");
}

}  // namespace

bool same_origin::is_own_origin(std::string_view origin, const http_request& r) const {
  const origin_parts other = parts_of(origin);
  if (other.authority.empty()) return false;
  const origin_parts own = parts_of(public_url_);
  if (iequals(other.scheme, own.scheme) && iequals(other.authority, own.authority)) return true;
  return iequals(other.authority, without_default_port(r[field::host], other.scheme));
}

// What the three checks share: the cookie, Sec-Fetch-Site and Origin. Open where there is no
// Origin.
same_origin::finding same_origin::check_fields(const http_request& r, const caller& caller) const {
  if (!caller.by_cookie) return finding::allowed;
  const std::string& site = r[field::sec_fetch_site];
  if (!site.empty() && site != "same-origin" && site != "none") return finding::refused;
  const std::string& origin = r[field::origin];
  // A page that hides its address sends "null", and the browser still tells where it comes from.
  if (origin.empty() || (origin == "null" && site == "same-origin")) return finding::open;
  return is_own_origin(origin, r) ? finding::allowed : finding::refused;
}

result<void> same_origin::check_change(const http_request& r, const caller& caller) const {
  const finding found = check_fields(r, caller);
  if (found != finding::open) return allow_if(found == finding::allowed);
  // A form of another site cannot send JSON without a preflight request.
  const bool has_json = !r.body.empty() && is_json(r);
  return allow_if(r[field::sec_fetch_site] == "same-origin" || has_json);
}

result<void> same_origin::check_stream(const http_request& r, const caller& caller) const {
  return allow_if(check_fields(r, caller) != finding::refused);
}

result<void> same_origin::check_form(const http_request& r, const caller& caller) const {
  const finding found = check_fields(r, caller);
  if (found != finding::open) return allow_if(found == finding::allowed);
  const std::string& referer = r[field::referer];
  if (!referer.empty()) return allow_if(is_own_origin(origin_of(referer), r));
  return allow_if(!r[field::x_requested_with].empty() || !r[field::x_csrf_token].empty());
}

}  // namespace lingerd
