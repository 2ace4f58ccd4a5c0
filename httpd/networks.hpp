// Addresses and networks as an operator lists them: "10.0.0.1", "10.0.0.0/8", "fd00::/8"; "unix:" is whoever
// comes by a Unix socket.
#pragma once

#include "httpd/peer_address.hpp"

#include "core/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::httpd {

class Networks {
public:
    static Result<Networks> parse(const std::vector<std::string>& texts);
    bool contain(const PeerAddress& peer) const noexcept;
    bool are_none() const noexcept { return texts_.empty(); }
    // As they were listed.
    const std::vector<std::string>& texts() const noexcept { return texts_; }

private:
    std::vector<std::pair<PeerAddress, unsigned>> networks_;  // and how many bits count
    bool unix_sockets_ = false;
    std::vector<std::string> texts_;
};

}  // namespace mirrorseed::httpd
