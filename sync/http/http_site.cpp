#include "sync/http/http_site.hpp"

#include "core/http/shown_url.hpp"
#include "core/text.hpp"

namespace mirrorseed::sync {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : percent_encode_path(text))
        out += c == '/' ? std::string("%2F") : std::string(1, c);
    return out;
}

// A query would be lost on the way to the names below.
Result<HttpUrl> with_slash(const HttpUrl& url) {
    const auto& target = url.target();
    if (target.find('?') != target.npos)
        return Error(Fault::bad_input, url.shown() + " has a query, which an upstream's URL cannot have");
    if (target.ends_with('/')) return url;
    return url.resolve(target + "/");
}

}  // namespace

Result<HttpSite> HttpSite::make(const std::string& url, const Manners& manners) {
    const auto parsed = HttpUrl::parse(url);
    if (!parsed) return parsed.error();
    const auto folder = with_slash(*parsed);
    if (!folder) return folder.error();
    auto root = with_password(*folder, manners.password);
    if (!root) return root.error();

    HttpSite site;
    site.name = without_credentials(url);
    site.root = std::move(*root);
    site.manners = manners;
    site.guest = HostPlaces::enter(manners.places, upstream_host(url), site.lanes(), manners.haste);
    auto client = client_options(manners);
    if (!client) return client.error();
    site.client = std::move(*client);
    return site;
}

Result<HttpClientOptions> client_options(const Manners& manners) {
    HttpClientOptions options;
    options.ca_file = manners.ca_file;
    options.kept_per_origin = 1;
    options.route.family = manners.family;
    if (manners.is_named_by_others) options.private_addresses = PrivateAddresses::never;
    if (manners.allow_private) options.private_addresses = PrivateAddresses::allowed;
    const auto proxy = manners.proxy.empty() ? Result<HttpUrl>(HttpUrl()) : HttpUrl::parse(manners.proxy);
    if (!proxy) return proxy.error().within("proxy");
    if (!manners.proxy.empty()) options.route.manners.proxy = *proxy;
    return options;
}

Result<HttpUrl> with_password(const HttpUrl& url, const std::string& password) {
    const auto& user = url.credentials();
    if (password.empty() || user.empty() || user.find(':') != user.npos) return url;
    auto text = url.str();
    text.insert(text.find("//") + 2, escaped(user) + ":" + escaped(password) + "@");
    return HttpUrl::parse(text);
}

HttpLimits HttpSite::limits() const {
    return {.connect = manners.timeout, .silence = manners.timeout, .slowest = manners.min_rate};
}

HttpUrl file_url(const HttpUrl& root, const RelPath& path) {
    return root.resolve("./" + percent_encode_path(path.str())).value();
}

HttpUrl folder_url(const HttpUrl& root, const RelPath& path) {
    return path.is_root() ? root : root.resolve("./" + percent_encode_path(path.str()) + "/").value();
}

}  // namespace mirrorseed::sync
