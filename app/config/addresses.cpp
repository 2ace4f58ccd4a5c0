#include "app/config/addresses.hpp"

#include "core/http/shown_url.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/upstream_kind.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <optional>

#include <arpa/inet.h>
#include <sys/un.h>

namespace mirrorseed::app {
namespace {

Error bad(std::string text) {
    return {Fault::bad_input, std::move(text)};
}

std::string address_in_quotes(std::string_view text) {
    return "\"" + escape_text(text.substr(0, 200)) + "\"";
}

bool is_ipv4(std::string_view text) {
    in_addr address{};
    return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

// A scope, as in "fe80::1%eth0", is left to the system.
bool is_ipv6(std::string_view text) {
    in6_addr address{};
    return inet_pton(AF_INET6, std::string(text.substr(0, text.find('%'))).c_str(), &address) == 1;
}

Result<ListenAddress> parse_unix_address(std::string_view path) {
    if (path.empty() || path.find('\0') != path.npos) return bad("\"unix:\" needs the path of a socket");
    if (path.size() >= sizeof(sockaddr_un::sun_path))
        return bad(fmt::format("{} is too long for a socket's path", address_in_quotes(path)));
    return ListenAddress{.unix_path = std::string(path)};
}

Result<boost::urls::url_view> parse_url(std::string_view text,
                                        std::initializer_list<std::string_view> schemes) {
    const auto url = boost::urls::parse_uri(text);
    if (!url) return bad(fmt::format("\"{}\" is no URL", without_credentials(text)));
    if (std::ranges::find(schemes, std::string_view(url->scheme())) == schemes.end())
        return bad(fmt::format("\"{}\" does not begin with {}://", without_credentials(text),
                               fmt::join(schemes, "://, ")));
    if (url->has_port() && !url->port().empty() && url->port_number() == 0)
        return bad(fmt::format("\"{}\" has no proper port", without_credentials(text)));
    return *url;
}

Status check_file_url(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || !text.starts_with("file:///") || url->has_query() || url->has_fragment())
        return bad(fmt::format("\"{}\" is no absolute file URL; write it like file:///srv/mirror",
                               without_credentials(text)));
    return {};
}

}  // namespace

std::string ListenAddress::str() const {
    if (is_unix()) return "unix:" + unix_path;
    if (fd) return fmt::format("fd:{}", *fd);
    return host.find(':') == host.npos ? fmt::format("{}:{}", host, port)
                                       : fmt::format("[{}]:{}", host, port);
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
    if (text.starts_with("unix:")) return parse_unix_address(text.substr(5));
    if (text.starts_with("fd:"))
        if (const auto fd = whole_number<std::uint16_t>(text.substr(3))) return ListenAddress{.fd = *fd};
    const auto error = bad(fmt::format(
        "{} is no address; write it like \"[::]:8080\", \"127.0.0.1:8080\" or \"unix:/run/mirrorseed.sock\"",
        address_in_quotes(text)));
    const auto colon = text.rfind(':');
    if (colon == text.npos || text.find('\0') != text.npos) return error;
    const auto port = whole_number<std::uint16_t>(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) host = host.substr(1, host.size() - 2);
    if (!port || !(in_brackets ? is_ipv6(host) : is_ipv4(host))) return error;
    return ListenAddress{.host = std::string(host), .port = *port};
}

Status check_url(std::string_view text, std::initializer_list<std::string_view> schemes) {
    const auto url = parse_url(text, schemes);
    if (!url) return url.error();
    if (url->host().empty()) return bad(fmt::format("\"{}\" names no host", without_credentials(text)));
    return {};
}

Status check_upstream_url(std::string_view text) {
    if (text.starts_with("file:")) return check_file_url(text);
    if (auto url = check_url(text, {"rsync", "http", "https", "file"}); !url) return url;
    const auto url = boost::urls::parse_uri(text);
    if (url->scheme() == "rsync" && (url->encoded_path().empty() || url->encoded_path() == "/"))
        return bad(fmt::format("\"{}\" names no rsync module", without_credentials(text)));
    const bool has_query = url->has_query() && !sync::is_metalink(std::string(text));
    if (has_query || url->has_fragment())
        return bad(fmt::format("\"{}\" may not have a query or a fragment", without_credentials(text)));
    return {};
}

Status check_web_url(std::string_view text) {
    return check_url(text, {"http", "https"});
}

Status check_tracker_url(std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        auto url = check_url(trimmed(text.substr(begin, end - begin)), {"http", "https", "udp", "ws", "wss"});
        if (!url) return url;
        begin = end + 1;
    }
    return {};
}

Status check_proxy_url(std::string_view text) {
    return check_url(text, {"http"});
}

Status check_host_and_port(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto port = colon == text.npos ? std::nullopt : whole_number<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0 || colon == 0)
        return bad(fmt::format("{} is no host and port; write it like router.example.org:6881",
                               address_in_quotes(text)));
    return {};
}

Status check_network(std::string_view text) {
    if (text == "unix:") return {};
    const auto slash = text.find('/');
    const auto address = text.substr(0, slash);
    const bool four = is_ipv4(address);
    const auto bits = slash == text.npos ? std::optional(0U) : whole_number<unsigned>(text.substr(slash + 1));
    const bool clean = text.find_first_of(std::string_view("\0%", 2)) == text.npos;
    if (!clean || !(four || is_ipv6(address)) || !bits || *bits > (four ? 32U : 128U))
        return bad(
            fmt::format("{} is no address or network; write it like \"10.0.0.0/8\", \"::1\" or \"unix:\"",
                        address_in_quotes(text)));
    return {};
}

}  // namespace mirrorseed::app
