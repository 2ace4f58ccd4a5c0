#include "torrentgen/url_parts.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed::torrentgen {
namespace {

// What stands from `mark` on is cut off and returned.
std::string_view cut_from(std::string_view& text, std::string_view marks) {
    const auto at = std::min(text.find_first_of(marks), text.size());
    const auto tail = text.substr(at);
    text = text.substr(0, at);
    return tail;
}

}  // namespace

UrlParts split_url(std::string_view url) {
    UrlParts parts;
    parts.fragment = cut_from(url, "#");
    parts.query = cut_from(url, "?");
    const auto colon = url.find("://");
    if (colon == url.npos) {
        parts.path = url;
        return parts;
    }
    parts.scheme = lowered(url.substr(0, colon));
    url.remove_prefix(colon + 3);
    parts.path = cut_from(url, "/");
    if (const auto at = url.rfind('@'); at != url.npos) {
        parts.user = url.substr(0, at);
        url.remove_prefix(at + 1);
    }
    if (url.starts_with('[')) {
        parts.host = lowered(url.substr(1, std::min(url.find(']'), url.size()) - 1));
    } else {
        cut_from(url, ":");
        parts.host = lowered(url);
    }
    return parts;
}

}  // namespace mirrorseed::torrentgen
