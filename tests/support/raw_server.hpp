// A server on loopback that says exactly what a test tells it to, byte for byte, however wrong.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mirrorseed::test {

class RawServer {
public:
    // One connection, on a thread of its own. Errors end it quietly: the other side may hang up whenever it
    // likes.
    class Peer {
    public:
        explicit Peer(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

        // One request's head; empty when the other side has hung up.
        std::string read_head();
        // False when nobody listens any more.
        bool send(std::string_view bytes);
        // Until the other side hangs up.
        void wait_for_end();
        boost::asio::ip::tcp::socket& socket() { return socket_; }

    private:
        friend class RawServer;
        boost::asio::ip::tcp::socket socket_;
        std::string pending_;
    };
    using Serve = std::function<void(Peer&)>;

    // Listens on a port of the system's choice. `serve` runs on several threads when several connect.
    explicit RawServer(Serve serve, const std::string& address = "127.0.0.1");
    ~RawServer();

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const;
    std::size_t connections() const;

    // Answers every request with the same bytes, and keeps the connection for more.
    static Serve always(std::string answer);
    // The same once, and hangs up.
    static Serve once(std::string answer);

private:
    void accept();

    Serve serve_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    mutable std::mutex peers_mutex_;
    std::list<Peer> peers_;
    std::list<std::thread> threads_;
    bool stopping_ = false;
    std::thread accepting_;
};

}  // namespace mirrorseed::test
