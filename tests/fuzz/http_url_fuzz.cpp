// Whatever a URL or a Location says: what goes on the wire is one line of visible ASCII, and reads back as
// itself.

#include "core/http/http_url.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void check(const mirrorseed::Result<mirrorseed::HttpUrl>& url) {
    if (!url) return;
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
    for (const auto& text : {url->str(), url->target(), url->host(), url->host_field(), url->authority()})
        if (text.empty() || !std::all_of(text.begin(), text.end(), is_visible)) std::abort();
    if (!url->target().starts_with('/') || url->target().find('#') != std::string::npos || url->port() == 0)
        std::abort();
    const auto again = mirrorseed::HttpUrl::parse(url->str());
    if (!again || again->str() != url->str() || !again->same_origin(*url)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto base = mirrorseed::HttpUrl::parse("http://me:secret@host:81/a/b?c").value();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(mirrorseed::HttpUrl::parse(text));
    const auto target = base.resolve(text);
    check(target);
    if (target && !target->same_origin(base) && target->credentials() == "me:secret" &&
        text.find("secret") == text.npos)
        std::abort();
    return 0;
}
