// Puts a reply on the wire: its head, then its pieces, the file's bytes read by the pool.
#pragma once

#include "httpd/handle.hpp"
#include "httpd/stream.hpp"

#include "core/blocking_pool.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace mirrorseed::httpd {

struct Sent {
    enum class Outcome { done, peer_gone, content_failed } outcome = Outcome::done;
    Bytes bytes = 0;      // in all
    std::string fault{};  // what went wrong with the content
};

// All that is referred to outlives the call. A peer that takes nothing for `patience` counts as gone. A file
// that ends early is never padded: the connection must be closed then.
boost::asio::awaitable<Sent> send_reply(Stream& stream, std::string head, const Reply& reply,
                                        BlockingPool& pool, std::chrono::seconds patience);

}  // namespace mirrorseed::httpd
