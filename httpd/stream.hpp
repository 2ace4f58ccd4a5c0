// The kind of connection that sessions speak over: TCP and Unix sockets alike.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/rate_policy.hpp>

namespace mirrorseed::httpd {

using Socket = boost::asio::generic::stream_protocol::socket;
using Stream =
    boost::beast::basic_stream<boost::asio::generic::stream_protocol, boost::asio::any_io_executor>;

}  // namespace mirrorseed::httpd
