#include "core/http/http_redirect.hpp"

#include "core/http/http_fault.hpp"

namespace mirrorseed {
namespace {

Error refused(const std::string& why) {
    return http_error(HttpFault::bad_redirect, why);
}

}  // namespace

bool is_redirect(unsigned status) noexcept {
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

Result<HttpUrl> next_hop(const HttpUrl& from, std::string_view location, unsigned followed, unsigned limit) {
    if (location.empty()) return refused(from.shown() + " redirects without saying where to");
    if (followed >= limit)
        return refused("more than " + std::to_string(limit) + " redirects; the last came from " +
                       from.shown());
    const auto target = from.resolve(location);
    if (!target) return refused(from.shown() + " redirects badly: " + target.error().text());
    if (from.is_https() && !target->is_https())
        return refused(from.shown() + " redirects from https to http, " + target->shown());
    if (*target == from) return refused(from.shown() + " redirects to itself");
    return *target;
}

}  // namespace mirrorseed
