// A request whose head was checked and parsed, as the rest of the room sees it.
#pragma once

#include "httpd/conditions.hpp"
#include "httpd/likes.hpp"

#include "core/result.hpp"

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

enum class Method {
    get,
    head,
    options,
    post,
    known,
    unknown
};  // known: one of HTTP's that nothing here answers to

constexpr bool is_reading(Method method) {
    return method == Method::get || method == Method::head;
}

// Views into the head that it was parsed from, which therefore stays where it is.
struct Request {
    Method method = Method::get;
    std::string_view method_text{}, target{}, version{};  // as they came
    bool keep_alive = true;
    bool expects_continue = false;
    bool was_forwarded = false;  // a proxy says so, trusted or not

    // Fields that matter here, lines of one name joined by commas.
    std::optional<std::string_view> if_match{}, if_unmodified_since{}, if_none_match{}, if_modified_since{},
        if_range{}, range{}, want_digest{}, accept{}, accept_encoding{}, authorization{}, forwarded_for{},
        host{}, referer{}, user_agent{};
    std::optional<std::string_view> forwarded_proto{};  // X-Forwarded-Proto, or Forwarded
    std::forward_list<std::string> joined{};            // what came in several lines

    ConditionFields conditions() const;
    AcceptFields accept_fields() const { return {accept, accept_encoding}; }
    // The token of `Authorization: Bearer TOKEN`; empty: none.
    std::string_view bearer() const;
    bool is_head() const noexcept { return method == Method::head; }
    // For all of it, whichever content it is.
    bool is_plain() const noexcept { return !range && !if_range && !if_match && !if_unmodified_since; }
};

// `head` has passed check_request_head.
Result<Request> parse_request(std::string_view head);

}  // namespace mirrorseed::httpd
