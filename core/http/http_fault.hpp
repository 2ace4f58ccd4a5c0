// What can go wrong between asking a server and having its answer, for callers that act on the kind.
//
// The Error's text is one sentence for a person. A status such as 404 is no fault
// here: it is an answer.
#pragma once

#include "core/result.hpp"

#include <optional>

namespace mirrorseed {

enum class HttpFault {
    no_address = 1,   // the name could not be resolved
    no_connection,    // nobody answers there, or the proxy would not connect us
    too_private,      // the address is further inside than whoever sent us there
    bad_certificate,  // expired, for another name, or nobody we trust has signed it
    no_tls,           // the handshake failed otherwise
    timed_out,        // silence, or not all within the time given
    too_slow,         // bytes come, but below the least rate
    closed_early,     // the connection ended before the answer did
    malformed,        // no HTTP, or of two minds about where its body ends
    head_too_large,
    body_too_large,
    bad_redirect,  // too many, to another scheme, from https to http, or to no URL
    stopped,       // because we were asked to
};

boost::system::error_code make_error_code(HttpFault fault) noexcept;

// Nothing for errors of another kind, a sink's for instance.
std::optional<HttpFault> http_fault_of(const Error& error) noexcept;

inline Error http_error(HttpFault fault, std::string text) {
    return {make_error_code(fault), std::move(text)};
}

}  // namespace mirrorseed

template <>
struct boost::system::is_error_code_enum<mirrorseed::HttpFault> : std::true_type {};
