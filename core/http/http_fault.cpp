#include "core/http/http_fault.hpp"

namespace mirrorseed {
namespace {

class HttpFaultCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "mirrorseed.http"; }
    std::string message(int value) const override {
        switch (static_cast<HttpFault>(value)) {
            case HttpFault::no_address:
                return "the name has no address";
            case HttpFault::no_connection:
                return "no connection";
            case HttpFault::too_private:
                return "the address is private";
            case HttpFault::bad_certificate:
                return "bad certificate";
            case HttpFault::no_tls:
                return "TLS failed";
            case HttpFault::timed_out:
                return "timed out";
            case HttpFault::too_slow:
                return "too slow";
            case HttpFault::closed_early:
                return "closed early";
            case HttpFault::malformed:
                return "malformed answer";
            case HttpFault::head_too_large:
                return "head too large";
            case HttpFault::body_too_large:
                return "body too large";
            case HttpFault::bad_redirect:
                return "bad redirect";
            case HttpFault::stopped:
                return "stopped";
        }
        return "unknown fault";
    }
};

const HttpFaultCategory& category() noexcept {
    static const HttpFaultCategory the_category;
    return the_category;
}

}  // namespace

boost::system::error_code make_error_code(HttpFault fault) noexcept {
    return {static_cast<int>(fault), category()};
}

std::optional<HttpFault> http_fault_of(const Error& error) noexcept {
    if (error.code().category() != category()) return std::nullopt;
    return static_cast<HttpFault>(error.code().value());
}

}  // namespace mirrorseed
