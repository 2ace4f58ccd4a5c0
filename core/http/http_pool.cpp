#include "core/http/http_pool.hpp"

#include <utility>

namespace mirrorseed {
namespace {

// Servers hang up after 5 to 75 seconds; asking on one that is about to costs a second try.
constexpr std::chrono::seconds longest_wait{60};

std::string origin_of(const HttpUrl& url) {
    return (url.is_https() ? "https " : "http ") + url.authority();
}

}  // namespace

std::unique_ptr<HttpConnection> HttpPool::take(const HttpUrl& url,
                                               const std::function<bool(const HttpConnection&)>& is_good) {
    const auto found = kept_.find(origin_of(url));
    if (found == kept_.end()) return nullptr;
    auto& waiting = found->second;
    const auto now = std::chrono::steady_clock::now();
    while (!waiting.empty()) {
        auto newest = std::move(waiting.back());
        waiting.pop_back();
        if (now - newest.since < longest_wait && newest.connection->may_be_kept() &&
            is_good(*newest.connection))
            return std::move(newest.connection);
    }
    kept_.erase(found);
    return nullptr;
}

void HttpPool::keep(const HttpUrl& url, std::unique_ptr<HttpConnection> connection) {
    if (per_origin_ == 0) return;
    auto& waiting = kept_[origin_of(url)];
    if (waiting.size() == per_origin_) waiting.pop_front();
    waiting.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace mirrorseed
