// A request whose head was checked and parsed, as the rest of the room sees it.
#pragma once

#include "httpd/conditions.hpp"

#include "core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

enum class Method {
    get,
    head,
    options,
    known,
    unknown
};  // known: one of HTTP's that nothing here answers to

struct Request {
    Method method = Method::get;
    std::string method_text{}, target{}, version{};  // for the log
    bool keep_alive = true;
    bool expects_continue = false;

    // Fields that matter here, lines of one name joined by commas.
    std::optional<std::string> if_match{}, if_unmodified_since{}, if_none_match{}, if_modified_since{},
        if_range{}, range{}, want_digest{}, accept{}, referer{}, user_agent{};

    ConditionFields conditions() const;
    bool is_head() const noexcept { return method == Method::head; }
};

// `head` has passed check_request_head.
Result<Request> parse_request(std::string_view head);

}  // namespace mirrorseed::httpd
