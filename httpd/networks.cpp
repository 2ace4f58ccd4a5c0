#include "httpd/networks.hpp"

#include "core/whole_number.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

constexpr unsigned all_bits = 128, v4_prefix_bits = 96;

}  // namespace

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
    Networks networks;
    networks.texts_ = texts;
    for (const auto& text : texts) {
        if (text == PeerAddress().text()) {
            networks.unix_sockets_ = true;
            continue;
        }
        const auto slash = std::min(text.find('/'), text.size());
        const auto address = PeerAddress::parse(std::string_view(text).substr(0, slash));
        const Error error(Fault::bad_input, "\"" + text + "\" is no address and no network");
        if (!address) return error;
        const unsigned before = address->is_v4() ? v4_prefix_bits : 0;
        unsigned bits = all_bits - before;
        if (slash < text.size()) {
            const auto said = whole_number<unsigned>(std::string_view(text).substr(slash + 1));
            if (!said || *said > bits) return error;
            bits = *said;
        }
        networks.networks_.emplace_back(*address, bits + before);
    }
    return networks;
}

bool Networks::contain(const PeerAddress& peer) const noexcept {
    if (!peer.is_ip()) return unix_sockets_;
    return std::any_of(networks_.begin(), networks_.end(),
                       [&](const auto& network) { return peer.begins_like(network.first, network.second); });
}

}  // namespace mirrorseed::httpd
