#include "httpd/server.hpp"

#include "httpd/listener.hpp"
#include "httpd/session.hpp"
#include "httpd/source_shelf.hpp"

#include "core/blocking_pool.hpp"
#include "core/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <list>
#include <utility>

namespace mirrorseed::httpd {
namespace asio = boost::asio;
namespace {

using boost::system::error_code;

// Out of descriptors, most likely: connections that end make room.
constexpr std::chrono::milliseconds pause_after_failure(100);

void prepare_socket(Socket& socket) {
    error_code ignored;  // a Unix socket has no such option
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Site site_of(const ServerOptions& options) {
    return {.cors = options.cors ? Cors::on : Cors::off,
            .status_access = options.status_access,
            .status = options.status};
}

}  // namespace

struct Server::Parts {
    Parts(asio::io_context& runs_on, ServerOptions given, SourceFactory make_source, const Log& told)
        : context(runs_on),
          options(std::move(given)),
          log(told),
          shelf(std::move(make_source)),
          pool(options.pool_threads),
          world{.head_timeout = options.head_timeout,
                .idle_timeout = options.idle_timeout,
                .site = site_of(options),
                .shelf = shelf,
                .pool = pool,
                .access_log = access_log,
                .log = log},
          doors(context.get_executor(), log),
          sessions(context.get_executor(), log) {}

    asio::io_context& context;
    ServerOptions options;
    const Log& log;
    SourceShelf shelf;
    BlockingPool pool;
    AccessLog access_log;
    SessionWorld world;
    std::list<Acceptor> acceptors;
    std::vector<Endpoint> endpoints;
    TaskGroup doors;
    TaskGroup sessions;
};

namespace {

asio::awaitable<void> accept_connections(Acceptor& acceptor, TaskGroup& sessions, SessionWorld& world) {
    asio::steady_timer pause(acceptor.get_executor());
    bool told = false;  // one line for each time of trouble, not ten in a second
    while (acceptor.is_open()) {
        Endpoint from;
        auto [code, socket] = co_await acceptor.async_accept(from, asio::as_tuple(asio::use_awaitable));
        if (code == asio::error::operation_aborted || code == asio::error::bad_descriptor) co_return;
        if (code == asio::error::connection_aborted) continue;
        if (code) {
            if (!told) world.log.warning("cannot accept connections: {}", code.message());
            told = true;
            pause.expires_after(pause_after_failure);
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        told = false;
        prepare_socket(socket);
        auto peer = peer_at(from);
        auto name = "connection from " + peer.address;
        sessions.spawn(std::move(name), serve_connection(std::move(socket), std::move(peer), world));
    }
}

void remove_socket_file(const Endpoint& endpoint) {
    if (port_of(endpoint) != 0 || endpoint.protocol().family() != AF_UNIX) return;
    ::unlink(address_text(endpoint).substr(5).c_str());
}

}  // namespace

Server::Server(asio::io_context& context, ServerOptions options, SourceFactory make_source, const Log& log)
    : parts_(std::make_unique<Parts>(context, std::move(options), std::move(make_source), log)) {}

Server::~Server() = default;

Status Server::start() {
    auto& parts = *parts_;
    parts.shelf.prepare();
    if (!parts.options.access_log.empty()) {
        auto opened = AccessLog::open(parts.options.access_log, parts.options.access_log_format);
        if (!opened) return opened.error();
        parts.access_log = std::move(*opened);
    }
    for (const auto& address : parts.options.listen) {
        auto acceptor = listen_on(parts.context.get_executor(), address);
        if (!acceptor) {
            parts.acceptors.clear();
            return acceptor.error();
        }
        parts.endpoints.push_back(acceptor->local_endpoint());
        parts.acceptors.push_back(std::move(*acceptor));
    }
    for (auto& acceptor : parts.acceptors)
        parts.doors.spawn("accepting", accept_connections(acceptor, parts.sessions, parts.world));
    return {};
}

std::vector<std::string> Server::bound() const {
    std::vector<std::string> texts;
    for (const auto& endpoint : parts_->endpoints)
        texts.push_back(address_text(endpoint));
    return texts;
}

std::vector<std::uint16_t> Server::ports() const {
    std::vector<std::uint16_t> numbers;
    for (const auto& endpoint : parts_->endpoints)
        numbers.push_back(port_of(endpoint));
    return numbers;
}

asio::awaitable<void> Server::stop() {
    auto& parts = *parts_;
    parts.world.draining = true;
    for (auto& acceptor : parts.acceptors) {
        error_code ignored;
        acceptor.close(ignored);
    }
    for (const auto& endpoint : parts.endpoints)
        remove_socket_file(endpoint);
    co_await parts.doors.stop(std::chrono::seconds(0));
    co_await parts.sessions.stop(parts.options.drain);
}

void Server::reopen_log() {
    const auto reopened = parts_->access_log.reopen();
    if (!reopened) parts_->log.error("{}", outside(reopened.error().text()));
}

Server::Counts Server::counts() const {
    return {.connections = parts_->sessions.running(),
            .requests = parts_->world.requests,
            .bytes_sent = parts_->world.bytes_sent};
}

}  // namespace mirrorseed::httpd
