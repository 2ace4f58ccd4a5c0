#include "sync/rsync/rsync_url.hpp"

#include "core/http/shown_url.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <string_view>

namespace mirrorseed::sync {
namespace {

constexpr std::string_view scheme = "rsync://";
constexpr std::size_t longest = 4096;

bool is_host_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool is_host(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']') && host.size() > 2)
        return host.find_first_not_of("0123456789abcdefABCDEF:.%", 1) == host.size() - 1;
    return !host.empty() && host.front() != '-' && std::all_of(host.begin(), host.end(), is_host_byte);
}

bool is_port(std::string_view port) {
    return !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos &&
           std::stoul(std::string(port)) - 1 < 65535;
}

// A server expands '*', '?' and '[' in what it is asked for, and a module's name may not look like an option.
bool is_path(std::string_view path) {
    const auto means_more = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '*' || c == '?' || c == '[' ||
               c == '\\';
    };
    if (path.empty() || path.front() == '/' || path.front() == '-') return false;
    if (std::any_of(path.begin(), path.end(), means_more)) return false;
    while (!path.empty()) {
        const auto part = path.substr(0, path.find('/'));
        if (part.empty() || part == "." || part == "..") return false;
        path.remove_prefix(std::min(part.size() + 1, path.size()));
    }
    return true;
}

}  // namespace

Result<RsyncUrl> RsyncUrl::parse(const std::string& text) {
    const auto refuse = [&](const char* why) {
        return Error(Fault::bad_input, "\"" + escape_text(without_credentials(text)) + "\" " + why +
                                           ": rsync://HOST/MODULE/ is expected");
    };
    std::string_view rest = text;
    if (!rest.starts_with(scheme) || rest.size() > longest) return refuse("is no rsync URL");
    rest.remove_prefix(scheme.size());
    const auto slash = rest.find('/');
    if (slash == rest.npos) return refuse("names no module");
    auto authority = rest.substr(0, slash);
    RsyncUrl url{.path = std::string(rest.substr(slash + 1))};
    while (url.path.ends_with('/'))
        url.path.pop_back();
    if (const auto at = authority.rfind('@'); at != authority.npos) {
        const auto user = authority.substr(0, at);
        const auto colon = std::min(user.find(':'), user.size());
        url.user = user.substr(0, colon);
        url.password = user.substr(std::min(colon + 1, user.size()));
        authority.remove_prefix(at + 1);
    }
    const auto port = authority.rfind(':');
    const bool has_port = port != authority.npos && authority.find(']', port) == authority.npos;
    url.host = has_port ? authority.substr(0, port) : authority;
    if (has_port) url.port = authority.substr(port + 1);
    if (!is_host(url.host)) return refuse("names no host");
    if (has_port && !is_port(url.port)) return refuse("has a bad port");
    if (!is_path(url.path)) return refuse("has a bad module or path");
    if (!url.user.empty() && !std::all_of(url.user.begin(), url.user.end(), is_host_byte))
        return refuse("has a bad user");
    url.path += '/';
    return url;
}

std::string RsyncUrl::argument() const {
    return module_argument() + below_module();
}

std::string RsyncUrl::module_argument() const {
    return std::string(scheme) + (user.empty() ? "" : user + "@") + host + (port.empty() ? "" : ":" + port) +
           "/" + path.substr(0, path.find('/') + 1);
}

std::string RsyncUrl::below_module() const {
    return path.substr(path.find('/') + 1);
}

std::string RsyncUrl::shown() const {
    return std::string(scheme) + host + (port.empty() ? "" : ":" + port) + "/" + path;
}

}  // namespace mirrorseed::sync
