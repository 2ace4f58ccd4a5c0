// A client that asks servers on loopback, and what such servers say.
#pragma once

#include "core/http/http_client.hpp"
#include "core/http/http_fault.hpp"
#include "tests/support/raw_server.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace mirrorseed::test {

// As if 127.0.0.1 were a public address and the rest of loopback were private.
inline std::optional<Reach> reach_in_test(const boost::asio::ip::address& address) {
    return address == boost::asio::ip::make_address("127.0.0.1") ? Reach::internet : reach_of(address);
}

inline BlockingHttpClient client(HttpClientOptions options = {}) {
    options.route.reach = reach_in_test;
    return BlockingHttpClient::make(std::move(options)).value();
}

inline HttpRequest get(const std::string& url, HttpLimits limits = {}) {
    return {.url = HttpUrl::parse(url).value(), .limits = limits};
}

inline Result<HttpResponse> fetch(const std::string& url, HttpLimits limits = {}) {
    return client().fetch(get(url, limits));
}

// What becomes of a server that gives this answer and hangs up.
inline Result<HttpResponse> answer(const std::string& bytes, HttpLimits limits = {}) {
    const RawServer server(RawServer::once(bytes));
    return fetch(server.url(), limits);
}

inline testing::AssertionResult fails_with(HttpFault fault, const Result<HttpResponse>& response) {
    if (response) return testing::AssertionFailure() << "it succeeded with " << response->status;
    if (http_fault_of(response.error()) == fault) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it failed with \"" << response.error().text() << '"';
}

inline std::string sized(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string redirect(const std::string& location) {
    return "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n";
}

}  // namespace mirrorseed::test
