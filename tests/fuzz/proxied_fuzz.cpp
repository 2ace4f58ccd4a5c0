// Whatever bytes come: what proxies say is read within its bounds, and a good header lies inside what came.

#include "httpd/proxied.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::httpd;
    using State = ProxyHeader::State;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto header = parse_proxy_header(text);
    if (header.state == State::good && (header.size == 0 || header.size > size)) std::abort();
    if (header.state == State::incomplete && size >= longest_proxy_header) std::abort();
    static const auto trusted = Networks::parse({"10.0.0.0/8", "fd00::/8"}).value();
    const auto client = forwarded_for(text, trusted);
    if (client && trusted.contain(*client)) std::abort();
    return 0;
}
