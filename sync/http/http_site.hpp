// A web site as an upstream: where the tree begins there, and how it is spoken to.
#pragma once

#include "core/http/http_client.hpp"
#include "core/rel_path.hpp"
#include "sync/manners.hpp"
#include "sync/upstream_kind.hpp"

#include <string>

namespace mirrorseed::sync {

struct HttpSite {
    std::string name;  // for people
    HttpUrl root;      // ends with a slash
    HttpClientOptions client{};
    Manners manners{};
    HostGuest guest{};  // whoever has a connection holds a place

    // The URL's own password goes before the one of the manners.
    static Result<HttpSite> make(const std::string& url, const Manners& manners);

    unsigned lanes() const noexcept {
        return manners.connections == 0 ? usual_connections(UpstreamKind::pages) : manners.connections;
    }
    // For anything but a body: how long to wait, how often to be sent elsewhere.
    HttpLimits limits() const;
};

// How a client for any URL is made.
Result<HttpClientOptions> client_options(const Manners& manners);
// With the password in it, where it names a user and has none of its own.
Result<HttpUrl> with_password(const HttpUrl& url, const std::string& password);

// Below `root`, which ends with a slash, too.
HttpUrl file_url(const HttpUrl& root, const RelPath& path);
HttpUrl folder_url(const HttpUrl& root, const RelPath& path);

}  // namespace mirrorseed::sync
