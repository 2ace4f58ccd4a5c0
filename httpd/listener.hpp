// Listening sockets: TCP over IPv4 and IPv6, and Unix sockets.
#pragma once

#include "httpd/handle.hpp"
#include "httpd/stream.hpp"

#include "core/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <string>

namespace mirrorseed::httpd {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;
using Endpoint = boost::asio::generic::stream_protocol::endpoint;

struct ListenAddress {
    boost::asio::ip::address address;
    std::uint16_t port = 0;
    std::string path;  // of a Unix socket; empty for TCP
    Endpoint endpoint() const;
};
// "127.0.0.1:8080", "[::]:8080" (which takes IPv4 as well), "localhost:0", "unix:/run/mirrorseed.sock"
Result<ListenAddress> parse_listen_address(const std::string& text);

// Listens at once. A Unix socket that a dead process left behind is replaced.
Result<Acceptor> listen_on(const boost::asio::any_io_executor& executor, const std::string& address);

// As parse_listen_address reads it.
std::string address_text(const Endpoint& endpoint);
std::uint16_t port_of(const Endpoint& endpoint);  // 0 for a Unix socket
Peer peer_at(const Endpoint& endpoint);

}  // namespace mirrorseed::httpd
