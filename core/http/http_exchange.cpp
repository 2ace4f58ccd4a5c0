#include "core/http/http_exchange.hpp"

#include "core/http/http_text.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>

namespace mirrorseed {
namespace {

bool is_fit(const HttpField& field) {
    const auto breaks = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    };
    return !field.name.empty() && field.name.find_first_of(": ") == field.name.npos &&
           std::ranges::none_of(field.name, breaks) && std::ranges::none_of(field.value, breaks);
}

std::string line(std::string_view name, std::string_view value) {
    return std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string basic_credentials(const HttpUrl& url) {
    return "Basic " + to_base64(as_bytes(url.credentials()));
}

std::string_view method_name(HttpMethod method) {
    switch (method) {
        case HttpMethod::head:
            return "HEAD";
        case HttpMethod::post:
            return "POST";
        case HttpMethod::get:
            break;
    }
    return "GET";
}

std::string proxy_line(const HttpManners& manners) {
    if (!manners.proxy || manners.proxy->credentials().empty()) return {};
    return line("Proxy-Authorization", basic_credentials(*manners.proxy));
}

}  // namespace

std::optional<std::string_view> HttpResponse::field(std::string_view name) const {
    const auto found =
        std::ranges::find_if(fields, [&](const HttpField& field) { return same_word(field.name, name); });
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

Result<std::string> request_head(const HttpRequest& request, const HttpUrl& url, const HttpManners& manners) {
    const bool whole = manners.proxy && !url.is_https();
    std::string head(method_name(request.method));
    head += " " + (whole ? url.str() : url.target()) + " HTTP/1.1\r\n";
    head += line("Host", url.host_field()) + line("User-Agent", manners.user_agent) +
            line("Accept-Encoding", "identity");
    if (request.method == HttpMethod::post) head += line("Content-Length", "0");
    if (!url.credentials().empty()) head += line("Authorization", basic_credentials(url));
    if (whole) head += proxy_line(manners);
    for (const auto& field : request.fields) {
        if (!is_fit(field)) return Error(Fault::bad_input, "a header is not fit to be sent");
        head += line(field.name, field.value);
    }
    return head + "\r\n";
}

std::string connect_head(const HttpUrl& url, const HttpManners& manners) {
    return "CONNECT " + url.authority() + " HTTP/1.1\r\n" + line("Host", url.authority()) +
           line("User-Agent", manners.user_agent) + proxy_line(manners) + "\r\n";
}

std::vector<HttpField> fields_for_strangers(const std::vector<HttpField>& fields) {
    constexpr std::array<std::string_view, 3> telling{"authorization", "cookie", "proxy-authorization"};
    std::vector<HttpField> kept;
    std::ranges::copy_if(fields, std::back_inserter(kept), [&](const HttpField& field) {
        return std::ranges::none_of(telling, [&](auto name) { return same_word(field.name, name); });
    });
    return kept;
}

}  // namespace mirrorseed
