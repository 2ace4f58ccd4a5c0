#include "httpd/listener.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <fmt/format.h>

#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

namespace mirrorseed::httpd {
namespace asio = boost::asio;
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::string_view unix_prefix = "unix:";

Error no_address(const std::string& text) {
    return {Fault::bad_input,
            "\"" + text + "\" is no address to listen on; say ADDR:PORT, [ADDR]:PORT or unix:PATH"};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
}

// A local endpoint's path. The kernel leaves it out for a peer that has no name.
std::string unix_path(const Endpoint& endpoint) {
    constexpr auto offset = offsetof(sockaddr_un, sun_path);
    if (endpoint.size() <= offset) return {};
    const auto* address = reinterpret_cast<const sockaddr_un*>(endpoint.data());
    return {address->sun_path, ::strnlen(address->sun_path, endpoint.size() - offset)};
}

std::optional<tcp::endpoint> tcp_endpoint(const Endpoint& endpoint) {
    tcp::endpoint found;
    const auto family = endpoint.protocol().family();
    if ((family != AF_INET && family != AF_INET6) || endpoint.size() > found.capacity()) return std::nullopt;
    std::memcpy(found.data(), endpoint.data(), endpoint.size());
    found.resize(endpoint.size());
    return found;
}

Error cannot_listen(const std::string& address, const error_code& code) {
    return {code, "cannot listen on " + address + ": " + code.message()};
}

// A socket file that nobody answers at is a leftover; one that is answered at belongs to somebody.
void remove_leftover(const asio::any_io_executor& executor, const Endpoint& endpoint) {
    const auto path = unix_path(endpoint);
    struct stat info {};
    if (path.empty() || ::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return;
    Socket probe(executor);
    error_code code;
    probe.connect(endpoint, code);
    if (code == asio::error::connection_refused) ::unlink(path.c_str());
}

error_code open_and_bind(Acceptor& acceptor, const Endpoint& endpoint) {
    error_code code;
    const auto family = endpoint.protocol().family();
    acceptor.open(endpoint.protocol(), code);
    if (!code && family != AF_UNIX) acceptor.set_option(Acceptor::reuse_address(true), code);
    if (!code && family == AF_INET6) acceptor.set_option(asio::ip::v6_only(false), code);
    if (!code) acceptor.bind(endpoint, code);
    if (!code) acceptor.listen(Acceptor::max_listen_connections, code);
    return code;
}

bool lacks_ipv6(const error_code& code) {
    return code == asio::error::address_family_not_supported;
}

}  // namespace

Endpoint ListenAddress::endpoint() const {
    if (!path.empty()) return asio::local::stream_protocol::endpoint(path);
    return tcp::endpoint(address, port);
}

Result<ListenAddress> parse_listen_address(const std::string& text) {
    if (text.starts_with(unix_prefix)) {
        const auto path = text.substr(unix_prefix.size());
        if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) return no_address(text);
        return ListenAddress{.address = {}, .port = 0, .path = path};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return no_address(text);
    const auto port = parse_port(std::string_view(text).substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    error_code code;
    const auto address = asio::ip::make_address(host, code);
    if (!port || code || address.is_v6() != bracketed) return no_address(text);
    return ListenAddress{.address = address, .port = *port, .path = {}};
}

Result<Acceptor> listen_on(const asio::any_io_executor& executor, const std::string& address) {
    const auto parsed = parse_listen_address(address);
    if (!parsed) return parsed.error();
    const auto endpoint = parsed->endpoint();
    if (endpoint.protocol().family() == AF_UNIX) remove_leftover(executor, endpoint);
    Acceptor acceptor(executor);
    auto code = open_and_bind(acceptor, endpoint);
    // "[::]" means everywhere, also on a machine without IPv6.
    const auto wanted = tcp_endpoint(endpoint);
    if (code && lacks_ipv6(code) && wanted && wanted->address().is_unspecified()) {
        error_code ignored;
        acceptor.close(ignored);
        code = open_and_bind(acceptor, Endpoint(tcp::endpoint(tcp::v4(), wanted->port())));
    }
    if (code) return cannot_listen(address, code);
    // Whoever may reach the folder may connect, as with nginx; the server's answers are public.
    if (endpoint.protocol().family() == AF_UNIX) ::chmod(unix_path(endpoint).c_str(), 0666);
    return acceptor;
}

std::string address_text(const Endpoint& endpoint) {
    const auto address = tcp_endpoint(endpoint);
    if (!address) return std::string(unix_prefix) + unix_path(endpoint);
    const auto host = address->address().to_string();
    return fmt::format(fmt::runtime(address->address().is_v6() ? "[{}]:{}" : "{}:{}"), host, address->port());
}

std::uint16_t port_of(const Endpoint& endpoint) {
    const auto address = tcp_endpoint(endpoint);
    return address ? address->port() : std::uint16_t{0};
}

Peer peer_at(const Endpoint& endpoint) {
    const auto found = tcp_endpoint(endpoint);
    if (!found) return {.address = "unix:", .local = true};
    auto address = found->address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return {.address = address.to_string(), .local = address.is_loopback()};
}

}  // namespace mirrorseed::httpd
