#include "core/http/shown_url.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

// Where the part that may hold user and password begins.
std::size_t authority_begin(std::string_view url) {
    const auto slashes = url.find("//");
    return slashes == url.npos ? 0 : slashes + 2;
}

// "host", "host:80" and "[::1]:80", but not "user:secret" that a slash in the secret has cut in two.
bool looks_like_host(std::string_view authority) {
    if (authority.starts_with('[')) return true;
    const auto colon = authority.find(':');
    return colon == authority.npos ||
           authority.substr(colon + 1).find_first_not_of("0123456789") == authority.npos;
}

// Where the host begins: behind the user, if there is one.
std::size_t host_begin(std::string_view url, std::size_t begin) {
    const auto authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    const auto at = authority.rfind('@');
    if (at != authority.npos && looks_like_host(authority.substr(at + 1))) return begin + at + 1;
    if (at == authority.npos && looks_like_host(authority)) return begin;
    const auto last = url.rfind('@');
    return last == url.npos ? begin : std::max(last + 1, begin);
}

}  // namespace

std::string without_credentials(std::string_view url) {
    const auto begin = authority_begin(url);
    const auto host = host_begin(url, begin);
    const auto query = url.find('?', host);
    auto shown = std::string(url.substr(0, begin)) + std::string(url.substr(host, query - host));
    if (query != url.npos) shown += "?...";
    return escape_text(shown);
}

}  // namespace mirrorseed
