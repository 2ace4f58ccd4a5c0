#include "tests/support/raw_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

namespace mirrorseed::test {
namespace asio = boost::asio;
using asio::ip::tcp;

std::string RawServer::Peer::read_head() {
    boost::system::error_code code;
    const auto length = asio::read_until(socket_, asio::dynamic_buffer(pending_), "\r\n\r\n", code);
    if (code) return {};
    auto head = pending_.substr(0, length);
    pending_.erase(0, length);
    return head;
}

bool RawServer::Peer::send(std::string_view bytes) {
    boost::system::error_code code;
    asio::write(socket_, asio::buffer(bytes), code);
    return !code;
}

void RawServer::Peer::wait_for_end() {
    boost::system::error_code code;
    char bytes[1024];
    while (!code)
        socket_.read_some(asio::buffer(bytes), code);
}

RawServer::RawServer(Serve serve, const std::string& address)
    : serve_(std::move(serve)),
      acceptor_(context_, {asio::ip::make_address(address), 0}),
      port_(acceptor_.local_endpoint().port()),
      accepting_([this] { accept(); }) {}

// Shutting down wakes whoever waits in a read, a write or an accept; closing would not.
RawServer::~RawServer() {
    {
        const std::lock_guard lock(peers_mutex_);
        stopping_ = true;
        for (auto& peer : peers_)
            ::shutdown(peer.socket_.native_handle(), SHUT_RDWR);
    }
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    for (auto& thread : threads_)
        thread.join();
}

void RawServer::accept() {
    for (;;) {
        boost::system::error_code code;
        tcp::socket socket(context_);
        acceptor_.accept(socket, code);
        const std::lock_guard lock(peers_mutex_);
        if (code || stopping_) return;
        auto& peer = peers_.emplace_back(std::move(socket));
        threads_.emplace_back([this, &peer] {
            serve_(peer);
            ::shutdown(peer.socket_.native_handle(), SHUT_RDWR);
        });
    }
}

std::string RawServer::url(std::string_view path) const {
    const auto address = acceptor_.local_endpoint().address().to_string();
    return "http://" + address + ":" + std::to_string(port_) + std::string(path);
}

std::size_t RawServer::connections() const {
    const std::lock_guard lock(peers_mutex_);
    return peers_.size();
}

RawServer::Serve RawServer::always(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
        while (!peer.read_head().empty() && peer.send(answer)) {
        }
    };
}

RawServer::Serve RawServer::once(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
        if (!peer.read_head().empty()) peer.send(answer);
    };
}

}  // namespace mirrorseed::test
