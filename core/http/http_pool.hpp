// Connections that wait for their next request, by origin. The newest is used first, so that the others may
// end.
#pragma once

#include "core/http/http_connection.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mirrorseed {

class HttpPool {
public:
    explicit HttpPool(std::size_t per_origin) : per_origin_(per_origin) {}

    // Nothing when none is fit: too old, hung up, or not to the taste of `is_good`.
    std::unique_ptr<HttpConnection> take(const HttpUrl& url,
                                         const std::function<bool(const HttpConnection&)>& is_good);
    void keep(const HttpUrl& url, std::unique_ptr<HttpConnection> connection);

private:
    struct Kept {
        std::unique_ptr<HttpConnection> connection;
        std::chrono::steady_clock::time_point since;
    };

    std::size_t per_origin_;
    std::map<std::string, std::deque<Kept>> kept_;
};

}  // namespace mirrorseed
